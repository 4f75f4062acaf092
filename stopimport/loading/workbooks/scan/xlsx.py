"""The scan of xlsx and xlsm sheets: a fast look at plain XML (see `plain`), many times as fast as a parser.

A sheet that is not plain, or has a cell without its reference, is left to the tokenizer (`workbooks.xlsx`).
"""

from __future__ import annotations

import html
import posixpath
import re
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import TYPE_CHECKING

import numpy as np

from stopimport.loading.errors import DamagedFile
from stopimport.loading.workbooks.limits import MOST_TEXT, Budget
from stopimport.loading.workbooks.markup import BAD_XML
from stopimport.loading.workbooks.scan.package import (
    MISSING_PART,
    ahead,
    local_name,
    relation_of,
    whole_rows,
)
from stopimport.loading.workbooks.scan.plain import Marks, root_of
from stopimport.loading.workbooks.scan.shape import Listed, SheetScan, column_number
from stopimport.loading.workbooks.scan.strings import StringsScan, scan_strings
from stopimport.loading.workbooks.styles import Styles, read_styles
from stopimport.loading.workbooks.xlsx import is_flat, read_sheet, read_strings, unescaped
from stopimport.text.language import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stopimport.loading.workbooks.cells import Cells
    from stopimport.loading.workbooks.scan.package import Package

_WORKBOOK = "xl/workbook.xml"
_ROOT = re.compile(rb"<(?:worksheet|chartsheet|dialogsheet|macrosheet)[\s>/]")
_A, _ALPHABET = ord("A"), 26
_HASH, _ZERO, _TEN = ord("#"), ord("0"), 10
_BLANK, _LESS = ord(" "), ord("<")
_LONGEST_VALUE = 300
"""Digits of a number that is still one to a computer."""
_EXACT_DIGITS = 15
"""More than a computer's whole numbers have, or a list of texts."""
_MOST_LETTERS, _MOST_DIGITS = 3, 7
"""Of a column's name, and of a row's number."""
_ROW_START = b"<row"
_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
_ROW = re.compile(rb"<row(?=[\s/>])([^<>]*)>")
_ROW_NUMBER = re.compile(rb'\sr="(\d{1,7})"')
_HEIGHT = re.compile(rb'\sht="([^"<>]{0,40})"')
_HIDDEN = re.compile(rb'\shidden="(?:1|true)"')
_SHORT_ROW = len(b'<row r="1234567"')
"""A row's tag that is no longer, and begins with the row's number, says nothing else."""
_UNUSUAL = re.compile(rb"\s=|=\s|='")
"""In a tag: attributes may be written so, but are not by spreadsheet programs."""
_ERROR = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?=[^<>]*\st="(e|str)")[^<>]*>\s*+(?:<f\b[^<>]*/>|<f\b[^<>]*>[^<>]*</f>)?+\s*+'
    rb"<v\b[^<>]*>(#[^<>]*)</v>"
)
_FORMULA = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"([^<>]*)>\s*+<f\b[^<>]*(?:/>|>([^<>]*)</f>)\s*+'
    rb"(<v\b[^<>]*/>|<v\b[^<>]*>\s*+</v>)?+\s*+</c>"
)
_ZERO_RESULT = re.compile(rb"(?:</f>|<f\b[^<>]*/>)\s*+<v>0</v>")
_NO_INDEX = re.compile(rb'\st="s"[^<>]*+>\s*+<v\b[^<>/]*+>(?!\d{1,9}<)')
"""A shared text's cell whose value is no index: the reader would take the first text."""
_ODD_STYLE = re.compile(rb'<c\b[^<>]*\ss="(?!\d{1,6}")')
_TEXT_TYPE = re.compile(rb'\st="(?:str|s|inlineStr)"')
_STYLED = re.compile(
    rb'<c r="([A-Z]{1,3})(\d{1,7})"(?=[^<>]*\ss="(\d{1,6})")(?![^<>]*\st="[^n])[^<>]*>\s*+'
    rb"(?:<f\b[^<>]*/>|<f\b[^<>]*>[^<>]*</f>)?+\s*+<v\b[^<>]*+>([^<>]{1,40})</v>"
)


