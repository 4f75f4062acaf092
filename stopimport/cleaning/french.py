"""France and its territories: numbers that share one way of writing but not one calling code.

In mainland France and the territories of `FRENCH_ZONE` people write ``0`` and nine digits, and the first of these
tell the territory: 0692 is Réunion, 0690 Guadeloupe. The calling codes are the contract's (``overseas``);
which digits belong to which of them is phonenumbers' knowledge.
"""

from __future__ import annotations

from phonenumbers import PhoneNumber, PhoneNumberType, country_code_for_region, number_type

FRANCE = 33
FRENCH_ZONE = (FRANCE, 262, 590, 594, 596, 508)
TERRITORIES = frozenset(FRENCH_ZONE[1:]) | {country_code_for_region(region) for region in ("NC", "PF", "WF")}
"""Calling codes of all French territories; New Caledonia, Polynesia, Wallis and Futuna have plans of their own."""


def overseas_numbers(national: str, home_code: int) -> tuple[PhoneNumber, ...]:
    """Return the valid numbers that the national digits have in the zone outside `home_code`."""
    if national.startswith("0"):
        return ()
    others = [PhoneNumber(code, int(national)) for code in FRENCH_ZONE if code != home_code]
    return tuple(number for number in others if number_type(number) != PhoneNumberType.UNKNOWN)


def lost_plus_codes(home: str) -> frozenset[int]:
    """Return the calling codes whose lost plus is put back in `home`: its own and the French territories'."""
    own = country_code_for_region(home)
    return TERRITORIES | {own, FRANCE} if own in FRENCH_ZONE else TERRITORIES | {own}
