"""No door of reading and cleaning takes more than its share: the work grows with what comes in."""

from __future__ import annotations

from effort import EXHAUSTIVE
from growth import STEEPEST, exponents


@EXHAUSTIVE
def test_the_work_grows_with_what_comes_in(tmp_path):
    """Processor time at one and sixteen times a size: below `STEEPEST` at every door."""
    assert {door: round(found, 2) for door, found in exponents(tmp_path) if found >= STEEPEST} == {}
