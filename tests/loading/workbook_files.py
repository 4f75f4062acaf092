"""Help for the tests of workbooks: make one of any kind, take one apart, read it."""

from __future__ import annotations

import io
import struct
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from stopimport.loading.files.sources import resolve
from stopimport.loading.workbooks.reader import read_workbook

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.loading.raw import RawFile, RawSheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def read(path: Path, *named_sheets: str) -> RawFile:
    """Read the one workbook at `path`."""
    (item,) = resolve([path])
    return read_workbook(item, named_sheets=named_sheets)


def read_sheet(path: Path) -> RawSheet:
    """Read the first sheet of the workbook at `path`."""
    return read(path).sheets[0]


def table(sheet: RawSheet) -> list[list[str]]:
    """Return a sheet's rows as lists."""
    columns = [column.to_pylist() for column in sheet.columns]
    return [[column[row] for column in columns] for row in range(sheet.rows)]


def marked(sheet: RawSheet) -> list[tuple[int, int]]:
    """Return row and column (from 0) of the unreadable cells."""
    return sorted((int(row), column) for column, mask in sheet.unreadable.items() for row in mask.nonzero()[0])


def hidden(sheet: RawSheet) -> list[int]:
    """Return the hidden rows as a spreadsheet program numbers them."""
    return [] if sheet.hidden is None else [int(row) + 1 for row in sheet.hidden.nonzero()[0]]


def write_xlsx(path: Path, rows: list[list[object]]) -> Path:
    """Write one sheet with openpyxl."""
    book = openpyxl.Workbook()
    for row, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            if value is not None:
                book.active.cell(row, column, value)
    book.save(path)
    return path


def write_xls(path: Path, rows: list[list[object]]) -> Path:
    """Write one sheet with xlwt."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Sheet")
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if value is not None:
                sheet.write(row, column, value)
    book.save(str(path))
    return path


def ods_cell(value: object = None, **attributes: object) -> object:
    """Return a cell of an ods sheet."""
    if isinstance(value, int | float):
        return TableCell(valuetype="float", value=str(value), **attributes)
    cell = TableCell(**({"valuetype": "string"} if value is not None else {}) | attributes)
    if value is not None:
        cell.addElement(P(text=str(value)))
    return cell


def ods_row(*cells: object, **attributes: object) -> object:
    """Return a row of an ods sheet."""
    row = TableRow(**attributes)
    for cell in cells:
        row.addElement(cell)
    return row


def write_ods(path: Path, rows: list[object]) -> Path:
    """Write one sheet with odfpy; a row is a list of values, or ready made."""
    document = OpenDocumentSpreadsheet()
    sheet = Table(name="Sheet")
    for values in rows:
        sheet.addElement(ods_row(*map(ods_cell, values)) if isinstance(values, list) else values)
    document.spreadsheet.addElement(sheet)
    document.save(str(path))
    return path


def repack(path: Path, changes: dict[str, bytes]) -> Path:
    """Write the zip at `path` anew with changed or added parts."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    return write_zip(path, parts | changes)


def write_zip(path: Path, parts: dict[str, bytes]) -> Path:
    """Write a zip with these members."""
    path.write_bytes(zip_bytes(parts))
    return path


def zip_bytes(parts: dict[str, bytes]) -> bytes:
    """Return a zip with these members."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return whole.getvalue()


def bare_xlsx(path: Path, rows: str, prefix: str = "", shared: list[str] | None = None) -> Path:
    """Write a workbook whose one sheet holds exactly this XML as its data, and these shared strings."""
    space = f'xmlns{":" + prefix[:-1] if prefix else ""}="{MAIN}"'
    sheet = f"<{prefix}worksheet {space}><{prefix}sheetData>{rows}</{prefix}sheetData></{prefix}worksheet>"
    sheets = '<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">{sheets}</workbook>'
    strings = f'<sst xmlns="{MAIN}">{"".join(f"<si>{text}</si>" for text in shared or [])}</sst>'
    return write_zip(path, _parts("xml", book.encode(), sheet.encode()) | {"xl/sharedStrings.xml": strings.encode()})


def bare_xlsb(path: Path, cells: list[tuple[int, int, object]]) -> Path:
    """Write an xlsb workbook with these cells (row, column, value): the records that must be, and no more."""
    name, relation = "S".encode("utf-16-le"), "r1".encode("utf-16-le")
    bundle = struct.pack("<III", 0, 1, 2) + relation + struct.pack("<I", 1) + name
    book = _record(131) + _record(143) + _record(156, bundle) + _record(144) + _record(132)
    sheet, last = _record(129) + _record(148, bytes(16)) + _record(145), -1
    for row, column, value in cells:
        if row != last:
            sheet += _record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0, 0, 0))
            last = row
        sheet += _xlsb_cell(struct.pack("<II", column, 0), value)
    return write_zip(path, _parts("bin", book, sheet + _record(146) + _record(130)))


def _xlsb_cell(place: bytes, value: object) -> bytes:
    if isinstance(value, bytes):
        return _record(3, place + value)
    if isinstance(value, float):
        return _record(5, place + struct.pack("<d", value))
    return _record(6, place + struct.pack("<I", len(str(value))) + str(value).encode("utf-16-le"))


def _record(kind: int, content: bytes = b"") -> bytes:
    numbers = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size = len(content)
    sizes = bytes([size]) if size < 0x80 else bytes([size & 0x7F | 0x80, size >> 7])
    return numbers + sizes + content


def _parts(ending: str, book: bytes, sheet: bytes) -> dict[str, bytes]:
    relations = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{RELATIONS}/worksheet" '
        f'Target="worksheets/sheet1.{ending}"/><Relationship Id="r2" Type="{RELATIONS}/sharedStrings" '
        f'Target="sharedStrings.{ending}"/></Relationships>'
    )
    root = (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{RELATIONS}/officeDocument" '
        f'Target="xl/workbook.{ending}"/></Relationships>'
    )
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="{ending}" ContentType="application/{ending}"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{office}.sharedStrings+xml"/></Types>'
    )
    return {
        "[Content_Types].xml": types.encode(),
        "_rels/.rels": root.encode(),
        f"xl/workbook.{ending}": book,
        f"xl/_rels/workbook.{ending}.rels": relations.encode(),
        f"xl/worksheets/sheet1.{ending}": sheet,
    }
