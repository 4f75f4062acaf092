"""Workbooks: calamine reads the cells, a look at the file guards it and sees what it does not."""

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
    from stopimport.loading.workbooks.scan.shape import Look, SheetLook

_NOT_UNDERSTOOD = N_("no spreadsheet can be read from it")
_COUNTS_DIFFER = N_("{rows} rows can be read from sheet '{sheet}', but it seems to hold {counted}")
HIDDEN = "hidden"
_XLSB_NOTICE = N_(
    "{file}: hidden rows cannot be seen in .xlsb workbooks. If rows are hidden in it, they were read too."
)


def read_workbook(item: Input, *, sheets_wanted: Sequence[str] = ()) -> RawFile:
    """Read all visible sheets of a workbook, and the hidden ones among `sheets_wanted` (case ignored).

    Raises `DamagedFile`, `EncryptedFile`, `ForeignXml`, `UnpacksTooFar` or `TooSpread` for what cannot be read;
    `DamagedFile` also where the reader's rows and the independent count differ.
    """
    reader = _Reader(item, _look(item, bytes(item.data)))
    asked = {name.strip().casefold() for name in sheets_wanted}
    with reader.workbook as workbook:
        sheets = tuple(
            reader.read(index, sheet.name) if _is_wanted(sheet, asked) else _passed_over(sheet.name)
            for index, sheet in enumerate(workbook.sheets_metadata)
            if sheet.typ == SheetTypeEnum.WorkSheet
        )
    notices = (*item.notices, Sentence(_XLSB_NOTICE, file=item.name)) if item.kind == "xlsb" else item.notices
    return RawFile(item.name, item.sha256, workbook=True, sheets=sheets, notices=notices)


def _is_wanted(sheet: SheetMetadata, asked: set[str]) -> bool:
    return sheet.visible == SheetVisibleEnum.Visible or sheet.name.strip().casefold() in asked


def _passed_over(name: str) -> RawSheet:
    return RawSheet(name, 0, (), skipped=HIDDEN)


def _look(item: Input, data: bytes) -> Look:
    if item.kind == "xls":
        from stopimport.loading.workbooks.scan.xls import XlsLook  # noqa: PLC0415 - each kind has libraries of its own

        return XlsLook(data, item.name)
    from stopimport.loading.workbooks.scan.package import Package  # noqa: PLC0415 - each kind has libraries of its own

    package = Package.open(data, item.name)
    if item.kind == "xlsb":
        from stopimport.loading.workbooks.scan.xlsb import XlsbLook  # noqa: PLC0415 - each kind has libraries of its own

        return XlsbLook(package)
    if item.kind == "ods":
        from stopimport.loading.workbooks.scan.ods import OdsLook  # noqa: PLC0415 - each kind has libraries of its own

        return OdsLook(package)
    from stopimport.loading.workbooks.scan.xlsx import XlsxLook  # noqa: PLC0415 - each kind has libraries of its own

    return XlsxLook(package)


class _Reader:
    """One workbook, open in calamine."""

    def __init__(self, item: Input, look: Look) -> None:
        self.item = item
        self.look = look
        with _understood(item.name):
            self.workbook = CalamineWorkbook.from_filelike(io.BytesIO(look.data))

    def read(self, index: int, name: str) -> RawSheet:
        """Return one sheet's cells as text, its hidden rows and its unreadable cells."""
        look = self.look.sheet(index)
        if look.is_impossible:
            raise DamagedFile(self.item.name, Sentence(_NOT_UNDERSTOOD))
        columns = self._columns(index, name, look)
        used = celltext.used_rows(columns)
        unreadable = {(row, column): text for row, column, text in look.unreadable}
        rows = max([used, *(row + 1 for row, _column in unreadable)])
        self._check(index, name, rows, look)
        columns = celltext.all_resized(columns, rows)
        marks = _mark(columns, unreadable, rows)
        return RawSheet(name, rows, tuple(columns) if rows else (), unreadable=marks, hidden=_hidden(look, rows))

    def _columns(self, index: int, name: str, look: SheetLook) -> list[Any]:
        if look.is_sparse:
            if self.item.kind == "xlsx":
                return second_reader.read_sparse(self.look.data, name, self.item.name)
            if self.item.kind != "xls":
                raise TooSpread(self.item.name, name)
        with _understood(self.item.name):
            sheet = self.workbook.get_sheet_by_index(index)
            return celltext.columns_of(sheet.iter_rows(), sheet.start[1]) if sheet.start else []

    def _check(self, index: int, name: str, rows: int, look: SheetLook) -> None:
        """Hold the rows read against the independent count, which a third one settles where the look cannot know."""
        if look.sure_rows <= rows <= look.rows:
            return
        kind, file = self.item.kind, self.item.name
        if kind in {"xlsx", "xls"} and second_reader.count_rows(self.look.data, index, name, kind, file) == rows:
            return
        detail = Sentence(_COUNTS_DIFFER, sheet=name, rows=rows, counted=look.rows)
        raise DamagedFile(file, detail)


def _mark(columns: list[Any], unreadable: dict[tuple[int, int], str], rows: int) -> dict[int, NDArray[np.bool_]]:
    """Put the texts of unreadable cells into `columns`, and return where they stand."""
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


def _hidden(look: SheetLook, rows: int) -> NDArray[np.bool_] | None:
    """Return which of the `rows` are hidden, or None if none is."""
    hidden = np.zeros(rows, dtype=np.bool_)
    for start, stop in look.hidden:
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
