"""The digits of many cells at once, where the cells hold nothing but digits and the usual signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

_ZERO, _PLUS, _DOT, _DASH, _SPACE, _CLOSING = b"0+.- )"
_OTHER = np.array([chr(byte) not in "0123456789+ .-()" for byte in range(256)])
_DATE_LENGTHS = (6, 8)


@dataclass(frozen=True, slots=True)
class PlainCells:
    """Cells taken apart; where `plain` is false the other columns mean nothing."""

    plain: NDArray[np.bool_]
    """Nothing but digits, a plus before them, and ``space . - ( )``; no decimals, no date and no negative number."""
    blank: NDArray[np.bool_]
    plus: NDArray[np.bool_]
    count: NDArray[np.int64]
    """Number of digits."""
    first: NDArray[np.int64]
    """Where the cell's digits begin in `digits`."""
    spaced: NDArray[np.bool_]
    """There are other signs than the plus."""
    digits: NDArray[np.uint8]


def read_bytes(texts: pa.Array) -> PlainCells:
    """Take apart an Arrow array of large strings without nulls."""
    offsets, text = large_bytes(texts)
    starts, ends = offsets[:-1], offsets[1:]
    is_digit = text - _ZERO < 10
    digits_before = _counted(is_digit)
    first = digits_before[starts].astype(np.int64)
    count = digits_before[ends] - first
    others = _counted(_OTHER[text])
    plain = others[ends] == others[starts]
    plus = _plus(text, starts, digits_before, plain)
    plain[_doubtful(text, starts, ends, digits_before)] = False
    ends = _trimmed(text, starts, ends)
    spaced = ends - starts != count + plus
    like_date = np.flatnonzero(spaced & (count >= _DATE_LENGTHS[0]) & (count <= _DATE_LENGTHS[1]))
    if len(like_date):
        signs = _counted((text == _DOT) | (text == _DASH))
        plain[like_date[signs[ends[like_date]] != signs[starts[like_date]]]] = False
    return PlainCells(plain, ends == starts, plus, count, first, spaced, text[is_digit] - _ZERO)


def large_bytes(texts: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return where the texts of an Arrow array of large strings without nulls begin, and the end; and all bytes."""
    _, offsets_buffer, data_buffer = texts.buffers()
    if not offsets_buffer:
        return np.zeros(1, np.int64), np.empty(0, np.uint8)
    offsets = np.frombuffer(offsets_buffer, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(data_buffer, np.uint8) if data_buffer else np.empty(0, np.uint8)
    return offsets - offsets[0], data[offsets[0] : offsets[-1]]


def _counted(marks: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return how many marks there are before each position, and at last before the end."""
    counted = np.zeros(len(marks) + 1, np.int32)
    np.cumsum(marks, dtype=np.int32, out=counted[1:])
    return counted


def _plus(
    text: NDArray[np.uint8], starts: NDArray[np.int64], digits_before: NDArray[np.int32], plain: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which cells have a plus before their digits; those with another plus are not `plain`."""
    plus = np.zeros(len(starts), bool)
    places = np.flatnonzero(text == _PLUS)
    cells = np.searchsorted(starts, places, "right") - 1
    plus[cells] = True
    inside = digits_before[places] != digits_before[starts[cells]]
    repeated = np.append(cells[1:] == cells[:-1], False)[: len(cells)]
    plain[cells[inside | repeated]] = False
    return plus


def _trimmed(text: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the ends of the cells without the spaces after them."""
    ends = ends.copy()
    cells = np.flatnonzero(ends > starts)
    while len(cells := cells[text[ends[cells] - 1] == _SPACE]):
        ends[cells] -= 1
        cells = cells[ends[cells] > starts[cells]]
    return ends


def _doubtful(
    text: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], digits_before: NDArray[np.int32]
) -> NDArray[np.int64]:
    """Return the cells that may be something else than digits and signs between them.

    That is: one point between the digits, or one in all (decimals), two points or dashes without a digit between them
    (digits left out), a dash outside the digits (a negative number), a bracket closed behind them (likewise).
    """
    places = np.flatnonzero((text == _DOT) | (text == _DASH) | (text == _CLOSING))
    if not len(places):
        return places
    cells = np.searchsorted(starts, places, "right") - 1
    signs, before = text[places], digits_before[places]
    behind, ahead = before == digits_before[ends[cells]], before == digits_before[starts[cells]]
    dots = signs == _DOT
    outside = (behind | ((signs == _DASH) & ahead)) & ~dots
    outside[1:] |= (before[1:] == before[:-1]) & (signs[1:] == signs[:-1]) & (cells[1:] == cells[:-1])
    # A point at either end is none between the digits: ``333.911284.`` has decimals.
    inside = np.bincount(cells[dots & ~behind & ~ahead], minlength=len(starts))
    single = (inside == 1) | (np.bincount(cells[dots], minlength=len(starts)) == 1)
    return np.concatenate([cells[outside], np.flatnonzero(single)])
