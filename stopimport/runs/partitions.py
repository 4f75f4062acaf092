"""The entries of a large run in partitions, each packed by itself: whoever needs them needs one at a time in memory.

Small runs have all their entries in one blob (`ledger.write_pieces`), as those of version 0.1.0 have; so do runs that
were changed since. Where there is such a blob, it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.runs import ledger
from stopimport.runs.digits import digits_of
from stopimport.runs.outcome_table import from_blob, to_blob

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from stopimport.cleaning.duplicates import Repeats

FIRST = "duplicate_of"
"""The column that packed entries lack, since only all partitions together tell."""


@dataclass(frozen=True, slots=True)
class Packed:
    """The entries of one partition, without `duplicate_of`."""

    data: pa.Buffer
    """Arrow IPC, compressed."""
    rows: int
    valid: int


@dataclass(frozen=True, slots=True)
class PackedEntries:
    """All entries of a run."""

    partitions: Sequence[Packed]
    repeats: Repeats

    @property
    def numbers(self) -> int:
        """How many different numbers there are."""
        return len(self.repeats.distinct)


@dataclass(frozen=True, slots=True)
class Partition:
    """One partition as the journal knows it."""

    first: int
    """Position of its first entry among all."""
    rows: int
    valid: int
    number: int
    """Position of its first number among the run's numbers."""
    numbers: int
    """How many numbers stand in it for the first time."""


def pack(entries: pd.DataFrame) -> Packed:
    """Pack the entries of one partition."""
    table = pa.Table.from_pandas(entries, preserve_index=False)
    return Packed(to_blob(table), table.num_rows, table.num_rows - table["number"].null_count)


def write(connection: sqlite3.Connection, entries: PackedEntries) -> None:
    """Write all partitions, inside a transaction."""
    positions = entries.repeats.positions
    first = number = 0
    for place, packed in enumerate(entries.partitions):
        repeated = int(np.searchsorted(positions, first + packed.rows) - np.searchsorted(positions, first))
        numbers = packed.valid - repeated
        row = (place, first, packed.rows, packed.valid, number, numbers)
        connection.execute("INSERT INTO partitions VALUES (?, ?, ?, ?, ?, ?)", row)
        ledger.write_pieces(connection, memoryview(packed.data), place)
        first, number = first + packed.rows, number + numbers
    pairs = pa.table({"position": positions, "first": entries.repeats.firsts})
    ledger.write_pieces(connection, memoryview(to_blob(pairs)), ledger.REPEATS)


def partitions(connection: sqlite3.Connection) -> list[Partition]:
    """Return the partitions in order; none where all entries are in one blob."""
    if not ledger.has_partitions(connection):
        return []
    sql = "SELECT first, rows, valid, number, numbers FROM partitions ORDER BY place"
    return [Partition(*row) for row in connection.execute(sql)]


def forget(connection: sqlite3.Connection) -> None:
    """Take all partitions away, inside a transaction: the entries will be in one blob."""
    if ledger.has_partitions(connection):
        connection.execute("DELETE FROM partitions")
        connection.execute("DELETE FROM packed")


def read(connection: sqlite3.Connection, path: Path, place: int) -> bytes:
    """Return the packed entries of the partition at `place`.

    Raises:
        DamagedJournal: they are not what was written.
    """
    return ledger.read_pieces(connection, path, place)


def repeats(connection: sqlite3.Connection, path: Path) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the positions of entries that repeat a number, ascending, and those of the first ones with it."""
    pairs = from_blob(ledger.read_pieces(connection, path, ledger.REPEATS))
    return pairs["position"].to_numpy(), pairs["first"].to_numpy()


def numbers_in(data: bytes, repeated: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the digits of the numbers that stand in a partition for the first time.

    Args:
        data: the packed entries.
        repeated: which of them repeat an earlier number.
    """
    column = from_blob(data, ("number",))["number"]
    first = pc.is_valid(column).to_numpy().copy()
    first[repeated] = False
    return digits_of(column.filter(pa.array(first)))


def whole_table(connection: sqlite3.Connection, path: Path, columns: tuple[str, ...] | None = None) -> pa.Table:
    """Return all entries, or only some of their columns, as one table."""
    places = range(len(partitions(connection)))
    if not places:
        return from_blob(ledger.read_pieces(connection, path), columns)
    packed = None if columns is None else tuple(name for name in columns if name != FIRST)
    parts = [from_blob(read(connection, path, place), packed) for place in places]
    table = pa.concat_tables(parts).unify_dictionaries()
    if columns is not None and FIRST not in columns:
        return table
    positions, firsts = repeats(connection, path)
    earlier = np.full(table.num_rows, -1, np.int64)
    earlier[positions] = firsts
    return with_firsts(table, earlier)


def with_firsts(table: pa.Table, earlier: NDArray[np.int64]) -> pa.Table:
    """Return entries with their `duplicate_of`, which stands before the kept columns."""
    names = table.schema.names
    place = next((index for index, name in enumerate(names) if name.startswith("keep:")), len(names))
    return table.add_column(place, FIRST, pa.array(earlier))
