"""The journal of a run: what it sends, how far it may have got, and every outcome, safe on disk as it comes."""

from __future__ import annotations

import json
import threading
import time
import zlib
from contextlib import ExitStack, closing, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.runs import corrections, ledger, partitions, undo_table
from stopimport.runs.digits import digits_of
from stopimport.runs.errors import FolderTaken, JournalUnusable, NoRun
from stopimport.runs.facts import Requests, facts_of, plain
from stopimport.runs.outcome_table import (
    Listings,
    OpenNumbers,
    count_statuses,
    first_ones,
    keep_doubts,
    listed_blob,
    open_numbers,
    outcome_table,
    to_blob,
)
from stopimport.runs.partitions import PackedEntries, Partition
from stopimport.runs.writer import OUTCOME, UNDO, Writer
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt
    import pandas as pd

    from stopimport.runs.corrections import Correction
    from stopimport.runs.facts import RunFacts
    from stopimport.sending.outcomes import Outcome, UndoStep
    from stopimport.vocabulary import Fetched

_HIGHEST_CODE = 2**31 - 1
BLOCK = 1 << 17
"""Numbers that are looked at at once where no partitions say how many."""


@dataclass(frozen=True, slots=True)
class Fetch:
    """One time that the stop list was fetched, or was to be fetched, before sending."""

    fetched: str
    """See `vocabulary.Fetched`."""
    entries: int | None
    at: float
    """Unix time."""


