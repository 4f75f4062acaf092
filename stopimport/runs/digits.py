"""Numbers as their digits, in 64-bit integers: as texts they take five times the room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_TEXT = pa.large_string()


def digits_of(numbers: pa.Array | pa.ChunkedArray | Sequence[str]) -> NDArray[np.int64]:
    """Return the digits of E.164 numbers."""
    texts = numbers if isinstance(numbers, pa.Array | pa.ChunkedArray) else pa.array(numbers, _TEXT)
    digits: NDArray[np.int64] = pc.utf8_ltrim(texts, "+").cast(pa.int64()).to_numpy()
    return digits


def e164(digits: NDArray[np.int64]) -> pa.Array:
    """Return the E.164 numbers with these digits."""
    return pc.binary_join_element_wise(pa.scalar("+", _TEXT), pa.array(digits).cast(_TEXT), pa.scalar("", _TEXT))


def among(digits: NDArray[np.int64], ascending: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say of each of the `digits` whether it is one of those that stand in `ascending` order."""
    if not len(ascending):
        return np.zeros(len(digits), np.bool_)
    found: NDArray[np.bool_] = ascending[places(digits, ascending)] == digits
    return found


def places(digits: NDArray[np.int64], ascending: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return where each of the `digits` is in `ascending`, which is not empty; anywhere, if it is not there."""
    return np.minimum(np.searchsorted(ascending, digits), len(ascending) - 1)
