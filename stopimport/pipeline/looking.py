"""`look`: what a person should see of files before anything is decided: headers, columns, first rows, filters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from stopimport.cleaning.stage import judge
from stopimport.loading.columns.choice import Choice, choose, picked
from stopimport.loading.columns.contents import Judged
from stopimport.loading.columns.names import only
from stopimport.loading.columns.status import MOST_VALUES, SAMPLE, said_by
from stopimport.loading.columns.words import fold
from stopimport.loading.errors import AmbiguousColumn
from stopimport.loading.imported_rows import select
from stopimport.loading.row_filters import parse_condition
from stopimport.loading.sheets import EMPTY, NO_PHONE_COLUMN, open_files
from stopimport.loading.stage import read
from stopimport.loading.table import letters
from stopimport.reporting.examples import examples
from stopimport.reporting.tables import rejects_table
from stopimport.runs.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.columns.contents import Judge
    from stopimport.loading.row_filters import Condition
    from stopimport.loading.sheets import OpenFile
    from stopimport.loading.table import Table
    from stopimport.runs.folder import RunFolder
    from stopimport.settings import Settings

_TITLES = 2
_ROWS = 8
_LONGEST = 80
"""Rows shown above the header and below it, and characters of a cell."""


@dataclass(frozen=True, slots=True)
class HeadRow:
    """One of the first rows of a sheet."""

    number: int
    """As a spreadsheet program counts."""
    kind: str
    """``title`` above the header, ``header``, ``data``."""
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SheetLook:
    """One sheet of a workbook, or the one table of a text file (name '')."""

    name: str
    skipped: str = ""
    """As `loading.SheetRead.skipped`; '' if it is read."""
    rows: int = 0
    kept: int = 0
    """Rows that the conditions keep."""
    hidden: int = 0
    """Hidden rows among those that hold something and nobody has decided on."""
    header_row: int | None = None
    letters: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """The columns, as spreadsheet programs call them and as their headers do."""
    phone: tuple[int, ...] = ()
    """The phone columns taken."""
    why: str = ""
    candidates: tuple[int, ...] = ()
    """Columns with equal claim: none of them is taken until somebody says which."""
    head: tuple[HeadRow, ...] = ()


@dataclass(frozen=True, slots=True)
class FileLook:
    """One input file."""

    name: str
    workbook: bool
    encoding: str
    delimiter: str
    sheets: tuple[SheetLook, ...]


@dataclass(frozen=True, slots=True)
class ValueLook:
    """A value of a column that has few of them."""

    text: str
    """In its most frequent writing; '' for empty cells."""
    count: int
    chosen: bool
    """A condition in force names it."""
    means: str
    """``subscribed``, ``gone``, or '' where the column is not the status of a subscription."""


@dataclass(frozen=True, slots=True)
class FilterLook:
    """A column with few different values, over all sheets that are read."""

    column: str
    values: tuple[ValueLook, ...]
    active: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What was understood of the files: plain data throughout."""

    files: tuple[FileLook, ...]
    filters: tuple[FilterLook, ...]

    @property
    def rows(self) -> int:
        """Rows of all sheets that are read."""
        return sum(sheet.rows for file in self.files for sheet in file.sheets if not sheet.skipped)


def look(files: Sequence[str | Path], settings: Settings) -> Look:
    """Say what was understood of `files`; that a phone column is missing or unclear is no error here.

    Raises:
        StopimportError: a file cannot be read, or an option names something that is not there.
    """
    options, clean_options = settings.load_options(), settings.clean_options()
    raws, _told = read(files, options)
    opened = open_files(raws, options)
    tables = [table for file in opened for table in file.tables]
    conditions = [parse_condition(text, tables) for text in options.where]
    looker = _Looker(options, conditions, lambda inputs, countries: judge(inputs, countries, clean_options))
    looks = tuple(looker.file(file) for file in opened)
    return Look(looks, looker.filters())


def rejected(folder: RunFolder, count: int = 3) -> dict[str, list[Mapping[str, str]]]:
    """Return the first `count` rows of the rejects for each reason of a run that has sent nothing.

    Raises:
        StopimportError: the journal cannot be read.
    """
    with Journal.open(folder.journal) as journal:
        entries, outcomes = journal.entries(), journal.outcomes()
    bad = entries[entries["number"].isna()]
    some = bad[bad.groupby("reason", observed=True).cumcount() < count].reset_index(drop=True)
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in rejects_table(some, outcomes.iloc[:0], keep=()).to_pylist():
        found.setdefault(row["reason"], []).append(row)
    return found


def shown_examples(folder: RunFolder) -> tuple[tuple[str, str, str], ...]:
    """Return a few valid entries of a run, masked (see `report.examples`).

    Raises:
        StopimportError: the journal cannot be read.
    """
    with Journal.open(folder.journal) as journal:
        return examples(journal.entries())


