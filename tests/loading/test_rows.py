"""Which rows count: broken ones, repeated headers, conditions, hidden rows, blank rows and the end of the file."""

from __future__ import annotations

import pytest
from openpyxl import Workbook
from reading import JUDGE, cells, inputs, load_text, told, write

from stopimport.loading.cells import LoadOptions
from stopimport.loading.errors import HiddenRows, WhereKeepsNothing
from stopimport.loading.stage import load

A, B, C, D = "0612980001", "06 12 98 00 02", "+33612980003", "0612980004"
STATUS = f"Nom;Mobile;Statut\na;{A};Désabonné\nb;{B};abonné\nc;{C}; DESABONNE \nd;{D};\n"


def ragged(loaded):
    """Return the rows that are marked as broken."""
    return list(loaded.cells["row"][loaded.cells["ragged"]])


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        (("Statut=desabonné",), [A, C]),
        (("statut = Désabonné",), [A, C]),
        (("Statut=abonné|desabonne",), [A, B, C]),
        (("Statut!=abonné",), [A, C, D]),
        (("Statut!=abonné|désabonné",), [D]),
        (("Statut=",), [D]),
        (("Statut!=",), [A, B, C]),
        (("Statut=|abonné",), [B, D]),
        (("Statut=désabonné", "Nom=c"), [C]),
        (("C=désabonné", "1!=a"), [C]),
    ],
)
def test_conditions(tmp_path, conditions, expected):
    """VALUE by case, accents and outer blanks ignored; any of, none of, empty; all conditions must hold."""
    loaded = load_text(tmp_path, STATUS, where=conditions)
    assert expected == inputs(loaded)
    assert loaded.rows == 4
    assert loaded.filtered == 4 - len(expected)
    assert loaded.guards == ()


def test_a_header_may_contain_an_equals_sign(tmp_path):
    """The header that exists decides where it ends."""
    text = f"Mobile;a=b\n{A};1\n{B};2\n"
    assert inputs(load_text(tmp_path, text, where=("a=b=2",))) == [B]
    assert inputs(load_text(tmp_path, text, where=("a=b!=2",))) == [A]


def test_conditions_that_keep_nothing_stop_the_run(tmp_path):
    """The guard shows the values there are; --where-none ok lifts it."""
    loaded = load_text(tmp_path, STATUS, where=("Statut=stop",))
    (guard,) = loaded.guards
    assert isinstance(guard, WhereKeepsNothing)
    assert guard.exit_code == 5
    assert "Statut: 'Désabonné' (1), 'abonné' (1), 'DESABONNE' (1), (empty) (1)" in str(guard)
    assert (loaded.rows, loaded.filtered, len(loaded.cells)) == (4, 4, 0)
    assert load_text(tmp_path, STATUS, where=("Statut=stop",), where_none=True).guards == ()


def test_a_quiet_night_is_no_guard(tmp_path):
    """Without rows there is nothing that a condition could have kept."""
    assert load_text(tmp_path, "Nom;Mobile;Statut\n", where=("Statut=stop",)).guards == ()


def test_an_input_without_the_column_is_read_as_if_it_were_empty(tmp_path):
    """And told, because its rows are left out by most conditions."""
    one = write(tmp_path, STATUS, "one.csv")
    two = write(tmp_path, f"Mobile\n{D}\n", "two.csv")
    loaded = load([one, two], LoadOptions(where=("Statut=désabonné",)), judge=JUDGE)
    assert inputs(loaded) == [A, C]
    assert "two.csv has no column 'Statut'" in told(loaded)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (f"Nom;Ville;Mobile\na;b;{A}\nc;2\nd;e;{B};x\nf;g;{C};;;\n;;\n\nh\n", [3, 4, 8]),
        (f"Nom;Mobile;;\na;{A}\nb;{B};;\nc;{C};;;;\nd\n", [5]),
        (f"x;y;{A}\nb;{B}\nc;d;{C}\n", [2]),
        (f"Nom;Mobile\na;{A};x\nb;{B};y\nc;{C};z\n", []),
        (f"Mobile\n{A}\n\n{B}\n", []),
    ],
)
def test_rows_with_the_wrong_number_of_cells_are_marked(tmp_path, text, rows):
    """Too few, too many; surplus empty cells and blank rows do not matter, nor a header that is one short of all."""
    loaded = load_text(tmp_path, text)
    assert rows == ragged(loaded)
    assert ("wrong" in told(loaded) or "too few or too many" in told(loaded)) == bool(rows)


def test_no_cell_of_a_long_or_short_row_is_lost(tmp_path):
    """Each row keeps its number and gives the cell in the phone column, blank where it is missing."""
    loaded = load_text(tmp_path, f"Nom;Mobile\na;{A};x;y\nb\n\nc;{C}\n")
    assert cells(loaded) == [(2, A), (3, ""), (4, ""), (5, C)]


def test_rows_after_the_last_that_holds_anything_do_not_count(tmp_path):
    """Blank rows in the middle do."""
    loaded = load_text(tmp_path, f"Nom;Mobile\n;\na;{A}\n;\n \n;;;\n\n\n")
    assert cells(loaded) == [(2, ""), (3, A)]
    assert loaded.rows == 2


