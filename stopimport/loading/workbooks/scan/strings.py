"""A look at the shared texts of an xlsx workbook: whether they are plain, how many and how long they are."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from stopimport.loading.workbooks.scan.package import whole_rows
from stopimport.loading.workbooks.scan.plain import Marks, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stopimport.loading.workbooks.limits import Budget
    from stopimport.loading.workbooks.scan.package import Package

_START = b"<si"
_BAD_ESCAPE = b"_x"


@dataclass(frozen=True, slots=True)
class StringsScan:
    """What is known about the shared texts."""

    is_plain: bool = True
    sizes: NDArray[np.int32] | None = None
    """By index: the bytes of each text with its mark-up, 0 for an empty one; None: there are no shared texts."""


def scan_strings(package: Package, part: str, budget: Budget) -> StringsScan:
    """Look at this part, if there is one; raises `DamagedFile`, `TooLarge` or `UnpacksTooFar`."""
    if part.lower() not in package.parts:
        return StringsScan()
    stream = package.stream(part)
    start = next(stream, b"")
    if root_of(start) is None:
        return _not_plain(stream)
    sizes: list[NDArray[np.int32]] = []
    count = 0
    for piece in whole_rows(chain([start[root_of(start) :]], stream), _START, package.file):
        marks = Marks.of(piece)
        if marks is None or _BAD_ESCAPE in piece or b"<rPh" in piece or b"<phonetic" in piece:
            return _not_plain(stream)
        starts = marks.named(b"si")
        found = np.diff(np.append(marks.opening[starts], len(piece))).astype(np.int32)
        found[_empty(marks, starts)] = 0
        sizes.append(found)
        count += len(starts)
        budget.check_strings(count)
    return StringsScan(sizes=np.concatenate(sizes) if sizes else None)


def _not_plain(rest: Iterator[bytes]) -> StringsScan:
    """Measure what is left, as of all parts that are not looked at."""
    for _piece in rest:
        pass
    return StringsScan(is_plain=False)


def _empty(marks: Marks, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which of the texts that start at these tags, counted from 0, hold no text at all."""
    texts = marks.named(b"t")
    filled = texts[marks.filled(texts)]
    counts = np.searchsorted(filled, np.append(starts[1:], len(marks.opening))) - np.searchsorted(filled, starts)
    return np.flatnonzero(counts == 0)
