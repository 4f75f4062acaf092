"""`undo`: take the numbers that a run added off the stop list again."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stopimport.errors import ExitCode, StopimportError
from stopimport.pipeline.errors import (
    PartialList,
    ReasonMissing,
    UndoDeclined,
    UndoEnded,
    UndoInterrupted,
    UndoStopped,
    UndoUnfinished,
)
from stopimport.pipeline.finish import amend, write_table
from stopimport.pipeline.job import Result, utc_now
from stopimport.pipeline.opening import opened
from stopimport.pipeline.other_runs import Needed, forgotten, needed_by_others
from stopimport.pipeline.session import access, in_session
from stopimport.pipeline.undoplan import UndoPlan, open_additions, settle_doubts, steps_so_far
from stopimport.reporting.csvfile import csv_head, csv_lines
from stopimport.reporting.previews import UndoPreview
from stopimport.reporting.texts import TEXT, moments, written
from stopimport.runs.facts import UndoFacts
from stopimport.sending.errors import AccountRefused, ListUnavailable, WrongAddress
from stopimport.sending.outcomes import Ending, SendResult
from stopimport.sending.remover import remove
from stopimport.text.language import Plural, _, quoted, translated
from stopimport.vocabulary import UndoStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from stopimport.pipeline.job import Context, Job
    from stopimport.pipeline.session import Session
    from stopimport.runs.journal import Journal
    from stopimport.sending.outcomes import UndoStep

UNDO = "undo.csv"
_COLUMNS = ("phoneNumber", "stopId", "status", "code", "message", "removedAt")
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class UndoOptions:
    """The settings of `undo` beside those of sending, named as the options."""

    reason: str | None
    even_if_needed: bool


def undo(path: Path, context: Context) -> Result:
    """Take the numbers that the run in the folder `path` added off the stop list again.

    It can be stopped at any moment and repeated: it goes on with what has no final status.

    Raises:
        StopimportError: no reason is given; it is not a run, belongs to another account, or is in use; the list cannot
            be fetched whole; the person who was asked said no. Nothing was taken off.
        KeyboardInterrupt: somebody asked to stop before anything was taken off.
    """
    reason = " ".join((context.settings.of(UndoOptions).reason or "").split())
    if not reason:
        raise ReasonMissing
    with opened(path, context, changing=True) as job:
        if not any(len(open_additions(job.journal, block)[0]) for block in job.journal.blocks()):
            # Nothing was added, or an earlier undo has settled everything.
            made, file = amend(job, job.journal.facts)
            return Result(path, made, ExitCode.OK, None, {"summary.json": file})
        with access(job) as way:
            result = in_session(job, way, lambda session: _Undoing(job, session, reason).go())
        if result is None:
            raise KeyboardInterrupt
        return _finish(job, result)


@dataclass(frozen=True, slots=True)
class _Undoing:
    job: Job
    session: Session
    reason: str

    async def go(self) -> SendResult | None:
        """Do everything in order; None: stopped before anything was taken off."""
        journal = self.job.journal
        try:
            listed = await self.session.fetch()
        except ListUnavailable:
            if self.session.stopped:
                return None
            raise
        if listed.partial:
            raise PartialList(listed.entries)
        needed = Needed.nothing()
        if not self.job.context.settings.of(UndoOptions).even_if_needed:
            needed = needed_by_others(self.job)
            self._tell_of_forgotten()
        plan = UndoPlan.made(journal, listed, needed)
        self._tell_of_doubts()
        if not self._agreed(plan):
            return None
        self._begin(plan)
        result = await self._remove(plan)
        await self._settle_doubts(result)
        return result

    def _tell_of_doubts(self) -> None:
        journal = self.job.journal
        doubts = sum(int(journal.open_numbers(block).in_doubt.sum()) for block in journal.blocks())
        if doubts:
            notice = Plural(
                "A call for {count:,} number of this run was cut off, so it may be on the stop list. Undo leaves it; "
                "'stopimport resume' settles it, but only before undo.",
                "Calls for {count:,} numbers of this run were cut off, so these may be on the stop list. Undo leaves "
                "them; 'stopimport resume' settles them, but only before undo.",
                page=Plural(
                    "A call for {count:,} number of this import was cut off, so it may be on the stop list. Undo "
                    "leaves it; adding the rest settles it, but only before undo.",
                    "Calls for {count:,} numbers of this import were cut off, so these may be on the stop list. Undo "
                    "leaves them; adding the rest settles them, but only before undo.",
                ),
            )
            self.job.notice(translated(notice, {"count": doubts}))

    def _tell_of_forgotten(self) -> None:
        names = [] if self.job.journal.facts.sandbox else forgotten(self.job)
        if names:
            told = _("Personal data was deleted, so nobody knows whether these rely on the numbers taken off: {runs}.")
            self.job.notice(told.format(runs=quoted(names)))

    def _agreed(self, plan: UndoPlan) -> bool:
        """Ask, and return whether to go on: not if stopped while the question was open."""
        options, context = self.session.options, self.job.context
        facts = self.job.journal.facts
        preview = UndoPreview(
            facts.run,
            self.reason,
            to_remove=plan.removals,
            absent=plan.settled[UndoStatus.ABSENT],
            left=plan.settled[UndoStatus.LEFT],
            done=plan.done + plan.settled[UndoStatus.REMOVED],
            seconds=plan.removals * options.window / options.rate,
            address=facts.base_url,
            account=facts.account or "",
            sandbox=facts.sandbox,
            examples=plan.examples,
        )
        try:
            with context.stop.breaking():
                agreed = context.watcher.confirm_undo(preview)
        except KeyboardInterrupt:
            return False
        if not agreed:
            raise UndoDeclined
        return True

    def _begin(self, plan: UndoPlan) -> None:
        """Write down that the run is being undone, before the first number goes: it can never be resumed again."""
        journal = self.job.journal
        before = journal.facts.undo
        undo = UndoFacts(self.reason, before.started_at if before else utc_now(), by=self.job.context.by)
        journal.update(replace(journal.facts, undo=_counted(undo, Counter(_statuses(journal)))))
        log.info("Undo begins, %d entries to take off; the reason: %s", plan.removals, self.reason)
        plan.settle()

    async def _remove(self, plan: UndoPlan) -> SendResult:
        with self.job.context.watcher.progress(plan.removals) as progress:
            around = replace(self.session.around, progress=progress)
            result = await remove(
                plan.to_remove(),
                plan.removals,
                self.session.client,
                options=self.session.options,
                recorder=self.job.journal,
                around=around,
            )
        self.job.journal.flush()
        log.info("Undo ended: %s, %d calls, %d retried", result.ending, result.sent, result.retried)
        return result

    async def _settle_doubts(self, result: SendResult) -> None:
        """Look at the list once more where calls went out and no answer told what became of the entry."""
        if not self.job.journal.undo_doubts() or result.ending not in {Ending.FINISHED, Ending.ABORTED}:
            return
        try:
            listed = await self.session.fetch()
        except (AccountRefused, WrongAddress, ListUnavailable) as error:
            log.info("Numbers in doubt could not be settled: %s", error)
            return
        if not listed.partial:
            settle_doubts(self.job.journal, listed)


def _finish(job: Job, result: SendResult) -> Result:
    """Write undo.csv and the summary."""
    facts, counts = job.journal.facts, Counter[str]()

    def write(aside: Path) -> None:
        counts.clear()
        with aside.open("wb") as file:
            file.write(csv_head(_COLUMNS, facts.delimiter))
            for steps in steps_so_far(job.journal):
                counts.update(step.status for step in steps)
                file.writelines(csv_lines(_table(steps), facts.delimiter))

    files = {UNDO: write_table(job, job.folder.path / UNDO, write)}
    assert facts.undo is not None, "written when it began"  # noqa: S101 - for the type checker
    undo = _counted(facts.undo, counts)
    error = _problem(job, result, undo.failed)
    exit_code = error.exit_code if error else ExitCode.OK
    if isinstance(error, UndoInterrupted):
        exit_code = job.context.stop.exit_code
    undo = replace(undo, finished_at=utc_now(), exit_code=exit_code)
    made, files["summary.json"] = amend(job, replace(job.journal.facts, undo=undo))
    return Result(job.folder.path, made, exit_code, error, files)


def _problem(job: Job, result: SendResult, failed: int) -> StopimportError | None:
    folder, why = str(job.folder.path), str(result.why or "")
    if result.ending is Ending.ACCOUNT_REFUSED:
        return UndoStopped(why, folder)
    if not failed:
        return None
    if result.ending is Ending.STOPPED:
        return UndoInterrupted(failed, folder)
    if result.ending in {Ending.ABORTED, Ending.OUTAGE}:
        return UndoEnded(why, failed, folder)
    return UndoUnfinished(failed, folder)


def _statuses(journal: Journal) -> Iterator[str]:
    for steps in steps_so_far(journal):
        yield from (step.status for step in steps)


def _counted(undo: UndoFacts, found: Counter[str]) -> UndoFacts:
    """Return what undo did, with the counts of the statuses."""
    removed, absent, left, failed = (found[status.value] for status in UndoStatus)
    return replace(undo, removed=removed, absent=absent, left=left, failed=failed)


def _table(steps: Sequence[UndoStep]) -> pa.Table:
    """Return steps as undo.csv has them: all text."""
    columns = (
        pa.array([step.number for step in steps], TEXT),
        pa.array([step.stop_id for step in steps], TEXT),
        pa.array([step.status for step in steps], TEXT),
        written(pa.array([step.code for step in steps], pa.int32())),
        pa.array([step.message for step in steps], TEXT),
        moments(np.array([step.removed_at for step in steps], np.float64)),
    )
    return pa.table(dict(zip(_COLUMNS, columns, strict=True)))
