"""The text of workbook cells: numbers in their shortest exact form, dates as ISO, booleans as TRUE and FALSE."""

from __future__ import annotations

import datetime as dt
import gc
from contextlib import contextmanager
from decimal import Decimal
from itertools import islice
from types import NoneType
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

_AT_ONCE = 8192
"""Rows converted at once: few enough to stay in the processor's cache, and memory stays flat."""


def text_of(value: object) -> str:
    """Return how a cell's value reads; None is an empty cell."""
    writer = _WRITERS.get(type(value))
    return writer(value) if writer else str(value)


def _text_of_number(value: float) -> str:
    """Return the digits that mean exactly this number, the fewest there are, and never an exponent."""
    shortest = repr(value + 0.0)  # minus zero is zero
    if "e" in shortest:
        shortest = format(Decimal(shortest), "f")
    return shortest.removesuffix(".0")


def _text_of_duration(value: dt.timedelta) -> str:
    """Return a duration as ISO 8601 has it, hours first, as LibreOffice stores it."""
    seconds = abs(value) // dt.timedelta(seconds=1)
    sign = "-" if value < dt.timedelta(0) else ""
    return f"{sign}PT{seconds // 3600:02}H{seconds // 60 % 60:02}M{seconds % 60:02}S"


_WRITERS: dict[type, Callable[[Any], str]] = {
    float: _text_of_number,
    bool: lambda value: "TRUE" if value else "FALSE",
    NoneType: lambda _value: "",
    dt.timedelta: _text_of_duration,
    dt.datetime: dt.datetime.isoformat,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
}


def columns_of(rows: Iterable[Sequence[object]], left: int) -> list[Any]:
    """Return the columns of equally long `rows` as chunked Arrow strings, behind `left` empty ones."""
    chunks: list[list[Any]] = []
    remaining = iter(rows)
    with _uncollected():
        while taken := list(islice(remaining, _AT_ONCE)):
            chunks.append([_text_array(values) for values in zip(*taken, strict=True)])
    columns = [pa.chunked_array(list(parts)) for parts in zip(*chunks, strict=True)]
    if not columns:
        return []
    return [empty_column(len(columns[0]))] * left + columns


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keep the garbage collector away from lists of texts: they hold no cycles, and it takes 40 % of the time."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _text_array(values: Sequence[object]) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    try:
        return pa.array(values, pa.string())
    except (pa.ArrowTypeError, pa.ArrowInvalid):
        return pa.array([value if type(value) is str else text_of(value) for value in values], pa.string())


def empty_column(rows: int) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    """Return a column of `rows` empty cells."""
    offsets = pa.py_buffer(np.zeros(rows + 1, dtype=np.int32))
    return pa.chunked_array([pa.StringArray.from_buffers(rows, offsets, pa.py_buffer(b""))])


def used_rows(columns: Iterable[Any]) -> int:
    """Return how many rows there are up to the last one that holds anything in these columns."""
    used = 0
    for column in {id(column): column for column in columns}.values():
        start = len(column)
        for chunk in reversed(column.chunks):
            start -= len(chunk)
            if start + len(chunk) <= used:
                break
            filled = np.flatnonzero(pc.binary_length(chunk))
            if len(filled):
                used = max(used, start + int(filled[-1]) + 1)
                break
    return used


def filled(columns: Sequence[Any], apart: Collection[tuple[int, int]] = ()) -> int:
    """Return how many cells of these columns hold anything, not counting those at the places `apart`."""
    distinct = {id(column): column for column in columns}.values()
    number = sum(pc.sum(pc.greater(pc.binary_length(column), 0)).as_py() or 0 for column in distinct)
    places = ((row, column) for row, column in apart if column < len(columns) and row < len(columns[column]))
    return int(number - sum(columns[column][row].as_py() != "" for row, column in places))


def all_resized(columns: Sequence[Any], rows: int) -> list[Any]:
    """Return `columns` cut or lengthened by empty cells to `rows`; those that are one array stay one."""
    resized = {id(column): _resized(column, rows) for column in {id(column): column for column in columns}.values()}
    return [resized[id(column)] for column in columns]


def _resized(column: Any, rows: int) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    if len(column) == rows:
        return column
    if len(column) > rows:
        return column.slice(0, rows)
    return pa.chunked_array([*column.chunks, *empty_column(rows - len(column)).chunks])


def with_texts(column: Any, rows: Sequence[int], texts: Sequence[str]) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    """Return `column` with `texts` in the cells at `rows` (ascending, each once)."""
    mask = np.zeros(len(column), dtype=bool)
    mask[np.asarray(rows, dtype=np.int64)] = True
    whole = column.combine_chunks()
    return pa.chunked_array([pc.replace_with_mask(whole, pa.array(mask), pa.array(texts, pa.string()))])
