"""What the cells of a column hold, as judged by the clean stage: no number, a number, a mobile number."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.text.blanks import blank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stopimport.loading.table import Table

VALID = 1
MOBILE = 2
_TOP = 500
_SPREAD = 1500


class Judge(Protocol):
    """Says what each of some strings holds; `stopimport.clean` has one."""

    def __call__(self, inputs: pd.Series[str], countries: pd.Series[str] | None) -> NDArray[np.int8]:
        """Return 0 for no valid number, 1 for a valid one, 2 for a mobile one among them, for each string.

        `countries` are the cells of `--country-column`, aligned with `inputs`.
        """


class Judged:
    """The columns of one table under judgement; nothing is judged before it is asked for."""

    def __init__(self, table: Table, judge: Judge, country: int | None) -> None:
        self._table = table
        self._judge = judge
        self._country = country
        self._samples: dict[int, tuple[Any, NDArray[np.int8]]] = {}
        self._whole: dict[int, NDArray[np.int8]] = {}

    def _sample(self, index: int) -> tuple[Any, NDArray[np.int8]]:
        """Judge the cells that are not blank of some rows."""
        if index not in self._samples:
            rows = self._table.rows
            spread = np.linspace(0, max(rows - 1, 0), min(rows, _SPREAD)).astype(np.int64)
            taken = np.unique(np.concatenate([np.arange(min(rows, _TOP)), spread]))
            self._samples[index] = self._verdicts(index, pa.array(taken))
        return self._samples[index]

    def best(self, index: int) -> int:
        """Return the highest verdict among all cells of a column; -1 if all are blank."""
        sample = int(self._sample(index)[1].max(initial=-1))
        if sample == MOBILE:
            return sample
        if index not in self._whole:
            self._whole[index] = self._verdicts(index, None)[1]
        return int(self._whole[index].max(initial=-1))

    def share(self, index: int) -> float:
        """Return the share of cells with a valid number among those that are not blank, by the sample."""
        return _mean(self._sample(index)[1] >= VALID)

    def looks_like_identifier(self, index: int) -> bool:
        """Whether a column rather holds nine-digit identifiers, of which many happen to be valid phone numbers.

        Companies have such ones. Mobile numbers that lost their zero are mobile numbers nearly all of them.
        """
        cells, judgement = self._sample(index)
        bare = pc.match_substring_regex(cells, r"^\s*[1-9]\d{8}\s*$").to_numpy(zero_copy_only=False)
        return _mean(bare) > 0.5 and _mean(judgement == MOBILE) < 0.5

    def _verdicts(self, index: int, taken: pa.Array | None) -> tuple[Any, NDArray[np.int8]]:
        cells = self._table.column(index)
        countries = None if self._country is None else self._table.column(self._country)
        if taken is not None:
            cells = cells.take(taken)
            countries = None if countries is None else countries.take(taken)
        return verdicts(self._judge, cells, countries)


def _mean(flags: NDArray[np.bool_]) -> float:
    return float(flags.mean()) if len(flags) else 0.0


def verdicts(judge: Judge, cells: Any, countries: Any) -> tuple[Any, NDArray[np.int8]]:  # noqa: ANN401 - Arrow arrays
    """Return each writing among `cells` that is not blank once, and the judgement on it."""
    filled = pc.invert(blank(cells))
    frame = {"cells": cells.filter(filled)}
    if countries is not None:
        frame["countries"] = countries.filter(filled)
    table = pa.table(frame).group_by(list(frame), use_threads=False).aggregate([])
    if not table.num_rows:
        return table["cells"], np.empty(0, np.int8)
    return table["cells"], judge(
        pd.Series(table["cells"], dtype="str"),
        pd.Series(table["countries"], dtype="str") if countries is not None else None,
    )


def only_elsewhere(judge: Judge, chosen: list[Any], others: list[Any], country: Any) -> int:  # noqa: ANN401 - Arrow
    """Count the mobile numbers in the columns `others` that stand in none of the `chosen` ones.

    Numbers are compared by their last nine digits, which do not depend on how the prefix is written.
    """
    known = pa.concat_arrays([_endings(cells) for cells in chosen])
    found = []
    for cells in others:
        writings, judgement = verdicts(judge, cells, country)
        found.append(_endings(writings.filter(pa.array(judgement == MOBILE))))
    endings = pc.unique(pa.concat_arrays(found))
    return int(pc.sum(pc.invert(pc.is_in(endings, value_set=known))).as_py() or 0)


def _endings(cells: Any) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    digits = pc.replace_substring_regex(pc.replace_substring_regex(cells, r"[.,]0+\s*$", ""), r"\D", "")
    endings = pc.unique(pc.utf8_slice_codeunits(digits, -9)).cast(pa.large_string())
    return endings.filter(pc.not_equal(endings, ""))
