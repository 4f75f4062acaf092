"""What calamine does not tell: hidden rows and sheets, error values, formulas without result, far cells, counts."""

from __future__ import annotations

import openpyxl
import pytest
import xlwt
from effort import EXHAUSTIVE
from odf.table import TableRowGroup
from odf.text import P
from workbook_files import (
    bare_xlsb,
    bare_xlsx,
    hidden,
    marked,
    ods_cell,
    ods_row,
    read,
    read_sheet,
    table,
    write_ods,
    write_xls,
    write_xlsx,
)

from stopimport.loading.errors import TooSpread
from stopimport.loading.workbooks.scan.xlsx import XlsxScan


def test_hidden_rows_of_xlsx(tmp_path):
    """Rows hidden by hand or by a filter are seen in xlsx; hidden rows below the table do not matter."""
    book = openpyxl.Workbook()
    for row in range(1, 6):
        book.active.cell(row, 1, row)
    for row in (2, 4, 9):
        book.active.row_dimensions[row].hidden = True
    book.save(tmp_path / "list.xlsx")
    assert [2, 4] == hidden(read_sheet(tmp_path / "list.xlsx"))


def test_rows_that_say_they_are_not_hidden(tmp_path):
    """LibreOffice says of every row whether it is hidden."""
    rows = '<row r="1" hidden="false"><c r="A1"><v>1</v></c></row><row r="2" hidden="true"><c r="A2"><v>1</v></c></row>'
    assert [2] == hidden(read_sheet(bare_xlsx(tmp_path / "list.xlsx", rows)))


