"""Cells with several numbers."""

from __future__ import annotations

import pytest

BOTH = ["+33612345678", "+33698765432"]


@pytest.mark.parametrize(
    "cell",
    [
        "0612345678/0698765432", "06 12 34 56 78 / 06 98 76 54 32", "0612345678;0698765432", "0612345678, 0698765432",
        "0612345678|0698765432", "0612345678\n0698765432", "0612345678\r\n0698765432", "0612345678 ou 0698765432",
        "0612345678 ET 0698765432", "0612345678 or 0698765432", "0612345678 0698765432", "+33612345678 +33698765432",
        "06 12 34 56 78 06 98 76 54 32", "06.12.34.56.78 06.98.76.54.32", "0612345678 ; ; 0698765432",
        "0612345678\u00a0/\u00a00698765432", '="0612345678 / 0698765432"', "33612345678,0 / 33698765432,0",
        "06/12/34/56/78 ; 06/98/76/54/32", "0612345678 (perso) 0698765432 (pro)", "Perso 0612345678, pro 0698765432",
    ],
)  # fmt: skip
def test_a_cell_with_two_numbers_gives_two_entries(entries, cell):
    """Each part is an entry of its own, and says that it was one of several."""
    found = entries(cell)
    assert [entry["number"] for entry in found] == BOTH
    assert all("split_cell" in entry["repairs"].split() for entry in found)


def test_each_part_is_judged_by_itself(entries):
    """A part that is no mobile number becomes a reject, and the other one a number."""
    first, second = entries("06 12 34 56 78 et bureau 01 42 68 53 00")
    assert first == {"number": BOTH[0], "repairs": "split_cell"}
    assert second == {"reason": "not_mobile", "repairs": "text_around split_cell"}


def test_three_numbers_with_different_dividers(entries):
    """Dividers may be mixed."""
    found = entries("0612345678 / 0698765432 ; 0142685300")
    assert [entry.get("number", entry.get("reason")) for entry in found] == [*BOTH, "not_mobile"]


@pytest.mark.parametrize("cell", ["0612345678 / 79", "0612345678 069876543", "06 12 34 56 78 et 3"])
def test_incomplete_parts_are_not_split_off(entries, cell):
    """Where a part is no number by itself, the cell is one reject: nothing is guessed, nothing dropped."""
    found = entries(cell)
    assert len(found) == 1
    assert "number" not in found[0]


def test_the_same_number_twice_in_a_cell_is_a_duplicate(entries):
    """Parts of one cell are compared like any other entries."""
    assert [entry["number"] for entry in entries("0612345678 / +33612345678")] == [BOTH[0], BOTH[0]]
