"""Encodings, delimiters and line ends are found, and none of them changes a digit, a plus or a letter."""

from __future__ import annotations

import pytest
from reading import cells, inputs, load_text, told

from stopimport.errors import BadOption
from stopimport.loading.delimited.delimiter import find_delimiter
from stopimport.loading.errors import RowsTooShort, TooManyColumns, Undecodable

A = "0600001001"

TABLE = "Nom;Téléphone mobile\r\nÉlodie;06 12 98 00 01\r\nZoë;+33612980002\r\n"
CELLS = [(2, "06 12 98 00 01"), (3, "+33612980002")]


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("cp1252", "windows-1252"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
    ],
)
def test_encodings_are_found(tmp_path, encoding, shown):
    """Mark, UTF-16 by its NULs, strict UTF-8, else Windows-1252; names and numbers come out right."""
    loaded = load_text(tmp_path, TABLE.encode(encoding), keep=("nom",))
    assert shown == loaded.files[0].encoding
    assert cells(loaded) == CELLS
    assert list(loaded.cells["keep:Nom"]) == ["Élodie", "Zoë"]


def test_one_byte_beyond_utf8_anywhere_makes_the_file_windows_1252(tmp_path):
    """UTF-8 must hold over the whole file, not over its beginning."""
    data = b"Mobile;Nom\n" + b"0612980001;Zoe\n" * 50_000 + "0612980002;Zoé\n".encode("cp1252")
    loaded = load_text(tmp_path, data, keep=("Nom",))
    assert loaded.files[0].encoding == "windows-1252"
    assert loaded.cells["keep:Nom"].iloc[-1] == "Zoé"


def test_bytes_that_windows_1252_does_not_know_lose_nothing(tmp_path):
    """The five undefined bytes neither stop the reading nor vanish, and a notice names the doubt."""
    loaded = load_text(tmp_path, b"Nom;Mobile\n\xe9\x81\x8d\x8f\x90\x9d;0612980001\n", keep=("Nom",))
    assert inputs(loaded) == ["0612980001"]
    assert loaded.cells["keep:Nom"][0] == "é\x81\x8d\x8f\x90\x9d"
    assert "--encoding" in told(loaded)


def test_a_marked_file_with_foreign_lines_keeps_both(tmp_path):
    """Files glued together: each line is read in its own encoding, and the notice counts them."""
    data = "Nom;Mobile\nZoé;0612980001\n".encode("utf-8-sig") + "René;0612980002\n".encode("cp1252")
    loaded = load_text(tmp_path, data, keep=("Nom",))
    assert list(loaded.cells["keep:Nom"]) == ["Zoé", "René"]
    assert "1 line is not in UTF-8" in told(loaded)


def test_encoding_can_be_overruled(tmp_path):
    """--encoding decides; a byte-order mark is still no part of the first header."""
    loaded = load_text(tmp_path, "Numéro de téléphone\n0612980001\n".encode("cp437"), encoding="cp437")
    assert loaded.sources[0].column == "Numéro de téléphone"
    loaded = load_text(tmp_path, "Mobile\n0612980001\n".encode("utf-8-sig"), encoding="utf-8")
    assert loaded.sources[0].column == "Mobile"


@pytest.mark.parametrize("encoding", ["no-such", "base64", "a\x00b", ""])
def test_an_encoding_must_exist(tmp_path, encoding):
    """A name that is no text encoding is a mistake in the call."""
    with pytest.raises(BadOption):
        load_text(tmp_path, TABLE, encoding=encoding)


def test_bytes_must_fit_the_encoding_asked_for(tmp_path):
    """The error names file, encoding and line."""
    with pytest.raises(Undecodable, match=r"list\.csv cannot be read as utf-8: line 1"):
        load_text(tmp_path, TABLE.encode("cp1252"), encoding="utf-8")


def test_cut_off_utf16_is_refused(tmp_path):
    """Half a character at the end: the file is not whole."""
    with pytest.raises(Undecodable):
        load_text(tmp_path, TABLE.encode("utf-16")[:-1])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_delimiters_and_line_ends_are_found(tmp_path, delimiter, end):
    """Each of the four delimiters with each line end gives the same rows."""
    lines = ["Nom;Mobile;Ville", "A;0612980001;Paris", ";;", "B;06 12 98 00 02;Lyon"]
    loaded = load_text(tmp_path, (end.join(lines) + end).replace(";", delimiter))
    assert delimiter == loaded.files[0].delimiter
    assert cells(loaded) == [(2, "0612980001"), (3, ""), (4, "06 12 98 00 02")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0612980001\n0612980002\n", None),
        ("06 12 98 00 01\n06.12.98.00.02\n", None),
        ("612345678,0\n698765432,0\n", None),
        ("Mobile\n612345678,0\n698765432,00\n", None),
        ("6,12345678E+08\n6,98765432E+08\n", None),
        ("Téléphone\n06 12 98 00 01; 06 12 98 00 02\n06 12 98 00 03\n", None),
        ("Téléphone\n06 12 98 00 01; 06 12 98 00 02\n06 12 98 00 03; 06 12 98 00 04\n", None),
        ("06 12 98 00 01\n06 12 98 00 02, 06 12 98 00 03\n06 12 98 00 04\n", None),
        ("Téléphone\nDupont, Jean 0612980001\nDurand, Luc 0612980002\n", None),
        ("Dupont, Jean;0612980001\nDurand, Luc;0612980002\n", ";"),
        ("Nom, prénom;Téléphone\nDupont, Jean;0612980001\n", ";"),
        ('"Dupont; Jean",0612980001\n"Durand; Luc",0612980002\n', ","),
        ('Nom,Mobile\n"a;b;c",0612980001\n"d;e;f",0612980002\n', ","),
        ("0612980001,75001\n0612980002,69001\n", ","),
        ("Liste des mobiles\n\nDupont;0612980001\nDurand;0612980002\n", ";"),
        ("Téléphone;\n0612980001;\n0612980002;\n", ";"),
        ("id|tel\n1|0612980001\n", "|"),
        ('Nom;Adresse;Tel\nA;"1 rue X\n75001 Paris";0612980001\nB;"2 rue Y\n75002 Paris";0612980002\n', ";"),
        ("", None),
        ("Bonjour, à tous\n", ","),
    ],
)
def test_delimiter_detection(text, expected):
    """One-column lists stay whole, quoted delimiters do not count, and a comma in a name divides nothing."""
    assert expected == find_delimiter(text.splitlines(keepends=True))


