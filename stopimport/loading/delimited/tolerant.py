"""The tolerant reader of delimited text: any number of cells in a row, any quote out of place.

It is the reference for what a text file holds. `delimited` takes the fast way only where both give the same.

A quoted cell may contain line breaks; a stray quote may not swallow rows. The two are told apart by re-reading: where
the lines that a quote joins are complete rows by themselves, or the quote is never closed properly, it is a stray one
and stands for itself.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice, zip_longest
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

_BLOCK = 8192
_BLOCK_SIZE = 1 << 22
"""Characters of the lines that are read at once, if one line is not longer."""
_SENTINEL = "\x00end\x00"
_QUOTED = re.compile(r'"[^"]*+"')
_IN_LINE_QUOTED = re.compile(r'"((?:[^"]++|"")*+)"')


class RowTooWide(ValueError):
    """A row has so many cells that giving as many to all others would take more than a file of its size may."""

    def __init__(self, line: int) -> None:
        """Take the line, counted from 1."""
        self.line = line


@dataclass(slots=True)
class Records:
    """What a text holds: `columns` as in `RawSheet`, and the cells written in each record (0: a blank line)."""

    columns: list[pa.ChunkedArray]
    widths: NDArray[np.int32]
    lines: int = 0
    """Lines of the file that were used up; each belongs to exactly one record."""
    stray: int = 0
    """Quotes taken literally because they would have swallowed rows."""


def read_tolerant(text: str, delimiter: str, width: int, most: int = sys.maxsize) -> Records:
    """Read all records of `text`; `width` is the usual number of cells, to tell stray quotes from line breaks.

    Raises:
        RowTooWide: a record has more than `most` cells.
    """
    reading = _Reading(io.StringIO(text, newline=""), delimiter, width, most)
    blocks: list[list[pa.Array]] = []
    widths: list[NDArray[np.int32]] = []
    with any_field_size():
        for records in reading.blocks():
            widths.append(np.fromiter(map(len, records), np.int32, len(records)))
            if widths[-1].max(initial=0) > most:
                raise RowTooWide(sum(map(len, widths[:-1])) + int(widths[-1].argmax()) + 1)
            blocks.append([pa.array(cells, pa.string()) for cells in zip_longest(*records, fillvalue="")])
    all_widths = np.concatenate(widths) if widths else np.empty(0, np.int32)
    return Records(_columns(blocks, widths), all_widths, reading.lines, reading.stray)


def first_records(lines: Iterable[str], delimiter: str) -> list[list[str]]:
    """Return the records of some lines whose usual width is not known yet."""
    with any_field_size():
        return [record for records in _Reading(iter(lines), delimiter, 0, sys.maxsize).blocks() for record in records]


def split_line(line: str, delimiter: str) -> list[str]:
    """Split one line; a quote counts only where it opens a cell and is closed before the cell's end."""
    line = line.rstrip("\r\n")
    if '"' not in line:
        return line.split(delimiter)
    cells = []
    position = 0
    while True:
        quoted = _IN_LINE_QUOTED.match(line, position)
        if quoted and (quoted.end() == len(line) or line.startswith(delimiter, quoted.end())):
            cells.append(quoted[1].replace('""', '"'))
            end = quoted.end()
        else:
            end = line.find(delimiter, position)
            end = len(line) if end < 0 else end
            cells.append(line[position:end])
        if end >= len(line):
            return cells
        position = end + len(delimiter)


def is_open(line: str, delimiter: str) -> bool:
    """Whether a quote reaches over the end of a line."""
    return '"' in line and len(list(csv.reader([line, _SENTINEL], delimiter=delimiter))) == 1