def test_hidden_rows_of_xls(tmp_path):
    """Hidden rows are seen in xls."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for row in range(4):
        sheet.write(row, 0, row)
    sheet.row(2).hidden = True
    book.save(str(tmp_path / "list.xls"))
    assert [3] == hidden(read_sheet(tmp_path / "list.xls"))


def test_hidden_rows_of_ods(tmp_path):
    """Hidden and filtered rows are seen in ods, in groups and repeated ones too, and the million below is normal."""
    group = TableRowGroup(display="false")
    group.addElement(ods_row(ods_cell("b"), visibility="collapse"))
    rows = [
        ["a"],
        group,
        ods_row(ods_cell("c"), numberrowsrepeated=2),
        ods_row(ods_cell("d"), visibility="filter", numberrowsrepeated=2),
        ["e"],
        ods_row(ods_cell(numbercolumnsrepeated=16384), visibility="collapse", numberrowsrepeated=1048569),
    ]
    sheet = read_sheet(write_ods(tmp_path / "list.ods", rows))
    assert [["a"], ["b"], ["c"], ["c"], ["d"], ["d"], ["e"]] == table(sheet)
    assert [2, 5, 6] == hidden(sheet)


def test_xlsb_says_that_hidden_rows_cannot_be_seen(tmp_path):
    """The notice of an xlsb workbook names the file."""
    (notice,) = read(bare_xlsb(tmp_path / "list.xlsb", [(0, 0, "a")])).notices
    assert "list.xlsb" in str(notice)
    assert "hidden rows cannot be detected" in str(notice)


def test_errors_of_xlsx(tmp_path):
    """Error values keep their text and are marked, whether a formula gave them or not."""
    rows = (
        '<row r="1"><c r="A1" t="e"><v>#N/A</v></c><c r="B1"><v>1</v></c></row>'
        '<row r="3"><c r="C3" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    )
    sheet = read_sheet(bare_xlsx(tmp_path / "list.xlsx", rows))
    assert [["#N/A", "1", ""], ["", "", ""], ["", "", "#DIV/0!"]] == table(sheet)
    assert [(0, 0), (2, 2)] == marked(sheet)


def test_formulas_of_xlsx(tmp_path):
    """A formula without stored result is marked and shows its text; the empty text is a result."""
    rows = (
        '<row r="1"><c r="A1"><f>B1&amp;"x"</f><v></v></c><c r="B1"><f>1+1</f><v>2</v></c>'
        '<c r="C1" t="str"><f>""</f><v></v></c><c r="D1"><f>1</f></c><c r="E1"><f t="shared" si="0"/></c></row>'
    )
    sheet = read_sheet(bare_xlsx(tmp_path / "list.xlsx", rows))
    assert [['=B1&"x"', "2", "", "=1", ""]] == table(sheet)
    assert [(0, 0), (0, 3), (0, 4)] == marked(sheet)


def test_formulas_that_openpyxl_writes(tmp_path):
    """A workbook that openpyxl wrote holds no results."""
    sheet = read_sheet(write_xlsx(tmp_path / "list.xlsx", [["Mobile"], ['=CONCATENATE("06";"1")'], [639980001]]))
    assert [(1, 0)] == marked(sheet)


def test_text_that_looks_like_markup_changes_nothing(tmp_path):
    """Text that reads like the attributes looked for is text."""
    sheet = read_sheet(
        write_xlsx(tmp_path / "list.xlsx", [['t="e" hidden="1"'], ['<c r="A1" t="e"><v>#N/A</v></c>'], ["x"]])
    )
    assert [['t="e" hidden="1"'], ['<c r="A1" t="e"><v>#N/A</v></c>'], ["x"]] == table(sheet)
    assert ([], []) == (hidden(sheet), marked(sheet))


def test_errors_and_formulas_of_xls(tmp_path):
    """Error values of xls are marked, and so are formulas of a workbook that no program ever calculated."""
    path = write_xls(tmp_path / "list.xls", [["Mobile"], [xlwt.Formula("1+1")], ["x"]])
    assert [(1, 0)] == marked(read_sheet(path))
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "Mobile")
    sheet.row(1).set_cell_error(0, 0x2A)
    book.save(str(path))
    assert [["Mobile"], ["#N/A"]] == table(read_sheet(path))
    assert [(1, 0)] == marked(read_sheet(path))


def test_errors_and_formulas_of_ods(tmp_path):
    """Error values of ods are marked in the new and the old way of writing them, and formulas without result."""
    old = ods_cell(0, formula="of:=1/0")
    old.addElement(P(text="#DIV/0!"))
    rows = [["Mobile"], ods_row(old), ods_row(ods_cell(formula="of:=1+1")), ods_row(ods_cell("x", formula="of:=A1"))]
    sheet = read_sheet(write_ods(tmp_path / "list.ods", rows))
    assert [["Mobile"], ["#DIV/0!"], ["=1+1"], ["x"]] == table(sheet)
    assert [(1, 0), (2, 0)] == marked(sheet)


def test_errors_of_xlsb(tmp_path):
    """Error values of xlsb are marked."""
    sheet = read_sheet(bare_xlsb(tmp_path / "list.xlsb", [(0, 0, "Mobile"), (1, 0, b"\x2a")]))
    assert [["Mobile"], ["#N/A"]] == table(sheet)
    assert [(1, 0)] == marked(sheet)


def sheets_of(path):
    """Return name, rows and why skipped of all sheets."""
    return [(sheet.name, sheet.rows, sheet.skipped) for sheet in read(path).sheets]


def test_hidden_sheets(tmp_path):
    """Hidden sheets are passed over and named, unless asked for; charts are no sheets here."""
    path = tmp_path / "list.xlsx"
    book = openpyxl.Workbook()
    for name, state in (("A", "visible"), ("B", "hidden"), ("C", "veryHidden")):
        sheet = book.create_sheet(name)
        sheet["A1"] = name
        sheet.sheet_state = state
    book.create_chartsheet("Chart")
    book.remove(book["Sheet"])
    book.save(path)
    assert [("A", 1, None), ("B", 0, "hidden"), ("C", 0, "hidden")] == sheets_of(path)
    assert ["A", "C"] == [sheet.name for sheet in read(path, "c ").sheets if not sheet.skipped]


def test_hidden_sheets_of_xls(tmp_path):
    """Hidden sheets of xls are passed over."""
    book = xlwt.Workbook()
    book.add_sheet("A").write(0, 0, 1)
    book.add_sheet("B").write(0, 0, 1)
    book.get_sheet(1).visibility = 1
    book.save(str(tmp_path / "list.xls"))
    assert [("A", 1, None), ("B", 0, "hidden")] == sheets_of(tmp_path / "list.xls")


def test_far_cell_of_xlsx(tmp_path):
    """A far cell is read where it stands, with the table beside it, and what lies between takes no memory."""
    path = write_xlsx(tmp_path / "list.xlsx", [["Mobile"], [639980001]])
    book = openpyxl.load_workbook(path)
    book.active["XFD1000"] = "far_x000D_"
    book.save(path)
    sheet = read_sheet(path)
    assert (1000, 16384) == (sheet.rows, len(sheet.columns))
    assert ["Mobile", "639980001", ""] == sheet.columns[0].slice(0, 3).to_pylist()
    assert sheet.columns[-1][-1].as_py() == "far\r"
    assert len({id(column) for column in sheet.columns}) == 3, "columns that hold nothing are one array"


@pytest.mark.parametrize(
    "far",
    [["XFD1048576"], [f"{first}{second}1048576" for first in "ABCDEFGHIJ" for second in "ABCDEFGHIJ"]],
    ids=["in the corner", "in many columns"],
)
def test_cells_too_far(tmp_path, far):
    """Cells too far from each other are refused in plain words: laid out, they would fill the memory."""
    cells = "".join(f'<c r="{reference}"><v>1</v></c>' for reference in far)
    path = bare_xlsx(tmp_path / "list.xlsx", f'<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576">{cells}</row>')
    with pytest.raises(TooSpread, match=r"list\.xlsx, sheet 'S'"):
        read(path)


@EXHAUSTIVE
def test_far_cells_of_other_kinds(tmp_path):
    """A far cell of xls is read, one of xlsb or ods refused: nothing else can read these."""
    path = write_xls(tmp_path / "list.xls", [["Mobile"], [639980001]])
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "Mobile")
    sheet.write(65535, 255, "far")
    book.save(str(path))
    assert (65536, 256) == (read_sheet(path).rows, len(read_sheet(path).columns))
    with pytest.raises(TooSpread):
        read(bare_xlsb(tmp_path / "list.xlsb", [(0, 0, "a"), (1048575, 16383, "far")]))
    far = ods_row(ods_cell(numbercolumnsrepeated=16383), ods_cell("far"))
    with pytest.raises(TooSpread):
        read(write_ods(tmp_path / "list.ods", [["a"], ods_row(ods_cell(), numberrowsrepeated=1048574), far]))


def test_repeated_content_of_ods(tmp_path):
    """A cell that says to stand for a whole sheet of equal ones is refused."""
    rows = [ods_row(ods_cell("x", numbercolumnsrepeated=16384), numberrowsrepeated=1048576)]
    with pytest.raises(TooSpread):
        read(write_ods(tmp_path / "list.ods", rows))
    rows = [ods_row(ods_cell(formula="of:=1", numbercolumnsrepeated=1000), numberrowsrepeated=1000)]
    with pytest.raises(TooSpread):
        read(write_ods(tmp_path / "list.ods", rows))


def test_where_two_readings_differ_our_own_decides(tmp_path, monkeypatch):
    """Where the fast reader does not find what the scan has seen, the XML is read element by element."""
    path = write_xlsx(tmp_path / "list.xlsx", [[1], [2], [3]])
    original = XlsxScan.sheet

    def miscounting(self, index):
        look = original(self, index)
        look.filled += 1
        return look

    monkeypatch.setattr(XlsxScan, "sheet", miscounting)
    assert [["1"], ["2"], ["3"]] == table(read_sheet(path))
    monkeypatch.setattr(XlsxScan, "read", lambda self, _index: pytest.fail(f"{self} was asked"))
    with pytest.raises(pytest.fail.Exception):
        read(path)
