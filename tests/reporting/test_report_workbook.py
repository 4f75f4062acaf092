"""The workbook writer: text stays text, nothing is lost, and common programs open the file."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from effort import tries
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook
from report_frames import TEXTS

from stopimport.reporting.workbook import write_xlsx
from stopimport.text.language import speaking

README = [("Counts",), ("Rows", "12"), ("=A1", "#N/A", "+33")]


def book_of(path, columns, **options):
    """Write a workbook with columns by name."""
    write_xlsx(pa.table(columns), path, title="Results", readme_rows=README, **options)
    return path


def sheet_rows(path, sheet):
    """Read a sheet with calamine, which the load stage uses."""
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_the_table_is_on_the_first_sheet_and_the_explanations_on_the_second(tmp_path):
    """Header frozen and filtered; the 'Read me' follows."""
    path = book_of(tmp_path / "r.xlsx", {"file": ["a.csv", "b.csv"], "status": ["added", "failed"]})
    book = load_workbook(path)
    assert book.sheetnames == ["Results", "Read me"]
    table = book["Results"]
    assert [[cell.value for cell in row] for row in table.rows] == [
        ["file", "status"],
        ["a.csv", "added"],
        ["b.csv", "failed"],
    ]
    assert (table.freeze_panes, table.auto_filter.ref) == ("A2", "A1:B3")
    assert [[cell.value for cell in row if cell.value] for row in book["Read me"].rows] == [list(row) for row in README]


@pytest.mark.parametrize(
    "text", ["=1+1", '="0639980001"', "#N/A", "0639980001", "+33639980001", "1e5", "TRUE", " a ", "<&>"]
)
def test_every_cell_is_text_and_stays_as_written(tmp_path, text):
    """No formula, no number, no error: a string with the format 'Text', in the header too."""
    path = book_of(tmp_path / "r.xlsx", {text: [text]})
    for cell in (load_workbook(path)["Results"]["A1"], load_workbook(path)["Results"]["A2"]):
        assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")
    assert sheet_rows(path, "Results") == [[text], [text]]


def test_what_people_type_into_an_empty_column_stays_text(tmp_path):
    """The column `corrected` has the format 'Text' although its cells are empty: a zero typed in front is kept."""
    path = book_of(tmp_path / "r.xlsx", {"input": ["x"], "corrected": [""]})
    assert load_workbook(path)["Results"].column_dimensions["B"].number_format == "@"


def test_control_characters_are_left_out(tmp_path):
    """Control characters would make the file unreadable; tab and line breaks are text."""
    path = book_of(tmp_path / "r.xlsx", {"a": ["\x00a\x0bb\x1f\x7f\x85\ufffe", "c\td\r\ne\rf\n"]})
    assert [cell.value for cell in load_workbook(path)["Results"]["A"]] == ["a", "ab", "c\td\ne\nf\n"]


def test_what_looks_like_an_escaped_character_is_kept(tmp_path):
    """`_x0041_` would be read as A; it comes back as it was."""
    path = book_of(tmp_path / "r.xlsx", {"a": ["_x0041_ _x41_"]})
    assert sheet_rows(path, "Results")[1] == ["_x0041_ _x41_"]


def test_a_cell_too_long_for_the_format_is_cut_and_told(tmp_path):
    """A workbook's cell holds 32,767 characters: a longer text ends with a mark, and the caller is told how many."""
    told = []
    long = "é" * 40_000
    path = book_of(tmp_path / "r.xlsx", {"a": [long, "b" * 32_767], "b": [long, ""]}, tell=told.append)
    first, second = (row[0] for row in sheet_rows(path, "Results")[1:])
    assert len(first) == 32_767
    assert first == "é" * 32_761 + "…[cut]"
    assert second == "b" * 32_767
    assert [str(sentence)[:7] for sentence in told] == ["2 cells"]


def test_rows_beyond_one_sheet_go_on_further_sheets(tmp_path):
    """A sheet has room for so many rows; the rest is behind the 'Read me', each sheet with the header."""
    numbers = [str(number) for number in range(7)]
    path = book_of(tmp_path / "r.xlsx", {"a": numbers}, sheet_rows=3)
    assert load_workbook(path).sheetnames == ["Results", "Read me", "Results 2", "Results 3"]
    pieces = [sheet_rows(path, sheet) for sheet in ("Results", "Results 2", "Results 3")]
    assert pieces == [[["a"], ["0"], ["1"], ["2"]], [["a"], ["3"], ["4"], ["5"]], [["a"], ["6"]]]


