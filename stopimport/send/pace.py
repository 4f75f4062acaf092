"""The rate: when the next call may start, whoever makes it."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from typing import TYPE_CHECKING

from stopimport.send.clock import SystemClock

if TYPE_CHECKING:
    from stopimport.send.clock import Clock
    from stopimport.send.outcomes import SendOptions

_CATCH_UP = 0.05
"""Share of the window by which calls may be behind their slots and still catch up: late timers cost nothing. What is
further behind was not late, it had nothing to do, and does not catch up."""
_GUARD = 0.02
"""Share of the window kept free, because calls do not take equally long to reach the server."""
_SLOWEST = 10
"""A tenth of the rate is the least."""
_REGAIN_SECONDS = 10.0


class Pace:
    """Spreads the calls of a run evenly, at most `options.rate` in any `options.window` seconds as the server sees it.

    Calls get slots on an even grid. Whatever the grid allows, a call waits until a window, and a little more, has
    passed since the rate-th call before it: the promise holds even when calls catch up. That leaves 98 % of the
    rate. A call counts when it starts.

    pyrate-limiter does not fit: it counts whole milliseconds, lets a tenth of the window's calls through in one
    burst, keeps no room for the way to the server, and cannot change the rate under way.
    """

    def __init__(self, options: SendOptions, clock: Clock | None = None) -> None:
        self.rate, self.window = options.rate, options.window
        self._clock = clock or SystemClock()
        self._stretch = self.window * (1 + _GUARD)
        self._slot = -math.inf
        self._starts: deque[float] = deque(maxlen=self.rate)
        self._share = 1.0
        self._changed_at = 0.0

    @property
    def share(self) -> float:
        """The part of the rate in force now: 1 unless slowed down."""
        return self._share

    def delay(self) -> float:
        """Return the seconds until the next call may start; 0 or less: now."""
        earliest = self._slot
        if len(self._starts) == self.rate:
            earliest = max(earliest, self._starts[0] + self._stretch)
        return earliest - self._clock.monotonic()

    def take(self) -> None:
        """Count a call that starts now (`delay` must have said that it may)."""
        now = self._clock.monotonic()
        if self._share < 1:
            self._regain(now)
        self._starts.append(now)
        late = now - self._slot <= self.window * _CATCH_UP
        self._slot = (self._slot if late else now) + self._spacing()

    def count_from_now(self) -> None:
        """Count the last call as if it started now: nobody knows when a slow one reached the server."""
        now = self._clock.monotonic()
        if self._starts:
            self._starts[-1] = now
        self._slot = max(self._slot, now + self._spacing())

    async def turn(self) -> None:
        """Wait for the next slot, and take it."""
        never = asyncio.Event()
        while (delay := self.delay()) > 0:
            await self._clock.wait(never, delay)
        self.take()

    def slow_down(self, hold: float = 0.0) -> None:
        """Halve the rate, to no less than a tenth; every 10 s without another halving regain a tenth of all of it.

        Those seconds count from the end of the `hold` that begins now: while nothing goes out, nothing is learnt.
        """
        self._share = max(self._share / 2, 1 / _SLOWEST)
        self._changed_at = self._clock.monotonic() + hold

    def stand_still(self, seconds: float) -> None:
        """Take back `seconds` in which nothing could be learnt, because somebody held the calls back."""
        self._changed_at += seconds

    def _spacing(self) -> float:
        return self._stretch / self.rate / self._share

    def _regain(self, now: float) -> None:
        steps = max(int((now - self._changed_at) / _REGAIN_SECONDS), 0)
        self._share = min(self._share + steps / 10, 1.0)
        self._changed_at += steps * _REGAIN_SECONDS