@contextmanager
def any_field_size() -> Iterator[None]:
    """Let Python's csv module read cells of any size inside the ``with`` block."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _columns(blocks: list[list[pa.Array]], widths: list[NDArray[np.int32]]) -> list[pa.ChunkedArray]:
    """Put blocks of different widths under each other; the empty cells of a length are one shared array."""
    total = max((len(block) for block in blocks), default=0)
    empty = lru_cache(maxsize=None)(lambda length: pa.array([""] * length, pa.string()))
    return [
        pa.chunked_array(
            [
                block[index] if index < len(block) else empty(len(rows))
                for block, rows in zip(blocks, widths, strict=True)
            ],
            pa.string(),
        )
        for index in range(total)
    ]


class _Reading:
    """One pass over the lines of a text."""

    def __init__(self, source: Iterator[str], delimiter: str, width: int, most: int) -> None:
        self._source = source
        self._delimiter = delimiter
        self._width = width
        self._most = most
        self._pending: deque[str] = deque()
        self.lines = 0
        self.stray = 0

    def blocks(self) -> Iterator[list[list[str]]]:
        """Give the records, some thousands at a time."""
        while lines := self._take(_BLOCK):
            records = list(csv.reader([*lines, _SENTINEL], delimiter=self._delimiter))
            # One record a line and the sentinel for itself: no quote reaches over a line's end.
            if len(records) == len(lines) + 1 and records[-1] == [_SENTINEL]:
                records.pop()
                self.lines += len(lines)
                self._mend(records, lines)
                yield records
            else:
                self._pending.extendleft(reversed(lines))
                yield self._carefully(len(lines))

    def _take(self, count: int) -> list[str]:
        lines = [self._pending.popleft() for _ in range(min(count, len(self._pending)))]
        lines += islice(self._source, count - len(lines))
        sizes = list(map(len, lines))
        if max(sizes, default=0) > self._most:
            self._check_width(lines)
        if sum(sizes) > _BLOCK_SIZE:
            fitting = max(1, sum(size <= _BLOCK_SIZE for size in accumulate(sizes)))
            self._pending.extendleft(reversed(lines[fitting:]))
            del lines[fitting:]
        return lines

    def _check_width(self, lines: list[str]) -> None:
        """Raise `RowTooWide` for a line of too many cells before it is divided, for cells take more than signs."""
        for place, line in enumerate(lines):
            if line.count(self._delimiter) >= self._most and _QUOTED.sub("", line).count(self._delimiter) >= self._most:
                raise RowTooWide(self.lines + place + 1)

    def _next_line(self) -> str | None:
        return self._pending.popleft() if self._pending else next(self._source, None)

    def _mend(self, records: list[list[str]], lines: list[str]) -> None:
        """Take quotes literally where that makes a row complete."""
        for index, record in enumerate(records):
            if len(record) != self._width and record and '"' in lines[index]:
                literal = split_line(lines[index], self._delimiter)
                if len(literal) == self._width:
                    records[index] = literal
                    self.stray += 1

    def _carefully(self, at_least: int) -> list[list[str]]:
        """Read the records of some lines one by one."""
        records = []
        done = 0
        while done < at_least and (line := self._next_line()) is not None:
            used = [line]
            record = next(csv.reader([line], delimiter=self._delimiter))
            if is_open(line, self._delimiter):
                joined, used = self._join(line)
                if joined is None:
                    self.stray += 1
                    self._pending.extendleft(reversed(used[1:]))
                    joined, used = split_line(line, self._delimiter), [line]
                records.append(joined)
            else:
                one = [record]
                self._mend(one, used)
                records.append(one[0])
            done += len(used)
        self.lines += done
        return records

    def _join(self, line: str) -> tuple[list[str] | None, list[str]]:
        """Return the record over several lines, and the lines; no record if its quote is a stray one."""
        used: list[str] = []

        def lines() -> Iterator[str]:
            following: str | None = line
            while following is not None:
                used.append(following)
                yield following
                following = self._next_line()

        try:
            record = next(csv.reader(lines(), delimiter=self._delimiter, strict=True))
        except csv.Error:
            return None, used
        return (None if self._are_rows(used, record) else record), used

    def _are_rows(self, lines: list[str], joined: list[str]) -> bool:
        """Whether the lines are rows of a table with several columns by themselves, which makes no sense joined."""
        if self._width < 2:
            return False
        complete = [len(split_line(line, self._delimiter)) == self._width for line in lines]
        # A second stray quote may end the first one anywhere in a row.
        share = 0.5 if complete[-1] else 0.75
        surplus = any(cell.strip() for cell in joined[self._width :])
        return complete[0] and (surplus or sum(complete) >= share * len(complete))
