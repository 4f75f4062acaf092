"""From the text of a phone cell to the verdicts on the numbers in it: dividing cells that hold several."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.cleaning.characters import plain_characters
from stopimport.cleaning.forms import is_date, spreadsheet_number, without_text_marker
from stopimport.cleaning.numbers import MIN_DIGITS
from stopimport.cleaning.repair import Writing, count_digits, read_writings
from stopimport.cleaning.verdicts import NOT_A_PHONE_NUMBER, Grade, Verdict
from stopimport.vocabulary import Repair

if TYPE_CHECKING:
    from collections.abc import Callable

_DIVIDERS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"[\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]",
        "[;；]",
        r"[|｜]",
        r"(?<![^\W\d_])(?:ou|et|or)(?![^\W\d_])",
        "[/／]",
        "[,，]",
    )
)
"""With full-width twins: cells are divided as they were written, so that each part names its own repairs."""
_PREFIX = re.compile(r"[^\w+]*(?:\+|00)")
_MAX_PARTS = 30
_SPLIT = frozenset({Repair.SPLIT_CELL})
_IN_PARTS = frozenset({Repair.CHARACTERS})
"""What may have been corrected in one part of a cell and not in another."""


def unwrapped(text: str) -> tuple[str, frozenset[Repair]]:
    """Take off what a program put around a whole cell: unusual characters, text marker, decimals, exponent.

    Returns:
        the rest and what was corrected. A number of which digits were lost stays as it is.
    """
    plain, unusual = plain_characters(text)
    bare, marked = without_text_marker(plain.strip())
    number = spreadsheet_number(bare)
    repairs = {Repair.CHARACTERS} if unusual else set()
    if marked:
        repairs.add(Repair.EXCEL_TEXT)
    if isinstance(number, tuple):
        bare = number[0]
        repairs.add(number[1])
    return bare, frozenset(repairs)


def _parts(text: str, bare: str) -> list[str]:
    """Return the parts of `text` (`bare` when unwrapped) that are each a number's length; none if it is one text."""
    if count_digits(bare) < 2 * MIN_DIGITS or is_date(bare) or spreadsheet_number(bare) is not None:
        return []
    for divider in _DIVIDERS:
        parts = [part for part in divider.split(text) if plain_characters(part)[0].strip()]
        if len(parts) > 1 and all(count_digits(part) >= MIN_DIGITS for part in parts):
            return parts
    return []


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads phone cells, and judges the digits in them with `judge`."""

    judge: Callable[[str], Verdict]

    def read(self, text: str) -> tuple[Verdict, ...]:
        """Return a verdict for each entry in `text`, which is not blank."""
        return self.read_unwrapped(text, *unwrapped(text))

    def read_unwrapped(self, text: str, bare: str, repairs: frozenset[Repair]) -> tuple[Verdict, ...]:
        """Return a verdict for each entry in `text`, of which `bare` is left when the `repairs` were made."""
        around = frozenset[Repair]() if repairs <= _IN_PARTS else repairs
        verdicts = [verdict.repaired(around) for verdict in self._divided(bare if around else text, bare)]
        return tuple(verdicts or [verdict.repaired(repairs) for verdict in self._undivided(bare)])

    def _divided(self, text: str, bare: str) -> list[Verdict]:
        """Return the verdicts on the parts of `text` (`bare` when unwrapped); none if it is not to be divided.

        Each part is read as a cell of its own. Behind an international prefix, parts of which none is a number
        are not several numbers where they are one together: ``+49 1512/3456789``.
        """
        verdicts = [verdict.repaired(_SPLIT) for part in _parts(text, bare) for verdict in self.read(part)]
        if verdicts and _PREFIX.match(bare) and all(verdict.grade == Grade.INVALID for verdict in verdicts):
            whole = self._undivided(bare)
            if len(whole) == 1 and whole[0].grade != Grade.INVALID:
                return []
        return verdicts

    def _undivided(self, text: str) -> list[Verdict]:
        writings = read_writings(text)
        if len(writings) == 1:
            return self._side_by_side(writings[0])
        verdicts = [verdict for writing in writings for verdict in self._side_by_side(writing)]
        if all(verdict.grade != Grade.INVALID for verdict in verdicts):
            return [verdict.repaired(_SPLIT) for verdict in verdicts]
        return [NOT_A_PHONE_NUMBER]

    def _side_by_side(self, writing: Writing) -> list[Verdict]:
        """Judge one writing; if it is no number, look for complete numbers with blanks between them."""
        verdict = self._judge(writing)
        parts = writing.parts
        if verdict.grade != Grade.INVALID or not 2 <= len(parts) <= _MAX_PARTS:
            return [verdict]
        if sum(map(count_digits, parts)) < 2 * MIN_DIGITS or not all(map(count_digits, parts)):
            return [verdict]
        ways = self._ways(parts)
        if len(ways) != 1:
            return [verdict]
        around = (writing.repairs & {Repair.TEXT_AROUND}) | _SPLIT
        return [found.repaired(around) for found in ways[0]]

    def _ways(self, parts: tuple[str, ...]) -> list[list[Verdict]]:
        """Return the ways to cut `parts` into groups that are each a valid number, as verdicts (at most two ways)."""
        ways: list[list[list[Verdict]]] = [[[]]]
        for end in range(1, len(parts) + 1):
            here: list[list[Verdict]] = []
            for start in range(end):
                if ways[start] and (found := self._complete(" ".join(parts[start:end]))):
                    here += [[*way, found] for way in ways[start]]
            ways.append(here[:2])
        return ways[-1]

    def _complete(self, text: str) -> Verdict | None:
        """Return the verdict on `text` if it is one valid number by itself."""
        if count_digits(text) < MIN_DIGITS or "+" in text[1:]:
            return None
        writing = read_writings(text)[0]
        verdict = self._judge(writing)
        return verdict if verdict.grade != Grade.INVALID else None

    def _judge(self, writing: Writing) -> Verdict:
        if writing.reason is not None:
            return Verdict(reason=writing.reason, repairs=writing.repairs)
        return self.judge(writing.digits).repaired(writing.repairs)
