"""Numbers above a sheet's first header: rows of a list without headers, or a contact in the title lines."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stopimport.loading.columns.choice import choose
from stopimport.loading.columns.compact import strings
from stopimport.loading.columns.contents import MOBILE, Judged, verdicts
from stopimport.loading.columns.status_answers import judged
from stopimport.loading.columns.words import begins_as_number, fold, read_header
from stopimport.loading.errors import AmbiguousColumn, NumbersAboveHeader
from stopimport.loading.table import shortened
from stopimport.text.language import Plural, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.columns.choice import Choice
    from stopimport.loading.columns.contents import Judge
    from stopimport.loading.columns.phone_columns import Found
    from stopimport.loading.table import Table

_DELIMITERS = re.compile(r"[;\t|]|,(?!\s)")
"""A comma before a blank stands in a sentence."""
_CONTACT = re.compile(
    r"hotline|assistance|support|service|\bsav\b|standard|accueil|urgence|question|renseignement|information|responsable|"
    r"referent|help ?desk|kundendienst|auskunft|ansprechpartner|atencion|assistenza|referente"
)
"""Words beside the number of somebody to call about the list."""


def read_above(found: list[Found], options: LoadOptions, judge: Judge) -> list[Found]:
    """Settle what stands above the first header of each sheet.

    A list without headers above a table with some is read, from its first number on. Where a row may as well
    be a title that names somebody's number, it is not, and the guard that says so stands in `Found.unread`.
    """
    below = [*found[1:], None]
    return [_settled(each, below[place], options, judge) for place, each in enumerate(found)]


def mobile_numbers_above(table: Table, judge: Judge) -> list[Sentence]:
    """Tell how many mobile numbers are above the header that `--header` names."""
    if not table.header or table.part:
        return []
    count = sum(len(rows) for rows in mobile_rows(table, 0, table.header, judge).values())
    text = Plural(
        "{place}: {count:,} mobile number above row {row}, the header row given with --header, was not read.",
        "{place}: {count:,} mobile numbers above row {row}, the header row given with --header, were not read.",
        page=Plural(
            "{place}: {count:,} mobile number above row {row}, the header row chosen, was not read.",
            "{place}: {count:,} mobile numbers above row {row}, the header row chosen, were not read.",
        ),
    )
    return [Sentence(text, place=table.place, row=table.header + 1, count=count)] if count else []


def _settled(each: Found, below: Found | None, options: LoadOptions, judge: Judge) -> Found:
    table = each.table
    if table.part or table.own is not None:
        return each
    if table.header is None and below is not None and below.table.sheet is table.sheet:
        return _list_above(each, below.table, options, judge)
    return _titled(each, each.choice, judge) if table.header and each.choice else each


def _titled(each: Found, choice: Choice, judge: Judge) -> Found:
    """Ask about title lines with a mobile number in the phone column, or in a row with other delimiters."""
    header = each.table.header or 0
    found = mobile_rows(each.table, 0, header, judge)
    rows = {row for index, places in found.items() if index in choice.indices for row in places}
    rows |= set(_undivided(each.table, header, judge))
    return replace(each, unread=_guard(each.table, rows, header)) if rows else each


def _undivided(table: Table, end: int, judge: Judge) -> Iterator[int]:
    """Yield the records above `end` in which a cell is a row by itself, and one of its parts a mobile number.

    Files glued together may have delimiters of their own.
    """
    for record in range(end):
        cells = [column[record].as_py() for column in table.sheet.columns]
        parts = [part for cell in cells for part in _DELIMITERS.split(cell) if part != cell]
        numbers = [part for part in parts if begins_as_number(part)]
        labelled = any(part.strip().endswith(":") for part in parts)
        if numbers and not labelled and (verdicts(judge, pa.array(numbers, pa.string())).judgement == MOBILE).any():
            yield record


def _list_above(each: Found, below: Table, options: LoadOptions, judge: Judge) -> Found:
    """Return the list above the header of `below`, from its first number on; or a guard that asks about its numbers."""
    table, choice = each.table, each.choice
    if choice is None:
        choice = _by_content(table, options, judge)
    found = mobile_rows(table, table.first, table.end, judge)
    plain = {
        index: [row for row in rows if begins_as_number(table.sheet.columns[index][row].as_py())]
        for index, rows in found.items()
    }
    everywhere = {row for rows in plain.values() for row in rows}
    read = {row for index in (choice.indices if choice else ()) for row in plain.get(index, [])}
    header = below.header or 0
    if choice is None or not read or read != everywhere or any(_is_contact(table, row, choice) for row in read):
        unread = _guard(table, everywhere, header) if everywhere else None
        return replace(each, choice=None, ambiguous=None, unread=unread)
    return replace(each, table=replace(table, start=min(read)), choice=choice, ambiguous=None)


def _by_content(table: Table, options: LoadOptions, judge: Judge) -> Choice | None:
    """Choose by content where the columns that `--column` names have no header here."""
    if not options.column:
        return None
    try:
        return choose(table, (), Judged(table, judge, None))
    except AmbiguousColumn:
        return None


def mobile_rows(table: Table, start: int, end: int, judge: Judge) -> Mapping[int, list[int]]:
    """Return, for each column, the records between two with a mobile number in them."""
    found = {}
    for index, column in enumerate(table.sheet.columns):
        cells = strings(column.slice(start, end - start))
        judged = verdicts(judge, cells)
        mobile = set(judged.cells.filter(pa.array(judged.judgement == MOBILE)).to_pylist())
        rows = [start + place for place, cell in enumerate(cells.to_pylist()) if cell in mobile] if mobile else []
        if rows:
            found[index] = rows
    return found


def _is_contact(table: Table, row: int, choice: Choice) -> bool:
    """Whether a word beside the number says what it is: `Contact`, `Hotline:`."""
    others = [
        column[row].as_py().strip() for index, column in enumerate(table.sheet.columns) if index not in choice.indices
    ]
    return any(cell.endswith(":") or _is_word(cell) or _CONTACT.search(fold(cell)) for cell in others if cell)


def _is_word(cell: str) -> bool:
    """Whether `cell` is a word known from headers, and not what those who left answered."""
    return read_header(cell).words > 0 and not judged(Counter([cell]), "").gone


def _guard(table: Table, rows: set[int], header: int) -> NumbersAboveHeader:
    places = [str(row + 1) for row in sorted(rows)]
    return NumbersAboveHeader(replace(table, part=0).place, shortened(places), header + 1, len(np.unique(places)))