class _Looker:
    """Looks at one file after the other, and gathers the values that all of them have."""

    def __init__(self, options: LoadOptions, conditions: Sequence[Condition], judge: Judge) -> None:
        self._options, self._conditions, self._judge = options, conditions, judge
        self._values: dict[str, Counter[str]] = {}
        self._means: dict[str, dict[str, str]] = {}
        self._rows: Counter[str] = Counter()

    def file(self, file: OpenFile) -> FileLook:
        raw, tables = file.raw, {table.sheet.name: table for table in file.tables}
        sheets = [
            self._sheet(file, tables[sheet.name])
            if sheet.name in tables
            else SheetLook(sheet.name, skipped=file.skipped.get(sheet.name, ""))
            for sheet in raw.sheets
        ]
        return FileLook(raw.file, raw.workbook, raw.encoding or "", raw.delimiter or "", tuple(sheets))

    def _sheet(self, file: OpenFile, table: Table) -> SheetLook:
        choice = Choice((), "")
        candidates: tuple[int, ...] = ()
        if file.own and table.own is None:
            return SheetLook(table.sheet.name, skipped=NO_PHONE_COLUMN)
        try:
            choice = self._choice(table) or choice
        except AmbiguousColumn as error:
            candidates = error.indices
        selection = select(table, choice, self._options, self._conditions)
        skipped = ""
        if not choice.indices and not candidates:
            skipped = NO_PHONE_COLUMN if table.rows else EMPTY
        else:
            self._gather(table, choice)
        return SheetLook(
            table.sheet.name,
            skipped,
            table.rows,
            int(selection.kept.sum()),
            selection.hidden,
            None if table.header is None else table.header + 1,
            tuple(map(letters, range(len(table.labels)))),
            table.labels,
            choice.indices,
            choice.why,
            candidates,
            tuple(_head(table)),
        )

    def _choice(self, table: Table) -> Choice | None:
        options = self._options
        return picked(table, options.picked) or choose(
            table, options.column, Judged(table, self._judge, only(table, options.country_column))
        )

    def _gather(self, table: Table, choice: Choice) -> None:
        """Count the values of columns that have few of them."""
        for index in range(len(table.labels)):
            if index in choice.indices or table.own is not None:
                continue
            cells = table.column(index)
            if len(pc.unique(cells.slice(0, SAMPLE))) > MOST_VALUES:
                continue
            found = pc.value_counts(cells).to_pylist()
            label, said = table.labels[index], said_by(table, index)
            # A condition could not name a value with the sign that divides values, nor a column whose name ends in `!`.
            if len(found) > MOST_VALUES or label.endswith("!") or any("|" in item["values"] for item in found):
                continue
            counts, means = self._values.setdefault(label, Counter()), self._means.setdefault(label, {})
            counts.update({" ".join(item["values"].split()): item["counts"] for item in found})
            self._rows[label] += table.rows
            if said:
                means |= dict.fromkeys(map(fold, said.subscribed), "subscribed")
                means |= dict.fromkeys(map(fold, said.gone), "gone")

    def filters(self) -> tuple[FilterLook, ...]:
        """Return the columns by whose values rows can be chosen, those that tell of subscriptions first."""
        found = [self._filter(label, counts) for label, counts in self._values.items()]
        useful = [
            (telling, each)
            for each in found
            if (telling := any(value.means for value in each.values))
            or each.active
            or 1 < len(each.values) <= max(2, self._rows[each.column] // 2)
        ]
        return tuple(each for telling, each in sorted(useful, key=lambda pair: not pair[0]))

    def _filter(self, label: str, counts: Counter[str]) -> FilterLook:
        condition, means = self._condition(label), self._means[label]
        merged: dict[str, tuple[str, int]] = {}
        for text, count in counts.most_common():
            written, before = merged.get(fold(text), (text, 0))
            merged[fold(text)] = (written, before + count)
        values = tuple(
            ValueLook(
                text,
                count,
                condition is not None and (folded in condition.values) is not condition.negated,
                means.get(folded, ""),
            )
            for folded, (text, count) in merged.items()
        )
        return FilterLook(label, values, active=condition is not None)

    def _condition(self, label: str) -> Condition | None:
        return next((each for each in self._conditions if fold(each.name) == fold(label)), None)


def _head(table: Table) -> Iterable[HeadRow]:
    header = table.header
    first = 0 if header is None else max(header - _TITLES, 0)
    last = min(table.first + _ROWS, table.sheet.rows)
    columns = [column.slice(first, last - first).to_pylist() for column in table.sheet.columns]
    for index, cells in enumerate(zip(*columns, strict=True), first):
        kind = "data" if index >= table.first else "header" if index == header else "title"
        yield HeadRow(index + 1, kind, tuple(map(_cut, cells)))


def _cut(cell: str) -> str:
    return cell if len(cell) <= _LONGEST else cell[: _LONGEST - 1] + "…"