class XlsxScan:
    """The scan of one xlsx or xlsm workbook."""

    def __init__(self, package: Package, budget: Budget) -> None:
        """Find the sheets' parts, and measure all other parts that a reader would open."""
        self._package, self._budget = package, budget
        workbook = package.workbook(_WORKBOOK)
        relations = package.relations(workbook)
        tree = package.tree(workbook)
        elements = [element for element in tree.iter() if local_name(element) == "sheet"]
        budget.check_sheets(len(elements))
        found = [relations.get(relation_of(element), ("", "")) for element in elements]
        self.listed = [
            Listed(
                element.get("name", ""),
                is_visible=element.get("state", "visible") == "visible",
                is_table=kind.endswith("/worksheet"),
            )
            for element, (_target, kind) in zip(elements, found, strict=True)
        ]
        self._parts = [target for target, _kind in found]
        sheets = {part.lower() for part in self._parts if part}
        if len(sheets) < len([part for part in self._parts if part]):
            raise DamagedFile(package.file, Sentence(BAD_XML))
        others = {kind.rpartition("/")[2]: target for target, kind in relations.values()}
        self._strings_part = others.get("sharedStrings", "")
        is_1904 = any(
            element.get("date1904") in {"1", "true"} for element in tree if local_name(element) == "workbookPr"
        )
        package.measure_others({*sheets, self._strings_part.lower()})
        self._styles = read_styles(package, others.get("styles", ""), budget, is_1904=is_1904)
        self._strings = scan_strings(package, self._strings_part, budget)
        self._texts: list[str] | None = None
        self.data = package.data

    def sheet(self, index: int) -> SheetScan:
        """Return the scan of one sheet; raises `DamagedFile`, `UnpacksTooFar` or `ForeignXml`."""
        if not self._strings.is_plain or self._styles.adding_to_texts:
            return SheetScan(is_plain=False)
        sheet = _Sheet(self._package.file, self._strings, self._styles)
        found = sheet.read(ahead(self._package.stream(self._part(index))))
        if found.is_plain and not found.is_sparse:
            self._budget.take_cells(found.rows * found.columns)
        return found

    def read(self, index: int) -> Cells:
        """Return the cells of one sheet by the tokenizer; raises as `workbooks.xlsx.read_sheet`."""
        if self._texts is None:
            self._texts = read_strings(self._package, self._strings_part, self._budget)
        name = self.listed[index].name
        return read_sheet(self._package, self._part(index), name, self._texts, self._styles, self._budget)

    def _part(self, index: int) -> str:
        if posixpath.basename(self._parts[index]):
            return self._parts[index]
        raise DamagedFile(self._package.file, Sentence(MISSING_PART))


@dataclass(slots=True)
class _Sheet:
    """One sheet's scan while it streams by."""

    file: str
    strings: StringsScan
    styles: Styles
    found: SheetScan = field(default_factory=SheetScan)
    text: int = 0
    """Bytes in the cells' shared texts."""

    def read(self, stream: Iterator[bytes]) -> SheetScan:
        """Take in the whole part, be it only to measure it once something is not plain."""
        start = b"".join(islice(stream, 2))  # its end may be torn off the first piece
        root = root_of(start)
        self.found.is_plain = root is not None and _ROOT.match(start, root) is not None
        if self.found.is_plain:
            for rows in whole_rows(chain([start[root:]], stream), _ROW_START, self.file):
                if not self._take(rows):
                    self.found.is_plain = False
                    break
        for _rest in stream:
            pass
        self.found.sure_rows = self.found.rows
        return self.found

    def _take(self, rows: bytes) -> bool:
        """Note what a number of whole rows holds; returns False where they are not plain."""
        marks = Marks.of(rows)
        if marks is None:
            return False
        cells = marks.named(b"c")
        return (not len(cells) or self._note_cells(marks, rows, cells)) and self._note_hidden(marks, rows)

    def _note_cells(self, marks: Marks, rows: bytes, cells: NDArray[np.int64]) -> bool:
        last = _CELL.match(rows, int(marks.opening[cells[-1]]))
        columns = _last_column(marks.text, marks.opening[cells], len(last.group(2))) if last else None
        if columns is None:
            return False
        self.found.cells += len(cells)
        self.found.columns = max(self.found.columns, columns)
        values, inline = marks.named(b"v"), marks.named(b"is")
        values = values[marks.filled(values)]
        self._note_rows(marks, rows, cells, np.append(values[-1:], inline[-1:]))
        self.found.filled += len(values) + len(inline)
        if not _are_usual(marks, values) or not self._note_shared(marks, rows, values):
            return False
        errors = int((marks.text[marks.closing[values] + 1] == _HASH).sum())
        if errors and not self._note_errors(rows, errors):
            return False
        formulas = len(marks.named(b"f"))
        if formulas and not self._note_formulas(rows, formulas):
            return False
        if self.styles.adding:
            if _ODD_STYLE.search(rows):
                return False
            self._note_styled(rows)
        return True

    def _note_rows(self, marks: Marks, rows: bytes, cells: NDArray[np.int64], filled: NDArray[np.int64]) -> None:
        """Note the row of the last cell that holds something."""
        if not len(filled):
            return
        place = int(np.searchsorted(cells, filled.max())) - 1
        cell = _CELL.match(rows, int(marks.opening[cells[place]])) if place >= 0 else None
        self.found.rows = max(self.found.rows, int(cell.group(2)) if cell else 0)

    def _note_shared(self, marks: Marks, rows: bytes, values: NDArray[np.int64]) -> bool:
        """Note which cells have the empty shared text.

        Returns False if a shared text's number is none, or all these texts would be of unbearable size.
        """
        sizes = self.strings.sizes
        if sizes is None or not len(sizes):
            return True
        starts, index = marks.closing[values] + 1, np.zeros(len(values), np.int64)
        is_number, is_odd = np.ones(len(values), np.bool_), np.zeros(len(values), np.bool_)
        for place in range(_MOST_DIGITS + 1):
            signs = marks.text[starts + place]
            digits = signs - _ZERO
            is_odd |= is_number & (digits >= _TEN) & (signs != _LESS)
            is_number &= digits < _TEN
            if not is_number.any():
                break
            index = np.where(is_number, index * _TEN + digits, index)
        is_odd |= marks.opening[values + 1] - starts > _EXACT_DIGITS
        if is_odd.any() and _NO_INDEX.search(rows):
            return False
        size = sizes[np.minimum(index, len(sizes) - 1)]
        self.text += int(size.sum())
        before = marks.opening[values[size == 0]]
        is_shared = np.ones(len(before), np.bool_)
        for place, sign in enumerate(reversed(b't="s">'), 1):
            is_shared &= marks.text[before - place] == sign
        self.found.filled -= int(is_shared.sum())
        return self.text < MOST_TEXT

    def _note_hidden(self, marks: Marks, rows: bytes) -> bool:
        """Note hidden rows and those of height 0; returns False where one does not say its number as usual."""
        tags = marks.named(b"row")
        is_short = marks.closing[tags] - marks.opening[tags] < _SHORT_ROW
        is_short &= marks.text[marks.opening[tags] + len(_ROW_START) + 1] == ord("r")
        if is_short.all() or (b"hidden" not in rows and b"ht" not in rows):
            return True
        for row in _ROW.finditer(rows):
            attributes = row.group(1)
            height = _HEIGHT.search(attributes)
            if _UNUSUAL.search(attributes):
                return False
            if _HIDDEN.search(attributes) or (height and is_flat(height.group(1).decode("latin-1"))):
                number = _ROW_NUMBER.search(attributes)
                if number is None:
                    return False
                self.found.hidden.append((int(number.group(1)) - 1, int(number.group(1))))
        return True

    def _note_errors(self, rows: bytes, number: int) -> bool:
        """Note error values; returns False where values that look like one are not all known to be one."""
        found = _ERROR.findall(rows)
        for letters, row, kind, text in found:
            if kind == b"e":
                self._unreadable(letters, row, text)
                self.found.filled -= 1
        return len(found) == number

    def _note_formulas(self, rows: bytes, formulas: int) -> bool:
        """Note formulas without result, and how many have the result 0; returns False for unusual ones."""
        self.found.formulas += formulas
        self.found.zero_formulas += len(_ZERO_RESULT.findall(rows))
        for letters, row, attributes, formula, value in _FORMULA.findall(rows):
            if _UNUSUAL.search(attributes):
                return False
            # a text result that is empty is a result; Excel and LibreOffice mark it as text
            if not (value and _TEXT_TYPE.search(attributes)):
                self._unreadable(letters, row, b"=" + formula if formula else b"")
        return True

    def _note_styled(self, rows: bytes) -> None:
        """Note what numbers show whose format has digits or a plus that they lack."""
        for letters, row, style, value in _STYLED.findall(rows):
            if int(style) in self.styles.adding:
                shown = self.styles.format(int(style)).shown(_number(value))
                if shown is not None:
                    self.found.shown.append((int(row) - 1, column_number(letters.decode()), shown))

    def _unreadable(self, letters: bytes, row: bytes, text: bytes) -> None:
        decoded = unescaped(html.unescape(text.decode("utf-8", "replace")))
        self.found.unreadable.append((int(row) - 1, column_number(letters.decode()), decoded))


