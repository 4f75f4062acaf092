"""What the cells of workbooks read as, and at which row and column they are."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from odf.text import P, S, Tab
from workbook_files import (
    bare_xlsb,
    bare_xlsx,
    ods_cell,
    ods_row,
    read_sheet,
    table,
    write_ods,
    write_xls,
    write_xlsx,
)

from stopimport.loading.workbooks.celltext import text_of

WRITERS = {".xlsx": write_xlsx, ".xlsm": write_xlsx, ".xls": write_xls, ".ods": write_ods}
ROWS = [["Nom", "Mobile"], [None, None], ["Zoé", 639980001], ["  Al ", "06 39 98 00 02"], ["0,1", 0.1]]
TEXTS = [["Nom", "Mobile"], ["", ""], ["Zoé", "639980001"], ["  Al ", "06 39 98 00 02"], ["0,1", "0.1"]]


@pytest.mark.parametrize("ending", WRITERS)
def test_every_kind_gives_the_same_table(tmp_path, ending):
    """The same cells read the same from every kind of workbook, blank rows and outer blanks kept."""
    assert TEXTS == table(read_sheet(WRITERS[ending](tmp_path / f"list{ending}", ROWS)))


def test_xlsb_gives_the_same_table(tmp_path):
    """An xlsb workbook reads like any other."""
    cells = [(0, 0, "Nom"), (0, 1, "Mobile"), (2, 0, "Zoé"), (2, 1, 639980001.0)]
    assert TEXTS[:3] == table(read_sheet(bare_xlsb(tmp_path / "list.xlsb", cells)))


@pytest.mark.parametrize("ending", WRITERS)
def test_leading_empty_rows_and_columns_are_kept(tmp_path, ending):
    """Row and column are what the spreadsheet program shows, even where the table starts further down and right."""
    path = WRITERS[ending](tmp_path / f"list{ending}", [[], [], [None, None, "Mobile"], [None, None, "x"]])
    assert [["", "", ""], ["", "", ""], ["", "", "Mobile"], ["", "", "x"]] == table(read_sheet(path))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (612345678.0, "612345678"),
        (33612345678.0, "33612345678"),
        (0.1, "0.1"),
        (1e-7, "0.0000001"),
        (-5.0, "-5"),
        (-0.0, "0"),
        (float(2**53), "9007199254740992"),
        (1.5e22, "15000000000000000000000"),
        (12, "12"),
        (True, "TRUE"),
        (False, "FALSE"),
        (None, ""),
        (dt.date(2026, 11, 22), "2026-11-22"),
        (dt.datetime(2026, 11, 22, 10, 30), "2026-11-22T10:30:00"),  # noqa: DTZ001 - spreadsheets know no time zones
        (dt.time(10, 30), "10:30:00"),
        (dt.timedelta(hours=30, seconds=5), "PT30H00M05S"),
        (dt.timedelta(hours=-1), "-PT01H00M00S"),
        ("06", "06"),
    ],
)
def test_values_read_in_their_shortest_exact_form(value, text):
    """A number reads as its digits without exponent, a date as ISO, a boolean as TRUE or FALSE."""
    assert text == text_of(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_number_texts_mean_the_number(value):
    """The text of a number is that number again, with digits only."""
    text = text_of(value)
    assert float(text) == value
    assert set(text) <= set("-.0123456789")


@pytest.mark.parametrize("ending", [".xlsx", ".xls"])
def test_dates_and_booleans_of_files(tmp_path, ending):
    """Dates, times and booleans of real files read as ISO and TRUE."""
    when = dt.datetime(2026, 11, 22, 10, 30)  # noqa: DTZ001 - spreadsheets know no time zones
    path = tmp_path / f"list{ending}"
    if ending == ".xlsx":
        write_xlsx(path, [[when, True]])
    else:
        book = xlwt.Workbook()
        sheet = book.add_sheet("S")
        sheet.write(0, 0, when, xlwt.easyxf(num_format_str="dd/mm/yyyy hh:mm"))
        sheet.write(0, 1, value := True)
        assert value
        book.save(str(path))
    assert [["2026-11-22T10:30:00", "TRUE"]] == table(read_sheet(path))


def test_phone_formats_are_no_dates(tmp_path):
    """A number format with letters in quotes or colours does not make a date of a phone number; its zeros are read."""
    book = openpyxl.Workbook()
    for row, style in enumerate(['0#" "##" "##" "##" "##', '"Tel dmy "0', "[Red]0", "0.00E+00"], 1):
        book.active.cell(row, 1, 639980001).number_format = style
    book.save(tmp_path / "list.xlsx")
    assert [["06 39 98 00 01"], *[["639980001"]] * 3] == table(read_sheet(tmp_path / "list.xlsx"))


def test_escapes_and_rich_text(tmp_path):
    """Escaped control characters are decoded, and the runs of rich text are put together."""
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>a_x000D_b</t></is></c><c r="B1" t="inlineStr"><is>'
        '<r><rPr><b/><color rgb="FF0000"/></rPr><t xml:space="preserve">06 39 </t></r>'
        "<r><t>98 00 01</t></r></is></c></row>"
    )
    assert [["a\rb", "06 39 98 00 01"]] == table(read_sheet(bare_xlsx(tmp_path / "list.xlsx", cells)))


def test_rows_and_cells_without_references(tmp_path):
    """References are optional: a row or cell without one follows the one before it."""
    rows = (
        "<row><c><v>1</v></c><c><v>2</v></c></row>"
        "<row r='4'><c/><c><v>3</v></c></row><row hidden='1'><c><v>4</v></c></row>"
    )
    sheet = read_sheet(bare_xlsx(tmp_path / "list.xlsx", rows))
    assert [["1", "2"], ["", ""], ["", ""], ["", "3"], ["4", ""]] == table(sheet)
    assert [4] == sheet.hidden.nonzero()[0].tolist()


def test_prefixed_namespaces(tmp_path):
    """Some writers give every element a prefix."""
    rows = '<x:row r="2"><x:c r="B2"><x:v>1</x:v></x:c><x:c r="C2" t="e"><x:v>#REF!</x:v></x:c></x:row>'
    assert [["", "", ""], ["", "1", "#REF!"]] == table(read_sheet(bare_xlsx(tmp_path / "list.xlsx", rows, "x:")))


def test_merged_cells_hold_their_value_once(tmp_path):
    """The value of merged cells is in the first of them only."""
    book = openpyxl.Workbook()
    book.active["A1"] = "x"
    book.active["C2"] = "y"
    book.active.merge_cells("A1:B2")
    book.save(tmp_path / "list.xlsx")
    assert [["x", "", ""], ["", "", "y"]] == table(read_sheet(tmp_path / "list.xlsx"))


def test_formats_and_empty_texts_below_do_not_count(tmp_path):
    """Rows that are only formatted, or hold the empty text, are no rows."""
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="5"><c r="A5" t="inlineStr"><is><t></t></is></c></row>'
        '<row r="7" ht="30" customHeight="1"><c r="A7" s="0"/></row><row r="9"><c r="A9" t="str"><v></v></c></row>'
    )
    assert [["1"]] == table(read_sheet(bare_xlsx(tmp_path / "list.xlsx", rows)))


def test_empty_shared_strings_below_do_not_count(tmp_path):
    """Some writers fill the blank cells below with the shared empty text."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="3"><c r="A3" t="s"><v>0</v></c></row>'
    assert [["1"]] == table(read_sheet(bare_xlsx(tmp_path / "list.xlsx", rows, shared=["<t></t>"])))


def test_empty_sheet(tmp_path):
    """A sheet without cells has no rows and no columns."""
    sheet = read_sheet(write_xlsx(tmp_path / "list.xlsx", []))
    assert (0, ()) == (sheet.rows, sheet.columns)


def test_ods_text_without_type_and_with_tabs(tmp_path):
    """Text of ods cells is kept where the writer left out its type, and tabs keep two numbers apart."""
    untyped, tabbed = ods_cell(), ods_cell()
    untyped.addElement(P(text="0639980001"))
    paragraph = P(text="0639980001")
    paragraph.addElement(Tab())
    paragraph.addText("0639980002")
    paragraph.addElement(S(c=2))
    paragraph.addText("x")
    tabbed.addElement(paragraph)
    path = write_ods(tmp_path / "list.ods", [ods_row(untyped, tabbed)])
    assert [["0639980001", "0639980001\t0639980002  x"]] == table(read_sheet(path))
