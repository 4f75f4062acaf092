"""Making many calls with care: workers, tries, holds, ends. What the calls do is the business of a `CallJob`."""

from __future__ import annotations

import asyncio
import logging
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from stopimport.sending.calls import Judgement, Reply, refusal
from stopimport.sending.clock import Clock, SystemClock
from stopimport.sending.gate import Backoff, Gate, Patience
from stopimport.sending.outcomes import Ending, SendResult
from stopimport.sending.pause import Pause
from stopimport.text.language import N_, Sentence
from stopimport.text.masking import mask_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from stopimport.sending.calls import Client
    from stopimport.sending.pace import Pacing
    from stopimport.sending.turns import Turn, Turns

log = logging.getLogger(__name__)
_MOST_WORKERS = 32
_HEARTBEAT = 2.0
"""Seconds between two looks at the clock."""


class CallJob(Protocol):
    """The calls to make."""

    async def call(self, turn: Turn) -> Reply:
        """Make the call for one number."""

    def settle(self, turn: Turn, reply: Reply | None) -> None:
        """Take a number's last reply; None: the run ended before there was one."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What the calls are made with."""

    client: Client
    pace: Pacing
    attempts: int = 5
    concurrency: int | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    pause: Pause = field(default_factory=Pause)
    holding: Callable[[Sentence, float], None] = lambda _reason, _seconds: None
    clock: Clock = field(default_factory=SystemClock)
    patience: Patience = field(default_factory=Patience)

    async def run(self, job: CallJob, turns: Turns) -> SendResult:
        """Make the calls for all of `turns`, until there are none left or it makes no sense to go on."""
        return await _Go(self, job, turns).run()


_UNSETTLED = frozenset({Judgement.RETRY, Judgement.THROTTLED, Judgement.DENIED, Judgement.ACCOUNT, Judgement.MISPLACED})
_ACCOUNT = N_("{vendor} refuses the account ({reason}).")
_MISPLACED = N_("{problem}. Check --base-url.", N_("{problem}. Ask whoever set up this program."))
_SAME_CODE = N_("{count:,} numbers in a row failed with {reason}.")


