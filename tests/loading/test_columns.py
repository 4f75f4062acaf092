"""Which column is taken for the phone numbers: by header, by content, by option; or which question is asked."""

from __future__ import annotations

import pytest
from reading import JUDGE, cells, inputs, load_text, told, write

from stopimport.errors import BadOption
from stopimport.loading.cells import LoadOptions
from stopimport.loading.errors import (
    AmbiguousColumn,
    HeaderRowMissing,
    InputWithoutColumn,
    NoPhoneColumn,
    UnknownColumn,
)
from stopimport.loading.stage import load

A, B, C, D = "0612980001", "06 12 98 00 02", "+33612980003", "0612980004"
LINE = "0140205050"


def taken(loaded):
    """Return the phone columns with the reason why they were taken."""
    return [(source.column, source.why) for source in loaded.sources]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (f"Nom;Téléphone;Portable\nx;{A};{B}\n", "Portable"),
        (f"Tél. fixe;Téléphone\n{LINE};{A}\n", "Téléphone"),
        (f"Fax;Tél. domicile\n{A};{B}\n", "Tél. domicile"),
        (f"Mobile;Téléphone\n{LINE};{A}\n", "Téléphone"),
        (f"Mobile;Téléphone\n;{A}\n", "Téléphone"),
        (f"Téléphone;Mobile opt-in date\n{A};2026-01-01\n", "Téléphone"),
        (f"SMS envoyé;Mobile opt-out;Nom\noui;{A};x\n", "Mobile opt-out"),
        (f"phone type;phone;phone country\nmobile;{A};FR\n", "phone"),
        (f"Accepts SMS Marketing;Phone\nyes;{A}\n", "Phone"),
        (f"Téléphone 1;Téléphone 2\n{A};{LINE}\n", "Téléphone 1"),
    ],
)
def test_the_best_class_with_mobile_numbers_wins(tmp_path, text, column):
    """Mobile words beat general ones, those beat landline words, fax never; content decides."""
    assert taken(load_text(tmp_path, text)) == [(column, "header")]


def test_mobile_numbers_only_in_a_lower_class_are_counted(tmp_path):
    """Those that are also in the chosen column, however written, are not."""
    text = f"Mobile;Téléphone;Tél. fixe\n{A};{A}\n;{B};{LINE}\n{C};06 12 98 00 03;{D}\n"
    loaded = load_text(tmp_path, text)
    assert inputs(loaded) == [A, "", C]
    assert "'Téléphone', 'Tél. fixe'" in told(loaded)
    assert "2 mobile numbers appear only in" in told(loaded)


def test_several_with_equal_claim_are_asked_about(tmp_path):
    """The error names the columns in a form that can be copied to the command line."""
    with pytest.raises(AmbiguousColumn) as error:
        load_text(tmp_path, f"Téléphone 1;Téléphone 2\n{A};{B}\n")
    assert '--column "Téléphone 1" --column "Téléphone 2"' in str(error.value)
    assert error.value.exit_code == 5


def test_equal_headers_are_called_by_their_letters(tmp_path):
    """Two columns of one name would not be told apart by it."""
    with pytest.raises(AmbiguousColumn, match="--column B --column C"):
        load_text(tmp_path, f"Nom;Mobile;Mobile\nx;{A};{B}\n")
    assert taken(load_text(tmp_path, f"Nom;Mobile;Mobile\nx;{A};{B}\n", column=("C",))) == [("C", "option")]


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (f"{A}\n{B}\n", "A"),
        (f"x;{A}\ny;{B}\n", "B"),
        (f"Nom;Contact;Ville\nx;{A};Paris\ny;{B};Lyon\n", "Contact"),
        (f"Nom;;Ville\nx;{A};Paris\ny;{B};Lyon\n", "B"),
        (f"id;numéro\n123456782;{A}\n552100554;{B}\n", "numéro"),
        (f"siren;numéro\n123456782;{A}\n552100554;{B}\n443061841;{C}\n", "numéro"),
    ],
)
def test_without_telling_header_content_decides(tmp_path, text, column):
    """The one column whose content is phone numbers; a blank header's name is its letter."""
    assert taken(load_text(tmp_path, text)) == [(column, "content")]


