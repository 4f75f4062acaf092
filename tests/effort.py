"""How much the tests try: by day a choice, with ``--exhaustive`` (`make test-all`) everything.

Tests say here what only the full run does; `docs/CONTRIBUTING.md` lists it, with the reasons.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

EXHAUSTIVE = pytest.mark.exhaustive
UNMEASURED = pytest.mark.no_cover
"""It is not measured which code this reaches: others get there with other values, and it takes half as long again."""
MEASURING = ("COVERAGE_PROCESS_START", "COVERAGE_PROCESS_CONFIG")
"""Variables by which a process measures what it reaches: half a second more for each."""
_SHARE = {"few": 0.1, "many": 1.0}
_LEAST = 3
_UNHURRIED = [HealthCheck.too_slow]
"""How fast examples are made depends on what else the machine does."""


def choose_profile(name):
    """Let property tests try few or many examples; before any test is imported."""
    for profile, share in _SHARE.items():
        settings.register_profile(
            profile, max_examples=_examples(100, share), deadline=None, suppress_health_check=_UNHURRIED
        )
    settings.load_profile(name)


def tries(most):
    """Return how a property test is run that tries so many examples in the full run; by day it is a tenth of them."""
    return settings(max_examples=_examples(most, _SHARE[settings.get_current_profile_name()]))


def is_measured(item):
    """Whether it is measured which code a test reaches: of a property others reach it, with other values."""
    return not item.get_closest_marker(UNMEASURED.name) and not is_hypothesis_test(getattr(item, "obj", None))


def _examples(most, share):
    return max(round(most * share), _LEAST)


def some(cases, *, by_day):
    """Return all `cases` for `parametrize`, of which only `by_day`, or so many spread over all of them, run by day.

    Args:
        cases: what the test is run for.
        by_day: how many of them run by day, or which ones.
    """
    cases = list(cases)
    daily = cases[:: -(-len(cases) // by_day)] if isinstance(by_day, int) else list(by_day)
    missing = [case for case in daily if case not in cases]
    assert not missing, f"there is no such case: {missing}"
    return [_case(case, () if case in daily else (EXHAUSTIVE, UNMEASURED)) for case in cases]


def _case(case, marks):
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=marks)
