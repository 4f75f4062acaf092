"""The stop list as numbers: what the API gives, cleaned like any other input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.stage import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stopimport.sending.calls import StopList

_TEXT = pa.large_string()
_ANY = CleanOptions(region="FR", line_types="any", validity="possible")
"""National numbers on the list are French (the API's page); what is on it is on it, whatever the line."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The account's stop list, ready to be compared with.

    Its look-ups are Arrow's: pandas' `isin` takes 8 s for a million numbers in a list of a million.
    """

    numbers: pa.Array
    """The E.164 numbers, each once (the first entry)."""
    ids: pa.Array
    """Their entries' ids."""
    repeated: frozenset[tuple[str, str]]
    """Number and id of further entries of numbers that are on the list several times, in different writings."""
    entries: int
    partial: bool

    @classmethod
    def of(cls, stop_list: StopList) -> Listed:
        """Clean the numbers of a fetched list. An entry that is not a number at all can match none of ours."""
        stop_ids = pa.array([entry.stop_id for entry in stop_list.entries], _TEXT)
        written = pd.DataFrame({"input": pd.Series([entry.number for entry in stop_list.entries], dtype="str")})
        written["row"] = range(len(written))
        found = clean(written, _ANY).entries
        found = found[found["number"].notna()]
        numbers, ids = pa.array(found["number"], _TEXT), stop_ids.take(pa.array(found["row"], pa.int64()))
        first = pa.array((found["duplicate_of"] < 0).to_numpy())
        again = pc.invert(first)
        repeated = frozenset(zip(numbers.filter(again).to_pylist(), ids.filter(again).to_pylist(), strict=True))
        return cls(numbers.filter(first), ids.filter(first), repeated, len(stop_list.entries), stop_list.partial)

    def holds(self, numbers: Sequence[str]) -> NDArray[np.bool_]:
        """Say of each number whether it is on the list."""
        found: NDArray[np.bool_] = pc.is_in(_texts(numbers), self.numbers).to_numpy(zero_copy_only=False)
        return found

    def ids_of(self, numbers: Sequence[str]) -> list[str]:
        """Return the ids of numbers that are on the list, '' for those that are not."""
        found: list[str] = self._ids_of(numbers).to_pylist()
        return found

    def shows(self, numbers: Sequence[str], stop_ids: Sequence[str]) -> NDArray[np.bool_]:
        """Say of each number whether the list has an entry with it and with the id at the same place."""
        wanted = _texts(stop_ids)
        same = pc.and_(pc.equal(self._ids_of(numbers), wanted), pc.not_equal(wanted, ""))
        shown: NDArray[np.bool_] = same.to_numpy(zero_copy_only=False)
        if not self.repeated:
            return shown
        again = [pair in self.repeated and pair[1] != "" for pair in zip(numbers, stop_ids, strict=True)]
        return np.logical_or(shown, np.array(again, dtype=np.bool_))

    def _ids_of(self, numbers: Sequence[str]) -> pa.Array:
        return pc.fill_null(self.ids.take(pc.index_in(_texts(numbers), self.numbers)), "")


def _texts(texts: Sequence[str]) -> pa.Array:
    return pa.array(texts, _TEXT)
