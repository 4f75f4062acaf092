"""No door of reading and cleaning takes more than its share: the work grows with what comes in."""

from __future__ import annotations

import pytest
from effort import EXHAUSTIVE, UNMEASURED
from growth import DOORS, STEEPEST, steepest


@EXHAUSTIVE
@UNMEASURED
@pytest.mark.parametrize("door", DOORS)
def test_the_work_grows_with_what_comes_in(tmp_path, door):
    """Processor time at one and sixteen times a size: below `STEEPEST` at every door."""
    worst, found = steepest(door, tmp_path)
    assert found < STEEPEST, worst
