"""Sending a run's numbers, and fetching the stop list with the same patience."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stopimport.sending.calls import Judgement, Reply, list_error, refusal, unavailable
from stopimport.sending.clock import Clock, SystemClock
from stopimport.sending.engine import Engine
from stopimport.sending.errors import AccountRefused, AskedToWait, ListUnavailable
from stopimport.sending.gate import Patience
from stopimport.sending.outcomes import Ending, Outcome, SendOptions, SendResult
from stopimport.sending.pace import Pace
from stopimport.sending.pause import Pause
from stopimport.sending.turns import Coming, Turn, Turns
from stopimport.text.language import N_, _
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from stopimport.errors import StopimportError
    from stopimport.sending.calls import Client
    from stopimport.sending.outcomes import Progress, Recorder, Settled
    from stopimport.sending.stop_list import ListFetched, ListTaker
    from stopimport.text.language import Sentence

_STRIDE = 1024
"""Numbers reserved at once, at most: each time the journal is written to disk."""
_STRIDE_SECONDS = 2.0
"""The same in time: after a kill no more is in doubt than went out in these seconds."""


class Unwatched:
    """Progress that nobody follows."""

    def outcome(self, outcome: Settled) -> None:
        """Pass over an outcome."""

    def holding(self, reason: Sentence, seconds: float) -> None:
        """Pass over a hold."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Who watches, who may stop it, and what time it is."""

    stop: asyncio.Event = field(default_factory=asyncio.Event)
    """Set it to ask to stop: what is in flight gets `patience.drain` seconds to finish, then it is cut off."""
    progress: Progress = field(default_factory=Unwatched)
    pause: Pause = field(default_factory=Pause)
    """Set it to hold the calls back: those in flight are finished, and no outage is concluded from the silence."""
    clock: Clock = field(default_factory=SystemClock)
    patience: Patience = field(default_factory=Patience)


@dataclass(frozen=True, slots=True)
class SendPlan:
    """What is known of the list that the numbers go on."""

    listed_before: bool = False
    """Whether the stop list was fetched whole before any of them was sent, and lacked them."""
    alone: Callable[[], bool] = lambda: True
    """Says whether nobody else has been adding numbers for the account since that list was fetched."""


async def send(
    coming: Coming,
    client: Client,
    *,
    options: SendOptions,
    recorder: Recorder,
    plan: SendPlan | None = None,
    around: Surroundings | None = None,
) -> SendResult:
    """Put numbers on the stop list.

    Every number that went out, or was reserved, has an outcome when this returns: `not_sent` where the run ended
    before the number's last word. Numbers beyond what was reserved get none.

    Args:
        coming: those that are to be sent.
        client: inside its context; its pace is used, or one of `options` if it has none.
        options: how fast and how stubbornly.
        recorder: takes the outcomes; what it raises ends the sending and is raised here.
        plan: what is known of the list; None: nothing.
        around: who watches and who may stop it.
    """
    plan, around = plan or SendPlan(), around or Surroundings()
    engine = engine_for(client, options, around)
    turns = Turns(coming, recorder.reserve, stride(options))
    return await engine.run(_Adding(client, recorder, plan, around.progress), turns)


async def fetch_list(
    client: Client, taker: ListTaker | None = None, *, options: SendOptions, around: Surroundings | None = None
) -> ListFetched:
    """Fetch the stop list, with the tries, holds and limits of the sender.

    Args:
        client: inside its context.
        taker: takes the entries while they come; None: nobody wants them.
        options: how fast and how stubbornly.
        around: who watches and who may stop it.

    Raises:
        AccountRefused: the API refuses the account.
        WrongAddress: what answers is not the API.
        AskedToWait: the API asks for a longer wait than `around.patience` has.
        ListUnavailable: no usable answer after all attempts, or `around.stop` was set.
    """
    fetching, around = _Fetching(client, taker), around or Surroundings()
    result = await engine_for(client, options, around).run(fetching, Turns(Coming.of([""], 1), lambda _upto: None, 1))
    if fetching.fetched is None:
        raise fetching.problem(result, around.patience)
    return fetching.fetched


