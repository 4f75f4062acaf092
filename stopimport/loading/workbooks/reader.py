"""Workbooks: calamine reads the cells, a scan of the file guards it and sees what it does not."""

from __future__ import annotations

import io
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from stopimport.loading.errors import DamagedFile, EncryptedFile, TooSpread
from stopimport.loading.raw import RawFile, RawSheet
from stopimport.loading.workbooks import celltext, second_reader
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from python_calamine import SheetMetadata

    from stopimport.loading.files.sources import Input
    from stopimport.loading.workbooks.scan.shape import Scan, SheetScan

_NOT_UNDERSTOOD = N_("it does not contain a readable spreadsheet")
_COUNTS_DIFFER = N_("rows read from sheet '{sheet}': {rows:,}, but it seems to hold {counted:,}")
HIDDEN = "hidden"
_XLSB_NOTICE = N_("{file}: hidden rows cannot be detected in .xlsb workbooks. If it has any, they were read too.")


def read_workbook(item: Input, *, named_sheets: Sequence[str] = ()) -> RawFile:
    """Read all visible sheets of a workbook, and the hidden ones among `named_sheets` (case ignored).

    Raises `DamagedFile`, `EncryptedFile`, `ForeignXml`, `UnpacksTooFar` or `TooSpread` for what cannot be read;
    `DamagedFile` also where the reader's rows and the independent count differ.
    """
    reader = _Reader(item, _scan(item, bytes(item.data)))
    named = {name.strip().casefold() for name in named_sheets}
    with reader.workbook as workbook:
        sheets = tuple(
            reader.read(index, sheet.name) if _is_read(sheet, named) else _passed_over(sheet.name)
            for index, sheet in enumerate(workbook.sheets_metadata)
            if sheet.typ == SheetTypeEnum.WorkSheet
        )
    notices = (*item.notices, Sentence(_XLSB_NOTICE, file=item.name)) if item.kind == "xlsb" else item.notices
    return RawFile(item.name, item.sha256, workbook=True, sheets=sheets, notices=notices)


def _is_read(sheet: SheetMetadata, named: set[str]) -> bool:
    return sheet.visible == SheetVisibleEnum.Visible or sheet.name.strip().casefold() in named


def _passed_over(name: str) -> RawSheet:
    return RawSheet(name, 0, (), skipped=HIDDEN)


def _scan(item: Input, data: bytes) -> Scan:
    if item.kind == "xls":
        from stopimport.loading.workbooks.scan.xls import XlsScan  # noqa: PLC0415 - each kind has libraries of its own

        return XlsScan(data, item.name)
    from stopimport.loading.workbooks.scan.package import Package  # noqa: PLC0415 - each kind has libraries of its own

    package = Package.open(data, item.name)
    if item.kind == "xlsb":
        from stopimport.loading.workbooks.scan.xlsb import XlsbScan  # noqa: PLC0415 - each kind has libraries of its own

        return XlsbScan(package)
    if item.kind == "ods":
        from stopimport.loading.workbooks.scan.ods import OdsScan  # noqa: PLC0415 - each kind has libraries of its own

        return OdsScan(package)
    from stopimport.loading.workbooks.scan.xlsx import XlsxScan  # noqa: PLC0415 - each kind has libraries of its own

    return XlsxScan(package)


class _Reader:
    """One workbook, open in calamine."""

    def __init__(self, item: Input, scan: Scan) -> None:
        self.item = item
        self.scan = scan
        with _understood(item.name):
            self.workbook = CalamineWorkbook.from_filelike(io.BytesIO(scan.data))

    def read(self, index: int, name: str) -> RawSheet:
        """Return one sheet's cells as text, its hidden rows and its unreadable cells."""
        scan = self.scan.sheet(index)
        if scan.is_impossible:
            raise DamagedFile(self.item.name, Sentence(_NOT_UNDERSTOOD))
        columns = self._columns(index, name, scan)
        used = celltext.used_rows(columns)
        unreadable = {(row, column): text for row, column, text in scan.unreadable}
        rows = max([used, *(row + 1 for row, _column in unreadable)])
        self._check(index, name, rows, scan)
        columns = celltext.all_resized(columns, rows)
        marks = _mark(columns, unreadable, rows)
        return RawSheet(name, rows, tuple(columns) if rows else (), unreadable=marks, hidden=_hidden(scan, rows))

    def _columns(self, index: int, name: str, scan: SheetScan) -> list[Any]:
        if scan.is_sparse:
            if self.item.kind == "xlsx":
                return second_reader.read_sparse(self.scan.data, name, self.item.name)
            if self.item.kind != "xls":
                raise TooSpread(self.item.name, name)
        with _understood(self.item.name):
            sheet = self.workbook.get_sheet_by_index(index)
            return celltext.columns_of(sheet.iter_rows(), sheet.start[1]) if sheet.start else []

    def _check(self, index: int, name: str, rows: int, scan: SheetScan) -> None:
        """Hold the rows read against the independent count, which a third one settles where the scan cannot know."""
        if scan.sure_rows <= rows <= scan.rows:
            return
        kind, file = self.item.kind, self.item.name
        if kind in {"xlsx", "xls"} and second_reader.count_rows(self.scan.data, index, name, kind, file) == rows:
            return
        detail = Sentence(_COUNTS_DIFFER, sheet=name, rows=rows, counted=scan.rows)
        raise DamagedFile(file, detail)


def _mark(columns: list[Any], unreadable: dict[tuple[int, int], str], rows: int) -> dict[int, NDArray[np.bool_]]:
    """Put the texts of unreadable cells into `columns`, and return where they are."""
    by_column: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (row, column), text in sorted(unreadable.items()):
        by_column[column].append((row, text))
    columns.extend([celltext.empty_column(rows)] * (max(by_column, default=-1) + 1 - len(columns)))
    marks = {}
    for column, cells in by_column.items():
        at = [row for row, _text in cells]
        columns[column] = celltext.with_texts(columns[column], at, [text for _row, text in cells])
        marks[column] = np.zeros(rows, dtype=np.bool_)
        marks[column][at] = True
    return marks


def _hidden(scan: SheetScan, rows: int) -> NDArray[np.bool_] | None:
    """Return which of the `rows` are hidden, or None if none is."""
    hidden = np.zeros(rows, dtype=np.bool_)
    for start, stop in scan.hidden:
        hidden[start:stop] = True
    return hidden if hidden.any() else None


@contextmanager
def _understood(file: str) -> Iterator[None]:
    """Turn calamine's failures into the errors of this program."""
    try:
        yield
    except PasswordError:
        raise EncryptedFile(file) from None
    except (CalamineError, OSError, ValueError):
        raise DamagedFile(file, Sentence(_NOT_UNDERSTOOD)) from None
    except BaseException as failure:
        # a panic in calamine's Rust code derives from BaseException, and its class cannot be imported
        if type(failure).__name__ == "PanicException":
            raise DamagedFile(file, Sentence(_NOT_UNDERSTOOD)) from None
        raise
