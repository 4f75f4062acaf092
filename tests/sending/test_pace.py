"""The rate: evenly spread, never exceeded, hardly wasted."""

from __future__ import annotations

import asyncio
import math
import time
from heapq import heappop, heappush
from itertools import pairwise

import pytest
from effort import tries
from hypothesis import given
from hypothesis import strategies as st
from rawserver import ADDED, LISTED, Book, coming, http, numbers, play, serving
from senders import fullest, served

from stopimport.sending.clock import SystemClock
from stopimport.sending.outcomes import SendOptions
from stopimport.sending.pace import Pace
from stopimport.sending.sender import send
from stopimport.smspartner.client import StopListClient


class Hand:
    """A clock that a test sets."""

    def __init__(self):
        self.now = 1000.0

    def monotonic(self):
        """Return the time set."""
        return self.now

    async def wait(self, _event, seconds):
        """Let the time pass at once."""
        self.now += seconds


def departures(options, count, lateness, ways=(0.0,), after=(0.0,)):
    """Return when `count` calls leave if each wakes up late by the next of `lateness`, then needs the next of `ways`.

    All in seconds; `ways` are between the start of a call and the moment at which its bytes leave, `after` between
    that and the moment at which the pace learns of it.
    """
    clock = Hand()
    pace, times, starting = Pace(options, clock), [], []

    def until(moment):
        while starting and starting[0] <= moment:
            clock.now = heappop(starting)
            pace.left()
        clock.now = moment

    for index in range(count):
        late = lateness[index % len(lateness)]
        while (delay := pace.delay()) > 0:
            until(clock.now + delay + late)
        pace.take()
        leaves = clock.now + ways[index % len(ways)]
        times.append(leaves)
        heappush(starting, leaves + after[index % len(after)])
        until(clock.now)
    until(math.inf)
    return sorted(times)


rates = st.tuples(st.integers(1, 2000), st.sampled_from([1.0, 60.0])).map(lambda pair: SendOptions(*pair))


def shares(most):
    """Return lists of shares of a window, for delays."""
    return st.lists(st.floats(0, most), min_size=1, max_size=20)


@tries(60)
@given(rates, shares(0.2), shares(1.5), shares(0.5))
def test_no_window_holds_more_calls_than_the_rate(options, lateness, ways, after):
    """However late calls start, leave and are known to have left, no window holds more than the rate allows."""
    delays = ([share * options.window for share in each] for each in (lateness, ways, after))
    times = departures(options, 3 * options.rate + 5, *delays)

    assert fullest(times, options.window) <= options.rate


@pytest.mark.parametrize("options", [SendOptions(1), SendOptions(10), SendOptions(100), SendOptions(30, 60.0)])
def test_calls_are_spread_evenly(options):
    """Neighbours are never much closer than an even grid has them: no bursts."""
    times = departures(options, 200, [0.0, 0.001, 0.004])
    gaps = [later - earlier for earlier, later in pairwise(times)]

    assert min(gaps) >= options.window / options.rate - 0.006 * options.window


@pytest.mark.parametrize("options", [SendOptions(1), SendOptions(10), SendOptions(100), SendOptions(1000)])
def test_late_timers_do_not_add_up(options):
    """Timers that are late by up to 2 ms, and calls that need 4 ms to leave, leave 97.5 % of the rate."""
    count = 20 * options.rate
    times = departures(options, count, [0.002, 0.0005, 0.0], [0.004, 0.0])

    assert (count - 1) / (times[-1] - times[0]) >= 0.975 * options.rate


def test_the_rate_halves_to_no_less_than_a_tenth_and_comes_back():
    """Each slowing down halves; every 10 s without one give back a tenth, counted from the end of the hold."""
    clock = Hand()
    pace = Pace(SendOptions(100), clock)
    shares = []
    for _ in range(5):
        pace.slow_down()
        shares.append(pace.share)
    pace.slow_down(hold=60)
    for seconds in (60, 9, 1, 10, 30, 1000):
        clock.now += seconds
        pace.take()
        shares.append(round(pace.share, 6))

    assert shares == [0.5, 0.25, 0.125, 0.1, 0.1, 0.1, 0.1, 0.2, 0.3, 0.6, 1.0]


def test_a_slowed_rate_spreads_its_calls_further():
    """At half the rate, twice the time passes between calls."""
    clock = Hand()
    pace = Pace(SendOptions(10), clock)
    pace.slow_down()
    pace.take()

    assert 0.19 <= pace.delay() <= 0.21


def test_all_calls_of_a_client_share_its_pace():
    """List, add and delete wait for the same slots."""
    clock = Hand()
    pace = Pace(SendOptions(1), clock)

    async def calls():
        listing = http(200, {"success": True, "code": 200, "nbData": 0, "data": []})
        async with (
            serving(lambda call, _n: ADDED if call.method == "POST" else listing) as server,
            StopListClient("key", server.url, pace=pace) as client,
        ):
            await client.list()
            await client.add(numbers(1)[0])
            await client.delete("7")

    asyncio.run(calls())

    assert 2 <= clock.now - 1000 <= 2.1


@pytest.mark.parametrize("latency", [0.0, 0.05])
def test_the_server_never_sees_more_than_the_rate_in_any_window(latency):
    """Retries included, no window holds more calls than the rate, as the server sees it."""

    async def script(_call, n):
        await asyncio.sleep(latency)
        return http(500) if n % 7 == 3 else LISTED

    options = SendOptions(40)
    played = play(script, 80, options=options, around={"clock": SystemClock()})
    times = [call.at for call in played.server.calls]

    assert fullest(times, options.window) <= options.rate
    assert len(times) > 80


def test_a_busy_machine_does_not_bunch_calls():
    """A loop that is blocked between a call's start and its departure sends no window more than the rate."""
    options, count = SendOptions(100), 250

    async def keep_busy():
        while True:
            time.sleep(0.03)  # noqa: ASYNC251 - what is tried: a loop that something holds up
            await asyncio.sleep(0.005)

    async def sending(url):
        book = Book()
        async with StopListClient("key", url, pace=Pace(options)) as client, asyncio.TaskGroup() as group:
            busy = group.create_task(keep_busy())
            await send(coming(count), client, options=options, recorder=book)
            busy.cancel()
        return book

    with served(lambda _call, _n: ADDED) as server:
        book = asyncio.run(sending(server.url))

    assert len(book.outcomes) == count
    assert fullest([call.at for call in server.calls], options.window) <= options.rate
