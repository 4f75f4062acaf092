"""From the text of a phone cell to the writings in it: the digits of each number and what was corrected on the way.

A writing holds nothing but digits and perhaps a plus, so letters never reach phonenumbers, which would take
them for digits, and no second number or extension is lost inside it. When in doubt the text is no phone number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from stopimport.cleaning.damage import has_inner_brackets, is_decimal, is_masked, is_sum
from stopimport.cleaning.forms import has_decimals, is_date, may_be_date, spreadsheet_number
from stopimport.cleaning.numbers import MIN_DIGITS
from stopimport.vocabulary import Reason, Repair

_LETTER = r"[^\W\d_]"
WORDS = re.compile(rf"{_LETTER}+")
_GLUED = re.compile(rf"\d[-_.]?{_LETTER}|{_LETTER}[-_]?\d")
_ADDRESS = re.compile(r"(?<![^\s;,|/])[^\s;,|/]*(?:@[^\s;,|/]+|(?:://|www\.)\S*)", re.IGNORECASE)
_EXTENSION = re.compile(
    r"""(?<![\s,;(\[])[\s,;(\[]+
    (?:ext(?:ension|n)?|poste|p(?=\.)|int(?:erne|erno)?|apl|anexo|durchwahl|dw|x)(?![^\W\d_])
    [\s.:°=]*\d{1,5}[)\]\s.]*$""",
    re.IGNORECASE | re.VERBOSE,
)
_CORE = re.compile(r"\d(?:.*\d)?", re.DOTALL)
_AFTER_PLUS = " \t\n().-"
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
    core: str = ""
    """The digits and all signs between them; several numbers may stand there side by side. '' if that cannot be."""


_NONE = Writing(reason=Reason.NOT_A_PHONE_NUMBER)


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
    text = _without_addresses(text)
    text, extended = _without_extension(text)
    if count_digits(text) < MIN_DIGITS or text.startswith("=") or is_date(text) or _GLUED.search(text):
        return [_NONE]
    if is_masked(text):
        return [_NONE]
    pieces = [piece for piece in WORDS.split(text) if count_digits(piece)]
    beside = extended or WORDS.search(text) is not None
    return [_writing(piece.strip(), beside=beside) for piece in pieces]


def is_blind(text: str) -> bool:
    """Tell whether `read_writings` reads all texts alike that differ from `text` in their digits alone.

    Only whether a stretch of digits begins with a zero may matter: no date, no decimals, no address is in it.
    """
    if _has_address(text) or has_decimals(text):
        return False
    text, _ = _without_extension(text)
    cores = [core[0] for piece in WORDS.split(text) if (core := _CORE.search(piece))]
    return not any(map(may_be_date, (text, *cores))) and not any(map(has_decimals, cores))


def _has_address(text: str) -> bool:
    return "@" in text or "://" in text or "www." in text.lower()


def _without_addresses(text: str) -> str:
    """Put a word in place of each e-mail address and URL; '' if the number may be in one of them."""
    if not _has_address(text):
        return text
    return "" if any(map(_may_be_number, _ADDRESS.findall(text))) else _ADDRESS.sub(" address ", text)


def _may_be_number(address: str) -> bool:
    """Whether an address has more digits than a year or postcode beside a name, or begins with one."""
    return count_digits(address) >= MIN_DIGITS or re.match(r"\W*\d", address) is not None


def _without_extension(text: str) -> tuple[str, bool]:
    """Take an extension off the end of `text`; also tell whether there was one."""
    extension = _EXTENSION.search(text)
    if extension and count_digits(text[: extension.start()]) >= MIN_DIGITS:
        return text[: extension.start()].strip(), True
    return text.strip(), False


def _writing(piece: str, *, beside: bool) -> Writing:
    """Read the one stretch of digits and signs in `piece`; `beside` tells whether words were around it."""
    core = _CORE.search(piece)
    if core is None or is_date(core[0]) or has_inner_brackets(core[0]):
        return _NONE
    before, after = piece[: core.start()], piece[core.end() :]
    pluses, signs_before = _plus(before)
    front = "+" if pluses else ""
    number = spreadsheet_number(front + core[0]) if beside else None
    if not pluses and (is_sum(before, core[0], after, beside=beside) or (number is None and is_decimal(core[0]))):
        return _NONE
    digits, repairs, signs = front + _NO_DIGITS.sub("", core[0]), set(), core[0]
    if beside:
        repairs.add(Repair.TEXT_AROUND)
        if isinstance(number, tuple):
            digits, signs = number[0], ""
            repairs.add(number[1])
    else:
        signs += signs_before + after
    if pluses > 1 or not _PLAIN_SIGNS.issuperset(signs):
        repairs.add(Repair.SEPARATORS)
    reason = None
    if "+" in core[0]:
        reason = Reason.TOO_LONG if count_digits(core[0]) > _LONGEST else Reason.NOT_A_PHONE_NUMBER
    return Writing(digits, frozenset(repairs), reason, front + core[0])


def _plus(before: str) -> tuple[int, str]:
    """Return how many plus signs are at the end of what is `before` the digits, and the other signs there."""
    head = before.rstrip(_AFTER_PLUS)
    others = head.rstrip("+")
    return (len(head) - len(others), others) if head.endswith("+") else (0, before)
