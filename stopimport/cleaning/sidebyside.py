"""Numbers that stand side by side, with nothing between them but what also stands inside numbers: blanks and dashes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stopimport.cleaning.damage import DASHES
from stopimport.cleaning.numbers import MIN_DIGITS
from stopimport.cleaning.repair import count_digits

if TYPE_CHECKING:
    from collections.abc import Callable

    from stopimport.cleaning.verdicts import Verdict

BETWEEN = re.compile(rf"[\s{DASHES}]+")
BOUNDARY = re.compile(r":::+|&")
"""What never stands inside a number."""
_LONGEST = 20
"""Digits of a writing at most: a prefix, the longest number, a trunk zero, decimals of zero."""


def only_way(text: str, complete: Callable[[str], Verdict | None]) -> list[Verdict]:
    """Return the numbers that stand in `text`, if there is exactly one way to cut it into such; else none.

    `complete` gives the verdict on a text that is one valid number. It is asked about a few tokens at a time, as
    many as a number has digits, so that the work grows with the length of `text` alone.
    """
    found: list[Verdict] = []
    for segment in BOUNDARY.split(text):
        numbers = _only_way([token for token in BETWEEN.split(segment) if token], complete)
        if not numbers:
            return []
        found += numbers
    return found if len(found) > 1 else []


def _only_way(tokens: list[str], complete: Callable[[str], Verdict | None]) -> list[Verdict]:
    digits = [count_digits(token) for token in tokens]
    if not all(digits):
        return []
    ways = [1] + [0] * len(tokens)
    """How many ways lead to each place between tokens: 0, 1, or 2 for more."""
    came: list[tuple[int, Verdict] | None] = [None] * len(ways)
    for start in range(len(tokens)):
        if not ways[start]:
            continue
        for end in ends_of(tokens, digits, start):
            verdict = complete(" ".join(tokens[start:end]))
            if verdict:
                ways[end] = min(2, ways[end] + ways[start])
                came[end] = (start, verdict)
    return _walked_back(came) if ways[-1] == 1 else []


def ends_of(tokens: list[str], digits: list[int], start: int) -> list[int]:
    """Return where a number that begins at the token `start` may end."""
    ends, count = [], 0
    for place in range(start, len(tokens)):
        count += digits[place]
        if count > _LONGEST or (place > start and "+" in tokens[place]):
            break
        if count >= MIN_DIGITS and "+" not in tokens[place][1:]:
            ends.append(place + 1)
    return ends


def _walked_back(came: list[tuple[int, Verdict] | None]) -> list[Verdict]:
    found, place = [], len(came) - 1
    while (step := came[place]) is not None:
        place = step[0]
        found.append(step[1])
    return found[::-1]