def _are_usual(marks: Marks, values: NDArray[np.int64]) -> bool:
    """Say whether these values have no blanks around them, and none is longer than a number can be."""
    starts, ends = marks.closing[values] + 1, marks.opening[values + 1]
    around = np.maximum(marks.text[starts] <= _BLANK, marks.text[ends - 1] <= _BLANK)
    return not around.any() and int((ends - starts).max(initial=0)) <= _LONGEST_VALUE


def _number(value: bytes) -> float:
    try:
        return float(value)
    except ValueError:
        return 0.5  # no whole number: nothing is shown beside it, and the reader will refuse it


def _last_column(text: NDArray[np.uint8], starts: NDArray[np.int64], digits: int) -> int | None:
    """Return one past the last column of the cells whose tags begin there.

    None if a tag does not begin with its reference, or the row in it has more than so many `digits`.
    """
    at = starts + len(b"<c")
    for sign in b' r="':
        if (text[at] != sign).any():
            return None
        at += 1
    last = 0
    columns = np.zeros(len(at), np.int32)
    row_starts = []
    for place in range(_MOST_LETTERS + 1):
        letters = text[at] - _A  # what comes before A becomes a number far behind Z
        found = letters < _ALPHABET
        if place == 0 and not found.all():
            return None
        row_starts.append(at[~found])
        at, columns = at[found] + 1, columns[found] * _ALPHABET + letters[found] + 1
        last = max(last, int(columns.max(initial=0)))
    for starts_of_rows in row_starts:
        longer = text[starts_of_rows + min(digits, _MOST_DIGITS)] - _ZERO < _TEN
        # A small letter is one to the reader, too.
        if longer.any() or (text[starts_of_rows] - _ZERO >= _TEN).any():
            return None
    return None if len(at) else last
