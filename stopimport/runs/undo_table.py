"""What undo did with the numbers of a run, as the journal knows it: one row for each number that it came to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stopimport.runs.digits import digits_of
from stopimport.sending.outcomes import UndoStep

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SELECT = "SELECT number, stop_id, status, code, message, removed_at FROM undo"
_AT_ONCE = 500
"""Numbers in one question; every SQLite takes 999."""
_FETCH = 50_000


def steps_of(connection: sqlite3.Connection, numbers: Sequence[str]) -> dict[str, UndoStep]:
    """Return what was done with some numbers, by number; those that undo has not come to are not in it."""
    if not numbers or connection.execute("SELECT 1 FROM undo LIMIT 1").fetchone() is None:
        return {}
    found: dict[str, UndoStep] = {}
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE]
        sql = f"{_SELECT} WHERE number IN ({', '.join('?' * len(some))})"
        found |= {row[0]: UndoStep(*row) for row in connection.execute(sql, some)}
    return found


def doubts(connection: sqlite3.Connection) -> list[UndoStep]:
    """Return what may have gone out, and has no answer."""
    return [UndoStep(*row) for row in connection.execute(f"{_SELECT} WHERE status = ''")]


def digits_with(connection: sqlite3.Connection, statuses: Sequence[str]) -> NDArray[np.int64]:
    """Return the digits of numbers that have one of these statuses, ascending."""
    sql = f"SELECT number FROM undo WHERE status IN ({', '.join('?' * len(statuses))})"  # noqa: S608 - question marks
    cursor, found = connection.execute(sql, statuses), [np.empty(0, np.int64)]
    while rows := cursor.fetchmany(_FETCH):
        found.append(digits_of([number for (number,) in rows]))
    return np.sort(np.concatenate(found))
