"""The load stage as a whole: several files and sheets, quiet nights, our own files, and a frame that others rely on."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from openpyxl import Workbook
from reading import JUDGE, cells, inputs, load_text, told, write

from stopimport.loading.cells import CELL_COLUMNS, LoadOptions, SheetRead
from stopimport.loading.errors import NoPhoneColumn, UnknownSheet
from stopimport.loading.stage import load

A, B, C = "0612980001", "06 12 98 00 02", "+33612980003"
REJECTS = "file;sheet;row;column;input;reason;message;code;corrected"
RESULTS = "file;sheet;row;column;input;phoneNumber;status;code;stopId;message"


def workbook(folder, sheets, hidden=(), name="book.xlsx"):
    """Write a workbook with these sheets."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        if title in hidden:
            sheet.sheet_state = "hidden"
    path = folder / name
    book.save(path)
    return path


def test_the_frame_is_as_documented(tmp_path):
    """Columns, types and order of `cells.CELL_COLUMNS`, with cells and without."""
    for text in (f"Nom;Mobile\na;{A}\n", "Nom;Mobile\n", "\n"):
        loaded = load_text(tmp_path, text, keep=("Nom",) if "Nom" in text else ())
        assert tuple(loaded.cells.columns[: len(CELL_COLUMNS)]) == CELL_COLUMNS
        types = loaded.cells.dtypes.astype(str)
        assert list(types.iloc[:9]) == [
            "int32",
            "category",
            "category",
            "int64",
            "category",
            "str",
            "category",
            "bool",
            "str",
        ]
        assert loaded.cells["country"].isna().all()
        assert not loaded.cells["input"].isna().any()
        assert isinstance(loaded.cells.index, pd.RangeIndex)


def test_files_of_different_kinds_come_in_the_order_given(tmp_path):
    """Every cell with its file, sheet, row and column; rows and sources add up."""
    one = write(tmp_path, f"Nom;Mobile\na;{A}\nb;\n", "one.csv")
    two = workbook(tmp_path, {"Mars": [["GSM"], [612980002]], "Avril": [["x"], ["GSM"], [C]]})
    three = write(tmp_path, A, "three.txt")
    loaded = load([one, two, three], judge=JUDGE)
    places = loaded.cells[["file", "sheet", "row", "column", "input"]].astype(str).to_numpy().tolist()
    assert places == [
        ["one.csv", "", "2", "Mobile", A],
        ["one.csv", "", "3", "Mobile", ""],
        ["book.xlsx", "Mars", "2", "GSM", "612980002"],
        ["book.xlsx", "Avril", "3", "GSM", C],
        ["three.txt", "", "1", "A", A],
    ]
    assert loaded.rows == 5
    assert list(loaded.cells["source"]) == [0, 0, 1, 2, 3]
    assert [source.column for source in loaded.sources] == ["Mobile", "GSM", "GSM", "A"]
    assert [file.file for file in loaded.files] == ["one.csv", "book.xlsx", "three.txt"]
    assert [len(file.sha256) for file in loaded.files] == [64, 64, 64]
    assert loaded.files[1].sheets == (SheetRead("Mars", 1, ("GSM",)), SheetRead("Avril", 1, ("GSM",)))


def test_standard_input_is_read():
    """The file called - is what comes in."""
    loaded = load(["-"], judge=JUDGE, stdin=io.BytesIO(f"Mobile\n{A}\n".encode()))
    assert cells(loaded) == [(2, A)]


def test_sheets_without_phone_column_and_hidden_ones_are_passed_over_and_named(tmp_path):
    """Empty sheets are skipped without a word."""
    sheets = {"Notes": [["Bonjour"], ["à tous"]], "Liste": [["Mobile"], [A]], "Vide": [], "Ancien": [["Mobile"], [B]]}
    path = workbook(tmp_path, sheets, hidden=("Ancien",))
    loaded = load([path], judge=JUDGE)
    assert inputs(loaded) == [A]
    assert "without a phone column were skipped: Notes" in told(loaded)
    assert "hidden sheets were skipped: Ancien" in told(loaded)
    assert "Vide" not in told(loaded)
    assert [(sheet.name, sheet.skipped) for sheet in loaded.files[0].sheets] == [
        ("Notes", "no phone column"),
        ("Liste", None),
        ("Vide", "empty"),
        ("Ancien", "hidden"),
    ]
    chosen = load([path], LoadOptions(sheet=("ancien",)), judge=JUDGE)
    assert inputs(chosen) == [B]
    assert chosen.files[0].sheets[1].skipped == "not selected"