class Journal:
    """One run's journal, open: a `Recorder` for the sender, and the source of all that a later command needs.

    Use it in a ``with`` block, or call `close`. `reserve`, `record`, `undo_record` and `flush` may be called from
    any thread, everything else from the thread that opened it.

    Sending in a folder can be begun several times (`resume`); each is a sitting, begun by the first `reserve` after
    opening. The mark counts anew in each: numbers must be sent in the order of their index. Outcomes of earlier
    sittings that are unfinished (failed, not_sent) come to be in doubt when the mark passes them.
    """

    def __init__(self, path: Path) -> None:
        """Open the journal at `path`; see `open`."""
        self._path = path
        with ExitStack() as stack:
            self._connection = stack.enter_context(closing(ledger.connect(path)))
            row = self._read("SELECT meta, numbers, sitting FROM run")[0]
            with ledger.faults_told(path):
                self._on_disk: dict[str, object] = json.loads(row[0])
                self._facts = facts_of(self._on_disk)
            stack.pop_all()
        self._count: int = row[1]
        self._sitting: int = row[2]
        self._numbers: pa.Array | None = None
        self._digits: npt.NDArray[np.int64] | None = None
        self._repeated: npt.NDArray[np.int64] | None = None
        self._listed: Listings | None = None
        self._writer = Writer(path)
        self._seating = threading.Lock()
        self._seated = False

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the journal at `path`.

        Raises:
            NoRun: there is none.
            ForeignJournal: the file is something else.
            NewerJournal: a newer version of the program wrote it.
            DamagedJournal: its contents are broken.
            JournalUnusable: it cannot be read.
        """
        return cls(path)

    @classmethod
    def create(cls, path: Path, facts: RunFacts, entries: pd.DataFrame | PackedEntries) -> Self:
        """Make the journal of a new run and open it. A journal of a run that made no calls is replaced.

        Args:
            path: the file, mode 0600.
            facts: what later commands need to know.
            entries: a frame of `ENTRY_COLUMNS` and ``keep:`` columns; those of a large run packed in partitions.

        Raises:
            FolderTaken: there is the journal of a run that has made calls.
            ForeignJournal: there is a file of that name that is none of ours.
            JournalUnusable: it cannot be written.
        """
        try:
            with cls(path) as old:
                if old.made_calls:
                    raise FolderTaken(str(path.parent))
        except NoRun:
            pass
        if isinstance(entries, PackedEntries):
            ledger.create(path, partial(_fill_packed, facts=facts, entries=entries), partitioned=True)
            return cls(path)
        table = pa.Table.from_pandas(entries, preserve_index=False)
        numbers = _numbers_of(table)

        def fill(connection: sqlite3.Connection) -> None:
            _fill(connection, facts, len(numbers), _index_of(numbers))
            ledger.write_pieces(connection, memoryview(to_blob(table)))

        ledger.create(path, fill)
        journal = cls(path)
        journal._numbers = numbers
        return journal

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        # What went wrong first is what people should read.
        with suppress(JournalUnusable) if kind else nullcontext():
            self.close()

    def close(self) -> None:
        """Write what is left and close the file.

        Raises:
            JournalUnusable: something could not be written; the file is closed all the same.
        """
        try:
            self._writer.close()
        finally:
            self._connection.close()

    # What the run is.

    @property
    def facts(self) -> RunFacts:
        """What `create` and `update` were given."""
        return self._facts

    def update(self, facts: RunFacts) -> None:
        """Put `facts` in the place of those that were known, on disk when this returns.

        What a newer version of the program wrote and this one does not know stays.
        """
        on_disk = self._on_disk | plain(facts)
        with self._written() as connection:
            connection.execute("UPDATE run SET meta = ?", (json.dumps(on_disk),))
        self._on_disk, self._facts = on_disk, facts

    def entries(self) -> pd.DataFrame:
        """Return the entries as `create` was given them."""
        frame: pd.DataFrame = self._table().to_pandas()
        return frame

    def partitions(self) -> list[Partition]:
        """Return the partitions of the entries, in order; none where all entries are in one blob."""
        with ledger.faults_told(self._path):
            return partitions.partitions(self._connection)

    def packed(self, place: int) -> bytes:
        """Return the entries of one partition as `partitions.pack` made them."""
        with ledger.faults_told(self._path):
            return partitions.read(self._connection, self._path, place)

    def repeats(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return which entries of partitions repeat a number: see `partitions.repeats`."""
        with ledger.faults_told(self._path):
            return partitions.repeats(self._connection, self._path)

    def numbers(self) -> list[str]:
        """Return the run's numbers: those of the valid entries that are not duplicates, in order."""
        return self._number_array().to_pylist()  # type: ignore[no-any-return] # pyarrow has no types

    def blocks(self) -> list[range]:
        """Return the positions of the run's numbers in pieces, in order: those of each partition, or some at a time."""
        parts = [range(part.number, part.number + part.numbers) for part in self.partitions() if part.numbers]
        return parts or [range(self._count)[start : start + BLOCK] for start in range(0, self._count, BLOCK)]

    def digits(self, block: range) -> npt.NDArray[np.int64]:
        """Return the digits of the numbers at the positions of one of the `blocks`."""
        parts = self.partitions()
        if not parts:
            if self._digits is None:
                self._digits = digits_of(self._number_array())
            return self._digits[block.start : block.stop]
        if self._repeated is None:
            self._repeated = self.repeats()[0]
        place = next(place for place, part in enumerate(parts) if part.number + part.numbers > block.start)
        part = parts[place]
        start, stop = np.searchsorted(self._repeated, (part.first, part.first + part.rows))
        return partitions.numbers_in(self.packed(place), self._repeated[start:stop] - part.first)

    def ascending(self) -> npt.NDArray[np.int64]:
        """Return the last 18 digits of all numbers of the run, ascending, each once."""
        with ledger.faults_told(self._path):
            return np.frombuffer(ledger.read_index(self._connection), "<i8")

    # What people corrected.

    def corrections(self) -> list[Correction]:
        """Return what people corrected, oldest first."""
        with ledger.faults_told(self._path):
            return corrections.corrections_in(self._connection)

    def correct(self, entries: pd.DataFrame, done: Sequence[Correction], facts: RunFacts) -> None:
        """Put `entries` in the place of those that there were, all or nothing: outcomes stay with their numbers.

        Args:
            entries: as many as before, in the same order.
            done: what changed in them, for those who ask later.
            facts: what is known of the run from now on.
        """
        self.flush()
        table = pa.Table.from_pandas(entries, preserve_index=False)
        old, numbers = self._number_array(), _numbers_of(table)
        on_disk = self._on_disk | plain(facts)
        with self._written() as connection:
            corrections.exchange(connection, self._path, old, numbers)
            corrections.note(connection, done)
            connection.execute("DELETE FROM entries")
            partitions.forget(connection)
            ledger.write_pieces(connection, memoryview(to_blob(table)))
            connection.execute("DELETE FROM number_index")
            ledger.write_index(connection, _index_of(numbers))
            connection.execute("UPDATE run SET meta = ?, numbers = ?", (json.dumps(on_disk), len(numbers)))
        self._on_disk, self._facts = on_disk, facts
        self._numbers, self._count, self._listed = numbers, len(numbers), None
        self._digits = self._repeated = None

    # What may have happened already.

    @property
    def made_calls(self) -> bool:
        """Whether any call may have been made for this run."""
        sql = "SELECT mark > 0 OR sitting > 0 OR EXISTS (SELECT * FROM fetches) FROM run"
        return bool(self._read(sql)[0][0])

    @property
    def may_have_sent(self) -> bool:
        """Whether any number may have gone out: what merely looked at the stop list has changed nothing."""
        return bool(self._read("SELECT mark > 0 OR sitting > 0 FROM run")[0][0])

    def note_fetch(self, fetched: Fetched, entries: int | None = None) -> None:
        """Write down that the stop list was fetched, or that this was tried."""
        with self._written() as connection:
            connection.execute(
                "INSERT INTO fetches (fetched, entries, at) VALUES (?, ?, ?)", (fetched, entries, time.time())
            )

    def fetches(self) -> list[Fetch]:
        """Return what `note_fetch` wrote down, oldest first."""
        return [Fetch(*row) for row in self._read("SELECT fetched, entries, at FROM fetches ORDER BY id")]

    def outcomes(self) -> pd.DataFrame:
        """Return a frame of `OUTCOME_COLUMNS`: one row for each number.

        Numbers without an outcome are ``not_sent``, and in doubt where the mark has passed them.
        """
        frame = self.outcomes_between(0, self._count)
        frame.insert(0, "number", self._number_array().to_pandas())
        return frame

    @property
    def has_outcomes(self) -> bool:
        """Whether any number may have an outcome; else all are ``not_sent``, and none is in doubt."""
        self.flush()
        some = "EXISTS (SELECT * FROM outcomes) OR EXISTS (SELECT * FROM listed)"
        return bool(self._read(f"SELECT mark > 0 OR {some} FROM run")[0][0])  # noqa: S608 - words of ours

    def outcomes_between(self, start: int, stop: int) -> pd.DataFrame:
        """Return the same for the numbers from position `start` up to before `stop`, without the numbers."""
        import pandas as pd  # noqa: PLC0415 - `load` imports it while it reads the files

        self.flush()
        with ledger.faults_told(self._path):
            found = self._listings().between(start, stop)
            table = outcome_table(self._connection, self._path, start, stop, found)
        code = table["code"].combine_chunks()
        missing = code.is_null().to_numpy(zero_copy_only=False)
        return pd.DataFrame(
            {
                "status": table["status"].to_pandas(),
                "code": pd.arrays.IntegerArray(code.fill_null(0).to_numpy(), missing),
                **{name: table[name].to_pandas() for name in table.column_names[3:]},
            }
        )

    def open_numbers(self, block: range) -> OpenNumbers:
        """Return those of the numbers at these positions that are ``not_sent`` or ``failed``."""
        self.flush()
        with ledger.faults_told(self._path):
            found = self._listings().between(block.start, block.stop)
            return open_numbers(self._connection, block.start, block.stop, found)

    def counts(self) -> dict[str, int]:
        """Return how many numbers have each status, ``not_sent`` included; no zeros."""
        self.flush()
        with ledger.faults_told(self._path):
            by_status = count_statuses(self._connection, self._path)
        left = self._count - sum(by_status.values())
        by_status[Status.NOT_SENT.value] = by_status.get(Status.NOT_SENT.value, 0) + left
        return {status: count for status, count in by_status.items() if count}

    def nameless(self, block: range) -> tuple[npt.NDArray[np.int64], list[tuple[str, int, float | None]]]:
        """Return those of the numbers at these positions that were added and whose ids got lost with an answer.

        Returns:
            their positions; for each the message, the attempts, and when the last call for it started.
        """
        self.flush()
        sql = """
            SELECT position, message, attempts, sent_at FROM outcomes
            WHERE status = ? AND stop_id = '' AND position >= ? AND position < ?
        """
        with ledger.faults_told(self._path):
            rows = self._connection.execute(sql, (Status.ADDED.value, block.start, block.stop)).fetchall()
        return np.array([row[0] for row in rows], np.int64), [row[1:] for row in rows]

    def failures(self) -> Iterator[tuple[int | None, str, int]]:
        """Yield code and message of what failed, and how often they did, in the order in which they first occur."""
        self.flush()
        sql = """
            SELECT code, message, count(*) FROM outcomes WHERE status = ? GROUP BY code, message ORDER BY min(position)
        """
        with ledger.faults_told(self._path):
            yield from self._connection.execute(sql, (Status.FAILED.value,))

    def calls_since(self, began: float) -> Requests:
        """Return the calls whose answer was written down, and the time that those since `began` (Unix time) took."""
        self.flush()
        sql = """
            SELECT total(attempts), total(max(attempts - 1, 0)), max(sent_at) FILTER (WHERE sent_at >= ?1),
                min(sent_at) FILTER (WHERE sent_at >= ?1) FROM outcomes
        """
        with ledger.faults_told(self._path):
            sent, retried, last, first = self._connection.execute(sql, (began,)).fetchone()
        return Requests(int(sent), int(retried), 0.0 if last is None else last - first)

    # The Recorder of the sender.

    def reserve(self, upto: int) -> None:
        """Return once it is on disk that the numbers before index `upto` may have gone out from now on.

        The mark is put exactly there, so ask for some hundred numbers at once.

        Raises:
            JournalUnusable: it cannot be written. No number from here on may go out.
        """
        if not self._seated:
            with self._seating:
                if not self._seated:
                    self._sit_down()
                    self._seated = True
        self._writer.reserve(upto)

    def record(self, outcome: Outcome) -> None:
        """Take one outcome; it is on disk at most 0.2 s later. A later one for the same index replaces it."""
        code = outcome.code if outcome.code is not None and abs(outcome.code) <= _HIGHEST_CODE else None
        self._writer.add(
            OUTCOME,
            (
                outcome.index, outcome.status.value, code, _storable(outcome.stop_id), _storable(outcome.message),
                outcome.attempts, outcome.sent_at, outcome.in_doubt, self._sitting,
            ),
        )  # fmt: skip

    def record_listed(self, indices: npt.NDArray[np.int64], stop_ids: Sequence[str]) -> None:
        """Take many numbers that the list fetched first has: ``already_listed``, code 3, no attempts.

        It is on disk when this returns. Earlier outcomes of these numbers are replaced, doubts included.
        """
        if not len(indices):
            return
        self.flush()
        blob = memoryview(listed_blob(indices, list(stop_ids)))
        with self._written() as connection:
            span = (int(indices.min()), int(indices.max()))
            sql = "SELECT position FROM outcomes WHERE position BETWEEN ? AND ?"
            positions = np.array(connection.execute(sql, span).fetchall(), np.int64).reshape(-1)
            replaced = positions[np.isin(positions, indices)].tolist()
            connection.executemany("DELETE FROM outcomes WHERE position = ?", ((index,) for index in replaced))
            listing = connection.execute("INSERT INTO listed (crc, data) VALUES (?, ?)", (zlib.crc32(blob), blob))
        if self._listed is not None and listing.lastrowid is not None:
            self._listed.added(listing.lastrowid, indices)

    def flush(self) -> None:
        """Return once everything recorded is on disk.

        Raises:
            JournalUnusable: it cannot be written; nothing is lost, and another `flush` tries again.
        """
        self._writer.flush()

    # Undo.

    def undo_reserve(self, steps: Iterable[UndoStep]) -> None:
        """Return once it is on disk that calls may go out for these numbers (steps whose status is '')."""
        for step in steps:
            self.undo_record(step)
        self.flush()

    def undo_record(self, step: UndoStep) -> None:
        """Take one step of undo; a later one for the same number replaces it."""
        row = (step.number, step.stop_id, step.status, step.code, _storable(step.message), step.removed_at)
        self._writer.add(UNDO, row)

    def undo_steps(self, numbers: Sequence[str]) -> dict[str, UndoStep]:
        """Return what undo did with some numbers of the run, by number; status '' means: may have gone out."""
        self.flush()
        with ledger.faults_told(self._path):
            return undo_table.steps_of(self._connection, numbers)

    def undo_doubts(self) -> list[UndoStep]:
        """Return the steps of undo whose status is ''."""
        self.flush()
        with ledger.faults_told(self._path):
            return undo_table.doubts(self._connection)

    def undone(self, statuses: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the digits of the numbers to which undo gave one of these `statuses`, ascending."""
        self.flush()
        with ledger.faults_told(self._path):
            return undo_table.digits_with(self._connection, statuses)

    # Inside.

    def _sit_down(self) -> None:
        """Begin a sitting: keep the doubts of the one before, and let the mark count from 0 again."""
        self.flush()
        with ledger.faults_told(self._path), closing(ledger.connect(self._path)) as connection:
            with ledger.transaction(connection):
                keep_doubts(connection, self._path, self._sitting)
                connection.execute("UPDATE run SET mark = 0, sitting = sitting + 1")
            self._sitting += 1

    def _read(self, sql: str) -> list[Any]:
        with ledger.faults_told(self._path):
            return self._connection.execute(sql).fetchall()

    @contextmanager
    def _written(self) -> Iterator[sqlite3.Connection]:
        with ledger.faults_told(self._path), ledger.transaction(self._connection):
            yield self._connection

    def _table(self, columns: tuple[str, ...] | None = None) -> pa.Table:
        with ledger.faults_told(self._path):
            return partitions.whole_table(self._connection, self._path, columns)

    def _listings(self) -> Listings:
        if self._listed is None:
            self._listed = Listings(self._connection, self._path)
        return self._listed

    def _number_array(self) -> pa.Array:
        if self._numbers is None:
            self._numbers = _numbers_of(self._table(("number", "duplicate_of")))
        return self._numbers


def _numbers_of(table: pa.Table) -> pa.Array:
    return table["number"].filter(first_ones(table)).combine_chunks()


def _fill(connection: sqlite3.Connection, facts: RunFacts, count: int, index: bytes | memoryview) -> None:
    connection.execute("INSERT INTO run (meta, numbers) VALUES (?, ?)", (json.dumps(plain(facts)), count))
    ledger.write_index(connection, index)


def _fill_packed(connection: sqlite3.Connection, facts: RunFacts, entries: PackedEntries) -> None:
    distinct = entries.repeats.distinct
    if len(distinct) and distinct[-1] >= 10**ledger.DIGITS:
        distinct = np.unique(distinct % 10**ledger.DIGITS)
    digits: memoryview = distinct.astype("<i8", copy=False).data.cast("B")
    _fill(connection, facts, entries.numbers, digits)
    partitions.write(connection, entries)


def _index_of(numbers: pa.Array) -> bytes:
    """Return the numbers for `ledger.write_index`."""
    digits = pc.utf8_slice_codeunits(pc.utf8_ltrim(numbers, "+"), -ledger.DIGITS).cast(pa.int64()).to_numpy()
    ascending = np.sort(digits)  # far faster than numpy.unique, which hashes
    new = np.diff(ascending, prepend=-1) != 0
    index: bytes = ascending[new].astype("<i8").tobytes()
    return index


def _storable(text: str) -> str:
    """Return `text` without the half characters that an answer's JSON can hold and no database takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
