"""The guard on status columns: does a column say that some of the people are still subscribed?

A value says that somebody is subscribed, is gone, or nothing, and words decide (`status_grammar`): values that speak
for themselves (`Abonné`, `unsubscribed`), or answers under a header that asks something (`SMS opt-out`). Only who is
gone is ever proposed, by the terminal and the page alike. A column of other words, such as a delivery status without
anybody who left, says nothing.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.loading.columns.cell_bytes import chunks_of
from stopimport.loading.columns.compact import strings
from stopimport.loading.columns.status_answers import asks, judged
from stopimport.loading.columns.status_grammar import read
from stopimport.loading.columns.words import fold
from stopimport.loading.errors import StillSubscribed
from stopimport.loading.row_filters import listed_values
from stopimport.text.blanks import blank
from stopimport.text.language import _, figures

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from stopimport.loading.table import Table

SAMPLE = 2000
MOST_VALUES = 40
"""A column with more different values is no status, unless these are dates or the like under a header that asks."""
_COUNTED = pa.struct({"values": pa.string(), "counts": pa.int64()})
_MOST_JUDGED = 5_000
"""Different dates that are looked at."""
_FEW_RAGGED = 10
"""One row in so many may be broken."""
_MOST_NAMED = 12
"""Values that a `--where` names at most; where there are more, it names the others."""
_UNSAFE = re.compile(r'["$`\\]|!(?![=\s])')
"""Signs that a shell reads even between double quotes."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one column says about the rows that are imported."""

    label: str
    of_sms: bool
    counts: Counter[str]
    """How many rows have each value; where `marked`, without those of people who unsubscribed."""
    subscribed: tuple[str, ...]
    """Values of people who are still subscribed."""
    gone: tuple[str, ...]
    """Values of people who unsubscribed."""
    delivered: tuple[str, ...] = ()
    """States of messages beside them."""
    unmarked: bool = False
    """Whether the subscribed are only known by an empty cell."""
    marked: int = 0
    """Rows of people who unsubscribed where all values but those of `counts` say so: dates, say."""
    texts: bool = False
    """Whether these are texts of any sort, so that nobody but a person can say whether they say so."""

    @property
    def asks(self) -> bool:
        """Whether some people are still subscribed."""
        return bool(self.subscribed or self.delivered)

    def settles(self, rows: int) -> bool:
        """Whether it says that all people of so many rows are gone."""
        return rows == self.marked + sum(self.counts[value] for value in self.gone)

    def guard(self, table: Table) -> StillSubscribed:
        """Return the guard that asks who is to be imported."""
        return StillSubscribed(
            table.place,
            self.label,
            _shown(self),
            _option(self),
            dict(self.counts),
            self.subscribed,
            self.gone,
            self.marked,
            self.texts,
        )


def still_subscribed(
    table: Table, phones: Iterable[int], kept: NDArray[np.bool_], ragged: NDArray[np.bool_]
) -> list[StillSubscribed]:
    """Return a guard for each column of `table` by which some people are still subscribed.

    Where a column speaks of SMS, those that do not are left alone.

    Args:
        table: where to look.
        phones: its phone columns.
        kept: the rows that are to be imported.
        ragged: those with too few or too many cells.
    """
    if table.own is not None:
        return []
    people = kept & with_phone(table, phones)
    if not people.any():
        return []
    columns = [index for index in range(len(table.headers)) if index not in set(phones)]
    said = [found for index in columns if (found := said_by(table, index, people)) is not None]
    settled = {found.label for found in said if found.settles(int(people.sum()))}
    if ragged.any() and _FEW_RAGGED * (people & ragged).sum() <= people.sum():
        # Cells that a broken row lacks say nothing, unless it is the exporter's way to write empty ones.
        settled |= _settling(table, columns, people & ~ragged) - {found.label for found in said if found.unmarked}
    if any(found.of_sms and (found.asks or found.label in settled) for found in said):
        said = [found for found in said if found.of_sms]
    if settled:
        # All of them are gone: that one column lacks dates or marks says nothing.
        said = [found for found in said if not found.unmarked]
    return [_all_counted(found, table, kept).guard(table) for found in said if found.asks]


def _all_counted(found: Said, table: Table, kept: NDArray[np.bool_]) -> Said:
    """Return the same with the counts of all `kept` rows, which is what people see in the file."""
    counted = None if found.unmarked else said_by(table, table.labels.index(found.label), kept)
    return counted or found


def _settling(table: Table, columns: Iterable[int], people: NDArray[np.bool_]) -> set[str]:
    """Return the columns that say of all people that they are gone."""
    said = (said_by(table, index, people) for index in columns) if people.any() else ()
    return {found.label for found in said if found is not None and found.settles(int(people.sum()))}


