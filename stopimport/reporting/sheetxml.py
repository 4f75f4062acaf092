"""The rows of a workbook's sheet as XML, put together by whole columns: thirty times as fast as cell by cell.

Only the rows are made here; everything around them (styles, header, widths) is openpyxl's. Every cell is an inline
string, so no program takes it for a number, a formula or an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from openpyxl.utils import get_column_letter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# All control characters but tab and line feed, and the two code points that XML forbids.
_CONTROL = "[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]"
# Programs read `_x0041_` in a workbook as the character with that number; the underscore itself is written so.
_ESCAPE_LIKE = "_(x[0-9A-Fa-f]{4}_)"
_TEXT = pa.large_string()
_BATCH = 16_384

CELL_CHARACTERS = 32_767
"""Characters that a cell of the format holds."""
CUT = "…[cut]"
"""What a longer text ends with."""


def cell_texts(column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, int]:
    """Return a text column as a workbook can hold it, without nulls, and how many cells had to be cut.

    Control characters are left out; tab and line feed stay, and every other line end becomes a line feed.
    """
    text = pc.fill_null(column.cast(_TEXT), "")
    if pc.any(pc.match_substring_regex(text, _CONTROL)).as_py():
        text = pc.replace_substring(pc.replace_substring(text, "\r\n", "\n"), "\r", "\n")
        text = pc.replace_substring_regex(text, _CONTROL, "")
    too_long = pc.greater(pc.utf8_length(text), CELL_CHARACTERS)
    number = pc.sum(too_long).as_py() or 0
    if number:
        kept = pc.utf8_slice_codeunits(text, 0, CELL_CHARACTERS - len(CUT))
        text = pc.if_else(too_long, _joined(kept, CUT), text)
    return text, number


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A column whose long texts wrap: they make their rows higher."""

    style: int
    width: int
    """Characters of a line."""
    line_height: int


@dataclass(frozen=True, slots=True)
class FillIn:
    """A column to be filled in: its empty cells are there, too, with this style."""

    style: int


Style: TypeAlias = "int | Mapping[str, int] | Wrapped | FillIn"


def row_xml(table: pa.Table, styles: Sequence[Style], *, first_row: int) -> Iterator[pa.Buffer]:
    """Yield the XML of the rows of `table`, piece by piece.

    Args:
        table: columns as `cell_texts` returns them.
        styles: for each column the number of its style in the workbook, the numbers by text, or more about it.
        first_row: row number of the table's first row.
    """
    start = first_row
    for batch in table.to_batches(_BATCH):
        rows = pa.array(np.arange(start, start + batch.num_rows)).cast(_TEXT)
        cells = [
            _cells(get_column_letter(number), rows, column, style)
            for number, (column, style) in enumerate(zip(batch.columns, styles, strict=True), start=1)
        ]
        lines = _joined('<row r="', rows, '"', _height(batch, styles), ">", *cells, "</row>")
        yield lines.buffers()[2].slice(0, pc.sum(pc.binary_length(lines)).as_py())
        start += batch.num_rows


def _height(batch: pa.RecordBatch, styles: Sequence[Style]) -> Any:  # noqa: ANN401 - untyped library
    """Return the attribute for the height of each row: not every program makes room for wrapped lines by itself."""
    for column, style in zip(batch.columns, styles, strict=True):
        if isinstance(style, Wrapped):
            lines = pc.add(pc.divide(pc.utf8_length(column), style.width), 1)
            points = pc.cast(pc.multiply(lines, style.line_height), _TEXT)
            return pc.if_else(pc.equal(lines, 1), "", _joined(' ht="', points, '"'))
    return ""


def _cells(letter: str, rows: Any, texts: Any, style: Style) -> Any:  # noqa: ANN401 - untyped library
    """Return the XML of the cells of one column, '' for empty ones that nobody is to fill in."""
    if isinstance(style, int | Wrapped | FillIn):
        styled: Any = str(style if isinstance(style, int) else style.style)
    else:
        known = pc.index_in(texts, pa.array(style.keys(), _TEXT))
        styled = pc.take(pa.array([str(number) for number in style.values()], _TEXT), known)
        styled = pc.fill_null(styled, "0")
    opening = _joined(f'<c r="{letter}', rows, '" s="', styled, '" t="inlineStr"><is><t xml:space="preserve">')
    empty = _joined(f'<c r="{letter}', rows, '" s="', styled, '"/>') if isinstance(style, FillIn) else ""
    return pc.if_else(pc.equal(texts, ""), empty, _joined(opening, _escaped(texts), "</t></is></c>"))


def _escaped(texts: Any) -> Any:  # noqa: ANN401 - untyped library
    if pc.any(pc.match_substring_regex(texts, "[&<>_]")).as_py():
        for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            texts = pc.replace_substring(texts, sign, entity)
        texts = pc.replace_substring_regex(texts, _ESCAPE_LIKE, r"_x005F_\1")
    return texts


def _joined(*parts: Any) -> Any:  # noqa: ANN401 - untyped library
    scalars = [pa.scalar(part, _TEXT) if isinstance(part, str) else part for part in (*parts, "")]
    return pc.binary_join_element_wise(*scalars)
