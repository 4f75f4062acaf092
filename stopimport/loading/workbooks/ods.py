"""Ods workbooks (OpenDocument 1.3): the cells of `content.xml` as LibreOffice shows them, read in one pass.

Everything is one part, and what stands in a cell is more than its text: comments, shapes, ruby, whole tables. Only a
tokenizer keeps these apart, so no pattern looks at the bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.loading.workbooks.cells import Cells
from stopimport.loading.workbooks.celltext import text_of
from stopimport.loading.workbooks.formats import shows_more, without_decimals
from stopimport.loading.workbooks.markup import Handler, parse
from stopimport.loading.workbooks.scan.shape import MOST_COLUMNS, MOST_ROWS

if TYPE_CHECKING:
    from stopimport.loading.workbooks.limits import Budget
    from stopimport.loading.workbooks.scan.package import Package

_CONTENT = "content.xml"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TABLE, _TEXT, _STYLE = (f"{_OASIS}{name}:1.0 " for name in ("office", "table", "text", "style"))
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_ROWS_REPEATED, _COLUMNS_REPEATED = _TABLE + "number-rows-repeated", _TABLE + "number-columns-repeated"
_FORMULA, _VALUE_TYPE, _CALC_TYPE = _TABLE + "formula", _OFFICE + "value-type", _CALC + "value-type"
_STRING_VALUE = _OFFICE + "string-value"
_VALUES = {"date": _OFFICE + "date-value", "time": _OFFICE + "time-value"}
_PLAIN_TEXT = frozenset({_VALUE_TYPE, _CALC_TYPE, _TABLE + "style-name"})
_NUMBERS = frozenset({"float", "percentage", "currency"})
_PERCENT = "percentage"
_HIDDEN = frozenset({"collapse", "filter"})
_PARAGRAPH = _TEXT + "p"
_LEAVES = {_TEXT + "tab": "\t", _TEXT + "line-break": "\n"}
_NOT_SHOWN = frozenset(_TEXT + name for name in ("ruby-text", "note", "tracked-changes", "bibliography-mark"))
_ERROR = re.compile(r"#|(?:Err|Fehler|Erreur|Error)[ :]\d+$", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?$")
_NO_HEIGHT = re.compile(r"\s*+0*+\.?0*+\s*+(?:[a-z]{2}|%)?\s*+$")
_MOST_SPACES = 32_767
_MOST_DIGITS = 8


@dataclass(slots=True)
class OdsSheet:
    """One sheet of an ods workbook."""

    name: str
    is_visible: bool
    cells: Cells


def read_ods(package: Package, budget: Budget) -> list[OdsSheet]:
    """Return all sheets; raises `DamagedFile`, `ForeignXml`, `TooLarge`, `TooSpread` or `UnpacksTooFar`."""
    package.measure_others({_CONTENT})
    content = _Content(budget)
    parse(package.stream(_CONTENT), content, budget)
    return content.sheets


class _Content(Handler):
    """Where the reading is: which elements count depends on what they stand in.

    Each element that means something here goes to a method of its own; each other one is passed over with all that it
    holds, unless it merely groups what means something.
    """

    def __init__(self, budget: Budget) -> None:
        super().__init__()
        self.sheets: list[OdsSheet] = []
        self.budget = budget
        self.skipped = 0
        """How deep the reading is in something that does not count."""
        self.kept = 0
        """How many of the `pieces` of text were there before that."""
        self.flat_rows: set[str] = set()
        self.hidden_sheets: set[str] = set()
        self.style = ""
        self.row = self.rows = self.column = 0
        self.cell: dict[str, str] | None = None
        self.paragraphs: list[str] = []
        self.in_paragraph = False
        self.blanks = 0
        """Blanks of the paragraph that are written as a number of them: no more than a cell has room for."""
        self._starts = {
            _STYLE + "style": self._start_style,
            _STYLE + "table-row-properties": self._start_row_style,
            _STYLE + "table-properties": self._start_sheet_style,
            _TABLE + "table": self._start_sheet,
            _TABLE + "table-row": self._start_row,
            _TABLE + "table-cell": self._start_cell,
            _TABLE + "covered-table-cell": self._start_cell,
        }
        self._ends = {
            _TABLE + "table-row": self._end_row,
            _TABLE + "table-cell": self._end_cell,
            _TABLE + "covered-table-cell": self._end_cell,
            _PARAGRAPH: self._end_paragraph,
        }

    @property
    def wants_text(self) -> bool:
        """Whether a paragraph is being read."""
        return self.in_paragraph

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        if self.skipped:
            self.skipped += 1
            self.deeper()
        elif self.cell is not None:
            self._start_in_cell(name, attributes)
        elif begin := self._starts.get(name):
            begin(attributes)
        elif name not in _GROUPS:
            self._skip()
        else:
            self.deeper()

    def end(self, name: str) -> None:
        """Take the end of an element."""
        if self.skipped:
            self.skipped -= 1
            self.depth -= 1
            if not self.skipped:
                del self.pieces[self.kept :]
        elif finish := self._ends.get(name):
            finish()
        else:
            self.depth -= 1

    def _skip(self) -> None:
        """Pass over an element, and forget the text in it."""
        self.deeper()
        self.skipped = 1
        self.kept = len(self.pieces)

    def _start_style(self, attributes: dict[str, str]) -> None:
        self.deeper()
        self.style = attributes.get(_STYLE + "name", "")

    def _start_row_style(self, attributes: dict[str, str]) -> None:
        self.deeper()
        height = attributes.get(_STYLE + "row-height")
        if height is not None and height.strip() and _NO_HEIGHT.match(height):
            self.flat_rows.add(self.style)

    def _start_sheet_style(self, attributes: dict[str, str]) -> None:
        self.deeper()
        if attributes.get(_TABLE + "display") == "false":
            self.hidden_sheets.add(self.style)

    def _start_sheet(self, attributes: dict[str, str]) -> None:
        self.deeper()
        self.budget.check_sheets(len(self.sheets) + 1)
        name = attributes.get(_TABLE + "name", "")
        is_visible = attributes.get(_TABLE + "style-name") not in self.hidden_sheets
        self.sheets.append(OdsSheet(name, is_visible, Cells(name, self.budget)))
        self.row = 0

    def _start_row(self, attributes: dict[str, str]) -> None:
        self.deeper()
        self.rows = _times(attributes, _ROWS_REPEATED)
        self.column = 0
        is_flat = attributes.get(_TABLE + "style-name") in self.flat_rows
        if self.sheets and (is_flat or attributes.get(_TABLE + "visibility") in _HIDDEN):
            self.sheets[-1].cells.hidden.append((self.row, min(self.row + self.rows, MOST_ROWS)))

    def _end_row(self) -> None:
        self.depth -= 1
        self.row += self.rows

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.cell = attributes
        if self.paragraphs:
            self.paragraphs = []

    def _start_in_cell(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a paragraph, or go on in one; what is no text of the cell itself does not count."""
        if not self.in_paragraph:
            if name == _PARAGRAPH:
                self.in_paragraph = True
                self.blanks = 0
                self.pieces.clear()
            else:
                self._skip()
        elif name == _PARAGRAPH or name in _NOT_SHOWN or not name.startswith(_TEXT):
            self._skip()
        else:
            self.deeper()
            if name == _TEXT + "s":
                blanks = min(_times(attributes, _TEXT + "c"), _MOST_SPACES - self.blanks)
                self.blanks += blanks
                self.pieces.append(" " * blanks)
            elif name in _LEAVES:
                self.pieces.append(_LEAVES[name])

    def _end_paragraph(self) -> None:
        self.in_paragraph = False
        self.paragraphs.append("".join(self.pieces))

    def _end_cell(self) -> None:
        attributes, self.cell = self.cell or {}, None
        width = _times(attributes, _COLUMNS_REPEATED)
        first = self.column
        self.column += width
        if self.rows == width == 1 and self.paragraphs and attributes.keys() <= _PLAIN_TEXT and self.sheets:
            text = "\n".join(self.paragraphs)
            if text and attributes.get(_VALUE_TYPE, "string") == attributes.get(_CALC_TYPE, "string") == "string":
                self.sheets[-1].cells.put_one(self.row, first, text)
                return
        if self.sheets and (self.paragraphs or _VALUE_TYPE in attributes or _FORMULA in attributes):
            rows, columns = range(self.row, self.row + self.rows), range(first, self.column)
            _put(self.sheets[-1].cells, rows, columns, _Cell(attributes, self.paragraphs))


