"""The guard on status columns: does a column say that some of the people are still subscribed?

A value says that somebody is subscribed, is gone, or nothing, and words decide (`status_words`): values that speak for
themselves (`Abonné`, `unsubscribed`), or yes and no under a header that says what is answered (`SMS opt-out`). Only who
is gone is ever proposed, by the terminal and the page alike. A column of other words, such as a delivery status without
anybody who left, says nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from stopimport.loading.columns import status_words as said_in
from stopimport.loading.columns.cell_bytes import chunks_of
from stopimport.loading.columns.compact import texts
from stopimport.loading.columns.words import fold, split_words
from stopimport.loading.errors import StillSubscribed
from stopimport.loading.row_filters import listed_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import TypeAlias

    import numpy as np
    from numpy.typing import NDArray

    from stopimport.loading.table import Table

    _Sides: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]

SAMPLE = 2000
MOST_VALUES = 40
"""A column with more different values is no status."""
_LEGEND = re.compile(r"\b(?P<sign>\w{1,5}) ?[=:] ?(?P<word>[^\W\d_][\w -]*)")
_LEGEND_BEHIND = re.compile(r"(?P<word>[^\W\d_][\w -]*?) ?[(=:] ?(?P<sign>\w)\b")
"""What a header says about its signs: `Statut (1=abonné, 0=désabonné)`, `abonné (1) / désabonné (0)`."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one column says about the rows that are imported."""

    label: str
    of_sms: bool
    counts: Counter[str]
    subscribed: tuple[str, ...]
    """Values of people who are still subscribed."""
    gone: tuple[str, ...]
    """Values of people who unsubscribed."""
    delivered: tuple[str, ...] = ()
    """States of messages beside them."""


def still_subscribed(table: Table, phones: Iterable[int], kept: NDArray[np.bool_]) -> list[StillSubscribed]:
    """Return a guard for each column of `table` by which some of the `kept` rows are still subscribed.

    Where a column speaks of SMS, those that do not are left alone. `phones` are the phone columns.
    """
    if table.own is not None or not kept.any():
        return []
    rows = None if kept.all() else pa.array(kept)
    columns = [index for index in range(len(table.headers)) if index not in set(phones)]
    said = [found for index in columns if (found := said_by(table, index, rows)) is not None]
    if any(found.of_sms for found in said):
        said = [found for found in said if found.of_sms]
    return [
        StillSubscribed(
            table.place,
            found.label,
            listed_values(found.counts),
            _option(found),
            dict(found.counts),
            found.subscribed,
            found.gone,
        )
        for found in said
        if found.subscribed or found.delivered
    ]


def said_by(table: Table, index: int, rows: pa.Array | None = None) -> Said | None:
    """Return what a column says of the `rows` (a mask; None: all), or None if it is no status of a subscription."""
    header = split_words(table.headers[index])
    of_sms = bool(said_in.OF_SMS.search(header))
    if said_in.OTHER_CHANNEL.search(header) and not of_sms:
        return None
    if len(pc.unique(texts(table.stored(index).slice(0, SAMPLE)))) > MOST_VALUES:
        return None
    counts = _counted(table.stored(index) if rows is None else table.column(index).filter(rows))
    if counts is None:
        return None
    plain = _spelled_out(counts, table.headers[index])
    subscribed, gone = _sorted_by_meaning(plain, counts, header)
    delivered = _fitting(plain, said_in.DELIVERED) if gone and not subscribed else ()
    if not subscribed and not gone:
        return None
    return Said(table.labels[index], of_sms, counts, subscribed, gone, delivered)


def _counted(cells: Any) -> Counter[str] | None:  # noqa: ANN401 - pyarrow's arrays have no types
    """Count the values of a column, a chunk at a time; None: there are too many."""
    counts: Counter[str] = Counter()
    for chunk in chunks_of(cells):
        counts.update({item["values"]: item["counts"] for item in pc.value_counts(texts(chunk)).to_pylist()})
        if len(counts) > MOST_VALUES:
            return None
    return counts


def _spelled_out(values: Iterable[str], header: str) -> dict[str, str]:
    """Return the values as words, those of the header's legend where it has some for them."""
    legend: dict[str, str] = {}
    for pattern in (_LEGEND, _LEGEND_BEHIND):
        for found in pattern.finditer(fold(header)):
            word = split_words(found["word"])
            if any(told.fullmatch(word) for told in (said_in.SUBSCRIBED, said_in.GONE, said_in.NOT_SUBSCRIBED)):
                legend.setdefault(found["sign"], word)
    plain = {value: split_words(said_in.GENDER.sub("", value)) or value.strip() for value in values}
    return {value: legend.get(words, words) for value, words in plain.items()}


def _sorted_by_meaning(plain: Mapping[str, str], counts: Counter[str], header: str) -> _Sides:
    """Return the values that mean subscribed, and those that mean unsubscribed; the others say nothing."""
    gone = _fitting(plain, said_in.GONE) or _fitting(plain, said_in.NOT_SUBSCRIBED)
    subscribed = tuple(value for value in _fitting(plain, said_in.SUBSCRIBED) if value not in gone)
    asks_out = bool(said_in.OUT_HEADER.search(header))
    # What a refusal refuses is no question of its own: `Ne pas recevoir de SMS`.
    asks_in = bool(said_in.IN_HEADER.search(said_in.OUT_HEADER.sub(" ", header)))
    if subscribed:
        # 'Abonné' alone may be a sort of customer; beside 'Désabonné', or as a status, it is meant.
        telling = gone or asks_in or asks_out or said_in.STATUS_HEADER.search(header)
        return (subscribed, gone) if telling else ((), ())
    if said_in.DETAIL.search(header):
        return (), gone
    if asks_in != asks_out:
        return _answers(plain, counts, gone, asks_in=asks_in)
    # Beside 'Désabonné' or 'STOP', words such as 'actif' and 'ok' say who did not leave.
    active = tuple(value for value in _fitting(plain, said_in.YES) if len(plain[value]) > 1)
    return (active, gone) if gone else ((), ())


def _answers(plain: Mapping[str, str], counts: Counter[str], gone: tuple[str, ...], *, asks_in: bool) -> _Sides:
    """Sort yes and no under a header that asks whether somebody subscribed, or else unsubscribed."""
    yes, no = _fitting(plain, said_in.YES), _fitting(plain, said_in.NO)
    blank = tuple(value for value, words in plain.items() if not words)
    answered = sum(counts[value] for value in (*yes, *no, *gone))
    if not gone and 2 * answered < sum(counts.values()) - sum(counts[value] for value in blank):
        return (), ()
    if asks_in:
        return yes, (*gone, *no)
    # A mark at those who left, and nothing at the others.
    return (no or blank, (*gone, *yes)) if gone or yes or no else ((), ())


def _fitting(plain: Mapping[str, str], pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(value for value, words in plain.items() if pattern.fullmatch(words))


def _option(found: Said) -> str:
    """Write the `--where` that keeps only those who unsubscribed."""
    plain = dict.fromkeys(" ".join(value.split()) for value in found.gone)
    return f'--where "{found.label}={"|".join(plain) or "VALUE"}"'
