"""The practice API's stop list: an SQLite table, in a file or in memory."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, NamedTuple

from stopimport.sandbox.errors import SandboxStateBusy, SandboxStateUnusable
from stopimport.text.language import _

if TYPE_CHECKING:
    from pathlib import Path

_APPLICATION_ID = 0x53544F50  # "STOP": tells our files from other programs' databases
_TABLE = """
create table if not exists entries (
    id integer primary key autoincrement,
    number text not null unique,
    created text not null
)
"""


class StoredNumber(NamedTuple):
    """One entry of the list."""

    id: int
    number: str
    created: str
    """Local time, ``YYYY-MM-DD HH:MM:SS``."""


class PracticeList:
    """Numbers with ids that count up and are never given twice.

    What `add` and `delete` report is in the file even if the process is killed right after; a power cut may lose the
    last moments. The file belongs to one `PracticeList` at a time.

    Args:
        file: where the list is kept, made if missing; None: in memory.

    Raises:
        SandboxStateBusy: if another practice API uses the file.
        SandboxStateUnusable: if it cannot be opened, or is something else.
    """

    def __init__(self, file: Path | None = None) -> None:
        if file is None:
            self._database = _connect(":memory:")
            self._database.execute(_TABLE)
        else:
            self._database = _open(file)

    def add(self, number: str) -> int | None:
        """Put `number` on the list and return its id; None if it is there already."""
        # "insert or ignore" would use up an id for nothing.
        cursor = self._database.execute(
            "insert into entries (number, created) select ?1, ?2 "
            "where not exists (select 1 from entries where number = ?1)",
            (number, time.strftime("%Y-%m-%d %H:%M:%S")),
        )
        return cursor.lastrowid if cursor.rowcount else None

    def delete(self, entry: int) -> bool:
        """Take the entry with this id off the list; return whether there was one."""
        return bool(self._database.execute("delete from entries where id = ?", (entry,)).rowcount)

    def entries(self) -> list[StoredNumber]:
        """Return the whole list, in the order of the ids."""
        found = self._database.execute("select id, number, created from entries order by id").fetchall()
        return [StoredNumber(*row) for row in found]

    def close(self) -> None:
        """Leave one plain file behind and let go of it."""
        # On a full disk the log stays beside the file, and the next one to open it reads both.
        with closing(self._database), suppress(sqlite3.Error):
            self._database.execute("pragma journal_mode = delete")


def _connect(name: str) -> sqlite3.Connection:
    # Tests look at the list from another thread than the server's; SQLite itself takes turns.
    return sqlite3.connect(name, isolation_level=None, timeout=0, check_same_thread=False)


def _open(file: Path) -> sqlite3.Connection:
    try:
        # The list is personal data: for the owner only.
        file.touch(mode=0o600)
        database = _connect(str(file))
    except (OSError, sqlite3.Error) as problem:
        raise SandboxStateUnusable(str(file), _reason(problem)) from problem
    try:
        _prepare(database, file)
    except sqlite3.Error as problem:
        database.close()
        # The low byte is the kind of error, the rest its circumstances.
        if getattr(problem, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY:
            raise SandboxStateBusy(str(file)) from problem
        raise SandboxStateUnusable(str(file), _reason(problem)) from problem
    except SandboxStateUnusable:
        database.close()
        raise
    return database


def _prepare(database: sqlite3.Connection, file: Path) -> None:
    # A write-ahead log makes a commit one short write. The exclusive lock lets it work on network shares too (no
    # shared memory), and keeps a second practice API out.
    database.execute("pragma locking_mode = exclusive")
    with closing(database.execute("select count(*) from sqlite_master")) as cursor:
        tables = cursor.fetchone()[0]
    if tables and database.execute("pragma application_id").fetchone()[0] != _APPLICATION_ID:
        raise SandboxStateUnusable(str(file), _("it is another program's database"))
    database.execute("pragma journal_mode = wal")
    # The system keeps what was written when the process is killed; waiting for the disk would cost more than the call.
    database.execute("pragma synchronous = off")
    database.execute(f"pragma application_id = {_APPLICATION_ID}")
    database.execute(_TABLE)


def _reason(problem: Exception) -> str:
    return getattr(problem, "strerror", None) or str(problem)
