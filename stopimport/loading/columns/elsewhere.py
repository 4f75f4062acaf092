"""Mobile numbers that stand in other columns than the phone columns: in those of a lower class, or out of place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.loading.columns.cell_bytes import may_hold, some_of, spread, written_as_numbers
from stopimport.loading.columns.contents import MOBILE, verdicts
from stopimport.loading.columns.words import ColumnKind, read_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stopimport.loading.columns.choice import Choice
    from stopimport.loading.columns.contents import Judge, Verdicts
    from stopimport.loading.table import Table

_SAMPLE = 1000
_FOUND = ("header", "content")
"""Where somebody chose the columns, the others are meant to be left out."""
_DATE = r"^\s*\d{1,4}([-/.])\d{1,2}[-/.]\d{1,4}(?:[ T].*)?$"
_MOSTLY = 0.5
"""Of the identifiers and amounts under a header that promises no phone numbers, fewer happen to be mobile numbers."""


def mobile_numbers_elsewhere(
    table: Table, choice: Choice, kept: NDArray[np.bool_], country: int | None, judge: Judge
) -> tuple[int, tuple[int, ...]]:
    """Count the mobile numbers of the `kept` rows that are in none of the phone columns, and name their columns.

    Looked at are the columns of a lower class, and those rows of all others whose phone cells hold no number: rows of
    another table, or with their cells in another order. `country` is the column of countries.
    """
    rows = np.flatnonzero(kept)
    if choice.why not in _FOUND or table.own is not None or not len(rows):
        return 0, ()
    columns = {index: some_of(table.column(index), rows) for index in choice.lower}
    countries = None if country is None else some_of(table.column(country), rows)
    judged = {index: verdicts(judge, cells, countries) for index, cells in columns.items()}
    for index, cells in _out_of_place(table, choice, kept):
        sample = verdicts(judge, some_of(cells, spread(len(cells), _SAMPLE)))
        if sample.share(sample.judgement == MOBILE) > _MOSTLY:
            judged[index] = verdicts(judge, cells)
    found = {index: endings for index, each in judged.items() if len(endings := _mobile(each))}
    if not found:
        return 0, ()
    known = pa.concat_arrays([_endings(some_of(table.column(index), rows)) for index in choice.indices])
    missing = {index: endings.filter(pc.invert(pc.is_in(endings, value_set=known))) for index, endings in found.items()}
    count = len(pc.unique(pa.concat_arrays(list(missing.values()))))
    return count, tuple(sorted(index for index, endings in missing.items() if len(endings)))


def _out_of_place(table: Table, choice: Choice, kept: NDArray[np.bool_]) -> Iterator[tuple[int, Any]]:
    """Yield other columns, and their cells that are written as numbers in rows without one in a phone column."""
    without = kept.copy()
    for index in choice.indices:
        without &= ~_numbers(table.column(index))
    for index, header in enumerate(table.headers if without.any() else ()):
        if index in choice.indices or index in choice.lower or read_header(header).kind is ColumnKind.FAX:
            continue
        rows = np.flatnonzero(without & written_as_numbers(table.column(index)))
        if len(rows):
            yield index, some_of(table.column(index), rows)


def _numbers(column: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - pyarrow's arrays have no types
    """Say which cells are written as numbers, and not as dates."""
    numbers = written_as_numbers(column)
    if may_hold(column, b"-/."):
        dates = pc.match_substring_regex(column, _DATE)
        numbers &= ~np.asarray(dates, np.bool_)
    return numbers


def _mobile(judged: Verdicts) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    return _endings(judged.cells.filter(pa.array(judged.judgement == MOBILE)))


def _endings(cells: Any) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    """Return the last nine digits of each number once: they do not depend on how the prefix is written."""
    digits = pc.replace_substring_regex(pc.replace_substring_regex(cells, r"[.,]0+\s*$", ""), r"\D", "")
    endings = pc.unique(pc.utf8_slice_codeunits(digits, -9)).cast(pa.large_string())
    return endings.filter(pc.not_equal(endings, ""))
