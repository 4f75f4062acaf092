"""The columns that options name: whether they are there, and what the kept ones are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.loading.errors import InputWithoutColumn, UnknownColumn
from stopimport.loading.table import shortened
from stopimport.text.language import N_, Sentence, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.row_filters import Condition
    from stopimport.loading.sheets import OpenFile
    from stopimport.loading.table import Table

CONTRACT_COLUMNS = frozenset(
    (
        *("file", "sheet", "row", "column", "input", "phoneNumber", "status", "code", "stopId", "message"),
        *("repairs", "duplicateOf", "attempts", "sentAt", "reason", "corrected"),
    )
)
"""The columns of results and rejects, with which a kept column may not collide."""
INPUT = " (input)"
"""What is put behind the name of a kept column that does collide."""


def check_names(files: Sequence[OpenFile], options: LoadOptions, conditions: Sequence[Condition]) -> list[Sentence]:
    """Return what to tell about columns that only some inputs have.

    Raises:
        UnknownColumn: an option names a column that no input has.
        InputWithoutColumn: `--column` is given, and an input has none of its columns.
    """
    named = [("--column", name) for name in options.column]
    named += [("--country-column", options.country_column)] if options.country_column is not None else []
    named += [("--keep", name) for name in options.keep]
    named += [("--where", condition.name) for condition in conditions]
    tables = [table for file in files for table in file.tables]
    if not tables:
        return []  # a quiet night: there is nothing in which a column could be missing
    notices = []
    for option, name in named:
        without = [table for table in tables if only(table, name) is None]
        if len(without) == len(tables):
            raise UnknownColumn(option, name, shortened(list(dict.fromkeys(_all_labels(tables)))))
        if option in {"--where", "--country-column"}:
            notices += [_lacking(table, option, name) for table in without if not table.own]
    if options.column:
        for file in files:
            _check_input(file, options.column)
    return notices


def keep_names(tables: Sequence[Table], keep: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the wanted names, each once, and what the kept columns are called: as in the first table that has them.

    A name that the results or rejects have already becomes `NAME (input)`.
    """
    titles: dict[str, str] = {}
    seen = set()
    for name in keep:
        place = next(((number, index) for number, table in enumerate(tables) for index in _one(table, name)), name)
        if place in seen:
            continue
        seen.add(place)
        title = name if isinstance(place, str) else _title(tables[place[0]], place[1])
        while title in CONTRACT_COLUMNS or title in titles:
            title += INPUT
        titles[title] = name
    return tuple(titles.values()), tuple(titles)


def only(table: Table, name: str | None) -> int | None:
    """Return the one column called `name`, or None: that with this very name before one in other case or accents.

    In our own files that is the column that was kept under this name, not the one that we added.
    """
    return next(iter(_one(table, name)), None) if name is not None else None


def _one(table: Table, name: str) -> tuple[int, ...]:
    found = (table.named(name + INPUT) if table.own else ()) or table.named(name)
    return tuple(index for index in found if table.headers[index] == name) or found


def _title(table: Table, index: int) -> str:
    """Return what a kept column is called in the input, which may be a file of ours that calls it `NAME (input)`."""
    label = table.labels[index]
    return label.removesuffix(INPUT) if table.own else label


def _all_labels(tables: Sequence[Table]) -> list[str]:
    return [label for table in tables for label in table.known_labels()]


def _lacking(table: Table, option: str, name: str) -> Sentence:
    text = N_(
        "{place} has no column '{name}' ({option}); its rows were read as if that cell were empty.",
        N_("{place} has no column '{name}'; its rows were read as if that cell were empty."),
    )
    return Sentence(text, place=table.place, name=name, option=option)


def _check_input(file: OpenFile, names: tuple[str, ...]) -> None:
    if not file.tables or file.own or any(table.named(name) for table in file.tables for name in names):
        return
    wanted = quoted(names)
    raise InputWithoutColumn(file.raw.file, wanted, shortened(list(dict.fromkeys(_all_labels(file.tables)))))
