"""The scan of xls workbooks (BIFF5 and BIFF8): one pass over the records of each sheet, after [MS-XLS].

Excel stores an empty text result of a formula exactly as some other writers store that there is no result at all. Where
no formula of a workbook has any other result, no program ever calculated it, and its formulas count as unreadable.
"""

from __future__ import annotations

import io
from struct import Struct, error
from typing import TYPE_CHECKING

from xlrd.book import unpack_SST_table
from xlrd.compdoc import CompDoc, CompDocError

from stopimport.loading.errors import DamagedFile, EncryptedFile
from stopimport.loading.workbooks.formats import built_in, format_of
from stopimport.loading.workbooks.limits import MOST_TEXT, Budget
from stopimport.loading.workbooks.scan.shape import ERROR_CODES, SheetScan, double_at, rk_number
from stopimport.loading.workbooks.styles import Styles
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = Struct("<HH")
_CELL = Struct("<HH")
_RANGE = Struct("<IIHH")
_OLD_RANGE = Struct("<HHHH")
_BOF, _EOF, _FILEPASS, _BOUNDSHEET, _ROW, _DIMENSIONS = 0x0809, 0x000A, 0x002F, 0x0085, 0x0208, 0x0200
_NUMBER, _PACKED, _FORMAT, _STYLE = 0x0203, 0x027E, 0x041E, 0x00E0
_TEXTS = frozenset({0x00FD, 0x0204, 0x00D6})
_MANY_NUMBERS, _BOOL_OR_ERROR, _FORMULA = 0x00BD, 0x0205, 0x0006
_ROW_HIDDEN = 0x20
_SHARED_TEXT, _SHARED_TEXTS, _CONTINUED = 0x00FD, 0x00FC, 0x003C
_LONGEST_TEXT = 1 << 16
"""Characters that one text can have in this format."""
_LEAST_FORMAT = 4
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
            styles = _styles(stream)
            starts = list(_starts(stream, file))
            allowance = _Allowance(2 * len(stream))
            self._sheets = [_XlsSheet(stream, start, styles, allowance) for start in starts]
            _measure_texts(stream, self._sheets, Budget(file))
        except (CompDocError, error, IndexError, AssertionError, UnicodeDecodeError):
            raise DamagedFile(file, Sentence(BAD_RECORDS)) from None
        if len(set(starts)) < len(starts):
            raise DamagedFile(file, Sentence(BAD_RECORDS))
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


class _Allowance:
    """How many bytes of records may be looked at, so that sheets inside of sheets cannot take for ever."""

    def __init__(self, most: int) -> None:
        self._left = most

    def take(self, size: int) -> None:
        """Count `size` bytes; raises `IndexError` for too many."""
        self._left -= size
        if self._left < 0:
            raise IndexError(BAD_RECORDS)


def _styles(stream: bytes) -> Styles:
    """Return the number formats of the cell styles, which the workbook's first records name."""
    codes: dict[int, str] = {}
    numbers = []
    is_recent = stream[4:6] == b"\0\6"
    for kind, at, size in _records(stream, 0):
        if kind == _STYLE:
            numbers.append(_short(stream, at + 2))
        elif kind == _FORMAT and size > _LEAST_FORMAT:
            code = stream[at + 2 : at + size]
            codes[_short(stream, at)] = _code(code) if is_recent else code[1:].decode("latin-1")
    return Styles([format_of(codes[number]) if number in codes else built_in(number) for number in numbers])


def _measure_texts(stream: bytes, sheets: list[_XlsSheet], budget: Budget) -> None:
    """Count the texts of all cells, a shared one for each cell that has it; raises `TooLarge`."""
    cells = [index for sheet in sheets for index in sheet.shared]
    if len(cells) * _LONGEST_TEXT <= MOST_TEXT:
        return
    parts: list[bytes] = []
    number = 0
    for kind, at, size in _records(stream, 0):
        if kind == _SHARED_TEXTS:
            parts, number = [stream[at : at + size]], int.from_bytes(stream[at + 4 : at + 8], "little")
        elif kind == _CONTINUED and parts:
            parts.append(stream[at : at + size])
        elif parts:
            break
    budget.check_strings(number)
    try:
        texts, _runs = unpack_SST_table(parts, number)
    except Exception:  # noqa: BLE001 - xlrd checks little: broken records raise whatever they lead to
        raise IndexError(BAD_RECORDS) from None
    sizes = [len(text) for text in texts]
    budget.take_text(sum(sizes[index] for index in cells))


def _code(text: bytes) -> str:
    """Return a format's code: its length, a flag for two bytes a character, and the characters."""
    return text[3:].decode("utf-16-le" if text[2] & 1 else "latin-1", "replace")


def _short(stream: bytes, at: int) -> int:
    return int.from_bytes(stream[at : at + 2], "little")


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

    def __init__(self, stream: bytes, start: int, styles: Styles, allowance: _Allowance) -> None:
        self.found = SheetScan()
        self._styles = styles
        self.shared: list[int] = []
        """The index of the shared text of each cell that has one."""
        self.calculated = False
        self.claims_nonsense = False
        """Whether the used range, for which calamine sets memory aside, is claimed to be no possible one."""
        self.empty_results: list[tuple[int, int]] = []
        for kind, at, size in _records(stream, start):
            allowance.take(size + _HEADER.size)
            if kind in _TEXTS:
                self._text(stream, at, is_shared=kind == _SHARED_TEXT)
            elif kind == _NUMBER:
                self._number(stream, at, double_at(stream, at + 6))
            elif kind == _PACKED:
                self._number(stream, at, rk_number(int.from_bytes(stream[at + 6 : at + 10], "little")))
            elif kind == _ROW:
                self._row(stream, at)
            elif kind == _MANY_NUMBERS:
                self._many_numbers(stream, at, size)
            elif kind == _BOOL_OR_ERROR:
                self._bool_or_error(stream, at)
            elif kind == _FORMULA:
                self._formula(stream, at)
            elif kind == _DIMENSIONS:
                self._dimensions(stream, at, size)

    def _text(self, stream: bytes, at: int, *, is_shared: bool) -> None:
        self.found.found(*_CELL.unpack_from(stream, at), sure=False)
        if is_shared:
            self.shared.append(int.from_bytes(stream[at + 6 : at + 10], "little"))

    def _number(self, stream: bytes, at: int, value: float) -> None:
        row, column = _CELL.unpack_from(stream, at)
        self.found.found_number(row, column, value, _short(stream, at + 4), self._styles)

    def _many_numbers(self, stream: bytes, at: int, size: int) -> None:
        row, first = _CELL.unpack_from(stream, at)
        for column, place in enumerate(range(at + 4, at + size - 2, 6), first):
            value = rk_number(int.from_bytes(stream[place + 2 : place + 6], "little"))
            self.found.found_number(row, column, value, _short(stream, place), self._styles)
        self.found.found(row, _short(stream, at + size - 2), sure=True)

    def _row(self, stream: bytes, at: int) -> None:
        row, height = _short(stream, at), _short(stream, at + 6)
        if stream[at + 12] & _ROW_HIDDEN or height == 0:
            self.found.hidden.append((row, row + 1))

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
        self.found.formulas += 1
        if special == _RESULT_ERROR:
            self.found.found_unreadable(row, column, ERROR_CODES.get(result[2], "#N/A"))
        elif special is None:
            value = double_at(result, 0)
            self.found.zero_formulas += value == 0
            self.found.found_number(row, column, value, _short(stream, at + 4), self._styles)
        else:
            self.found.found(row, column, sure=True)
