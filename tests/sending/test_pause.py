"""A pause holds calls back; nothing is concluded from the silence, and a stop ends it."""

from __future__ import annotations

import asyncio
import math

import pytest
from rawserver import ADDED, drop, play

from stopimport.sending.outcomes import Ending, SendOptions
from stopimport.sending.pause import Pause

LONG = 600
"""Seconds of a pause: twice the time without an answer after which a run ends."""


class Calendar:
    """A clock whose time passes only by waits, which take no time; who waits for ever shows that nothing else is on."""

    def __init__(self):
        self.now = 1000.0
        self.idle = asyncio.Event()

    def monotonic(self):
        """Return the time that has passed."""
        return self.now

    def time(self):
        """Return the same."""
        return self.now

    async def wait(self, event, seconds):
        """Wait for `event` where only that ends the wait, else let the time pass at once."""
        if seconds == math.inf:
            self.idle.set()
            await event.wait()
            self.idle.clear()
            return
        self.now += seconds
        await asyncio.sleep(0)


class Pausing:
    """A server during whose answer to call `at` somebody pauses, and goes on `LONG` seconds after all is still."""

    def __init__(self, at, *, then=None):
        self.at, self.then = at, then
        self.pause, self.clock = Pause(), Calendar()
        self.during = 0
        self.times = []
        self.tasks = []

    async def __call__(self, _call, n):
        """Answer a call."""
        self.times.append(self.clock.now)
        if n == self.at:
            self.pause.set(True)
            self.tasks.append(asyncio.create_task(self._go_on()))
        elif self.pause.on:
            self.during += 1
        if self.then and n == self.at + 1:
            return self.then
        return ADDED

    async def _go_on(self):
        self.clock.idle.clear()
        await self.clock.idle.wait()
        self.clock.now += LONG
        self.pause.set(False)

    def play(self):
        """Send 40 numbers to it, one by one."""
        around = {"pause": self.pause, "clock": self.clock}
        return play(self, 40, options=SendOptions(100_000, concurrency=1), around=around)


def test_while_paused_no_call_starts():
    """What is in flight is finished, nothing else goes out until the pause ends, and then everything does."""
    server = Pausing(5)
    played = server.play()

    assert 0 == server.during
    assert server.times[6] - server.times[5] == pytest.approx(LONG)
    assert (["added"] * 40, Ending.FINISHED) == (played.book.statuses(), played.result.ending)


def test_a_pause_is_no_outage():
    """The first failure after a long pause does not end the run for want of usable answers."""
    played = Pausing(5, then=drop).play()

    assert (["added"] * 40, Ending.FINISHED) == (played.book.statuses(), played.result.ending)
    assert 41 == played.result.sent


def test_a_pause_is_no_sending_time():
    """The rate that a run reports is that of its sending, not of its waiting."""
    server = Pausing(5)
    played = server.play()

    span = server.times[-1] - server.times[0]
    assert span >= LONG
    assert 0 < played.result.seconds <= span - LONG + 0.001


def test_a_stop_ends_a_pause():
    """Stopping while paused leaves the rest unsent."""
    pause, stop = Pause(), asyncio.Event()

    def script(_call, n):
        if n == 5:
            pause.set(True)
            asyncio.get_running_loop().call_soon(stop.set)
        return ADDED

    played = play(script, 40, options=SendOptions(100_000, concurrency=1), around={"pause": pause, "stop": stop})

    assert (Ending.STOPPED, 6) == (played.result.ending, len(played.server.calls))
    assert {"added": 6, "not_sent": 34} == {s: played.book.statuses().count(s) for s in ("added", "not_sent")}


def test_a_sending_can_begin_paused():
    """Whoever pauses before the first call holds that one back, too."""
    pause = Pause()
    pause.set(True)
    stop = asyncio.Event()

    async def never(_call, _n):
        raise AssertionError("no call may arrive")

    stop.set()
    played = play(never, 3, around={"pause": pause, "stop": stop})

    assert (Ending.STOPPED, 0) == (played.result.ending, played.result.sent)
