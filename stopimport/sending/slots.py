"""Slots that a sender has been dealt: not one by one, for at a high rate most of them are never used."""

from __future__ import annotations

import math
from collections import deque


class _Row:
    """Slots at even distances, of which the first ones are gone."""

    __slots__ = ("_first", "_spacing", "end", "next")

    def __init__(self, first: float, spacing: float, count: int) -> None:
        self._first, self._spacing = first, spacing
        self.next, self.end = 0, count

    def at(self, index: int) -> float:
        return self._first + index * self._spacing

    def drop(self, moment: float) -> None:
        """Take away the slots before a moment."""
        self.next = min(max(math.floor((moment - self._first) / self._spacing), self.next), self.end)
        while self.next < self.end and self.at(self.next) < moment:
            self.next += 1


class Slots:
    """Slots in the order of their times, which are seconds."""

    def __init__(self) -> None:
        self._rows: deque[_Row] = deque()

    def __bool__(self) -> bool:
        return bool(self._rows)

    @property
    def first(self) -> float:
        """The time of the first one; there must be one."""
        row = self._rows[0]
        return row.at(row.next)

    def time_of(self, index: int) -> float | None:
        """Return the time of the slot before which there are `index` others; None: there are not so many."""
        for row in self._rows:
            left = row.end - row.next
            if index < left:
                return row.at(row.next + index)
            index -= left
        return None

    def add(self, first: float, spacing: float, count: int) -> None:
        """Add `count` slots, `spacing` apart, after those that are there."""
        self._rows.append(_Row(first, spacing, count))

    def take(self) -> float:
        """Take the first one away, and return its time."""
        row = self._rows[0]
        taken = row.at(row.next)
        row.next += 1
        if row.next == row.end:
            self._rows.popleft()
        return taken

    def drop(self, moment: float) -> None:
        """Take away those before a moment."""
        while self._rows and self.first < moment:
            self._rows[0].drop(moment)
            if self._rows[0].next == self._rows[0].end:
                self._rows.popleft()

    def clear(self) -> None:
        """Take all away."""
        self._rows.clear()
