"""One number typed by a person is read as a cell of a file is."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.errors import NoNumber, UnknownCountry
from stopimport.cleaning.single import read_number
from stopimport.cleaning.stage import clean

SIGNS = st.sampled_from(
    ["06", "+33", "0033", "33", "(0)", "0692", "+262", "0470", "+32", " ", ".", "-", "/", "12", "7"]
)


def as_a_cell(text, region):
    """Return the one number that a file's cell with this text holds, else None."""
    options = CleanOptions(region=region, line_types="any", validity="possible")
    entries = clean(pd.DataFrame({"input": [text]}), options).entries
    numbers = entries["number"].tolist()
    return numbers[0] if len(numbers) == 1 and entries["number"].notna().all() else None


def as_typed(text, region):
    """Return the number that is read from what was typed, else None."""
    try:
        return read_number(text, region)
    except NoNumber:
        return None


@given(st.lists(SIGNS, max_size=9).map("".join) | st.text(max_size=20), st.sampled_from(["FR", "RE", "BE"]))
def test_typed_or_in_a_cell_is_the_same(text, region):
    """Whatever is typed, the number is the one that a run would have taken."""
    assert as_typed(text, region) == as_a_cell(text, region)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("06 00 00 10 01", "+33600001001"),
        ("0692 12 34 56", "+262692123456"),
        ("01 23 45 67 89", "+33123456789"),
        ('="0600001001"', "+33600001001"),
    ],
)
def test_numbers_of_every_line_are_read(text, number):
    """A landline, too, may be in a run: it depends on the run's options."""
    assert read_number(text, "FR") == number


def test_an_unknown_country_is_told():
    """The region must exist."""
    with pytest.raises(UnknownCountry, match="--region"):
        read_number("06 00 00 10 01", "XX")
