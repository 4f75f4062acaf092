"""The rate of an account that several processes send for: each call leaves in a slot that was dealt to it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from stopimport.sending.clock import SystemClock
from stopimport.sending.grid import Deal, KeeperAwayError
from stopimport.sending.pace import NoSlotError
from stopimport.sending.slots import Slots

if TYPE_CHECKING:
    from stopimport.sending.clock import Clock
    from stopimport.sending.grid import Asker, Dealer, Mark

_LONGEST_DELAY = 1.0
"""Seconds for which a slot is waited for before looking whether it is still valid."""
_AGAIN = 0.1
"""Seconds after which a keeper that could not be asked is asked again."""
_MOST_DUE = 100
"""Slots whose time has come that are kept, at most."""
_LONGEST_LEAD = 10.0
"""Seconds that a call is started before its slot, at most, to open a connection: no connecting takes longer."""
_LONGEST_WAIT = 1.0
"""Seconds beyond that lead for which a call waits with its connection open; after that it goes back into the queue."""


class SharedPace:
    """The part of an account's rate that this sender gets; see `grid` for what makes it strict.

    A call may start when a slot is at hand. It leaves in the first slot whose time has come: the check is made when
    its bytes go, after connections have been opened. What opening takes is learnt, so that calls start early enough.
    """

    def __init__(self, dealer: Dealer, asker: Asker, clock: Clock | None = None) -> None:
        self.held = 0.0
        """Seconds for which the account is held, as last heard."""
        self.http = 0
        """The HTTP status that asked for it; 0: no answer did."""
        self.problem = ""
        """Why the keeper of the slots cannot be asked, if it cannot."""
        self._dealer, self._asker = dealer, asker
        self._clock = clock or SystemClock()
        self._slots = Slots()
        self._deal = Deal()
        self._ask_at = 0.0
        self._starting = 0
        self._lead = 0.0
        self._away_since: float | None = None
        self._late = False
        self.mark: Mark | None = None
        """Our place among the account's senders, once we have one."""

    def join(self) -> Mark:
        """Come among the account's senders, until `close`.

        Raises:
            KeeperAwayError: the keeper of the slots cannot be asked.
        """
        self.mark = self._dealer.join(self._asker)
        return self.mark

    def back(self) -> None:
        """Come back after a while in which nothing was asked for; a keeper that cannot be asked now is asked later."""
        if self.mark is not None:
            with suppress(KeeperAwayError):
                self.mark = self._dealer.back(self._asker, self.mark)

    def close(self) -> None:
        """Leave the account's senders."""
        self._dealer.leave(self._asker)

    def alone(self) -> bool:
        """Say whether nobody else has been adding numbers since `join`."""
        return self.mark is not None and self._dealer.alone(self.mark)

    @property
    def away(self) -> float:
        """Seconds since the keeper of the slots could be asked."""
        return 0.0 if self._away_since is None else self._dealer.now() - self._away_since

    def delay(self) -> float:
        """Return the seconds after which to ask again; 0 or less: a call may start now.

        Whether its slot is still good is seen when its bytes leave.
        """
        now = self._dealer.now()
        self._drop(now)
        while (slot := self._slots.time_of(self._starting)) is None:
            if (wait := self._ask(now)) > 0:
                return wait
        return min(slot - self._lead - now, _LONGEST_DELAY)

    def take(self) -> None:
        """Count a call that starts now (`delay` must have said that it may); `left` or `given_up` must follow."""
        self._starting += 1

    def depart(self) -> float | None:
        """Say that the bytes of a call are about to leave; None: they must not, there is no slot for them now."""
        self._check()
        now = self._dealer.now()
        self._drop(now)
        if not self._slots or self._slots.first > now:
            return None
        self._starting -= 1
        return self._slots.take() + self._deal.tolerance

    def left(self, due: float) -> None:
        """Say that the bytes of a call have left; where its slot was over by then, the next slot makes room."""
        if self._dealer.now() <= due:
            return
        # Something held this process up between its look at the clock and the bytes.
        self._check()
        self._drop(self._dealer.now())
        if self._slots and self._slots.first < due + self._asker.window / 2:
            # It lies in all windows that the call has come into.
            self._slots.take()
            return
        self._slots.clear()
        self._late = True
        with suppress(KeeperAwayError):
            self._tell_late()

    def given_up(self) -> None:
        """Say that a call that was counted has ended before its bytes left."""
        self._starting -= 1

    async def slot(self, started: float) -> None:
        """Wait until `depart` can succeed.

        Args:
            started: when the call started, by `time`.

        Raises:
            NoSlotError: that would take too long to keep a connection waiting.
        """
        now = self._dealer.now()
        self._lead = max(min(now - started, _LONGEST_LEAD), self._lead * 0.8)
        until = now + self._lead + _LONGEST_WAIT
        while True:
            self._drop(now)
            wait = self._slots.first - now if self._slots else self._ask(now)
            if not wait:
                wait = self._slots.first - now
            if now + wait > until or self.held:
                raise NoSlotError
            if wait <= 0:
                return
            await self._clock.wait(asyncio.Event(), wait)
            now = self._dealer.now()

    def time(self) -> float:
        """Return the time by which slots are dealt."""
        return self._dealer.now()

    async def turn(self) -> None:
        """Wait for the next slot, and take it."""
        never = asyncio.Event()
        while (delay := self.delay()) > 0:
            await self._clock.wait(never, delay)
        self.take()

    def slow_down(self, hold: float = 0.0, *, http: int = 0, since: float = 0.0) -> None:
        """Halve the account's rate; every 10 s after the end of the hold without another one regain a tenth of it."""
        self._dealer.slow_down(hold, http, since)

    def hold(self, seconds: float, http: int) -> None:
        """Let no call of the account go out for so long."""
        self._dealer.hold(seconds, http)

    def pause(self, *, on: bool) -> None:
        """Hold all calls of the account back, or let them go on."""
        self._dealer.pause(self._asker, on=on)

    def _check(self) -> None:
        """Forfeit all slots where they are void."""
        if self._slots and not self._dealer.valid(self._deal.generation):
            self._slots.clear()

    def _tell_late(self) -> None:
        if self._late:
            self._dealer.late(self._asker)
            self._late = False

    def _drop(self, now: float) -> None:
        """Forfeit the slots that were missed. Of more than can be used the newest stay: they leave a call more time."""
        self._slots.drop(now - min(self._deal.tolerance, _MOST_DUE * self._deal.spacing))

    def _ask(self, now: float) -> float:
        """Ask for more slots, and return the seconds to wait before asking again; 0: there are some."""
        if self._ask_at > now:
            return self._ask_at - now
        try:
            self._tell_late()
            dealt = self._dealer.deal(self._asker, self.mark)
        except KeeperAwayError as error:
            self._away_since = now if self._away_since is None else self._away_since
            self.problem = str(error)
            self._ask_at = now + _AGAIN
            return _AGAIN
        self._away_since, self.problem, self.mark = None, "", dealt.mark
        self.held, self.http = dealt.held, dealt.http
        if not dealt.count:
            self._ask_at = now + dealt.again
            return dealt.again
        if dealt.generation != self._deal.generation:
            self._slots.clear()
        self._deal = dealt
        self._slots.add(dealt.first, dealt.spacing, dealt.count)
        return 0.0
