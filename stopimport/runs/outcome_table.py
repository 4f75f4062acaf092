"""The outcomes of a run as the journal knows them, as one Arrow table.

Three layers, the later one wins: what the mark says about numbers without an answer, the numbers found on the list
before sending, the answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.runs import ledger
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

SCHEMA = pa.schema(
    {
        "position": pa.int64(),
        "status": pa.string(),
        "code": pa.int32(),
        "stop_id": pa.string(),
        "message": pa.string(),
        "attempts": pa.int32(),
        "sent_at": pa.float64(),
        "in_doubt": pa.bool_(),
    }
)
_LISTED = pa.schema({"position": pa.int64(), "stop_id": pa.string()})


class NumberOutcome(NamedTuple):
    """The row of one number, without its position."""

    status: str
    code: int | None
    stop_id: str
    message: str
    attempts: int
    sent_at: float | None
    in_doubt: bool


_CODE_LISTED = 3
_FETCH = 50_000
# An unfinished outcome of an earlier sitting says nothing once the mark of this one has passed the number.
_SELECT = """
SELECT position, status, code, stop_id, message, attempts, sent_at,
       in_doubt OR (position < mark AND outcomes.sitting < run.sitting AND status IN ('failed', 'not_sent'))
FROM outcomes, run WHERE position >= ? AND position < ?
"""

_UNFINISHED = """
SELECT position, status IN ('failed', 'not_sent'),
       in_doubt OR (position < mark AND outcomes.sitting < run.sitting AND status IN ('failed', 'not_sent')), attempts
FROM outcomes, run WHERE position >= ? AND position < ?
"""


def to_blob(table: pa.Table) -> pa.Buffer:
    """Return `table` as it is stored: Arrow IPC, compressed."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as file:
        file.write_table(table)
    return sink.getvalue()


def from_blob(data: bytes, columns: tuple[str, ...] | None = None) -> pa.Table:
    """Return the table of a blob, or only some of its columns."""
    file = pa.ipc.open_file(data)
    if columns:
        chosen = [file.schema.get_field_index(name) for name in columns]
        file = pa.ipc.open_file(data, options=pa.ipc.IpcReadOptions(included_fields=chosen))
    return file.read_all()


def listed_blob(positions: NDArray[np.int64], stop_ids: list[str]) -> pa.Buffer:
    """Return numbers found on the list before sending as they are stored in `listed`."""
    return to_blob(pa.table({"position": pa.array(positions, pa.int64()), "stop_id": pa.array(stop_ids, pa.string())}))


def outcome_table(
    connection: sqlite3.Connection, path: Path, start: int, stop: int, listed: pa.Table | None = None
) -> pa.Table:
    """Return the outcomes of the numbers from position `start` up to before `stop`, one row each, in order.

    `listed` is what `listed_table` gave, for those who ask for one stretch after the other.
    """
    found = listed_table(connection, path) if listed is None else listed
    layers = [_listed(found, start, stop), *_answers(connection, start, stop)]
    known = pa.concat_tables([SCHEMA.empty_table(), *layers])
    rows = np.full(stop - start, -1, np.int64)
    rows[known["position"].to_numpy() - start] = np.arange(known.num_rows)
    table = known.take(pa.array(rows, mask=rows < 0))
    positions = np.arange(start, stop)
    mark = connection.execute("SELECT mark FROM run").fetchone()[0]
    without = {
        "status": Status.NOT_SENT.value, "stop_id": "", "message": "", "attempts": 0, "sent_at": np.nan,
        "in_doubt": pa.array(positions < mark),
    }  # fmt: skip
    columns = {
        name: pc.coalesce(table[name], without[name]) if name in without else table[name] for name in SCHEMA.names
    }
    return pa.table(columns | {"position": positions}, schema=SCHEMA)


class OpenNumbers(NamedTuple):
    """Numbers of a stretch that have no final outcome."""

    positions: NDArray[np.int64]
    in_doubt: NDArray[np.bool_]
    attempts: NDArray[np.int64]


def open_numbers(connection: sqlite3.Connection, start: int, stop: int, listed: pa.Table) -> OpenNumbers:
    """Return those among the numbers from position `start` up to before `stop` that are ``not_sent`` or ``failed``.

    Args:
        connection: to the journal.
        start: the first position.
        stop: the one behind the last.
        listed: those of them at least that were found on the list, as `Listings.between` gives them.
    """
    mark = connection.execute("SELECT mark FROM run").fetchone()[0]
    is_open = np.ones(stop - start, np.bool_)
    in_doubt = np.arange(start, stop) < mark
    attempts = np.zeros(stop - start, np.int64)
    found = listed["position"].to_numpy() - start
    is_open[found[(found >= 0) & (found < stop - start)]] = False
    rows = connection.execute(_UNFINISHED, (start, stop)).fetchall()
    if rows:
        places, unfinished, doubts, calls = np.array(rows, np.int64).T
        places -= start
        is_open[places], in_doubt[places], attempts[places] = unfinished != 0, doubts != 0, calls
    at = np.flatnonzero(is_open)
    return OpenNumbers(at + start, in_doubt[at], attempts[at])


