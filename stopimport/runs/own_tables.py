"""The rows of a past run's own tables that have one number: for runs whose journal is gone."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, BinaryIO

from stopimport.plainfiles import open_plain
from stopimport.runs.errors import DamagedFolder

if TYPE_CHECKING:
    from pathlib import Path

_NUMBER = "phoneNumber"
_CHUNK = 1 << 20
_MARK = b"\xef\xbb\xbf"


def rows_with(folder: Path, name: str, number: str) -> list[dict[str, str]] | None:
    """Return the rows with `number` of the table `name` (``results``, ``undo``) in `folder`; None if it is not there.

    Raises:
        DamagedFolder: the table cannot be read.
    """
    for ending, read in ((".csv", _from_csv), (".xlsx", _from_workbook)):
        path = folder / (name + ending)
        if path.is_file():
            try:
                return read(path, number)
            except (OSError, ValueError, LookupError, csv.Error) as error:
                raise DamagedFolder(str(path), str(error)) from error
    return None


def _from_csv(path: Path, number: str) -> list[dict[str, str]]:
    """Look for the number's bytes first: most tables lack them, and those can be of any size."""
    with open_plain(path) as file:
        head = file.readline().removeprefix(_MARK).decode()
        if not _is_in(file, number.encode()):
            return []
    # Our first columns are `file` and `phoneNumber`; what follows is the delimiter.
    delimiter = head.removeprefix("file").removeprefix(_NUMBER)[0]
    with path.open(encoding="utf-8-sig", newline="") as text:
        rows = [row for row in csv.DictReader(text, delimiter=delimiter) if row[_NUMBER] == number]
    return [dict(zip(row, _unmarked(list(row.values())), strict=True)) for row in rows]


def _is_in(file: BinaryIO, wanted: bytes) -> bool:
    """Whether the rest of a file holds these bytes; not by a memory map, under which others could cut it short."""
    before = b""
    while chunk := file.read(_CHUNK):
        if wanted in before + chunk:
            return True
        before = (before + chunk)[-len(wanted) :]
    return False


def _unmarked(cells: list[str]) -> list[str]:
    import pyarrow as pa  # noqa: PLC0415 - only for rows that were found

    from stopimport.text.formulas import unmarked  # noqa: PLC0415 - only for rows that were found

    plain: list[str] = unmarked(pa.array(cells, pa.large_string())).to_pylist()
    return plain


def _from_workbook(path: Path, number: str) -> list[dict[str, str]]:
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only where there is no journal

    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    except CalamineError as error:
        raise ValueError(str(error)) from error
    found = []
    for header, *rows in filter(None, sheets):
        if _NUMBER in header:
            place = header.index(_NUMBER)
            found += [dict(zip(map(str, header), map(str, row), strict=True)) for row in rows if row[place] == number]
    return found
