"""The runs beside a run: which of its numbers do others count on?"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from stopimport.errors import StopimportError
from stopimport.pipeline.accounts import same_account
from stopimport.runs.errors import ForeignJournal, NoRun
from stopimport.runs.folder import RunFolder
from stopimport.runs.history import read_summary
from stopimport.runs.journal import Journal
from stopimport.runs.lookup import peek
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from stopimport.pipeline.job import Job
    from stopimport.runs.facts import RunFacts

_THERE = (Status.ADDED.value, Status.ALREADY_LISTED.value)
"""Outcomes that say that a number is on the list."""


def needed_by_others(job: Job, added: pd.DataFrame) -> dict[str, str]:
    """Return those numbers that another run beside this one counts on, with that run's name.

    Such a run was told that the number is there: it found this very entry on the list, or got it as the answer to its
    own call. Whoever takes it off takes it away from that run too. Which run came first the ids of the entries say;
    clocks may be wrong, and are not asked. A run that was undone does not count on what it gave up.

    Args:
        job: the run.
        added: `number` and `stop_id` of what it added.

    Raises:
        StopimportError: the journal of a run beside it cannot be read, so nobody knows.
    """
    facts = job.journal.facts
    if facts.sandbox:
        # Its list lies in its folder: no other run has seen it.
        return {}
    ours, needed = dict(zip(added["number"], added["stop_id"], strict=True)), dict[str, str]()
    for folder, other in _siblings(RunFolder(job.folder.path.resolve())):
        if not other.sandbox and same_account(other, facts):
            with Journal.open(folder.journal) as journal:
                needed |= dict.fromkeys(_counted_on(journal, ours), folder.name)
    return needed


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


def _counted_on(journal: Journal, ours: Mapping[str, str]) -> list[str]:
    """Return the numbers whose entry the run of `journal` counts on, out of `ours` (number and id)."""
    outcomes = journal.outcomes()
    given_up = set(journal.undo_outcomes()["phoneNumber"])
    found = outcomes[outcomes["status"].isin(_THERE) & outcomes["number"].isin(ours)]
    return [
        number
        for number, status, stop_id in zip(found["number"], found["status"], found["stop_id"], strict=True)
        # Where an answer named no id, the entry may be ours.
        if stop_id in {"", ours[number]} and not (status == Status.ADDED.value and number in given_up)
    ]


def _siblings(own: RunFolder) -> Iterator[tuple[RunFolder, RunFacts]]:
    for path in sorted(own.path.parent.iterdir()):
        folder = RunFolder(path)
        # What is no run, or a folder that is closed to us, is not one of this user's runs. (os.path hides its errors.)
        if path != own.path and os.path.isfile(folder.journal):  # noqa: PTH113 - Path.is_file raises
            try:
                yield folder, peek(folder.journal)
            except (NoRun, ForeignJournal):
                continue
