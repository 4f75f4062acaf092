"""Where did a number come from? Every entry with it, over all runs of a folder."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from math import floor
from typing import TYPE_CHECKING

from stopimport.errors import StopimportError
from stopimport.runs import lookup, own_tables
from stopimport.runs.errors import NotSearchable
from stopimport.runs.history import folders, read_summary
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.runs.folder import RunFolder


@dataclass(frozen=True, slots=True)
class Undone:
    """What `undo` did with a number, named as the columns of undo.csv are."""

    status: str
    """'' for a call that may have gone out and has no answer."""
    code: int | None
    message: str
    removedAt: str  # noqa: N815 - the names are those of the files, where programs know them from


@dataclass(frozen=True, slots=True)
class Find:
    """One entry with the number, named as the columns of the results are."""

    run: str
    folder: str
    startedAt: str  # noqa: N815 - the names are those of the files, where programs know them from
    """When the run started (ISO 8601)."""
    file: str
    sheet: str
    row: int
    column: str
    input: str
    phoneNumber: str  # noqa: N815 - the name of a column
    status: str
    code: int | None
    stopId: str  # noqa: N815 - the name of a column
    message: str
    duplicateOf: str  # noqa: N815 - the name of a column
    attempts: int | None
    sentAt: str  # noqa: N815 - the name of a column
    undo: Undone | None
    sandbox: bool = False
    """The run was for practice: it says nothing about the vendor's list."""

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data, for programs."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Search:
    """What a search brought to light."""

    number: str
    found: tuple[Find, ...] = ()
    """Oldest run first, in each run in input order."""
    runs: int = 0
    """Runs that were searched."""
    problems: tuple[str, ...] = ()
    """What could not be searched, and why."""
    practice: int = 0
    """Practice runs that were passed over."""


def find(number: str, place: Path, *, practice: bool = False) -> Search:
    """Look for `number` (E.164) in all runs in `place`, or in the run that `place` is.

    Practice runs are passed over unless `practice` says that they count.

    Only valid entries count, those that the API refused among them: what is in the rejects for another reason has no
    number to compare with.

    Raises:
        NoRuns, UnreadableFile: see `runs.folders`.
    """
    found: list[Find] = []
    problems: list[str] = []
    runs, passed = folders(place), 0
    for folder in runs:
        try:
            if not practice and _for_practice(folder):
                passed += 1
                continue
            found += _by_journal(folder, number) if folder.journal.is_file() else _by_files(folder, number)
        except StopimportError as error:
            problems.append(str(error))
            if folder.journal.is_file():
                with suppress(StopimportError):
                    found += _by_files(folder, number)
    found.sort(key=lambda one: (one.startedAt, one.run))
    return Search(number, tuple(found), len(runs) - passed, tuple(problems), passed)


def _for_practice(folder: RunFolder) -> bool:
    """Say whether the run went to the practice API of its folder."""
    if folder.journal.is_file():
        return lookup.peek(folder.journal).sandbox
    summary = read_summary(folder)
    return summary is not None and summary.facts.sandbox


def _by_journal(folder: RunFolder, number: str) -> list[Find]:
    """Look into the journal, which reads 32 kB of it if the number is not there."""
    sightings = lookup.sightings(folder.journal, number)
    if not sightings:
        return []
    facts = lookup.peek(folder.journal)
    started = _written(facts.started_at)
    undo = _undo(lookup.removal(folder.journal, number))
    first = sightings[0]
    return [
        Find(
            run=folder.name,
            folder=str(folder.path),
            startedAt=started,
            file=entry.file,
            sheet=entry.sheet,
            row=entry.row,
            column=entry.column,
            input=entry.input,
            phoneNumber=number,
            status=Status.DUPLICATE.value if entry.duplicate else entry.status,
            code=entry.code,
            stopId=entry.stop_id,
            message="" if entry.duplicate else entry.message,
            duplicateOf=f"{first.file}:{first.sheet}:{first.row}" if entry.duplicate else "",
            attempts=None if entry.duplicate else entry.attempts,
            sentAt="" if entry.duplicate else _moment(entry.sent_at),
            undo=undo,
            sandbox=facts.sandbox,
        )
        for entry in sightings
    ]


def _by_files(folder: RunFolder, number: str) -> list[Find]:
    """Look into the results that people read: what is left of a run without journal."""
    summary = read_summary(folder)
    if summary is None:
        return []
    rows = own_tables.rows_with(folder.path, "results", number)
    if rows is None:
        raise NotSearchable(str(folder.path))
    undone = own_tables.rows_with(folder.path, "undo", number)
    undo = None
    if undone:
        row = undone[0]
        undo = Undone(row["status"], _whole(row["code"]), row["message"], row["removedAt"])
    return [
        Find(
            run=folder.name,
            folder=str(folder.path),
            startedAt=_written(summary.facts.started_at),
            row=_whole(row["row"]) or 0,
            code=_whole(row["code"]),
            attempts=_whole(row["attempts"]),
            undo=undo,
            sandbox=summary.facts.sandbox,
            **{name: row[name] for name in _TEXTS},
        )
        for row in rows
    ]


_TEXTS = ("file", "sheet", "column", "input", "phoneNumber", "status", "stopId", "message", "duplicateOf", "sentAt")


def _undo(removal: lookup.Removal | None) -> Undone | None:
    if removal is None:
        return None
    return Undone(removal.status, removal.code, removal.message, _moment(removal.removed_at))


def _moment(seconds: float | None) -> str:
    """Return a Unix time as it is in the results."""
    return "" if seconds is None else _written(datetime.fromtimestamp(floor(seconds * 1000 + 0.5) / 1000, UTC))


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
