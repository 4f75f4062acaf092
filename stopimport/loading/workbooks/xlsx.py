"""Xlsx and xlsm sheets read element by element (ECMA-376, part 1, 18.3), as Excel and LibreOffice read them.

Slower than calamine, and right where calamine is not: comments and CDATA, blanks around values, prefixes, text that is
not shown. Every sheet whose XML is not of the plain kind that spreadsheet programs write goes this way, and every one
of which calamine and the scan say different things.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stopimport.loading.errors import DamagedFile
from stopimport.loading.workbooks.cells import Cells
from stopimport.loading.workbooks.markup import BAD_XML, SPACE, Handler, Unreasonable, parse
from stopimport.loading.workbooks.scan.shape import MOST_COLUMNS, MOST_ROWS, column_number
from stopimport.text.language import Sentence

if TYPE_CHECKING:
    from stopimport.loading.workbooks.limits import Budget
    from stopimport.loading.workbooks.scan.package import Package
    from stopimport.loading.workbooks.styles import Styles

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_NUMBER = re.compile(r"[+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?$")
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?0*(\d{1,7})$")
_MOST_DIGITS = 9
_BLANKS = " \t\r\n"
_TRUE = frozenset({"1", "true"})
_TEXTS = frozenset({"str", "s", "inlineStr"})
_NOT_SHOWN = frozenset({"rPh", "phoneticPr", "extLst"})
SHEETS = frozenset({"worksheet", "chartsheet", "dialogsheet", "macrosheet"})


def unescaped(text: str) -> str:
    """Return a text with the characters that `_xHHHH_` stands for."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(escape: re.Match[str]) -> str:
    code = int(escape.group(1), 16)
    return escape.group(0) if 0xD800 <= code <= 0xDFFF else chr(code)


def read_strings(package: Package, part: str, budget: Budget) -> list[str]:
    """Return the table of shared texts, empty if there is no such part; raises as `markup.parse`."""
    if part.lower() not in package.parts:
        return []
    handler = _Strings(budget)
    parse(package.stream(part), handler, budget)
    return handler.texts


def read_sheet(package: Package, part: str, name: str, strings: list[str], styles: Styles, budget: Budget) -> Cells:
    """Return the cells of one sheet; raises as `markup.parse` and `Cells.put`, and `DamagedFile` for no sheet."""
    cells = Cells(name, budget)
    parse(package.stream(part), _Sheet(cells, strings, styles), budget)
    return cells


class _Strings(Handler):
    """Collects the shared texts: all runs of each, without the phonetic ones."""

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._budget = budget
        self._runs: list[str] = []
        self._skipped = 0
        self._is_text = False

    @property
    def wants_text(self) -> bool:
        """Whether a text is being read."""
        return self._is_text

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        """Take the beginning of a text or of a part of one."""
        self.deeper()
        local = name.rpartition(SPACE)[2]
        if self._skipped or local in _NOT_SHOWN:
            self._skipped += 1
        elif local == "si":
            self._runs = []
        elif local == "t":
            self._is_text = True
            self.pieces.clear()

    def end(self, name: str) -> None:
        """Take the end of a text or of a part of one."""
        self.depth -= 1
        local = name.rpartition(SPACE)[2]
        if self._skipped:
            self._skipped -= 1
        elif local == "t":
            self._is_text = False
            self._runs.append("".join(self.pieces))
        elif local == "si":
            text = unescaped("".join(self._runs))
            self.texts.append(text)
            self._budget.check_strings(len(self.texts))
            self._budget.take_text(len(text))