def test_quoted_line_breaks_start_no_row(tmp_path):
    """Rows are counted as a spreadsheet program shows them."""
    text = f'Nom;Adresse;Mobile\na;"1 rue X\r\n75001 Paris";{A}\nb;"2\n\n3";"{B}\n{C}"\nd;;{D}\n'
    loaded = load_text(tmp_path, text)
    assert cells(loaded) == [(2, A), (3, f"{B}\n{C}"), (4, D)]
    assert not ragged(loaded)


@pytest.mark.parametrize(
    "row",
    [
        '"b;06 12 98 00 02;y',
        'b;"06 12 98 00 02;y',
        'b;06 12 98 00 02;"y',
        'b";06 12 98 00 02;y',
        'b;06 12" 98 00 02;y',
        '"b "x" c;06 12 98 00 02;y',
    ],
)
@pytest.mark.parametrize("later", ["", '"e";"0612980004";"z"\n'])
def test_stray_quotes_swallow_no_rows(tmp_path, row, later):
    """Every row is there with its number, and the number in its row, whatever the quote is before."""
    loaded = load_text(tmp_path, f"Nom;Mobile;Ville\na;{A};x\n{row}\nc;{C};\n{later}")
    found = cells(loaded)
    assert [number for number, _ in found] == list(range(2, 5 + bool(later)))
    assert "".join(filter(str.isdigit, found[1][1])) == "0612980002"
    assert not ragged(loaded)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ('Nom|Mobile\n"a|b"|"0612980002\n""a|b"|0612980003\nc|0612980004\n', [2, 3, 4]),
        (
            'Nom|Mobile|Ville\r\na|0612980002|"x\r\nb|0612980003|y\r\nc|0612980004|z\r\nd|0612980005|z\r"\ne|x|z\r\n',
            [2, 3, 4, 5, 6, 7],
        ),
    ],
)
def test_two_stray_quotes_swallow_no_rows(tmp_path, text, rows):
    """What they enclose would be one row with too many cells, or many whole rows in one cell."""
    loaded = load_text(tmp_path, text)
    assert rows == [number for number, _ in cells(loaded)]
    assert "0612980004" in inputs(loaded)


def test_repeated_header_lines_are_left_out_and_told(tmp_path):
    """Files glued together, the second one with a byte-order mark of its own."""
    part = f"Nom;Mobile\r\na;{A}\r\n"
    loaded = load_text(tmp_path, part + "\ufeff" + part + f"NOM ; mobile\r\na;{A}\r\n")
    assert cells(loaded) == [(2, A), (4, A), (6, A)]
    assert (loaded.rows, loaded.filtered) == (5, 2)
    assert "2 repeated header lines were left out" in told(loaded)


def test_a_row_with_a_number_repeats_no_header(tmp_path):
    """A page's number may stand beside the words of a repeated header, a phone number makes the row data."""
    loaded = load_text(tmp_path, "Nom;Mobile;\nA;0600001001;\nNom;Mobile;page 2\nNom;Mobile;0600001002\n")
    assert cells(loaded) == [(2, "0600001001"), (4, "Mobile")]
    assert "1 repeated header line" in told(loaded)
    assert "1 mobile number appears only in 'C'" in told(loaded)


def test_a_repeated_header_over_one_column(tmp_path):
    """Its byte-order mark is in the only column there is."""
    loaded = load_text(tmp_path, f"\ufeffMobile\n{A}\n\ufeffMobile\n{C}\n")
    assert cells(loaded) == [(2, A), (4, C)]
    assert loaded.filtered == 1


def workbook(folder, rows, hidden=()):
    """Write a workbook with some hidden rows."""
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for number in hidden:
        book.active.row_dimensions[number].hidden = True
    path = folder / "book.xlsx"
    book.save(path)
    return path


def test_hidden_rows_stop_the_run_until_somebody_decides(tmp_path):
    """The cells are read all the same; skip leaves the rows out, include takes them."""
    path = workbook(
        tmp_path, [["Nom", "Mobile"], ["a", A], ["b", B], ["c", C], [None, None], ["d", D]], hidden=(3, 4, 5)
    )
    loaded = load([path], judge=JUDGE)
    (guard,) = loaded.guards
    assert isinstance(guard, HiddenRows)
    assert guard.rows == 2
    assert "book.xlsx" in str(guard)
    assert "--hidden skip" in str(guard)
    assert len(loaded.cells) == 5
    skipped = load([path], LoadOptions(hidden="skip"), judge=JUDGE)
    assert cells(skipped) == [(2, A), (6, D)]
    assert (skipped.rows, skipped.filtered, skipped.guards) == (5, 3, ())
    included = load([path], LoadOptions(hidden="include"), judge=JUDGE)
    assert (len(included.cells), included.filtered, included.guards) == (5, 0, ())


def test_hidden_rows_that_a_condition_leaves_out_raise_no_question(tmp_path):
    """There is nothing left to decide."""
    path = workbook(tmp_path, [["Nom", "Mobile"], ["a", A], ["b", B]], hidden=(3,))
    assert load([path], LoadOptions(where=("Nom=a",)), judge=JUDGE).guards == ()
