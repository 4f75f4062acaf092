"""What people of a country write before the digits of a number, as phonenumbers' metadata has it."""

from __future__ import annotations

import re
from functools import cache

import phonenumbers as pn

_LITERAL = re.compile(r"\d+(\|\d+)*")


@cache
def international_prefix(home: str) -> str:
    """Return the pattern of what is dialled in the country `home` before a calling code."""
    metadata = pn.PhoneMetadata.metadata_for_region(home, None)
    return (metadata and metadata.international_prefix) or "00"


def without_international_prefix(digits: str, home: str) -> str:
    """Return `digits` without what is dialled in `home` before a calling code."""
    match = re.match(international_prefix(home), digits)
    return digits[match.end() :] if match else digits


@cache
def national_prefixes(code: int, region: str) -> tuple[tuple[str, ...], str]:
    """Return the national prefixes as they are written, or, where they are not plain digits, the pattern for them."""
    metadata = pn.PhoneMetadata.metadata_for_region_or_calling_code(code, region)
    pattern = (metadata and metadata.national_prefix_for_parsing) or ""
    return (tuple(pattern.split("|")), "") if _LITERAL.fullmatch(pattern) else ((), pattern)


@cache
def trunk_prefix(region: str) -> str:
    """Return what is dialled before national digits, in most countries a zero; '' if nothing is."""
    metadata = pn.PhoneMetadata.metadata_for_region(region, None)
    return (metadata and metadata.national_prefix) or ""


@cache
def is_written_with_zero(home: str, line_type: int) -> bool:
    """Whether people of the country `home` write a zero before the national digits of such a line's numbers.

    Some plans have the zero for calls from landlines only: nobody in China writes it before a mobile number.
    """
    if trunk_prefix(home) != "0":
        return False
    example = pn.example_number_for_type(home, line_type)
    return not example or pn.format_number(example, pn.PhoneNumberFormat.NATIONAL).lstrip("(").startswith("0")
