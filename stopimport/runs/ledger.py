"""The journal's file: what is in it, how it is opened, and what a fault of it is called.

One SQLite database. It knows itself by its application id, and its format by its user version. It is written in
rollback mode, never WAL: the folders of runs live on network shares, where WAL's shared memory does not work. Every
commit is synced, its directory too, because a number may only go out once the mark is sure to survive.

Nothing heavy is imported here: `history` and `find` look into a hundred journals in under a second.
"""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import zlib
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING

import msgspec

from stopimport.filenames import SUMMARY
from stopimport.plainfiles import open_plain
from stopimport.runs import summary
from stopimport.runs.errors import DamagedJournal, DataDeleted, ForeignJournal, JournalUnusable, NewerJournal, NoRun

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

APPLICATION_ID = 0x53544F50  # "STOP"
FORMAT = 2
"""The newest; small runs have format 1, whose entries are all in one blob, for older versions to go on with."""
WHOLE, REPEATS = -1, -2
"""In place of a partition: all entries of a run in one blob; which entries of partitions repeat others."""
PATIENCE = 30.0
"""Seconds to wait for another connection's transaction."""
DIGITS = 18
"""Digits that fit into a signed 64-bit integer whatever they are."""
_MAGIC = b"SQLite format 3\0"
_PIECE = 64 << 20  # bytes of one blob; SQLite takes at most 1 GB
_CHUNK = 32 << 10  # bytes in one row of number_index, read whole for one look-up

SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = 1;
BEGIN;
-- One row. mark: numbers before it may have gone out in this sitting. sitting: how often sending was begun.
CREATE TABLE run (
    meta TEXT NOT NULL, numbers INTEGER NOT NULL, mark INTEGER NOT NULL DEFAULT 0, sitting INTEGER NOT NULL DEFAULT 0
);
-- The entries as compressed Arrow IPC, cut into pieces.
CREATE TABLE entries (piece INTEGER PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);
-- The numbers' digits as sorted little-endian 64-bit integers, for find.
CREATE TABLE number_index (first INTEGER PRIMARY KEY, data BLOB NOT NULL);
-- The last outcome of each number. position: among the run's numbers.
CREATE TABLE outcomes (
    position INTEGER PRIMARY KEY, status TEXT NOT NULL, code INTEGER, stop_id TEXT NOT NULL, message TEXT NOT NULL,
    attempts INTEGER NOT NULL, sent_at REAL, in_doubt INTEGER NOT NULL, sitting INTEGER NOT NULL
);
-- Numbers found on the stop list before sending, as Arrow IPC: position, stop_id.
CREATE TABLE listed (id INTEGER PRIMARY KEY, crc INTEGER NOT NULL, data BLOB NOT NULL);
-- Each time the stop list was fetched, or was to be fetched.
CREATE TABLE fetches (id INTEGER PRIMARY KEY, fetched TEXT NOT NULL, entries INTEGER, at REAL NOT NULL);
CREATE TABLE undo (
    number TEXT PRIMARY KEY, stop_id TEXT NOT NULL, status TEXT NOT NULL, code INTEGER, message TEXT NOT NULL,
    removed_at REAL
);
COMMIT;
"""
_PARTITIONED = f"""
PRAGMA user_version = {FORMAT};
-- The partitions of the entries, in order. first: position of the first entry. valid: entries with a number. number:
-- position of the first number. numbers: those that stand here for the first time.
CREATE TABLE partitions (
    place INTEGER PRIMARY KEY, first INTEGER NOT NULL, rows INTEGER NOT NULL, valid INTEGER NOT NULL,
    number INTEGER NOT NULL, numbers INTEGER NOT NULL
);
-- Each as compressed Arrow IPC, cut into pieces; place -2: position and first of the entries that repeat a number.
CREATE TABLE packed (
    place INTEGER NOT NULL, piece INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (place, piece)
);
"""


@contextmanager
def faults_told(path: Path) -> Iterator[None]:
    """Turn SQLite's faults inside the ``with`` block into errors for people.

    Raises:
        JournalUnusable: a full disk, missing permissions, a lock that is never given up.
        DamagedJournal: the file's contents are broken, or are no run's.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        # SQLITE_ERROR is a fault of the statement; ours are sound, so a table or column is gone. Python's own (a text
        # that is none) have no code.
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) == sqlite3.SQLITE_ERROR:
            raise DamagedJournal(str(path), str(error)) from error
        raise JournalUnusable(str(path), str(error)) from error
    except (sqlite3.DatabaseError, UnicodeDecodeError, json.JSONDecodeError, msgspec.ValidationError) as error:
        raise DamagedJournal(str(path), str(error)) from error


def _no_run(folder: Path) -> NoRun:
    """Return what is told of a folder without journal: its summary may say that somebody has deleted it."""
    with suppress(OSError, ValueError, msgspec.ValidationError):
        kept = summary.from_json((folder / SUMMARY).read_bytes())
        if kept is not None and kept.facts.deleted is not None:
            return DataDeleted(str(folder), kept.facts.deleted.at.astimezone().strftime("%Y-%m-%d"))
    return NoRun(str(folder))


