"""The fast and the tolerant reader: the same result either way, and no row swallowed or invented."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from effort import tries
from hypothesis import example, given
from hypothesis import strategies as st

from stopimport.loading.delimited.reader import count_lines
from stopimport.loading.delimited.regular import read_regular
from stopimport.loading.delimited.tolerant import read_tolerant

SIGNS = st.characters(codec="utf-8", exclude_categories=["Cs"])
LINE_ENDS = st.sampled_from(["\n", "\r\n", "\r"])
DELIMITERS = st.sampled_from([";", ",", "\t", "|"])
PLAIN = st.text(SIGNS, max_size=8).map(lambda text: text.translate(dict.fromkeys(map(ord, ';,\t|"\r\n'))))


def rows_of(columns, count):
    """Return the rows that a reader's columns hold."""
    return (
        [list(row) for row in zip(*(column.to_pylist() for column in columns), strict=True)]
        if columns
        else [[]] * count
    )


@st.composite
def regular_tables(draw):
    """Draw rows of equal width, whose cells may hold any sign but line breaks."""
    width = draw(st.integers(1, 4))
    cell = st.text(SIGNS, max_size=8).filter(lambda text: not set(text) & set("\r\n"))
    return draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=12))


@tries(300)
@given(
    rows=regular_tables(),
    end=LINE_ENDS,
    delimiter=DELIMITERS,
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_fast_and_tolerant_reader_agree_on_regular_files(rows, end, delimiter, quoting):
    """A regular file gives its cells back, by the fast reader as by the tolerant one."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    data = out.getvalue().encode()
    width = len(rows[0])
    tolerant = read_tolerant(data.decode(), delimiter, width)
    fast = read_regular(data, delimiter, width, count_lines(data))
    assert fast is not None
    assert rows_of(tolerant.columns, len(rows)) == rows
    assert rows_of(fast, len(rows)) == rows
    assert tolerant.stray == 0


@tries(500)
@given(
    text=st.text(st.sampled_from('ab0;"\n\r \0\ufeff\x0b\x1c\x85\u2028'), max_size=40),
    width=st.integers(1, 3),
    block=st.sampled_from([1 << 20, 16]),
)
@example(text='00000000000\r"""0\r0', width=1, block=16)
@example(text="\ufeff;a\n", width=2, block=16)
def test_the_fast_reader_never_differs_from_the_tolerant_one(text, width, block):
    """Whatever a text holds: where the fast reader gives a result, the tolerant one gives the same."""
    data = text.rstrip("\r\n").encode()
    lines = count_lines(data)
    tolerant = read_tolerant(data.decode(), ";", width)
    assert tolerant.lines == lines
    fast = read_regular(data, ";", width, lines, block=block) if data else None
    if fast is not None:
        assert rows_of(fast, lines) == rows_of(tolerant.columns, lines)


@tries(300)
@given(
    rows=st.lists(st.lists(PLAIN, min_size=3, max_size=3), min_size=2, max_size=10),
    stray=st.integers(0, 9),
    cell=st.integers(0, 2),
    quoted_after=st.booleans(),
)
def test_a_stray_quote_swallows_no_row(rows, stray, cell, quoted_after):
    """A quote that opens a cell and is never closed stands for itself, and every other cell is as it was."""
    stray %= len(rows)
    written = [list(row) for row in rows]
    written[stray][cell] = '"' + written[stray][cell]
    expected = [list(row) for row in written]
    if quoted_after:
        written.append(['"x"', "y", '"z"'])
        expected.append(["x", "y", "z"])
    text = "".join(";".join(row) + "\n" for row in written)
    records = read_tolerant(text, ";", 3)
    assert rows_of(records.columns, len(expected)) == expected
    assert records.stray == 1


@tries(200)
@given(
    rows=st.lists(
        st.lists(st.text(st.sampled_from('ab "\n;'), max_size=6), min_size=3, max_size=3), min_size=1, max_size=8
    )
)
@example([[";;\n\n", "", ""]])
def test_quoted_line_breaks_stay_in_their_cell(rows):
    """A line break inside a properly quoted cell starts no row, unless what it divides are complete rows."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    records = read_tolerant(out.getvalue(), ";", 3)
    if not records.stray:
        assert rows_of(records.columns, len(rows)) == rows
    else:
        written = [";".join(f'"{cell}"' for cell in row).split("\n") for row in rows]
        complete = [[line.count(";") >= 2 for line in lines] for lines in written]
        assert any(lines[0] and any(lines[1:]) for lines in complete)


@pytest.mark.parametrize(
    ("data", "lines"),
    [(b"", 0), (b"a", 1), (b"a\n", 1), (b"a\r\nb", 2), (b"a\rb\r", 2), (b"a\r\r\nb", 3), (b"\n\n", 2), (b"a\n\rb", 3)],
)
def test_lines_are_counted_whatever_their_ends(data, lines):
    """CRLF, LF and CR each end a line; the last line needs no end."""
    assert count_lines(data) == lines


def test_a_table_larger_than_a_block_is_read_whole():
    """Quotes that reach over the reader's blocks are joined all the same."""
    rows = [["a", f"line {number}\nnext", "b"] for number in range(20_000)]
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
    records = read_tolerant(out.getvalue(), ";", 3)
    assert rows_of(records.columns, len(rows)) == rows
    assert np.array_equal(records.widths, np.full(len(rows), 3))


def test_the_field_size_limit_of_the_process_is_left_as_it_was():
    """A cell of any size can be read, and other users of Python's csv module keep their own limit."""
    before = csv.field_size_limit()
    records = read_tolerant("a;" + "x" * 300_000 + "\n", ";", 2)
    assert len(records.columns[1][0].as_py()) == 300_000
    assert csv.field_size_limit() == before
