"""Tables below one another in one sheet: which further rows are headers, and where the table above each ends.

A sheet of a million rows must not be looked at row by row: rows with a number in a column of numbers are left aside as
whole columns, and what remains is looked at closely.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.loading.columns.cell_bytes import some_of, spread, written_as_numbers
from stopimport.loading.columns.compact import strings
from stopimport.loading.columns.contents import VALID, verdicts
from stopimport.loading.columns.header import MIN_DIGITS, named_columns, traits_of
from stopimport.loading.columns.words import ColumnKind, fold, is_placeholder, looks_like_label, read_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.columns.contents import Judge
    from stopimport.loading.columns.header import RowTraits
    from stopimport.loading.raw import RawSheet
    from stopimport.loading.table import Table

_SAMPLE = 300
_FEW = 2000
"""So many rows are looked at one by one; among more, only those with a word that heads phone columns."""
_OFTEN = 2000
"""A word that stands in so many rows is a value, no header."""
_NEAR = 5
"""Rows above a header among which one shows where the numbers of the table above stand."""
_REACH = 5000
"""Rows below a header in which its numbers begin."""
_STEMS = (
    r"(?i)mob|portab|port\b|gsm|handy|cell|m[oó]vil|natel|smartph|telef|whatsapp|msisdn|t[eé]l|tlf|phone|fon|tfno|tph|"
    r"rufn|fix|festnetz|fij[oa]|fiss|landline|ptb"
)
_FEW_DIGITS = r"^[^0-9]*(?:[0-9][^0-9]*){0,4}$"
"""With more no cell looks like a label (`words.looks_like_label`): "tel. 06 00 00 10 01" is data."""


def divided(table: Table, options: LoadOptions, judge: Judge) -> list[Table]:
    """Return the tables of a sheet whose first one reaches to its end: itself, or itself and those below it."""
    if table.own is not None or options.no_header or table.rows < 2:
        return [table]
    headers = _Search(table, named_columns(options), judge, told=options.header is not None).headers()
    tables = [table]
    for header in headers:
        above = tables[-1]
        begin = _first_title(table.sheet, above.first, header)
        tables[-1] = replace(above, stop=begin)
        tables.append(replace(table, part=len(tables), begin=begin, header=header, lead=header + 1 - begin, start=None))
    return tables


class _Search:
    """Looks for further headers below the first one."""

    def __init__(self, table: Table, named: frozenset[str], judge: Judge, *, told: bool) -> None:
        self._table, self._named, self._judge, self._told = table, named, judge, told
        self._sheet = table.sheet

    def headers(self) -> list[int]:
        """Return the records of further headers, from above."""
        records = (self._candidates() + self._table.first).tolist()
        rows = _rows(self._sheet, records)
        before = self._header_cells(self._table.header)
        known = set(before)
        found: list[tuple[int, list[int]]] = []
        repeated = set()
        for record, row, own in zip(records, rows, traits_of(rows, self._judge, self._named), strict=True):
            cells = [fold(cell) for cell in row]
            columns = [] if cells == before else self._heading(record, row, own, known)
            if columns:
                found.append((record, columns))
                # Nothing but names of columns: a header, be there numbers below it or not.
                repeated |= {record} if own.filled > 1 and known.issuperset(filter(None, cells)) else set()
                before = cells
                known |= set(cells)
        ends = [*(record for record, _columns in found), self._table.end][1:]
        return [
            record
            for (record, columns), end in zip(found, ends, strict=True)
            if record in repeated or any(self._numbers(index, record + 1, end) for index in columns)
        ]

    def _header_cells(self, header: int | None) -> list[str]:
        return [] if header is None else [fold(column[header].as_py()) for column in self._sheet.columns]

    def _candidates(self) -> NDArray[np.int64]:
        """Return the rows of the table that hold no number, and perhaps a header."""
        left = _rows_without_numbers(self._table)
        if len(left) <= _FEW:
            return left
        telling = np.zeros(len(left), np.bool_)
        for index in range(len(self._sheet.columns)):
            column = self._table.column(index)
            if not written_as_numbers(column).any():
                continue  # whatever its words are, no numbers stand below them
            cells = some_of(column, left)
            holds = pc.match_substring_regex(cells, _STEMS), pc.match_substring_regex(cells, _FEW_DIGITS)
            holding = pc.and_(*holds).to_numpy(zero_copy_only=False)
            words = cells.filter(pa.array(holding)).to_pylist()
            often = {word for word, count in Counter(words).items() if count > _OFTEN}
            telling[np.flatnonzero(holding)] |= np.array([word not in often for word in words], np.bool_)
        return left[telling]

    def _heading(self, record: int, row: Sequence[str], own: RowTraits, known: set[str]) -> list[int]:
        """Return the columns that a row says to hold phone numbers; none if it is no header.

        A header is made of words known from headers.
        """
        words = sum(bool(cell.strip()) and (read_header(cell).words > 0 or fold(cell) in known) for cell in row)
        if not own.filled or own.valid or own.phones or 2 * own.labels < own.filled:
            return []
        apart = self._is_apart(record)
        if self._told and own.filled == 1 and not apart:
            # Where somebody said which row is the header, a lone name among the data is a value.
            return []
        telling = [index for index in own.telling if read_header(row[index]).kind > ColumnKind.NONE]
        if not telling and own.labels == own.filled > 1 and words:
            moved = self._moved(record, row)
            if moved:
                return moved
            telling = [index for index, cell in enumerate(row) if cell.strip()] if apart and words > 1 else []
        lonely = own.filled == 1 and own.pure
        listed = own.filled > 1 and (words > 1 or (words > 0 and own.pure and apart)) and 2 * words >= own.filled
        # A name that an option gave may stand in a cell of the data, too.
        named = own.named and own.labels == own.filled
        if not (named or lonely or listed or (telling and own.labels == own.filled > 1)):
            return []
        return telling if named or apart or self._fits(record, row, telling, known, listed=listed) else []

    def _fits(self, record: int, row: Sequence[str], telling: list[int], known: set[str], *, listed: bool) -> bool:
        """Whether a header may stand right below a row of data: its numbers stand elsewhere, or it repeats names."""
        start = max(record - _NEAR, self._table.first)
        rows = traits_of(_rows(self._sheet, range(start, min(record + 2, self._table.end))), self._judge, self._named)
        names = {fold(cell) for place, cell in enumerate(row) if cell and place not in telling}
        above = [each.phones for each in rows[: record - start] if each.phones]
        if (above and above[-1].isdisjoint(telling)) or (not above and not names):
            return listed or not rows[-1].phones.isdisjoint(telling)
        return listed and (not known or not known.isdisjoint(names))

    def _moved(self, record: int, row: Sequence[str]) -> list[int]:
        """Return the named columns in which numbers stand below a row, if those above it stand in others."""
        start = max(record - _NEAR, self._table.first)
        near = traits_of(
            _rows(self._sheet, range(start, min(record + _NEAR, self._table.end))), self._judge, self._named
        )
        above = next((each.phones for each in reversed(near[: record - start]) if each.phones), frozenset())
        below = next((each.phones for each in near[record - start :] if each.phones), frozenset())
        return sorted(index for index in below if row[index].strip()) if above and above.isdisjoint(below) else []

    def _numbers(self, index: int, start: int, end: int) -> bool:
        """Whether a valid number stands in a column between two records."""
        cells = strings(self._sheet.columns[index].slice(start, min(end - start, _REACH)))
        return bool((verdicts(self._judge, cells).judgement >= VALID).any())

    def _is_apart(self, record: int) -> bool:
        """Whether a blank line or a title stands above a row."""
        if record <= self._table.first:
            return False
        (above,) = _rows(self._sheet, [record - 1])
        return not any(map(str.strip, above)) or _is_title(above)


def _rows_without_numbers(table: Table) -> NDArray[np.int64]:
    """Return the rows that have no cell with a number written plainly; a header is among them."""
    rows = spread(table.rows, _SAMPLE)
    columns = [table.stored(index) for index in range(len(table.sheet.columns))]
    shares = [float(written_as_numbers(some_of(column, rows)).mean()) for column in columns]
    left: NDArray[np.int64] | None = None
    for index in sorted(range(len(columns)), key=lambda index: -shares[index]):
        if not shares[index] or (left is not None and len(left) <= _FEW):
            break
        cells = strings(columns[index]) if left is None else some_of(columns[index], left)
        plain = written_as_numbers(cells)
        left = np.flatnonzero(~plain) if left is None else left[~plain]
    return np.arange(table.rows) if left is None else left


def _rows(sheet: RawSheet, records: Iterable[int] | NDArray[np.int64]) -> list[tuple[str, ...]]:
    places = np.asarray(records, np.int64)
    return list(zip(*(some_of(column, places).to_pylist() for column in sheet.columns), strict=True))


def _first_title(sheet: RawSheet, least: int, header: int) -> int:
    """Return the first of the title lines right above a header (blank lines may stand between them), or the header."""
    first = apart = header
    for record in range(header - 1, least - 1, -1):
        (row,) = _rows(sheet, [record])
        if _is_title(row):
            first = record
        elif any(map(str.strip, row)):
            # A name without a number beside it is data still; a title stands apart, or in a line without delimiters.
            return first if sheet.widths is not None and sheet.widths[first] == 1 else apart
        else:
            apart = first
    return first


def _is_title(row: Sequence[str]) -> bool:
    """Whether one cell of words stands alone in a row."""
    cells = [cell for cell in row if cell.strip()]
    return len(cells) == 1 and _is_words(cells[0])


def _is_words(cell: str) -> bool:
    return looks_like_label(cell) and sum(map(str.isdigit, cell)) < MIN_DIGITS and not is_placeholder(cell)
