"""The phone columns of every table of a file, and the sheets that have none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from stopimport.loading.columns.above import mobile_numbers_above, mobile_rows, read_above
from stopimport.loading.columns.choice import choose, picked
from stopimport.loading.columns.contents import Judged
from stopimport.loading.columns.names import only
from stopimport.loading.columns.words import ColumnKind, read_header
from stopimport.loading.errors import AmbiguousColumn, InputWithoutColumn, NoPhoneColumn, NumbersAboveHeader
from stopimport.loading.sheets import is_named
from stopimport.loading.table import shortened
from stopimport.text.language import N_, Sentence, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.columns.choice import Choice
    from stopimport.loading.columns.contents import Judge
    from stopimport.loading.sheets import OpenFile
    from stopimport.loading.table import Table


@dataclass(frozen=True, slots=True)
class ChosenColumns:
    """The tables of one file that are imported, with their phone columns."""

    choices: tuple[tuple[Table, Choice], ...]
    empty: tuple[str, ...]
    """Sheets without phone column that hold no rows either."""
    without: tuple[str, ...]
    """Sheets with rows and without phone column."""
    notices: tuple[Sentence, ...]
    guards: tuple[NumbersAboveHeader, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out about one table."""

    table: Table
    choice: Choice | None
    """None: it has no phone column, or several could be it."""
    ambiguous: AmbiguousColumn | None = None
    unread: NumbersAboveHeader | None = None
    """Numbers above its header that are not read, and should perhaps be."""


def choose_columns(file: OpenFile, options: LoadOptions, judge: Judge) -> ChosenColumns:
    """Choose the phone columns in the tables of `file`.

    Raises:
        AmbiguousColumn: several columns of a table have an equal claim.
        NoPhoneColumn: no table of the file has one, or one that `--sheet` named has none.
        InputWithoutColumn: a table below another one has none of the columns that `--column` names.
    """
    found = find_columns(file, options, judge)
    for each in found:
        if each.ambiguous:
            raise each.ambiguous
    chosen = [(each.table, each.choice) for each in found if each.choice is not None]
    rest = [each.table for each in found if each.choice is None]
    read = {table.sheet.name for table, _choice in chosen}
    _check_parts([each.table for each in found if not (each.choice or each.unread)], read, options, judge)
    told = _told_of_tables(chosen, [table for table in rest if table.sheet.name in read])
    rest = [table for table in rest if table.sheet.name not in read and not table.part]
    empty = [table for table in rest if _holds_only_headers(table)]
    without = [table for table in rest if not _holds_only_headers(table)]
    _check(file, without, options, found=bool(chosen))
    notices = [*_passed_over(file, without), *told]
    if options.header is not None:
        notices += [each for table, _choice in chosen for each in mobile_numbers_above(table, judge)]
    return ChosenColumns(
        tuple(chosen),
        tuple(table.sheet.name for table in empty),
        tuple(table.sheet.name for table in without),
        tuple(notices),
        tuple(each.unread for each in found if each.unread),
    )


def find_columns(file: OpenFile, options: LoadOptions, judge: Judge) -> list[Found]:
    """Look for the phone columns in the tables of `file`; nothing that is missing or unclear is an error yet."""
    tables = [table for table in file.tables if not (file.own and table.own is None)]
    found = [_find(table, options, judge) for table in tables]
    found = _without_covers(found, options)
    found = _as_above(found, options)
    if options.header is None and not options.no_header:
        found = read_above(found, options, judge)
    others = [Found(table, None) for table in file.tables if file.own and table.own is None]
    return [*found, *others]


def _find(table: Table, options: LoadOptions, judge: Judge) -> Found:
    judged = Judged(table, judge, only(table, options.country_column))
    try:
        return Found(table, picked(table, options.picked) or choose(table, options.column, judged))
    except AmbiguousColumn as error:
        return Found(table, None, error)


def _without_covers(found: list[Found], options: LoadOptions) -> list[Found]:
    """Pass over sheets whose headers tell nothing, where another one of the file has a telling header.

    A cover, a read-me or a legend may name somebody's number.
    """
    telling = {each.table.sheet.name for each in found if each.choice and each.choice.why == "header"}
    return [
        replace(each, choice=None, ambiguous=None)
        if telling
        and each.table.sheet.name not in telling
        and not is_named(each.table.sheet.name, options.sheet)
        and ((each.choice and each.choice.why == "content") or (each.ambiguous and not _tells(each.table)))
        else each
        for each in found
    ]


def _as_above(found: list[Found], options: LoadOptions) -> list[Found]:
    """Read a table below another one by the same columns, where none of its own can be told."""
    settled: list[Found] = []
    for each in found:
        above = settled[-1] if settled and settled[-1].table.sheet is each.table.sheet else None
        if each.table.part and above and not (each.choice or each.ambiguous or options.column):
            settled.append(replace(each, choice=above.choice))
        else:
            settled.append(each)
    return settled


def _tells(table: Table) -> bool:
    return any(read_header(header).kind > ColumnKind.NONE for header in table.headers)


def _check_parts(rest: list[Table], read: set[str], options: LoadOptions, judge: Judge) -> None:
    """Raise the error for a table above or below one that is read, if it has numbers and no phone column."""
    for table in rest:
        if table.sheet.name in read and options.column and table.part:
            raise InputWithoutColumn(table.place, quoted(options.column), shortened(table.known_labels()))
        if table.sheet.name in read and mobile_rows(table, table.first, table.end, judge):
            raise NoPhoneColumn(table.place, shortened(table.known_labels()))


def _check(file: OpenFile, without: list[Table], options: LoadOptions, *, found: bool) -> None:
    named = [table for table in without if is_named(table.sheet.name, options.sheet)]
    missing = named or (without if not found else [])
    if missing and not (file.own and not named):
        raise NoPhoneColumn(missing[0].place, shortened(missing[0].known_labels()))


def _passed_over(file: OpenFile, without: list[Table]) -> list[Sentence]:
    if not without or file.own:
        return []
    names = shortened([table.sheet.name for table in without])
    text = N_("{file}: sheets without a phone column were skipped: {sheets}.")
    return [Sentence(text, file=file.raw.file, sheets=names)]


def _told_of_tables(chosen: Sequence[tuple[Table, Choice]], unread: Sequence[Table]) -> list[Sentence]:
    """Tell which rows were taken for the headers of tables below others, and which tables have no phone column."""
    headers: dict[Sentence | str, list[int]] = {}
    for table, _choice in chosen:
        if table.part and table.header is not None:
            headers.setdefault(replace(table, part=0).place, []).append(table.header + 1)
    text = N_("{place}: several tables follow one another; rows with further headers, left out: {rows}.")
    told = [Sentence(text, place=place, rows=_listed(rows)) for place, rows in headers.items()]
    none = N_("{place}: rows {first} to {last} have no phone column and were not read.")
    told += [Sentence(none, place=one.place, first=one.first + 1, last=one.end) for one in unread if one.rows]
    return told


def _listed(rows: list[int]) -> str:
    return shortened(list(map(str, rows)))


def _holds_only_headers(table: Table) -> bool:
    return table.header is not None and table.rows == 0
