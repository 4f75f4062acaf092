"""Finding entries with the number of an earlier entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT_ONCE = 1 << 17


@dataclass(frozen=True, slots=True)
class Repeats:
    """Which entries repeat an earlier one."""

    positions: NDArray[np.int64]
    """Their positions among all entries, ascending."""
    firsts: NDArray[np.int64]
    """For each the position of the first entry with its number."""
    distinct: NDArray[np.int64]
    """The different numbers, ascending, without 0."""


def repeats(numbers: NDArray[np.int64]) -> Repeats:
    """Return which of the `numbers` repeat an earlier one; 0 stands for no number.

    Sorting finds the few numbers that occur twice many times as fast as a table of all would.
    """
    ascending = np.sort(numbers)
    ascending = ascending[np.searchsorted(ascending, 1) :]
    new = np.ones(len(ascending), np.bool_)
    np.not_equal(ascending[1:], ascending[:-1], out=new[1:])
    again = ascending[~new]
    places = np.flatnonzero(pc.is_in(pa.array(numbers), value_set=pc.unique(pa.array(again))))
    codes, distinct = pd.factorize(numbers[places])
    first = np.empty(len(distinct), np.int64)
    first[codes[::-1]] = places[::-1]
    repeated = first[codes] != places
    return Repeats(places[repeated], first[codes[repeated]], _brought_forward(ascending, new))


def _brought_forward(numbers: NDArray[np.int64], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the chosen ones in the place of all, some at a time: many millions need not stand in memory twice."""
    end = 0
    for start in range(0, len(numbers), _AT_ONCE):
        some = numbers[start : start + _AT_ONCE][chosen[start : start + _AT_ONCE]]
        numbers[end : end + len(some)] = some
        end += len(some)
    return numbers[:end]


def first_positions(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the position of the first entry with each entry's number; -1 for that one itself, and for number 0."""
    found = repeats(numbers)
    earlier = np.full(len(numbers), -1, np.int64)
    earlier[found.positions] = found.firsts
    return earlier
