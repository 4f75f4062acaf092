"""The scan of xlsb workbooks: one pass over the records of each sheet's part, after [MS-XLSB]."""

from __future__ import annotations

from struct import error
from typing import TYPE_CHECKING

from stopimport.loading.errors import DamagedFile
from stopimport.loading.workbooks.formats import Format, built_in, format_of
from stopimport.loading.workbooks.scan.package import MISSING_PART
from stopimport.loading.workbooks.scan.shape import ERROR_CODES, SheetScan, double_at, rk_number
from stopimport.loading.workbooks.scan.xls import BAD_RECORDS
from stopimport.loading.workbooks.styles import Styles
from stopimport.text.language import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stopimport.loading.workbooks.limits import Budget
    from stopimport.loading.workbooks.scan.package import Package

_WORKBOOK = "xl/workbook.bin"
_ROW, _BUNDLE_SHEET = 0, 156
_TEXTS = frozenset({6, 7, 8, 62})
"""BrtCellSt, BrtCellIsst, BrtFmlaString, BrtCellRString: their text may be empty."""
_BOOLEANS = frozenset({4, 10})
"""BrtCellBool, BrtFmlaBool."""
_PACKED, _DOUBLES = 2, frozenset({5, 9})
"""BrtCellRk; BrtCellReal, BrtFmlaNum."""
_HAS_SHARED_TEXT, _SHARED_TEXT = 7, 19
_FORMULAS = frozenset({8, 9, 10, 11})
_FORMAT, _STYLE, _BEGIN_STYLES, _END_STYLES = 44, 47, 617, 618
_ERRORS = frozenset({3, 11})
"""BrtCellError, BrtFmlaError."""
_CELLS = _TEXTS | _BOOLEANS | _DOUBLES | _ERRORS | {_PACKED}
_VALUE = 8
"""Where a cell's value begins, behind its column and its style."""


class XlsbScan:
    """The scan of one xlsb workbook."""

    def __init__(self, package: Package, budget: Budget) -> None:
        """Find the sheets' parts, and measure all other parts that a reader would open."""
        part = package.workbook(_WORKBOOK)
        relations = package.relations(part)
        targets = {name: target for name, (target, _kind) in relations.items()}
        self._package, self._budget = package, budget
        self.data = package.data
        try:
            workbook = package.read(part)
            self._parts = [
                _sheet_part(workbook, at, targets) for kind, at, _size in _records(workbook) if kind == _BUNDLE_SHEET
            ]
            strings = [target for _name, (target, kind) in relations.items() if kind.endswith("/sharedStrings")]
            self._sizes = _text_sizes(package, strings, budget)
            self._styles = _styles(package, [target for target, kind in relations.values() if kind.endswith("/styles")])
        except (IndexError, error):
            raise DamagedFile(package.file, Sentence(BAD_RECORDS)) from None
        if len(set(self._parts)) < len(self._parts):
            raise DamagedFile(package.file, Sentence(BAD_RECORDS))
        package.measure_others({part.lower() for part in self._parts})

    def sheet(self, index: int) -> SheetScan:
        """Return the scan of one sheet; raises `DamagedFile` or `UnpacksTooFar`."""
        if index >= len(self._parts):
            raise DamagedFile(self._package.file, Sentence(MISSING_PART))
        try:
            found = _scan_records(self._package.read(self._parts[index]), self._styles)
            self._budget.take_text(sum(self._sizes[at] for at in found.shared if at < len(self._sizes)))
        except (IndexError, error):
            raise DamagedFile(self._package.file, Sentence(BAD_RECORDS)) from None
        return found


def _text_sizes(package: Package, parts: list[str], budget: Budget) -> list[int]:
    """Return how many characters each shared text has; raises `TooLarge` for too many texts."""
    records = package.read(parts[0]) if parts and parts[0].lower() in package.parts else b""
    sizes = [_int(records, at + 1) for kind, at, _size in _records(records) if kind == _SHARED_TEXT]
    budget.check_strings(len(sizes))
    return sizes


def _sheet_part(workbook: bytes, at: int, targets: dict[str, str]) -> str:
    """Return the part of the sheet that the record at `at` lists: state, id and then the relation's name."""
    length = _int(workbook, at + 8)
    return targets.get(workbook[at + 12 : at + 12 + 2 * length].decode("utf-16-le", "replace"), "")


def _styles(package: Package, parts: list[str]) -> Styles:
    """Return the number formats of the cell styles."""
    codes: dict[int, str] = {}
    formats: list[Format] = []
    inside = False
    records = package.read(parts[0]) if parts and parts[0].lower() in package.parts else b""
    for kind, at, size in _records(records):
        if kind in {_BEGIN_STYLES, _END_STYLES}:
            inside = kind == _BEGIN_STYLES
        elif kind == _FORMAT:
            length = _int(records, at + 2)
            codes[_short(records, at)] = records[at + 6 : at + min(6 + 2 * length, size)].decode("utf-16-le", "replace")
        elif kind == _STYLE and inside:
            number = _short(records, at + 2)
            formats.append(format_of(codes[number]) if number in codes else built_in(number))
    return Styles(formats)


def _scan_records(records: bytes, styles: Styles) -> SheetScan:
    found = SheetScan()
    row = 0
    for kind, at, size in _records(records):
        if (kind == _ROW or kind in _CELLS) and size < _VALUE:
            raise IndexError(BAD_RECORDS)  # for what is missing, the reader would take what it read before
        if kind == _ROW:
            row = _int(records, at)
        elif kind in _CELLS:
            _note(found, row, records, (kind, at), styles)
    return found


def _note(found: SheetScan, row: int, records: bytes, cell: tuple[int, int], styles: Styles) -> None:
    """Note the cell whose record is of this kind and begins there."""
    kind, at = cell
    column, style = _int(records, at), _int(records, at + 4) & 0xFFFFFF
    if kind == _HAS_SHARED_TEXT:
        found.shared.append(_int(records, at + _VALUE))
    value = None
    if kind == _PACKED:
        value = rk_number(_int(records, at + _VALUE))
    elif kind in _DOUBLES:
        value = double_at(records, at + _VALUE)
    if value is not None:
        found.found_number(row, column, value, style, styles)
    elif kind in _ERRORS:
        found.found_unreadable(row, column, ERROR_CODES.get(records[at + _VALUE], "#N/A"))
    else:
        found.found(row, column, sure=kind in _BOOLEANS)
    if kind in _FORMULAS:
        found.formulas += 1
        found.zero_formulas += value == 0


def _short(records: bytes, at: int) -> int:
    return int.from_bytes(records[at : at + 2], "little")


def _int(records: bytes, at: int) -> int:
    return int.from_bytes(records[at : at + 4], "little")


def _records(records: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and size of all records; raises `IndexError` where they break off."""
    position = 0
    while position < len(records):
        kind = records[position]
        position += 1
        if kind & 0x80:
            kind = (kind & 0x7F) | (records[position] & 0x7F) << 7
            position += 1
        size = shift = 0
        for shift in (0, 7, 14, 21):
            byte = records[position]
            position += 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        if position + size > len(records):
            raise IndexError(BAD_RECORDS)
        yield kind, position, size
        position += size
