"""The fast reader of delimited text, for files in which every row has the same number of cells."""

from __future__ import annotations

from codecs import BOM_UTF8

import pyarrow as pa
from pyarrow import csv

from stopimport.loading.columns.cell_bytes import may_hold
from stopimport.loading.delimited.tolerant import any_field_size, is_open

_BLOCK = 1 << 22


def read_regular(
    data: bytes, delimiter: str, width: int, lines: int, *, block: int = _BLOCK
) -> list[pa.ChunkedArray] | None:
    """Return the `width` columns of `data`, or None where `read_tolerant` has to look.

    `lines` is the independent count of the file's lines. A record over several lines, one swallowed by a stray quote
    and a row of another width all make the reader's count differ from it, or make the reader fail. `block` bytes
    are read at once.
    """
    quoted = b'"' in data
    if data.startswith(BOM_UTF8) or (quoted and _ends_open(data, delimiter)):
        return None  # pyarrow leaves a byte-order mark out, which here can only be that of a file glued below titles
    names = [str(index) for index in range(width)]
    try:
        table = csv.read_csv(
            pa.BufferReader(pa.py_buffer(data)),
            read_options=csv.ReadOptions(column_names=names, block_size=block),
            parse_options=csv.ParseOptions(
                delimiter=delimiter,
                # Looking for quotes halves the speed, and most exports have none.
                quote_char='"' if quoted else False,
                ignore_empty_lines=False,
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    # pyarrow takes the end of a block, too, for the other half of a quote; the line's end is then part of the cell.
    if table.num_rows != lines or (quoted and any(may_hold(column, b"\r\n") for column in table.columns)):
        return None
    return list(table.columns)


def _ends_open(data: bytes, delimiter: str) -> bool:
    """Whether a quote reaches over the end of the last line: pyarrow takes the end of the file for its other half."""
    last = data[max(data.rfind(b"\n"), data.rfind(b"\r")) + 1 :]
    with any_field_size():
        return is_open(last.decode(), delimiter)
