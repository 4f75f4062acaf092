"""Workbooks: what each kind is read by, and that nothing is believed that two readers see differently.

Plain xlsx, xlsb and xls go through calamine, which a scan of the file guards and completes; ods, and xlsx that is not
plain, are read by a tokenizer (`ods`, `xlsx`).
"""

from __future__ import annotations

import io
from collections import defaultdict
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from stopimport.loading.errors import DamagedFile, EncryptedFile, TooSpread
from stopimport.loading.raw import ZEROS_NOTICE, RawFile, RawSheet
from stopimport.loading.table import place
from stopimport.loading.workbooks import celltext
from stopimport.loading.workbooks.limits import Budget
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from stopimport.loading.files.sources import Input
    from stopimport.loading.workbooks.cells import Cells
    from stopimport.loading.workbooks.scan.shape import Scan, SheetScan
    from stopimport.loading.workbooks.scan.xlsx import XlsxScan

_NOT_UNDERSTOOD = N_("it does not contain a readable spreadsheet")
_COUNTS_DIFFER = N_("rows read from sheet '{sheet}': {rows:,}, but it seems to hold {counted:,}")
HIDDEN = "hidden"
_LEAST_FORMULAS = 2
_XLSB_NOTICE = N_("{file}: hidden rows cannot be detected in .xlsb workbooks. If it has any, they were read too.")


def read_workbook(item: Input, *, named_sheets: Sequence[str] = ()) -> RawFile:
    """Read all visible sheets of a workbook, and the hidden ones among `named_sheets` (case ignored).

    Raises `DamagedFile`, `EncryptedFile`, `ForeignXml`, `UnpacksTooFar`, `TooLarge` or `TooSpread` for what cannot be
    read; `DamagedFile` also where the reader's rows and the independent count differ.
    """
    named = {name.strip().casefold() for name in named_sheets}
    data, budget = item.data, Budget(item.name)
    notices = list(item.notices)
    if item.kind == "xls":
        from stopimport.loading.workbooks.scan.xls import XlsScan  # noqa: PLC0415 - each kind has libraries of its own

        sheets = _Calamine(item, XlsScan(data, item.name), budget).sheets(named, notices)
        return _file(item, sheets, notices)
    from stopimport.loading.workbooks.scan.package import Package  # noqa: PLC0415 - each kind has libraries of its own

    package = Package.open(data, item.name)
    if item.kind == "xlsb":
        from stopimport.loading.workbooks.scan.xlsb import XlsbScan  # noqa: PLC0415 - each kind has libraries of its own

        sheets = _Calamine(item, XlsbScan(package, budget), budget).sheets(named, notices)
        notices.append(Sentence(_XLSB_NOTICE, file=item.name))
    elif item.kind == "ods":
        from stopimport.loading.workbooks.ods import read_ods  # noqa: PLC0415 - each kind has libraries of its own

        sheets = [
            _of_cells(item.name, sheet.cells, notices)
            if sheet.is_visible or _key(sheet.name) in named
            else _passed_over(sheet.name)
            for sheet in read_ods(package, budget)
        ]
    else:
        from stopimport.loading.workbooks.scan.xlsx import XlsxScan  # noqa: PLC0415 - each kind has libraries of its own

        sheets = _Xlsx(item, XlsxScan(package, budget), budget).sheets(named, notices)
    return _file(item, sheets, notices)


def _file(item: Input, sheets: Sequence[RawSheet], notices: Sequence[Sentence]) -> RawFile:
    return RawFile(item.name, item.sha256, workbook=True, sheets=tuple(sheets), notices=tuple(notices))


def _key(name: str) -> str:
    return name.strip().casefold()


def _passed_over(name: str) -> RawSheet:
    return RawSheet(name, 0, (), skipped=HIDDEN)


def _of_cells(file: str, cells: Cells, notices: list[Sentence]) -> RawSheet:
    """Return a sheet that was read cell by cell."""
    _tell_zeros(file, cells.sheet, cells, notices)
    columns = tuple(cells.columns())
    marks = {}
    for column, rows in cells.unreadable.items():
        marks[column] = np.zeros(cells.rows, dtype=np.bool_)
        marks[column][rows] = True
    return RawSheet(cells.sheet, cells.rows, columns, unreadable=marks, hidden=_hidden(cells.hidden, cells.rows))


def _tell_zeros(file: str, sheet: str, found: Cells | SheetScan, notices: list[Sentence]) -> None:
    """Tell where the results of all formulas are 0, as they are until a program calculates them."""
    if found.formulas >= _LEAST_FORMULAS and found.formulas == found.zero_formulas:
        notices.append(Sentence(ZEROS_NOTICE, place=place(file, sheet), number=found.formulas))


