"""From digits to a verdict: phonenumbers' judgement, and what it takes to get the digits before it.

The digits come from `repair`: ASCII, a ``+`` in front where there was one. Ways to read them, in order:

1. with international prefix (``+``, ``00``): nothing but that;
2. as phonenumbers reads them in the home country: its own international prefix, national form, lost ``+``;
3. where that is no valid number: ``00`` in a country that dials another prefix, a lost zero that belongs to the
   number (Ivory Coast), a lost ``+`` of a French territory, and `french`'s overseas numbers. It is taken only if
   all these together give exactly one number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import phonenumbers as pn
from phonenumbers import CountryCodeSource, NumberParseException, PhoneNumberType, ValidationResult

from stopimport.cleaning.french import FRANCE, FRENCH_ZONE, lost_plus_codes, overseas_numbers
from stopimport.cleaning.prefixes import is_written_with_zero, trunk_prefix, without_international_prefix
from stopimport.cleaning.verdicts import NOT_A_PHONE_NUMBER, Grade, Verdict
from stopimport.vocabulary import Line, Reason, Repair

if TYPE_CHECKING:
    from collections.abc import Iterable

MIN_DIGITS = 6
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_PARSE_REASONS = {
    NumberParseException.INVALID_COUNTRY_CODE: Reason.UNKNOWN_COUNTRY,
    NumberParseException.NOT_A_NUMBER: Reason.NOT_A_PHONE_NUMBER,
    NumberParseException.TOO_SHORT_AFTER_IDD: Reason.TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: Reason.TOO_SHORT,
    NumberParseException.TOO_LONG: Reason.TOO_LONG,
}
_LENGTH_REASONS = {
    ValidationResult.TOO_SHORT: Reason.TOO_SHORT,
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: Reason.TOO_SHORT,
    ValidationResult.TOO_LONG: Reason.TOO_LONG,
    ValidationResult.INVALID_COUNTRY_CODE: Reason.UNKNOWN_COUNTRY,
    ValidationResult.INVALID_LENGTH: Reason.INVALID_NUMBER,
    ValidationResult.IS_POSSIBLE: Reason.INVALID_NUMBER,
}


@dataclass(frozen=True, slots=True)
class NumberReading:
    """One way to take the digits: a number with its line type, or the reason why there is none."""

    number: pn.PhoneNumber | None
    line_type: int = PhoneNumberType.UNKNOWN
    reason: Reason | None = None
    possible: bool = False
    """Whether it has the right length for its country."""
    repairs: frozenset[Repair] = frozenset()

    @property
    def valid(self) -> bool:
        """Whether the numbering plan has this number."""
        return self.line_type != PhoneNumberType.UNKNOWN

    @property
    def grade(self) -> Grade:
        """How far this is a phone number."""
        if not self.valid:
            return Grade.INVALID
        return Grade.MOBILE if self.line_type in _MOBILE else Grade.VALID


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Which valid numbers may go on the list."""

    codes: frozenset[int] | None = None
    """Calling codes; None: all."""
    any_line: bool = False
    possible: bool = False
    """Whether numbers of the right length pass although the numbering plan lacks them."""

    def verdict(self, reading: NumberReading) -> Verdict:
        """Return what becomes of the number that was read."""
        number = reading.number
        if number is None or not (reading.valid or (self.possible and reading.possible)):
            return Verdict(reason=reading.reason)
        reason = None
        if reading.grade == Grade.VALID and not self.any_line:
            reason = Reason.NOT_MOBILE
        elif self.codes is not None and number.country_code not in self.codes:
            reason = Reason.COUNTRY_NOT_ALLOWED
        return Verdict(
            number="" if reason else _e164(number),
            reason=reason,
            repairs=reading.repairs,
            region=_region(number, valid=reading.valid),
            grade=reading.grade,
            line=Line[PhoneNumberType.to_string(reading.line_type)] if reading.valid else "",
        )


def judge_digits(digits: str, home: str | None, acceptance: Acceptance) -> Verdict:
    """Return the verdict on `digits` in the country `home` (an ISO code; None: its country is unknown)."""
    if len(digits) - digits.startswith("+") < MIN_DIGITS:
        return NOT_A_PHONE_NUMBER
    if digits.startswith("+00"):
        readings = _international(digits[3:], home, Repair.INTERNATIONAL_PREFIX)
    elif digits.startswith("+"):
        readings = _international(digits[1:], home)
    else:
        readings = _without_plus(digits, home)
    if not readings:
        return Verdict(reason=Reason.UNKNOWN_COUNTRY)
    numbers = {_e164(reading.number): reading for reading in reversed(readings) if reading.number and reading.valid}
    if len(numbers) > 1:
        return Verdict(reason=Reason.INVALID_NUMBER, detail=", ".join(sorted(numbers)))
    return acceptance.verdict(next(iter(numbers.values()), readings[0]))


