"""XML of workbooks in every writing that means the same, and in those that only attackers make."""

from __future__ import annotations

import zipfile

import pytest
from effort import tries
from hypothesis import given
from hypothesis import strategies as st
from workbook_files import bare_xlsx, hidden, marked, read, read_sheet, repack, table, write_ods, write_zip

from stopimport.errors import StopimportError
from stopimport.loading.errors import DamagedFile, TooLarge, TooSpread
from stopimport.loading.workbooks.scan.shape import SheetScan
from stopimport.loading.workbooks.scan.xlsx import XlsxScan

SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text", "style", "drawing")
)
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'


def ods(path, cells, *, styles="", row=""):
    """Write an ods workbook of one row a cell; a cell is its XML."""
    rows = "".join(f"<table:table-row {row}>{cell}</table:table-row>" for cell in cells)
    content = (
        f"<office:document-content {SPACES} {CALC}><office:automatic-styles>{styles}</office:automatic-styles>"
        f'<office:body><office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet>'
        "</office:body></office:document-content>"
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return write_zip(path, {"mimetype": kind, "META-INF/manifest.xml": b"<manifest/>", "content.xml": content.encode()})


def cell(inside, attributes='office:value-type="string"'):
    """Return the XML of an ods cell."""
    return f"<table:table-cell {attributes}>{inside}</table:table-cell>"


@pytest.mark.parametrize(
    "inside",
    [
        "<text:p>0600001001</text:p>",
        "<text:p><![CDATA[0600001001]]></text:p>",
        "<text:p>06000010<![CDATA[0]]>1</text:p>",
        "<text:p>06<text:span>0000</text:span>10<text:a>01</text:a></text:p>",
        "<text:p>0600<!-- 9 -->001001</text:p>",
        "<text:p>&#48;600001001</text:p>",
        "<text:p>0600001001</text:p><office:annotation><text:p>0600001099</text:p></office:annotation>",
        "<office:annotation><text:p>0600001099</text:p></office:annotation><text:p>0600001001</text:p>",
        "<drawing:frame><text:p>0600001099</text:p></drawing:frame><text:p>0600001001</text:p>",
        "<text:p>0600001001<drawing:frame><text:p>99</text:p></drawing:frame></text:p>",
        "<text:p>0600001001<text:ruby><text:ruby-text>99</text:ruby-text></text:ruby></text:p>",
        "<text:p>0600001001</text:p><table:table><table:table-row/></table:table>",
    ],
)
def test_text_of_ods(tmp_path, inside):
    """What stands in an ods cell's own paragraphs counts, however it is written, and nothing else in the cell."""
    assert [["0600001001"], ["x"]] == table(
        read_sheet(ods(tmp_path / "a.ods", [cell(inside), cell("<text:p>x</text:p>")]))
    )


def test_a_shape_alone_is_no_text(tmp_path):
    """A cell that only a shape is anchored to is empty."""
    shape = "<drawing:frame><drawing:text-box><text:p>0600001099</text:p></drawing:text-box></drawing:frame>"
    assert [["x"]] == table(
        read_sheet(ods(tmp_path / "a.ods", [cell("<text:p>x</text:p>"), cell(shape), cell(shape, "")]))
    )


def test_empty_results_and_errors_of_ods(tmp_path):
    """A formula with an empty result is blank, with or without a type; one without any result is not."""
    formula = 'table:formula="of:=A1"'
    cells = [
        cell("<text:p>Mobile</text:p>"),
        cell("<text:p/>", formula),
        cell("", f'{formula} office:value-type="string" office:string-value=""'),
        cell("<text:p></text:p>", f'{formula} office:value-type="string"'),
        cell("", formula),
        cell("<text:p>Err:502</text:p>", f'{formula} office:value-type="string" calcext:value-type="error"'),
        cell("<text:p>#NAME?</text:p>", f'{formula} office:value-type="string"'),
        cell("<text:p>0600001001</text:p>", f'{formula} office:value-type="string"'),
    ]
    sheet = read_sheet(ods(tmp_path / "a.ods", cells))
    texts = ["Mobile", "", "", "", "=A1", "Err:502", "#NAME?", "0600001001"]
    assert [[text] for text in texts] == table(sheet)
    assert [(4, 0), (5, 0), (6, 0)] == marked(sheet)


@pytest.mark.parametrize("height", ["0cm", "0mm", "0.000in", "0pt"])
def test_rows_of_ods_without_height(tmp_path, height):
    """A row whose style has no height is hidden."""
    style = (
        f'<style:style style:name="ro1" style:family="table-row"><style:table-row-properties '
        f'style:row-height="{height}"/></style:style>'
    )
    path = ods(tmp_path / "a.ods", [cell("<text:p>x</text:p>")] * 2, styles=style, row='table:style-name="ro1"')
    assert [1, 2] == hidden(read_sheet(path))


def test_numbers_of_ods_as_shown(tmp_path):
    """A number reads as its cell's text where that has a plus or digits more."""
    number = 'office:value-type="float" office:value="612345678"'
    shown = ["+34 612345678", "0612345678", "612 345 678", "6,12E+08", ""]
    cells = [cell(f"<text:p>{text}</text:p>" if text else "", number) for text in shown]
    texts = ["+34 612345678", "0612345678", "612345678", "612345678", "612345678"]
    assert [[text] for text in texts] == table(read_sheet(ods(tmp_path / "a.ods", cells)))


@pytest.mark.parametrize(
    "written",
    [
        '<c r="A1"><v>600001001</v></c>',
        '<c r="A1"><v> 600001001</v></c>',
        '<c r="A1"><v>\n600001001\n</v></c>',
        '<c r="A1"><v><![CDATA[600001001]]></v></c>',
        '<c r="A1"><v>60000<!-- 9 -->1001</v></c>',
        "<c r = 'A1' t='n' ><v>600001001</v></c>",
        '<c r="A1" t="s"><v>0</v></c>',
        '<c r="A1" t="s"><v> 0 </v></c>',
        '<c r="A1" t="s"><v><![CDATA[0]]></v></c>',
        '<c t="str" r="A1"><v>60000<![CDATA[1001]]></v></c>',
        '<c r="A1" t="inlineStr"><is><t>_x0036_00001001</t></is></c>',
        '<c r="A1" t="inlineStr"><is><r><t>6000</t></r><rPh sb="0" eb="1"><t>9</t></rPh><r><t>01001</t></r></is></c>',
        '<c r="A1"><v>6.00001001E8</v></c>',
        '<?x y?><c r="A1"><v>600001001</v></c>',
        '<c r="a1"><v>600001001</v></c>',
        '<c r="A1"><v xml:space="preserve">600001001</v></c>',
        '<c r="A1" t="s"><v xml:space="preserve">0</v></c>',
        '<c r="A1"><v>600001001</v><extLst><ext uri="x"><v>9</v></ext></extLst></c>',
    ],
)
def test_values_of_xlsx(tmp_path, written):
    """A value of an xlsx cell is the same in every writing, as Excel and LibreOffice read it."""
    path = bare_xlsx(tmp_path / "a.xlsx", f'<row r="1">{written}</row>', shared=["<t>600001001</t>"])
    assert [["600001001"]] == table(read_sheet(path))


@pytest.mark.parametrize(
    "text", ["<t><![CDATA[06]]></t>", "<t>0_x0036_</t>", "<r><t>0</t></r><rPh><t>9</t></rPh><r><t>6</t></r>"]
)
def test_shared_texts_of_xlsx(tmp_path, text):
    """Shared texts are read in every writing, too."""
    path = bare_xlsx(tmp_path / "a.xlsx", '<row r="1"><c r="A1" t="s"><v>0</v></c></row>', shared=[text])
    assert [["06"]] == table(read_sheet(path))


@pytest.mark.parametrize("index", ["-1", "1.0", "+0", "x", "0x0", "99999999999999999999"])
def test_a_shared_text_that_is_not_there(tmp_path, index):
    """A number of no shared text means none of them, least of all the first one."""
    cell = f'<row r="1"><c r="A1" t="s"><v>{index}</v></c><c r="B1" t="s"><v>1</v></c></row>'
    sheet = read_sheet(bare_xlsx(tmp_path / "a.xlsx", cell, shared=["<t>0600001099</t>", "<t>06</t>"]))
    assert [[index, "06"]] == table(sheet)
    assert [(0, 0)] == marked(sheet)


@pytest.mark.parametrize("reference", ["A0", "A0:B4", "", "Z9:A1", "nonsense"])
def test_dimensions_do_not_matter(tmp_path, reference):
    """What a sheet claims as its range is no more than a claim."""
    path = bare_xlsx(tmp_path / "a.xlsx", '<row r="2"><c r="B2"><v>1</v></c></row>')
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    claimed = sheet.replace(b"<sheetData>", f'<dimension ref="{reference}"/><sheetData>'.encode())
    assert [["", ""], ["", "1"]] == table(read_sheet(repack(path, {"xl/worksheets/sheet1.xml": claimed})))


@pytest.mark.parametrize(
    "attributes", ['ht="0"', 'ht="0" customHeight="1"', "hidden='1'", 'hidden = "true"', 'ht="0.0"']
)
def test_hidden_rows_in_every_writing(tmp_path, attributes):
    """Hidden by an attribute or by a height of 0: the row is hidden."""
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2" {attributes}><c r="A2"><v>2</v></c></row>'
    assert [2] == hidden(read_sheet(bare_xlsx(tmp_path / "a.xlsx", rows)))


def test_formulas_that_are_all_zero_get_a_hint(tmp_path):
    """Where all formulas have the result 0, most likely no program ever calculated them."""
    rows = "".join(f'<row r="{row}"><c r="A{row}"><f>B{row}</f><v>0</v></c></row>' for row in range(1, 4))
    (notice,) = read(bare_xlsx(tmp_path / "a.xlsx", rows)).notices
    assert "all 3 formulas have the result 0" in str(notice)
    rows += '<row r="4"><c r="A4"><f>B4</f><v>5</v></c></row>'
    assert () == read(bare_xlsx(tmp_path / "a.xlsx", rows)).notices


_VALUES = st.sampled_from(
    [
        '<c r="{}"><v>7</v></c>',
        '<c r="{}" t="s"><v>0</v></c>',
        '<c r="{}" t="s"><v>1</v></c>',
        '<c r="{}" t="b"><v>1</v></c>',
        '<c r="{}" t="e"><v>#N/A</v></c>',
        '<c r="{}"><f>1</f></c>',
        '<c r="{}" t="str"><f>1</f><v></v></c>',
        '<c r="{}"/>',
        '<c r="{}" t="str"><f>1</f><v>#x</v></c>',
        '<c r="{}" t="inlineStr"><is><t>a &amp; b</t></is></c>',
        '<c r="{}"><f>1</f><v>0</v></c>',
        '<c r="{}"><v>1.50</v></c>',
        '<c r="{}" t="inlineStr"><is><t/></is></c>',
    ]
)


@tries(200)
@given(st.lists(st.lists(_VALUES, max_size=4), max_size=6))
def test_the_fast_reading_is_the_slow_one(tmp_path_factory, rows):
    """What the fast way reads, hides and marks is what the tokenizer does, for every plain sheet."""
    xml = "".join(
        f'<row r="{row}"{" hidden=" + chr(34) + "1" + chr(34) if row == 3 else ""}>'
        + "".join(value.format(f"{chr(65 + place)}{row}") for place, value in enumerate(values))
        + "</row>"
        for row, values in enumerate(rows, 1)
    )
    path = bare_xlsx(tmp_path_factory.mktemp("x") / "a.xlsx", xml, shared=["<t>06</t>", "<t/>"])
    fast = read_sheet(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(XlsxScan, "sheet", lambda _self, _index: SheetScan(is_plain=False))
        slow = read_sheet(path)
    assert (filled(slow), marked(slow), hidden(slow)) == (filled(fast), marked(fast), hidden(fast))


def filled(sheet):
    """Return each cell that holds something, by row and column."""
    return {(row, column): text for row, texts in enumerate(table(sheet)) for column, text in enumerate(texts) if text}


@pytest.mark.parametrize(
    "rows",
    [
        "<row " * 50_000,
        "<c><v>" * 50_000,
        f'<row r="{"9" * 5000}"><c r="A{"9" * 5000}"><v>1</v></c></row>',
        f'<row r="1"><c r="{"A" * 5000}1"><v>1</v></c></row>',
        f"<row>{'<c><v>1</v></c>' * 20_000}</row>",
        '<row r="1"><c r="A1"><c r="A1"><v>1</v></c></c></row>',
        '<row r="1"><c r="A0"><v>1</v></c></row>',
    ],
)
def test_xml_that_nobody_writes(tmp_path, rows):
    """Broken, endless or impossible XML is refused in plain words."""
    with pytest.raises(DamagedFile):
        read(bare_xlsx(tmp_path / "a.xlsx", rows))


@pytest.mark.parametrize("value", ["9" * 5000, "1_000", "nan", "١٢", "0x10"])
def test_values_that_are_no_numbers(tmp_path, value):
    """A number cell that holds no number keeps its text."""
    path = bare_xlsx(tmp_path / "a.xlsx", f'<row r="1"><c r="A1"><v>{value}</v></c></row>')
    assert [[value]] == table(read_sheet(path))


def test_comments_take_no_time(tmp_path):
    """As many comments as there is room for are passed over."""
    rows = '<row r="1"><c r="A1"><v>1</v></c></row>' + "<!---->" * 200_000
    assert [["1"]] == table(read_sheet(bare_xlsx(tmp_path / "a.xlsx", rows)))


def test_a_text_in_very_many_cells(tmp_path):
    """One big text in hundreds of thousands of cells would fill the memory."""
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 20_001))
    with pytest.raises(TooLarge, match="characters"):
        read(bare_xlsx(tmp_path / "a.xlsx", rows, shared=[f"<t>{'06 ' * 10_000}</t>"]))