def keep_doubts(connection: sqlite3.Connection, path: Path, sitting: int) -> None:
    """Write down, inside a transaction, what the mark says of numbers without an answer.

    Args:
        connection: to the journal.
        path: its, for errors.
        sitting: the one in which they came to be in doubt.
    """
    mark, listings = connection.execute("SELECT mark FROM run").fetchone()[0], Listings(connection, path)
    for start in range(0, mark, _FETCH):
        stop = min(start + _FETCH, mark)
        found = open_numbers(connection, start, stop, listings.between(start, stop))
        doubts = found.positions[found.in_doubt].tolist()
        unanswered = "INSERT OR IGNORE INTO outcomes VALUES (?, 'not_sent', NULL, '', '', 0, NULL, 1, ?)"
        connection.executemany(unanswered, ((position, sitting) for position in doubts))
        connection.executemany("UPDATE outcomes SET in_doubt = 1 WHERE position = ?", ((each,) for each in doubts))


def count_statuses(connection: sqlite3.Connection, path: Path) -> dict[str, int]:
    """Return how many numbers have each status, those without an outcome left out."""
    by_status = dict(connection.execute("SELECT status, count(*) FROM outcomes GROUP BY status"))
    listed = count_listed(connection, path)
    return by_status | {Status.ALREADY_LISTED.value: by_status.get(Status.ALREADY_LISTED.value, 0) + listed}


def outcome_of(connection: sqlite3.Connection, path: Path, position: int) -> NumberOutcome:
    """Return the row of one number in `outcome_table`; no time is None.

    It makes no Arrow value: that loads pandas.
    """
    found = connection.execute(_SELECT, (position, position + 1)).fetchone()
    if found is None:
        mark = connection.execute("SELECT mark FROM run").fetchone()[0]
        found = (position, Status.NOT_SENT.value, None, "", "", 0, None, position < mark)
        for table in _listed_blobs(connection, path):
            positions = table["position"].to_pylist()
            if position in positions:
                stop_id = table["stop_id"][positions.index(position)].as_py()
                found = (position, Status.ALREADY_LISTED.value, _CODE_LISTED, stop_id, "", 0, None, False)
    _position, status, code, stop_id, message, attempts, sent_at, in_doubt = found
    return NumberOutcome(status, code, stop_id, message, attempts, sent_at, bool(in_doubt))


def first_ones(table: pa.Table) -> pa.ChunkedArray:
    """Say of each entry whether it is the first with its number: those are the run's numbers."""
    return pc.and_(pc.is_valid(table["number"]), pc.equal(table["duplicate_of"], -1))


def count_listed(connection: sqlite3.Connection, path: Path) -> int:
    """Return how many numbers were found on the list before sending; none of them has another outcome."""
    return sum(table.num_rows for table in _listed_blobs(connection, path))


def _listed_blobs(connection: sqlite3.Connection, path: Path) -> Iterator[pa.Table]:
    for crc, data in connection.execute("SELECT crc, data FROM listed ORDER BY id"):
        yield from_blob(ledger.checked(path, crc, data))


def listed_table(connection: sqlite3.Connection, path: Path) -> pa.Table:
    """Return the numbers found on the list before sending, by position; the newest finding comes last."""
    return _by_position(_listed_blobs(connection, path))


def _by_position(tables: Iterable[pa.Table]) -> pa.Table:
    found = pa.concat_tables([_LISTED.empty_table(), *tables])
    order = np.argsort(found["position"].to_numpy(), kind="stable")
    return found if (np.diff(order) == 1).all() else found.take(pa.array(order))


class Listings:
    """The numbers found on the list before sending, of which those of one stretch at a time are in memory."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection, self._path = connection, path
        self._spans: dict[int, tuple[int, int]] = {}
        self._at_hand: tuple[list[int], pa.Table] = ([], _LISTED.empty_table())
        for number, crc, data in connection.execute("SELECT id, crc, data FROM listed ORDER BY id"):
            self.added(number, from_blob(ledger.checked(path, crc, data))["position"].to_numpy())

    def added(self, number: int, positions: NDArray[np.int64]) -> None:
        """Remember where the positions of one finding are."""
        if len(positions):
            self._spans[number] = int(positions.min()), int(positions.max())

    def between(self, start: int, stop: int) -> pa.Table:
        """Return those from position `start` up to before `stop`, and perhaps others, in the form of `listed_table`."""
        wanted = [number for number, (low, high) in self._spans.items() if low < stop and high >= start]
        if wanted != self._at_hand[0]:
            self._at_hand = wanted, _by_position(map(self._table, wanted))
        return self._at_hand[1]

    def _table(self, number: int) -> pa.Table:
        crc, data = self._connection.execute("SELECT crc, data FROM listed WHERE id = ?", (number,)).fetchone()
        return from_blob(ledger.checked(self._path, crc, data))


def _listed(found: pa.Table, start: int, stop: int) -> pa.Table:
    first, last = np.searchsorted(found["position"].to_numpy(), (start, stop))
    inside, count = found.slice(first, last - first), int(last - first)
    return pa.table(
        {
            "position": inside["position"],
            "status": pa.repeat(Status.ALREADY_LISTED.value, count),
            "code": pa.repeat(pa.scalar(_CODE_LISTED, pa.int32()), count),
            "stop_id": inside["stop_id"],
            "message": pa.repeat("", count),
            "attempts": pa.repeat(pa.scalar(0, pa.int32()), count),
            "sent_at": pa.repeat(np.nan, count),
            "in_doubt": pa.repeat(pa.scalar(value=False), count),
        },
        schema=SCHEMA,
    )


def _answers(connection: sqlite3.Connection, start: int, stop: int) -> list[pa.Table]:
    cursor = connection.execute(_SELECT, (start, stop))
    tables = []
    while rows := cursor.fetchmany(_FETCH):
        *columns, in_doubt = zip(*rows, strict=True)
        arrays = [pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=False)]
        tables.append(pa.table([*arrays, pa.array(in_doubt, pa.int8()).cast(pa.bool_())], schema=SCHEMA))
    return tables
