"""What the cells of a column hold, as judged by the clean stage: no number, a number, a mobile number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.loading.columns.cell_bytes import some_of, spread
from stopimport.loading.columns.compact import strings
from stopimport.loading.columns.words import (
    begins_as_number,
    is_summary,
    says_nothing,
    written_as_damaged,
    written_as_number,
)
from stopimport.text.blanks import blank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stopimport.loading.table import Table

VALID = 1
MOBILE = 2
_TOP = 500
_SPREAD = 1500
_MOSTLY = 0.5
_SHORT = 100


class Judge(Protocol):
    """Says what each of some strings holds; `stopimport.clean` has one."""

    def __call__(self, inputs: pd.Series[str], countries: pd.Series[str] | None) -> NDArray[np.int8]:
        """Return 0 for no valid number, 1 for a valid one, 2 for a mobile one among them, for each string.

        `countries` are the cells of `--country-column`, aligned with `inputs`.
        """


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The judgement on cells that are not blank, each writing once."""

    cells: Any
    judgement: NDArray[np.int8]
    counts: NDArray[np.int64]
    """How often each writing stands there."""

    def without(self, header: str) -> Verdicts:
        """Return the judgement on what does not repeat the header, as files glued together do."""
        if not header or not len(self.judgement):
            return self
        others = pc.not_equal(pc.utf8_lower(pc.utf8_trim_whitespace(self.cells)), header.lower())
        taken = others.to_numpy(zero_copy_only=False) if isinstance(others, pa.Array) else others.to_numpy()
        # Where nothing else stands there, the word is the value, too.
        if taken.all() or not taken.any():
            return self
        return Verdicts(self.cells.filter(others), self.judgement[taken], self.counts[taken])

    def share(self, flags: NDArray[np.bool_]) -> float:
        """Return the share of cells whose writings are flagged; 0 where there are no cells."""
        return float(self.counts[flags].sum() / self.counts.sum()) if len(flags) else 0.0


class Judged:
    """The columns of one table under judgement; nothing is judged before it is asked for."""

    def __init__(self, table: Table, judge: Judge, country: int | None) -> None:
        self._table = table
        self._judge = judge
        self._country = country
        self._samples: dict[int, Verdicts] = {}
        self._whole: dict[int, NDArray[np.int8]] = {}

    def _sample(self, index: int) -> Verdicts:
        """Judge the cells that are not blank of some rows."""
        if index not in self._samples:
            rows = self._table.rows
            taken = np.union1d(np.arange(min(rows, _TOP)), spread(rows, _SPREAD))
            self._samples[index] = self._verdicts(index, taken)
        return self._samples[index]

    def best(self, index: int) -> int:
        """Return the highest verdict among all cells of a column; -1 if all are blank."""
        sample = int(self._sample(index).judgement.max(initial=-1))
        if sample == MOBILE:
            return sample
        if index not in self._whole:
            self._whole[index] = self._verdicts(index, None).judgement
        return int(self._whole[index].max(initial=-1))

    def share(self, index: int) -> float:
        """Return the share of cells with a valid number among those that are not blank, by the sample."""
        return self._sample(index).share(self._sample(index).judgement >= VALID)

    def plain_share(self, index: int) -> float:
        """Return the same share of cells that are little more than their number: no sentences with one."""
        sample = self._sample(index)
        plain = np.array([begins_as_number(text) for text in sample.cells.to_pylist()], np.bool_)
        return sample.share(plain & (sample.judgement >= VALID))

    def written_share(self, index: int) -> float:
        """Return the share of cells that are at least written as numbers, among those that hold more than a dash."""
        return 1.0 - self._strange_share(index)

    def mostly_strange(self, index: int) -> bool:
        """Whether most cells hold something else than phone numbers, valid or not: words, dates, prices."""
        return self._strange_share(index) > _MOSTLY

    def _strange_share(self, index: int) -> float:
        """Return the share of what is no number in any writing.

        Errors, 'none', 'Total' and short numbers count neither way.
        """
        sample = self._sample(index)
        texts = sample.cells.to_pylist()
        ignored = [says_nothing(text) or is_summary(text) for text in texts]
        counted = ~np.array(ignored, np.bool_) | (sample.judgement >= VALID)
        written = [written_as_number(text) or written_as_damaged(text) for text in texts]
        strange = ~np.array(written, np.bool_) & (sample.judgement < VALID)
        total = int(sample.counts[counted].sum())
        return float(sample.counts[counted & strange].sum() / total) if total else 0.0

    def looks_like_identifier(self, index: int) -> bool:
        """Whether a column rather holds nine-digit identifiers, of which many happen to be valid phone numbers.

        Companies have such ones. Mobile numbers that lost their zero are mobile numbers nearly all of them.
        """
        sample = self._sample(index)
        bare = pc.match_substring_regex(sample.cells, r"^\s*[1-9]\d{8}\s*$").to_numpy(zero_copy_only=False)
        return sample.share(bare) > _MOSTLY and sample.share(sample.judgement == MOBILE) < _MOSTLY

    def _without_sums(self, taken: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows that sum up no others, `Total;2`: in a short list they weigh as much as its numbers."""
        if len(taken) > _SHORT:
            return taken
        columns = (self._table.column(index) for index in range(len(self._table.headers)))
        rows = list(zip(*(some_of(cells, taken).to_pylist() for cells in columns), strict=True))
        return taken[[not any(map(is_summary, row)) for row in rows]]

    def _verdicts(self, index: int, taken: NDArray[np.int64] | None) -> Verdicts:
        cells = self._table.stored(index)
        countries = None if self._country is None else self._table.stored(self._country)
        if taken is None:
            cells, countries = strings(cells), None if countries is None else strings(countries)
        else:
            taken = self._without_sums(taken)
            cells = some_of(cells, taken)
            countries = None if countries is None else some_of(countries, taken)
        return verdicts(self._judge, cells, countries).without(self._table.headers[index])


def verdicts(judge: Judge, cells: Any, countries: Any = None) -> Verdicts:  # noqa: ANN401 - Arrow arrays
    """Return each writing among `cells` that is not blank once, and the judgement on it."""
    filled = pc.invert(blank(cells))
    frame = {"cells": cells.filter(filled)}
    if countries is not None:
        frame["countries"] = countries.filter(filled)
    table = pa.table(frame).group_by(list(frame), use_threads=False).aggregate([([], "count_all")])
    counts = table["count_all"].to_numpy()
    if not table.num_rows:
        return Verdicts(table["cells"], np.empty(0, np.int8), counts)
    judgement = judge(
        pd.Series(table["cells"], dtype="str"),
        pd.Series(table["countries"], dtype="str") if countries is not None else None,
    )
    return Verdicts(table["cells"], judgement, counts)
