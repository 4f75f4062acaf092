"""What makes XML plain: the kind that spreadsheet programs write, in which patterns see what a tokenizer would see.

Plain XML is UTF-8, and has no comments, CDATA or processing instructions; every `<` begins a tag, which ends at the
next `>`, before the next `<`. Then a pattern that stays within ``[^<>]`` cannot be led astray, nor look at anything
twice. Whatever is not plain is read by the tokenizer instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BEGINNING = re.compile(
    rb"""(?:\xef\xbb\xbf)?\s*+(?:<\?xml\s(?:(?!encoding)[^<>?])*+(?:encoding\s*+=\s*+["'](?i:utf-8|us-ascii)["'][^<>?]*+)?\?>)?\s*+<"""
)
_LESS, _SLASH, _NAME_ENDS = ord("<"), ord("/"), (ord(" "), ord(">"), ord("/"))
_NOT_THE_BIT_BETWEEN = 0xFD
"""`<` and `>` are told apart by one bit."""
_FOREIGN = (ord("!"), ord("?"))
_MARGIN = 16
"""Bytes behind the text, so that what follows a tag's name can always be looked at."""


def root_of(start: bytes) -> int | None:
    """Return where the outermost element begins, or None if something unusual stands before it."""
    beginning = _BEGINNING.match(start)
    return beginning.end() - 1 if beginning else None


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the tags of a piece of plain XML stand."""

    text: NDArray[np.uint8]
    opening: NDArray[np.int64]
    closing: NDArray[np.int64]
    names: NDArray[np.uint8]
    """The first character of each tag's name; `/` where it is an end."""

    @classmethod
    def of(cls, piece: bytes) -> Marks | None:
        """Return the tags of a piece that tears none of them, or None if the piece is not plain."""
        text = np.frombuffer(piece + bytes(_MARGIN), np.uint8)
        marks = np.flatnonzero((text & _NOT_THE_BIT_BETWEEN) == _LESS)
        if len(marks) % 2:
            return None
        opening, closing = marks[0::2], marks[1::2]
        if (text[opening] != _LESS).any() or (text[closing] == _LESS).any():
            return None
        names = text[opening + 1]
        if any((names == sign).any() for sign in _FOREIGN):
            return None
        return cls(text, opening, closing, names)

    def named(self, name: bytes) -> NDArray[np.int64]:
        """Return which tags, by number, begin an element of this name."""
        found = np.flatnonzero(self.names == name[0])
        for place, sign in enumerate(name[1:], 2):
            found = found[self.text[self.opening[found] + place] == sign]
        after = self.text[self.opening[found] + len(name) + 1]
        return np.asarray(found[(after == _NAME_ENDS[0]) | (after == _NAME_ENDS[1]) | (after == _NAME_ENDS[2])])

    def filled(self, tags: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of each of these tags whether text follows it at once."""
        after = self.text[self.closing[tags] + 1]
        return np.asarray((after != _LESS) & (self.text[self.closing[tags] - 1] != _SLASH))
