"""Several tables below one another in one sheet, and numbers above a header: no number is passed over unsaid."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from effort import tries
from hypothesis import given
from hypothesis import strategies as st
from reading import JUDGE, cells, inputs, load_text, told, write

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.stage import clean
from stopimport.errors import StopimportError
from stopimport.loading.cells import LoadOptions
from stopimport.loading.errors import InputWithoutColumn, NumbersAboveHeader, StillSubscribed
from stopimport.loading.preview_files import preview_files
from stopimport.loading.stage import load

A, B, C, D = "0600001001", "06 00 00 10 02", "+33600001003", "0600001004"


def read_numbers(loaded):
    """Return row and number of all valid entries."""
    entries = clean(loaded.cells, CleanOptions()).entries
    valid = entries[entries["number"].notna()]
    return list(zip(valid["row"], valid["number"].str[-1].astype(int), strict=True))


@pytest.mark.parametrize(
    ("text", "rows", "filtered"),
    [
        (f"Nom;Mobile\nx;{A}\ny;{B}\nNom;Mobile;Commentaire\nz;{C};STOP\n", [2, 3, 5], 1),
        (f"OCTOBRE\nNom;Mobile\nx;{A}\n\nNOVEMBRE\nNom;Mobile;Motif\nz;{B};STOP\n", [3, 7], 2),
        (f"Nom;Mobile\nx;{A}\n\nMobile;Nom\n{B};y\n{C};z\n", [2, 5, 6], 1),
        (f"Nom;Mobile\nx;{A}\nNom;Prénom;Ville;Téléphone\nx;y;Lyon;{B}\n", [2, 4], 1),
        (f"Name,Phone\nx,{A}\nFirst name,Last name,Cell phone\ny,z,{B}\n", [2, 4], 1),
        (f"Kunde;Handy\nx;{A}\n\nFiliale Köln\nKunde;Ort;Handynummer\ny;Köln;{B}\n", [2, 6], 2),
        (f"Nombre;Móvil\nx;{A}\nMóvil;Nombre;Ciudad\n{B};y;Madrid\n", [2, 4], 1),
        (f"Mobile\n{A}\n\nPortable\n{B}\n", [2, 5], 1),
        (f"{A}\n{B}\nNom;Mobile\nx;{C}\n", [1, 2, 4], 1),
        (f"x;{A}\ny;{B}\nNom;Mobile;Date\nz;{C};2026-11-01\n", [1, 2, 4], 1),
        (f"Liste de Lyon\n\n{A}\n{B}\n\nClient;Ville;Portable\nz;Lyon;{C}\n", [3, 4, 7], 1),
        (f"Nom;Mobile\nx;{A}\nNom;Mobile;Date\ny;{B};1\nNom;Mobile\nz;{C}\nMobile;x\n{D};y\n", [2, 4, 6, 8], 3),
    ],
)
def test_tables_below_one_another_are_all_read(tmp_path, text, rows, filtered):
    """Each has its own header and phone column; headers and titles between them count as left out, and are told."""
    loaded = load_text(tmp_path, text)
    assert [row for row, _number in read_numbers(loaded)] == rows
    assert not loaded.guards
    assert loaded.filtered == filtered
    assert len(loaded.cells) == loaded.rows - loaded.filtered
    assert "several tables" in told(loaded)
    assert [file.sheets[0].rows for file in loaded.files] == [loaded.rows]


@pytest.mark.parametrize(
    "text",
    [
        f"Type;Mobile;Numéro\nClient;Mobile;{A}\nClient;Mobile;\nClient;Mobile;{B}\n",
        f"Nom;Mobile\nMartin;pas de portable\nDurand;{A}\nContact;portable\nDupont;{B}\n",
        f"Nom;Mobile\nx;{A}\n;\nVoir aussi le téléphone\n;{B}\n",
        f"Nom;Mobile\nx;{A}\nTotal mobiles : 2\ny;{B}\n",
        f"Nom;Mobile\nx;{A}\nNom;Mobile\ny;{B}\n",
        f"Mobile\n{A}\nmobile\n{B}\n",
    ],
)
def test_rows_that_sound_like_headers_divide_nothing(tmp_path, text):
    """Words of headers stand in cells of the data, too, and a header that is repeated begins no other table."""
    loaded = load_text(tmp_path, text)
    assert [number for _row, number in read_numbers(loaded)] == [1, 2]
    assert "several tables" not in told(loaded)


@pytest.mark.parametrize(
    ("first", "column"),
    [
        ("SMS;tel:+33600001001", 1),
        ("Mobile;06,00,00,10,01", 1),
        ("Client;Mobile;06 00 00 10 01 (perso)", 2),
        ("Mobile;\u202a+33 6 00 00 10 01\u202c", 1),
        ("Client;Portable;(perso) 06.00.00.10.01", 2),
        ("Téléphone;Nom;whatsapp:+33600001001", 2),
        ("GSM;='0600001001'", 1),
        ("Mobile;０６００００１００１;Nom", 1),
    ],
)
def test_a_row_with_a_number_is_no_header(tmp_path, first, column):
    """Whatever words stand beside it; no number becomes a column's name."""
    width = first.count(";")
    others = "".join(";".join(["x"] * column + [number] + ["x"] * (width - column)) + "\n" for number in (B, C))
    loaded = load_text(tmp_path, f"{first}\n{others}", delimiter=";")
    assert read_numbers(loaded) == [(1, 1), (2, 2), (3, 3)]
    assert [source.column for source in loaded.sources] == ["ABC"[column]]