def _without_plus(digits: str, home: str | None) -> list[NumberReading]:
    """Return the readings of `digits` without plus that must be weighed, the one to judge by first."""
    readings: list[NumberReading] = []
    if digits.startswith("00") and not digits.startswith("000"):
        readings += _international(digits[2:], home, Repair.INTERNATIONAL_PREFIX)
    if home is None:
        return readings
    national = _national(digits, home)
    if national.valid and not readings:
        return [_own_code_first(national, digits, home)]
    readings += [national, *_overseas(national, home)]
    if not digits.startswith("0"):
        readings += [*_lost_zero(digits, home), *_lost_plus(digits, home)]
    return readings


def _own_code_first(first: NumberReading, digits: str, home: str) -> NumberReading:
    """Prefer a mobile number with the home country's calling code to a landline that lost its zero.

    ``4915112345678`` in Germany: no landline has so many digits, but phonenumbers' pattern leaves room for them.
    """
    code = str(_code(home))
    if first.grade == Grade.MOBILE or Repair.LEADING_ZERO not in first.repairs or not digits.startswith(code):
        return first
    other = _international(digits, home, Repair.INTERNATIONAL_PREFIX)[0]
    return other if other.grade == Grade.MOBILE else first


def _lost_zero(digits: str, home: str) -> list[NumberReading]:
    """Return the reading of `digits` with a lost zero put back, for plans whose numbers begin with one."""
    reading = _national("0" + digits, home)
    if Repair.INTERNATIONAL_PREFIX in reading.repairs:
        return []
    return [replace(reading, repairs=reading.repairs | {Repair.LEADING_ZERO})]


def _lost_plus(digits: str, home: str) -> list[NumberReading]:
    """Return the readings of `digits` with a lost plus put back: home country and French territories."""
    found = any(digits.startswith(str(code)) for code in lost_plus_codes(home))
    return _international(digits, home, Repair.INTERNATIONAL_PREFIX) if found else []


def _overseas(reading: NumberReading, home: str | None) -> list[NumberReading]:
    """Return the readings of a number that its country lacks under the other calling codes of the French zone."""
    number = reading.number
    if number is None or reading.valid or not reading.possible or number.country_code not in FRENCH_ZONE:
        return []
    if number.country_code != FRANCE and (home is None or number.country_code != _code(home)):
        return []
    found = overseas_numbers(pn.national_significant_number(number), number.country_code)
    return [_judged(other, reading.repairs | {Repair.OVERSEAS}) for other in found]


def _international(digits: str, home: str | None, *repairs: Repair) -> list[NumberReading]:
    """Read `digits` as calling code and number, and where its country lacks it, as overseas numbers."""
    try:
        number = pn.parse("+" + digits, None)
    except NumberParseException as error:
        return [NumberReading(None, reason=_PARSE_REASONS[error.error_type], repairs=frozenset(repairs))]
    reading = _judged(number, {*repairs, *_trunk_zero(digits, number)})
    return [reading, *_overseas(reading, home)]


def _national(digits: str, home: str) -> NumberReading:
    """Read `digits` as phonenumbers does in the country `home`."""
    try:
        number = pn.parse(digits, home, keep_raw_input=True)
    except NumberParseException as error:
        return NumberReading(None, reason=_PARSE_REASONS[error.error_type])
    if number.country_code_source != CountryCodeSource.FROM_DEFAULT_COUNTRY:
        dialled = number.country_code_source == CountryCodeSource.FROM_NUMBER_WITH_IDD
        after = without_international_prefix(digits, home) if dialled else digits
        return _judged(number, {Repair.INTERNATIONAL_PREFIX, *_trunk_zero(after, number)})
    reading = _judged(number, ())
    bare = digits == pn.national_significant_number(number) and not digits.startswith("0")
    if bare and is_written_with_zero(home, reading.line_type):
        return replace(reading, repairs=frozenset({Repair.LEADING_ZERO}))
    return reading


def _judged(number: pn.PhoneNumber, repairs: Iterable[Repair]) -> NumberReading:
    line_type = pn.number_type(number)
    if line_type != PhoneNumberType.UNKNOWN:
        return NumberReading(number, line_type, repairs=frozenset(repairs))
    length = pn.is_possible_number_with_reason(number)
    possible = length == ValidationResult.IS_POSSIBLE and not _keeps_trunk_prefix(number)
    return NumberReading(number, reason=_LENGTH_REASONS[length], possible=possible, repairs=frozenset(repairs))


def _keeps_trunk_prefix(number: pn.PhoneNumber) -> bool:
    """Whether a trunk zero was counted as a digit: ``061234567`` has nine digits, but one is missing."""
    return bool(number.italian_leading_zero) and trunk_prefix(_main_region(number)).startswith("0")


def _trunk_zero(digits: str, number: pn.PhoneNumber) -> tuple[Repair, ...]:
    """Return the repair if something was in `digits` between calling code and number."""
    return () if f"+{digits}" == _e164(number) else (Repair.TRUNK_ZERO,)


def _main_region(number: pn.PhoneNumber) -> str:
    return pn.region_code_for_country_code(number.country_code or 0)


def _code(home: str) -> int:
    return pn.country_code_for_region(home)


def _e164(number: pn.PhoneNumber) -> str:
    return f"+{number.country_code}{pn.national_significant_number(number)}"


def _region(number: pn.PhoneNumber, *, valid: bool) -> str:
    region = pn.region_code_for_number(number) if valid else _main_region(number)
    return region if region and region.isalpha() else ""
