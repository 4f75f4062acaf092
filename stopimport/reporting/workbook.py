"""Write a table of text as a workbook that people read and fill in without harm to a digit.

Every cell is text with the format 'Text', so that no program makes a number or a formula of it, neither when the file
is opened nor when somebody types into it.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from stopimport.reporting.sheetxml import CELL_CHARACTERS, CUT, FillIn, Wrapped, cell_texts, row_xml
from stopimport.text.language import N_, Plural, Sentence, _
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from stopimport.reporting.sheetxml import Style

README_SHEET = "Read me"
SHEET_ROWS = 1_048_575
"""Rows that a sheet of the format holds below the header."""
_LARGE = 100_000
"""From so many rows on, a sheet's XML may exceed 2 GB."""
_README_WIDTHS = (44, 70, 70)
_LINE_HEIGHT = 15
_FONT = "Calibri"
_FILL_IN = "corrected"
"""The column for people to write into; it stands out."""
_TO_FILL = "FFF4E5"
_FILL_IN_WIDTH = 26
_MESSAGE_WIDTH = 64
_ON_ENTRY = N_(
    "The right number: +33 6 00 00 10 01, or 06 00 00 10 01 as it is dialled in your country. Several: with / between "
    "them. Leave it empty if you do not know it. Then save, and import this file."
)
"""Excel shows up to 255 characters."""
_CUT_CELLS = Plural(
    "{cells:,} cell is longer than the {limit:,} characters that a workbook's cell can hold; it ends "
    "with '{mark}'. --format csv writes it in full.",
    "{cells:,} cells are longer than the {limit:,} characters that a workbook's cell can hold; they "
    "end with '{mark}'. --format csv writes them in full.",
    by="cells",
    page=Plural(
        "{cells:,} cell is longer than the {limit:,} characters that a workbook's cell can hold; it ends with "
        "'{mark}'. The .csv file has it in full.",
        "{cells:,} cells are longer than the {limit:,} characters that a workbook's cell can hold; they end with "
        "'{mark}'. The .csv file has them in full.",
        by="cells",
    ),
)
_COLOURS = {
    Status.ADDED: "E2F0D9",
    Status.ALREADY_LISTED: "EDF5E8",
    Status.DUPLICATE: "EDEDED",
    Status.REFUSED: "FBE0D6",
    Status.FAILED: "FBE0D6",
    Status.NOT_SENT: "FFF2CC",
}


def write_xlsx(
    table: pa.Table,
    path: Path,
    *,
    title: str,
    readme_rows: Iterable[Sequence[str]],
    tell: Callable[[Sentence], object] | None = None,
    sheet_rows: int = SHEET_ROWS,
) -> None:
    """Write `table`, whose columns are text or dictionaries of text, and its explanations to `path`.

    Args:
        table: is on the first sheet, and on further ones behind the 'Read me' as far as it is longer than one.
        path: the file to write.
        title: name of the first sheet.
        readme_rows: the 'Read me' on the second sheet; a row of one cell is a heading.
        tell: told what the format made us change: cells too long for it.
        sheet_rows: rows of a sheet at most, below the header.

    Raises:
        OSError: the file cannot be written.
    """
    texts = [cell_texts(column) for column in table.columns]
    names = [cell_texts(pa.chunked_array([[name]], pa.large_string()))[0][0].as_py() for name in table.column_names]
    safe = pa.table([column for column, _cut in texts], names=[str(number) for number in range(len(texts))])
    pieces = [safe.slice(start, sheet_rows) for start in range(0, max(safe.num_rows, 1), sheet_rows)]

    book = Workbook(write_only=True)
    _add_table_sheet(book, title, names, pieces[0])
    _add_readme(book, readme_rows)
    for number, piece in enumerate(pieces[1:], start=2):
        _add_table_sheet(book, f"{title} {number}", names, piece)
    plain = _cell(book.worksheets[0]).style_id
    coloured = {status.value: _cell(book.worksheets[0], colour).style_id for status, colour in _COLOURS.items()}
    styles: list[Style] = [coloured if name == "status" else plain for name in names]
    if _FILL_IN in names:
        styles = [_to_fill_in(book.worksheets[0], name) for name in names]
    frame = BytesIO()
    book.save(frame)
    # openpyxl numbers the sheets' files in the order of the sheets; the second one is the 'Read me'.
    rows_of = {f"xl/worksheets/sheet{1 if index == 0 else index + 2}.xml": piece for index, piece in enumerate(pieces)}
    _fill(frame, path, rows_of, styles)
    cut = sum(number for _column, number in texts)
    if cut and tell is not None:
        tell(Sentence(_CUT_CELLS, cells=cut, limit=CELL_CHARACTERS, mark=CUT))


