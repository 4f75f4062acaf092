"""Finding entries with the number of an earlier entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray


def first_positions(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the position of the first entry with each entry's number; -1 for that one itself, and for number 0."""
    earlier = np.full(len(numbers), -1, np.int64)
    codes, distinct = pd.factorize(numbers)
    if len(distinct) == len(numbers):
        return earlier
    positions = np.arange(len(numbers))
    first = np.empty(len(distinct), np.int64)
    first[codes[::-1]] = positions[::-1]
    repeated = np.flatnonzero((first[codes] != positions) & (numbers != 0))
    earlier[repeated] = first[codes[repeated]]
    return earlier