def test_a_table_without_rows_has_its_header(tmp_path):
    """An empty table makes a workbook with headers."""
    path = book_of(tmp_path / "r.xlsx", {"a": pa.array([], pa.string()), "b": pa.array([], pa.string())})
    assert sheet_rows(path, "Results") == [["a", "b"]]


@tries(30)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
def test_any_text_without_control_characters_is_read_back(rows):
    """What is written is what calamine and openpyxl read."""
    kept = [tuple("".join(sign for sign in text if sign.isprintable() or sign == " ") for text in row) for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        columns = {"a": [a for a, _b in kept], "b": [b for _a, b in kept], "mark": ["x"] * len(kept)}
        path = book_of(Path(folder) / "r.xlsx", columns)
        # A mark in the last column keeps empty rows in.
        by_calamine = [tuple(row[:2]) for row in sheet_rows(path, "Results")[1:]]
        sheet = load_workbook(path)["Results"]
        by_openpyxl = [tuple(cell.value or "" for cell in row[:2]) for row in sheet.iter_rows(min_row=2)]
    assert by_calamine == by_openpyxl == kept


def read_by_openpyxl(path):
    """Return the first column as openpyxl reads it."""
    return [cell.value for cell in load_workbook(path)["Results"]["A"]]


def read_by_calamine(path):
    """Return the first column as calamine reads it."""
    return [row[0] for row in sheet_rows(path, "Results")]


def read_by_libreoffice(path):
    """Return the first column as LibreOffice saves it."""
    profile = f"-env:UserInstallation=file://{path.parent}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "csv:Text - txt - csv (StarCalc):59,34,76", "--outdir"]
    subprocess.run([*command, str(path.parent), str(path)], check=True, capture_output=True, timeout=120)
    saved = path.with_suffix(".csv").read_text(encoding="utf-8")
    return [line.split(";")[0] for line in saved.splitlines()]


READERS = [read_by_openpyxl, read_by_calamine, *([read_by_libreoffice] if shutil.which("soffice") else [])]


@pytest.mark.parametrize("reader", READERS)
def test_programs_read_the_texts_that_were_written(tmp_path, reader):
    """Each program at hand opens the file and shows the same texts: no formula, no number, no row lost."""
    texts = ["=1+1", "0639980001", "+33639980001", "é & <b>", "-1", "1E5", "2026-11-22"]
    path = book_of(tmp_path / "r.xlsx", {"a": texts, "status": ["added"] * len(texts)})
    assert reader(path) == ["a", *texts]


def test_what_people_fill_in_is_easy_to_find(tmp_path):
    """Long messages wrap in rows high enough; `corrected` is coloured down to the last row, and says what it takes."""
    long = "Digits are missing for a number of this country. Complete the number in 'corrected'."
    columns = {"input": ["06", "0612"], "message": [long * 2, "short"], "code": ["", ""], "corrected": ["", ""]}
    table = load_workbook(book_of(tmp_path / "r.xlsx", columns))["Results"]
    assert table["B2"].alignment.wrap_text
    assert table.row_dimensions[2].height >= 3 * 15
    assert table.row_dimensions[3].height is None
    colours = {table[cell].fill.fgColor.rgb for cell in ("D2", "D3")}
    assert len(colours) == 1
    assert colours != {table["C2"].fill.fgColor.rgb}
    assert table["D3"].number_format == "@"
    (told,) = table.data_validations.dataValidation
    assert (str(told.sqref), told.showInputMessage, told.promptTitle) == ("D2:D3", True, "corrected")
    assert "06 00 00 10 01" in told.prompt
    assert len(told.prompt) <= 255


def test_the_prompt_fits_in_french_too(tmp_path):
    """Excel shows up to 255 characters."""
    with speaking("fr"):
        path = book_of(tmp_path / "r.xlsx", {"corrected": [""]})
    (told,) = load_workbook(path)["Results"].data_validations.dataValidation
    assert "bon numéro" in told.prompt
    assert len(told.prompt) <= 255
