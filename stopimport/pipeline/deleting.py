"""Deleting the personal data of a run that is over, with the proof kept; all of it: see `runs.personal`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stopimport.errors import StopimportError
from stopimport.pipeline.job import Context, Job, utc_now
from stopimport.pipeline.survey import Wanted, survey
from stopimport.reporting.page import PageFacts, render
from stopimport.runs.errors import NoFolder
from stopimport.runs.facts import DeletedFacts
from stopimport.runs.folder import RunFolder
from stopimport.runs.history import look_at
from stopimport.runs.journal import Journal
from stopimport.runs.locks import folder_lock
from stopimport.runs.personal import personal_files
from stopimport.runs.whole_files import write_whole
from stopimport.text.language import for_page, reading_page

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.runs.summary import Summary


def delete_personal(path: Path, by: str) -> None:
    """Delete what holds phone numbers or names of the run in the folder `path`: summary and report stay, as proof.

    The report is made anew first, without the rows that need review, and the journal goes last: what is broken off can
    be done again.

    Args:
        path: the run's folder.
        by: who does it, for the record.

    Raises:
        NoFolder: there is no run.
        FolderBusy: somebody works on it.
        FileUnwritable: the proof cannot be written; nothing was deleted.
    """
    folder = RunFolder(path)
    with folder_lock(path):
        past = look_at(folder)
        if past is None or past.summary is None:
            raise NoFolder(str(path))
        facts = past.summary.facts
        if not facts.deleted:
            gone = replace(facts, deleted=DeletedFacts(utc_now(), by), notices=())
            _write_proof(folder, replace(past.summary, facts=gone))
        for file in personal_files(path):
            file.unlink(missing_ok=True)


def _write_proof(folder: RunFolder, kept: Summary) -> None:
    """Write summary and report of a run of which nothing else stays."""
    group = kept.facts.group
    try:
        with Journal.open(folder.journal) as journal:
            found = survey(Job(folder, journal, Context(), utc_now()), Wanted())
    except StopimportError:
        # Without its journal no other report can be made than the one there is, and that may show numbers.
        folder.report.unlink(missing_ok=True)
    else:
        with reading_page(on=for_page() or kept.facts.from_page):
            files = {folder.summary.name: folder.summary}
            rejects = found.first_rejects.slice(0, 0)
            shown = PageFacts(kept, files, found.origins, found.sent_at, rejects, len(rejects))
            page = render(shown).encode("utf-8", "replace")
        write_whole(folder.report, lambda aside: aside.write_bytes(page), group=group)
    write_whole(folder.summary, lambda aside: aside.write_bytes(kept.as_json()), group=group)
