"""The guard on columns that name countries: it asks where one would change a number, and nowhere else."""

from __future__ import annotations

import pytest
from reading import write

from stopimport.pipeline.errors import CountriesMatter
from stopimport.pipeline.job import Context
from stopimport.pipeline.prepare import prepare
from stopimport.settings import Settings


def guards(folder, text, **settings):
    """Read and clean a list, and return the guards."""
    return prepare([write(folder, text)], Context(Settings(settings))).guards


def of_rows(header, rows):
    """Return a list with a column of countries beside one of numbers."""
    return f"Nom;{header};Mobile\n" + "".join(f"x;{country};{number}\n" for country, number in rows)


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Indicatif", [("+33", "600001001"), ("+34", "612345678"), ("+32", "470123456")]),
        ("Indicatif pays", [("33", "600001001"), ("34", "612345678"), ("351", "912345678")]),
        ("Country code", [("0034", "612345678"), ("0033", "0600001001")]),
        ("countryCode", [("BE", "0470123456"), ("FR", "0600001001")]),
        ("Pays", [("Belgique", "0470 12 34 56"), ("France", "0600001001")]),
        ("Country", [("Spain", "612 345 678"), ("France", "0600001001"), ("", "0600001002")]),
        ("Dial code", [("+49", "15123456789"), ("+33", "600001001")]),
        ("Land", [("CH", "079 123 45 67"), ("DE", "0151 23456789")]),
        ("País", [("ES", "612345678"), ("ES", "612345679")]),
        ("Vorwahl", [("+41", "791234567")]),
        ("", [("+34", "612345678"), ("+33", "600001001")]),
        ("Zone", [("ES", "612345678"), ("FR", "0600001001")]),
        ("Origine", [("Espagne", "612345678"), ("France", "0600001001")]),
        ("Ind.", [("34", "612345678"), ("33", "600001001")]),
        ("Cód. país", [("34", "612345678"), ("33", "600001001")]),
        ("Landeskennzahl", [("34", "612345678"), ("33", "600001001")]),
        ("ISD code", [("34.0", "612345678"), ("33.0", "600001001")]),
        ("Code international", [("34", "612345678"), ("33", "600001001")]),
        ("+", [("34", "612345678"), ("33", "600001001")]),
        ("Land", [("Spanien", "612345678"), ("Frankreich", "0600001001")]),
    ],
)
def test_a_column_that_changes_numbers_is_asked_about(tmp_path, header, rows):
    """The sentence names both ways out, and both work."""
    text = of_rows(header, rows)
    (guard,) = guards(tmp_path, text)
    assert isinstance(guard, CountriesMatter)
    assert guard.exit_code == 5
    label = header or "B"
    assert guard.column == label
    assert "--country-column none" in str(guard)
    assert guards(tmp_path, text, country_column="none") == ()
    assert not any(isinstance(each, CountriesMatter) for each in guards(tmp_path, text, country_column=label))


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        ("Pays", [("France", "0600001001"), ("FR", "0600001002")]),
        ("Pays", [("Belgique", "+32470123456"), ("France", "0600001001")]),
        ("Indicatif", [("+33", "600001001"), ("33", "0600001002")]),
        ("Prefix", [("Mr", "0600001001"), ("Ms.", "0600001002")]),
        ("Salutation", [("MR", "0600001001"), ("MS", "0600001002")]),
        ("VIP", [("SI", "0600001001"), ("NO", "0600001002")]),
        ("Créneau", [("AM", "0600001001"), ("PM", "0600001002")]),
        ("Pays", [("Guadeloupe", "0690001001"), ("France", "0600001001")]),
        ("Langue", [("fr", "0600001001"), ("es", "612345678")]),
        ("Département", [("34", "612345678"), ("33", "0600001001")]),
        ("Âge", [("34", "612345678"), ("41", "0600001001")]),
        ("Civilité", [("MR", "0600001001"), ("MR", "0600001002")]),
        ("Ville", [("Paris", "0600001001"), ("Lyon", "612345678")]),
        ("Statut", [("NO", "0600001001"), ("NO", "612345678")]),
        ("VIP", [("oui", "0600001001"), ("non", "612345678")]),
        ("Pays", [("?", "0600001001"), ("à voir", "612345678")]),
        ("Préfixe", [("06", "0600001001"), ("07", "0700001002")]),
        ("Pays", [("", "0600001001"), ("", "612345678")]),
    ],
)
def test_no_other_column_stops_a_run(tmp_path, header, rows):
    """The home country, numbers that name their own, languages, departments, ages, titles."""
    assert guards(tmp_path, of_rows(header, rows)) == ()


def test_only_rows_that_are_imported_count(tmp_path):
    """What `--where` leaves out changes nothing."""
    text = "Pays;Mobile;Groupe\nES;612345678;a\nFR;0600001001;b\n"
    assert guards(tmp_path, text, where=("Groupe=b",)) == ()
    assert len(guards(tmp_path, text, where=("Groupe=a",))) == 1
