"""Texts of one shape are read together, and say the same as one by one."""

from __future__ import annotations

from random import Random

import pyarrow as pa
import pytest
from effort import tries
from hypothesis import given
from hypothesis import strategies as st
from test_fast_path import OPTIONS, all_at_once, one_by_one
from writings import writing

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.fast import alike
from stopimport.cleaning.fast.plain import PlainJudge
from stopimport.cleaning.fast.shapes import shapes_of
from stopimport.cleaning.fast.worthless import may_be_wrapped
from stopimport.cleaning.split import unwrapped

WORDS = (
    "perso", "Marie", "Bénédicte", "tel:", "poste", "ext.", "x", "xx", "nnn", "UTC", "ou", "et", "or", "à", "T", "h",
    "E", "www.", "@", "http://", "N°", "(bureau)", "01", "12", "12:30", "-", "+", "=", "'", "*", "…", "%", "_", "é",
    "²", "Aa",
)  # fmt: skip
BETWEEN = (" / ", "/", ";", ", ", ",", " | ", "\n", "\r\n", " ou ", " et ", " ::: ", " - ", "-", "&", " ", "  ", "")


def template(random, region):
    """Return a text with one number or several, and with words, perhaps."""
    parts = [writing(random, region) for _ in range(random.choice((1, 1, 1, 2, 2, 3, 7)))]
    text = random.choice(BETWEEN).join(parts)
    for _ in range(random.choice((0, 1, 1, 2))):
        word, blank = random.choice(WORDS), random.choice(("", " "))
        text = random.choice((f"{word}{blank}{text}", f"{text}{blank}{word}", text.replace(" ", f" {word} ", 1)))
    return text


def refilled(random, text):
    """Return the text with other digits in many places."""
    share = random.choice((0.05, 0.3, 1.0))
    return "".join(
        random.choice("000123456789") if sign.isdigit() and random.random() < share else sign for sign in text
    )


@tries(60)
@given(OPTIONS, st.integers(0, 1 << 32))
def test_texts_that_differ_in_digits_alone(options, seed):
    """For any settings and any shape, what is read together is what is read one by one."""
    random = Random(seed)
    kinds = [template(random, options.region) for _ in range(5)]
    texts = [refilled(random, text) for text in kinds for _ in range(2 * alike._FEW)]
    assert all_at_once(texts, options) == one_by_one(texts, options)


@pytest.mark.parametrize(
    "text",
    [
        "06 00 00 {:02} {:02} (perso)",
        "Tél. 06/00/00/{:02}/{:02}",
        "060000{:02}{:02} / 070000{:02}{:02}",
        "06 00 00 {:02} {:02} 01 00 00 {:02} {:02}",
        "Marie 060000{:02}{:02} Paul 070000{:02}{:02}",
        "{:02}/{:02}/20{:02} {:02}:00",
        "{:02}{:02}{:02},{:02}",
        "-06000{:02}{:02}",
        "(06000{:02}{:02})",
        "0600{:02}{:02} poste {:02}",
        "00336000{:02}{:02} / 00336000{:02}{:02}",
        "{:02}{:02}{:02}{:02}" * 6,
    ],
)
@pytest.mark.parametrize("region", ["FR", "BE", "US"])
def test_usual_odd_writings(text, region):
    """Words, dividers, extensions, dates, amounts: what a list has all the way down."""
    random, options = Random(text), CleanOptions(region=region)
    texts = [text.format(*(random.randrange(100) for _ in range(24))) for _ in range(100)]
    assert all_at_once(texts, options) == one_by_one(texts, options)


def test_words_that_mean_nothing_are_alike():
    """Names differ, and the shape is the same; words that say something are kept."""
    texts = ["Marie 0612", "Jean-Paul 0612", "poste 0612", "xxx 0612", "Nicole 1612", "Édith 0999"]
    places, shapes = shapes_of(pa.array(texts, pa.large_string()))
    assert [0, 1, 2, 3, 4, 0] == places.tolist()
    assert 5 == len(shapes)


@tries(200)
@given(st.text("0123456789 .,+-eE'=\u00a0é", max_size=14))
def test_what_is_not_looked_at_would_stay_as_it_is(text):
    """Where no program can have put anything around a text, nothing is taken off it, not even a blank."""
    if not may_be_wrapped(pa.array([text], pa.large_string()))[0]:
        assert unwrapped(text) == (text.strip(), frozenset()) == (text, frozenset())


def test_numbers_and_blanks_are_not_taken_apart_one_by_one():
    """Two numbers side by side are all digits, without decimals or exponent: millions of them cost no look each."""
    texts = ["0600001001 0600001002", "06 00 00 10 01", "+33600001001", "1 000,0", "6,1E8", "6 E+8", " 06"]
    assert may_be_wrapped(pa.array(texts, pa.large_string())).tolist() == [False] * 3 + [True] * 4


def test_only_where_numbers_end_others_are_looked_for(monkeypatch):
    """Ten groups of two digits: 36 places where a number might stand, of which those are judged that can be reached."""
    judged, judge_rows = [], PlainJudge.judge_rows
    monkeypatch.setattr(PlainJudge, "judge_rows", lambda *a, **k: judged.append(1) or judge_rows(*a, **k))
    texts = [f"06 00 00 {number:02} 01 06 00 00 {number:02} 02" for number in range(2 * alike._FEW)]
    assert all_at_once(texts, CleanOptions()) == one_by_one(texts, CleanOptions())
    assert len(judged) <= 20
