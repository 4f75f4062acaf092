"""Made-up tables for property tests: cells of every kind, and the text of a file that holds them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from hypothesis import strategies as st

PHONES = [
    "06 00 00 10 01", "0600001002", "+33600001003", "0033600001004", "600001005", "33600001006", "+33 (0)6 00 00 10 07",
    "06.00.00.10.08", "06-00-00-10-09", "06 00 00 10 10 / 06 00 00 10 11", "0600001012 ou 0600001013", "6,00001014E+08",
    "3,36E+10", "33600001015.0", '="0600001016"', "'0600001017", "０６ ００ ００ １０ １８", "06\u00a000\u202f00 10 19",
    "06 00 00 10 20 (perso)", "0692 00 00 21", "+33692000022", "0470123456", "+32470123456", "+1 212 555 0123",
    "01 40 00 00 18", "08 92 00 00 00", "+999123456789", "06 00 00", "06 00 00 10 01 23 45 67", "0600001001", "112",
    "0600001024;0600001025", "0600001026, 0600001027", "+33600001028+33600001029", "0600001030 0600001031",
]  # fmt: skip
WORDS = [
    "", "", " ", "\u00a0", "\t", "néant", "N/A", "-", "Dupont", "#N/A", "12/03/2024", "a@example.org", "=1+1", "TRUE",
    "75001", "x" * 50, "«»", "\u200b", "\ufeff", "'", "Mobile", "Nom", "désinscrit", "sep=;", "0", "l'été", "€",
]  # fmt: skip
HEADERS = ["Nom", "Mobile", "Téléphone", "Portable 2", "Ref", "Ville", "Note", "Tel. fixe", "Statut", "", "Mobile"]
CELLS = st.one_of(
    st.sampled_from(PHONES),
    st.sampled_from(PHONES),
    st.sampled_from(WORDS),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
    st.text("0123456789 +().-/eE,;", max_size=16),
)
PLAIN = st.one_of(
    st.sampled_from(PHONES), st.sampled_from(PHONES), st.sampled_from(WORDS), st.text("0123456789 +.", max_size=14)
)
DELIMITERS = st.sampled_from([";", ",", "\t", "|"])


@dataclass(frozen=True)
class File:
    """A file, and how it was written."""

    content: bytes
    encoding: str
    delimiter: str
    text: str


def _text(rows, delimiter, quoting, ends):
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=ends).writerows(rows)
    return text.getvalue()


@st.composite
def regular_files(draw):
    """Return a table with a header, as long rows as that, and one phone column `Mobile`, properly written."""
    others = draw(st.lists(st.sampled_from(["Nom", "Ref", "Ville", "Note"]), max_size=3, unique=True))
    header = [*others[:1], "Mobile", *others[1:]]
    rows = draw(st.lists(st.tuples(*[PLAIN] * len(header)), min_size=1, max_size=25))
    delimiter = draw(DELIMITERS)
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
    text = _text([header, *rows], delimiter, quoting, draw(st.sampled_from(["\n", "\r\n"])))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
    return File(text.encode(encoding), encoding, delimiter, text)


@st.composite
def odd_files(draw):
    """Return a file that was written, glued, cut and edited by anybody."""
    delimiter = draw(DELIMITERS)
    width = draw(st.integers(1, 4))
    header = draw(st.lists(st.sampled_from(HEADERS), min_size=width, max_size=width))
    if draw(st.integers(0, 3)):
        header[draw(st.integers(0, width - 1))] = "Mobile"
    row = st.lists(CELLS, max_size=width + 1) if draw(st.booleans()) else st.tuples(*[CELLS] * width)
    rows = draw(st.lists(row, min_size=1, max_size=25))
    for _ in range(draw(st.integers(0, 2))):
        rows.insert(
            draw(st.integers(0, len(rows))), draw(st.sampled_from([header, [], ["Export du 12/03"], [""] * width]))
        )
    if draw(st.integers(0, 3)):
        rows = [header, *rows]
    quoting = draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONE]))
    ends = draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
    if quoting == csv.QUOTE_NONE:
        text = "".join(delimiter.join(cells) + ends for cells in rows)
    else:
        text = _text(rows, delimiter, quoting, ends)
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(text)))
        text = (
            text[:place] + draw(st.sampled_from(['"', "\n", delimiter, ";", "sep=;\n", " ", "\u2028"])) + text[place:]
        )
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"]))
    return File(text.encode(encoding, "replace"), encoding, delimiter, text)
