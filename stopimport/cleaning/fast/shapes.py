"""The shape of a text: what `split` and `repair` see in it beside the digits.

It is the text with all digits made the same but a zero that leads others, and with words that mean nothing made one
word. What is read from one text holds for all of its shape, unless its digits could make it a date or decimals.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stopimport.cleaning.fast.plain_bytes import large_bytes
from stopimport.cleaning.repair import WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MARK = 1
"""In place of a zero that leads; no text that was made plain holds it."""
_ZERO, _ONE, _POINT = b"01."
_TEN = 10
_APART = np.isin(np.arange(256), list(b" -"))
_MARKS_AMOUNT = np.isin(np.arange(256), list(b".,'"))
_PLAIN_WORD = re.compile(r"[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff]{3,}")
_WORD = "word"
_KNOWN = frozenset(
    ("utc", "ext", "extn", "extension", "poste", "int", "interne", "interno", "apl", "anexo", "durchwahl")
)
"""Words of three letters and more that mean something to `forms` and `repair`."""
_SAMPLE = 512
"""Shapes that are looked at first: some lists have none that are alike."""
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz")


def shapes_of(texts: Any) -> tuple[NDArray[np.int64], list[str]]:  # noqa: ANN401 - pyarrow has no types
    """Return the shapes in an Arrow array of plain texts, and for each text the position of its own.

    Where hardly any two texts have the same, each has one of its own.
    """
    raw = _marked(texts).dictionary_encode()
    shapes = raw.dictionary.to_pylist()
    if len({WORDS.sub(_tamed, shape) for shape in shapes[:_SAMPLE]}) * 2 > _SAMPLE:
        return np.arange(len(texts)), texts.to_pylist()
    index: dict[str, int] = {}
    tamed = [index.setdefault(WORDS.sub(_tamed, shape), len(index)) for shape in shapes]
    return np.array(tamed, np.int64)[raw.indices.to_numpy()], list(index)


def _marked(texts: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """Make all digits of texts the same but zeros with which a number may begin."""
    offsets, data = large_bytes(texts)
    # Of texts that are empty none has a sign; those that begin in one place with another are told by the last of them.
    beginnings = offsets[:-1]
    digit = data - _ZERO < _TEN
    zeros = np.flatnonzero(data == _ZERO)
    cells = np.searchsorted(beginnings, zeros, "right") - 1
    room = zeros - beginnings[cells]
    leading = (room == 0) | ~digit[zeros - 1]
    zeros, cells, room = zeros[leading], cells[leading], room[leading]
    signed = np.zeros(len(texts), bool)
    signed[np.searchsorted(beginnings, np.flatnonzero(_MARKS_AMOUNT[data]), "right") - 1] = True
    # No number begins behind a point; behind a blank or a dash it may, and then a zero tells amounts from others.
    inside = (room > 1) & digit[zeros - 2] & np.where(signed[cells], data[zeros - 1] == _POINT, _APART[data[zeros - 1]])
    made = np.where(digit, _ONE, data)
    made[zeros[~inside]] = _MARK
    return pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(offsets.tobytes()), pa.py_buffer(made.tobytes()))


def _tamed(found: re.Match[str]) -> str:
    """Return a word in its shape: any word that means nothing is like another."""
    word = found[0]
    if not _PLAIN_WORD.fullmatch(word) or word.lower() in _KNOWN:
        return word
    # The same letter again and again stands for digits, whatever its case.
    return _WORD if len(_LETTERS.intersection(word.lower())) > 1 else word
