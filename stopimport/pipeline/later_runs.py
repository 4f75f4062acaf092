"""The runs beside a run: which of its numbers do later ones count on?"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from stopimport.runs.errors import ForeignJournal, NoRun
from stopimport.runs.folder import RunFolder
from stopimport.runs.journal import Journal
from stopimport.runs.lookup import peek
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stopimport.pipeline.job import Job
    from stopimport.runs.facts import RunFacts


def needed_by_later_runs(job: Job, numbers: Sequence[str]) -> dict[str, str]:
    """Return those of `numbers` that a later run beside this one reported as already listed, with that run's name.

    Whoever takes such a number off the list takes it away from the later run too, which was told that it is there.

    Raises:
        StopimportError: the journal of a run beside it cannot be read, so nobody knows.
    """
    facts = job.journal.facts
    if facts.sandbox:
        # Its list is in its folder: no other run has seen it.
        return {}
    wanted, needed = set(numbers), dict[str, str]()
    for folder, other in _siblings(RunFolder(job.folder.path.resolve())):
        # One that began before and was resumed later has seen the list, too.
        if other.account == facts.account and (other.finished_at is None or other.finished_at > facts.started_at):
            with Journal.open(folder.journal) as journal:
                outcomes = journal.outcomes()
            listed = outcomes.loc[outcomes["status"] == Status.ALREADY_LISTED.value, "number"]
            needed |= dict.fromkeys(wanted & set(listed), folder.name)
    return needed


def _siblings(own: RunFolder) -> Iterator[tuple[RunFolder, RunFacts]]:
    for path in sorted(own.path.parent.iterdir()):
        folder = RunFolder(path)
        # What is no run, or a folder that is closed to us, is not one of this user's runs. (os.path hides its errors.)
        if path != own.path and os.path.isfile(folder.journal):  # noqa: PTH113 - Path.is_file raises
            try:
                yield folder, peek(folder.journal)
            except (NoRun, ForeignJournal):
                continue
