"""The CSV writer: read back exactly by Python's reader, and never run by a spreadsheet program."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from report_frames import TEXTS

from stopimport.reporting.csvfile import write_csv
from stopimport.text.formulas import marked, unmarked

DELIMITERS = [";", ",", "\t", "|"]
# The contract's words in Python's own terms of blanks and line breaks.
DANGEROUS = re.compile(r"\s*[=+\-@|＝＋－＠｜]|[\t\n\r\v\f\x85\u2028\u2029]")
NUMBER = re.compile(r"\+[0-9]+")
CELLS = st.one_of(
    TEXTS,
    st.builds("".join, st.lists(st.sampled_from(list("=+-@|＝＋'\" \t\r\n;,0a\u00a0\u202f\ufeff\u3000")), max_size=6)),
)


def written(columns, delimiter=";"):
    """Write columns by name and return the file's bytes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        write_csv(pa.table(columns), path, delimiter=delimiter)
        return path.read_bytes()


def read(data, delimiter=";"):
    """Read CSV bytes with Python's reader."""
    text = data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def safe(cell):
    """Return a cell as it must be in the file, by the contract."""
    return "'" + cell if DANGEROUS.match(cell) and not NUMBER.fullmatch(cell) else cell


def test_the_file_is_what_spreadsheet_programs_expect():
    """UTF-8 with a byte-order mark, CRLF line ends, quotes only where they are needed."""
    data = written({"input": ["06 39 98 00 01", 'é;"a"', " b", ""], "code": ["200", "", "3", "c\nd"]})
    assert data == (b'\xef\xbb\xbfinput;code\r\n06 39 98 00 01;200\r\n"\xc3\xa9;""a""";\r\n" b";3\r\n;"c\nd"\r\n')


@pytest.mark.parametrize(
    "cell", ["=1+1", "-1", "@SUM(A1)", "|calc", "+A1", "+", "+33 6", " =1", "\u00a0=1", "＝1", "\t1"]
)
def test_what_could_run_gets_an_apostrophe(cell):
    """A cell that begins, after blanks, with a formula's sign is written behind an apostrophe, in the header too."""
    assert read(written({cell: [cell], "b": ["x"]})) == [["'" + cell, "b"], ["'" + cell, "x"]]


@pytest.mark.parametrize("cell", ["+33639980001", "0639980001", "a=b", "1-2", "'0639980001", "é@x.fr", "N/A", ""])
def test_what_cannot_run_stands_as_it_is(cell):
    """A plus and digits only is written as it is, and so is all that begins otherwise."""
    assert read(written({"a": [cell], "b": ["x"]}))[1] == [cell, "x"]


@given(st.lists(st.tuples(CELLS, CELLS), max_size=8), st.sampled_from(DELIMITERS))
@example([("", ""), ("\r", "\n")], ";")
def test_any_text_is_read_back_exactly(rows, delimiter):
    """Whatever is in the cells, Python's reader gives it back, with the contract's apostrophes and nothing else."""
    data = written({"a": pa.array([a for a, _b in rows], pa.string()), "b": [b for _a, b in rows]}, delimiter)
    back = read(data, delimiter)[1:]
    assert len(back) == len(rows)
    for cells, found in zip(rows, back, strict=True):
        for cell, text in zip(cells, found, strict=True):
            # Before a formula's sign, invisible characters are no better than blanks: marking those is right too.
            assert text == safe(cell) or (text == "'" + cell and not cell[0].isalnum())


@given(CELLS)
def test_no_cell_can_run(cell):
    """No field of the file begins, after blanks, with a formula's sign, unless it is a plus and digits only."""
    (_header, (text, _x)) = read(written({"a": [cell], "b": ["x"]}))
    assert not DANGEROUS.match(text) or NUMBER.fullmatch(text)


@given(CELLS.filter(lambda cell: not cell.startswith("'")))
def test_the_apostrophe_is_taken_off_again(cell):
    """Reading our own file gives every cell back as it was."""
    cells = pa.array([cell], pa.large_string())
    assert unmarked(marked(cells)).to_pylist() == [cell]


@given(st.lists(CELLS, max_size=8))
def test_dictionaries_are_written_like_plain_text(cells):
    """How a column is stored makes no difference to the file; a null is an empty cell."""
    plain = pa.chunked_array([pa.array([*cells, None], pa.string()), pa.array(cells, pa.string())])
    assert written({"a": plain.dictionary_encode(), "b": plain}) == written({"a": plain, "b": plain})


def test_a_line_with_one_empty_cell_is_still_a_row():
    """In a table of one column an empty cell is quoted, because readers pass over blank lines."""
    assert read(written({"a": ["x", "", "y"]})) == [["a"], ["x"], [""], ["y"]]


def test_many_rows_come_out_in_order():
    """Rows are written in batches, and none is lost or repeated between them."""
    numbers = [str(number) for number in range(40_000)]
    assert read(written({"a": numbers, "b": pa.array(["=x"] * 40_000).dictionary_encode()}))[1:] == [
        [number, "'=x"] for number in numbers
    ]
