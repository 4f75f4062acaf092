"""Several senders at one account's slots, whatever holds them up: no window holds more calls than the rate allows."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from heapq import heappop, heappush
from itertools import count, cycle

import pytest
from effort import tries
from hypothesis import given
from hypothesis import strategies as st

from stopimport.sending import grid
from stopimport.sending.grid import Asker, KeeperAwayError
from stopimport.sending.pace import NoSlotError
from stopimport.sending.shared_pace import SharedPace

_MOMENT = 0.0001


class Keeper:
    """Keeps the slots in memory, by a clock that a test sets."""

    def __init__(self):
        self.time = 1000.0
        self.state = grid.fresh("boot", "story", self.time, 0.0)
        self.away = False

    def now(self):
        """Return the time set."""
        return self.time

    def join(self, asker):
        """Take a sender in."""
        return grid.join(self.state, asker, self.time)

    async def wait(self, _event, seconds):
        """Let the time pass at once."""
        self.time += seconds

    def deal(self, asker, mark=None):
        """Deal slots."""
        if self.away:
            raise KeeperAwayError("away")
        return grid.deal(self.state, asker, self.time, mark)

    def late(self, asker):
        """Make room for a late call."""
        if self.away:
            raise KeeperAwayError("away")
        grid.late(self.state, asker, self.time)

    def valid(self, generation):
        """Compare generations."""
        return self.state.generation == generation


def departures(senders, options, wakes, gaps, windows):
    """Return when the bytes of all calls leave.

    Args:
        senders: how many there are.
        options: rate and window.
        wakes: seconds by which a sender wakes up late, in turn.
        gaps: seconds between a call's last look at the clock and its bytes, in which others go on.
        windows: how long, in windows.
    """
    keeper, times, order = Keeper(), [], count()
    wakes, gaps = cycle(wakes), cycle(gaps)
    paces = [SharedPace(keeper, Asker(str(number), *options)) for number in range(senders)]
    events = []
    for pace in paces:
        pace.join()
        heappush(events, (keeper.time, next(order), pace, None))
    end = keeper.time + windows * options[1]
    while keeper.time < end:
        keeper.time, _, pace, due = heappop(events)
        again, due = keeper.time + _MOMENT, look(pace, due)
        if due is not None:
            again = keeper.time + next(gaps)
            times.append(again)
        elif (delay := pace.delay()) > 0:
            again = keeper.time + delay + next(wakes)
        heappush(events, (again, next(order), pace, due))
    return sorted(times)


def look(pace, due):
    """Let a sender do the next thing: say that its bytes have left, or that some are about to; return their time."""
    if due is not None:
        pace.left(due)
    elif pace.delay() <= 0:
        pace.take()
        if (due := pace.depart()) is not None:
            return due
        pace.given_up()
    return None


def fullest(times, window):
    """Return the largest number of calls in any window."""
    return max(bisect_left(times, at + window) - index for index, at in enumerate(times))


def delays(most):
    """Return mostly small shares of a window, up to `most`."""
    return st.lists(st.floats(0, 1).map(lambda share: most * share**4), min_size=1, max_size=30)


@tries(80)
@given(
    st.integers(1, 4), st.sampled_from([(1, 1.0), (2, 1.0), (7, 1.0), (40, 1.0), (30, 60.0)]), delays(0.5), delays(0.8)
)
def test_no_window_holds_more_calls_than_the_rate(senders, options, wakes, gaps):
    """However late senders wake up, and however long they are held up between their last look and their bytes."""
    rate, window = options
    times = departures(senders, options, *([share * window for share in each] for each in (wakes, gaps)), 8)

    assert fullest(times, window) <= rate


def test_little_of_the_rate_is_lost():
    """Senders that wake up half a thousandth of the window late use 96 % of the rate, however many they are."""
    for senders in (1, 2, 4):
        times = departures(senders, (50, 1.0), [0.0005, 0.0], [0.0002], 40)
        assert len(times) >= 40 * 50 * 0.96


def test_a_call_has_its_time_however_many_slots_have_come():
    """At a rate without practical limit it leaves in one of the newest, and is not late at once."""
    keeper = Keeper()
    pace = SharedPace(keeper, Asker("a", 100_000, 1.0))
    pace.join()
    for _ in range(100):
        assert pace.delay() <= 0
        pace.take()
        assert pace.depart() - keeper.time > 0.008
        keeper.time += 0.00025


def test_a_call_does_not_wait_for_a_keeper_that_is_away():
    """One that has started goes back into the queue, with nothing sent."""
    keeper = Keeper()
    pace = SharedPace(keeper, Asker("a", 10, 1.0), keeper)
    pace.join()
    assert pace.delay() <= 0
    pace.take()
    keeper.time += 0.5
    keeper.away = True
    with pytest.raises(NoSlotError):
        asyncio.run(pace.slot(keeper.time))
    assert keeper.time < 1003


def test_a_late_call_is_told_as_soon_as_the_keeper_can_be_asked():
    """Nothing is dealt to its sender before."""
    keeper = Keeper()
    pace = SharedPace(keeper, Asker("a", 10, 1.0))
    pace.join()
    assert pace.delay() <= 0
    pace.take()
    due = pace.depart()
    keeper.away = True
    keeper.time += 0.5
    pace.left(due)
    assert pace.delay() > 0
    assert pace.problem == "away"
    keeper.away = False
    keeper.time += 0.2
    assert pace.delay() == pytest.approx(0.102)