class _Go:
    """One go at a queue of numbers.

    Only one worker at a time, the one that holds the lock, waits for the rate, for holds and for numbers that are
    not due yet; it has no number in its hands while it waits. The others make calls, or queue at the lock. Whoever
    leaves the lock with a number and sees nobody queueing starts another worker: there are as many as the rate needs.
    """

    def __init__(self, engine: Engine, job: CallJob, turns: Turns) -> None:
        self._engine, self._job, self._turns, self._clock = engine, job, turns, engine.clock
        self._gate = Gate(engine.pace, engine.patience, engine.clock, self._holding, engine.client.hold)
        self._backoff = Backoff(engine.patience)
        self._most = engine.concurrency or _MOST_WORKERS
        self._lock = asyncio.Lock()
        self._changed = asyncio.Event()
        self._gone = asyncio.Event()
        self._workers: set[asyncio.Task[None]] = set()
        self._queueing = 0
        self._in_flight = 0
        self._ending: Ending | None = None
        self._why: Sentence | None = None
        self._cutting_off = False
        self._warm = engine.client.answered
        self._untold: tuple[Sentence, float] | None = None
        self._denied = 0
        self._same_code: tuple[int | None, int] = (None, 0)
        self._sent = self._retried = 0
        self._first: float | None = None
        self._last = self._still = 0.0

    async def run(self) -> SendResult:
        try:
            with self._engine.pause.followed(self._paused):
                async with asyncio.TaskGroup() as group:
                    self._group = group
                    watchers = [group.create_task(self._watch()), group.create_task(self._look())]
                    self._start_worker()
                    await self._gone.wait()
                    for watcher in watchers:
                        watcher.cancel()
        except BaseExceptionGroup as several:
            # The first is what went wrong: a full disk under the journal, or a bug.
            raise several.exceptions[0] from None
        interrupted = bool(self._turns) or self._cutting_off
        for turn in self._turns.left():
            self._job.settle(turn, None)
        if self._ending is Ending.STOPPED and not interrupted:
            self._ending = None
        seconds = self._last - self._first - self._still if self._first is not None else 0.0
        return SendResult(
            self._ending or Ending.FINISHED, self._why, self._sent, self._retried, max(seconds, 0.0), self._gate.asked
        )

    def _start_worker(self) -> None:
        task = self._group.create_task(self._work())
        self._workers.add(task)
        task.add_done_callback(self._worker_gone)

    def _worker_gone(self, task: asyncio.Task[None]) -> None:
        self._workers.discard(task)
        if not self._workers:
            self._gone.set()

    async def _watch(self) -> None:
        await self._engine.stop.wait()
        self._end(Ending.STOPPED)
        await self._clock.wait(self._gone, self._engine.patience.drain)
        self._cutting_off = bool(self._in_flight)
        for worker in list(self._workers):
            worker.cancel()

    async def _look(self) -> None:
        """Look at the clock often, so that time in which the machine slept is no silence of the server's."""
        while True:
            await asyncio.sleep(_HEARTBEAT)
            self._gate.look()
            if self._engine.pause.on:
                self._engine.pace.pause(on=True)  # still there: else others would go on

    def _paused(self) -> None:
        """A pause begins or ends."""
        if self._engine.pause.on:
            self._gate.pause()
        else:
            seconds = self._gate.go_on()
            self._still += seconds if self._first is not None else 0.0
        self._changed.set()

    async def _work(self) -> None:
        while (turn := await self._next()) is not None:
            try:
                reply = await self._job.call(turn)
            except asyncio.CancelledError:
                if not self._cutting_off:
                    raise
                turn.doubt = True
                turn.calls += 1
                self._job.settle(turn, None)
                return
            if reply.missed:
                self._missed(turn)
            else:
                self._returned(turn, reply)

    async def _next(self) -> Turn | None:
        """Wait for the next number and for the moment at which it may go out; None: there is none any more."""
        self._queueing += 1
        async with self._lock:
            self._queueing -= 1
            turn = await self._wait()
        if turn and not self._queueing and self._turns and len(self._workers) < self._most:
            self._start_worker()
        return turn

    async def _wait(self) -> Turn | None:
        while self._ending is None and (self._turns or self._in_flight):
            now = self._clock.monotonic()
            self._gate.look()
            delay = self._turns.wait(now, probe=self._gate.away)
            if delay <= 0:
                delay = self._delay()
                self._tell_hold()
            if self._gate.outage:
                self._end(Ending.OUTAGE, self._gate.outage)
                return None
            if delay <= 0 and (turn := self._turns.take(now, probe=self._gate.away)):
                self._leave(turn, now)
                return turn
            self._changed.clear()
            # Waiting is looked at every now and then, see `Gate.look`.
            await self._clock.wait(self._changed, delay if delay == math.inf else min(delay, self._gate.look_again))
        return None

    def _delay(self) -> float:
        # The first call goes alone: it opens the first connection, and a wrong key or address shows at once.
        return math.inf if self._in_flight and not self._warm else self._gate.delay(self._in_flight)

    def _leave(self, turn: Turn, now: float) -> None:
        self._gate.opened()
        self._in_flight += 1
        self._sent += 1
        self._retried += turn.calls > 0
        turn.started, turn.sent_at = now, self._clock.time()
        if self._first is None:
            self._first = now

    def _missed(self, turn: Turn) -> None:
        """Put a number back whose call has not left because its slot had passed: nothing has happened."""
        self._in_flight -= 1
        self._sent -= 1
        self._retried -= turn.calls > 0
        self._gate.missed()
        self._turns.again(turn, -math.inf)
        self._changed.set()

    def _returned(self, turn: Turn, reply: Reply) -> None:
        self._last = now = self._clock.monotonic()
        self._in_flight -= 1
        self._changed.set()
        if not self._warm and reply.http:
            self._warm = True
        turn.calls += reply.sent or not self._gate.away
        turn.tries += self._gate.returned(reply, turn.started)
        turn.doubt |= reply.doubt
        turn.code = turn.code if reply.code is None else reply.code
        self._denied = self._denied + 1 if reply.judgement is Judgement.DENIED else 0
        if reply.judgement in _UNSETTLED and not self._given_up(turn, reply):
            self._again(turn, reply, now)
        else:
            self._same_code_again(reply)
            self._job.settle(turn, reply)
        if self._gate.outage:
            self._end(Ending.OUTAGE, self._gate.outage)
        self._tell_hold()

    def _holding(self, reason: Sentence, seconds: float) -> None:
        self._untold = (reason, seconds)

    def _tell_hold(self) -> None:
        """Tell of the hold that a reply has brought, unless the same reply has ended everything."""
        if self._untold and self._ending is None:
            log.info("Holding for %.0f s: %s", self._untold[1], mask_text(str(self._untold[0])))
            self._engine.holding(*self._untold)
        self._untold = None

    def _given_up(self, turn: Turn, reply: Reply) -> bool:
        return reply.judgement is Judgement.RETRY and turn.tries >= self._engine.attempts

    def _again(self, turn: Turn, reply: Reply, now: float) -> None:
        """Put a number back; whether it gets another try, the end of the sitting decides."""
        log.info("Number %d, call %d: %s: %s", turn.index, turn.calls, reply.judgement, mask_text(reply.message))
        backing_off = reply.judgement is Judgement.RETRY and not self._gate.away
        self._turns.again(turn, now + self._backoff(turn.tries) if backing_off else now)
        refused = reply.judgement is Judgement.ACCOUNT
        if reply.judgement is Judgement.DENIED:
            refused = not self._engine.client.accepted or self._denied >= self._engine.patience.denied
        if refused:
            self._end(Ending.ACCOUNT_REFUSED, Sentence(_ACCOUNT, reason=refusal(reply)))
        if reply.judgement is Judgement.MISPLACED:
            self._end(Ending.ABORTED, Sentence(_MISPLACED, problem=reply.message))

    def _same_code_again(self, reply: Reply) -> None:
        if reply.judgement is not Judgement.FAILED:
            self._same_code = (None, 0)
            return
        code, count = self._same_code
        self._same_code = (reply.code, count + 1 if code == reply.code else 1)
        if self._same_code[1] >= self._engine.patience.same_code:
            self._end(Ending.ABORTED, Sentence(_SAME_CODE, count=self._same_code[1], reason=refusal(reply)))

    def _end(self, ending: Ending, why: Sentence | None = None) -> None:
        # A refused account outranks every other ending, as its exit code does.
        if self._ending is None or (ending is Ending.ACCOUNT_REFUSED and self._ending is not ending):
            self._ending, self._why = ending, why
        self._changed.set()
