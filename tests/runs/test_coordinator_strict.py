"""Several machines at one coordinator, with clocks of their own, delays and faults: no window holds too many calls."""

from __future__ import annotations

import threading
from bisect import bisect_left
from heapq import heappop, heappush
from itertools import count, cycle

import pytest
from effort import tries
from gridserver import GridServer
from hypothesis import example, given
from hypothesis import strategies as st

from stopimport.runs.coordinator import Coordinator
from stopimport.sending.grid import Asker
from stopimport.sending.shared_pace import SharedPace


class World:
    """Time that passes for several threads, of which one runs at a time: the one whose turn comes first."""

    def __init__(self):
        self.now = 1000.0
        self._order, self._waiting, self._alive = count(), [], 0
        self._over = threading.Event()
        self.problems, self.times = [], []

    def run(self, *works):
        """Do several things at once, until all are done."""
        threads = [threading.Thread(target=self._do, args=(work, self._queue(self.now))) for work in works]
        self._alive = len(threads)
        for thread in threads:
            thread.start()
        self._next()
        assert self._over.wait(60)
        for thread in threads:
            thread.join()
        if self.problems:
            raise self.problems[0]

    def passing(self, seconds):
        """Let others do what comes before `seconds` have passed."""
        turn = self._queue(self.now + seconds)
        self._next()
        assert turn.wait(60)

    def _do(self, work, turn):
        try:
            assert turn.wait(60)
            work()
        except BaseException as problem:  # noqa: BLE001 - told by `run`
            self.problems.append(problem)
        self._alive -= 1
        if self._alive:
            self._next()
        else:
            self._over.set()

    def _queue(self, at):
        turn = threading.Event()
        heappush(self._waiting, (at, next(self._order), turn))
        return turn

    def _next(self):
        self.now, _, turn = heappop(self._waiting)
        turn.set()


def fullest(times, window):
    """Return the largest number of calls in any window."""
    times = sorted(times)
    return max((bisect_left(times, at + window) - index for index, at in enumerate(times)), default=0)


def machine(world, server, asker, skew, delays, end):
    """Return what one machine does: it sends as fast as it may, by a clock that is wrong and runs wrong."""
    ahead, drift = skew
    wakes, gaps = map(cycle, delays)

    def work():
        keeper = Coordinator(server, "shop", asker.window, lambda: world.now * (1 + drift) + ahead)
        pace = SharedPace(keeper, asker)
        while True:
            try:
                pace.join()
                break
            except Exception:  # noqa: BLE001 - away from the start
                world.passing(0.2)
        while world.now < end:
            if (delay := pace.delay()) > 0:
                world.passing(delay + next(wakes))
                continue
            pace.take()
            if (due := pace.depart()) is None:
                pace.given_up()
                world.passing(0.0005)
                continue
            world.passing(next(gaps))
            world.times.append(world.now)
            world.passing(0.0001)
            pace.left(due)

    return work


def trouble(world, server, kinds, window):
    """Return what happens to the server: one thing after the other, a window and a bit apart."""

    def work():
        for kind in kinds:
            world.passing(window * 1.3)
            if kind == "flush":
                server.state = None
            elif kind == "restart":
                server.state, server.boot = None, server.boot + "."
            elif kind == "failover":
                server.boot += "."
            elif kind == "away":
                server.away = True
                world.passing(0.7)
                server.away = False
            else:
                server.ahead += kind

    return work


OPTIONS = st.sampled_from([(1, 1.0), (2, 1.0), (9, 1.0), (40, 1.0)])
SKEWS = st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e-4, 1e-4)), min_size=1, max_size=4)
WAYS = st.lists(st.floats(0, 1).map(lambda share: 0.0002 + 0.08 * share**6), min_size=1, max_size=20)
WAKES = st.lists(st.floats(0, 1).map(lambda share: 0.3 * share**6), min_size=1, max_size=20)
GAPS = st.lists(st.floats(0, 1).map(lambda share: 0.2 * share**6), min_size=1, max_size=20)
TROUBLE = st.lists(st.sampled_from(["flush", "restart", "failover", "away", 0.4, -0.4, 7200.0, -7200.0]), max_size=3)


@tries(80)
@given(OPTIONS, SKEWS, WAYS, WAKES, GAPS, TROUBLE)
@example((40, 1.0), [(0.4, 0.0), (-0.4, 0.0)], [0.0005], [0.001], [0.0001], [])
@example((40, 1.0), [(0.4, 0.0), (0.0, 1e-4)], [0.0005], [0.001], [0.0001], ["away", 0.4, "flush"])
def test_no_window_holds_more_calls_than_the_rate(options, skews, ways, wakes, gaps, troubles):
    """However wrong the clocks are, however late anything comes, and whatever becomes of the server."""
    rate, window = options
    world = World()
    server = GridServer(lambda: world.now, 1.8e9, world.passing, cycle(ways))
    end = world.now + (2.5 + 3 * len(troubles)) * window
    machines = [
        machine(world, server, Asker(str(number), rate, window), skew, (wakes, gaps), end)
        for number, skew in enumerate(skews)
    ]
    world.run(*machines, trouble(world, server, troubles, window))

    assert fullest(world.times, window) <= rate


@pytest.mark.parametrize("machines", [1, 2, 4])
def test_little_of_the_rate_is_lost(machines):
    """Machines half a millisecond away use 96 % of the rate, however many they are, once the first window is over."""
    world = World()
    server = GridServer(lambda: world.now, 1.8e9, world.passing, cycle([0.00025]))
    world.run(
        *(
            machine(world, server, Asker(str(n), 50, 1.0), (n, 0.0), ([0.0005], [0.0002]), 1012.0)
            for n in range(machines)
        )
    )
    assert len(world.times) >= (1012 - 1001.2) * 50 * 0.96
