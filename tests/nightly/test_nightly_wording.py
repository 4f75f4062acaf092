"""What may be shown to those who watch."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopimport.nightly.wording import plain, veiled

NUMBERS = st.from_regex(r"(\+33|0033|0|)[67]00(000[0-9]{3}|( 00){2} [0-9]{2})", fullmatch=True)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22T130455Z-export.csv",
        "export_20261122.csv",
        "export 2026.11.22 13:04.csv",
        "20261122130455.csv",
        "stop_2026_11_22_1304",
        "12 of 34 entries",
    ],
)
def test_dates_stay(text):
    """The names of exports and runs can be read."""
    assert veiled(text) == text


@given(st.text(st.characters(exclude_categories=["Nd"])), NUMBERS, st.text(st.characters(exclude_categories=["Nd"])))
def test_numbers_are_masked(before, number, after):
    """Wherever a phone number appears, its middle is hidden."""
    assert not re.search(r"\d{8}", re.sub(r"[ .-]", "", veiled(f"{before}{number}{after}")))


@pytest.mark.parametrize("number", ["+4520121212", "+201212121304", "+33612345678", "0612345678"])
def test_a_number_that_looks_like_a_date_is_no_date(number):
    """With a plus, or within more digits, it is a number."""
    assert number not in veiled(f"appel {number}.csv")


@given(st.text())
def test_everything_is_one_line(text):
    """No name can begin a line of its own, or colour the terminal."""
    assert plain(text).isprintable()
    assert veiled(text).isprintable()
