"""The shape of a text: what `split` and `repair` see in it beside the digits.

It is the text with all digits made the same but a zero that leads others, and with words that mean nothing made one
word. What is read from one text holds for all of its shape, unless its digits could make it a date or decimals.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from stopimport.cleaning.repair import WORDS

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEADING_ZERO = "\x01"
"""No text that was made plain holds it."""
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


def _marked(texts: Any) -> Any:  # noqa: ANN401 - as above
    """Make all digits of texts the same but zeros with which a number may begin."""
    zeros = pc.replace_substring_regex(texts, "(^|[^0-9])0", rf"\1{_LEADING_ZERO}")
    # No number begins behind a point; behind a blank or a dash it may, and then a zero tells amounts from others.
    inner = pc.replace_substring_regex(zeros, rf"([0-9{_LEADING_ZERO}]\.){_LEADING_ZERO}", r"\11")
    apart = pc.replace_substring_regex(inner, rf"([0-9{_LEADING_ZERO}][ -]){_LEADING_ZERO}", r"\11")
    whole = pc.if_else(pc.match_substring_regex(texts, "[.,']"), inner, apart)
    return pc.replace_substring_regex(whole, "[0-9]", "1")


def _tamed(found: re.Match[str]) -> str:
    """Return a word in its shape: any word that means nothing is like another."""
    word = found[0]
    if not _PLAIN_WORD.fullmatch(word) or word.lower() in _KNOWN:
        return word
    # The same letter again and again stands for digits, whatever its case.
    return _WORD if len(_LETTERS.intersection(word.lower())) > 1 else word
