"""An account's slots: strict over all senders together, whatever any of them does."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

import pytest
from effort import tries
from hypothesis import given
from hypothesis import strategies as st

from stopimport.sending import grid
from stopimport.sending.grid import Asker


class Keeper:
    """A state in memory, and a clock that a test sets."""

    def __init__(self, window=0.0):
        self.time = 1000.0
        self.state = grid.fresh("boot", "story", self.time, window)

    def now(self):
        """Return the time set."""
        return self.time

    def deal(self, asker):
        """Deal slots."""
        return grid.deal(self.state, asker, self.time)

    def valid(self, generation):
        """Compare generations."""
        return self.state.generation == generation


def slots_of(dealt):
    """Return the times of the slots dealt."""
    return [dealt.first + index * dealt.spacing for index in range(dealt.count)]


def fullest(times, window):
    """Return the largest number of calls in any window."""
    times = sorted(times)
    return max(bisect_left(times, at + window) - index for index, at in enumerate(times))


def sends(keeper, askers, lateness, rounds):
    """Return when calls leave, if the senders ask in turn, each once it has used its slots.

    Each call leaves late by the next of `lateness` (shares of the window), or not at all if that is more than allowed.
    """
    times, held, number = [], {asker: [] for asker in askers}, 0
    for _ in range(rounds):
        asker = min(askers, key=lambda each: held[each][0][0] if held[each] else keeper.time)
        if not held[asker]:
            dealt = keeper.deal(asker)
            held[asker] = [(slot, dealt) for slot in slots_of(dealt)]
            keeper.time += dealt.again
            continue
        slot, dealt = held[asker].pop(0)
        leaves = max(slot, keeper.time) + lateness[number % len(lateness)] * asker.window
        number += 1
        if leaves <= slot + dealt.tolerance and keeper.valid(dealt.generation):
            times.append(leaves)
            keeper.time = max(keeper.time, slot)
    return times


rates = st.tuples(st.integers(1, 300), st.sampled_from([1.0, 60.0]))


@tries(60)
@given(
    st.lists(rates, min_size=1, max_size=4), st.lists(st.floats(0, 0.02), min_size=1, max_size=20), st.integers(50, 900)
)
def test_no_window_holds_more_calls_than_the_lowest_rate(chosen, lateness, rounds):
    """However many send, however late within what is allowed: no window of any sender's holds more than its rate."""
    askers = [Asker(str(index), *rate) for index, rate in enumerate(chosen)]
    keeper = Keeper()
    for asker in askers:
        grid.join(keeper.state, asker, keeper.time)
    times = sends(keeper, askers, lateness, rounds)

    slowest = min(askers, key=lambda asker: asker.rate / asker.window)
    assert not times or fullest(times, slowest.window) <= slowest.rate


@tries(60)
@given(st.data())
def test_strict_whoever_comes_goes_pauses_or_is_told_to_wait(data):
    """Senders of one rate that join, leave, are held, slowed down or paused never exceed it together."""
    keeper, askers = Keeper(), [Asker(name, 50, 1.0) for name in "abc"]
    times = []
    for _ in range(data.draw(st.integers(1, 25))):
        match data.draw(st.sampled_from(["join", "leave", "hold", "slow", "pause", "on", "sleep"])):
            case "join":
                grid.join(keeper.state, data.draw(st.sampled_from(askers)), keeper.time)
            case "leave":
                grid.leave(keeper.state, data.draw(st.sampled_from(askers)), keeper.time)
            case "hold":
                grid.hold(keeper.state, keeper.time, data.draw(st.floats(0, 2)), 503)
            case "slow":
                grid.slow_down(keeper.state, keeper.time, data.draw(st.floats(0, 2)), 429, 0.0)
            case "pause":
                grid.pause(keeper.state, askers[0], keeper.time, on=True)
            case "on":
                grid.pause(keeper.state, askers[0], keeper.time, on=False)
            case "sleep":
                keeper.time += data.draw(st.floats(0, 20))
        times += sends(keeper, askers, [data.draw(st.floats(0, 0.012))], data.draw(st.integers(0, 80)))

    assert not times or fullest(times, 1.0) <= 50


def test_the_slots_are_even_and_in_the_order_of_asking():
    """Nobody waits for more than the slots that others asked for before."""
    keeper = Keeper()
    first, second = Asker("a", 10, 1.0), Asker("b", 10, 1.0)
    for asker in (first, second):
        grid.join(keeper.state, asker, keeper.time)
    times = [slots_of(keeper.deal(asker))[0] for asker in (first, second, first, second)]

    assert [later - earlier for earlier, later in pairwise(times)] == [pytest.approx(0.102)] * 3


def test_several_share_evenly():
    """Three senders at 100/s, each asking when it has used what it got, get a third each, and hardly any is lost."""
    keeper, got = Keeper(), {}
    askers = [Asker(name, 100, 1.0) for name in "abc"]
    for asker in askers:
        grid.join(keeper.state, asker, keeper.time)
    due = dict.fromkeys(askers, keeper.time)
    while keeper.time < 1010:
        asker = min(due, key=due.get)
        keeper.time = max(keeper.time, due[asker])
        dealt = keeper.deal(asker)
        due[asker] = slots_of(dealt)[-1]
        got[asker.name] = got.get(asker.name, 0) + dealt.count

    assert all(300 <= count <= 360 for count in got.values()), got
    assert sum(got.values()) >= 970


