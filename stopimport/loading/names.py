"""The columns that options name: whether they are there, and what the kept ones are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.errors import InputWithoutColumn, UnknownColumn
from stopimport.language import N_, Sentence
from stopimport.loading.table import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.rows import Condition
    from stopimport.loading.sheets import OpenFile
    from stopimport.loading.table import Table

CONTRACT_COLUMNS = frozenset(
    (
        *("file", "sheet", "row", "column", "input", "phoneNumber", "status", "code", "stopId", "message"),
        *("repairs", "duplicateOf", "attempts", "sentAt", "reason", "corrected"),
    )
)
"""The columns of results and rejects, with which a kept column may not collide."""


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
        without = [table for table in tables if not table.named(name)]
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
    for name in keep:
        table = next((table for table in tables if table.named(name)), None)
        title = table.labels[table.named(name)[0]] if table else name
        while title in CONTRACT_COLUMNS:
            title += " (input)"
        titles.setdefault(title, name)
    return tuple(titles.values()), tuple(titles)


def only(table: Table, name: str | None) -> int | None:
    """Return the first column called `name`, or None."""
    return next(iter(table.named(name)), None) if name is not None else None


def _all_labels(tables: Sequence[Table]) -> list[str]:
    return [label for table in tables for label in table.known_labels()]


def _lacking(table: Table, option: str, name: str) -> Sentence:
    text = N_("{place} has no column '{name}' ({option}); its rows were read as if that cell were empty.")
    return Sentence(text, place=table.place, name=name, option=option)


def _check_input(file: OpenFile, names: tuple[str, ...]) -> None:
    if not file.tables or file.own or any(table.named(name) for table in file.tables for name in names):
        return
    wanted = ", ".join(f"'{name}'" for name in names)
    raise InputWithoutColumn(file.raw.file, wanted, shortened(list(dict.fromkeys(_all_labels(file.tables)))))