@pytest.mark.parametrize(
    ("text", "rows", "header"),
    [
        (f"Questions : Anne, {A}\nMobile\n{B}\n", "1", 2),
        (f"Export\nEn cas de doute appeler le {A}\n\nMobile;Nom\n{B};x\n", "2", 4),
        (f"Contact :;{A}\nNom;Mobile\nx;{B}\n", "1", 2),
        (f"Hotline;{A}\n;\nNom;Mobile\nx;{B}\n", "1", 3),
        (f"{A};{B}\nNom;Mobile\nx;{C}\n", "1", 2),
        (f"x;{A}\ny;{B}\nSociété;{D}\nNom;Mobile\nx;{C}\n", "1, 2, 3", 4),
    ],
)
def test_doubtful_numbers_above_a_header_stop_the_run(tmp_path, text, rows, header):
    """A title that names a number, or a list: the rows are named, and --header is taken at its word."""
    loaded = load_text(tmp_path, text)
    (guard,) = loaded.guards
    assert isinstance(guard, NumbersAboveHeader)
    assert guard.exit_code == 5
    assert (guard.rows, guard.header) == (rows, header)
    assert f"--header {header}" in str(guard)
    answered = load_text(tmp_path, text, header=header)
    assert answered.guards == ()
    assert f"above row {header}, the header row given with --header, w" in told(answered)


@pytest.mark.parametrize(
    "title",
    [f"Questions : Anne, {A}", f"Contact: {A};", f"Contact : {A}", f"Tel: {A};", f"* Phone: {C}", f"Standard:\t{A};"],
)
def test_a_contact_in_another_column_is_no_question(tmp_path, title):
    """It stands in a title line, and the phone column is another."""
    loaded = load_text(tmp_path, f"{title}\nNom;Mobile\nx;{B}\n", delimiter=";")
    assert (cells(loaded), loaded.guards) == ([(3, B)], ())


def test_a_table_below_has_its_own_status_column(tmp_path):
    """The guard on people who are still subscribed looks at every table."""
    loaded = load_text(tmp_path, f"Nom;Mobile\nx;{A}\nNom;Mobile;Statut\ny;{B};abonné\nz;{C};désabonné\n")
    (guard,) = loaded.guards
    assert isinstance(guard, StillSubscribed)
    assert "list.csv, table from row 3" in str(guard)


@pytest.mark.parametrize("row", ["3,36E+10;;;Mobile", "12;;;Mobile", "2026-11-01;x;;mobile", "75001;Paris;;Mobile"])
def test_the_name_of_a_column_in_a_row_of_data_heads_nothing(tmp_path, row):
    """Whoever named the column by an option did not say that each cell with this name is a header."""
    text = f"A;B;C;Mobile\nx;y;z;{A}\n{row}\nq;;;{B}\n"
    loaded = load_text(tmp_path, text, column=("Mobile",), header=1, delimiter=";")
    assert [row for row, _cell in cells(loaded)] == [2, 3, 4]
    assert loaded.filtered == 0


def test_a_named_column_must_be_in_each_table(tmp_path):
    """Else numbers would be lost in silence; a letter fits all tables."""
    text = f"Nom;Mobile\nx;{A}\nNom;Prénom;Portable\ny;z;{B}\n"
    with pytest.raises(InputWithoutColumn, match="table from row 3 has no column 'mobile'"):
        load_text(tmp_path, text, column=("mobile",))
    assert inputs(load_text(tmp_path, text, column=("mobile", "portable"))) == [A, B]


