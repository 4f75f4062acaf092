r"""Number formats of workbooks (ECMA-376, part 1, 18.8.31): which make a date, and which show more than the value has.

What a cell shows is what counts where its format shows digits or a plus that the value lacks: ``"+34 "0``, ``\+0``,
``0000000000``. All else, such as colours, blanks and decimals, leaves a number in its shortest exact form.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from functools import cached_property, lru_cache

_TOKENS = re.compile(
    r'"(?P<quoted>[^"]*)"?|\\(?P<escaped>.?)|[_*].?|\[(?P<bracket>[^\]]*)\]?|(?P<general>general)|(?P<sign>.)',
    re.DOTALL | re.IGNORECASE,
)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d{1,15}(?:\.\d{1,15})?)$")
_ELAPSED = re.compile(r"(?:h+|m+|s+)$", re.IGNORECASE)
_CURRENCY = re.compile(r"\$([^-]*)")
_ZEROS = re.compile(r"[.,]0{1,2}(?!\d)")
_DIGIT_SIGNS = re.compile(r"[^0-9+]")
_PLACEHOLDERS, _DATE_SIGNS = "0#?", "ymdhs"
_NOT_PLAIN = "%/e"
"""Percent, fraction, exponent: the digits shown are not the value's own."""
_LONGEST = 255
"""Of a format's code in Excel; what is longer shows nothing."""
_EXACT = 10**15
_BUILT_IN_DATES = frozenset({*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)})
_BUILT_IN_DURATION = 46


class Kind(Enum):
    """What a format makes of a number."""

    NUMBER = 0
    DATE = 1
    DURATION = 2


@dataclass(frozen=True, slots=True)
class _Section:
    """One part of a format, between semicolons."""

    pieces: tuple[tuple[str, str], ...]
    """What it shows, in order: ``text`` and the text, ``digit`` and its placeholder, ``value`` for all of the value."""
    condition: tuple[str, float] | None
    kind: Kind
    is_plain: bool
    """Whether it shows the value's own digits, all of them."""
    is_text: bool
    """Whether it is for text."""

    @property
    def adds(self) -> bool:
        """Say whether it may show digits or a plus that a value lacks."""
        digits = [text for kind, text in self.pieces if kind == "digit"]
        is_padded = "0" in digits[:-1]
        return self.is_plain and (is_padded or any(kind == "text" and _signs(text) for kind, text in self.pieces))


@dataclass(frozen=True)
class Format:
    """One number format by its code; not slotted, so that what is asked for often can be kept."""

    code: str

    @cached_property
    def _sections(self) -> tuple[_Section, ...]:
        return _parsed(self.code) if len(self.code) <= _LONGEST else ()

    @cached_property
    def kind(self) -> Kind:
        """Say whether numbers are dates under this format."""
        return next((section.kind for section in self._sections if section.kind != Kind.NUMBER), Kind.NUMBER)

    @cached_property
    def adds_to_numbers(self) -> bool:
        """Say whether it may show digits or a plus that a number lacks."""
        return self.kind == Kind.NUMBER and any(part.adds for part in self._sections if not part.is_text)

    @cached_property
    def adds_to_texts(self) -> bool:
        """Say whether it shows digits or a plus beside each text."""
        return any(part.adds for part in self._sections if part.is_text)

    def shown(self, value: float) -> str | None:
        """Return what the cell shows, or None where that has no digit or plus more than the value's exact form.

        A negative number stays one, whatever its format makes of it: it was computed, and is nobody's.
        """
        if not self.adds_to_numbers or not _is_whole(value):
            return None
        section = _chosen([section for section in self._sections if not section.is_text], value)
        if section is None or not section.adds:
            return None
        digits = str(int(value))
        text = _filled(section, digits)
        return text if _signs(text) != digits else None

    def shown_text(self, text: str) -> str:
        """Return what the cell shows for a text."""
        section = next((section for section in self._sections if section.is_text), None)
        if section is None or not section.adds:
            return text
        return "".join(text if kind == "value" else piece for kind, piece in section.pieces)


@lru_cache(maxsize=4096)
def format_of(code: str) -> Format:
    """Return the format with this code."""
    return Format(code)


def built_in(number: int) -> Format:
    """Return the format that a program knows by this number; what is none of date and duration adds nothing."""
    if number == _BUILT_IN_DURATION:
        return format_of("[h]:mm:ss")
    return format_of("yyyy-mm-dd" if number in _BUILT_IN_DATES else "General")