class _Sheet(Handler):
    """Where the reading is: row, cell, and what of the cell."""

    def __init__(self, cells: Cells, strings: list[str], styles: Styles) -> None:
        super().__init__()
        self._cells = cells
        self._strings, self._styles = strings, styles
        self._kinds: dict[str, str] = {}
        """The sheet's own elements that mean something, by their whole names."""
        self._row, self._column = -1, -1
        self._row_digits = ""
        self._columns: dict[str, int] = {}
        self._attributes: dict[str, str] | None = None
        """Those of the cell that is being read."""
        self._skipped = 0
        self._field = ""
        """Which part of the cell is being read: ``v``, ``f`` or ``t``."""
        self._value = self._inline = ""
        self._formula: str | None = None
        self._has_result = False
        """Whether there is a value or an inline text, be it empty."""

    @property
    def wants_text(self) -> bool:
        """Whether a part of a cell is being read."""
        return bool(self._field)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        kind = self._kinds.get(name)
        if self._skipped:
            self._skipped += 1
            self.deeper()
        elif kind == "c":
            self._start_cell(attributes)
        elif kind == "row":
            self._start_row(attributes)
        elif kind and self._attributes is not None:
            if self._field:
                raise Unreasonable
            self._field = kind
            self.pieces.clear()
        else:
            self._start_other(name)

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if self._skipped:
            self._skipped -= 1
            self.depth -= 1
        elif self._field:
            self._end_field()
        elif self._kinds.get(name) == "c":
            self._end_cell()
        elif name not in self._kinds:
            self.depth -= 1

    def _start_other(self, name: str) -> None:
        """Go into an element that means nothing itself, or pass over one with text that is not shown."""
        self.deeper()
        space, blank, local = name.rpartition(SPACE)
        if not self._kinds:
            if local not in SHEETS:
                raise DamagedFile(self._cells.budget.file, Sentence(BAD_XML))
            self._kinds = {space + blank + kind: kind for kind in ("row", "c", "v", "f", "t")}
        elif local in _NOT_SHOWN or self._field or name in self._kinds:
            self._skipped = 1

    def _start_row(self, attributes: dict[str, str]) -> None:
        if self._attributes is not None:
            raise Unreasonable
        given = attributes.get("r", "").strip()
        self._row = max(_whole(given, MOST_ROWS) - 1, 0) if given.isdigit() else self._row + 1
        self._row_digits = str(self._row + 1)
        self._column = -1
        if attributes.get("hidden", "").strip() in _TRUE or is_flat(attributes.get("ht")):
            self._cells.hidden.append((self._row, self._row + 1))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._attributes is not None:
            raise Unreasonable
        self._attributes = attributes
        self._value = self._inline = ""
        self._formula, self._has_result = None, False

    def _end_field(self) -> None:
        text, field = "".join(self.pieces), self._field
        self._field = ""
        if field == "f":
            self._formula = text
            return
        self._has_result = True
        if field == "v":
            self._value += text
        else:
            self._inline += text

    def _place(self, reference: str | None) -> tuple[int, int]:
        """Return the cell's row and column: those of its reference, else the place after the cell before."""
        if reference is None:
            return max(self._row, 0), self._column + 1
        letters = reference.rstrip("0123456789")
        if letters in self._columns and reference[len(letters) :] == self._row_digits:
            return self._row, self._columns[letters]
        found = _REFERENCE.match(reference.strip())
        if not found or found.group(2) == "0":
            raise DamagedFile(self._cells.budget.file, Sentence(BAD_XML))
        column = column_number(found.group(1))
        self._columns[found.group(1)] = column
        return int(found.group(2)) - 1, column

    def _end_cell(self) -> None:
        attributes, self._attributes = self._attributes or {}, None
        row, self._column = self._place(attributes.get("r"))
        if not self._has_result and self._formula is None:
            return
        kind = attributes.get("t", "n")
        if kind == "s" and self._formula is None and not self._styles.adding_to_texts and self._value.isdecimal():
            text = self._shared(self._value)
            if text is not None:
                if text:
                    self._cells.put_one(row, self._column, text)
                return
        text = self._unreadable(kind)
        if text is not None:
            self._cells.put_unreadable(range(row, row + 1), range(self._column, self._column + 1), text)
        elif text := self._text(kind, attributes):
            self._cells.put_one(row, self._column, text)
            if self._formula is not None:
                self._cells.formulas += 1
                self._cells.zero_formulas += text == "0"

    def _unreadable(self, kind: str) -> str | None:
        """Return the text of an error value, a formula without result or a shared text that is not there, else None."""
        value = self._value.strip(_BLANKS)
        if kind == "e" and value:
            return value
        if self._formula is not None and not value and not self._inline and not (self._has_result and kind in _TEXTS):
            return f"={self._formula}" if self._formula else ""
        return value if kind == "s" and value and self._shared(value) is None else None

    def _shared(self, value: str) -> str | None:
        """Return the shared text with this index, or None if there is none."""
        index = _whole(value, len(self._strings)) if value.isascii() and value.isdigit() else len(self._strings)
        return self._strings[index] if index < len(self._strings) else None

    def _text(self, kind: str, attributes: dict[str, str]) -> str:
        """Return what a cell reads as."""
        value, bare = self._value, self._value.strip(_BLANKS)
        style = attributes.get("s", "0").strip()
        index = _whole(style, MOST_COLUMNS * 8) if style.isascii() and style.isdigit() else 0
        if kind == "s" and bare:
            return self._styles.format(index).shown_text(self._shared(bare) or "")
        if kind == "b" and bare:
            return "TRUE" if bare in _TRUE else "FALSE"
        if self._inline or kind in _TEXTS:
            return self._styles.format(index).shown_text(unescaped(self._inline or value))
        number = float(bare) if kind == "n" and _NUMBER.match(bare) else None
        return bare if number is None or number - number != 0 else self._styles.text_of(number, index)


def is_flat(height: str | None) -> bool:
    """Say whether a row of this height is not to be seen."""
    text = (height or "").strip()
    return bool(_NUMBER.match(text)) and float(text) == 0


def _whole(digits: str, most: int) -> int:
    """Return a number of decimal digits, or `most` where there are more than any such number has."""
    return int(digits) if 0 < len(digits) <= _MOST_DIGITS else most