def _fill(frame: BytesIO, path: Path, rows_of: dict[str, pa.Table], styles: Sequence[Style]) -> None:
    """Write the workbook `frame` to `path`, with rows put behind the headers of its table sheets."""
    with zipfile.ZipFile(frame) as empty, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as full:
        for name in empty.namelist():
            if name not in rows_of:
                full.writestr(name, empty.read(name))
                continue
            piece = rows_of[name]
            before, end, after = empty.read(name).partition(b"</sheetData>")
            with full.open(name, "w", force_zip64=piece.num_rows > _LARGE) as sheet:
                sheet.write(before)
                for xml in row_xml(piece, styles, first_row=2):
                    sheet.write(xml)
                sheet.write(end + after.replace(b"</worksheet>", _quiet(piece) + b"</worksheet>"))


def _quiet(piece: pa.Table) -> bytes:
    """Return what keeps Excel from marking every number as 'stored as text': here that is wanted."""
    area = f"A1:{get_column_letter(piece.num_columns)}{piece.num_rows + 1}"
    return f'<ignoredErrors><ignoredError sqref="{area}" numberStoredAsText="1"/></ignoredErrors>'.encode()


def _add_table_sheet(book: Workbook, title: str, names: Sequence[str], piece: pa.Table) -> None:
    """Add a sheet with everything but its rows."""
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{piece.num_rows + 1}"
    _set_up_print(sheet)
    for number, (name, column) in enumerate(zip(names, piece.columns, strict=True), start=1):
        dimension = sheet.column_dimensions[get_column_letter(number)]
        dimension.width = _width(name, column)
        # The format of the whole column holds for cells that people fill in, such as those of `corrected`.
        dimension.number_format = "@"
    sheet.append([_header(sheet, name) for name in names])
    if _FILL_IN in names:
        told = DataValidation(
            showInputMessage=True, allow_blank=True, promptTitle=_FILL_IN, prompt=_(_ON_ENTRY),
        )  # fmt: skip
        letter = get_column_letter(names.index(_FILL_IN) + 1)
        told.add(f"{letter}2:{letter}{max(piece.num_rows, 1) + 1}")
        sheet.data_validations.append(told)


def _to_fill_in(sheet: Any, name: str) -> Style:  # noqa: ANN401 - openpyxl has no types
    """Return the style of a column of a table that people fill in: long messages must not hide where."""
    cell = _cell(sheet, _TO_FILL if name == _FILL_IN else None)
    cell.alignment = Alignment(wrap_text=name == "message", vertical="top")
    if name == _FILL_IN:
        cell.border = Border(*(Side("thin", "D9B38C") for _side in range(4)))
        return FillIn(cell.style_id)
    return Wrapped(cell.style_id, _MESSAGE_WIDTH - 4, _LINE_HEIGHT) if name == "message" else int(cell.style_id)


def _add_readme(book: Workbook, rows: Iterable[Sequence[str]]) -> None:
    sheet = book.create_sheet(README_SHEET)
    for number, width in enumerate(_README_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    _set_up_print(sheet)
    for number, row in enumerate(rows, start=1):
        # Not every program makes room for wrapped lines when it opens the file.
        lines = max(1 + len(text) // width for text, width in zip(row, _README_WIDTHS, strict=False))
        sheet.row_dimensions[number].height = _LINE_HEIGHT * (2 if len(row) == 1 else lines)
        sheet.append([_note(sheet, text, heading=len(row) == 1) for text in row])


def _set_up_print(sheet: Any) -> None:  # noqa: ANN401 - openpyxl has no types
    """Print all columns on one page's width."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _note(sheet: Any, text: str, *, heading: bool) -> Any:  # noqa: ANN401 - openpyxl has no types
    cell = _text_cell(sheet, text)
    cell.alignment = Alignment(wrap_text=not heading, vertical="bottom" if heading else "top")
    if heading:
        cell.font = Font(name=_FONT, bold=True, size=13)
    return cell


def _header(sheet: Any, name: str) -> Any:  # noqa: ANN401 - openpyxl has no types
    cell = _text_cell(sheet, name, "C55A11" if name == _FILL_IN else "1F3864")
    cell.font = Font(name=_FONT, bold=True, color="FFFFFF")
    return cell


def _text_cell(sheet: Any, text: str, colour: str | None = None) -> Any:  # noqa: ANN401 - openpyxl has no types
    cell = _cell(sheet, colour)
    cell.value = text
    # openpyxl takes "=…" for a formula and "#N/A" for an error.
    cell.data_type = "s"
    return cell


def _cell(sheet: Any, colour: str | None = None) -> Any:  # noqa: ANN401 - openpyxl has no types
    cell = WriteOnlyCell(sheet)
    cell.number_format = "@"
    if colour:
        cell.fill = PatternFill("solid", fgColor=colour)
    return cell


def _width(name: str, column: pa.ChunkedArray) -> int:
    """Return a column's width, from its header and first rows: enough for most cells, never very wide."""
    if name == _FILL_IN:
        return _FILL_IN_WIDTH
    longest = pc.max(pc.utf8_length(column.slice(0, 500))).as_py() or 0
    return min(max(len(name) + 4, longest + 2, 8), _MESSAGE_WIDTH if name == "message" else 48)