def stride(options: SendOptions) -> int:
    """Return how many numbers to reserve at once."""
    return min(max(int(options.rate / options.window * _STRIDE_SECONDS), 1), _STRIDE)


def engine_for(client: Client, options: SendOptions, around: Surroundings) -> Engine:
    """Return what makes the calls of one go: at the client's pace, which is given one of `options` if it has none."""
    client.pace = client.pace or Pace(options, around.clock)
    return Engine(
        client,
        client.pace,
        options.attempts,
        options.concurrency,
        around.stop,
        around.pause,
        around.progress.holding,
        around.clock,
        around.patience,
    )


_OURS = N_(
    "A call for this number was cut off and the next one found it listed; the list fetched before did not "
    "have it, so this run added it.",
    N_(
        "A call for this number was cut off and the next one found it listed; the list fetched before did not have it, "
        "so this import added it."
    ),
)
_MAYBE_OURS = N_(
    "A call for this number was cut off and the next one found it listed; it may have been this run that added it.",
    N_(
        "A call for this number was cut off and the next one found it listed; it may have been this import that added "
        "it."
    ),
)
_STATUSES = {
    Judgement.DONE: Status.ADDED,
    Judgement.LISTED: Status.ALREADY_LISTED,
    Judgement.REFUSED: Status.REFUSED,
}


class _Adding:
    """The job of `send`: one `add` for each number, one outcome for each answer that settles it."""

    def __init__(self, client: Client, recorder: Recorder, plan: SendPlan, progress: Progress) -> None:
        self._client, self._recorder, self._plan, self._progress = client, recorder, plan, progress

    def call(self, turn: Turn) -> Coroutine[Any, Any, Reply]:
        return self._client.add_now(turn.number)

    def settle(self, turn: Turn, reply: Reply | None) -> None:
        if reply is None:
            self._recorder.record(
                Outcome(
                    turn.index,
                    Status.NOT_SENT,
                    attempts=turn.calls,
                    sent_at=turn.sent_at,
                    in_doubt=turn.doubt,
                )
            )
            return
        status = _STATUSES.get(reply.judgement, Status.FAILED)
        code, message = turn.code, reply.message
        in_doubt = turn.doubt and status is Status.FAILED
        if turn.doubt and status is Status.ALREADY_LISTED:
            ours = self._plan.listed_before and self._plan.alone()
            message = _(_OURS if ours else _MAYBE_OURS)
            if ours:
                status, code = Status.ADDED, 200
        outcome = Outcome(turn.index, status, code, reply.stop_id, message, turn.calls, turn.sent_at, in_doubt)
        self._recorder.record(outcome)
        self._progress.outcome(outcome)


class _Fetching:
    """The job of `fetch_list`: one `list`."""

    def __init__(self, client: Client, taker: ListTaker | None) -> None:
        self.fetched: ListFetched | None = None
        self._client, self._taker = client, taker
        self._last: Reply | None = None

    async def call(self, turn: Turn) -> Reply:  # noqa: ARG002 - there is only one
        self._last, self.fetched = await self._client.list_now(self._taker)
        return self._last

    def settle(self, turn: Turn, reply: Reply | None) -> None:
        """Nothing is recorded."""

    def problem(self, result: SendResult, patience: Patience) -> StopimportError:
        """Return the error for what the calls came to."""
        if result.ending is Ending.STOPPED:
            return ListUnavailable(_("it was stopped."))
        if self._last is None:
            # Held before it began: the account was asked to wait by an earlier call.
            return AskedToWait(str(result.why or _("it was stopped.")))
        if result.ending is Ending.ACCOUNT_REFUSED:
            return AccountRefused(refusal(self._last))
        if result.ending is Ending.ABORTED and self._last.judgement is Judgement.MISPLACED:
            return list_error(self._last)
        if (self._last.retry_after or 0.0) > patience.outage:
            return AskedToWait(str(result.why), result.asked)
        return ListUnavailable(str(result.why or unavailable(self._last)))
