"""Quick looks into journals, many of them: for `history`, and for `find` with its 'when did you take my number?'."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from stopimport.runs import ledger
from stopimport.runs.facts import from_json
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

    from stopimport.runs.facts import RunFacts


@dataclass(frozen=True, slots=True)
class Sighting:
    """One entry of a run with the number looked for, and what became of the number."""

    file: str
    sheet: str
    row: int
    column: str
    input: str
    duplicate: bool
    """Whether an earlier entry of the run has the same number; the following is what became of that one."""
    status: str
    code: int | None
    stop_id: str
    message: str
    attempts: int
    sent_at: float | None
    """Unix time of the last call; None if there was none."""
    in_doubt: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """What `undo` did with a number."""

    status: str
    """``removed``, ``absent``, ``left`` or ``failed``; '' for a call that may have gone out and has no answer."""
    code: int | None
    message: str
    removed_at: float | None
    """Unix time."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A run counted from its journal alone, while it goes on or after it was killed."""

    entries: int
    rejected: int
    duplicate: int
    numbers: int
    by_status: dict[str, int]
    """Numbers by `vocabulary.Status`; no zeros."""


class _Place(NamedTuple):
    """Where an entry is, and what was written there."""

    file: str
    sheet: str
    row: int
    column: str
    input: str


def peek(path: Path) -> RunFacts:
    """Return the facts in the journal at `path` without loading anything else.

    Raises:
        NoRun, ForeignJournal, NewerJournal, DamagedJournal, JournalUnusable: as `Journal.open`.
    """
    with ledger.faults_told(path), closing(ledger.connect(path)) as connection:
        return from_json(connection.execute("SELECT meta FROM run").fetchone()[0])


def contained(path: Path, numbers: Iterable[str]) -> frozenset[str]:
    """Return those of the `numbers` (E.164) that the run at `path` has among its valid entries.

    Raises:
        NoRun, ForeignJournal, NewerJournal, DamagedJournal, JournalUnusable: as `Journal.open`.
    """
    with ledger.faults_told(path), closing(ledger.connect(path)) as connection:
        return frozenset(number for number in numbers if ledger.contains(connection, number))


def may_contain(path: Path, number: str) -> bool:
    """Whether the run at `path` has `number` (E.164) among its valid entries; wrong at most in saying yes.

    Raises:
        NoRun, ForeignJournal, NewerJournal, DamagedJournal, JournalUnusable: as `Journal.open`.
    """
    with ledger.faults_told(path), closing(ledger.connect(path)) as connection:
        return ledger.contains(connection, number)


def sightings(path: Path, number: str) -> list[Sighting]:
    """Return the entries of the run at `path` that have `number`, in input order.

    Raises:
        NoRun, ForeignJournal, NewerJournal, DamagedJournal, JournalUnusable: as `Journal.open`.
    """
    with ledger.faults_told(path), closing(ledger.connect(path)) as connection:
        if not ledger.contains(connection, number):
            return []
        from stopimport.runs import outcome_table  # noqa: PLC0415 - it loads pyarrow, and most runs lack the number

        found = _rows_with(connection, path, number)
        if not found:
            return []
        outcome = outcome_table.outcome_of(connection, path, found[0].position)._asdict()
        return [Sighting(*row.place, duplicate=bool(nth), **outcome) for nth, row in enumerate(found)]


class _Row(NamedTuple):
    """An entry with the number looked for."""

    place: _Place
    position: int
    """Of the number among the run's; right for the first entry."""


def _rows_with(connection: sqlite3.Connection, path: Path, number: str) -> list[_Row]:
    """Return the entries with `number`, one partition in memory at a time.

    Plain lists: Arrow's own search loads pandas, which takes longer than looking into a hundred runs.
    """
    from stopimport.runs import outcome_table, partitions  # noqa: PLC0415 - it loads pyarrow

    if not ledger.has_partitions(connection):
        data = ledger.read_pieces(connection, path)
        known = outcome_table.from_blob(data, ("number", "duplicate_of"))
        return _rows_in(data, known["number"].to_pylist(), known["duplicate_of"].to_pylist(), number, 0)
    rows: list[_Row] = []
    repeated = set(partitions.repeats(connection, path)[0].tolist())
    for place, part in enumerate(partitions.partitions(connection)):
        data = ledger.read_pieces(connection, path, place)
        written = outcome_table.from_blob(data, ("number",))["number"].to_pylist()
        firsts = [0 if part.first + at in repeated else -1 for at in range(part.rows)]
        rows += _rows_in(data, written, firsts, number, part.number)
    return rows


def _rows_in(data: bytes, written: list[str | None], firsts: list[int], number: str, position: int) -> list[_Row]:
    from stopimport.runs import outcome_table  # noqa: PLC0415 - it loads pyarrow

    rows = [row for row, each in enumerate(written) if each == number]
    if not rows:
        return []
    before = zip(written[: rows[0]], firsts, strict=False)
    position += sum(each is not None and first < 0 for each, first in before)
    places = outcome_table.from_blob(data, _Place._fields)
    return [_Row(_Place(**places.slice(row, 1).to_pylist()[0]), position) for row in rows]


def removal(path: Path, number: str) -> Removal | None:
    """Return what `undo` did with `number` in the run at `path`; None if nothing.

    Raises:
        NoRun, ForeignJournal, NewerJournal, DamagedJournal, JournalUnusable: as `Journal.open`.
    """
    sql = "SELECT status, code, message, removed_at FROM undo WHERE number = ?"
    with ledger.faults_told(path), closing(ledger.connect(path)) as connection:
        row = connection.execute(sql, (number,)).fetchone()
        return Removal(*row) if row else None


def tally(path: Path) -> Tally:
    """Count the run at `path`.

    Raises:
        NoRun, ForeignJournal, NewerJournal, DamagedJournal, JournalUnusable: as `Journal.open`.
    """
    from stopimport.runs import outcome_table, partitions  # noqa: PLC0415 - they load pyarrow

    with ledger.faults_told(path), closing(ledger.connect(path)) as connection:
        connection.execute("BEGIN")  # everything of one moment: somebody may be writing
        numbers = connection.execute("SELECT numbers FROM run").fetchone()[0]
        by_status = outcome_table.count_statuses(connection, path)
        parts = partitions.partitions(connection)
        data = b"" if parts else ledger.read_pieces(connection, path)
    if parts:
        entries, rejected = (sum(part.rows for part in parts), sum(part.rows - part.valid for part in parts))
    else:
        table = outcome_table.from_blob(data, ("number",))
        entries, rejected = table.num_rows, table["number"].null_count
    by_status[Status.NOT_SENT] = by_status.get(Status.NOT_SENT, 0) + numbers - sum(by_status.values())
    counted = {status: count for status, count in by_status.items() if count}
    return Tally(entries, rejected, entries - rejected - numbers, numbers, counted)
