"""What undo has to do: which numbers to take off the list, which to leave, and what became of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from stopimport.runs.digits import digits_of, e164
from stopimport.sending.outcomes import UndoStep
from stopimport.sending.remover import GONE, NO_TURN, UNANSWERED
from stopimport.text.language import N_, _
from stopimport.text.masking import mask
from stopimport.vocabulary import Status, UndoStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from stopimport.pipeline.listed import Listed
    from stopimport.pipeline.other_runs import Needed
    from stopimport.runs.journal import Journal

_EXAMPLES = 3
_FINAL = (UndoStatus.REMOVED.value, UndoStatus.ABSENT.value)
_NO_ID = N_(
    "The id of the entry that the run added is not known, so this entry may be someone else's.",
    N_("The id of the entry that the import added is not known, so this entry may be someone else's."),
)
_OTHER_ID = N_(
    "It is on the stop list under another id, so this entry is not the run's.",
    N_("It is on the stop list under another id, so this entry is not the import's."),
)
_NEEDED = N_(
    "The run {run} was told that it is on the stop list and relies on it; --even-if-needed takes it off.",
    N_("The import {run} was told that it is on the stop list and relies on it."),
)


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """What is to be done with the numbers that a run added; which step is whose is worked out a block at a time."""

    journal: Journal
    listed: Listed
    """The whole list as it is now."""
    needed: Needed
    """Numbers that another run counts on."""
    removals: int = 0
    """Entries to be taken off."""
    examples: tuple[str, ...] = ()
    """A few of these, masked."""
    settled: Counter[str] = field(default_factory=Counter)
    """Numbers that need no call, gone already or not to be touched, by their status."""
    done: int = 0
    """Numbers that an earlier undo has settled."""

    @classmethod
    def made(cls, journal: Journal, listed: Listed, needed: Needed) -> UndoPlan:
        """Decide what to do with each number that is open."""
        plan, settled, examples = cls(journal, listed, needed), Counter[str](), list[str]()
        for block in journal.blocks():
            for step in plan._steps(block):
                settled[step.status] += 1
                if not step.status and len(examples) < _EXAMPLES:
                    examples.append(mask(step.number))
        removals = settled.pop("", 0)
        done = len(journal.undone(_FINAL))
        return replace(plan, removals=removals, examples=tuple(examples), settled=settled, done=done)

    def settle(self) -> None:
        """Record what needs no call."""
        for block in self.journal.blocks():
            for step in [step for step in self._steps(block) if step.status]:
                self.journal.undo_record(step)
        self.journal.flush()

    def to_remove(self) -> Iterator[UndoStep]:
        """Yield the entries to be taken off, status ''."""
        for block in self.journal.blocks():
            yield from [step for step in self._steps(block) if not step.status]

    def _steps(self, block: range) -> Iterator[UndoStep]:
        """Yield what to do with each number of a block that is open."""
        added, known = open_additions(self.journal, block)
        if not len(added):
            return
        on_list, ours = self.listed.holds(added.digits), self.listed.shows(added.digits, added.stop_ids)
        needing = self.needed.by(added.digits)
        columns = (e164(added.digits).to_pylist(), added.stop_ids, on_list.tolist(), ours.tolist(), needing)
        for number, stop_id, is_on, is_ours, by in zip(*columns, strict=True):
            if is_ours:
                yield _left(number, stop_id, _(_NEEDED).format(run=by)) if by else UndoStep(number, stop_id, "")
            elif number in known and not known[number].status:
                yield _removed(known[number])
            elif is_on:
                yield _left(number, stop_id, _(_OTHER_ID if stop_id else _NO_ID))
            else:
                yield UndoStep(number, stop_id, UndoStatus.ABSENT.value)


@dataclass(frozen=True, slots=True)
class Additions:
    """Numbers that a run added."""

    digits: NDArray[np.int64]
    stop_ids: list[str]

    def __len__(self) -> int:
        return len(self.digits)


def additions(journal: Journal, block: range) -> Additions:
    """Return those among the numbers of a block that the run added."""
    outcomes = journal.outcomes_between(block.start, block.stop)
    added = (outcomes["status"] == Status.ADDED.value).to_numpy(dtype=bool)
    if not added.any():
        return Additions(np.empty(0, np.int64), [])
    return Additions(journal.digits(block)[added], outcomes["stop_id"][added].tolist())


def open_additions(journal: Journal, block: range) -> tuple[Additions, Mapping[str, UndoStep]]:
    """Return those of them that no undo has settled yet, and what undo did with the numbers of the block."""
    added = additions(journal, block)
    numbers = e164(added.digits).to_pylist()
    known = journal.undo_steps(numbers)
    places = [at for at, number in enumerate(numbers) if number not in known or known[number].status not in _FINAL]
    return Additions(added.digits[places], [added.stop_ids[at] for at in places]), known


def settle_doubts(journal: Journal, listed: Listed) -> None:
    """Record what the list says of numbers whose calls got no usable answer: gone, or still there."""
    doubts = journal.undo_doubts()
    there = listed.shows(digits_of([doubt.number for doubt in doubts]), [doubt.stop_id for doubt in doubts])
    for doubt, is_there in zip(doubts, there, strict=True):
        failed = replace(doubt, status=UndoStatus.FAILED.value, removed_at=None)
        journal.undo_record(failed if is_there else _removed(doubt))
    journal.flush()


def steps_so_far(journal: Journal) -> Iterator[list[UndoStep]]:
    """Yield the numbers that the run added, a block at a time, each with a status.

    What has had no turn, and what is in doubt, has failed as long as nothing better is known.
    """
    for block in journal.blocks():
        added = additions(journal, block)
        numbers = e164(added.digits).to_pylist()
        known = journal.undo_steps(numbers)
        yield [
            _so_far(number, stop_id, known.get(number)) for number, stop_id in zip(numbers, added.stop_ids, strict=True)
        ]


def _so_far(number: str, stop_id: str, step: UndoStep | None) -> UndoStep:
    if step is None:
        return UndoStep(number, stop_id, UndoStatus.FAILED.value, message=_(NO_TURN))
    message, removed_at = step.message, step.removed_at
    if not step.status:
        message = message or _(UNANSWERED)
    if step.status != UndoStatus.REMOVED.value:
        removed_at = None
    return UndoStep(number, stop_id, step.status or UndoStatus.FAILED.value, step.code, message, removed_at)


def _left(number: str, stop_id: str, message: str) -> UndoStep:
    return UndoStep(number, stop_id, UndoStatus.LEFT.value, message=message)


def _removed(doubt: UndoStep) -> UndoStep:
    """Return the step of an entry that is gone after a call of ours got no usable answer."""
    return replace(doubt, status=UndoStatus.REMOVED.value, code=None, message=_(GONE))
