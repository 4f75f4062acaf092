"""Every reason of the contract's table that cleaning gives."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    "written",
    [
        "N/A", "-", "néant", "0", "x", "?", "12345", "+3361", "pas de portable",
        "2024-01-31", "31/12/2024", "31.12.2024", "12/31/2024", "2024-01-31T10:00:00Z", "31/12/2024 14:30", "14:30:00",
        "le 31 janvier 2024", "January 31, 2024", "06@12 34 56 78 90", "06 12 34 jean@exemple.fr 56 78",
        "06 12 34 56 78 9www.exemple.fr", "38911294E56",
        "né le 31/12/2024", "jean.dupont@exemple.fr", "jean75001@exemple.fr", "client612345678@exemple.fr",
        "https://wa.me/33612345678", "www.0612345678.fr",
        "06ABC345678", "REF0612345678", "CMD-612345678", "O612345678", "06 12 34 56 7B",
        "06 12 34 portable 56 78", "0612345678 bâtiment 3", "0612345678 ou 79", "12 rue de Paris 75001",
        '=HYPERLINK("tel:0612345678")', "'", '=""', "1.5E+03", "0E+10", "3.36123456785E+10", "06+12345678",
    ],
)  # fmt: skip
def test_what_is_no_phone_number(entries, written):
    """Dates, words, addresses, digits glued to letters and digits with words between them are no phone number."""
    assert [entry["reason"] for entry in entries(written)] == ["not_a_phone_number"]


@pytest.mark.parametrize("written", ["3.36E+10", "3,36123E+10", "6.1234567E+08", "3E+10", "6,12E8", "3.36E+21"])
def test_rounded_numbers_have_lost_digits(entries, written):
    """Scientific notation with fewer digits than the number has is never filled up with zeros."""
    assert entries(written) == [{"reason": "digits_lost"}]


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("06123456", "too_short"),
        ("61234567", "too_short"),
        ("0612345", "too_short"),
        ("20240131", "too_short"),
        ("+3361234567", "too_short"),
        ("06123456789", "too_long"),
        ("061234567806", "too_long"),
        ("32470123456", "too_long"),
        ("0612345678 / 79", "too_long"),
        ("06 12 34 56 78 - 06 98 76 54", "too_long"),
        ("+33612345678+33698765432", "too_long"),
        ("+99912345678", "unknown_country"),
        ("0099912345678", "unknown_country"),
        ("+0612345678", "unknown_country"),
        ("061234567", "invalid_number"),
        ("061234567.0", "invalid_number"),
        ("0699999999999", "too_long"),
        ("+33712345678", "invalid_number"),
        ("00612345678", "invalid_number"),
        ("0142685300", "not_mobile"),
        ("0470123456", "not_mobile"),
        ("0800123456", "not_mobile"),
        ("+390612345678", "not_mobile"),
    ],
)
def test_phonenumbers_gives_the_reason(entries, written, reason):
    """The reason is phonenumbers' verdict on the digits."""
    assert [entry["reason"] for entry in entries(written)] == [reason]


def test_a_possible_local_number_is_too_short(entries):
    """Seven digits can be dialled inside an American city, but they are no whole number."""
    assert entries("555-0123", region="US") == [{"reason": "too_short"}]


def test_rejects_come_in_the_order_of_the_table(entries):
    """A landline of a country that is not accepted is `not_mobile` first."""
    assert entries("+3222345678", countries=("FR",)) == [{"reason": "not_mobile"}]
    assert entries("+32470123456", countries=("FR",)) == [{"reason": "country_not_allowed"}]
