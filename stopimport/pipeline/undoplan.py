"""What undo has to do: which numbers to take off the list, which to leave, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from stopimport.runs.digits import digits_of
from stopimport.runs.journal import UNDO_COLUMNS
from stopimport.sending.outcomes import UndoStep
from stopimport.sending.remover import GONE, NO_TURN, UNANSWERED
from stopimport.text.language import N_, _
from stopimport.vocabulary import Status, UndoStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.pipeline.listed import Listed
    from stopimport.runs.journal import Journal

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
    """What is to be done with the numbers that a run added."""

    settled: tuple[UndoStep, ...]
    """Numbers that need no call: gone already, or not to be touched."""
    removals: tuple[UndoStep, ...]
    """Entries to be taken off, status ''."""
    done: int = 0
    """Numbers that an earlier undo has settled."""

    def count(self, status: UndoStatus) -> int:
        """Return how many numbers are settled so without a call."""
        return sum(step.status == status for step in self.settled)


def open_numbers(journal: Journal) -> pd.DataFrame:
    """Return `number` and `stop_id` of what the run added and no undo has settled yet."""
    undone = journal.undo_outcomes()
    settled = undone.loc[undone["status"].isin(_FINAL), "phoneNumber"]
    added = _added(journal)
    return added[~added["number"].isin(settled)]


def plan_undo(journal: Journal, listed: Listed, needed: Mapping[str, str]) -> UndoPlan:
    """Decide what to do with each number that is open.

    Args:
        journal: the run's journal.
        listed: the whole list as it is now.
        needed: numbers that another run counts on, with its name.
    """
    still_open = open_numbers(journal)
    numbers, ids = still_open["number"].tolist(), still_open["stop_id"].tolist()
    undone = journal.undo_outcomes().set_index("phoneNumber")
    in_doubt = undone[undone["status"] == ""]
    digits = digits_of(numbers)
    on_list, ours = listed.holds(digits), listed.shows(digits, ids)
    settled, removals = [], []
    for number, stop_id, is_on, is_ours in zip(numbers, ids, on_list, ours, strict=True):
        if is_ours and number not in needed:
            removals.append(UndoStep(number, stop_id, ""))
        elif is_ours:
            settled.append(_left(number, stop_id, _(_NEEDED).format(run=needed[number])))
        elif number in in_doubt.index:
            settled.append(_removed(number, stop_id, in_doubt["removedAt"][number]))
        elif is_on:
            settled.append(_left(number, stop_id, _(_OTHER_ID if stop_id else _NO_ID)))
        else:
            settled.append(UndoStep(number, stop_id, UndoStatus.ABSENT.value))
    return UndoPlan(tuple(settled), tuple(removals), len(_added(journal)) - len(still_open))


def settle_doubts(journal: Journal, listed: Listed) -> None:
    """Record what the list says of numbers whose calls got no usable answer: gone, or still there."""
    undone = journal.undo_outcomes()
    doubts = undone[undone["status"] == ""]
    there = listed.shows(digits_of(doubts["phoneNumber"].tolist()), doubts["stopId"].tolist())
    for doubt, is_there in zip(doubts.to_dict("records"), there, strict=True):
        number, stop_id = doubt["phoneNumber"], doubt["stopId"]
        if is_there:
            code = None if pd.isna(doubt["code"]) else int(doubt["code"])
            step = UndoStep(number, stop_id, UndoStatus.FAILED.value, code, doubt["message"])
        else:
            step = _removed(number, stop_id, doubt["removedAt"])
        journal.undo_record(step)
    journal.flush()


def undo_frame(journal: Journal) -> pd.DataFrame:
    """Return a frame of `UNDO_COLUMNS`: one row for each number that the run added, each with a status.

    What has had no turn, and what is in doubt, has failed as long as nothing better is known.
    """
    added = _added(journal).rename(columns={"number": "phoneNumber", "stop_id": "stopId"})
    steps = journal.undo_outcomes().drop(columns="stopId")
    frame = added.merge(steps, on="phoneNumber", how="left", validate="one_to_one")
    no_turn, in_doubt = frame["status"].isna(), frame["status"] == ""
    frame.loc[no_turn, "message"] = _(NO_TURN)
    frame.loc[in_doubt & (frame["message"] == ""), "message"] = _(UNANSWERED)
    frame.loc[no_turn | in_doubt, "status"] = UndoStatus.FAILED.value
    frame.loc[frame["status"] != UndoStatus.REMOVED.value, "removedAt"] = np.nan
    return frame[list(UNDO_COLUMNS)]


def _added(journal: Journal) -> pd.DataFrame:
    outcomes = journal.outcomes()
    return outcomes.loc[outcomes["status"] == Status.ADDED.value, ["number", "stop_id"]]


def _left(number: str, stop_id: str, message: str) -> UndoStep:
    return UndoStep(number, stop_id, UndoStatus.LEFT.value, message=message)


def _removed(number: str, stop_id: str, when: float) -> UndoStep:
    """Return the step of an entry that is gone after a call of ours got no usable answer."""
    return UndoStep(number, stop_id, UndoStatus.REMOVED.value, None, _(GONE), None if np.isnan(when) else when)