def test_the_lowest_rate_holds_while_its_sender_is_there():
    """A slow sender slows all others down at once, and only as long as it sends: left, or not heard of any more."""
    keeper = Keeper()
    fast, slow = Asker("fast", 100, 1.0), Asker("slow", 30, 60.0)
    grid.join(keeper.state, fast, keeper.time)
    before = keeper.deal(fast)
    grid.join(keeper.state, slow, keeper.time)

    assert not keeper.valid(before.generation), "what was dealt at the other rate is void"
    assert keeper.deal(fast).spacing == pytest.approx(2.04)
    grid.leave(keeper.state, slow, keeper.time)
    assert keeper.deal(fast).spacing == pytest.approx(0.0102)
    grid.join(keeper.state, slow, keeper.time)
    keeper.time += 60
    assert keeper.deal(fast).spacing == pytest.approx(0.0102)


def test_a_hold_of_one_is_a_hold_of_all():
    """429 halves the rate of all, once for calls that were under way together; slots dealt before are void."""
    keeper = Keeper()
    one, other = Asker("one", 100, 1.0), Asker("other", 100, 1.0)
    dealt = keeper.deal(one), keeper.deal(other)
    keeper.time += 0.1
    grid.slow_down(keeper.state, keeper.time, 5.0, 429, since=0.05)
    grid.slow_down(keeper.state, keeper.time + 0.01, 5.0, 429, since=0.05)

    assert keeper.state.share == 0.5
    assert not any(keeper.valid(each.generation) for each in dealt)
    told = keeper.deal(other)
    assert (told.count, told.http, round(told.held)) == (0, 429, 5)
    keeper.time += 5.1
    assert keeper.deal(other).spacing == pytest.approx(0.0204)
    keeper.time += 100
    assert keeper.deal(other).spacing == pytest.approx(0.0102)


def test_a_pause_counts_for_all_as_long_as_somebody_pauses():
    """While one run is paused nobody's call goes out; a pauser that is gone holds nobody up."""
    keeper = Keeper()
    one, other = Asker("one", 10, 1.0), Asker("other", 10, 1.0)
    grid.join(keeper.state, other, keeper.time)
    grid.pause(keeper.state, one, keeper.time, on=True)
    assert keeper.deal(other).count == 0
    grid.pause(keeper.state, one, keeper.time, on=False)
    assert keeper.deal(other).count > 0
    grid.pause(keeper.state, one, keeper.time, on=True)
    keeper.time += 10
    assert keeper.deal(other).count > 0


def test_who_was_about():
    """A sender knows whether another one has been adding since it came: there already, come since, or back again."""
    keeper = Keeper()
    one, other, looker = Asker("a", 10, 1.0, adds=True), Asker("b", 10, 1.0, adds=True), Asker("c", 10, 1.0)
    mark = grid.join(keeper.state, one, keeper.time)
    grid.join(keeper.state, looker, keeper.time)
    assert grid.alone(keeper.state, mark), "who only looks adds nothing"
    later = grid.join(keeper.state, other, keeper.time)
    assert not grid.alone(keeper.state, mark)
    assert not grid.alone(keeper.state, later), "the first is still there"
    grid.leave(keeper.state, one, keeper.time)
    again = grid.join(keeper.state, other, keeper.time)
    assert grid.alone(keeper.state, again), "its own entry is nobody else's"
    grid.join(keeper.state, one, keeper.time)
    grid.leave(keeper.state, one, keeper.time)
    assert not grid.alone(keeper.state, again), "one that has come and gone was about"


def test_nothing_is_known():
    """Nothing goes out for the whole wait; then slots are dealt."""
    keeper, asker = Keeper(window=60.0), Asker("a", 1, 60.0)
    told = keeper.deal(asker)
    assert (told.count, told.held, told.http) == (0, pytest.approx(61.2), 0)
    keeper.time += 61.3
    assert keeper.deal(asker).first == keeper.time


def test_whoever_comes_back_is_still_alone():
    """A sender that was not heard of for a while keeps its place if nobody came; else others have to learn of it."""
    keeper = Keeper()
    one, other = Asker("a", 10, 1.0, adds=True), Asker("b", 10, 1.0, adds=True)
    mark = grid.join(keeper.state, one, keeper.time)
    keeper.time += 60
    again = grid.deal(keeper.state, one, keeper.time, mark).mark
    assert again.number == mark.number
    assert grid.alone(keeper.state, again)
    assert grid.join(keeper.state, one, keeper.time).number == mark.number, "a run that was killed is nobody else"
    keeper.time += 60
    theirs = grid.join(keeper.state, other, keeper.time)
    assert grid.alone(keeper.state, theirs)
    back = grid.back(keeper.state, one, again, keeper.time)
    assert not grid.alone(keeper.state, back)
    assert not grid.alone(keeper.state, theirs), "the other one has to learn of it"
