"""Laws that hold for any input."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd
import phonenumbers as pn
import pytest
from effort import some, tries
from hypothesis import given
from hypothesis import strategies as st
from writings import REGIONS, examples

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.stage import clean

MOBILE = pn.PhoneNumberType.MOBILE
MOBILE_REGIONS = [region for region in REGIONS if pn.example_number_for_type(region, MOBILE)]
ANY = {"line_types": "any"}
TEXTS = st.lists(
    st.text(st.sampled_from("0123456789") | st.sampled_from(" .-()+/;,'=\n\u00a0eéEoux") | st.characters(codec="utf-8"))
    | st.from_regex(r"0[67]( ?[0-9]{2}){4}( ?(/|ou|,|perso|\n) ?0[67][0-9]{8})?", fullmatch=True),
    max_size=12,
)


@pytest.mark.parametrize("region", some(REGIONS, by_day=("FR", "BE", "GB", "IT", "RE", "RU", "US")))
def test_cleaning_twice_is_cleaning_once(entries, region):
    """An E.164 number gives itself, without repair, whatever the region in force."""
    numbers = [pn.format_number(number, pn.PhoneNumberFormat.E164) for number in examples(region)]
    for home in ("FR", region):
        assert entries(*numbers, region=home, **ANY) == [{"number": number} for number in numbers]


@pytest.mark.parametrize("region", some(MOBILE_REGIONS, by_day=("FR", "BE", "GB", "IT", "RE", "RU", "US")))
def test_formatted_mobile_numbers_are_read_back(entries, region):
    """The usual national and international writing of a mobile number gives that number, from six digits on."""
    number = pn.example_number_for_type(region, MOBILE)
    for form in (pn.PhoneNumberFormat.NATIONAL, pn.PhoneNumberFormat.INTERNATIONAL):
        written = pn.format_number(number, form)
        long_enough = len(re.findall("[0-9]", written)) >= 6
        expected = pn.format_number(number, pn.PhoneNumberFormat.E164) if long_enough else None
        assert [entry.get("number") for entry in entries(written, region=region)] == [expected]


@tries(100)
@given(TEXTS)
def test_every_cell_is_accounted_for(texts):
    """Entries are the cells without the blank ones, plus the extra numbers; each has a number or a reason."""
    cleaned = clean(pd.DataFrame({"input": pd.Series(texts, dtype="str")}))
    frame = cleaned.entries
    assert cleaned.cells == len(texts)
    assert cleaned.blank == sum(not text.strip() for text in texts)
    assert len(frame) == cleaned.cells - cleaned.blank + cleaned.split
    assert (frame["number"].isna() == (frame["reason"] != "")).all()


@tries(100)
@given(TEXTS)
def test_no_digit_is_made_up(texts):
    """All national digits of a number stand in its cell, side by side: no letter becomes one, and none is filled in."""
    frame = clean(pd.DataFrame({"input": pd.Series(texts, dtype="str")}), CleanOptions(**ANY)).entries
    for text, number in frame.loc[frame["number"].notna(), ["input", "number"]].itertuples(index=False):
        digits = "".join(
            str(unicodedata.decimal(sign)) for sign in re.findall(r"\d", unicodedata.normalize("NFKC", text))
        )
        assert pn.national_significant_number(pn.parse(number)) in digits


MASKS = ("*", "**", "%", "#", "?", "…", "...", ". .", "••", "██", "xx", "XXX", "__", "⬜", "½", "---", "- - -")


@tries(40)
@given(
    st.lists(
        st.tuples(st.sampled_from(MOBILE_REGIONS), st.booleans(), st.integers(0, 20), st.sampled_from(MASKS)),
        max_size=3,
    )
)
def test_a_mask_anywhere_makes_no_number(masked):
    """Wherever in a writing signs stand in place of digits, in every country: its other digits are no number."""
    for region, national, place, mask in masked:
        form = pn.PhoneNumberFormat.NATIONAL if national else pn.PhoneNumberFormat.INTERNATIONAL
        written = pn.format_number(pn.example_number_for_type(region, MOBILE), form)
        cell = pd.DataFrame({"input": pd.Series([written[:place] + mask + written[place:]], dtype="str")})
        assert clean(cell, CleanOptions(region=region, **ANY)).entries["number"].isna().all(), cell["input"][0]


@tries(100)
@given(TEXTS, st.sampled_from(["FR", "RE", "DE", "IT", "US"]))
def test_normalising_twice_is_normalising_once(texts, region):
    """A number that came out of any cell gives itself, without repair, when it is read again."""
    options = CleanOptions(region=region, **ANY)
    found = clean(pd.DataFrame({"input": pd.Series(texts, dtype="str")}), options).entries["number"].dropna()
    again = clean(pd.DataFrame({"input": found.reset_index(drop=True)}), options).entries
    assert again["number"].tolist() == found.tolist()
    assert (again["repairs"] == "").all()


@tries(100)
@given(TEXTS)
def test_a_cell_is_judged_alike_wherever_it_stands(texts):
    """What is said about a cell does not depend on the other cells."""
    together = clean(pd.DataFrame({"input": pd.Series(texts, dtype="str")})).entries
    alone = [clean(pd.DataFrame({"input": [text]})).entries for text in texts]
    columns = ["number", "reason", "repairs", "region", "detail"]
    expected = [row for frame in alone for row in frame[columns].astype(object).fillna("").to_numpy().tolist()]
    assert together[columns].astype(object).fillna("").to_numpy().tolist() == expected


@pytest.mark.parametrize("filling", [" ", "+", "(", "'", "=", "@", "a@", "www.", " ext 1", "\n", "0", "x ", "\u0301"])
def test_a_huge_cell_is_judged_like_a_small_one(entries, filling):
    """Work grows with the length of a cell, not with its square: 32,000 signs would take long."""
    for form in ("0612345678{}x", "{}0612345678", "06{}12345678 a"):
        small, huge = (entries(form.format(filling * (signs // len(filling)))) for signs in (200, 32_000))
        assert [entry.get("number") for entry in small] == [entry.get("number") for entry in huge]
