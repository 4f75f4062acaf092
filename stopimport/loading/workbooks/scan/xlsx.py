"""The scan of xlsx and xlsm sheets: patterns over the streamed XML, many times as fast as a parser.

The XML of spreadsheet programs is regular; where a writer leaves out the optional cell references, they are put in
before the patterns run. What the patterns cannot know (whether a shared string is empty) is left to the recount.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from stopimport.loading.errors import DamagedFile
from stopimport.loading.workbooks.scan.package import (
    BAD_XML,
    MISSING_PART,
    ahead,
    local_name,
    refuse_dtd,
    relation_of,
    whole_rows,
)
from stopimport.loading.workbooks.scan.shape import SheetScan, column_number
from stopimport.text.language import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stopimport.loading.workbooks.scan.package import Package

_WORKBOOK = "xl/workbook.xml"
_ROOT = re.compile(rb"<((?:[\w.-]+:)?)(?:worksheet|chartsheet|dialogsheet|macrosheet)[\s>/]")
_A, _ALPHABET = ord("A"), 26
_ZERO, _TEN = ord("0"), 10
_MOST_LETTERS = 3
"""Of a column's name; what has more is left to the slower pattern."""
_MOST_DIGITS = 7
"""Of a row's number."""
_MARGIN = 16
"""Bytes behind the text, so that a tag cut off at its end can be looked at like all others."""


class XlsxScan:
    """The scan of one xlsx or xlsm workbook."""

    def __init__(self, package: Package) -> None:
        """Find the sheets' parts, and measure all other parts that a reader would open."""
        workbook = package.workbook(_WORKBOOK)
        targets = package.targets(workbook)
        sheets = [element for element in package.tree(workbook).iter() if local_name(element) == "sheet"]
        self._parts = [targets.get(relation_of(sheet), "") for sheet in sheets]
        self._package = package
        self.data = package.data
        package.measure_others({part.lower() for part in self._parts})

    def sheet(self, index: int) -> SheetScan:
        """Return the scan of one sheet; raises `DamagedFile`, `UnpacksTooFar` or `ForeignXml`."""
        if index >= len(self._parts):
            raise DamagedFile(self._package.file, Sentence(MISSING_PART))
        return _Sheet(self._package.file).read(ahead(self._package.stream(self._parts[index])))


