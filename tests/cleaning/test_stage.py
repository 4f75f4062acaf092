"""The frames: which cells become entries, in which order, and what is in their columns."""

from __future__ import annotations

import pandas as pd
import pytest

from stopimport.cleaning import patience
from stopimport.cleaning.entries import ENTRY_COLUMNS, CleanOptions
from stopimport.cleaning.errors import TooManyInCells, TooOdd
from stopimport.cleaning.stage import clean, judge

ONE = "+33600001001"


def test_a_frame_with_inputs_alone_is_enough():
    """A script passes its own frame; places are made up as for a table with one header line."""
    cleaned = clean(pd.DataFrame({"input": ["06 12 34 56 78", None, "33612345678.0"]}))
    frame = cleaned.entries
    assert tuple(frame.columns) == ENTRY_COLUMNS
    assert frame["number"].tolist() == ["+33612345678", "+33612345678"]
    assert frame["row"].tolist() == [2, 4]
    assert frame["region"].tolist() == ["FR", "FR"]
    assert (cleaned.cells, cleaned.blank, cleaned.split) == (3, 1, 0)


def test_numbers_that_were_read_as_numbers_are_texts_first():
    """A frame made by pandas' own reader holds floats; no digit is lost."""
    assert clean(pd.DataFrame({"input": [612345678.0, None]})).entries["number"].tolist() == ["+33612345678"]
    assert clean(pd.DataFrame({"input": [33612345678]})).entries["number"].tolist() == ["+33612345678"]


def test_places_inputs_and_kept_columns_follow_their_entries():
    """A cell with two numbers gives two entries of the same place; blank cells give none."""
    cells = pd.DataFrame({
        "source": [0, 1, 0], "file": "a.csv", "sheet": "", "row": [2, 2, 3], "column": ["Mobile", "Fixe", "Mobile"],
        "input": ["0612345678 / 0698765432", " ", "06 98 76 54 32"], "problem": "", "ragged": False,
        "keep:id": ["A", "A", "B"],
    })  # fmt: skip
    cleaned = clean(cells)
    frame = cleaned.entries
    assert frame["input"].tolist() == ["0612345678 / 0698765432"] * 2 + ["06 98 76 54 32"]
    assert frame["row"].tolist() == [2, 2, 3]
    assert frame["keep:id"].tolist() == ["A", "A", "B"]
    assert frame["duplicate_of"].tolist() == [-1, -1, 1]
    assert (cleaned.cells, cleaned.blank, cleaned.split) == (3, 1, 1)


def test_no_cells_give_no_entries():
    """A quiet night."""
    cleaned = clean(pd.DataFrame({"input": pd.Series([], dtype="str")}))
    assert cleaned.entries.empty
    assert tuple(cleaned.entries.columns) == ENTRY_COLUMNS


def test_cells_of_white_space_are_blank():
    """Whatever kind of white space it is."""
    cleaned = clean(pd.DataFrame({"input": ["", " ", "\t", "\n", "\x85", "\u00a0", "\u3000"]}))
    assert (cleaned.cells, cleaned.blank) == (7, 7)
    assert cleaned.entries.empty


def test_only_accepted_entries_are_duplicates():
    """The first entry is the first accepted one, whatever the writing; rejects are compared with nothing."""
    written = ["N/A", "N/A", "0612345678", "+33 6 12 34 56 78", "0142685300", "01 42 68 53 00", "33612345678"]
    frame = clean(pd.DataFrame({"input": written})).entries
    assert frame["duplicate_of"].tolist() == [-1, -1, -1, 2, -1, -1, 2]


def test_unreadable_cells_are_entries():
    """An error value is never blank and never split."""
    cells = pd.DataFrame({"input": ["#N/A", "", "0612345678"], "problem": ["unreadable_cell", "unreadable_cell", ""]})
    cleaned = clean(cells)
    assert cleaned.entries["reason"].tolist() == ["unreadable_cell", "unreadable_cell", ""]
    assert cleaned.blank == 0


