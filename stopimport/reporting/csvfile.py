"""Write a table of text as a CSV file that programs read back exactly and spreadsheet programs cannot be tricked by.

UTF-8 with a byte-order mark, CRLF line ends, quotes only where they are needed. Rows go out in batches, each put
together by Arrow's kernels, so memory stays flat and a million rows take about half a second.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.text.formulas import COULD_RUN, marked

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_TEXT = pa.large_string()
_BATCH = 16_384
"""Rows put together at once; larger batches fall out of the processor's cache and are slower."""
_MOST_PAIRS = 1000
_ZERO, _PLUS, _SPACE, _TAB = b"0+ \t"
_BEGINS = np.array([chr(byte).isalnum() and byte < 0x80 for byte in range(256)])
"""Bytes at the beginning of a text that no spreadsheet program takes for a formula's, nor for a blank."""


def write_csv(table: pa.Table, path: Path, *, delimiter: str) -> None:
    """Write `table`, whose columns are text or dictionaries of text, with its header to `path`.

    A null is written as an empty cell.

    Raises:
        OSError: the file cannot be written.
    """
    with path.open("wb") as file:
        file.write(csv_head(table.column_names, delimiter))
        for lines in csv_lines(table, delimiter):
            file.write(lines)


def csv_head(names: Sequence[str], delimiter: str) -> bytes:
    """Return how a file with these columns begins."""
    cells = _Cells(delimiter, alone=len(names) == 1)
    header = [cells.safe(pa.array([name], _TEXT)) for name in names]
    line: bytes = _lines(header, delimiter).to_pybytes()
    return b"\xef\xbb\xbf" + line


def csv_lines(table: pa.Table, delimiter: str) -> Iterator[pa.Buffer]:
    """Yield the rows of a table as they stand in its file, some at a time."""
    cells = _Cells(delimiter, alone=table.num_columns == 1)
    columns = _merged([cells.prepared(column) for column in table.columns], delimiter)
    for batch in pa.table(columns, names=[str(number) for number in range(len(columns))]).to_batches(_BATCH):
        yield _lines([cells.ready(column) for column in batch.columns], delimiter)


