"""The thread that writes the journal, so that a sender never waits for the disk unless it has to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from stopimport.runs import ledger

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from pathlib import Path

OUTCOME = (
    "INSERT OR REPLACE INTO outcomes"
    " (position, status, code, stop_id, message, attempts, sent_at, in_doubt, sitting) VALUES"
)
UNDO = "INSERT OR REPLACE INTO undo (number, stop_id, status, code, message, removed_at) VALUES"
GATHER = 0.1
"""Seconds to gather rows before they are committed: half of what the journal may be behind."""
BATCH = 100
"""Rows that are committed without gathering longer."""
BEHIND = 200
"""Rows that may wait for the disk; whoever brings one more waits with them."""

Row = tuple[Any, ...]


class Writer:
    """Commits rows and the mark in a thread of its own; all methods may be called from any thread.

    A fault of the disk is raised from `reserve` and `flush`. The rows that could not be written are kept, and the
    next `reserve` or `flush` tries again, so that freeing some space is enough.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = threading.Condition()
        self._rows: list[tuple[str, Row]] = []
        self._mark = self._marked = 0
        self._taken = self._written = 0
        self._urgent = self._closing = False
        self._faults = 0
        self._fault: Exception | None = None
        self._thread: threading.Thread | None = None

    def add(self, statement: str, row: Row) -> None:
        """Take a row for `statement` (`OUTCOME` or `UNDO`); it is on disk 0.2 s later, or after the next `flush`."""
        with self._changed:
            if self._taken - self._written >= BEHIND and self._fault is None:
                self._hurry()
                self._changed.wait_for(lambda: self._taken - self._written < BEHIND or self._fault is not None)
            self._rows.append((statement, row))
            self._taken += 1
            if len(self._rows) in {1, BATCH}:
                self._start()
                self._changed.notify_all()

    def reserve(self, upto: int) -> None:
        """Return once the mark is on disk at `upto` or higher.

        Raises:
            JournalUnusable, DamagedJournal: it cannot be written.
        """
        if upto > self._marked:
            with self._changed:
                self._mark = max(self._mark, upto)
                self._wait(lambda: self._marked >= upto)

    def flush(self) -> None:
        """Return once all rows taken so far are on disk.

        Raises:
            JournalUnusable, DamagedJournal: they cannot be written.
        """
        with self._changed:
            taken = self._taken
            self._wait(lambda: self._written >= taken)

    def close(self) -> None:
        """Flush, and end the thread (also when flushing fails; closing again tries again)."""
        try:
            self.flush()
        finally:
            with self._changed:
                self._closing = True
                self._changed.notify_all()
            if self._thread:
                self._thread.join()
            self._thread, self._closing = None, False

    def _start(self) -> None:
        if self._thread is None:
            # A daemon: an exception that skips `close` must not keep the process alive.
            self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
            self._thread.start()

    def _hurry(self) -> None:
        self._urgent = True
        self._start()
        self._changed.notify_all()

    def _wait(self, done: Callable[[], bool]) -> None:
        faults = self._faults
        if done():
            return
        self._hurry()
        self._changed.wait_for(lambda: done() or self._faults > faults)
        if self._fault is not None and not done():
            raise self._fault

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        while self._next():
            with self._changed:
                rows, mark = self._rows, self._mark
                self._rows, self._urgent = [], False
            try:
                connection = connection or ledger.connect(self._path)
                with ledger.faults_told(self._path):
                    self._commit(connection, rows, mark)
            except Exception as fault:  # noqa: BLE001 - whatever it is, those who wait must hear of it
                self._report(rows, fault)
            else:
                self._report([], None, len(rows), mark)
        if connection:
            connection.close()

    def _next(self) -> bool:
        """Wait for something to write, and return whether there is anything more."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._urgent or (bool(self._rows) and self._fault is None))
            if not self._urgent:
                self._changed.wait_for(lambda: self._closing or self._urgent or len(self._rows) >= BATCH, GATHER)
            return not self._closing

    def _report(
        self, unwritten: list[tuple[str, Row]], fault: Exception | None, written: int = 0, mark: int = 0
    ) -> None:
        with self._changed:
            self._rows[:0] = unwritten
            self._fault = fault
            self._faults += fault is not None
            self._written += written
            self._marked = max(self._marked, mark)
            self._changed.notify_all()

    def _commit(self, connection: sqlite3.Connection, rows: list[tuple[str, Row]], mark: int) -> None:
        with ledger.transaction(connection):
            for statement in (OUTCOME, UNDO):
                values = [row for kind, row in rows if kind == statement]
                if values:
                    # One statement for all rows: each step of `executemany` gives up Python's lock and has to win it
                    # back from a busy sender, which takes seconds for a batch.
                    places = "(" + ", ".join("?" * len(values[0])) + ")"
                    connection.execute(
                        f"{statement} {', '.join([places] * len(values))}",
                        [value for row in values for value in row],
                    )
            if mark > self._marked:
                connection.execute("UPDATE run SET mark = max(mark, ?)", (mark,))
