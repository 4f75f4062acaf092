"""What people corrected in a run: the entries are exchanged, outcomes stay with their numbers, both texts are kept.

The table is made with the first correction, so journals of older versions are opened, and stay, as they are.
"""

from __future__ import annotations

import zlib
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from stopimport.runs import ledger
from stopimport.runs.outcome_table import from_blob, keep_doubts, to_blob
from stopimport.runs.writer import OUTCOME

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

_TABLE = """
-- What a person wrote, oldest first. entry: its place among the entries, which are never moved.
CREATE TABLE IF NOT EXISTS corrections (
    id INTEGER PRIMARY KEY, entry INTEGER NOT NULL, kind TEXT NOT NULL, input TEXT NOT NULL, reason TEXT NOT NULL,
    refused TEXT NOT NULL, written TEXT NOT NULL, number TEXT NOT NULL, by TEXT NOT NULL, at REAL NOT NULL
)
"""
_THERE = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'corrections'"
_COLUMNS = "entry, kind, input, reason, refused, written, number, by, at"


@dataclass(frozen=True, slots=True)
class Correction:
    """One thing that a person did with a rejected entry."""

    entry: int
    """Its place among the run's entries, from 0."""
    kind: Literal["corrected", "set_aside"]
    input: str
    """The cell as it was read."""
    reason: str
    """Why it was rejected (`vocabulary.Reason`)."""
    refused: str
    """The number that the API had refused; '' for none."""
    written: str
    """What the person wrote: the right number, or why the entry is set aside ('': it no longer is)."""
    number: str
    """What that is as E.164; '' for an entry that is set aside."""
    by: str
    at: float
    """Unix time."""


def corrections_in(connection: sqlite3.Connection) -> list[Correction]:
    """Return what was corrected, oldest first."""
    if connection.execute(_THERE).fetchone() is None:
        return []
    return [Correction(*row) for row in connection.execute(f"SELECT {_COLUMNS} FROM corrections ORDER BY id")]  # noqa: S608 - names of ours


def corrections(path: Path) -> list[Correction]:
    """Return what was corrected in the run with the journal at `path`, oldest first.

    Raises:
        NoRun, ForeignJournal, NewerJournal, DamagedJournal, JournalUnusable: as `Journal.open`.
    """
    with ledger.faults_told(path), closing(ledger.connect(path)) as connection:
        return corrections_in(connection)


def exchange(connection: sqlite3.Connection, path: Path, old: pa.Array, new: pa.Array) -> None:
    """Move every outcome to the place that its number has now; the outcome of one that is gone goes.

    Args:
        connection: inside a transaction.
        path: the journal's, for its errors.
        old: the run's numbers as they were, in their order.
        new: as they are from now on.
    """
    _keep_doubts(connection, path)
    places = pc.index_in(old, value_set=new).to_pylist()
    rows = connection.execute("SELECT * FROM outcomes").fetchall()
    connection.execute("DELETE FROM outcomes")
    moved = [(places[row[0]], *row[1:]) for row in rows if places[row[0]] is not None]
    connection.executemany(f"{OUTCOME} (?, ?, ?, ?, ?, ?, ?, ?, ?)", moved)
    for number, crc, data in connection.execute("SELECT id, crc, data FROM listed").fetchall():
        table = from_blob(ledger.checked(path, crc, data))
        positions = pa.array([places[position] for position in table["position"].to_pylist()], pa.int64())
        table = table.set_column(0, "position", positions).filter(pc.is_valid(positions))
        blob = memoryview(to_blob(table))
        connection.execute("UPDATE listed SET crc = ?, data = ? WHERE id = ?", (zlib.crc32(blob), blob, number))
    # A list that was fetched before says nothing of numbers that nobody had then.
    connection.execute("UPDATE fetches SET fetched = 'no' WHERE fetched = 'yes'")


def note(connection: sqlite3.Connection, done: Sequence[Correction]) -> None:
    """Write down what a person did."""
    connection.execute(_TABLE)
    rows = [
        (one.entry, one.kind, one.input, one.reason, one.refused, one.written, one.number, one.by, one.at)
        for one in done
    ]
    connection.executemany(f"INSERT INTO corrections ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)  # noqa: S608 - names of ours


def _keep_doubts(connection: sqlite3.Connection, path: Path) -> None:
    """Write down what the mark says of numbers without an answer, for it speaks of places."""
    keep_doubts(connection, path, connection.execute("SELECT sitting FROM run").fetchone()[0])
    connection.execute("UPDATE run SET mark = 0")
