"""A look at the bytes of a column: whether a sign may be in it costs a tenth of what a pattern takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stopimport.loading.columns.compact import strings

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST = 8
"""Bytes of the shortest writing of a number that is known as one here."""
_DIGIT, _OPENING, _LETTER = (np.zeros(256, np.bool_) for _ in range(3))
_DIGIT[ord("0") : ord("9") + 1] = True
_OPENING[[*range(ord("0"), ord("9") + 1), ord("+"), ord("(")]] = True
_LETTER[[*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1), *range(128, 256)]] = True


def may_hold(column: Any, signs: bytes) -> bool:  # noqa: ANN401 - pyarrow's arrays have no types
    """Say whether one of the ASCII `signs` stands in a column of strings, or beside it in the same memory."""
    texts = [np.frombuffer(data, np.uint8) for chunk in chunks_of(column) if (data := chunk.buffers()[2])]
    return any((text == sign).any() for text in texts for sign in signs)


def written_as_numbers(column: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - pyarrow's arrays have no types
    """Say which cells begin and end as a number does, with no letter in the middle.

    Headers are never among them; numbers in other writings may be missing.
    """
    return np.concatenate([np.zeros(0, np.bool_), *map(_written_as_numbers, chunks_of(column))])


def chunks_of(column: Any) -> list[Any]:  # noqa: ANN401 - pyarrow's arrays have no types
    """Return the arrays that a column is made of."""
    return column.chunks if isinstance(column, pa.ChunkedArray) else [column]


def some_of(column: Any, rows: NDArray[np.int64]) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    """Return the cells of some rows, in ascending order, of a column, as strings.

    Arrow's own `take` puts all chunks of a column together first, which a large file has no room for.
    """
    if not isinstance(column, pa.ChunkedArray):
        return strings(column.take(pa.array(rows)))
    ends = np.cumsum([len(chunk) for chunk in column.chunks])
    cuts = np.searchsorted(rows, ends)
    parts = zip(column.chunks, ends, [0, *cuts[:-1]], cuts, strict=True)
    taken = [chunk.take(pa.array(rows[a:b] - (end - len(chunk)))) for chunk, end, a, b in parts if b > a]
    return strings(pa.chunked_array(taken, column.type))


def spread(rows: int, most: int) -> NDArray[np.int64]:
    """Return `most` places, evenly over so many rows, or all of them."""
    return np.unique(np.linspace(0, max(rows - 1, 0), min(rows, most)).astype(np.int64))


def _written_as_numbers(chunk: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - pyarrow's arrays have no types
    _valid, offsets, data = chunk.buffers()
    if not len(chunk) or not data:
        return np.zeros(len(chunk), np.bool_)
    kind = "i8" if pa.types.is_large_string(chunk.type) else "i4"
    ends: NDArray[np.int64] = np.frombuffer(offsets, kind)[chunk.offset : chunk.offset + len(chunk) + 1]
    text: NDArray[np.uint8] = np.frombuffer(data, np.uint8)
    begin, end = ends[:-1], ends[1:]
    long = end - begin >= _LEAST
    begin, end = np.where(long, begin, 0), np.where(long, end, 1)
    numbers: NDArray[np.bool_] = _DIGIT[text[end - 1]] & _OPENING[text[begin]] & ~_LETTER[text[(begin + end) // 2]]
    return long & numbers