@dataclass(slots=True)
class _Sheet:
    """One sheet's scan while it streams by."""

    file: str
    found: SheetScan = field(default_factory=SheetScan)
    last_row: int = 0
    """The last row seen, counted from 1, for rows that do not say their number."""
    single_quotes: bool = False
    """Whether the writer uses them around attributes."""

    def read(self, stream: Iterator[bytes]) -> SheetScan:
        """Take in the whole part."""
        start = b"".join(islice(stream, 2))  # its end may be torn off the first piece
        root = _ROOT.search(start)
        refuse_dtd(start[: root.start()] if root else start, self.file)
        if root is None:
            raise DamagedFile(self.file, Sentence(BAD_XML))
        self.single_quotes = b"='" in start
        patterns = _Patterns(root.group(1))
        for rows in whole_rows(chain([start[root.end() :]], stream), patterns.row_start, self.file):
            self._take(patterns, rows)
        self.found.sure_rows = self.found.rows
        return self.found

    def _take(self, patterns: _Patterns, rows: bytes) -> None:
        """Note what a number of whole rows holds."""
        text = np.frombuffer(rows + bytes(_MARGIN), np.uint8)
        last_row = patterns.row_before(rows, len(rows))
        plain = _plain_cells(patterns, text, len(str(last_row)))
        if plain is None:
            rows, places = self._with_references(patterns, rows)
            columns = max((column_number(name.decode()) + 1 for name in {name for name, _row in places}), default=0)
            plain = len(places), columns
            # A reader believes a cell's own reference, even where it is far below the row that the cell is in.
            beyond = [row for row in map(int, {row for _name, row in places}) if row > last_row]
            self.found.rows = max([self.found.rows, *beyond])
        cells, columns = plain
        self.found.columns = max(self.found.columns, columns)
        self.found.cells += cells
        end = max(rows.rfind(patterns.value_end), rows.rfind(patterns.inline_end))
        if end >= 0:
            self.found.rows = max(self.found.rows, patterns.row_before(rows, end))
        self._note_hidden(patterns, rows)
        if any(len(_places(text, mark)) for mark in self._marks_of_errors()):
            self._note_errors(patterns, rows)
        if len(_places(text, patterns.formula_start)):
            self._note_formulas(patterns, rows)
        self.last_row = max(self.last_row, last_row or patterns.row_before(rows, len(rows)))

    def _with_references(self, patterns: _Patterns, rows: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
        """Return `rows`, with the references that were left out, and the column and row of each cell."""
        places = patterns.place.findall(rows)
        if len(patterns.tag.findall(rows)) == len(places) + len(patterns.row.findall(rows)):
            return rows, places
        rows = _Referrer(patterns, self.last_row).complete(rows)
        return rows, patterns.place.findall(rows)

    def _note_hidden(self, patterns: _Patterns, rows: bytes) -> None:
        if not patterns.hidden_mark.search(rows):
            return
        if len(patterns.row.findall(rows)) != rows.count(patterns.row_start):
            rows = _Referrer(patterns, self.last_row).complete(rows)
        hidden = [int(number) - 1 for number in patterns.hidden.findall(rows)]
        self.found.hidden += [(row, row + 1) for row in hidden]

    def _marks_of_errors(self) -> tuple[bytes, ...]:
        """Return the text that replaces an error value."""
        return (b'"e"', b"'e'") if self.single_quotes else (b'"e"',)

    def _note_errors(self, patterns: _Patterns, rows: bytes) -> None:
        """Note error values."""
        for letters, row, text in patterns.error.findall(rows):
            self._unreadable(letters, row, text)

    def _note_formulas(self, patterns: _Patterns, rows: bytes) -> None:
        """Note formulas without result."""
        for attributes, formula, value in patterns.formula.findall(rows):
            place = patterns.reference.search(attributes)
            # a text result that is empty is a result; Excel and LibreOffice mark it as text
            if place and not (value and patterns.text_type.search(attributes)):
                self._unreadable(place.group(1), place.group(2), b"=" + formula if formula else b"")

    def _unreadable(self, letters: bytes, row: bytes, text: bytes) -> None:
        decoded = html.unescape(text.decode("utf-8", "replace"))
        self.found.found_unreadable(int(row) - 1, column_number(letters.decode()), decoded)


class _Patterns:
    """The patterns for one namespace prefix, such as ``x:`` (most writers use none)."""

    def __init__(self, prefix: bytes) -> None:
        def pattern(text: bytes) -> re.Pattern[bytes]:
            return re.compile(
                text.replace(b"OPEN ", b"<" + re.escape(prefix)).replace(b"END ", b"</" + re.escape(prefix))
            )

        self.row_start = b"<" + prefix + b"row"
        self.cell_start = b"<" + prefix + b"c"
        self.value_end = b"</" + prefix + b"v>"
        self.inline_end = b"</" + prefix + b"is>"
        self.formula_start = b"<" + prefix + b"f"
        self.row = pattern(rb"""OPEN row\b[^>]*?\sr\s*=\s*["'](\d+)""")
        self.hidden_mark = re.compile(rb"""hidden\s*=\s*["'](?:1|true)""")
        self.cell_row = pattern(rb"""OPEN c\s[^>]*?\br\s*=\s*["'][A-Za-z]+(\d+)""")
        self.place = pattern(rb"""OPEN c\s[^>]*?\br\s*=\s*["']([A-Za-z]+)(\d+)""")
        self.tag = pattern(rb"OPEN (row|c)(?=[\s/>])([^>]*)>")
        self.hidden = pattern(rb"""OPEN row\b(?=[^>]*\shidden\s*=\s*["'](?:1|true)["'])[^>]*?\sr\s*=\s*["'](\d+)""")
        self.error = pattern(
            rb"""OPEN c\s(?=[^>]*\bt\s*=\s*["']e["'])[^>]*?\br\s*=\s*["']([A-Za-z]+)(\d+)["'][^>]*>\s*"""
            rb"""(?:OPEN f\b[^>]*/>|OPEN f\b[^>]*>[^<]*END f>)?\s*OPEN v[^>]*>([^<]+)END v>"""
        )
        self.formula = pattern(
            rb"""OPEN c\b([^>]*)>\s*OPEN f\b[^>]*(?:/>|>([^<]*)END f>)\s*"""
            rb"""(OPEN v\b[^>]*/>|OPEN v\b[^>]*>\s*END v>)?\s*END c>"""
        )
        self.reference = re.compile(rb"""\br\s*=\s*["']([A-Za-z]+)(\d+)""")
        self.text_type = re.compile(rb"""\bt\s*=\s*["'](?:str|s|inlineStr)["']""")

    def row_before(self, rows: bytes, end: int) -> int:
        """Return the number of the row that `end` is in, 0 if it cannot be told."""
        row = self.row.match(rows, rows.rfind(self.row_start, 0, end))
        row = row or self.cell_row.match(rows, rows.rfind(self.cell_start + b" ", 0, end))
        return int(row.group(1)) if row else 0


def _plain_cells(patterns: _Patterns, text: NDArray[np.uint8], digits: int) -> tuple[int, int] | None:
    """Return the number of cells and one past their last column.

    None if a cell's tag does not begin with its reference, or the row in it has more than so many `digits`.
    """
    at = _places(text, patterns.cell_start) + len(patterns.cell_start)
    for sign in b' r="':
        if (text[at] != sign).any():
            return None
        at += 1
    cells, last = len(at), 0
    columns = np.zeros(cells, np.int32)
    row_starts = []
    for place in range(_MOST_LETTERS + 1):
        letters = text[at] - _A  # what comes before A becomes a number far behind Z
        found = letters < _ALPHABET
        if place == 0 and not found.all():
            return None
        row_starts.append(at[~found])
        at, columns = at[found] + 1, columns[found] * _ALPHABET + letters[found] + 1
        last = max(last, int(columns.max(initial=0)))
    for starts in row_starts:
        longer = text[starts + min(digits, _MOST_DIGITS)] - _ZERO < _TEN
        # A small letter is one to the reader, too.
        if longer.any() or (text[starts] - _ZERO >= _TEN).any():
            return None
    return None if len(at) else (cells, last)


def _places(text: NDArray[np.uint8], mark: bytes) -> NDArray[np.int64]:
    """Return where `mark` is in `text`."""
    last = len(text) - len(mark) + 1
    found = text[:last] == mark[0]
    for place, sign in enumerate(mark[1:], 1):
        found &= text[place : last + place] == sign
    return np.flatnonzero(found)


@dataclass(slots=True)
class _Referrer:
    """Puts in the references that a writer left out: a row or cell without one follows the one before it."""

    patterns: _Patterns
    row: int
    column: int = 0

    def complete(self, rows: bytes) -> bytes:
        """Return `rows` with a reference in every row and cell."""
        return self.patterns.tag.sub(self._with_reference, rows)

    def _with_reference(self, tag: re.Match[bytes]) -> bytes:
        whole, name, attributes = tag.group(0), tag.group(1), tag.group(2)
        if name == b"row":
            given = re.search(rb"""\sr\s*=\s*["'](\d+)""", attributes)
            self.row, self.column = int(given.group(1)) if given else self.row + 1, 0
            return whole if given else self._insert(tag, b"%d" % self.row)
        place = self.patterns.reference.search(attributes)
        self.column = column_number(place.group(1).decode()) + 1 if place else self.column + 1
        return whole if place else self._insert(tag, _letters(self.column) + b"%d" % self.row)

    @staticmethod
    def _insert(tag: re.Match[bytes], reference: bytes) -> bytes:
        at = tag.end(1) - tag.start()
        return tag.group(0)[:at] + b' r="' + reference + b'"' + tag.group(0)[at:]


def _letters(column: int) -> bytes:
    """Return the letters of a column counted from 1."""
    letters = b""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = bytes([65 + rest]) + letters
    return letters
