"""Texts that have a form of their own: numbers as spreadsheet programs print them, dates, formulas."""

from __future__ import annotations

import re

from stopimport.cleaning.numbers import MIN_DIGITS
from stopimport.vocabulary import Reason, Repair

_EXCEL_TEXT = re.compile(r"""=\s*"(?P<quoted>[^"]*)"|='?(?P<bare>[^=("']*)'?|'(?P<marked>.*?)'?""", re.DOTALL)
_NUMBER = re.compile(
    r"""(?P<plus>\+?)
    (?P<whole>\d+|\d{1,3}(?:[ ]\d{3})+)
    (?:[.,](?P<decimals>\d+))?
    (?:[ ]?[eE](?P<exponent>[+-]?0?\d{1,2}))?""",
    re.VERBOSE,
)
_ZEROS = re.compile(r"0+")
_MAX_DIGITS = 30
"""Two numbers that ran together have no more; with more it is some code with an E in it."""
_DAY, _MONTH = "(?:0?[1-9]|[12][0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
_TIME = r"(?:[01]?\d|2[0-3])[:h][0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?"
_DATES = "|".join(
    rf"\d{{4}}{sign}(?:{_MONTH}{sign}{_DAY}|{_DAY}{sign}{_MONTH})"
    rf"|(?:{_DAY}{sign}{_MONTH}|{_MONTH}{sign}{_DAY}){sign}(?:\d{{4}}|\d{{2}})"
    for sign in ("-", "/", r"\.")
)
DATE = (
    rf"(?:{_DATES}|{_DAY}, (?:19|20)\d\d)"
    rf"(?:(?:T|,?\s*(?:à\s*)?){_TIME}\s*(?:Z|UTC|[AaPp][Mm]|[+-]\d{{2}}:?\d{{2}})?)?|{_TIME}"
)
"""A date, a time or both, for `re` as for RE2."""
_DATE = re.compile(DATE)
_PERHAPS_DATE = re.compile(
    r"""(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2} | \d{1,2},[ ]\d{4} | \d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))
    (?:(?:T|,?\s*(?:à\s*)?)\d{1,2}[:h].*)?
    | \d{1,2}[:h].*""",
    re.VERBOSE | re.DOTALL,
)
"""All that `_DATE` takes, and what would be one with other digits."""


def without_text_marker(text: str) -> tuple[str, bool]:
    """Take off a spreadsheet program's text marker, ``="…"`` or ``'…``; also tell whether there was one."""
    marker = _EXCEL_TEXT.fullmatch(text) if text[:1] in ("=", "'") else None
    if marker is None or marker.lastgroup is None:
        return text, False
    return marker[marker.lastgroup].strip(), True


def is_date(text: str) -> bool:
    """Whether `text` is a date (perhaps without a month's name before it), a time or both."""
    return _DATE.fullmatch(text) is not None


def may_be_date(text: str) -> bool:
    """Whether `text` would be a date with some other digits in place of its own."""
    return _PERHAPS_DATE.fullmatch(text) is not None


def has_decimals(text: str) -> bool:
    """Whether `text` is a number with decimals or an exponent, whatever its digits are."""
    match = _NUMBER.fullmatch(text)
    return match is not None and (match["decimals"] is not None or match["exponent"] is not None)


def spreadsheet_number(text: str) -> tuple[str, Repair] | Reason | None:
    """Read a number printed with decimals or an exponent.

    Returns:
        its digits (with a plus where there was one) and the repair; the reason if digits are missing or it is no
        whole number; None if `text` has no such form.
    """
    match = _NUMBER.fullmatch(text)
    if match is None or (match["decimals"] is None and match["exponent"] is None):
        return None
    whole, decimals = match["whole"].replace(" ", ""), match["decimals"] or ""
    if match["exponent"] is not None:
        return _written_out(match["plus"], whole, decimals, int(match["exponent"]))
    grouped = " " in match["whole"]
    if _ZEROS.fullmatch(decimals) and len(whole) >= MIN_DIGITS and (len(decimals) <= 2 or not grouped):
        return match["plus"] + whole, Repair.DECIMAL_POINT
    return None


def _written_out(plus: str, whole: str, decimals: str, exponent: int) -> tuple[str, Repair] | Reason:
    """Write out scientific notation that has all its digits."""
    surplus = decimals[exponent:] if exponent >= 0 else decimals
    digits = (whole + decimals[: max(exponent, 0)]).lstrip("0")
    missing = max(exponent - len(decimals), 0)
    if exponent < 0 or surplus.strip("0") or not digits or not MIN_DIGITS <= len(digits) + missing <= _MAX_DIGITS:
        return Reason.NOT_A_PHONE_NUMBER
    return Reason.DIGITS_LOST if missing else (plus + digits, Repair.EXPONENT)
