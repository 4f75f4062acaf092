"""A second way to read a sheet, for what calamine cannot: sparse giants, and a recount where two counts differ.

openpyxl and xlrd are several times slower, so nothing else goes this way.
"""

from __future__ import annotations

import io
import re
import warnings
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stopimport.loading.errors import DamagedFile, TooSpread
from stopimport.loading.workbooks.celltext import empty_column, text_of
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_PLACES = 60_000_000
"""Rows times columns that hold something: about 4 bytes each, even where nothing is."""
_MOST_AREA = 1 << 30
"""Rows times all columns: each empty column has to be looked at too, though it takes no memory."""
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
NOT_OPENED = N_("it does not contain a readable spreadsheet")


def read_sparse(data: bytes, name: str, file: str) -> list[Any]:
    """Return the columns of a sheet of an xlsx workbook whose few cells are far apart; empty ones share one array.

    Raises `TooSpread` where even so the sheet would take too much memory or time, as for a cell in its last corner.
    """
    places: dict[int, list[int]] = defaultdict(list)
    texts: dict[int, list[str]] = defaultdict(list)
    rows = width = 0
    for row, column, text in _cells(data, name, file):
        rows, width = row + 1, max(width, column + 1)
        places[column].append(row)
        texts[column].append(text)
        if rows * len(places) > _MOST_PLACES or rows * width > _MOST_AREA:
            raise TooSpread(file, name)
    empty = empty_column(rows)
    return [_scattered(rows, places[column], texts[column]) if column in places else empty for column in range(width)]


def count_rows(data: bytes, index: int, name: str, kind: str, file: str) -> int:
    """Return how many rows a sheet of an xlsx or xls workbook has, up to the last one that holds anything.

    Raises `DamagedFile` where that cannot be told.
    """
    if kind == "xls":
        return _count_xls(data, index, file)
    return max((row + 1 for row, _column, _text in _cells(data, name, file)), default=0)


def _cells(data: bytes, name: str, file: str) -> Iterator[tuple[int, int, str]]:
    """Yield row, column and text of all cells that hold something."""
    import openpyxl  # noqa: PLC0415 - slow to import, and seldom needed

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about styles and extensions that no value depends on
        try:
            workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
            sheet = workbook[name]
            sheet.reset_dimensions()
            for row, cells in enumerate(sheet.iter_rows(values_only=True)):
                for column, value in enumerate(cells):
                    if value is not None and (text := _unescaped(text_of(value))):
                        yield row, column, text
        except (LookupError, ValueError, TypeError, AttributeError, OSError, SyntaxError):
            raise DamagedFile(file, Sentence(NOT_OPENED)) from None


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def _scattered(rows: int, places: list[int], texts: list[str]) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    """Return a column with `texts` at `places` and nothing elsewhere."""
    positions = np.zeros(rows, dtype=np.int32)
    positions[places] = np.arange(1, len(texts) + 1, dtype=np.int32)
    return pa.chunked_array([pa.array(["", *texts], pa.string()).take(pa.array(positions))])


def _count_xls(data: bytes, index: int, file: str) -> int:
    import xlrd  # noqa: PLC0415 - seldom needed

    try:
        with xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True) as workbook:
            sheet = workbook.sheet_by_index(index)
            for row in range(sheet.nrows, 0, -1):
                if any(value != "" for value in sheet.row_values(row - 1)):
                    return int(row)
    except Exception:  # noqa: BLE001 - xlrd checks little: broken records raise whatever they lead to
        raise DamagedFile(file, Sentence(NOT_OPENED)) from None
    return 0