def connect(path: Path) -> sqlite3.Connection:
    """Open the journal at `path`, which must be one of ours. The caller closes the connection.

    Raises:
        NoRun: there is no such file.
        ForeignJournal: the file is something else.
        NewerJournal: its format is newer than this program.
        DamagedJournal, JournalUnusable: see `faults_told`.
    """
    try:
        with open_plain(path) as file:
            magic = file.read(len(_MAGIC))
    except (FileNotFoundError, NotADirectoryError):
        raise _no_run(path.parent) from None
    except OSError as error:
        raise JournalUnusable(str(path), error.strerror or str(error)) from error
    if magic != _MAGIC:
        raise ForeignJournal(str(path))
    with faults_told(path):
        connection = _open(path)
        try:
            _check(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    # EXTRA also syncs the folder after the rollback journal is deleted; with less, a power cut could bring it back
    # and take the last commit away.
    connection.execute("PRAGMA synchronous = EXTRA")
    return connection


def _check(connection: sqlite3.Connection, path: Path) -> None:
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application_id != APPLICATION_ID:
        raise ForeignJournal(str(path))
    if version > FORMAT:
        raise NewerJournal(str(path), f"{version} > {FORMAT}")
    if connection.execute("SELECT count(*) FROM run").fetchone()[0] != 1:
        raise DamagedJournal(str(path), "run")


def create(path: Path, fill: Callable[[sqlite3.Connection], None], *, partitioned: bool = False) -> None:
    """Make a journal at `path`, mode 0600, and let `fill` write its first contents; all of it appears or nothing.

    A journal that is there already is replaced. A `partitioned` one has no entries in one blob.

    Raises:
        JournalUnusable: the file cannot be made or written.
    """
    new = path.with_name(path.name + ".new")
    try:
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with faults_told(path), closing(sqlite3.connect(new, isolation_level=None)) as connection:
                # Nothing to roll back to: what fails halfway is thrown away.
                connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + SCHEMA)
                if partitioned:
                    connection.executescript(_PARTITIONED)
                with transaction(connection):
                    fill(connection)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        # A rollback file that a killed run left would be played back into the new journal.
        path.unlink(missing_ok=True)
        path.with_name(path.name + "-journal").unlink(missing_ok=True)
        new.replace(path)
    except OSError as error:
        raise JournalUnusable(str(path), error.strerror or str(error)) from error
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Commit what is written inside the ``with`` block, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # SQLite has rolled back by itself after some faults (a full disk).
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def write_pieces(connection: sqlite3.Connection, data: memoryview, place: int = WHOLE) -> None:
    """Write the blob of all entries, or of the partition at `place`."""
    pieces = [data[start : start + _PIECE] for start in range(0, len(data), _PIECE)]
    rows = [(number, zlib.crc32(piece), piece) for number, piece in enumerate(pieces)]
    if place == WHOLE:
        connection.executemany("INSERT INTO entries (piece, crc, data) VALUES (?, ?, ?)", rows)
    else:
        sql = "INSERT INTO packed (place, piece, crc, data) VALUES (?, ?, ?, ?)"
        connection.executemany(sql, [(place, *row) for row in rows])


def read_pieces(connection: sqlite3.Connection, path: Path, place: int = WHOLE) -> bytes:
    """Return the blob of all entries, or of the partition at `place`.

    Raises:
        DamagedJournal: it is not what was written.
    """
    if place == WHOLE:
        rows = connection.execute("SELECT crc, data FROM entries ORDER BY piece").fetchall()
    else:
        sql = "SELECT crc, data FROM packed WHERE place = ? ORDER BY piece"
        rows = connection.execute(sql, (place,)).fetchall()
    return b"".join(checked(path, crc, data) for crc, data in rows)


def has_partitions(connection: sqlite3.Connection) -> bool:
    """Whether the entries are in partitions and not all in one blob, which counts where there is one."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == 1:
        return False
    return connection.execute("SELECT * FROM entries LIMIT 1").fetchone() is None


def checked(path: Path, crc: int, data: bytes) -> bytes:
    """Return `data`, whose checksum must be `crc`: SQLite does not see a wrong byte in a value.

    Raises:
        DamagedJournal: it is not.
    """
    if zlib.crc32(data) != crc:
        raise DamagedJournal(str(path), "checksum")
    return data


def write_index(connection: sqlite3.Connection, digits: bytes | memoryview) -> None:
    """Write the numbers for `contains`: `digits_of` each, sorted, each once, as little-endian 64-bit integers."""
    chunks = (digits[start : start + _CHUNK] for start in range(0, len(digits), _CHUNK))
    rows = ((int.from_bytes(chunk[:8], "little"), chunk) for chunk in chunks)
    connection.executemany("INSERT INTO number_index (first, data) VALUES (?, ?)", rows)


def read_index(connection: sqlite3.Connection) -> bytes:
    """Return what `write_index` was given."""
    return b"".join(data for (data,) in connection.execute("SELECT data FROM number_index ORDER BY first"))


def digits_of(number: str) -> int:
    """Return what stands for an E.164 number in the index: its last 18 digits (it has 15 at most by the standard)."""
    return int(number.lstrip("+")[-DIGITS:])


def contains(connection: sqlite3.Connection, number: str) -> bool:
    """Whether `number` is among the run's numbers; reads 32 kB however long the run."""
    wanted = digits_of(number)
    row = connection.execute(
        "SELECT data FROM number_index WHERE first <= ? ORDER BY first DESC LIMIT 1", (wanted,)
    ).fetchone()
    return row is not None and (wanted,) in struct.iter_unpack("<q", row[0])
