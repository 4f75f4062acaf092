"""From the text of a phone cell to the writings in it: the digits of each number and what was mended on the way.

A writing holds nothing but digits and perhaps a plus, so letters never reach phonenumbers, which would take
them for digits, and no second number or extension is lost inside it. When in doubt the text is no phone number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stopimport.cleaning.forms import is_date, spreadsheet_number
from stopimport.cleaning.numbers import MIN_DIGITS
from stopimport.vocabulary import Reason, Repair

_LETTER = r"[^\W\d_]"
_WORDS = re.compile(rf"{_LETTER}+")
_GLUED = re.compile(rf"\d[-_.]?{_LETTER}|{_LETTER}[-_]?\d")
_ADDRESS = re.compile(r"[^\s;,|/]*(?:@[^\s;,|/]+|(?:://|www\.)\S*)", re.IGNORECASE)
_EXTENSION = re.compile(
    r"[\s,;(\[]+(?:(?:ext(?:ension|n)?|poste|int(?:erne|erno)?|apl|anexo|durchwahl|dw|x)(?![^\W\d_])|\#)[\s.:°]*\d{1,5}[)\]\s.]*$",
    re.IGNORECASE,
)
_PLUS = re.compile(r"(\++)[\s().\-]*$")
_CORE = re.compile(r"\d(?:.*\d)?", re.DOTALL)
_PLAIN_SIGNS = frozenset("0123456789 .-()")
_LONGEST = 15
"""Digits of the longest E.164 number."""
_NO_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True, slots=True)
class Writing:
    """One number as it was written."""

    digits: str = ""
    """ASCII digits, with a plus in front if there was one."""
    repairs: frozenset[Repair] = frozenset()
    reason: Reason | None = None
    """Why it is no number, where that is plain to see."""
    parts: tuple[str, ...] = ()
    """The text between blanks; several numbers may stand there side by side."""


def count_digits(text: str) -> int:
    """Return the number of digits in `text`."""
    return len(_NO_DIGITS.sub("", text))


def read_writings(text: str) -> list[Writing]:
    """Return the writings in `text` (plain characters, no text marker, not to be divided any further).

    There is one, or there are several with words between them; those are numbers only if each is complete.
    """
    number = spreadsheet_number(text)
    if isinstance(number, Reason):
        return [Writing(reason=number)]
    if number:
        return [Writing(number[0], frozenset({number[1]}))]
    text, outside, refused = _without_words_beside(text)
    if refused or count_digits(text) < MIN_DIGITS or text.startswith("=") or is_date(text) or _GLUED.search(text):
        return [Writing(reason=Reason.NOT_A_PHONE_NUMBER)]
    pieces = [piece for piece in _WORDS.split(text) if count_digits(piece)]
    beside = outside or _WORDS.search(text) is not None
    return [_writing(piece.strip(), beside=beside) for piece in pieces]


def _without_words_beside(text: str) -> tuple[str, bool, bool]:
    """Take e-mail addresses, URLs and an extension out of `text`.

    Returns:
        the rest, whether something was taken out, and whether an address held digits that may be the number.
    """
    addresses = _ADDRESS.findall(text) if "@" in text or "://" in text or "www." in text.lower() else []
    if any(count_digits(address) for address in addresses):
        return text, False, True
    rest = _ADDRESS.sub(" ", text) if addresses else text
    extension = _EXTENSION.search(rest)
    if extension and count_digits(rest[: extension.start()]) >= MIN_DIGITS:
        rest = rest[: extension.start()]
    return rest.strip(), bool(addresses or extension), False


def _writing(piece: str, *, beside: bool) -> Writing:
    """Read the one stretch of digits and signs in `piece`; `beside` tells whether words stood around it."""
    core = _CORE.search(piece)
    if core is None:
        return Writing(reason=Reason.NOT_A_PHONE_NUMBER)
    if is_date(core[0]):
        return Writing(reason=Reason.NOT_A_PHONE_NUMBER)
    before, after = piece[: core.start()], piece[core.end() :]
    plus = _PLUS.search(before)
    signs = core[0] if beside else core[0] + before[: plus.start() if plus else None] + after
    repairs = {Repair.TEXT_AROUND} if beside else set()
    if (plus and len(plus[1]) > 1) or not _PLAIN_SIGNS.issuperset(signs):
        repairs.add(Repair.SEPARATORS)
    front = "+" if plus else ""
    parts = tuple((front + core[0]).split())
    if "+" in core[0]:
        too_long = count_digits(core[0]) > _LONGEST
        reason = Reason.TOO_LONG if too_long else Reason.NOT_A_PHONE_NUMBER
        return Writing(repairs=frozenset(repairs), reason=reason, parts=parts)
    return Writing(front + _NO_DIGITS.sub("", core[0]), frozenset(repairs), parts=parts)