def test_sheets_that_share_one_part(tmp_path):
    """Each part is one sheet; no program writes it otherwise."""
    path = bare_xlsx(tmp_path / "a.xlsx", '<row r="1"><c r="A1"><v>1</v></c></row>')
    book = read_part(path, "xl/workbook.xml")
    again = book.replace(b"</sheets>", b'<sheet name="T" sheetId="2" r:id="r1"/></sheets>')
    with pytest.raises(DamagedFile):
        read(repack(path, {"xl/workbook.xml": again}))


def read_part(path, name):
    """Return one part of a zip."""
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def test_two_parts_of_one_name(tmp_path):
    """Which of them counts, two readers could answer differently."""
    path = bare_xlsx(tmp_path / "a.xlsx", "")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("XL/workbook.xml", "<x/>")
    with pytest.raises(DamagedFile, match="same name"):
        read(path)


@pytest.mark.parametrize(
    ("inside", "refusal"),
    [
        (cell("<text:p>x</text:p>", f'table:number-columns-repeated="{"9" * 5000}"'), DamagedFile),
        (cell("<text:p>x</text:p>", 'table:number-columns-repeated="16385"'), DamagedFile),
        ("<table:x>" * 1000, DamagedFile),
    ],
)
def test_ods_that_nobody_writes(tmp_path, inside, refusal):
    """Repeats without end are refused in plain words."""
    with pytest.raises(refusal):
        read(ods(tmp_path / "a.ods", [inside]))


