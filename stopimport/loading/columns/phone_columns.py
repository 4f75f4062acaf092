"""The phone columns of every table of a file, and the sheets that have none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.loading.columns.choice import choose, picked
from stopimport.loading.columns.contents import Judged
from stopimport.loading.columns.names import only
from stopimport.loading.errors import NoPhoneColumn
from stopimport.loading.sheets import is_named
from stopimport.loading.table import shortened
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
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


def choose_columns(file: OpenFile, options: LoadOptions, judge: Judge) -> ChosenColumns:
    """Choose the phone columns in the tables of `file`.

    Raises:
        AmbiguousColumn: several columns of a table have an equal claim.
        NoPhoneColumn: no table of the file has one, or one that `--sheet` named has none.
    """
    chosen, empty, without = [], [], []
    for table in file.tables:
        if file.own and table.own is None:
            without.append(table)
            continue
        choice = picked(table, options.picked) or choose(
            table, options.column, Judged(table, judge, only(table, options.country_column))
        )
        if choice is not None:
            chosen.append((table, choice))
        elif _holds_only_headers(table):
            empty.append(table)
        else:
            without.append(table)
    _check(file, without, options, found=bool(chosen))
    notices: tuple[Sentence, ...] = ()
    if without and not file.own:
        names = shortened([table.sheet.name for table in without])
        text = N_("{file}: sheets without a phone column were skipped: {sheets}.")
        notices = (Sentence(text, file=file.raw.file, sheets=names),)
    return ChosenColumns(
        tuple(chosen),
        tuple(table.sheet.name for table in empty),
        tuple(table.sheet.name for table in without),
        notices,
    )


def _check(file: OpenFile, without: list[Table], options: LoadOptions, *, found: bool) -> None:
    named = [table for table in without if is_named(table.sheet.name, options.sheet)]
    missing = named or (without if not found else [])
    if missing and not (file.own and not named):
        raise NoPhoneColumn(missing[0].place, shortened(missing[0].known_labels()))


def _holds_only_headers(table: Table) -> bool:
    return table.header is not None and table.rows == 0
