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
        "06/12/34/56/78 ; 06/98/76/54/32", "0612345678ou0698765432", "0612345678；0698765432", "0612345678／0698765432",
        "0612345678 (perso) 0698765432 (pro)", "Perso 0612345678, pro 0698765432",
        "06 12 34 56 78 ::: 06 98 76 54 32", "+33 612345678:::+33 698765432", "06 12 34 56 78 - 06 98 76 54 32",
        "0612345678-0698765432", "0612345678 – 0698765432", "06-12-34-56-78-06-98-76-54-32", "0612345678&0698765432",
        "06-12-34-56-78 - 06-98-76-54-32", "06 12 34 56 78 & 06 98 76 54 32", "+33612345678 -- +33698765432",
        "Tel 06 12 34 56 78 & 06 98 76 54 32 (pro)", "perso 06 12 34 56 78 - pro 06 98 76 54 32",
        "06/12/34/56/78 / 06/98/76/54/32", "06/12/34/56/78 // 06/98/76/54/32", "0612345678//0698765432",
        "06/12/34/56/78 /06/98/76/54/32", "0612345678 ― 0698765432", "0612345678、0698765432",
        "• 06 12 34 56 78\n• 06 98 76 54 32",
        "* 06 12 34 56 78\n* 06 98 76 54 32", "① 06 12 34 56 78\n② 06 98 76 54 32",
        "- 0612345678\n- 0698765432", "0612345678 [0698765432]", '["0612345678","0698765432"]',
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


@pytest.mark.parametrize(
    ("cell", "repairs"),
    [
        ("06 12 34 56 78 / 06\u00a098\u00a076\u00a054\u00a032", ["split_cell", "characters split_cell"]),
        ("06\u202f12345678\n06 98 76 54 32", ["characters split_cell", "split_cell"]),
        ("0612345678 ; 06_98_76_54_32", ["split_cell", "separators split_cell"]),
        ("0612345678 / ='0698765432'", ["split_cell", "excel_text split_cell"]),
        ('="0612345678" ; ="0698765432"', ["excel_text split_cell", "excel_text split_cell"]),
        ('="0612345678 ; 698765432"', ["excel_text split_cell", "leading_zero excel_text split_cell"]),
        ("\ufeff0612345678;33698765432.0;\u200b", [
            "characters split_cell", "international_prefix decimal_point split_cell",
        ]),
    ],
)  # fmt: skip
def test_each_part_names_its_own_repairs(entries, cell, repairs):
    """What was corrected in one part is not said of the others; a marker around the whole cell is said of all."""
    assert [entry["number"] for entry in entries(cell)] == BOTH
    assert [entry["repairs"] for entry in entries(cell)] == repairs


@pytest.mark.parametrize(
    ("cell", "number", "repairs"),
    [
        ("+49 1512/3456789", "+4915123456789", "separators"),
        ("+49\u00a01512/3456789", "+4915123456789", "characters separators"),
        ("0043 664/1234567", "+436641234567", "international_prefix separators"),
        ("0033 612\n345678", "+33612345678", "international_prefix separators"),
    ],
)
def test_a_divider_inside_a_number_with_international_prefix(entries, cell, number, repairs):
    """A prefix and its area code are no number by themselves: nothing was divided there."""
    assert entries(cell) == [{"number": number, "repairs": repairs}]


