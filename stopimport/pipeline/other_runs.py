"""The runs beside a run: which of its numbers do others count on?"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.errors import StopimportError
from stopimport.pipeline.accounts import same_account
from stopimport.pipeline.undoplan import open_additions
from stopimport.runs.digits import among, places
from stopimport.runs.errors import ForeignJournal, NoRun
from stopimport.runs.folder import RunFolder
from stopimport.runs.history import read_summary
from stopimport.runs.journal import Journal
from stopimport.runs.lookup import peek
from stopimport.vocabulary import Status, UndoStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from stopimport.pipeline.job import Job
    from stopimport.runs.facts import RunFacts

_THERE = (Status.ADDED.value, Status.ALREADY_LISTED.value)
"""Outcomes that say that a number is on the list."""
_ANY = ("", *(status.value for status in UndoStatus))


@dataclass(frozen=True, slots=True)
class Needed:
    """Numbers that other runs count on."""

    digits: NDArray[np.int64]
    """Ascending."""
    which: NDArray[np.int64]
    """For each the index of a run that counts on it."""
    runs: Sequence[str]
    """Their names."""

    @classmethod
    def nothing(cls) -> Needed:
        """Return that nobody counts on any."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), ())

    def by(self, digits: NDArray[np.int64]) -> list[str]:
        """Return for each number the name of a run that counts on it; '' for none."""
        if not len(self.digits):
            return [""] * len(digits)
        which = np.where(among(digits, self.digits), self.which[places(digits, self.digits)], -1)
        return [self.runs[run] if run >= 0 else "" for run in which.tolist()]


def needed_by_others(job: Job) -> Needed:
    """Return those numbers that undo may take off and another run beside this one counts on, with that run's name.

    Such a run was told that the number is there: it found this very entry on the list, or got it as the answer to its
    own call. Whoever takes it off takes it away from that run too. Which run came first the ids of the entries say;
    clocks may be wrong, and are not asked. A run that was undone does not count on what it gave up.

    Raises:
        StopimportError: the journal of a run beside it cannot be read, so nobody knows.
    """
    facts = job.journal.facts
    if facts.sandbox:
        # Its list lies in its folder: no other run has seen it.
        return Needed.nothing()
    ours, found, names = _Ours.of(job.journal), [np.empty(0, np.int64)], list[str]()
    for folder, other in _siblings(RunFolder(job.folder.path.resolve())):
        if not other.sandbox and same_account(other, facts):
            with Journal.open(folder.journal) as journal:
                found.append(_counted_on(journal, ours))
            names.append(folder.name)
    digits = np.concatenate(found)
    which = np.repeat(np.arange(len(found)) - 1, [len(each) for each in found])
    order = np.argsort(digits, kind="stable")
    # The last one of several.
    last = np.diff(digits[order], append=-1) != 0
    return Needed(digits[order][last], which[order][last], names)


def forgotten(job: Job) -> list[str]:
    """Return the runs beside this one, of its account, whose data was deleted: nobody knows what they count on."""
    facts, found = job.journal.facts, list[str]()
    own = job.folder.path.resolve()
    for path in sorted(own.parent.iterdir()):
        folder = RunFolder(path)
        with suppress(OSError, StopimportError):
            kept = read_summary(folder) if path != own and not folder.journal.exists() else None
            if kept is not None and kept.facts.deleted and kept.counts.already_listed + kept.counts.added:
                found += [folder.name] if same_account(kept.facts, facts) and not kept.facts.sandbox else []
    return found


@dataclass(frozen=True, slots=True)
class _Ours:
    """What undo may take off."""

    digits: NDArray[np.int64]
    """Ascending."""
    ids: pa.Array

    @classmethod
    def of(cls, journal: Journal) -> _Ours:
        digits, ids = [np.empty(0, np.int64)], [pa.array([], pa.string())]
        for block in journal.blocks():
            added, _known = open_additions(journal, block)
            digits.append(added.digits)
            ids.append(pa.array(added.stop_ids, pa.string()))
        order = np.argsort(every := np.concatenate(digits))
        return cls(every[order], pa.concat_arrays(ids).take(pa.array(order)))


def _counted_on(journal: Journal, ours: _Ours) -> NDArray[np.int64]:
    """Return the numbers whose entry the run of `journal` counts on, out of `ours`."""
    given_up, found = journal.undone(_ANY), [np.empty(0, np.int64)]
    for block in journal.blocks():
        outcomes, digits = journal.outcomes_between(block.start, block.stop), journal.digits(block)
        there = outcomes["status"].isin(_THERE).to_numpy(dtype=bool) & among(digits, ours.digits)
        if not there.any():
            continue
        ids = pa.array(outcomes["stop_id"][there].tolist(), pa.string())
        own = ours.ids.take(pa.array(places(digits[there], ours.digits)))
        # Where an answer named no id, the entry may be ours.
        same = pc.or_(pc.equal(ids, ""), pc.equal(ids, own)).to_numpy(zero_copy_only=False)
        added = (outcomes["status"][there] == Status.ADDED.value).to_numpy(dtype=bool)
        found.append(digits[there][same & ~(added & among(digits[there], given_up))])
    return np.concatenate(found)


def _siblings(own: RunFolder) -> Iterator[tuple[RunFolder, RunFacts]]:
    for path in sorted(own.path.parent.iterdir()):
        folder = RunFolder(path)
        # What is no run, or a folder that is closed to us, is not one of this user's runs. (os.path hides its errors.)
        if path != own.path and os.path.isfile(folder.journal):  # noqa: PTH113 - Path.is_file raises
            try:
                yield folder, peek(folder.journal)
            except (NoRun, ForeignJournal):
                continue
