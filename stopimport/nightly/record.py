"""What a run that an inbox started remembers of its file: ``inbox.json`` in the run's folder.

It is written before anything else, so that the next pass understands whatever a kill leaves behind.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from stopimport.plainfiles import open_plain
from stopimport.runs.errors import DamagedFolder
from stopimport.runs.folder import RunFolder
from stopimport.runs.history import read_summary
from stopimport.runs.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.runs.summary import Summary

NAME = "inbox.json"
DONE, FAILED = "done", "failed"


@dataclass(frozen=True, slots=True)
class Record:
    """One file's way through the inbox."""

    inbox: str
    """The inbox as seen from the folder of runs, so that both can be moved together."""
    file: str
    """Its name in the inbox."""
    sha256: str
    """Of what was imported; '' where the file changed so that nobody knows."""
    source: str = ""
    """Where in the inbox the file has been moved, or is about to be; '' if nowhere yet."""
    copies: tuple[str, ...] = ()
    """Where files with the same content were moved that came later."""
    settled: bool = False
    """Whether nothing is left to be done for the file."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """How what was moved looked when it was taken (`intake.mark_of`), by where it was moved."""
    offer: str = ""
    """In an inbox that lies elsewhere: what names this content under this name (`remote.claims.Offer.id`)."""


def key_of(inbox: Path, runs: Path) -> str:
    """Return what names `inbox` in the records of `runs`."""
    try:
        return Path(os.path.relpath(inbox, runs)).as_posix()
    except ValueError:
        # Another drive of Windows.
        return inbox.as_posix()


def read(run: Path) -> Record | None:
    """Return the record in a run's folder; None if there is none that is ours."""
    try:
        with open_plain(run / NAME) as file:
            found = json.loads(file.read())
        record = Record(**{**found, "copies": tuple(found["copies"])})
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return record if _is_sound(record) else None


def write(run: Path, record: Record, *, group: str | None = None) -> None:
    """Write the record into a run's folder.

    Raises:
        FileUnwritable: it cannot be written.
    """
    data = json.dumps(asdict(record), indent=2).encode()
    write_whole(run / NAME, lambda aside: aside.write_bytes(data), group=group)


def places(record: Record, inbox: Path) -> list[Path]:
    """Return where the file, and those with the same content, were moved."""
    return [inbox / place for place in (record.source, *record.copies) if place]


def summary_of(run: Path) -> Summary | None:
    """Return a run's summary; None if there is none that can be read."""
    try:
        return read_summary(RunFolder(run))
    except DamagedFolder:
        return None


def _is_sound(record: Record) -> bool:
    """Whether a record names nothing outside of its inbox, whoever wrote it."""
    texts = (record.inbox, record.file, record.sha256, record.source, record.offer, *record.copies)
    if not all(isinstance(text, str) for text in texts) or record.file != Path(record.file).name:
        return False
    if not isinstance(record.marks, dict) or not all(isinstance(mark, str) for mark in record.marks.values()):
        return False
    parts = [PurePosixPath(place).parts for place in (record.source, *record.copies, *record.marks) if place]
    return all(len(part) == 3 and part[0] in {DONE, FAILED} and ".." not in part for part in parts)
