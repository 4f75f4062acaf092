"""Looking at files without deciding anything; what is understood of them is described in `preview`."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

import pyarrow.compute as pc

from stopimport.loading.columns.choice import Choice
from stopimport.loading.columns.phone_columns import find_columns
from stopimport.loading.columns.status import MOST_VALUES, SAMPLE, said_by, with_phone
from stopimport.loading.columns.words import fold
from stopimport.loading.imported_rows import select
from stopimport.loading.preview import (
    ColumnPreview,
    FilePreview,
    FilesPreview,
    Filter,
    FilterValue,
    HeadRow,
    SheetPreview,
)
from stopimport.loading.row_filters import parse_condition
from stopimport.loading.sheets import EMPTY, NO_PHONE_COLUMN, open_files
from stopimport.loading.stage import read
from stopimport.loading.table import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.columns.contents import Judge
    from stopimport.loading.columns.phone_columns import Found
    from stopimport.loading.preview import Meaning
    from stopimport.loading.raw import RawFile
    from stopimport.loading.row_filters import Condition
    from stopimport.loading.sheets import OpenFile
    from stopimport.loading.table import Table

_TITLES = 2
_ROWS = 8
_LONGEST = 80
"""Rows shown above the header and below it, and characters of a cell."""


def preview_files(files: Sequence[str | Path], options: LoadOptions, judge: Judge) -> FilesPreview:
    """Say what is understood of `files`; that a phone column is missing or unclear is no error here.

    Args:
        files: as of `stage.load`.
        options: how to read them.
        judge: says which strings hold valid and mobile numbers.

    Raises:
        StopimportError: a file cannot be read, or an option names something that is not there.
    """
    raws, _notices = read(files, options)
    return preview_read(raws, options, judge)


def preview_read(raws: Sequence[RawFile], options: LoadOptions, judge: Judge) -> FilesPreview:
    """Say what is understood of files that were read; arguments and errors as of `preview_files`."""
    opened = open_files(raws, options, judge)
    tables = [table for file in opened for table in file.tables]
    conditions = [parse_condition(text, tables) for text in options.where]
    previewer = _Previewer(options, conditions, judge)
    return FilesPreview(tuple(map(previewer.file, opened)), previewer.filters())


class _Previewer:
    """Looks at one file after the other, and gathers the values that all of them have."""

    def __init__(self, options: LoadOptions, conditions: Sequence[Condition], judge: Judge) -> None:
        self._options, self._conditions, self._judge = options, conditions, judge
        self._values: dict[str, Counter[str]] = {}
        self._means: dict[str, dict[str, Meaning]] = {}
        self._rows: Counter[str] = Counter()
        self._marked: Counter[str] = Counter()
        """Rows of a column whose values are not named one by one, because all of them say gone."""
        self._others: dict[str, Meaning] = {}

    def file(self, file: OpenFile) -> FilePreview:
        raw = file.raw
        found: dict[str, list[Found]] = {}
        for each in find_columns(file, self._options, self._judge):
            found.setdefault(each.table.sheet.name, []).append(each)
        sheets = [
            preview
            for sheet in raw.sheets
            for preview in [self._table(file, each) for each in found.get(sheet.name, ())]
            or [SheetPreview(sheet.name, skipped=file.skipped.get(sheet.name, ""))]
        ]
        return FilePreview(raw.file, raw.workbook, raw.encoding or "", raw.delimiter or "", tuple(sheets))

    def _table(self, file: OpenFile, found: Found) -> SheetPreview:
        table, choice = found.table, found.choice or Choice((), "")
        candidates = found.ambiguous.indices if found.ambiguous else ()
        if file.own and table.own is None:
            return SheetPreview(table.sheet.name, skipped=NO_PHONE_COLUMN)
        selection = select(table, choice, self._options, self._conditions)
        skipped = ""
        if not choice.indices and not candidates:
            skipped = NO_PHONE_COLUMN if table.rows else EMPTY
        else:
            self._gather(table, choice)
        return SheetPreview(
            table.sheet.name,
            skipped,
            table.rows,
            int(selection.kept.sum()),
            selection.hidden,
            None if table.header is None else table.header + 1,
            tuple(
                ColumnPreview(letters(index), label, index in choice.indices, index in candidates)
                for index, label in enumerate(table.labels)
            ),
            choice.why,
            tuple(_head(table)),
            table.part,
            table.begin + 1,
        )

    def _gather(self, table: Table, choice: Choice) -> None:
        """Count the values of columns that have few of them."""
        people = with_phone(table, choice.indices)
        for index in range(len(table.labels)):
            if index in choice.indices or table.own is not None:
                continue
            label, said = table.labels[index], said_by(table, index, people)
            found = said.counts if said is not None and said.marked else _few_values(table.column(index))
            # A condition could not name a value with the sign that divides values.
            if found is None or any("|" in value for value in found):
                continue
            counts, means = self._values.setdefault(label, Counter()), self._means.setdefault(label, {})
            for value, count in found.items():
                counts[" ".join(value.split())] += count
            self._rows[label] += table.rows
            if said is not None and said.marked:
                self._marked[label] += said.marked
                self._others[label] = "" if said.texts else "gone"
            if said:
                for word in said.subscribed:
                    means[fold(word)] = "subscribed"
                for word in said.gone:
                    means[fold(word)] = "gone"

    def filters(self) -> tuple[Filter, ...]:
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

    def _filter(self, label: str, counts: Counter[str]) -> Filter:
        condition, means = self._condition(label), self._means[label]
        merged: dict[str, tuple[str, int]] = {}
        for text, count in counts.most_common():
            written, before = merged.get(fold(text), (text, 0))
            merged[fold(text)] = (written, before + count)
        values = tuple(
            FilterValue(
                text,
                count,
                condition is not None and (folded in condition.values) is not condition.negated,
                means.get(folded, ""),
            )
            for folded, (text, count) in merged.items()
        )
        if self._marked[label]:
            kept = condition is not None and condition.negated
            values += (FilterValue("", self._marked[label], chosen=kept, means=self._others[label], others=True),)
        return Filter(label, values, active=condition is not None)

    def _condition(self, label: str) -> Condition | None:
        return next((each for each in self._conditions if fold(each.name) == fold(label)), None)


def _few_values(cells: Any) -> Counter[str] | None:  # noqa: ANN401 - pyarrow's arrays have no types
    """Count the values of a column; None where it has many."""
    if len(pc.unique(cells.slice(0, SAMPLE))) > MOST_VALUES:
        return None
    found = pc.value_counts(cells).to_pylist()
    return None if len(found) > MOST_VALUES else Counter({item["values"]: item["counts"] for item in found})


def _head(table: Table) -> Iterable[HeadRow]:
    header = table.header
    first = table.first if header is None else max(header - _TITLES, table.begin)
    last = min(table.first + _ROWS, table.end)
    hidden = table.sheet.hidden
    columns = [column.slice(first, last - first).to_pylist() for column in table.sheet.columns]
    for index, cells in enumerate(zip(*columns, strict=True), first):
        kind: Literal["title", "header", "data"] = (
            "data" if index >= table.first else "header" if index == header else "title"
        )
        yield HeadRow(index + 1, kind, tuple(map(_cut, cells)), hidden is not None and bool(hidden[index]))


def _cut(cell: str) -> str:
    return cell if len(cell) <= _LONGEST else cell[: _LONGEST - 1] + "…"