def test_broken_rows():
    """A row of the wrong width without valid number is broken, even if blank; with one it is like any other."""
    cells = pd.DataFrame({
        "row": [2, 2, 3, 3, 4, 4, 5, 5, 6, 6], "ragged": [True] * 8 + [False] * 2,
        "input": ["Dupont", "", "", "", "0612345678", "x", "0142685300", "", "x", ""],
    })  # fmt: skip
    cleaned = clean(cells)
    frame = cleaned.entries
    assert list(zip(frame["row"], frame["reason"], strict=True)) == [
        (2, "broken_row"), (3, "broken_row"), (4, ""), (4, "not_a_phone_number"), (5, "not_mobile"),
        (6, "not_a_phone_number"),
    ]  # fmt: skip
    assert (cleaned.cells, cleaned.blank, cleaned.split) == (10, 4, 0)


def test_judging_a_column_by_its_content():
    """0: no valid number, 1: none that is mobile, 2: a mobile one; what the options accept plays no part."""
    texts = pd.Series(["", "x", "0142685300", "0612345678", "0142685300 / 0612345678", "0470123456"])
    assert judge(texts, None, CleanOptions()).tolist() == [0, 0, 1, 2, 2, 1]
    assert judge(texts, None, CleanOptions(countries=("BE",))).tolist() == [0, 0, 1, 2, 2, 1]
    countries = pd.Series(["", "", "", "", "", "Belgique"])
    assert judge(texts, countries, CleanOptions()).tolist() == [0, 0, 1, 2, 2, 2]


def test_what_a_person_corrected_is_read_in_place_of_the_cell():
    """The number is the corrected one, with its repair; the input stays; a correction that is none is a reject."""
    cells = pd.DataFrame({"input": ["0612", "#N/A", "0698765432", "x"], "corrected": ["0612345678", ONE, None, "0612"]})
    entries = clean(cells).entries
    assert entries["input"].tolist() == ["0612", "#N/A", "0698765432", "x"]
    assert entries["number"].astype(object).fillna("").tolist() == ["+33612345678", ONE, "+33698765432", ""]
    assert entries["repairs"].tolist() == ["corrected", "corrected", "", ""]


def test_several_numbers_may_be_a_correction():
    """Each of them is one that a person wrote."""
    entries = clean(pd.DataFrame({"input": ["?"], "corrected": [f"{ONE} / 612345679"]})).entries
    assert entries["repairs"].tolist() == ["split_cell corrected", "leading_zero split_cell corrected"]


def test_cells_do_not_grow_out_of_proportion():
    """Each entry shows its whole cell: where cells hold up to a hundred numbers each, and many do, they are refused."""
    cell = " / ".join(f"06 00 00 {number // 100:02} {number % 100:02}" for number in range(100))
    few = clean(pd.DataFrame({"input": [cell] * 20}))
    assert 2000 == len(few.entries)
    with pytest.raises(TooManyInCells, match="100 times as large"):
        clean(pd.DataFrame({"input": [cell] * 200}))
    ten = " / ".join(cell.split(" / ")[:10])
    assert 200_000 == len(clean(pd.DataFrame({"input": [ten] * 20_000})).entries)


def test_odd_texts_are_read_as_long_as_a_file_of_their_size_explains(monkeypatch):
    """Each of them is read by itself, in any number of threads: where that takes too long, it ends in words."""
    odd = [
        f"rappeler le {day}.{month} vers {day} h, {'x' * day} {month}" for day in range(1, 29) for month in range(99)
    ]
    cells = pd.DataFrame({"input": [*odd, ONE]})
    assert 1 == clean(cells).entries["number"].notna().sum()
    monkeypatch.setattr(patience, "_SECONDS", 0.0)
    with pytest.raises(TooOdd, match="a column of their own"):
        clean(cells)