class _Calamine:
    """One workbook read by calamine."""

    def __init__(self, item: Input, scan: Scan, budget: Budget) -> None:
        self.item = item
        self.scan = scan
        self.budget = budget

    @cached_property
    def workbook(self) -> CalamineWorkbook:
        """The workbook, open; raises `DamagedFile` or `EncryptedFile`."""
        with _understood(self.item.name):
            return CalamineWorkbook.from_filelike(io.BytesIO(self.scan.data))

    def sheets(self, named: set[str], notices: list[Sentence]) -> list[RawSheet]:
        """Return all sheets that have cells, hidden ones empty unless they are among those `named`."""
        with self.workbook:
            self.budget.check_sheets(len(self.workbook.sheets_metadata))
            return [
                self._read(index, sheet.name, notices)
                if sheet.visible == SheetVisibleEnum.Visible or _key(sheet.name) in named
                else _passed_over(sheet.name)
                for index, sheet in enumerate(self.workbook.sheets_metadata)
                if sheet.typ == SheetTypeEnum.WorkSheet
            ]

    def _read(self, index: int, name: str, notices: list[Sentence]) -> RawSheet:
        """Return one sheet's cells as text, its hidden rows and its unreadable cells."""
        scan = self.scan.sheet(index)
        if scan.is_impossible:
            raise DamagedFile(self.item.name, Sentence(_NOT_UNDERSTOOD))
        if scan.is_sparse and self.item.kind != "xls":
            raise TooSpread(self.item.name, name)
        self.budget.take_cells(scan.rows * scan.columns)
        columns = self._columns(index)
        sheet = _finished(name, columns, scan)
        if not scan.sure_rows <= sheet.rows <= scan.rows and not self._is_confirmed(index, sheet):
            detail = Sentence(_COUNTS_DIFFER, sheet=name, rows=sheet.rows, counted=scan.rows)
            raise DamagedFile(self.item.name, detail)
        _tell_zeros(self.item.name, name, scan, notices)
        return sheet

    def _columns(self, index: int) -> list[Any]:
        with _understood(self.item.name):
            sheet = self.workbook.get_sheet_by_index(index)
            return celltext.columns_of(sheet.iter_rows(), sheet.start[1]) if sheet.start else []

    def _is_confirmed(self, index: int, sheet: RawSheet) -> bool:
        """Say whether a third count settles it, where the scan cannot know which texts are empty."""
        if self.item.kind != "xls":
            return False
        from stopimport.loading.workbooks.second_reader import count_rows  # noqa: PLC0415 - seldom needed

        return count_rows(self.scan.data, index, self.item.name) == sheet.rows


class _Xlsx(_Calamine):
    """One xlsx or xlsm workbook: by calamine where that is sure to be right, else by the tokenizer."""

    scan: XlsxScan

    def sheets(self, named: set[str], notices: list[Sentence]) -> list[RawSheet]:
        """Return all sheets that have cells, hidden ones empty unless they are among those `named`."""
        return [
            self._read(index, sheet.name, notices)
            if sheet.is_visible or _key(sheet.name) in named
            else _passed_over(sheet.name)
            for index, sheet in enumerate(self.scan.listed)
            if sheet.is_table
        ]

    def _read(self, index: int, name: str, notices: list[Sentence]) -> RawSheet:
        scan = self.scan.sheet(index)
        if scan.is_plain and not scan.is_impossible and not scan.is_sparse:
            sheet = self._plain(index, name, scan)
            if sheet is not None:
                _tell_zeros(self.item.name, name, scan, notices)
                return sheet
        return _of_cells(self.item.name, self.scan.read(index), notices)

    def _plain(self, index: int, name: str, scan: SheetScan) -> RawSheet | None:
        """Return a sheet as calamine reads it, or None where it does not find what the scan has seen."""
        try:
            with _understood(self.item.name):
                metadata = self.workbook.sheets_metadata
                if index >= len(metadata) or metadata[index].name != name:
                    return None
            columns = self._columns(index)
        except DamagedFile:
            return None
        unreadable = {(row, column) for row, column, _text in scan.unreadable}
        if celltext.filled(columns, unreadable) != scan.filled:
            return None
        sheet = _finished(name, columns, scan)
        return sheet if sheet.rows <= scan.rows else None


def _finished(name: str, columns: list[Any], scan: SheetScan) -> RawSheet:
    """Return what calamine read, with what only the scan has seen."""
    unreadable = {(row, column): text for row, column, text in scan.unreadable}
    rows = max([celltext.used_rows(columns), *(row + 1 for row, _column in unreadable)])
    columns = celltext.all_resized(columns, rows)
    _overlay(columns, {(row, column): text for row, column, text in scan.shown}, rows)
    marks = _overlay(columns, unreadable, rows)
    return RawSheet(name, rows, tuple(columns) if rows else (), unreadable=marks, hidden=_hidden(scan.hidden, rows))


def _overlay(columns: list[Any], texts: Mapping[tuple[int, int], str], rows: int) -> dict[int, NDArray[np.bool_]]:
    """Put texts, by row and column, into `columns`, and return by column where they stand."""
    by_column: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for (row, column), text in sorted(texts.items()):
        by_column[column].append((row, text))
    columns.extend([celltext.empty_column(rows)] * (max(by_column, default=-1) + 1 - len(columns)))
    marks = {}
    for column, cells in by_column.items():
        at = [row for row, _text in cells]
        columns[column] = celltext.with_texts(columns[column], at, [text for _row, text in cells])
        marks[column] = np.zeros(rows, dtype=np.bool_)
        marks[column][at] = True
    return marks


def _hidden(ranges: Sequence[tuple[int, int]], rows: int) -> NDArray[np.bool_] | None:
    """Return which of the `rows` are hidden, or None if none is."""
    hidden = np.zeros(rows, dtype=np.bool_)
    for start, stop in ranges:
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
