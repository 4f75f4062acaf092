"""The scan of xlsb workbooks: one pass over the records of each sheet's part, after [MS-XLSB]."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.loading.errors import DamagedFile
from stopimport.loading.workbooks.scan.package import MISSING_PART
from stopimport.loading.workbooks.scan.shape import ERROR_CODES, SheetScan
from stopimport.loading.workbooks.scan.xls import BAD_RECORDS
from stopimport.text.language import Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stopimport.loading.workbooks.scan.package import Package

_WORKBOOK = "xl/workbook.bin"
_ROW, _BUNDLE_SHEET = 0, 156
_TEXTS = frozenset({6, 7, 8, 62})
"""BrtCellSt, BrtCellIsst, BrtFmlaString, BrtCellRString: their text may be empty."""
_NUMBERS = frozenset({2, 4, 5, 9, 10})
"""BrtCellRk, BrtCellBool, BrtCellReal, BrtFmlaNum, BrtFmlaBool."""
_ERRORS = frozenset({3, 11})
"""BrtCellError, BrtFmlaError."""
_CELLS = _TEXTS | _NUMBERS | _ERRORS
_VALUE = 8
"""Where a cell's value begins, behind its column and its style."""


class XlsbScan:
    """The scan of one xlsb workbook."""

    def __init__(self, package: Package) -> None:
        """Find the sheets' parts, and measure all other parts that a reader would open."""
        part = package.workbook(_WORKBOOK)
        targets = package.targets(part)
        self._package = package
        self.data = package.data
        try:
            workbook = package.read(part)
            self._parts = [
                _sheet_part(workbook, at, targets) for kind, at, _size in _records(workbook) if kind == _BUNDLE_SHEET
            ]
        except IndexError:
            raise DamagedFile(package.file, Sentence(BAD_RECORDS)) from None
        package.measure_others({part.lower() for part in self._parts})

    def sheet(self, index: int) -> SheetScan:
        """Return the scan of one sheet; raises `DamagedFile` or `UnpacksTooFar`."""
        if index >= len(self._parts):
            raise DamagedFile(self._package.file, Sentence(MISSING_PART))
        try:
            return _scan_records(self._package.read(self._parts[index]))
        except IndexError:
            raise DamagedFile(self._package.file, Sentence(BAD_RECORDS)) from None


def _sheet_part(workbook: bytes, at: int, targets: dict[str, str]) -> str:
    """Return the part of the sheet that the record at `at` lists: state, id and then the relation's name."""
    length = _int(workbook, at + 8)
    return targets.get(workbook[at + 12 : at + 12 + 2 * length].decode("utf-16-le", "replace"), "")


def _scan_records(records: bytes) -> SheetScan:
    found = SheetScan()
    row = 0
    for kind, at, size in _records(records):
        if (kind == _ROW or kind in _CELLS) and size < _VALUE:
            raise IndexError(BAD_RECORDS)  # for what is missing, the reader would take what it read before
        if kind == _ROW:
            row = _int(records, at)
        elif kind in _NUMBERS or kind in _TEXTS:
            found.found(row, _int(records, at), sure=kind in _NUMBERS)
        elif kind in _ERRORS:
            found.found_unreadable(row, _int(records, at), ERROR_CODES.get(records[at + _VALUE], "#N/A"))
    return found


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