def test_blanks_without_end(tmp_path):
    """Blanks that are written as a number of them are no more than a cell has room for."""
    blanks = '<text:s text:c="99999999999"/>' * 1000
    path = ods(tmp_path / "a.ods", [cell(f"<text:p>a{blanks}b</text:p>")])
    assert [["a" + " " * 32_767 + "b"]] == table(read_sheet(path))


def test_rows_repeated_without_end(tmp_path):
    """A filled row that says to stand for more rows than there are is refused."""
    repeated = f'table:number-rows-repeated="{"9" * 30}"'
    with pytest.raises((DamagedFile, TooSpread)):
        read(ods(tmp_path / "a.ods", [cell("<text:p>x</text:p>")], row=repeated))


def test_whatever_is_refused_is_said(tmp_path):
    """Each refusal is a sentence with the file's name."""
    path = write_ods(tmp_path / "list.ods", [["x"]])
    with pytest.raises(StopimportError, match=r"list\.ods"):
        read(repack(path, {"content.xml": b"<a>"}))


def test_texts_of_ods_that_are_attributes(tmp_path):
    """Where a text stands in an attribute too, that one is shown, as LibreOffice does."""
    attributes = 'office:value-type="string" office:string-value="0600001001"'
    path = ods(tmp_path / "a.ods", [cell("", attributes), cell("<text:p>9</text:p>", attributes)])
    assert [["0600001001"], ["0600001001"]] == table(read_sheet(path))
