"""Columns of few different values, kept as these values and their numbers: a quarter of the memory, or less.

Whoever looks at cells asks for `strings`. Each block of a file has values of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAMPLE, _FEW = 2000, 500
_MOST = 1 << 15
_COMPACT = pa.dictionary(pa.int16(), pa.string())


def compact(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of strings with its values apart, if its beginning has few different ones; else as it is."""
    if len(pc.unique(column.slice(0, _SAMPLE))) > _FEW:
        return column
    found = _encoded(column)
    return column if found is None else found


def strings(column: Any) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    """Return a column, or a part of one, as strings."""
    return column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column


def below_each_other(columns: Sequence[pa.ChunkedArray]) -> pa.ChunkedArray:
    """Return parts of a column as one: compact if the last one is and all can be."""
    parts = [_encoded(column) for column in columns] if pa.types.is_dictionary(columns[-1].type) else []
    found = [column for column in parts if column is not None]
    if len(found) < len(columns):
        return pa.chunked_array([chunk for column in columns for chunk in strings(column).chunks], pa.string())
    return pa.chunked_array([chunk for column in found for chunk in column.chunks], _COMPACT)


def _encoded(column: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """Return a column with its values apart; None if there are too many."""
    if pa.types.is_dictionary(column.type):
        return column
    chunks = [chunk.dictionary_encode() for chunk in column.chunks]
    if any(len(chunk.dictionary) > _MOST for chunk in chunks):
        return None
    parts = [pa.DictionaryArray.from_arrays(chunk.indices.cast(pa.int16()), chunk.dictionary) for chunk in chunks]
    return pa.chunked_array(parts, _COMPACT)