_GROUPS = frozenset(
    {
        _OFFICE + "document-content",
        _OFFICE + "automatic-styles",
        _OFFICE + "body",
        _OFFICE + "spreadsheet",
        _TABLE + "table-rows",
        _TABLE + "table-header-rows",
        _TABLE + "table-row-group",
    }
)
"""Elements that hold what counts, and mean nothing themselves."""


@dataclass(slots=True)
class _Cell:
    """One cell of the file, which may stand for many equal ones."""

    attributes: dict[str, str]
    paragraphs: list[str]

    @property
    def shown(self) -> str:
        """What a spreadsheet program shows in it."""
        return "\n".join(self.paragraphs)

    @property
    def is_unreadable(self) -> bool:
        """Whether it is an error value, or a formula without result.

        Newer files mark error values; older ones have them as what the formula's cell shows. LibreOffice stores an
        empty result as an empty paragraph, sometimes without a type; what was never calculated has neither.
        """
        attributes = self.attributes
        if attributes.get(_CALC_TYPE) == "error":
            return True
        if _FORMULA not in attributes:
            return False
        return bool(_ERROR.match(self.shown)) or (not self.paragraphs and _VALUE_TYPE not in attributes)

    @property
    def text(self) -> str:
        """Its text, as `celltext` has it for each type; a text that is an attribute goes first, as in LibreOffice."""
        attributes, kind = self.attributes, self.attributes.get(_VALUE_TYPE)
        if kind in _NUMBERS:
            return self._number(attributes.get(_OFFICE + "value", "").strip(), is_percent=kind == _PERCENT)
        if kind == "boolean":
            return attributes.get(_OFFICE + "boolean-value", "").upper()
        if kind in _VALUES and attributes.get(_VALUES[kind]):
            return attributes[_VALUES[kind]]
        return attributes.get(_STRING_VALUE) or self.shown

    def _number(self, value: str, *, is_percent: bool) -> str:
        if not _NUMBER.match(value):
            return self.shown or value
        number = float(value)
        if number - number != 0:  # endless: more digits than a number has
            return self.shown or value
        if not is_percent and shows_more(self.shown, number):
            return without_decimals(self.shown)
        return text_of(number)


def _put(cells: Cells, rows: range, columns: range, cell: _Cell) -> None:
    """Note one cell in all places that it stands for."""
    if cell.is_unreadable:
        shown = cell.shown or "=" + cell.attributes.get(_FORMULA, "").partition("=")[2]
        cells.put_unreadable(rows, columns, shown)
        return
    text = cell.text
    if _FORMULA in cell.attributes:
        cells.formulas += 1
        cells.zero_formulas += text == "0"
    if not text:
        return
    if len(rows) * len(columns) == 1:
        cells.put_one(rows.start, columns.start, text)
    else:
        cells.put(rows, columns, text)


def _times(attributes: dict[str, str], name: str) -> int:
    """Return how often something is repeated: no more than no sheet has room for."""
    times = attributes.get(name)
    if times is None:
        return 1
    times = times.strip()
    if not (times.isascii() and times.isdigit()):
        return 1
    return max(int(times), 1) if len(times) <= _MOST_DIGITS else MOST_ROWS * MOST_COLUMNS
