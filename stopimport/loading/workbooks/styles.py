"""The number formats of an xlsx workbook's cell styles, and what its numbers read as under them."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from stopimport.loading.workbooks.celltext import text_of
from stopimport.loading.workbooks.formats import Format, Kind, built_in, format_of
from stopimport.loading.workbooks.markup import SPACE, Handler, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stopimport.loading.workbooks.limits import Budget
    from stopimport.loading.workbooks.scan.package import Package

_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001 - spreadsheets know no zones
_LEAP_BUG = 60
"""Excel's 29 February 1900, which never was; serial numbers before it count from one day later."""
_LAST_DAY = 2_958_465
_PLAIN = format_of("General")
_MOST_DIGITS = 9


class Styles:
    """Number formats by the index of a cell's style."""

    def __init__(self, formats: Sequence[Format] = (), *, is_1904: bool = False) -> None:
        self._formats = formats
        self._is_1904 = is_1904
        self.adding = frozenset(index for index, code in enumerate(formats) if code.adds_to_numbers)
        """Styles that may show digits or a plus that a number lacks."""
        self.adding_to_texts = any(code.adds_to_texts for code in formats)

    def format(self, index: int) -> Format:
        """Return the number format of the style with this index."""
        return self._formats[index] if 0 <= index < len(self._formats) else _PLAIN

    def text_of(self, value: float, index: int) -> str:
        """Return what a number reads as in a cell of this style: dates as ISO, and what the format adds."""
        code = self.format(index)
        if code.kind == Kind.NUMBER:
            return code.shown(value) or text_of(value)
        return text_of(self._moment(value, is_duration=code.kind == Kind.DURATION))

    def _moment(self, value: float, *, is_duration: bool) -> object:
        """Return date, time or both, or the value itself where there is no such day; to the millisecond."""
        milliseconds = dt.timedelta(milliseconds=1)
        if is_duration:
            return round(dt.timedelta(days=value) / milliseconds) * milliseconds if abs(value) <= _LAST_DAY else value
        if not 0 <= value < _LAST_DAY + 1:
            return value
        days = value if self._is_1904 or value >= _LEAP_BUG else value + 1
        epoch = _EPOCH_1904 if self._is_1904 else _EPOCH
        try:
            moment = epoch + round(dt.timedelta(days=days) / milliseconds) * milliseconds
        except OverflowError:
            return value
        if value < 1:
            return moment.time()
        return moment.date() if value == value // 1 else moment


def read_styles(package: Package, part: str, budget: Budget, *, is_1904: bool) -> Styles:
    """Return the styles in this part, or none if there is no such part; raises as `markup.parse`."""
    if part.lower() not in package.parts:
        return Styles(is_1904=is_1904)
    handler = _StylesHandler()
    parse(package.stream(part), handler, budget)
    return Styles(handler.formats(), is_1904=is_1904)


class _StylesHandler(Handler):
    """Collects format codes by number, and the number of each cell style."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[str, str] = {}
        self._numbers: list[str] = []
        self._inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take a format, or a cell style in the list of those that cells name."""
        self.deeper()
        local = name.rpartition(SPACE)[2]
        if local == "cellXfs":
            self._inside = True
        elif local == "xf" and self._inside:
            self._numbers.append(attributes.get("numFmtId", "0"))
        elif local == "numFmt":
            self._codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")

    def end(self, name: str) -> None:
        """Leave the list of cell styles."""
        self.depth -= 1
        if name.rpartition(SPACE)[2] == "cellXfs":
            self._inside = False

    def formats(self) -> list[Format]:
        """Return the formats by the index of the cell style."""
        return [self._format(number) for number in self._numbers]

    def _format(self, number: str) -> Format:
        if number in self._codes:
            return format_of(self._codes[number])
        return built_in(int(number) if number.isascii() and number.isdigit() and len(number) <= _MOST_DIGITS else 0)
