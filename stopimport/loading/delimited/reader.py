"""Text files (CSV, TSV, TXT) as records of cells: all text, nothing lost, whatever the dialect."""

from __future__ import annotations

import io
from codecs import BOM_UTF8
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, chain, islice
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.loading.columns.compact import below_each_other, compact, strings
from stopimport.loading.delimited.delimiter import chosen_delimiter, find_delimiter, named_delimiter, usual_width
from stopimport.loading.delimited.regular import read_regular
from stopimport.loading.delimited.tolerant import Records, RowTooWide, read_tolerant, split_line
from stopimport.loading.errors import InternalError, RowsTooShort, TooManyColumns
from stopimport.loading.files.encoding import DecodedText, decode, is_utf8, looks_like_utf8
from stopimport.loading.files.ranges import Range
from stopimport.loading.raw import RawFile, RawSheet
from stopimport.sidebyside import give_back, in_order
from stopimport.text.language import Plural, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.files.blocks import Blocks
    from stopimport.loading.files.sources import Input

_SAMPLE = 1 << 18
_SAMPLE_LINES = 500
_TITLE_LINES = 50
_MOST_COLUMNS = 16_384
"""As many as a spreadsheet has."""
_CELLS_A_BYTE, _CELLS = 8, 10_000_000
_MANY_LINES, _TOO_MANY_LINES = 100_000, 5_000_000
_NUMBER_LINE = 6
"""Characters of a line with a short phone number."""
_LEAST_ROOM = 3
_LINE_FEED = 10
_UNUSED = "\x1f\x1e\x1d\x1c\x01\x02\x03\x04\x05\x06\x07\x08"


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How the cells of a text are divided: `delimiter` is one that does not occur where every line is one cell."""

    delimiter: str
    width: int
    named: str | None
    """The delimiter; None where every line is one cell."""
    titles: int
    """Leading lines of another width, which hold no quotes: they need not slow down the reading of the rest."""


def read_text(item: Input, options: LoadOptions) -> RawFile:
    """Return the records of one text file.

    Raises:
        BadOption: `--encoding` or `--delimiter` cannot be.
        Undecodable: the bytes do not fit the encoding.
        InternalError: the records read are not those that an independent count finds.
    """
    if not isinstance(item.content, bytes) and options.encoding is None:
        found = _read_blocks(item.content, options)
        if found is not None:
            records, dialect, ranges = found
            return _raw_file(item, DecodedText(b"", "utf-8"), records, dialect, ranges)
    text = decode(item.name, item.data, options.encoding)
    data = text.data.rstrip(b"\r\n")
    data, dialect = _begun(data, options)
    return _raw_file(item, text, _read(item.name, data, dialect), dialect)


def _begun(data: bytes, options: LoadOptions) -> tuple[bytes, _Dialect]:
    """Return text without a first line that names the delimiter, and how its cells are divided."""
    lines = _first_lines(data)
    named = named_delimiter(lines[0]) if lines else None
    if named:
        data = data[len(lines.pop(0).encode()) :]
    delimiter = named or find_delimiter(lines)
    if options.delimiter is not None:
        delimiter = chosen_delimiter(options.delimiter)
    return data, _dialect(data, lines, delimiter)


def _raw_file(
    item: Input, text: DecodedText, records: Records, dialect: _Dialect, ranges: tuple[Range, ...] = ()
) -> RawFile:
    rows = _held_rows(records.columns, len(records.widths))
    sheet = RawSheet(
        name="",
        rows=rows,
        columns=tuple(column.slice(0, rows) for column in records.columns),
        widths=_widths(records.widths[:rows]),
        ranges=ranges,
    )
    notices = [*item.notices, *text.notices]
    if records.stray:
        stray = Plural(
            "{file}: {count:,} stray quote was kept as it is, so that it swallows no rows.",
            "{file}: {count:,} stray quotes were kept as they are, so that they swallow no rows.",
        )
        notices.append(Sentence(stray, file=item.name, count=records.stray))
    return RawFile(
        item.name, item.sha256, workbook=False, sheets=(sheet,), encoding=text.encoding, delimiter=dialect.named,
        notices=tuple(notices),
    )  # fmt: skip


def count_lines(data: bytes) -> int:
    """Count the lines of `data`, whichever line ends it has; the last one need not have any."""
    ends = data.count(b"\n")
    returns = data.count(b"\r")
    if returns:
        ends += returns - data.count(b"\r\n")
    return ends + (bool(data) and not data.endswith((b"\n", b"\r")))


def _first_lines(data: bytes) -> list[str]:
    """Return some lines from the beginning, for the detections (a last one that is cut off goes)."""
    text = data[:_SAMPLE].decode("utf-8", "ignore")
    lines = list(islice(io.StringIO(text, newline=""), _SAMPLE_LINES))
    return lines if len(data) <= _SAMPLE or len(lines) < 2 else lines[:-1]


def _dialect(data: bytes, lines: list[str], delimiter: str | None) -> _Dialect:
    if delimiter is None:
        unused = next((sign for sign in _UNUSED if sign.encode() not in data), _UNUSED[0])
        return _Dialect(unused, 1, None, 0)
    width = usual_width(lines, delimiter)
    widths = [len(split_line(line, delimiter)) for line in lines[:_TITLE_LINES]]
    titles = widths.index(width) if width in widths else 0
    if any('"' in line for line in lines[:titles]):
        titles = 0
    return _Dialect(delimiter, width, delimiter, titles)


def _read(file: str, data: bytes, dialect: _Dialect) -> Records:
    """Read `data` the fast way if it is regular below its title lines, else tolerantly, and check the count."""
    if not data:
        return Records([], np.empty(0, np.int32))
    lines = count_lines(data)
    _check_room(file, data, lines)
    if dialect.width > _MOST_COLUMNS:
        raise TooManyColumns(file, dialect.titles + 1, _MOST_COLUMNS)
    records = _read_fast(data, dialect, lines)
    if records is None:
        most = _most_cells(len(data), lines, dialect.width)
        try:
            records = read_tolerant(data.decode(), dialect.delimiter, dialect.width, most)
        except RowTooWide as error:
            raise TooManyColumns(file, error.line, most) from None
        records.widths[records.widths == 0] = dialect.width
    if records.lines != lines:
        raise InternalError(f"{file}: {records.lines} lines read of {lines}")
    return records


def _check_room(file: str, data: bytes, lines: int) -> None:
    """Raise `RowsTooShort` for many rows that hold something and have no room for a number, or very many of any.

    Each takes room in memory, and as a reject many times what it takes in the file.
    """
    if lines > _TOO_MANY_LINES and len(data) < _NUMBER_LINE * lines:
        raise RowsTooShort(file, lines)
    if lines <= _MANY_LINES or len(data) >= 4 * lines:
        return
    plain = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    signs = np.frombuffer(plain, np.uint8)
    filled = lines - int(((signs[1:] == _LINE_FEED) & (signs[:-1] == _LINE_FEED)).sum())
    if filled > _MANY_LINES and len(plain) - lines < _LEAST_ROOM * filled:
        raise RowsTooShort(file, lines)


def _most_cells(size: int, lines: int, width: int) -> int:
    """Return how many cells a row of a file may have, of which most rows have `width`.

    All rows get as many cells as the widest one has: what they hold may not grow beyond what the file does.
    """
    return min(_MOST_COLUMNS, max(width, (_CELLS_A_BYTE * size + _CELLS) // lines))


def _read_fast(data: bytes, dialect: _Dialect, lines: int) -> Records | None:
    head = _titles(data, dialect)
    body = data[len(head) :] if head else data
    columns = read_regular(body, dialect.delimiter, dialect.width, lines - dialect.titles)
    return None if columns is None else _below_titles(head.decode(), columns, dialect, lines)


def _titles(data: bytes, dialect: _Dialect) -> bytes:
    """Return the title lines at the beginning of a text."""
    if not dialect.titles:
        return b""
    return "".join(islice(io.StringIO(data[:_SAMPLE].decode("utf-8", "ignore"), newline=""), dialect.titles)).encode()


def _below_titles(head: str, columns: list[pa.ChunkedArray], dialect: _Dialect, lines: int) -> Records:
    widths = np.full(lines, dialect.width, np.int32)
    if not head:
        return Records(columns, widths, lines)
    titles = read_tolerant(head, dialect.delimiter, dialect.width)
    titles.widths[titles.widths == 0] = dialect.width
    widths[: dialect.titles] = titles.widths
    return Records(_stack(titles.columns, columns, dialect.titles, lines - dialect.titles), widths, lines)


def _read_blocks(blocks: Blocks, options: LoadOptions) -> tuple[Records, _Dialect, tuple[Range, ...]] | None:
    """Read a large text block by block; None where it is not regular UTF-8, and has to be read as a whole.

    Each block is one for `read_regular`: regular blocks of one dialect, one after the other, are a regular file.
    """
    give_back()
    each = iter(blocks)
    first = next(each)
    behind = len(first)
    first = first.removeprefix(BOM_UTF8)
    if len(first.rstrip(b"\r\n")) <= _SAMPLE or not (looks_like_utf8(first) and is_utf8(first)):
        return None
    first, dialect = _begun(first, options)
    if dialect.width > _MOST_COLUMNS:
        return None
    head = _titles(first, dialect)
    body = first[len(head) :]
    read: list[_Block | None] = []
    parts = _ended(chain([body], each), behind - len(body))
    path = blocks.path if options.ranged else ""
    for block in in_order(partial(_block, start, data, dialect, path) for start, data in parts):
        read.append(block)
        if block is None:
            break
    # What was begun is read to its end, for its checksum.
    deque(each, 0)
    regular = [block for block in read if block is not None]
    lines = dialect.titles + sum(block.lines for block in regular)
    size = len(head) + sum(block.size for block in regular)
    if len(regular) < len(read) or (lines > _MANY_LINES and size < _NUMBER_LINE * lines):
        return None
    columns = [below_each_other([block.columns[index] for block in regular]) for index in range(dialect.width)]
    return _below_titles(head.decode(), columns, dialect, lines), dialect, _ranges(regular, dialect.titles)


def _ranges(blocks: list[_Block], titles: int) -> tuple[Range, ...]:
    """Return where the blocks lie, if others are to read them."""
    firsts = accumulate((block.lines for block in blocks), initial=titles)
    return tuple(
        replace(block.range, first=first)
        for block, first in zip(blocks, firsts, strict=False)
        if block.range is not None
    )


@dataclass(frozen=True, slots=True)
class _Block:
    columns: list[pa.ChunkedArray]
    lines: int
    size: int
    range: Range | None


def _block(start: int, data: bytes, dialect: _Dialect, path: str) -> _Block | None:
    """Read one block; None if it is not regular, or speaks against the dialect found at the beginning.

    Args:
        start: where it lies in the file.
        data: its lines.
        dialect: how the file's cells are divided.
        path: by which others are to find the file; '' if nobody is.
    """
    if not is_utf8(data) or (dialect.named is None and dialect.delimiter.encode() in data):
        return None
    lines = count_lines(data)
    columns = read_regular(data, dialect.delimiter, dialect.width, lines) if data else None
    if columns is None:
        return None
    place = Range.of((path, start), data, lines, dialect.width, dialect.delimiter) if path else None
    return _Block(list(map(compact, columns)), lines, len(data), place)


def _ended(blocks: Iterator[bytes], start: int) -> Iterator[tuple[int, bytes]]:
    """Yield where each of the blocks begins, the first one at `start`, and what is in it.

    The last one comes without the line ends behind it.
    """
    before = next(blocks)
    for block in blocks:
        yield start, before
        start += len(before)
        before = block
    yield start, before.removesuffix(b"\x1a").rstrip(b"\r\n")


def _stack(
    upper: list[pa.ChunkedArray], lower: list[pa.ChunkedArray], upper_rows: int, lower_rows: int
) -> list[pa.ChunkedArray]:
    """Put two blocks of columns under each other."""
    total = max(len(upper), len(lower))
    blocks = ((upper, upper_rows), (lower, lower_rows))
    empty = {rows: pa.chunked_array([pa.repeat(pa.scalar("", pa.string()), rows)]) for _, rows in blocks}
    return [
        below_each_other([columns[index] if index < len(columns) else empty[rows] for columns, rows in blocks])
        for index in range(total)
    ]


def _held_rows(columns: list[pa.ChunkedArray], rows: int) -> int:
    """Return the number of rows up to the last one that holds anything."""
    end, size = rows, 64
    while end > 0:
        start = max(0, end - size)
        last = -1
        for column in columns:
            held = pc.not_equal(pc.utf8_trim_whitespace(strings(column.slice(start, end - start))), "")
            places = np.flatnonzero(held.to_numpy())
            last = max(last, int(places[-1]) if len(places) else -1)
        if last >= 0:
            return start + last + 1
        end, size = start, size * 4
    return 0


def _widths(widths: np.ndarray) -> np.ndarray | None:
    return widths if len(widths) and widths.min() != widths.max() else None