def test_a_file_without_any_named_sheet_is_told(tmp_path):
    """Nothing is read from it, which nobody may have meant."""
    one = workbook(tmp_path, {"Liste": [["Mobile"], [A]]}, name="one.xlsx")
    two = workbook(tmp_path, {"STOP": [["Mobile"], [B]], "Notes": [["Bonjour"]]}, name="two.xlsx")
    loaded = load([one, two], LoadOptions(sheet=("Liste",)), judge=JUDGE)
    assert inputs(loaded) == [A]
    assert "two.xlsx has none of the sheets named with --sheet" in told(loaded)
    assert "STOP, Notes" in told(loaded)
    assert "one.xlsx" not in told(loaded)


def test_a_named_sheet_must_exist_and_have_a_phone_column(tmp_path):
    """Each mistake is told with what there is."""
    path = workbook(tmp_path, {"Notes": [["Bonjour"], ["à tous"]], "Liste": [["Mobile"], [A]]})
    with pytest.raises(UnknownSheet, match="Notes, Liste"):
        load([path], LoadOptions(sheet=("Mai",)), judge=JUDGE)
    with pytest.raises(NoPhoneColumn, match="sheet 'Notes'"):
        load([path], LoadOptions(sheet=("Notes", "Liste")), judge=JUDGE)


def test_no_sheet_with_a_phone_column(tmp_path):
    """Then the file is refused."""
    with pytest.raises(NoPhoneColumn):
        load([workbook(tmp_path, {"Notes": [["Bonjour"], ["à tous"]], "Vide": []})], judge=JUDGE)


@pytest.mark.parametrize(
    "text",
    [
        "\n",
        " \r\n \r\n",
        ";;\n;;\n",
        "Mobile\n",
        "Nom;Mobile\n",
        "Export\n\nNom;Contact\n",
        "\ufeff",
        "sep=;\n",
        "sep=;\nNom;Tel\n",
    ],
)
def test_a_quiet_night(tmp_path, text):
    """Header only, no rows: no error, no cells."""
    loaded = load_text(tmp_path, text)
    assert (loaded.rows, loaded.filtered, len(loaded.cells), loaded.guards) == (0, 0, 0, ())


def test_a_workbook_of_empty_sheets_is_a_quiet_night(tmp_path):
    """Whatever the options name, nothing can be missing where nothing is."""
    path = workbook(tmp_path, {"a": [], "b": []})
    loaded = load([path], LoadOptions(column=("Mobile",), keep=("Nom",), where=("Statut=x",)), judge=JUDGE)
    assert (loaded.rows, len(loaded.cells)) == (0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "#N/A",
        "#REF!",
        "#VALUE!",
        "#VALEUR!",
        "#NAME?",
        "#NOM?",
        "#DIV/0!",
        "#NUM!",
        "#NOMBRE!",
        "#NULL!",
        "#NUL!",
        " #n/a ",
        "Err:502",
        "#WERT!",
    ],
)
def test_error_values_are_unreadable_cells(tmp_path, text):
    """In text files, too; the whole cell as read is kept."""
    loaded = load_text(tmp_path, f"Nom;Mobile\na;{text}\nb;{A}\nc;N/A\n")
    assert list(loaded.cells["problem"]) == ["unreadable_cell", "", ""]
    assert inputs(loaded) == [text, A, "N/A"]


def test_formulas_without_result_in_workbooks_are_unreadable_cells(tmp_path):
    """The library that writes them here stores no results, as exports by programs often do."""
    loaded = load([workbook(tmp_path, {"a": [["Mobile"], ["=1+1"], [A]]})], judge=JUDGE)
    assert list(loaded.cells["problem"]) == ["unreadable_cell", ""]


@pytest.mark.parametrize("name", ["status", "status (input)"])
@pytest.mark.parametrize("header", [f"{REJECTS};status (input)", f"{RESULTS};status (input)"])
def test_our_own_files_are_kept_under_the_inputs_names(tmp_path, header, name):
    """The settings that kept a column keep it again when our file comes back, and not what we wrote beside it."""
    row = ["crm.csv", "", "7", "Tél", A, *[""] * (header.count(";") - 5), "a"]
    row[header.split(";").index("phoneNumber") if "phoneNumber" in header else 8] = A
    loaded = load_text(tmp_path, f"{header}\n{';'.join(row)}\n", keep=(name,))
    assert loaded.keep == ("status (input)",)
    assert list(loaded.cells["keep:status (input)"]) == ["a"]


