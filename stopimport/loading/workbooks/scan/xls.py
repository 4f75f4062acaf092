"""The scan of xls workbooks (BIFF5 and BIFF8): one pass over the records of each sheet, after [MS-XLS].

Excel stores an empty text result of a formula exactly as some other writers store that there is no result at all. Where
no formula of a workbook has any other result, no program ever calculated it, and its formulas count as unreadable.
"""

from __future__ import annotations

import io
from struct import Struct, error
from typing import TYPE_CHECKING

from xlrd.compdoc import CompDoc, CompDocError

from stopimport.loading.errors import DamagedFile, EncryptedFile
from stopimport.loading.workbooks.scan.shape import ERROR_CODES, SheetScan
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = Struct("<HH")
_CELL = Struct("<HH")
_RANGE = Struct("<IIHH")
_OLD_RANGE = Struct("<HHHH")
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _ROW, _DIMENSIONS = 0x0809, 0x000A, 0x002F, 0x0085, 0x0208, 0x0200
_NUMBERS = frozenset({0x0203, 0x027E})
_TEXTS = frozenset({0x00FD, 0x0204, 0x00D6})
_MANY_NUMBERS, _BOOL_OR_ERROR, _FORMULA = 0x00BD, 0x0205, 0x0006
_ROW_HIDDEN = 0x20
_MOST_ROWS, _MOST_COLUMNS = 1 << 16, 1 << 8
_NO_NUMBER = b"\xff\xff"
_RESULT_ERROR, _RESULT_EMPTY = 2, 3
BAD_RECORDS = N_("its records are broken or truncated")


class XlsScan:
    """The scan of one xls workbook."""

    def __init__(self, data: bytes, file: str) -> None:
        """Scan all sheets; raises `DamagedFile` or `EncryptedFile`."""
        try:
            stream = _stream(data)
            self._sheets = [_XlsSheet(stream, start) for start in list(_starts(stream, file))]
        except (CompDocError, error, IndexError, AssertionError, UnicodeDecodeError):
            raise DamagedFile(file, Sentence(BAD_RECORDS)) from None
        if any(sheet.found.columns > _MOST_COLUMNS or sheet.claims_nonsense for sheet in self._sheets):
            raise DamagedFile(file, Sentence(BAD_RECORDS))
        if not any(sheet.calculated for sheet in self._sheets):
            for sheet in self._sheets:
                for row, column in sheet.empty_results:
                    sheet.found.found_unreadable(row, column, "")
        self._file = file
        self.data = data

    def sheet(self, index: int) -> SheetScan:
        """Return the scan of one sheet."""
        if index >= len(self._sheets):
            raise DamagedFile(self._file, Sentence(BAD_RECORDS))
        return self._sheets[index].found


def _stream(data: bytes) -> bytes:
    container = CompDoc(data, logfile=io.StringIO())
    for name in ("Workbook", "Book"):
        memory, start, length = container.locate_named_stream(name)
        if memory:
            return bytes(memory[start : start + length])
    raise CompDocError(BAD_RECORDS)


def _starts(stream: bytes, file: str) -> Iterator[int]:
    """Yield where each sheet's records begin, as the workbook's first records say."""
    for kind, start, _size in _records(stream, 0):
        if kind == _FILEPASS:
            raise EncryptedFile(file)
        if kind == _BOUNDSHEET:
            yield int.from_bytes(stream[start : start + 4], "little")


def _records(stream: bytes, position: int) -> Iterator[tuple[int, int, int]]:
    """Yield kind, start and size of the records from `position` to the end of that part, not those of inner parts."""
    depth = 0
    while True:
        kind, size = _HEADER.unpack_from(stream, position)
        position += _HEADER.size
        if position + size > len(stream):
            raise IndexError(BAD_RECORDS)
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, position, size
        position += size


class _XlsSheet:
    """The scan of the sheet whose records begin at `start`."""

    def __init__(self, stream: bytes, start: int) -> None:
        self.found = SheetScan()
        self.calculated = False
        self.claims_nonsense = False
        """Whether the used range, for which calamine sets memory aside, is claimed to be no possible one."""
        self.empty_results: list[tuple[int, int]] = []
        for kind, at, size in _records(stream, start):
            if kind in _NUMBERS or kind in _TEXTS:
                self.found.found(*_CELL.unpack_from(stream, at), sure=kind in _NUMBERS)
            elif kind == _ROW:
                row = int.from_bytes(stream[at : at + 2], "little")
                if stream[at + 12] & _ROW_HIDDEN:
                    self.found.hidden.append((row, row + 1))
            elif kind == _MANY_NUMBERS:
                row, _first = _CELL.unpack_from(stream, at)
                last = int.from_bytes(stream[at + size - 2 : at + size], "little")
                self.found.found(row, last, sure=True)
            elif kind == _BOOL_OR_ERROR:
                self._bool_or_error(stream, at)
            elif kind == _FORMULA:
                self._formula(stream, at)
            elif kind == _DIMENSIONS:
                self._dimensions(stream, at, size)

    def _dimensions(self, stream: bytes, at: int, size: int) -> None:
        """Check the claimed range; rows take 4 bytes each since BIFF8, before that 2."""
        first, rows, left, columns = (_RANGE if size >= _RANGE.size else _OLD_RANGE).unpack_from(stream, at)
        self.claims_nonsense = not (first <= rows <= _MOST_ROWS and left <= columns <= _MOST_COLUMNS)

    def _bool_or_error(self, stream: bytes, at: int) -> None:
        row, column = _CELL.unpack_from(stream, at)
        value, is_error = stream[at + 6], stream[at + 7]
        if is_error:
            self.found.found_unreadable(row, column, ERROR_CODES.get(value, "#N/A"))
        else:
            self.found.found(row, column, sure=True)

    def _formula(self, stream: bytes, at: int) -> None:
        row, column = _CELL.unpack_from(stream, at)
        result = stream[at + 6 : at + 14]
        special = result[0] if result[6:] == _NO_NUMBER else None
        if special == _RESULT_EMPTY:
            self.empty_results.append((row, column))
            return
        self.calculated = True
        if special == _RESULT_ERROR:
            self.found.found_unreadable(row, column, ERROR_CODES.get(result[2], "#N/A"))
        else:
            self.found.found(row, column, sure=True)
