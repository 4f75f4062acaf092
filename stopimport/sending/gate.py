"""When calls may go out: holds that the server asks for, and the breaker for a server that is away."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenacity import RetryCallState, wait_exponential_jitter

from stopimport.sending.calls import USABLE, Hold, Judgement, Reply
from stopimport.text.language import N_, Plural, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from stopimport.sending.clock import Clock
    from stopimport.sending.pace import Pacing


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on hoping; the contract's figures."""

    away_after: int = 20
    """Transport failures in a row after which the server seems away."""
    outage: float = 300.0
    """Seconds without a usable answer, or of a `Retry-After`, after which the run ends."""
    drain: float = 8.0
    """Seconds that calls in flight get to finish when somebody asks to stop: Docker kills after 10."""
    same_code: int = 20
    """Numbers in a row failing with the same code after which the run ends."""
    denied: int = 3
    """Answers 401 or 403 without a code in a row after which the account counts as refused."""
    first_wait: float = 0.5
    longest_wait: float = 30.0
    """Bounds of the growing waits between tries."""


class Backoff:
    """Exponential waits with jitter: tenacity's arithmetic without its loop, which sleeps with a number in hand."""

    def __init__(self, patience: Patience) -> None:
        self._wait = wait_exponential_jitter(
            multiplier=patience.first_wait, max=patience.longest_wait, jitter=patience.first_wait
        )
        self._state = RetryCallState(None, None, (), {})  # type: ignore[arg-type] # nothing but the number is read

    def __call__(self, attempt: int) -> float:
        """Return the seconds to wait after the `attempt`-th failure."""
        self._state.attempt_number = attempt
        return float(self._wait(self._state))


_ASKED = N_("{vendor} asks to wait (HTTP {http}).")
_SLOWER = N_("{vendor} asks for fewer calls (HTTP {http}).")
_DENIED = N_("{vendor} refuses calls for now (HTTP {http}).")
_AWAY = N_("{vendor} does not answer: {problem}")
_OUTAGE = Plural(
    "{vendor} has given no usable answer for {minutes} minute: {problem}",
    "{vendor} has given no usable answer for {minutes} minutes: {problem}",
    by="minutes",
)
_TOO_LONG = Plural(
    "{vendor} asks to wait {minutes} minute (HTTP {http}).",
    "{vendor} asks to wait {minutes} minutes (HTTP {http}).",
    by="minutes",
)
_SHARED = N_(
    "{vendor} asked another run of this account to wait (HTTP {http}).",
    N_("{vendor} asked another import of this account to wait (HTTP {http})."),
)
_SETTLING = N_("Nothing is known of this account's last calls, so they get their time first.")
_KEEPER = N_("Nobody can say when calls may go out: {problem}")
_A_MOMENT = 1e-9
"""A silence that has just begun."""
_TOLD_FROM = 2.0
"""Seconds from which on a hold of the account is told."""
_LONGEST = 1e9
"""Seconds that anything is held at most: whatever a server asks for stays a time that can be counted."""