def test_a_sep_line_names_the_delimiter_and_is_no_row(tmp_path):
    """As spreadsheet programs have it: the row below is row 1."""
    loaded = load_text(tmp_path, "sep=|\r\nNom|Mobile\r\nA;B|0612980001\r\n")
    assert loaded.files[0].delimiter == "|"
    assert cells(loaded) == [(2, "0612980001")]


def test_a_sep_line_may_name_another_delimiter(tmp_path):
    """Only --delimiter and sep= can bring in a delimiter beyond the four, and --delimiter wins."""
    text = "sep=:\nNom:Mobile\nA;x:0612980001\n"
    assert load_text(tmp_path, text).files[0].delimiter == ":"
    loaded = load_text(tmp_path, text, delimiter=";", column=("A",))
    assert cells(loaded) == [(2, "A")]


@pytest.mark.parametrize(
    ("option", "delimiter"), [("tab", "\t"), ("\\t", "\t"), ("\t", "\t"), ("TAB", "\t"), ("^", "^")]
)
def test_delimiter_can_be_overruled(tmp_path, option, delimiter):
    """--delimiter takes a sign, or the word tab."""
    loaded = load_text(tmp_path, f"Nom{delimiter}Mobile\nA{delimiter}0612980001\n", delimiter=option)
    assert inputs(loaded) == ["0612980001"]
    assert delimiter == loaded.files[0].delimiter


@pytest.mark.parametrize("option", ["5", "a", "+", '"', ";;", "", "\n"])
def test_a_delimiter_may_not_harm_numbers(tmp_path, option):
    """Digits, letters, plus, quotes and longer texts are no delimiters."""
    with pytest.raises(BadOption):
        load_text(tmp_path, TABLE, delimiter=option)


def test_nul_bytes_stay_in_their_cell(tmp_path):
    """A NUL neither ends a cell nor a file."""
    loaded = load_text(tmp_path, b"Nom;Mobile\nA\x00B;06\x0012980001\nC;0612980002\n")
    assert cells(loaded) == [(2, "06\x0012980001"), (3, "0612980002")]


def test_nothing_is_guessed_from_the_look_of_cells(tmp_path):
    """Leading zeros, pluses, exponents, NULL and dates are the text that is there."""
    texts = ["0612980001", "+33612980001", "6.1298E+08", "NULL", "NaN", "01/02/2026", "TRUE", " 06 ", "0033612980001"]
    loaded = load_text(tmp_path, "Nom;Mobile\n" + "".join(f"x;{text}\n" for text in texts))
    assert inputs(loaded) == texts


@pytest.mark.parametrize(
    ("data", "rows"),
    [
        (b"Mobile\n" + b"x\n" * 200_000, "200,001 rows"),
        (b"Mobile\r\n" + b"x\r\n" * 200_000, "200,001 rows"),
        (b"Mobile\n" + b"\n" * 5_100_000 + b"0600001001\n", "5,100,002 rows"),
    ],
)
def test_rows_without_room_for_a_number_are_refused(tmp_path, data, rows):
    """Each would become a reject of many times its size."""
    with pytest.raises(RowsTooShort, match=rows):
        load_text(tmp_path, data)


def test_many_blank_lines_are_rows(tmp_path):
    """A sparse list, most of it blank lines, is one that people have."""
    loaded = load_text(tmp_path, "Mobile\n" + ("\n" * 9 + f"{A}\n") * 20_000)
    assert len(loaded.cells) == 200_000


@pytest.mark.parametrize(
    ("text", "row"),
    [
        (f"{';'.join('x' * 20_000)}\n" * 2, 1),
        ("Nom;Mobile\n" + "a;0600001001\n" * 9 + "a" + ";" * 20_000 + "x\n", 11),
        ("Nom;Mobile\n" + "a;0600001001\n" * 400_000 + '"a";0600001001' + ";x" * 200 + "\n", 400_002),
    ],
)
def test_a_row_far_wider_than_a_sheet_is_refused(tmp_path, text, row):
    """All rows get as many cells as the widest one: that may not grow beyond what the file is."""
    with pytest.raises(TooManyColumns, match=f"row {row} has more than"):
        load_text(tmp_path, text)


def test_many_delimiters_inside_quotes_are_one_cell(tmp_path):
    """A long remark with semicolons does not make a wide row."""
    loaded = load_text(tmp_path, f'Nom;Mobile\nx\n"{";" * 20_000}";{A}\n')
    assert inputs(loaded) == ["", A]
