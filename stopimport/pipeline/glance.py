"""A glance at the entries of a run: what was rejected, and a few of them to look at."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stopimport.reporting.counts import ordered, rejects_by_reason
from stopimport.reporting.examples import examples
from stopimport.reporting.previews import RejectedEntry
from stopimport.runs.outcome_table import from_blob
from stopimport.runs.partitions import with_firsts

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from stopimport.reporting.previews import Example
    from stopimport.runs.journal import Journal

_FEW = 3
"""Examples, and samples of each reason."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What a glance shows."""

    by_reason: dict[str, int]
    """Rejected entries."""
    examples: tuple[Example, ...]
    """Valid ones, masked."""
    rejects: dict[str, tuple[RejectedEntry, ...]]
    """Some rejected ones, by reason."""


def glance_at(journal: Journal, whole: pd.DataFrame | None = None) -> Glance:
    """Look at the entries of a run, a partition at a time.

    Args:
        journal: the run's.
        whole: all entries, where they are at hand.
    """
    parts = journal.partitions()
    if not parts:
        entries = journal.entries() if whole is None else whole
        return Glance(rejects_by_reason(entries, 0), examples(entries, _FEW), sampled(entries))
    glancing, few = _Glancing(), list[pa.Table]()
    for place in range(len(parts)):
        data = journal.packed(place)
        words = from_blob(data, ("reason", "repairs"))
        chosen = glancing.choose(_Words.of(words["reason"]), _Words.of(words["repairs"]))
        if len(chosen) or not few:
            few.append(from_blob(data).take(pa.array(chosen)))
    entries = with_firsts(table := pa.concat_tables(few).unify_dictionaries(), np.full(len(table), -1)).to_pandas()
    return Glance(ordered(glancing.reasons), examples(entries, _FEW), sampled(entries))


def sampled(entries: pd.DataFrame) -> dict[str, tuple[RejectedEntry, ...]]:
    """Return a few rejected entries of each reason."""
    bad = entries[entries["number"].isna()]
    some = bad[bad.groupby("reason", observed=True).cumcount() < _FEW]
    found: dict[str, tuple[RejectedEntry, ...]] = {}
    for row in some.to_dict("records"):
        entry = RejectedEntry(str(row["file"]), str(row["sheet"]), int(row["row"]), str(row["input"]))
        found[str(row["reason"])] = (*found.get(str(row["reason"]), ()), entry)
    return found


@dataclass(frozen=True, slots=True)
class _Words:
    """A column of few different words."""

    codes: NDArray[np.int64]
    words: list[str]

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> _Words:
        encoded = column.combine_chunks()
        if not pa.types.is_dictionary(encoded.type):
            encoded = encoded.dictionary_encode()
        return cls(encoded.indices.to_numpy().astype(np.int64), encoded.dictionary.to_pylist())

    def each(self) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """Yield each word that occurs, and where."""
        for code, word in enumerate(self.words):
            if len(places := np.flatnonzero(self.codes == code)):
                yield word, places


@dataclass(slots=True)
class _Glancing:
    """Counts reasons, and chooses entries among which all are that `examples` and `sampled` choose of the whole run."""

    reasons: Counter[str] = field(default_factory=Counter)
    repairs: set[str] = field(default_factory=set)

    def choose(self, reasons: _Words, repairs: _Words) -> NDArray[np.int64]:
        """Take the words of the next entries, and return the positions of those chosen, ascending."""
        chosen = [np.empty(0, np.int64)]
        valid = np.zeros(len(reasons.codes), np.bool_)
        for word, places in reasons.each():
            chosen.append(places[: max(_FEW - self.reasons[word], 0)])
            self.reasons[word] += len(places)
            valid[places] = not word
        new = [
            (int(telling[0]), word)
            for word, places in repairs.each()
            if word and word not in self.repairs and len(telling := places[valid[places]])
        ]
        if len(self.repairs) < _FEW:
            self.repairs |= {word for _place, word in new}
            chosen.append(np.array([place for place, _word in new], np.int64))
        return np.unique(np.concatenate(chosen))