def test_a_rejects_file_is_read_by_the_corrections_and_keeps_the_places(tmp_path):
    """What was corrected stands beside the input; places are the original ones; a formula's mark is taken off."""
    text = (
        f"\ufeff{REJECTS};Id\r\n"
        f"crm.csv;;7;Tél;0612;too_short;m;;{A};1\r\n"
        f"book.xlsx;Mars;12;GSM;'=\"0612980002\";r;m;;;'-2\r\n"
        f"crm.csv;;8;Tél;'+33 612980003;r;m;; ;3\r\n"
        f"crm.csv;;9;Tél;'0612980004;r;m;;'=x;4\r\n"
        f"crm.csv;;10;Tél;;broken_row;m;;;5\r\n"
    )
    loaded = load_text(tmp_path, text, keep=("Id",))
    places = loaded.cells[["file", "sheet", "row", "column", "input"]].astype(str).to_numpy().tolist()
    assert places == [
        ["crm.csv", "", "7", "Tél", "0612"],
        ["book.xlsx", "Mars", "12", "GSM", '="0612980002"'],
        ["crm.csv", "", "8", "Tél", "+33 612980003"],
        ["crm.csv", "", "9", "Tél", "'0612980004"],
        ["crm.csv", "", "10", "Tél", ""],
    ]
    assert loaded.cells["corrected"].astype(object).fillna("").tolist() == [A, "", "", "=x", ""]
    assert list(loaded.cells["keep:Id"]) == ["1", "-2", "3", "4", "5"]
    assert [(source.file, source.column, source.why) for source in loaded.sources] == [
        ("list.csv", "corrected", "rejects file")
    ]


def test_a_rejects_file_with_moved_columns_is_still_one(tmp_path):
    """Who corrects it may put the corrections in front, add a note, and leave the messages out."""
    rows = f"{A};x;0612;too_short;crm.csv;;7;Tél\n{B};y;0612;r;crm.csv;;9;Tél\n"
    text = f"corrected;note;input;reason;file;sheet;row;column\n{rows}"
    loaded = load_text(tmp_path, text)
    assert cells(loaded) == [(7, "0612"), (9, "0612")]
    assert loaded.cells["corrected"].tolist() == [A, B]
    assert list(loaded.cells["file"]) == ["crm.csv"] * 2


def test_a_rejects_workbook_brings_no_trouble_with_its_second_sheet(tmp_path):
    """'Read me' is no list of numbers, whatever words are in it."""
    sheets = {
        "rejects": [REJECTS.split(";"), ["crm.csv", "", "7", "Tél", "'+33612980001", "r", "m", "", B]],
        "Read me": [["Reason", "Mobile"], ["x", A]],
    }
    loaded = load([workbook(tmp_path, sheets, name="rejects.xlsx")], LoadOptions(column=()), judge=JUDGE)
    assert cells(loaded) == [(7, "'+33612980001")]
    assert loaded.cells["corrected"].tolist() == [B]
    assert loaded.notices == ()


def test_a_rejects_file_beside_others_needs_no_column_option(tmp_path):
    """--column speaks of the other files."""
    one = write(tmp_path, f"Nom;Contact\na;{A}\n", "one.csv")
    two = write(tmp_path, f"{REJECTS}\none.csv;;9;Contact;06;too_short;m;;{B}\n", "rejects.csv")
    loaded = load([one, two], LoadOptions(column=("Contact",)), judge=JUDGE)
    assert cells(loaded) == [(2, A), (9, "06")]
    assert loaded.cells["corrected"].astype(object).fillna("").tolist() == ["", B]


def test_a_results_file_is_read_by_its_numbers(tmp_path):
    """Its own place counts; the input column beside it is not a second phone column."""
    loaded = load_text(tmp_path, f"{RESULTS}\ncrm.csv;;7;Tél;06 12 98 00 01;{C};added;200;5;\n")
    assert cells(loaded) == [(2, C)]
    assert list(loaded.cells["column"]) == ["phoneNumber"]


def test_a_large_irregular_file_is_read_to_the_last_row(tmp_path):
    """Title lines, quotes and short rows over many blocks of the readers: no row is lost or renumbered."""
    rows = [f'{number};"x, {number}";0612{number:06d}' if number % 7 else f"{number}" for number in range(60_000)]
    loaded = load_text(tmp_path, "Export\n\nid;Nom;Mobile\n" + "\n".join(rows) + "\n")
    assert len(loaded.cells) == 60_000
    assert list(loaded.cells["row"]) == list(range(4, 60_004))
    assert inputs(loaded)[59_999] == "0612059999"
    assert loaded.cells["ragged"].sum() == sum(number % 7 == 0 for number in range(60_000))
