"""Columns of text for the tables: without nulls, and as Arrow dictionaries where few different texts repeat.

A dictionary column of a million rows is written, taken and counted by its few different texts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

TEXT = pa.large_string()
_SAMPLE = 1000


def scalar(text: str) -> pa.Scalar:
    """Return one text for Arrow's kernels."""
    return pa.scalar(text, TEXT)


def blank(length: int) -> pa.DictionaryArray:
    """Return a column of empty texts."""
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(length, dtype=np.int8)), pa.array([""], TEXT))


def columns_of(frame: pd.DataFrame, names: Sequence[str], keep: NDArray[np.bool_] | None = None) -> pa.Table:
    """Return the columns `names` of a frame as text, categories as dictionaries; of all rows, or of those to `keep`."""
    table = pa.Table.from_pandas(frame[list(names)], preserve_index=False)
    if keep is not None and not keep.all():
        table = table.filter(pa.array(keep))
    return pa.table([_filled(column) for column in table.columns], names=list(names))


def plain(column: pa.ChunkedArray) -> pa.Array:
    """Return a text column as one array that is no dictionary."""
    return (column.cast(TEXT) if pa.types.is_dictionary(column.type) else column).combine_chunks()


def few(texts: pa.Array) -> pa.Array:
    """Return `texts` as a dictionary if the first of them promise few different ones, else as they are."""
    if pa.types.is_dictionary(texts.type):
        return texts
    if not pc.max(pc.binary_length(texts)).as_py():
        return blank(len(texts))
    sample = texts.slice(0, _SAMPLE)
    return texts.dictionary_encode() if len(sample.unique()) <= max(len(sample) // 4, 16) else texts


def outcome_texts(outcomes: pd.DataFrame, name: str) -> pa.Array:
    """Return a text column of the outcomes, as a dictionary where that pays."""
    return few(columns_of(outcomes, [name])[name].combine_chunks())


def written(numbers: pa.Array) -> pa.DictionaryArray:
    """Return integers of few different values as text; '' for a null."""
    encoded = numbers.dictionary_encode(null_encoding="encode")
    return pa.DictionaryArray.from_arrays(encoded.indices, pc.fill_null(encoded.dictionary.cast(TEXT), ""))


def moments(seconds: NDArray[np.float64]) -> pa.Array:
    """Return Unix times as ISO 8601 in UTC with milliseconds; '' for NaN."""
    known = ~np.isnan(seconds)
    if not known.any():
        return blank(len(seconds))
    milliseconds = np.floor(np.where(known, seconds, 0.0) * 1000 + 0.5).astype(np.int64)
    text = pa.array(milliseconds, mask=~known).cast(pa.timestamp("ms")).cast(TEXT)
    iso = pc.binary_join_element_wise(pc.replace_substring(text, " ", "T"), scalar("+00:00"), scalar(""))
    return pc.fill_null(iso, "")


def taken(texts: pa.Array, places: pa.Array, other: str | None = None) -> pa.Array:
    """Return the texts at `places`; the place behind the last one stands for the text `other`."""
    if other is not None:
        extra = pa.array([other], TEXT)
        if pa.types.is_dictionary(texts.type):
            last = pa.array([len(texts.dictionary)], pa.int32())
            indices = pa.concat_arrays([texts.indices.cast(pa.int32()), last])
            texts = pa.DictionaryArray.from_arrays(indices, pa.concat_arrays([texts.dictionary, extra]))
        else:
            texts = pa.concat_arrays([texts, extra])
    return pc.take(texts, places)


def _filled(column: pa.ChunkedArray) -> Any:  # noqa: ANN401 - pyarrow has no types
    if pa.types.is_dictionary(column.type):
        if not column.null_count and pa.types.is_large_string(column.type.value_type):
            return column.unify_dictionaries()
        column = column.cast(column.type.value_type)
    column = column.cast(TEXT)
    return pc.fill_null(column, "") if column.null_count else column