def with_phone(table: Table, phones: Iterable[int]) -> NDArray[np.bool_]:
    """Return which rows have anything in a phone column: the others are nobody who could still be subscribed."""
    held = np.zeros(table.rows, np.bool_)
    for index in phones:
        empty = [blank(cells).to_numpy(zero_copy_only=False) for cells in chunks_of(table.column(index))]
        held |= ~np.concatenate([np.zeros(0, np.bool_), *empty])
    return held


def said_by(table: Table, index: int, rows: NDArray[np.bool_]) -> Said | None:
    """Return what a column says of the `rows`, or None if it is no status of a subscription."""
    header = table.headers[index]
    asked = read(header)
    if asked.elsewhere:
        return None
    may_be_dates = asks(asked) < 0
    if not may_be_dates and len(pc.unique(strings(table.stored(index).slice(0, SAMPLE)))) > MOST_VALUES:
        return None
    found = _counted(table.stored(index), rows)
    if len(found) > MOST_VALUES:
        return _marked(table.labels[index], header, found) if may_be_dates else None
    counts = Counter({item["values"]: item["counts"] for item in found.to_pylist()})
    sides = judged(counts, header)
    if not sides.subscribed and not sides.gone:
        return None
    said = Said(
        table.labels[index], asked.of_sms, counts, sides.subscribed, sides.gone, sides.delivered, sides.unmarked
    )
    many = sides.dated or len(said.gone) > _MOST_NAMED or any("|" in value for value in said.gone)
    return _by_the_others(said) if said.asks and many else said


def _counted(column: Any, rows: NDArray[np.bool_]) -> pa.StructArray:  # noqa: ANN401 - pyarrow's arrays have no types
    """Return `value_counts` of some rows of a column; what is kept compact, a chunk at a time, needs no room then."""
    if not pa.types.is_dictionary(column.type):
        return pc.value_counts(column if rows.all() else column.filter(pa.array(rows)))
    chunks = chunks_of(column)
    parts = np.split(rows, np.cumsum([len(chunk) for chunk in chunks])[:-1])
    found = [pc.value_counts(strings(chunk.filter(pa.array(part)))) for chunk, part in zip(chunks, parts, strict=True)]
    table = pa.Table.from_struct_array(pa.chunked_array(found, _COUNTED))
    whole = table.group_by("values", use_threads=False).aggregate([("counts", "sum")])
    columns = [whole[name].combine_chunks() for name in ("values", "counts_sum")]
    return pa.StructArray.from_arrays(columns, ["values", "counts"])


def _by_the_others(said: Said) -> Said:
    """Return the same with those who are gone as all that have none of the other values, where these can be named."""
    others = Counter({value: count for value, count in said.counts.items() if value not in said.gone})
    if any("|" in value for value in others):
        return said
    return replace(said, counts=others, gone=(), marked=said.counts.total() - others.total())


def _marked(label: str, header: str, found: pa.StructArray) -> Said | None:
    """Return what a column says that asks who is gone, and has many different answers: dates, as a rule."""
    values, times = found.field("values"), found.field("counts")
    # A date that is none (`0000-00-00`) has no other digit than 0.
    written = pc.match_substring_regex(values, "[1-9]")
    plain = values.filter(pc.invert(written)).to_pylist()
    some = values.filter(written).slice(0, _MOST_JUDGED).to_pylist()
    sides = judged(Counter([*plain, *some]), header)
    if not sides.subscribed:
        return None
    texts = not sides.gone
    named = sides.subscribed if texts else [*dict.fromkeys((*plain, *some)).keys() - set(sides.gone)]
    if len(named) > MOST_VALUES:
        return None
    others = found.filter(pc.is_in(values, pa.array(named, values.type)))
    counts = Counter({item["values"]: item["counts"] for item in others.to_pylist()})
    gone = pc.sum(times).as_py() - counts.total()
    return Said(label, read(header).of_sms, counts, sides.subscribed, (), (), sides.unmarked, gone, texts=texts)


def _shown(said: Said) -> str:
    """List the values with their counts, for a message."""
    if not said.marked:
        return listed_values(said.counts)
    return f"{listed_values(said.counts)}, {_('any other value')} ({figures(f'{said.marked:,}')})"


def _option(said: Said) -> str:
    """Write the `--where` that keeps only those who unsubscribed."""
    # An empty cell is of nobody who is gone, be it only in tomorrow's file.
    by_others = said.marked and not said.texts
    values, sign = (("", *said.counts), "!=") if by_others else (said.gone, "=")
    written = {fold(value): " ".join(value.split()) for value in reversed(values)}
    plain = [written[folded] for folded in dict.fromkeys(map(fold, values))]
    unnamed = not by_others and (not plain or any("|" in value for value in plain))
    condition = f"{said.label}{sign}{'VALUE' if unnamed else '|'.join(plain)}"
    quoted = shlex.quote(condition) if _UNSAFE.search(condition) else f'"{condition}"'
    return f"--where {quoted}"
