"""Number formats: a number reads as shown where its format shows digits or a plus that it lacks, and only there."""

from __future__ import annotations

import struct
import zipfile

import openpyxl
import pytest
import xlwt
from workbook_files import RELATIONS, bare_xlsb, hidden, read_sheet, repack, table

from stopimport.loading.errors import TooLarge
from stopimport.loading.workbooks.formats import Kind, format_of, shows_more

SHOWN = [
    ('"+34 "0', 612345678, "+34 612345678"),
    ("\\+0", 33600001001, "+33600001001"),
    ("+0", 33600001001, "+33600001001"),
    ('"+"#', 33600001001, "+33600001001"),
    ('"00 "0', 33600001001, "00 33600001001"),
    ('00" "00" "00" "00" "00', 600001001, "06 00 00 10 01"),
    ('0#" "##" "##" "##" "##', 600001001, "06 00 00 10 01"),
    ("0000000000", 600001001, "0600001001"),
    ("[$+34 ]0", 612345678, "+34 612345678"),
    ("[$+34-40C] #,##0", 612345678, "+34 612345678"),
    ('[Red]"+32 "0;[Blue]-0', 470123456, "+32 470123456"),
    ('[<=999999999]"+33 "0;"+"0', 600001001, "+33 600001001"),
    ('[<=999999999]"+33 "0;"+"0', 33600001001, "+33600001001"),
    ('"Tel. +33 "General', 600001001, "Tel. +33 600001001"),
    ('"+33 "0.00', 600001001, "+33 600001001"),
]
EXACT = [
    *("General", "0", "# ##0", "#,##0", "0.00", "0.00E+00", "0%", '"Tel "0', "[Red]0", "@", "# ?/?", "0,", '"x";"y"'),
    *("", '"', "\\", "[", ";;;", "0" * 300),
]


@pytest.mark.parametrize(("code", "value", "shown"), SHOWN)
def test_what_a_format_adds(code, value, shown):
    """Digits and pluses of a format count, wherever and however they are written."""
    assert shown == format_of(code).shown(value)


@pytest.mark.parametrize("code", EXACT)
def test_formats_that_add_nothing(code):
    """All other formats leave a number in its shortest exact form."""
    assert format_of(code).shown(600001001) is None
    assert format_of(code).kind is Kind.NUMBER


@pytest.mark.parametrize("code", ["yyyy-mm-dd", 'dd"/"mm', "h:mm", "[$-40C]d mmmm yyyy;@", '"+33 "yyyy'])
def test_dates_stay_dates(code):
    """A format with a date's signs outside of quotes makes a date, and adds nothing."""
    assert format_of(code).kind is Kind.DATE
    assert format_of(code).shown(45000) is None


def test_numbers_that_are_not_whole_stay_exact():
    """What would be rounded for show is not what the person typed."""
    assert format_of('"+33 "0').shown(600001001.5) is None


@pytest.mark.parametrize("code", ['"+33 "0_);("+33 "0)', '"+33 "0;"+33 "0', "0000000000", '"+"0', '[<0]"+33 "0;0'])
def test_negative_numbers_stay_negative(code):
    """What was computed is nobody's number, whatever its format makes of it."""
    assert format_of(code).shown(-600000968) is None


@pytest.mark.parametrize(
    ("shown", "value", "more"),
    [
        ("+34 612345678", 612345678, True),
        ("06 00 00 10 01", 600001001, True),
        ("612 345 678", 612345678, False),
        ("612345678,00", 612345678, False),
        ("612,345,678.00", 612345678, False),
        ("6.12E+08", 612000000, False),
        ("600%", 6, False),
        ("###", 612345678, False),
        ("+33 600000968", -600000968, False),
        ("(0600000968)", -600000968, False),
        ("", 612345678, False),
    ],
)
def test_what_ods_shows(shown, value, more):
    """In ods the text of a number's cell says what it shows; decimals, groups and exponents are none of its digits."""
    assert more is shows_more(shown, value)


@pytest.mark.parametrize("ending", [".xlsx", ".xlsm", ".xls"])
def test_formats_of_files(tmp_path, ending):
    """The same formats read the same from files that other programs wrote."""
    path = tmp_path / f"list{ending}"
    book = xlwt.Workbook() if ending == ".xls" else openpyxl.Workbook()
    sheet = book.add_sheet("S") if ending == ".xls" else book.active
    for row, (code, value, _shown) in enumerate(SHOWN):
        if ending == ".xls":
            sheet.write(row, 0, value, xlwt.easyxf(num_format_str=code))
            sheet.write(row, 1, value)
        else:
            sheet.cell(row + 1, 1, value).number_format = code
            sheet.cell(row + 1, 2, value)
    book.save(str(path))
    assert [[shown, str(value)] for _code, value, shown in SHOWN] == table(read_sheet(path))


def test_rows_of_no_height(tmp_path):
    """A row of height 0 is hidden in xls, too."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row in range(4):
        sheet.write(row, 0, row)
    sheet.row(2).height_mismatch = True
    sheet.row(2).height = 0
    book.save(str(tmp_path / "list.xls"))
    assert [3] == hidden(read_sheet(tmp_path / "list.xls"))


def xlsb_record(kind, content):
    """Return one record of an xlsb part."""
    name = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return name + bytes([len(content)]) + content


def test_formats_of_xlsb(tmp_path):
    """The styles of an xlsb workbook are records of their own."""
    path = bare_xlsb(tmp_path / "list.xlsb", [(0, 0, 612345678.0), (1, 0, "x")])
    code = '"+34 "0'.encode("utf-16-le")
    styles = (
        xlsb_record(44, struct.pack("<HI", 164, len(code) // 2) + code)
        + xlsb_record(617, struct.pack("<I", 1))
        + xlsb_record(47, struct.pack("<HH", 0, 164) + bytes(12))
        + xlsb_record(618, b"")
    )
    with zipfile.ZipFile(path) as archive:
        relations = archive.read("xl/_rels/workbook.bin.rels")
    named = f'<Relationship Id="r3" Type="{RELATIONS}/styles" Target="styles.bin"/></Relationships>'
    relations = relations.replace(b"</Relationships>", named.encode())
    repack(path, {"xl/_rels/workbook.bin.rels": relations, "xl/styles.bin": styles})
    assert [["+34 612345678"], ["x"]] == table(read_sheet(path))


def test_a_text_in_very_many_cells_of_xls(tmp_path):
    """One big text in thousands of cells of an xls workbook would fill the memory."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row in range(15_000):
        sheet.write(row, 0, "06 " * 10_000)
    book.save(str(tmp_path / "list.xls"))
    with pytest.raises(TooLarge):
        read_sheet(tmp_path / "list.xls")
