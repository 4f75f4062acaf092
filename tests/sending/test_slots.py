"""Slots at hand: the same as a plain list of their times, without being one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopimport.sending.slots import Slots

_gaps = st.floats(0, 0.2)


@given(
    st.lists(
        st.tuples(st.just("add"), _gaps, st.floats(1e-6, 0.1), st.integers(1, 2000))
        | st.tuples(st.just("take"))
        | st.tuples(st.just("drop"), _gaps)
        | st.tuples(st.just("clear")),
        max_size=30,
    )
)
def test_they_are_what_a_list_of_times_would_be(steps):
    """Whatever is added, taken and forfeited: the first one, any other one, and whether there is one."""
    slots, times, now = Slots(), [], 5000.0
    for step, *facts in steps:
        if step == "add":
            gap, spacing, count = facts
            first = max(now, times[-1] if times else now) + gap
            slots.add(first, spacing, count)
            times += [first + index * spacing for index in range(count)]
        elif step == "take" and times:
            assert slots.take() == times.pop(0)
        elif step == "drop":
            now += facts[0]
            slots.drop(now)
            times = [time for time in times if time >= now]
        elif step == "clear":
            slots.clear()
            times = []
        assert bool(slots) is bool(times)
        if times:
            assert slots.first == times[0]
        for index in (0, 1, 40, len(times)):
            assert slots.time_of(index) == (times[index] if index < len(times) else None)


@pytest.mark.parametrize("late", [0.0, 0.05, 0.1, 0.3])
def test_a_moment_that_is_a_slots_own_does_not_cost_it(late):
    """Only what is before the moment goes."""
    slots = Slots()
    slots.add(1000.0, 0.1, 3)
    slots.drop(1000.0 + late)
    left = sum(1000.0 + index * 0.1 >= 1000.0 + late for index in range(3))
    assert [slots.time_of(index) is not None for index in range(3)] == [index < left for index in range(3)]
