"""From the text of a phone cell to the verdicts on the numbers in it: dividing cells that hold several.

A cell that is one number as a whole, of any line type, is not divided. Some signs divide wherever each part has
enough digits; others, which also stand inside numbers, only where each part is a number by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.cleaning.characters import plain_characters
from stopimport.cleaning.damage import DASHES, is_decimal
from stopimport.cleaning.forms import is_date, spreadsheet_number, without_text_marker
from stopimport.cleaning.numbers import MIN_DIGITS
from stopimport.cleaning.repair import Writing, count_digits, read_writings
from stopimport.cleaning.sidebyside import only_way
from stopimport.cleaning.verdicts import NOT_A_PHONE_NUMBER, TOO_LONG_A_CELL, TOO_MANY_NUMBERS, Grade, Verdict
from stopimport.vocabulary import Repair

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_CHARACTERS = 32_767
"""As many as a spreadsheet's cell holds."""
MOST_NUMBERS = 100
COMMA = re.compile("[,，、،﹐]")
_DIVIDERS = (
    *(
        re.compile(pattern, re.IGNORECASE)
        for pattern in (
            r"[\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]",
            "[;；؛﹔]",
            r"[|｜]",
            r"(?<![^\W\d_])(?:ou|et|or)(?![^\W\d_])",
            *(r"\s[/／]+\s|[/／]{2,}", r"\s[/／]|[/／]\s", "[/／]"),  # without blanks it stands inside numbers, too
        )
    ),
    COMMA,
)
"""With full-width twins: cells are divided as they were written, so that each part names its own repairs."""
_FUNCTION = re.compile(r"=[\s+@-]*+[^\W\d_][\w.]*+\(")
"""The beginning of a formula: what it shows, its text does not say."""
BETWEEN_NUMBERS = tuple(map(re.compile, (":::+", "&", rf"\s[{DASHES}]++\s", rf"[{DASHES}]++")))
"""Divide where each part is a number by itself."""
SPLIT = frozenset({Repair.SPLIT_CELL})
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


def parts_of(text: str) -> tuple[list[str], re.Pattern[str] | None]:
    """Divide a text by the first sign that has enough digits on all its sides; no parts if there is none."""
    for divider in _DIVIDERS:
        parts = [part for part in divider.split(text) if plain_characters(part)[0].strip()]
        if len(parts) > 1 and all(count_digits(part) >= MIN_DIGITS for part in parts):
            return parts, divider
    return [], None


@dataclass(frozen=True, slots=True)
class CellReader:
    """Reads phone cells, and judges the digits in them with `judge`."""

    judge: Callable[[str], Verdict]

    def read(self, text: str) -> tuple[Verdict, ...]:
        """Return a verdict for each entry in `text`, which is not blank."""
        if len(text) > MOST_CHARACTERS:
            return (TOO_LONG_A_CELL,)
        return self.read_unwrapped(text, *unwrapped(text))

    def read_unwrapped(self, text: str, bare: str, repairs: frozenset[Repair]) -> tuple[Verdict, ...]:
        """Return a verdict for each entry in `text`, of which `bare` is left when the `repairs` were made."""
        found = self._entries(text, bare, repairs)
        return tuple(found) if len(found) <= MOST_NUMBERS else (TOO_MANY_NUMBERS,)

    def _entries(self, text: str, bare: str, repairs: frozenset[Repair]) -> list[Verdict]:
        writings = read_writings(bare)
        whole = self._judge(writings[0]) if len(writings) == 1 else NOT_A_PHONE_NUMBER
        if whole.grade == Grade.INVALID:
            around = frozenset[Repair]() if repairs <= _IN_PARTS else repairs
            divided = self._divided(bare if around else text, bare)
            if divided:
                return [verdict.repaired(around) for verdict in divided]
            return [verdict.repaired(repairs) for verdict in self._undivided(writings, whole)]
        return [whole.repaired(repairs)]

    def _divided(self, text: str, bare: str) -> list[Verdict]:
        """Return the verdicts on the parts of `text` (`bare` when unwrapped); none if it is not to be divided.

        Each part is read as a cell of its own.
        """
        if count_digits(bare) < 2 * MIN_DIGITS or is_date(bare) or spreadsheet_number(bare) is not None:
            return []
        if _FUNCTION.match(bare):
            return []
        parts, divider = parts_of(text)
        if len(parts) > MOST_NUMBERS:
            return [TOO_MANY_NUMBERS]
        verdicts = [verdict.repaired(SPLIT) for part in parts for verdict in self._part(part)]
        doubtful = divider is COMMA and is_decimal(bare) and not _all_valid(verdicts)
        return [] if doubtful else verdicts

    def _part(self, text: str) -> list[Verdict]:
        return self._entries(text, *unwrapped(text))

    def _undivided(self, writings: list[Writing], whole: Verdict) -> list[Verdict]:
        """Return the verdicts on what is one text: one number, or several with words, blanks or dashes between."""
        if len(writings) == 1:
            return self._side_by_side(writings[0], whole)
        verdicts = [found for writing in writings for found in self._side_by_side(writing, self._judge(writing))]
        return [verdict.repaired(SPLIT) for verdict in verdicts] if _all_valid(verdicts) else [NOT_A_PHONE_NUMBER]

    def _side_by_side(self, writing: Writing, whole: Verdict) -> list[Verdict]:
        """Look for complete numbers in one writing that is none as a `whole`."""
        if whole.grade != Grade.INVALID or count_digits(writing.core) < 2 * MIN_DIGITS:
            return [whole]
        found = self._complete_parts(writing.core) or only_way(writing.core, self._complete)
        around = (writing.repairs & {Repair.TEXT_AROUND}) | SPLIT
        return [verdict.repaired(around) for verdict in found] or [whole]

    def _complete_parts(self, core: str) -> list[Verdict]:
        """Return the verdicts on the parts of `core` if a divider has complete numbers on its sides, else none."""
        for divider in BETWEEN_NUMBERS:
            parts = [part.strip() for part in divider.split(core)]
            parts = [part for part in parts if part]
            if len(parts) > 1 and all(count_digits(part) >= MIN_DIGITS for part in parts):
                verdicts = [verdict for part in parts for verdict in self._entries(part, part, frozenset())]
                if _all_valid(verdicts):
                    return verdicts
        return []

    def _complete(self, text: str) -> Verdict | None:
        """Return the verdict on `text` if it is one valid number by itself."""
        verdict = self._judge(read_writings(text)[0])
        return verdict if verdict.grade != Grade.INVALID else None

    def _judge(self, writing: Writing) -> Verdict:
        if writing.reason is not None:
            return Verdict(reason=writing.reason, repairs=writing.repairs)
        return self.judge(writing.digits).repaired(writing.repairs)


def _all_valid(verdicts: list[Verdict]) -> bool:
    return all(verdict.grade != Grade.INVALID for verdict in verdicts)