class Gate:
    """Decides when the next call may go out, from the pace and from what came back so far.

    Args:
        pace: the rate.
        patience: how long to go on hoping.
        clock: tells the time.
        holding: told when nothing goes out for a while, and why.
        hold: the hold in force, shared with the gates before and after this one.
    """

    def __init__(
        self, pace: Pacing, patience: Patience, clock: Clock, holding: Callable[[Sentence, float], None], hold: Hold
    ) -> None:
        self.outage: Sentence | None = None
        """Why it makes no sense to go on, once it makes none."""
        self.asked = 0.0
        """Seconds to be left alone for, where that is why."""
        self._pace, self._patience, self._clock, self._holding = pace, patience, clock, holding
        self._backoff = Backoff(patience)
        self._held = hold
        self._hold_began = -math.inf
        self._holds = 0
        self._failures = 0
        self._silence = 0.0
        self._looked_at: float | None = None
        self._calling = 0
        self._shared_until = -math.inf
        self._paused_at: float | None = None

    @property
    def away(self) -> bool:
        """Whether the server seems away: only single probes go out, and failures cost the numbers nothing."""
        return self._failures >= self._patience.away_after

    def delay(self, in_flight: int) -> float:
        """Return the seconds until the next call may start: 0 or less for now, infinity for when one has returned."""
        if self._paused_at is not None or (in_flight and self.away):
            return math.inf
        held = self._held.until - self._clock.monotonic()
        if held > 0:
            # Slots are asked for once they can be used.
            return held
        delay = self._pace.delay()
        self._heed_others()
        return delay

    def _heed_others(self) -> None:
        """Take what the pace has heard of the account's other senders, and of whoever deals out its slots."""
        held, limit = self._pace.held, self._patience.outage
        if held > limit:
            self.outage = Sentence(_TOO_LONG, minutes=math.ceil(held / 60), http=self._pace.http)
        elif self._pace.away >= limit:
            self.outage = Sentence(_KEEPER, problem=self._pace.problem)
        elif self._pace.away > _TOLD_FROM:
            if self._clock.monotonic() > self._shared_until:
                left = limit - self._pace.away
                self._holding(Sentence(_KEEPER, problem=self._pace.problem), left)
                self._shared_until = self._clock.monotonic() + left
        elif held > _TOLD_FROM and self._clock.monotonic() + held > self._shared_until + 1:
            http = self._pace.http
            self._holding(Sentence(_SHARED, http=http) if http else Sentence(_SETTLING), held)
            self._shared_until = self._clock.monotonic() + held

    def opened(self) -> None:
        """Count a call that starts now."""
        self.look()
        self._pace.take()
        self._calling += 1

    def look(self) -> None:
        """Count the silence so far; to be called often.

        What passes without anybody looking was no silence of the server's: the machine slept, or was stopped.
        """
        now = self._clock.monotonic()
        if self._paused_at is None and self._looked_at is not None and (self._calling or self._silence):
            self._silence += min(now - self._looked_at, self._patience.outage / 4)
        self._looked_at = now

    @property
    def look_again(self) -> float:
        """Seconds after which to `look` again while nothing happens."""
        return self._patience.outage / 8

    def pause(self) -> None:
        """Let no call start until `go_on`."""
        self.look()
        self._paused_at = self._clock.monotonic()
        self._pace.pause(on=True)

    def go_on(self) -> float:
        """Let calls start again, and return the seconds of the pause: the server was not silent in them."""
        now = self._clock.monotonic()
        seconds, self._paused_at = now - (now if self._paused_at is None else self._paused_at), None
        self._looked_at = now
        self._pace.pause(on=False)
        return seconds

    def missed(self) -> None:
        """Take back a call that has not left, because there was no slot for it."""
        self._calling -= 1

    def returned(self, reply: Reply, started: float) -> bool:
        """Learn from a reply, and return whether the number's attempt is used up.

        Args:
            reply: what came back.
            started: when the call started, by the clock's monotonic time.
        """
        now = self._clock.monotonic()
        self.look()
        self._calling -= 1
        if reply.judgement in USABLE:
            self._silence, self._failures, self._holds = 0.0, 0, 0
            return True
        # From the first failure on all time counts, until there is a usable answer.
        self._silence = self._silence or _A_MOMENT
        was_away = self.away
        # Any HTTP answer shows that the server is there, whatever it says.
        self._failures = 0 if reply.http else self._failures + 1
        self._look_for_outage(reply)
        if reply.judgement in {Judgement.THROTTLED, Judgement.DENIED}:
            self._throttle(reply, started, now)
            return False
        if reply.retry_after:
            self._hold(now, reply.retry_after, Sentence(_ASKED, http=reply.http))
            self._pace.hold(min(reply.retry_after, _LONGEST), reply.http)
        elif self.away:
            wait = self._backoff(self._failures - self._patience.away_after + 1)
            self._hold(now, wait, Sentence(_AWAY, problem=reply.message))
            self._pace.hold(wait, 0)
        return not was_away or bool(reply.http)

    def _throttle(self, reply: Reply, started: float, now: float) -> None:
        if started <= self._hold_began:
            # It was in flight when the hold began: the same one, told twice.
            self._held.until = max(self._held.until, now + (reply.retry_after or 0.0))
            return
        self._holds += 1
        wait = self._backoff(self._holds) if reply.retry_after is None else reply.retry_after
        self._hold_began = now
        self._pace.slow_down(min(wait, _LONGEST), http=reply.http, since=now - started)
        words = _SLOWER if reply.judgement is Judgement.THROTTLED else _DENIED
        self._hold(now, wait, Sentence(words, http=reply.http))

    def _hold(self, now: float, seconds: float, reason: Sentence) -> None:
        if now + seconds > self._held.until:
            if self._held.until <= now:
                self._holding(reason, seconds)
            self._held.until = now + seconds

    def _look_for_outage(self, reply: Reply) -> None:
        limit = self._patience.outage
        if (reply.retry_after or 0.0) > limit:
            self.asked = max(self.asked, reply.retry_after or 0.0)
            minutes = math.ceil((reply.retry_after or 0.0) / 60)
            self.outage = Sentence(_TOO_LONG, minutes=minutes, http=reply.http)
        elif self._silence >= limit:
            self.outage = Sentence(_OUTAGE, minutes=round(limit / 60), problem=reply.message)
