"""Files that changed after they were taken: an upload that stalled flows on in `done/`, and is imported again."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stopimport.loading.errors import FileTooBig
from stopimport.nightly import intake, moving
from stopimport.nightly import record as records
from stopimport.nightly.record import DONE
from stopimport.nightly.wording import plain, veiled
from stopimport.runs.errors import FileUnwritable
from stopimport.text.language import _

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stopimport.nightly.record import Record

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Returned:
    """What has been put back into the inbox."""

    names: tuple[str, ...]
    warnings: tuple[str, ...]


def found(inbox: Path, ours: Iterable[tuple[Path, Record]]) -> list[tuple[Path, Record, str]]:
    """Return what in `done/` no longer looks as it did when it was taken: the run, its record, and the place.

    Args:
        inbox: the folder.
        ours: the runs that it started, with their records.
    """
    return [
        (run, record, place)
        for run, record in ours
        for place, mark in record.marks.items()
        if record.settled and place.startswith(f"{DONE}/") and intake.mark_of(inbox / place) not in {"", mark}
    ]


def bring_back(inbox: Path, changed: Iterable[tuple[Path, Record, str]], group: str | None) -> Returned:
    """Put files of `done/` whose content is not what was imported back into the inbox, as new ones.

    Args:
        inbox: the folder.
        changed: what `found` has found.
        group: who else may read the records.
    """
    names: list[str] = []
    warnings: list[str] = []
    for run, record, place in changed:
        try:
            name = _put_back(inbox, run, record, place, group)
        except (OSError, FileUnwritable) as error:
            told = _("{file} has changed since it was imported, and cannot be put back into the inbox: {problem}")
            warnings.append(told.format(file=plain(place), problem=error))
            continue
        if name:
            names.append(name)
            told = _("{file} has changed since the run {run} imported it: it is imported again.")
            warnings.append(told.format(file=plain(place), run=run.name))
    for warning in warnings:
        log.warning("%s", veiled(warning))
    return Returned(tuple(names), tuple(warnings))


def _is_as_imported(path: Path, record: Record) -> bool:
    try:
        return intake.sha256_of(path) == record.sha256
    except FileTooBig:
        return False


def _put_back(inbox: Path, run: Path, record: Record, place: str, group: str | None) -> str:
    """Put one file back, and return its name in the inbox; '' if its content is the same after all."""
    path = inbox / place
    mark = intake.mark_of(path)
    # Others may have written it since it was read.
    record = records.read(run) or record
    if place not in record.marks:
        return ""
    if _is_as_imported(path, record):
        records.write(run, replace(record, marks={**record.marks, place: mark}), group=group)
        return ""
    target = moving.reserve(inbox, record.file if place == record.source else path.name, own=False)
    try:
        moving.put(path, target)
    except OSError:
        moving.give_up(target)
        raise
    moving.why_of(path).unlink(missing_ok=True)
    left = {other: known for other, known in record.marks.items() if other != place}
    source = "" if record.source == place else record.source
    copies = tuple(copy for copy in record.copies if copy != place)
    records.write(run, replace(record, source=source, copies=copies, marks=left), group=group)
    return target.name
