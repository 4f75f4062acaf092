"""What the clean stage says about one phone number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from stopimport.vocabulary import CellLimit, Reason, Repair

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet


class Grade(IntEnum):
    """How far the digits are a phone number, whatever the options accept."""

    INVALID = 0
    VALID = 1
    MOBILE = 2


@dataclass(frozen=True, slots=True)
class Verdict:
    """One number, or the reason why there is none."""

    number: str = ""
    """E.164; '' for a reject."""
    reason: Reason | None = None
    repairs: frozenset[Repair] = frozenset()
    region: str = ""
    detail: str = ""
    """The numbers that the digits could be, where there are several, or a `vocabulary.CellLimit`."""
    grade: Grade = Grade.INVALID
    line: str = ""
    """A `vocabulary.Line`; '' where the numbering plan lacks the number."""

    def repaired(self, repairs: AbstractSet[Repair]) -> Verdict:
        """Return this verdict with more `repairs`."""
        return replace(self, repairs=self.repairs | repairs) if repairs else self


NOT_A_PHONE_NUMBER = Verdict(reason=Reason.NOT_A_PHONE_NUMBER)
TOO_LONG_A_CELL = Verdict(reason=Reason.NOT_A_PHONE_NUMBER, detail=CellLimit.CHARACTERS)
TOO_MANY_NUMBERS = Verdict(reason=Reason.NOT_A_PHONE_NUMBER, detail=CellLimit.NUMBERS)
DIGITS_LOST = Verdict(reason=Reason.DIGITS_LOST)


@cache
def repair_words(repairs: frozenset[Repair]) -> str:
    """Return the words of the `repairs` column: in the order of the table, joined by blanks."""
    return " ".join(repair for repair in Repair if repair in repairs)
