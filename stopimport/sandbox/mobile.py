"""Which writings of a number the practice API takes, judged by phonenumbers."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

_FRANCE = "FR"
# One region for each calling code of the territories: phonenumbers judges by calling code, not by region.
_TERRITORIES = ("RE", "GP", "GF", "MQ", "PM")
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
# The documented forms: national for French numbers (06…), international for all (+336…).
_FORM = re.compile(r"(?:\+|\(?0)[0-9 .()\-\u00a0\u202f]{5,40}")


def mobile_number(text: str) -> str | None:
    """Return the E.164 form of a mobile number, None if `text` is none.

    The national form is read for France, and where it is no French mobile number for the territories, when it fits one
    calling code only.
    """
    text = text.strip()
    if not _FORM.fullmatch(text):
        return None
    found = _mobile(text, _FRANCE)
    if found or not re.match(r"\(?0(?!0)", text):
        return found
    fits = {number for region in _TERRITORIES if (number := _mobile(text, region))}
    return fits.pop() if len(fits) == 1 else None


def _mobile(text: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        return None
    # The type of an invalid number is UNKNOWN, so this one look is enough.
    if phonenumbers.number_type(number) not in _MOBILE:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)