def test_content_in_several_columns_is_asked_about(tmp_path):
    """Without telling headers, two columns of mobile numbers have an equal claim."""
    with pytest.raises(AmbiguousColumn, match="--column A --column B"):
        load_text(tmp_path, f"{A};{B}\n{C};{D}\n", delimiter=";")


def test_no_phone_column_names_those_there_are(tmp_path):
    """The error helps to find the right name."""
    with pytest.raises(NoPhoneColumn, match="Nom, Ville") as error:
        load_text(tmp_path, "Nom;Ville\nx;Paris\n")
    assert error.value.exit_code == 2


def test_company_numbers_are_no_phone_numbers(tmp_path):
    """Many nine-digit identifiers would pass as French numbers that lost their zero."""
    rows = "".join(f"x{number};{number}\n" for number in range(123_456_789, 923_456_789, 7_654_321))
    with pytest.raises(NoPhoneColumn):
        load_text(tmp_path, "Nom;SIREN\n" + rows)


@pytest.mark.parametrize("name", ["Portable n° 2", "portable  N° 2", "PORTABLE N° 2", "C", "c", "3"])
def test_column_by_header_letter_or_number(tmp_path, name):
    """Case, accents and repeated blanks do not matter."""
    text = f"Nom;Portable;Portable n°  2\nx;{A};{B}\n"
    loaded = load_text(tmp_path, text, column=(name,))
    assert taken(loaded) == [("Portable n° 2", "option")]
    assert inputs(loaded) == [B]


def test_a_header_beats_a_letter_and_a_number(tmp_path):
    """A column that is called '3' or 'B' is meant by that name."""
    assert taken(load_text(tmp_path, f"3;b;x\n{A};{B};{C}\n", column=("3",), header=1)) == [("3", "option")]
    assert taken(load_text(tmp_path, f"B;a;x\n{A};{B};{C}\n", column=("b",), header=1)) == [("B", "option")]


def test_several_phone_columns_go_row_by_row(tmp_path):
    """Cells come by row, then by column, whatever the order of the options."""
    text = f"m1;Nom;m2\n{A};x;{B}\n;y;{C}\n"
    loaded = load_text(tmp_path, text, column=("m2", "m1"))
    assert cells(loaded) == [(2, A), (2, B), (3, ""), (3, C)]
    assert list(loaded.cells["source"]) == [0, 1, 0, 1]
    assert list(loaded.cells["column"]) == ["m1", "m2", "m1", "m2"]


def test_each_name_must_be_in_some_input_and_each_input_must_have_one(tmp_path):
    """Both mistakes are told with the columns that there are."""
    one = write(tmp_path, f"Nom;Mobile\nx;{A}\n", "one.csv")
    two = write(tmp_path, f"Nom;GSM\nx;{B}\n", "two.csv")
    loaded = load([one, two], LoadOptions(column=("mobile", "gsm")), judge=JUDGE)
    assert inputs(loaded) == [A, B]
    with pytest.raises(UnknownColumn, match=r"'fon'.*Nom, Mobile, GSM"):
        load([one, two], LoadOptions(column=("mobile", "fon")), judge=JUDGE)
    with pytest.raises(InputWithoutColumn, match=r"two\.csv has no column 'mobile'.*Nom, GSM"):
        load([one, two], LoadOptions(column=("mobile",)), judge=JUDGE)


@pytest.mark.parametrize(
    ("text", "first", "column"),
    [
        (f"Export du 12/03/2026\n\nListe des mobiles\nNom;Mobile\nx;{A}\n", 5, "Mobile"),
        (f"Service client : 01 40 20 50 50\nNom;Mobile\nx;{A}\n", 3, "Mobile"),
        (f"Coordonnées téléphone;;\nNom;Prénom;Tél\nx;y;{A}\n", 3, "Tél"),
        (f"Nom;Prénom;Tél\n;;\nmobile;tel;\nx;y;{A}\n", 2, "Tél"),
        (f"Liste STOP\n{A}\n", 2, "Liste STOP"),
        (f"x;mobile;{A}\ny;fixe;{B}\n", 1, "C"),
        (f"Dupont;Jean;;Paris\nDurand;Luc;{A};Lyon\n", 1, "C"),
        (f"Dupont;Jean;néant;Paris\nDurand;Luc;{A};Lyon\n", 1, "C"),
        (f"N/A\n{A}\n", 1, "A"),
        (f"x;rappeler par téléphone;\ny;rien;{A}\n", 1, "C"),
        (f"Nom;Mobile\n\n\n\nx;{A}\n", 2, "Mobile"),
        (f"2024;2025;Mobile\n1;2;{A}\n", 2, "Mobile"),
    ],
)
def test_the_header_is_found_or_absent(tmp_path, text, first, column):
    """Title lines above, phone-like titles, data that sound like headers: no row of data becomes a header."""
    loaded = load_text(tmp_path, text)
    assert first == loaded.cells["row"].iloc[0]
    assert [column] == [source.column for source in loaded.sources]
    assert inputs(loaded)[-1] in {A, B}