class _Cells:
    """Makes cells safe: with the leading ``'`` and the quotes that they need."""

    def __init__(self, delimiter: str, *, alone: bool) -> None:
        """Take the delimiter; in a table of one column the cells are `alone` in their lines."""
        self._need_quotes = _need_quotes(delimiter, alone=alone)
        self._alone = alone
        self._inner = np.zeros(256, bool)
        self._inner[list(f'{delimiter}"\r\n'.encode())] = True
        self._divided_by_digits = bool(self._inner[list(b"+0123456789")].any())

    def prepared(self, column: pa.ChunkedArray) -> Any:  # noqa: ANN401 - pyarrow has no types
        """Return a dictionary column with safe values, any other as it is (it is made safe batch by batch)."""
        if not pa.types.is_dictionary(column.type):
            return column
        if column.null_count:
            return column.cast(_TEXT)
        whole = column.unify_dictionaries().combine_chunks()
        return pa.DictionaryArray.from_arrays(whole.indices, self.safe(whole.dictionary.cast(_TEXT)))

    def ready(self, column: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
        """Return one column of a batch as it is in the file."""
        if pa.types.is_dictionary(column.type):
            return column.cast(_TEXT)
        text = column.cast(_TEXT)
        return self.safe(pc.fill_null(text, "") if text.null_count else text)

    def safe(self, cells: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
        """Return `cells` with what they need."""
        doubtful = self._doubtful(cells)
        if not doubtful.any():
            return cells
        if doubtful.all():
            return self._made_safe(cells)
        mask = pa.array(doubtful)
        return pc.replace_with_mask(cells, mask, self._made_safe(cells.filter(mask)))

    def _doubtful(self, cells: Any) -> NDArray[np.bool_]:  # noqa: ANN401 - pyarrow has no types
        """Return which cells the patterns must look at: the bytes clear most others, many times as fast.

        A cell without inner signs that matter needs nothing if it is a plus and digits, or if it begins with a digit or
        letter and does not end with a blank.
        """
        starts, ends, text = _bytes_of(cells)
        if self._alone or not len(text):
            return np.ones(len(cells), bool)
        digit, filled = text - _ZERO < 10, ends > starts
        first = np.where(filled, text[np.minimum(starts, len(text) - 1)], _ZERO)
        if not self._divided_by_digits and _are_numbers(digit, (first == _PLUS) & (ends - starts > 1)):
            return np.zeros(len(cells), bool)
        if self._inner[text].any():
            return np.ones(len(cells), bool)
        digits = np.zeros(len(text) + 1, np.int32)
        np.cumsum(digit, dtype=np.int32, out=digits[1:])
        last = text[ends - 1]
        number = (first == _PLUS) & (ends - starts > 1) & (digits[ends] - digits[starts] == ends - starts - 1)
        plain = _BEGINS[first] & (last != _SPACE) & (last != _TAB)
        doubtful: NDArray[np.bool_] = filled & ~number & ~plain
        return doubtful

    def _made_safe(self, cells: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
        if not pc.any(pc.match_substring_regex(cells, f"{COULD_RUN}|{self._need_quotes}")).as_py():
            return cells
        cells = marked(cells)
        quoted = pc.match_substring_regex(cells, self._need_quotes)
        if pc.any(quoted).as_py():
            cells = pc.if_else(quoted, _joined(['"', pc.replace_substring(cells, '"', '""'), '"']), cells)
        return cells


def _are_numbers(digit: NDArray[np.bool_], plus: NDArray[np.bool_]) -> bool:
    """Whether all bytes that are no digits are the pluses in front of some, as in most columns of a large file."""
    return bool(np.count_nonzero(digit) + np.count_nonzero(plus) == len(digit))


def _bytes_of(cells: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint8]]:
    """Return where each cell of an array of large strings begins and ends, and the bytes that this counts in."""
    _, offsets_buffer, data = cells.buffers()
    offsets = np.frombuffer(offsets_buffer, np.int64)[cells.offset : cells.offset + len(cells) + 1]
    text = np.frombuffer(data, np.uint8) if data else np.empty(0, np.uint8)
    text = text[offsets[0] : offsets[-1]]
    return offsets[:-1] - offsets[0], offsets[1:] - offsets[0], text


def _merged(columns: Sequence[Any], delimiter: str) -> list[Any]:
    """Join neighbouring dictionary columns into one, where that makes few different texts: fewer cells to write."""
    merged: list[Any] = []
    for column in columns:
        if merged and _few(merged[-1], column):
            left, right = merged[-1], column
            size = len(right.dictionary)
            indices = left.indices.to_numpy().astype(np.int32) * size + right.indices.to_numpy()
            texts = [f"{a}{delimiter}{b}" for a in left.dictionary.to_pylist() for b in right.dictionary.to_pylist()]
            merged[-1] = pa.DictionaryArray.from_arrays(pa.array(indices), pa.array(texts, _TEXT))
        else:
            merged.append(column)
    return merged


def _few(*columns: Any) -> bool:  # noqa: ANN401 - pyarrow has no types
    """Whether these are all dictionaries, and have few pairs of values."""
    if not all(isinstance(column, pa.DictionaryArray) for column in columns):
        return False
    return math.prod(len(column.dictionary) for column in columns) <= _MOST_PAIRS


def _need_quotes(delimiter: str, *, alone: bool) -> str:
    """Return the pattern of cells that need quotes; an empty one does where it is `alone` in its line."""
    signs = rf"\x{{{ord(delimiter):x}}}"
    return rf'[{signs}"\r\n]|^[ \t]|[ \t]$' + ("|^$" if alone else "")


def _lines(columns: list[Any], delimiter: str) -> pa.Buffer:
    """Return the bytes of the lines made of `columns`."""
    lines = _joined([_joined(columns, delimiter), "\r\n"])
    size = pc.sum(pc.binary_length(lines)).as_py()
    return lines.buffers()[2].slice(0, size)


def _joined(parts: list[Any], separator: str = "") -> Any:  # noqa: ANN401 - pyarrow has no types
    scalars = [pa.scalar(part, _TEXT) if isinstance(part, str) else part for part in [*parts, separator]]
    return pc.binary_join_element_wise(*scalars)