def test_columns_of_one_name_are_one_phone_column(tmp_path):
    """A month with a single wrong number is no phone column without any valid one."""
    loaded = load_text(tmp_path, f"Nom;Mobile\nx;{A}\n\nMARS\nNom;Mobile;Motif\ny;0600001;x\nz;{B};x\n")
    assert [source.column for source in loaded.sources] == ["Mobile"]
    assert set(loaded.cells["source"]) == {0}


def test_a_table_far_below_is_found(tmp_path):
    """Whole columns are searched, whatever their length; blank phone cells do not hide it."""
    many = "".join(f"Martin;{'' if n % 3 else f'06000{n:05}'}\n" for n in range(9000))
    more = many.replace(";", ";Paris;")
    loaded = load_text(tmp_path, f"Nom;Mobile\n{many}Nom;Ville;Mobile\nx;Lyon;{B}\n{more}")
    assert (9003, B) in cells(loaded)
    assert len(loaded.sources) == 1


def test_many_tables_are_all_read(tmp_path):
    """Exports of every day glued together, in two layouts that alternate."""
    parts = []
    for n in range(300):
        odd = ("Nom;Mobile;Ville", f"x;0600{n:06};Lyon")
        parts += [*(odd if n % 2 else ("Nom;Ville;Mobile", f"x;Lyon;0600{n:06}")), *["x;;"] * 8]
    loaded = load_text(tmp_path, "\n".join(parts) + "\n")
    assert sum(text.startswith("0600") for text in inputs(loaded)) == 300
    assert len(loaded.cells) == loaded.rows - loaded.filtered == 2700


def test_the_preview_shows_each_table(tmp_path):
    """Columns can be chosen in each; the rows add up to those of the run."""
    path = write(tmp_path, f"{A}\nNom;Mobile\nx;{B}\n\nNOVEMBRE\nMobile;Nom;Date\n{C};y;1\n")
    (file,) = preview_files([path], LoadOptions(), JUDGE).files
    assert [[column.label for column in sheet.columns if column.phone] for sheet in file.sheets] == [
        ["A"], ["Mobile"], ["Mobile"]
    ]  # fmt: skip
    assert [(sheet.begin, sheet.header_row) for sheet in file.sheets] == [(1, None), (2, 2), (5, 6)]
    picked = load([path], LoadOptions(picked=(("list.csv", "", 2, (1,)),)), judge=JUDGE)
    assert inputs(picked) == [A, B, "", "y"]


NAMES = st.sampled_from(["Martin", "Client", "Mobile", "x", "", "06", "NOVEMBRE", "néant"])
HEADERS = st.sampled_from(["Nom;Mobile", "Mobile;Nom", "Nom;Mobile;Ville", "Nom;Prénom;Portable", "Téléphone"])
ROWS = st.one_of(
    st.tuples(NAMES, st.booleans()).map(lambda pair: ("row", *pair)),
    HEADERS.map(lambda header: ("header", header, False)),
    st.sampled_from(["", "OCTOBRE", "Questions : Anne", "x;y", ";;"]).map(lambda line: ("line", line, False)),
)


@tries(300)
@given(rows=st.lists(ROWS, min_size=1, max_size=25))
def test_no_number_of_a_phone_column_is_lost(rows):
    """Wherever it stands: it comes out, or the run stops and says so."""
    lines, numbers, header = [], [], ["Nom", "Mobile"]
    for kind, text, has_number in rows:
        if kind == "header":
            header = text.split(";")
        if kind != "row":
            lines.append(text)
            continue
        number = f"06000{len(numbers) + 10000:05}" if has_number else ""
        numbers += [number] * has_number
        phone = next(index for index, name in enumerate(header) if name in {"Mobile", "Portable", "Téléphone"})
        lines.append(";".join(number if index == phone else text for index in range(len(header))))
    with tempfile.TemporaryDirectory() as folder:
        try:
            loaded = load([write(Path(folder), "\n".join(lines) + "\n")], LoadOptions(delimiter=";"), judge=JUDGE)
        except StopimportError as error:
            stopped = error.exit_code
            loaded = None
    if loaded is None:
        assert stopped in {2, 5}
        return
    written = "\n".join(inputs(loaded))
    found = {number for number in numbers if number in written}
    assert loaded.guards or found == set(numbers)
    assert len(loaded.cells) == loaded.rows - loaded.filtered


@pytest.mark.parametrize("row", ["Mobile;", ";Mobile"])
def test_a_lone_name_is_a_value_where_the_header_was_named(tmp_path, row):
    """Somebody said which row is the header: a word below it begins no other table."""
    text = f"Nom;Mobile\n{row}\n06 00 00 10 01;0600001002\n"
    found = load_text(tmp_path, text, header=1, column=("Mobile",))
    assert cells(found) == [(2, row.split(";")[1]), (3, "0600001002")]