def test_header_can_be_overruled(tmp_path):
    """--header N counts as the spreadsheet does; --no-header makes all rows data."""
    text = f"Nom;Mobile\nx;Tel\ny;{A}\n"
    assert cells(load_text(tmp_path, text, header=2)) == [(3, A)]
    loaded = load_text(tmp_path, f"{text}z;{B}\nz;{C}\n", no_header=True)
    assert cells(loaded) == [(1, "Mobile"), (2, "Tel"), (3, A), (4, B), (5, C)]
    assert taken(loaded) == [("B", "content")]
    with pytest.raises(HeaderRowMissing, match="only 3 rows"):
        load_text(tmp_path, text, header=9)


def test_a_number_in_a_header_is_masked_in_its_name(tmp_path):
    """As an example in the header, or in a row that `--header` makes one; either writing names the column."""
    text = f"Nom;Mobile (ex. 0612345678)\nx;{A}\n"
    label = "Mobile (ex. 0612••••78)"
    for name in ("Mobile (ex. 0612345678)", label.lower(), "B"):
        loaded = load_text(tmp_path, text, column=(name,))
        assert cells(loaded) == [(2, A)]
        assert [label] == [source.column for source in loaded.sources]
    loaded = load_text(tmp_path, f"x;{B}\ny;{A}\n", header=1)
    assert B not in str(loaded.sources)


def test_country_column_guides_the_choice(tmp_path):
    """What is a mobile number in Belgium is judged as Belgian."""
    text = "Pays;Mobile;Téléphone\nBE;0470123456;021234567\n"
    loaded = load_text(tmp_path, text, country_column="pays")
    assert taken(loaded) == [("Mobile", "header")]
    assert list(loaded.cells["country"]) == ["BE"]


def test_kept_columns_are_carried_and_never_collide(tmp_path):
    """A name of the contract's own columns gets '(input)' behind it; an input without the column has blanks."""
    one = write(tmp_path, f"Id client;status;Mobile\n7;x;{A}\n", "one.csv")
    two = write(tmp_path, f"Mobile\n{B}\n", "two.csv")
    loaded = load([one, two], LoadOptions(keep=("ID CLIENT", "status", "id client")), judge=JUDGE)
    assert loaded.keep == ("Id client", "status (input)")
    assert list(loaded.cells["keep:Id client"]) == ["7", ""]
    assert list(loaded.cells["keep:status (input)"]) == ["x", ""]


def test_no_kept_column_takes_anothers_place(tmp_path):
    """What is called like another's new name, or like it but for the case, is a column of its own."""
    path = write(tmp_path, f"Mobile;status;status (input);Ref;REF\n{A};a;b;c;d\n")
    loaded = load([path], LoadOptions(keep=("status", "status (input)", "REF", "ref")), judge=JUDGE)
    assert loaded.keep == ("status (input)", "status (input) (input)", "REF", "Ref")
    assert [loaded.cells[f"keep:{name}"][0] for name in loaded.keep] == ["a", "b", "d", "c"]


@pytest.mark.parametrize("options", [{"keep": ("zzz",)}, {"country_column": "zzz"}, {"where": ("zzz=1",)}])
def test_unknown_columns_in_options_are_told(tmp_path, options):
    """No input has it: exit 2 with the columns there are."""
    with pytest.raises(UnknownColumn, match="Nom, Mobile"):
        load_text(tmp_path, f"Nom;Mobile\nx;{A}\n", **options)


@pytest.mark.parametrize("condition", ["Statut", "=x", "!=x", ""])
def test_a_condition_needs_a_header(tmp_path, condition):
    """What is no HEADER=VALUE is a mistake in the call."""
    with pytest.raises(BadOption):
        load_text(tmp_path, f"Nom;Mobile\nx;{A}\n", where=(condition,))