@pytest.mark.parametrize(
    ("cell", "region", "numbers"),
    [
        ("0470/12.34.56 / 0471/12.34.57", "BE", ["+32470123456", "+32471123457"]),
        ("+32 470/12.34.56 / +32 471/12.34.57", "FR", ["+32470123456", "+32471123457"]),
        ("0151/23456789 / 0152/23456789", "DE", ["+4915123456789", "+4915223456789"]),
        ("+49 1512/3456789 / 0612345678", "FR", ["+4915123456789", BOTH[0]]),
        ("333/1234567 // 334/1234567", "IT", ["+393331234567", "+393341234567"]),
        ("079/123 45 67 / 078/123 45 67", "CH", ["+41791234567", "+41781234567"]),
        ("0664/123 45 67/ 0676/123 45 67", "AT", ["+436641234567", "+436761234567"]),
        ("07400/123456 / 07400/123457 / 07400/123458", "GB", ["+447400123456", "+447400123457", "+447400123458"]),
    ],
)
def test_slashes_within_numbers_and_between_them(entries, cell, region, numbers):
    """One with blanks, or two, divide before one that stands inside a number."""
    found = entries(cell, region=region)
    assert numbers == [entry["number"] for entry in found]
    assert all("split_cell" in entry["repairs"] for entry in found)


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("tel:0612345678";"0698765432")', '=SI(A1="";"0612345678";"0698765432")',
        '=TEXT(612345678,"0000000000")', '=+CONCATENATE("0612345678";" / ";B2)',
        '= STXT ("0612345678;0698765432";1;10)',
    ],
)  # fmt: skip
def test_the_text_of_a_formula_is_one_reject(entries, cell):
    """What it would show cannot be told: nothing is taken out of it."""
    assert entries(cell) == [{"reason": "not_a_phone_number"}]


@pytest.mark.parametrize("line_types", ["mobile", "any"])
@pytest.mark.parametrize(
    ("cell", "region", "number"),
    [
        ("0151 2345/6789", "DE", "+4915123456789"),
        ("+49 1512/3456789", "DE", "+4915123456789"),
        ("+49 1512/3456789", "FR", "+4915123456789"),
        ("0151/23456789", "DE", "+4915123456789"),
        ("+49 151/ 23 45 67 89", "AT", "+4915123456789"),
        ("0664 123/4567", "AT", "+436641234567"),
        ("0470/123 456", "BE", "+32470123456"),
        ("079 123 - 45 67", "CH", "+41791234567"),
    ],
)
def test_one_number_as_a_whole_is_not_divided(entries, cell, region, number, line_types):
    """Even where parts would be numbers of some line, and whatever lines are accepted."""
    assert [entry.get("number") for entry in entries(cell, region=region, line_types=line_types)] == [number]


def test_a_landline_as_a_whole_is_not_divided(entries):
    """Its parts could be two shorter landlines; the whole is one, and no mobile number."""
    assert entries("030 123456/78", region="DE") == [{"reason": "not_mobile", "repairs": "separators"}]
    assert entries("030 1234/567890", region="DE", line_types="any") == [
        {"number": "+49301234567890", "repairs": "separators"}
    ]


@pytest.mark.parametrize("between", ["\n", ";", " ", " / ", " - ", "-", " & ", " ::: "])
def test_a_hundred_numbers_in_a_cell_and_one_more(entries, between):
    """Up to 100 they are read; more are one reject."""
    written = [f"06000010{place % 100:02}" for place in range(101)]
    assert len(entries(between.join(written[:100]))) == 100
    assert entries(between.join(written)) == [{"reason": "not_a_phone_number", "detail": "too many numbers"}]


def test_a_cell_longer_than_a_spreadsheet_holds(entries):
    """32,767 characters are read, one more is a reject; blank is blank."""
    number = "0612345678"
    assert entries(number.ljust(32_766) + ".") == [{"number": "+33612345678"}]
    assert entries(number.ljust(32_767) + ".", number, " " * 40_000, "é" * 32_768) == [
        {"reason": "not_a_phone_number", "detail": "too many characters"},
        {"number": "+33612345678"},
        {"reason": "not_a_phone_number", "detail": "too many characters"},
    ]


@pytest.mark.parametrize("cell", [
    "0612345678 / 79", "0612345678 069876543", "06 12 34 56 78 et 3", "0612345678 - 069876543", "0612345678-12",
    "0612345678 & 069876", "06 12 34 56 78 ::: 06 98", "0612345678 & 06******32",
])  # fmt: skip
def test_incomplete_parts_are_not_split_off(entries, cell):
    """Where a part is no number by itself, the cell is one reject: nothing is guessed, nothing dropped."""
    found = entries(cell)
    assert len(found) == 1
    assert "number" not in found[0]


def test_the_same_number_twice_in_a_cell_is_a_duplicate(entries):
    """Parts of one cell are compared like any other entries."""
    assert [entry["number"] for entry in entries("0612345678 / +33612345678")] == [BOTH[0], BOTH[0]]
