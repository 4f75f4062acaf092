"""French territories: national form, +33 put in front, and their own regions."""

from __future__ import annotations

import pytest

REUNION, GUADELOUPE = "+262692123456", "+590690123456"


@pytest.mark.parametrize(
    ("written", "number", "repairs"),
    [
        ("0692 12 34 56", REUNION, "overseas"),
        ("+33692123456", REUNION, "overseas"),
        ("692123456", REUNION, "leading_zero overseas"),
        ("0033692123456", REUNION, "international_prefix overseas"),
        ("33692123456", REUNION, "international_prefix overseas"),
        ("+33 (0)692 12 34 56", REUNION, "trunk_zero overseas"),
        ("+262 692 12 34 56", REUNION, None),
        ("+262 (0)692 12 34 56", REUNION, "trunk_zero"),
        ("262692123456", REUNION, "international_prefix"),
        ("0690123456", GUADELOUPE, "overseas"),
        ("0639 01 23 45", "+262639012345", "overseas"),
        ("0694012345", "+594694012345", "overseas"),
        ("0696123456", "+596696123456", "overseas"),
        ("0708401234", "+508708401234", "overseas"),
        ("+508 55 12 34", "+508551234", None),
    ],
)
def test_digits_of_a_territory_give_its_number(entries, written, number, repairs):
    """The digits tell the territory, whatever the prefix that people or programs put before them."""
    expected = {"number": number, "repairs": repairs} if repairs else {"number": number}
    assert entries(written) == [expected]


@pytest.mark.parametrize(("region", "written"), [("RE", "+262"), ("GP", "+590"), ("PM", "+508"), ("MQ", "+596")])
def test_the_territories_own_region_reads_mainland_numbers(entries, region, written):
    """In a territory a mainland number in national form, or with the territory's code in front, gets its +33."""
    for front in ("0", written):
        assert entries(f"{front}612345678", region=region) == [{"number": "+33612345678", "repairs": "overseas"}]
    assert entries("0692123456", region="RE") == [{"number": REUNION}]


def test_a_truncated_mainland_number_is_no_number_of_saint_pierre(entries):
    """Six digits are a number there, but on the mainland they are what is left of one."""
    assert entries("0612345") == [{"reason": "too_short"}]
    assert entries("551234") == [{"reason": "too_short"}]
    assert entries("551234", region="PM") == [{"number": "+508551234", "repairs": "leading_zero"}]


def test_a_number_that_the_mainland_has_stays_there(entries):
    """`0508551234` is a French landline, although `508551234` could be Saint-Pierre without its plus."""
    assert entries("508551234", line_types="any") == [{"number": "+33508551234", "repairs": "leading_zero"}]


def test_two_possible_territories_are_named(entries):
    """Digits with a number on the mainland and in Guadeloupe cannot be told apart in Réunion."""
    (found,) = entries("0976012345", region="RE", line_types="any")
    assert found["reason"] == "invalid_number"
    assert {"+33976012345", "+590976012345"} <= set(found["detail"].split(", "))


def test_other_countries_read_no_overseas_numbers(entries):
    """In Germany 0692… is Frankfurt or nothing; with +33 in front it is French everywhere."""
    assert entries("0692123456", region="BE") == [{"reason": "invalid_number"}]
    assert entries("+33692123456", region="BE") == [{"number": REUNION, "repairs": "overseas"}]
