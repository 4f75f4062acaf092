"""`--keep-days`: personal data of old runs goes, the proof that they were made stays.

Kept are ``summary.json`` and the masked report. Only finished runs that this inbox started are touched.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from stopimport.errors import BusyError, StopimportError
from stopimport.filenames import JOURNAL
from stopimport.nightly import past
from stopimport.nightly import record as records
from stopimport.nightly.moving import why_of
from stopimport.runs.locks import folder_lock
from stopimport.runs.personal import personal_files
from stopimport.text.language import _
from stopimport.vocabulary import State

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from stopimport.nightly.record import Record

REPORT = "report.html"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Retention:
    """How long personal data is kept, and where it is."""

    runs: Path
    inbox: Path
    key: str
    """`record.key_of` the inbox."""
    days: int

    def sweep(self, now: datetime) -> list[str]:
        """Delete what is older, and return a sentence about each run that could not be cleared."""
        warnings = []
        for run in past.runs_in(self.runs):
            try:
                record = records.read(run)
                if record and record.inbox == self.key and self._is_old(run, record, now):
                    with folder_lock(run):
                        self._clear(run, record)
            except BusyError:
                continue
            except (OSError, StopimportError) as error:
                told = _("The data of the old run {run} could not be deleted: {problem}")
                warnings.append(told.format(run=run.name, problem=error))
        return warnings

    def _is_old(self, run: Path, record: Record, now: datetime) -> bool:
        """Whether a run was finished long enough ago: all its numbers on the list, or undone.

        What was never imported is not ours to delete: a run that a guard stopped, a file that could not be read.
        """
        summary = records.summary_of(run)
        known = past.facts_of(run)
        facts = known or (summary.facts if summary else None)
        if not record.settled or facts is None or not (facts.undo or facts.state is State.COMPLETE):
            return False
        if known is not None and past.is_unfinished(known):
            return False
        finished = summary.facts.finished_at if summary else None
        return finished is not None and now - finished.astimezone(UTC) > timedelta(days=self.days)

    def _clear(self, run: Path, record: Record) -> None:
        """Delete the sources first and the record last: a sweep that is broken off is done again."""
        for place in records.places(record, self.inbox):
            if place.parent.resolve().is_relative_to(self.inbox):
                place.unlink(missing_ok=True)
                why_of(place).unlink(missing_ok=True)
                with suppress(OSError):
                    place.parent.rmdir()
        found = personal_files(run, last=(records.NAME, JOURNAL))
        if _shows_numbers(run):
            found.insert(0, run / REPORT)
        for path in found:
            path.unlink(missing_ok=True)
        log.info("Deleted the personal data of the old run %s", run.name)


def _shows_numbers(run: Path) -> bool:
    """Whether the run's report was made with whole numbers (`--report-numbers`)."""
    facts = past.facts_of(run)
    return facts is not None and facts.shows_numbers