def shows_more(shown: str, value: float) -> bool:
    """Say whether the text shown for a number has digits or a plus that its value lacks, and nothing less.

    For ods, where each cell holds its text as shown; decimals that are zero are none of the value's digits.
    """
    if not _is_whole(value) or "%" in shown or re.search(r"\d\s*[eE][+-]?\d", shown):
        return False
    digits = str(int(value))
    signs = _signs(without_decimals(shown))
    rest = iter(signs)
    return signs != digits and all(digit in rest for digit in digits)


def without_decimals(shown: str) -> str:
    """Return what is shown for a whole number without its decimals; three zeros are rather its thousands."""
    return _ZEROS.sub("", shown)


def _is_whole(value: float) -> bool:
    """Say whether this can be the digits of a phone number."""
    return value >= 0 and value == value // 1 and value < _EXACT


def _signs(text: str) -> str:
    return _DIGIT_SIGNS.sub("", text)


def _parsed(code: str) -> tuple[_Section, ...]:
    parts: list[list[re.Match[str]]] = [[]]
    for token in _TOKENS.finditer(code):
        if token.group("sign") == ";":
            parts.append([])
        else:
            parts[-1].append(token)
    is_date = any(_section(part).kind != Kind.NUMBER for part in parts)
    return tuple(_section(part) for part in parts[:4] if part or not is_date)


def _section(tokens: list[re.Match[str]]) -> _Section:
    pieces: list[tuple[str, str]] = []
    signs = "".join(token.group("sign") or "" for token in tokens).lower()
    condition, kind = None, Kind.DATE if any(sign in signs for sign in _DATE_SIGNS) else Kind.NUMBER
    before_point = True
    for token in tokens:
        if token.group("bracket") is not None:
            text, condition, kind = _bracket(token.group("bracket"), condition, kind)
            pieces.append(("text", text))
        elif sign := token.group("sign"):
            before_point = before_point and sign != "."
            pieces += _piece(sign, before_point=before_point)
        elif token.group("general"):
            pieces.append(("value", ""))
        else:
            pieces.append(("text", token.group("quoted") or token.group("escaped") or ""))
    hides = any(sign in signs for sign in _NOT_PLAIN) or re.search(r"[0#?],+(?![0#?,])", signs)
    return _Section(tuple(pieces), condition, kind, not hides and kind == Kind.NUMBER, "@" in signs)


def _piece(sign: str, *, before_point: bool) -> list[tuple[str, str]]:
    """Return what a sign outside of quotes shows; decimals of whole numbers and grouping are left out."""
    if sign in _PLACEHOLDERS:
        return [("digit", sign)] if before_point else []
    if sign == "@":
        return [("value", "")]
    return [] if sign in ".," else [("text", sign)]


def _bracket(text: str, condition: tuple[str, float] | None, kind: Kind) -> tuple[str, tuple[str, float] | None, Kind]:
    """Return what a bracket shows, and what it says about the section: condition, elapsed time; colours say nothing."""
    if found := _CURRENCY.match(text):
        return found.group(1), condition, kind
    if found := _CONDITION.match(text):
        return "", (found.group(1), float(found.group(2))), kind
    return "", condition, Kind.DURATION if _ELAPSED.match(text) else kind


def _chosen(sections: list[_Section], value: float) -> _Section | None:
    """Return the section for a `value` that is not negative."""
    if not any(section.condition for section in sections):
        return sections[2 if value == 0 and len(sections) > 2 else 0]
    for section in sections:
        if section.condition is None or _holds(section.condition, value):
            return section
    return None


def _holds(condition: tuple[str, float], value: float) -> bool:
    sign, other = condition
    return {
        "<": value < other,
        ">": value > other,
        "=": value == other,
        "<=": value <= other,
        ">=": value >= other,
        "<>": value != other,
    }[sign]


def _filled(section: _Section, digits: str) -> str:
    """Return the section with `digits` in its placeholders, the last digit in the last one."""
    places = [place for place, (kind, _text) in enumerate(section.pieces) if kind == "digit"]
    shown = [text if kind == "text" else digits if kind == "value" else "" for kind, text in section.pieces]
    left = "" if digits == "0" and places else digits
    for place in reversed(places):
        padding = {"0": "0", "?": " "}.get(section.pieces[place][1], "")
        shown[place] = left[-1:] or padding
        left = left[:-1]
    if places:
        shown[places[0]] = left + shown[places[0]]
    return "".join(shown)
