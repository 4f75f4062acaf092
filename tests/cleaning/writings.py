"""Made-up phone numbers of all countries, in all the ways that people and programs write them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import phonenumbers as pn

if TYPE_CHECKING:
    from random import Random

REGIONS = sorted(pn.SUPPORTED_REGIONS)
FRENCH = ("FR", "RE", "YT", "GP", "MF", "BL", "GF", "MQ", "PM")
SIGNS = (" ", ".", "-", " (", ") ", "  ")


@cache
def examples(region: str) -> list[pn.PhoneNumber]:
    """Return one number of each line type that a country has."""
    found = (pn.example_number_for_type(region, line) for line in range(11))
    return [number for number in found if number]


def writing(random: Random, region: str | None) -> str:
    """Return a number as it may be in a cell: mostly of `region`, mostly nearly right."""
    country = random.choice((region or "FR", region or "FR", random.choice(FRENCH), random.choice(REGIONS)))
    number = random.choice(examples(country))
    metadata = pn.PhoneMetadata.metadata_for_region(country, None)
    code, prefix = str(number.country_code), (metadata.national_prefix or "0")
    dialled = metadata.international_prefix if metadata.international_prefix.isdigit() else "00"
    front = random.choice(
        ("", "", "0", prefix, "+" + code, "+" + code, "00" + code, code, "+" + code + "0", "+" + code + prefix,
         "00" + code + prefix, code + prefix, dialled + code, "000", "+00" + code, code + "00", "+")
    )  # fmt: skip
    digits = front + _altered(random, pn.national_significant_number(number))
    how = random.random()
    if how < 0.4:
        return "".join(digit + (random.choice(SIGNS) if random.random() < 0.3 else "") for digit in digits)
    if how < 0.5:
        around = (
            " ", "  ", ".0", ",00", "-", " .0", " +", " ", "\t", ";", " (perso)", " " + digits, "E+0",
            "...", ".1", ")", " )", "--", "*", " - " + digits, "-" + digits, " & " + digits,
        )  # fmt: skip
        return random.choice(("", " ", "'", "(", "Tel ", "-", " - ", "..")) + digits + random.choice(around)
    return digits


def _altered(random: Random, digits: str) -> str:
    """Change, drop or add some digits."""
    found = list(digits)
    for _ in range(random.choice((0, 0, 1, 1, 2, 3, 8))):
        found[random.randrange(len(found))] = random.choice("0123456789")
    how = random.random()
    if how < 0.05:
        found.pop(random.randrange(len(found)))
    elif how < 0.1:
        found.insert(random.randrange(len(found) + 1), random.choice("0123456789"))
    elif how < 0.12:
        del found[random.randrange(len(found) + 1) :]
    return "".join(found)
