"""Taking numbers off the stop list again, with the tries, holds and limits of the sender."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Protocol

from stopimport.sending.calls import Judgement
from stopimport.sending.sender import engine_for, stride
from stopimport.sending.turns import Coming, Turn, Turns
from stopimport.text.language import N_, _
from stopimport.vocabulary import UndoStatus

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Iterator
    from typing import Any

    from stopimport.sending.calls import Client, Reply
    from stopimport.sending.outcomes import Progress, SendOptions, SendResult, UndoStep
    from stopimport.sending.sender import Surroundings

NO_TURN = N_("Undo ended before its turn.")
UNANSWERED = N_("A call to take it off got no usable answer; the next undo will find out what became of it.")
GONE = N_("A call to take it off got no usable answer, and it is no longer on the stop list.")


class UndoRecorder(Protocol):
    """Takes the steps of undo as they come; the run's journal is one."""

    def undo_reserve(self, steps: Iterable[UndoStep]) -> None:
        """Return once it is on disk that calls may go out for these numbers (steps whose status is '')."""

    def undo_record(self, step: UndoStep) -> None:
        """Take one step. A later one for the same number replaces it."""


async def remove(
    steps: Iterable[UndoStep],
    count: int,
    client: Client,
    *,
    options: SendOptions,
    recorder: UndoRecorder,
    around: Surroundings,
) -> SendResult:
    """Take entries off the stop list.

    Every step that was reserved has a status when this returns, or '' where calls went out and none of their answers
    told what became of it. Steps beyond what was reserved get none.

    Args:
        steps: the entries, all on the list as it was just now, with the status ''; taken as they are needed.
        count: how many they are.
        client: inside its context; its pace is used, or one of `options` if it has none.
        options: how fast and how stubbornly.
        recorder: takes the steps; what it raises ends the removing and is raised here.
        around: who watches and who may stop it.
    """
    job = _Removing(iter(steps), client, recorder, around.progress)
    turns = Turns(Coming((Turn(index) for index in range(count)), count), job.reserve, stride(options))
    return await engine_for(client, options, around).run(job, turns)


@dataclass(slots=True)
class _Removing:
    """The job of `remove`: one `delete` for each step."""

    coming: Iterator[UndoStep]
    client: Client
    recorder: UndoRecorder
    progress: Progress
    steps: dict[int, UndoStep] = field(default_factory=dict)
    """Those that were reserved, or are about to be, and are not settled."""
    made: int = 0
    reserved: int = 0

    def reserve(self, upto: int) -> None:
        for index, step in enumerate(islice(self.coming, upto - self.made), self.made):
            self.steps[index], self.made = step, index + 1
        self.recorder.undo_reserve(self.steps[index] for index in range(self.reserved, upto))
        self.reserved = upto

    def call(self, turn: Turn) -> Coroutine[Any, Any, Reply]:
        return self.client.delete_now(self.steps[turn.index].stop_id)

    def settle(self, turn: Turn, reply: Reply | None) -> None:
        step = self.steps.pop(turn.index)
        if reply is None:
            status, message = ("", _(UNANSWERED)) if turn.calls else (UndoStatus.FAILED.value, _(NO_TURN))
        else:
            status, message = _judged(turn, reply)
        settled = replace(step, status=status, code=turn.code, message=message)
        if status in {"", UndoStatus.REMOVED}:
            # Where no answer told: if the last call did its work, then about when it started.
            settled = replace(settled, removed_at=turn.sent_at)
        self.recorder.undo_record(settled)
        if reply is not None:
            self.progress.outcome(settled if status else replace(settled, status=UndoStatus.FAILED.value))


def _judged(turn: Turn, reply: Reply) -> tuple[str, str]:
    """Return the status and the message that an entry's last reply gives it; '' if only the list can tell."""
    if reply.judgement is Judgement.DONE:
        return UndoStatus.REMOVED.value, reply.message
    if reply.judgement is Judgement.ABSENT:
        # The list fetched just before had the entry, so a call of ours before this one took it off.
        return (UndoStatus.REMOVED.value, _(GONE)) if turn.calls > 1 else (UndoStatus.ABSENT.value, reply.message)
    unsettled = turn.doubt or reply.judgement is Judgement.RETRY
    return "" if unsettled else UndoStatus.FAILED.value, reply.message
