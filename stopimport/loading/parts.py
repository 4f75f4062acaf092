"""The cells of all files in parts, each for whoever computes: made here, or by others who can read the same file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stopimport.loading.delimited.regular import read_regular
from stopimport.loading.files.ranges import NotThereError
from stopimport.loading.frame import make_frame, partitions
from stopimport.loading.own_files import OwnFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pandas as pd

    from stopimport.loading.files.ranges import Range
    from stopimport.loading.frame import Extract

_MOST_ABOVE = 1000
"""Records above the data that are sent along with each part: headers and titles."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The cells of some lines of a file; small, and the same wherever it is sent. It shows nothing of what it holds."""

    range: Range
    extract: Extract
    """What is taken of them; its sheet has nothing but the records above the data."""
    keep: tuple[str, ...]
    skipped: int
    """Lines at the beginning of the range that are no data."""
    before: int
    """Rows of data in front of these."""

    def __repr__(self) -> str:
        return f"Lines({self.range.lines})"

    def cells(self) -> pd.DataFrame:
        """Read the lines, and return the frame of their cells (see `cells.CELL_COLUMNS`).

        Raises:
            NotThereError: the file is not to be found from here, or it is another one.
        """
        place = self.range
        columns = read_regular(place.read(), place.delimiter, place.width, place.lines)
        if columns is None:
            raise NotThereError
        table, rows = self.extract.table, len(self.extract.kept)
        first = table.first
        data = [column.slice(self.skipped, rows) for column in columns]
        data += [pa.chunked_array([], pa.string())] * (len(table.sheet.columns) - len(data))
        both = zip(table.sheet.columns, data, strict=True)
        sheet = replace(
            table.sheet, columns=tuple(pa.chunked_array([above, *below.chunks], pa.string()) for above, below in both)
        )
        extract = replace(self.extract, table=replace(table, sheet=sheet, start=first, stop=first + rows))
        frame = make_frame([extract], self.keep)
        frame["row"] += self.before
        return frame


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the cells."""

    make: Callable[[], pd.DataFrame]
    """Makes their frame of what was read here."""
    lines: Lines | None = None
    """Makes the same frame wherever the file can be read; None: only we can."""


def parts(extracts: Sequence[Extract], keep: tuple[str, ...], rows: int, size: int) -> list[Part]:
    """Return what makes all cells in order; what was not read in ranges is cut as `frame.partitions` does."""
    found: list[Part] = []
    for ranged, together in groupby(extracts, _is_ranged):
        if ranged:
            found += [part for extract in together for part in _by_ranges(extract, keep)]
        else:
            cut = partitions(list(together), rows, size)
            found += [Part(partial(make_frame, part, keep)) for part in cut]
    # Where there is nothing to take (a header that tells nothing, and no rows), that is to be said, too.
    return found or [Part(partial(make_frame, (), keep))]


def _is_ranged(extract: Extract) -> bool:
    table = extract.table
    return bool(table.sheet.ranges) and table.first <= _MOST_ABOVE and table.own is not OwnFile.REJECTS


def _by_ranges(extract: Extract, keep: tuple[str, ...]) -> Iterator[Part]:
    table = extract.table
    head = _head(extract)
    for place in table.sheet.ranges:
        start, stop = max(place.first, table.first), min(place.first + place.lines, table.end)
        if start < stop:
            here = extract.between(start - table.first, stop - table.first)
            alone = replace(head, kept=here.kept.copy(), ragged=here.ragged.copy())
            lines = Lines(place, alone, keep, start - place.first, start - table.first)
            yield Part(partial(make_frame, (here,), keep), lines)


def _head(extract: Extract) -> Extract:
    """Return what is taken of a table, with nothing of it but the records above its data."""
    table, nothing = extract.table, np.zeros(0, np.bool_)
    # Copied, for a slice would take its whole column along.
    above = tuple(pa.array(column.slice(0, table.first).to_pylist(), pa.string()) for column in table.sheet.columns)
    sheet = replace(table.sheet, columns=above, widths=None, ranges=())
    return replace(extract, table=replace(table, sheet=sheet, start=table.first), kept=nothing, ragged=nothing)
