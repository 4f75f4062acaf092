"""The rate: when the next call may go out, whoever makes it."""

from __future__ import annotations

import asyncio
import math
from collections import deque
from typing import TYPE_CHECKING, Protocol

from stopimport.sending.clock import SystemClock

if TYPE_CHECKING:
    from stopimport.sending.clock import Clock
    from stopimport.sending.outcomes import SendOptions

_CATCH_UP = 0.05
"""Share of the window by which calls may be behind their slots and still catch up: late timers cost nothing. What is
further behind was not late, it had nothing to do, and does not catch up."""
_GUARD = 0.02
"""Share of the window kept free, because calls do not take equally long on their way through the network."""
_SLOWEST = 10
"""A tenth of the rate is the least."""
_REGAIN_SECONDS = 10.0


class NoSlotError(Exception):
    """A call cannot leave soon, and has not left: it goes back into the queue."""


class Pacing(Protocol):
    """Says when calls may start and leave: a run's own `Pace`, or its part of an account's, `SharedPace`."""

    held: float
    """Seconds for which the account is held by others' calls, as last heard."""
    http: int
    """The HTTP status that asked for it; 0: no answer did."""
    problem: str
    """Why nobody can be asked for slots; '' mostly."""

    @property
    def away(self) -> float:
        """Seconds since somebody could be asked for slots."""

    def delay(self) -> float:
        """Return the seconds after which to ask again; 0 or less: a call may start now."""

    def take(self) -> None:
        """Count a call that starts now."""

    def depart(self) -> float | None:
        """Say that the bytes of a call are about to leave, and return by when they should have; None: not yet.

        `left` must follow.
        """

    def left(self, due: float) -> None:
        """Say that the bytes of a call have left, whose `depart` returned `due`."""

    def given_up(self) -> None:
        """Say that a call that was counted has ended before its bytes left."""

    async def slot(self, started: float) -> None:
        """Wait until `depart` can succeed, for a call that started then, or raise `NoSlotError`."""

    def time(self) -> float:
        """Return the time that `slot` wants."""

    async def turn(self) -> None:
        """Wait for the next slot, and take it."""

    def slow_down(self, hold: float = 0.0, *, http: int = 0, since: float = 0.0) -> None:
        """Halve the rate, after a call that began `since` seconds ago."""

    def hold(self, seconds: float, http: int) -> None:
        """Tell all others of the account that nothing may go out for so long."""

    def pause(self, *, on: bool) -> None:
        """Tell them of a pause."""

    def alone(self) -> bool:
        """Say whether nobody else has been adding numbers for the account."""


class Pace:
    """Spreads the calls of a run evenly, at most `options.rate` in any `options.window` seconds as the server sees it.

    Calls get slots on an even grid. Whatever the grid allows, a call waits until the window, and a little more, has
    room for it. A call counts from the moment at which its bytes have left (`left`): between that and its start are
    connections to be opened, and whatever else keeps a busy machine, also between a look at the clock and the bytes.
    Until then it counts as leaving now, so that the promise holds however late calls are. That leaves 98 % of the rate.

    pyrate-limiter does not fit: it counts whole milliseconds, lets a tenth of the window's calls through in one
    burst, keeps no room for the way to the server, and cannot change the rate under way.
    """

    def __init__(self, options: SendOptions, clock: Clock | None = None) -> None:
        self.rate, self.window = options.rate, options.window
        self.held, self.http, self.problem, self.away = 0.0, 0, "", 0.0
        self._clock = clock or SystemClock()
        self._stretch = self.window * (1 + _GUARD)
        self._slot = -math.inf
        self._starting = 0
        self._departures: deque[float] = deque(maxlen=self.rate)
        self._share = 1.0
        self._changed_at = 0.0

    @property
    def share(self) -> float:
        """The part of the rate in force now: 1 unless slowed down."""
        return self._share

    def delay(self) -> float:
        """Return the seconds after which to ask again; 0 or less: a call may start now."""
        now = self._clock.monotonic()
        room = self.rate - self._starting
        if room <= 0:
            # As many as may go out in a window are about to: once they have, it shows when there is room again.
            return self._spacing()
        earliest = self._slot
        if len(self._departures) >= room:
            earliest = max(earliest, self._departures[-room] + self._stretch)
        return earliest - now

    def take(self) -> None:
        """Count a call that starts now (`delay` must have said that it may); `left` or `given_up` must follow."""
        now = self._clock.monotonic()
        if self._share < 1:
            self._regain(now)
        self._starting += 1
        late = now - self._slot <= self.window * _CATCH_UP
        self._slot = (self._slot if late else now) + self._spacing()

    def depart(self) -> float | None:
        """Say that what has started may leave, whenever it does."""
        return math.inf

    def left(self, due: float = math.inf) -> None:  # noqa: ARG002 - the protocol's
        """Say that the bytes of a call that was counted have left."""
        self._starting -= 1
        self._departures.append(self._clock.monotonic())

    def given_up(self) -> None:
        """Count a call that has ended before its bytes left as if they had."""
        self.left()

    async def slot(self, started: float) -> None:
        """Return at once: what has started may leave."""

    def time(self) -> float:
        """Return the clock's time."""
        return self._clock.monotonic()

    def hold(self, seconds: float, http: int) -> None:
        """Tell nobody: there are no others."""

    def pause(self, *, on: bool) -> None:
        """Tell nobody, as above."""

    def alone(self) -> bool:
        """Say that there are no others."""
        return True

    async def turn(self) -> None:
        """Wait for the next slot, and take it."""
        never = asyncio.Event()
        while (delay := self.delay()) > 0:
            await self._clock.wait(never, delay)
        self.take()

    def slow_down(self, hold: float = 0.0, *, http: int = 0, since: float = 0.0) -> None:  # noqa: ARG002 - the protocol's
        """Halve the rate, to no less than a tenth; every 10 s without another halving regain a tenth of all of it.

        Those seconds count from the end of the `hold` that begins now: while nothing goes out, nothing is learnt.
        """
        self._share = max(self._share / 2, 1 / _SLOWEST)
        self._changed_at = self._clock.monotonic() + hold

    def _spacing(self) -> float:
        return self._stretch / self.rate / self._share

    def _regain(self, now: float) -> None:
        steps = max(int((now - self._changed_at) / _REGAIN_SECONDS), 0)
        self._share = min(self._share + steps / 10, 1.0)
        self._changed_at += steps * _REGAIN_SECONDS
