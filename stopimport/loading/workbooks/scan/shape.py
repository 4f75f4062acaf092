"""What a scan finds out about one sheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from struct import Struct
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from stopimport.loading.workbooks.styles import Styles

MOST_ROWS, MOST_COLUMNS = 1 << 20, 1 << 14
"""What Excel and LibreOffice have room for."""
DENSE = 8_000_000
"""Cells that may be laid out densely without a thought (calamine needs about 32 bytes for each)."""
SPREAD = 8
"""Beyond that, so many places for each cell that is really there are fine."""

_DOUBLE = Struct("<d")
_RK_HUNDREDTH, _RK_WHOLE = 1, 2

ERROR_CODES = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
"""Error values of the binary formats ([MS-XLS] 2.5.10)."""


@dataclass(slots=True)
class SheetScan:
    """One sheet as its file describes it; rows and columns are counted from 0."""

    rows: int = 0
    """One past the last row with a cell that may hold something."""
    sure_rows: int = 0
    """One past the last row with a cell that surely does (a text cell may hold the empty text)."""
    columns: int = 0
    """One past the last column with a cell, be it only formatted."""
    cells: int = 0
    """How many cells the file spells out."""
    hidden: list[tuple[int, int]] = field(default_factory=list)
    """Hidden rows, each range as first and one past last."""
    unreadable: list[tuple[int, int, str]] = field(default_factory=list)
    """Row, column and text of each error value, and of each formula without a stored result."""
    shown: list[tuple[int, int, str]] = field(default_factory=list)
    """Row, column and text of each number whose format shows digits or a plus that it lacks."""
    shared: list[int] = field(default_factory=list)
    """The index of the shared text of each cell that has one, where the texts have to be measured."""
    formulas: int = 0
    """Formulas with a result."""
    zero_formulas: int = 0
    """Formulas whose result is 0."""
    is_plain: bool = True
    """Whether it was looked at as a whole; if not, none of the above counts."""
    filled: int = 0
    """How many cells a reader must find something in, apart from unreadable ones; only of a scan that counts them."""

    @property
    def is_impossible(self) -> bool:
        """Whether cells are outside of what any sheet has room for."""
        return self.rows > MOST_ROWS or self.columns > MOST_COLUMNS

    @property
    def is_sparse(self) -> bool:
        """Whether a dense layout would waste memory, as a single far cell makes it."""
        area = self.rows * self.columns
        return area > DENSE and area > SPREAD * self.cells

    def found(self, row: int, column: int, *, sure: bool) -> None:
        """Note a cell that holds something."""
        self.cells += 1
        self.rows = max(self.rows, row + 1)
        self.columns = max(self.columns, column + 1)
        if sure:
            self.sure_rows = max(self.sure_rows, row + 1)

    def found_number(self, row: int, column: int, value: float, style: int, styles: Styles) -> None:
        """Note a number, and what it shows where its format has digits or a plus that it lacks."""
        self.found(row, column, sure=True)
        if style in styles.adding:
            shown = styles.format(style).shown(value)
            if shown is not None:
                self.shown.append((row, column, shown))

    def found_unreadable(self, row: int, column: int, text: str) -> None:
        """Note an error value or a formula without a stored result."""
        self.found(row, column, sure=True)
        self.unreadable.append((row, column, text))


def rk_number(packed: int) -> float:
    """Return the number that the binary formats pack into 32 bits ([MS-XLS] 2.5.217)."""
    if packed & _RK_WHOLE:
        value = float((packed >> 2) - ((packed & 1 << 31) >> 1))
    else:
        (value,) = _DOUBLE.unpack(bytes(4) + (packed & ~3).to_bytes(4, "little"))
    return value / 100 if packed & _RK_HUNDREDTH else value


def double_at(data: bytes, at: int) -> float:
    """Return the number that stands there."""
    (value,) = _DOUBLE.unpack_from(data, at)
    return float(value)


def column_number(letters: str) -> int:
    """Return the place of a column named by letters: A is 0."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


@dataclass(frozen=True, slots=True)
class Listed:
    """One sheet as the workbook lists it."""

    name: str
    is_visible: bool
    is_table: bool
    """Whether it has cells: a chart has none."""


class Scan(Protocol):
    """The scan of one workbook; making it has proved that the workbook can be opened without harm."""

    data: bytes
    """The workbook for the reader to open."""

    def sheet(self, index: int) -> SheetScan:
        """Return the scan of the sheet with this index; raises `DamagedFile`, `UnpacksTooFar` or `ForeignXml`."""
