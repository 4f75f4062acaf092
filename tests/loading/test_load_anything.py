"""Whatever a file holds: every row is accounted for, or one clear error says why it cannot be read."""

from __future__ import annotations

import tempfile
from pathlib import Path

from effort import tries
from hypothesis import given
from hypothesis import strategies as st
from reading import JUDGE, load_text, write

from stopimport.errors import StopimportError
from stopimport.loading.cells import Loaded, LoadOptions
from stopimport.loading.delimited.reader import count_lines
from stopimport.loading.stage import load

WORDS = ["Mobile", "Nom", "Téléphone", "0612980001", "06 12 98 00 02", "+33612980003", "x", "", " ", "#N/A"]
PIECES = st.sampled_from([*WORDS, '"', '""', "\n", "\r\n", ";", ";", ",", "\t"])
OPTIONS = st.sampled_from(
    [
        {},
        {"no_header": True},
        {"header": 1},
        {"column": ("1",)},
        {"delimiter": ";"},
        {"where": ("A!=zzz",), "where_none": True},
    ]
)


def try_load(content, options) -> Loaded | StopimportError:
    """Load a file, or return the error with which it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            return load([write(Path(folder), content)], LoadOptions(**options), judge=JUDGE)
        except StopimportError as error:
            return error


@tries(300)
@given(pieces=st.lists(PIECES, min_size=1, max_size=40), options=OPTIONS)
def test_rows_balance_for_any_text(pieces, options):
    """Rows below the header, left out or kept: cells = (rows - filtered) x phone columns, numbered upwards."""
    text = "".join(pieces)
    loaded = try_load(text or " ", options)
    if isinstance(loaded, StopimportError):
        assert loaded.exit_code in {2, 5}
        assert str(loaded)
        return
    assert len(loaded.cells) == (loaded.rows - loaded.filtered) * len(loaded.sources)
    rows = list(loaded.cells["row"])
    assert rows == sorted(rows)
    assert loaded.rows <= count_lines(text.encode())
    assert all(row <= count_lines(text.encode()) for row in rows)


@tries(200)
@given(data=st.binary(min_size=1, max_size=60))
def test_no_bytes_crash_the_reading(data):
    """Anything is either read or refused with an error that a user can act on."""
    loaded = try_load(b"Mobile;Nom\n0612980001;x\n" + data, {})
    assert isinstance(loaded, StopimportError) or "0612980001" in set(loaded.cells["input"])


def test_an_empty_phone_column_is_told(tmp_path):
    """Nothing is sent from it, and the notice says what to do if that is a surprise."""
    loaded = load_text(tmp_path, "Nom;Mobile;Contact\nx;;0612980001\n")
    assert [str(notice) for notice in loaded.notices] == [
        "list.csv: column 'Mobile' is empty. If the numbers are in another column, name it with --column.",
        "list.csv: 1 mobile number appears only in 'Contact', not in 'Mobile', and was not read.",
    ]
