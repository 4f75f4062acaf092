"""Which numbers the practice API takes: mobile numbers in the documented writings, judged by phonenumbers."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from stopimport.sandbox.mobile import mobile_number

REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+33612345678", "+33612345678"),
        ("0612345678", "+33612345678"),
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+32470123456", "+32470123456"),
        ("+12025550123", "+12025550123"),
        ("+262692123456", "+262692123456"),
        ("0692123456", "+262692123456"),
        ("0690123456", "+590690123456"),
    ],
)
def test_mobile_numbers(text, number):
    """French numbers in national or international form, others in international form, territories in both."""
    assert mobile_number(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "+33142345678",  # a landline
        "0142345678",
        "+33800123456",  # a free number
        "612345678",  # neither national nor international
        "33612345678",
        "+33692123456",  # no number of the mainland
        "+336123456",
        "+3361234567890",
        "+999612345678",
        "0612345678 (perso)",
        "0470123456",
        "٠٦١٢٣٤٥٦٧٨",
        "+",
        "",
    ],
)
def test_other_writings_and_lines(text):
    """Landlines, wrong lengths, unknown countries, words and writings that the documentation does not know."""
    assert mobile_number(text) is None


@given(st.sampled_from(REGIONS), st.integers(0, 9999))
def test_verdict_is_that_of_phonenumbers(region, tail):
    """In international form, exactly what phonenumbers calls a mobile number is taken, and comes back as E.164."""
    example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
    assume(example is not None)
    number = phonenumbers.format_number(example, PhoneNumberFormat.E164)[:-4] + f"{tail:04}"
    kind = phonenumbers.number_type(phonenumbers.parse(number))

    taken = kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    assert mobile_number(number) == (number if taken else None)
