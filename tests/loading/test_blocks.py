"""Large text files are read in blocks, and hold then what they hold when read at once."""

from __future__ import annotations

import hashlib
import os
from functools import partial

import numpy as np
import pyarrow as pa
import pytest
from effort import tries
from hypothesis import given
from hypothesis import strategies as st

from stopimport.errors import StopimportError, UnreadableFile
from stopimport.loading.cells import LoadOptions
from stopimport.loading.columns import compact
from stopimport.loading.delimited import reader
from stopimport.loading.errors import FileTooBig
from stopimport.loading.files import sources
from stopimport.loading.files.blocks import Blocks
from stopimport.loading.stage import read

SAMPLE = 24
ROWS = "".join(f"Zoé {index};06 00 00 10 {index:02}\r\n" for index in range(20))
TEXTS = {
    "regular": ROWS,
    "line feeds alone": ROWS.replace("\r\n", "\n"),
    "carriage returns alone": ROWS.replace("\r\n", "\r"),
    "no line end at the end": ROWS.rstrip(),
    "many line ends at the end": ROWS + "\r\n" * 70,
    "a mark of the end": ROWS + "\x1a",
    "a byte-order mark": "\ufeff" + ROWS,
    "another mark further down": ROWS + "\ufeff" + ROWS,
    "titles": "Liste des clients\r\n\r\n" + ROWS,
    "a named delimiter": "sep=;\r\n" + ROWS,
    "one column": ROWS.replace(";", " "),
    "one column with a rare sign": ROWS.replace(";", " ") + "\x1f\r\n",
    "Windows-1252 further down": ROWS.encode() + "né;0600001001\r\n".encode("cp1252") + ROWS.encode(),
    "UTF-16": ROWS.encode("utf-16"),
    "UTF-16 without mark": ROWS.encode("utf-16-le"),
    "quotes": ROWS.replace("Zoé", '"Zoé; ""Z"""'),
    "quoted line breaks": ROWS.replace("Zoé", '"Zoé\r\nou"'),
    "a stray quote": ROWS + '"' + ROWS,
    "an open quote at the end": ROWS + '"x;y',
    "a late long row": ROWS + "x;y;z;w\r\n" + ROWS,
    "a late short row": ROWS + "x\r\n" + ROWS,
    "blank rows": ROWS.replace("\r\n", "\r\n\r\n"),
    "a very long line": ROWS + "x" * 300 + ";y\r\n" + ROWS,
}


@pytest.fixture(autouse=True)
def short_sample(monkeypatch):
    """Let the beginning that the detections look at be short."""
    monkeypatch.setattr(reader, "_SAMPLE", SAMPLE)


def held(path, monkeypatch, size, **options):
    """Return what a file holds, read in blocks of `size` bytes (None: at once), or why it cannot be read."""
    with monkeypatch.context() as patched:
        patched.setattr(sources, "LARGE", 0 if size else 1 << 60)
        patched.setattr(sources, "Blocks", partial(Blocks, size=size or 1))
        try:
            (raw,), told = read([path], LoadOptions(**options))
        except StopimportError as error:
            return str(error)
    (sheet,) = raw.sheets
    widths = np.full(sheet.rows, len(sheet.columns)) if sheet.widths is None else sheet.widths
    cells = [pa.chunked_array(column).to_pylist() for column in sheet.columns]
    return cells, widths.tolist(), raw.sha256, raw.encoding, raw.delimiter, [str(each) for each in told]


@pytest.mark.parametrize(("few", "most"), [(500, 1 << 15), (2, 1 << 15), (500, 2), (0, 1 << 15)])
def test_columns_of_few_values_hold_the_same(tmp_path, monkeypatch, few, most):
    """Wherever values repeat in all blocks, in some, or in none, and where there come to be too many of them."""
    path = tmp_path / "liste.csv"
    cells = ("oui;", "non;0600001001", ";x", "é;\U0001d483")
    rows = [f"{cells[at % (2 if at < 40 else 4)]};{at};{at // 50}" for at in range(90)]
    path.write_text("\n".join(rows), "utf-8")
    expected = held(path, monkeypatch, None)
    monkeypatch.setattr(compact, "_FEW", few)
    monkeypatch.setattr(compact, "_MOST", most)
    for size in (40, 300):
        assert held(path, monkeypatch, size) == expected


@pytest.mark.parametrize("size", [40, 61, 200])
@pytest.mark.parametrize("case", TEXTS)
def test_blocks_change_nothing(tmp_path, monkeypatch, case, size):
    """Every record and cell, the checksum, the encoding, the delimiter and what is told are the same."""
    text, path = TEXTS[case], tmp_path / "liste.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    for options in ({}, {"delimiter": ","}, {"encoding": "utf-8"}):
        assert held(path, monkeypatch, None, **options) == held(path, monkeypatch, size, **options)


@tries(200)
@given(st.lists(st.sampled_from(["06", ";", "\n", "\r\n", '"', "é", "\r", "x", " "]), min_size=20), st.integers(30, 90))
def test_any_text_in_any_blocks(tmp_path_factory, signs, size):
    """Whatever signs follow one another."""
    path = tmp_path_factory.mktemp("blocks") / "liste.csv"
    path.write_bytes(("nom;mobile;a;b;c;d\n" + "".join(signs)).encode())
    monkeypatch = pytest.MonkeyPatch()
    assert held(path, monkeypatch, None) == held(path, monkeypatch, size)


def test_regular_blocks_are_not_read_twice(tmp_path, monkeypatch):
    """The file is never in memory as a whole."""
    monkeypatch.setattr(Blocks, "whole", None)
    path = tmp_path / "liste.csv"
    path.write_text(ROWS, encoding="utf-8")
    assert held(path, monkeypatch, 61)[2] == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_file_that_changes_meanwhile_is_refused(tmp_path):
    """What is read a second time is what was read the first time, or nothing."""
    path = tmp_path / "liste.csv"
    path.write_bytes(b"a\nb\n")
    blocks = Blocks(os.open(path, os.O_RDONLY), "liste.csv", 100, size=2)
    assert list(blocks) == [b"a\n", b"b\n"] == list(blocks)
    path.write_bytes(b"a\nc\n")
    with pytest.raises(UnreadableFile, match="changed while it was read"):
        blocks.whole()


def test_a_file_that_grows_meanwhile_is_too_big(tmp_path):
    """More than it may have is not read."""
    path = tmp_path / "liste.csv"
    path.write_bytes(b"a\nb\n" * 9)
    with pytest.raises(FileTooBig):
        list(Blocks(os.open(path, os.O_RDONLY), "liste.csv", 30, size=8))
