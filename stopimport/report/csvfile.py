"""Write a table of text as a CSV file that programs read back exactly and spreadsheet programs cannot be tricked by.

UTF-8 with a byte-order mark, CRLF line ends, quotes only where they are needed. Rows go out in batches, each put
together by Arrow's kernels, so memory stays flat and a million rows take about half a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from stopimport.formulas import COULD_RUN, marked

if TYPE_CHECKING:
    from pathlib import Path

_TEXT = pa.large_string()
_BATCH = 16_384
"""Rows put together at once; larger batches fall out of the processor's cache and are slower."""


def write_csv(table: pa.Table, path: Path, *, delimiter: str) -> None:
    """Write `table`, whose columns are text or dictionaries of text, with its header to `path`.

    A null is written as an empty cell.

    Raises:
        OSError: the file cannot be written.
    """
    need_quotes = _need_quotes(delimiter, alone=table.num_columns == 1)
    header = [pa.array([name], _TEXT) for name in table.column_names]
    columns = [_prepared(column, need_quotes) for column in table.columns]
    with path.open("wb") as file:
        file.write(b"\xef\xbb\xbf")
        file.write(_lines([_safe(cell, need_quotes) for cell in header], delimiter))
        for batch in pa.table(columns, names=[str(number) for number in range(len(columns))]).to_batches(_BATCH):
            file.write(_lines([_ready(column, need_quotes) for column in batch.columns], delimiter))


def _need_quotes(delimiter: str, *, alone: bool) -> str:
    """Return the pattern of cells that need quotes; an empty one does where it is `alone` in its line."""
    signs = rf"\x{{{ord(delimiter):x}}}"
    return rf'[{signs}"\r\n]|^[ \t]|[ \t]$' + ("|^$" if alone else "")


def _prepared(column: pa.ChunkedArray, need_quotes: str) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Return a dictionary column with safe values, any other as it is (it is made safe batch by batch)."""
    if not pa.types.is_dictionary(column.type):
        return column
    if column.null_count:
        return column.cast(_TEXT)
    whole = column.unify_dictionaries().combine_chunks()
    return pa.DictionaryArray.from_arrays(whole.indices, _safe(whole.dictionary.cast(_TEXT), need_quotes))


def _ready(column: Any, need_quotes: str) -> Any:  # noqa: ANN401 - as above
    """Return one column of a batch as it stands in the file."""
    if pa.types.is_dictionary(column.type):
        return column.cast(_TEXT)
    text = column.cast(_TEXT)
    return _safe(pc.fill_null(text, "") if text.null_count else text, need_quotes)


def _safe(cells: Any, need_quotes: str) -> Any:  # noqa: ANN401 - as above
    """Return `cells` with the leading ``'`` and the quotes that they need."""
    if not pc.any(pc.match_substring_regex(cells, f"{COULD_RUN}|{need_quotes}")).as_py():
        return cells
    cells = marked(cells)
    quoted = pc.match_substring_regex(cells, need_quotes)
    if pc.any(quoted).as_py():
        cells = pc.if_else(quoted, _joined(['"', pc.replace_substring(cells, '"', '""'), '"']), cells)
    return cells


def _lines(columns: list[Any], delimiter: str) -> pa.Buffer:
    """Return the bytes of the lines made of `columns`."""
    lines = _joined([_joined(columns, delimiter), "\r\n"])
    size = pc.sum(pc.binary_length(lines)).as_py()
    return lines.buffers()[2].slice(0, size)


def _joined(parts: list[Any], separator: str = "") -> Any:  # noqa: ANN401 - as above
    scalars = [pa.scalar(part, _TEXT) if isinstance(part, str) else part for part in [*parts, separator]]
    return pc.binary_join_element_wise(*scalars)
