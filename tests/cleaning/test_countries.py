"""The country of the row, `--region` and `--countries`."""

from __future__ import annotations

from unicodedata import combining, normalize

import pandas as pd
import phonenumbers as pn
import pytest
from effort import some
from writings import REGIONS

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.errors import UnknownCountry
from stopimport.cleaning.stage import clean
from stopimport.errors import BadOption, ExitCode

MAIN = {pn.region_code_for_country_code(code) for code in pn.supported_calling_codes()}
"""The main country of each calling code."""


@pytest.mark.parametrize(
    "country",
    [
        "BE", "be", "BEL", "Belgique", "BELGIQUE ", "Belgium", "belgië", "+32", "0032", "32", "(+32)", "BE - Belgique",
        "Belgique (BE)", "Belgique (+32)", "+32 Belgique",
    ],
)  # fmt: skip
def test_a_row_names_its_country_in_many_ways(entries, country):
    """ISO codes, French and English names and calling codes are understood, case and accents ignored."""
    assert entries("0470123456", country=country) == [{"number": "+32470123456"}]


@pytest.mark.parametrize(
    ("country", "region"),
    [
        ("États-Unis", "US"), ("etats unis", "US"), ("USA", "US"), ("U.S.A.", "US"), ("U.K.", "GB"),
        ("Royaume Uni", "GB"), ("UK", "GB"),
        ("Angleterre", "GB"), ("Côte d'Ivoire", "CI"), ("Cote d’Ivoire", "CI"), ("Ivory Coast", "CI"),
        ("La Réunion", "RE"), ("Île de la Réunion", "RE"), ("Pays-Bas", "NL"), ("Czech Republic", "CZ"),
        ("St Martin", "MF"), ("Saint Barthélemy", "BL"), ("Turquie", "TR"),
        ("Corée du Sud", "KR"), ("Allemagne", "DE"), ("suisse", "CH"), ("+1", "US"), ("+262", "RE"), ("+974", "QA"),
        ("Spanien", "ES"), ("Österreich", "AT"), ("Alemania", "DE"), ("Svizzera", "CH"), ("Frankrijk", "FR"),
        ("🇪🇸", "ES"), ("🇧🇪 +32", "BE"), ("34.0", "ES"), ("351,0", None), ("+351.0", "PT"), ("'+34", "ES"),
        ('="+34"', "ES"), ('="Espagne"', "ES"), ("34.5", None), ("Aucun", None),
    ],
)  # fmt: skip
def test_country_names(country, region):
    """Usual names and writings lead to the country, with or without accents and articles."""
    from stopimport.cleaning.countries import read_country

    assert read_country(country) == region


@pytest.mark.parametrize("region", some(REGIONS, by_day=("FR", "BE", "GB", "IT", "RE", "RU", "US")))
def test_every_country_by_code_and_by_name(region):
    """Each country is found by its ISO code, its calling code's main country, and its French and English names."""
    from babel import Locale

    from stopimport.cleaning.countries import read_country

    names = [Locale(language).territories[region] for language in ("fr", "en")]
    bare = ["".join(sign for sign in normalize("NFKD", name) if not combining(sign)) for name in names]
    for written in (region, region.lower(), *names, *bare, *map(str.upper, names)):
        assert read_country(written) == region
    code = pn.country_code_for_region(region)
    for written in (f"+{code}", f"00{code}", f"{region} (+{code})" if region in MAIN else f"+{code}"):
        assert read_country(written) == pn.region_code_for_country_code(code)


@pytest.mark.parametrize(
    "country", ["Narnia", "974", "250", "??", "+999", "France ou Belgique", "FR - Belgique", "France (+32)"]
)
def test_an_unreadable_country_rejects_numbers_without_prefix(entries, country):
    """Without a country `0470…` means nothing; a number with its own prefix needs none; other reasons come first."""
    assert entries("0470123456", country=country) == [{"reason": "unknown_country"}]
    assert entries("32470123456", country=country) == [{"reason": "unknown_country"}]
    assert entries("+32470123456", country=country) == [{"number": "+32470123456"}]
    assert entries("0032470123456", country=country) == [{"number": "+32470123456", "repairs": "international_prefix"}]
    assert entries("N/A", country=country) == [{"reason": "not_a_phone_number"}]


@pytest.mark.parametrize("country", ["", "  "])
def test_a_blank_country_means_the_region(entries, country):
    """Rows without country are read by `--region`."""
    assert entries("0470123456", country=country, region="BE") == [{"number": "+32470123456"}]


def test_a_number_with_its_own_prefix_ignores_the_country_of_the_row(entries):
    """`+33…` and `0033…` are French in any row; `33…` only in French ones."""
    assert entries("+33612345678", country="BE") == [{"number": "+33612345678"}]
    assert entries("0033612345678", country="BE") == [{"number": "+33612345678", "repairs": "international_prefix"}]
    assert "number" not in entries("33612345678", country="BE")[0]
    assert entries("32470123456", country="BE") == [{"number": "+32470123456", "repairs": "international_prefix"}]


def test_each_row_is_read_by_its_own_country():
    """The same digits are different numbers in different rows."""
    cells = pd.DataFrame({"input": ["0470123456", "0612345678"] * 2, "country": ["BE", None, "Narnia", "Réunion"]})
    frame = clean(cells).entries
    assert frame["number"].fillna("").tolist() == ["+32470123456", "+33612345678", "", "+33612345678"]
    assert frame["reason"].tolist() == ["", "", "unknown_country", ""]
    assert frame["duplicate_of"].tolist() == [-1, -1, -1, 1]


@pytest.mark.parametrize(
    ("countries", "accepted"),
    [
        ((), {"FR", "RE", "GP", "NC", "BE", "US", "CA", "GB", "JE", "IT"}),
        (("FR",), {"FR", "RE", "GP", "NC"}),
        (("FR-METRO",), {"FR"}),
        (("fr-metro", "be"), {"FR", "BE"}),
        (("RE",), {"RE"}),
        (("US",), {"US", "CA"}),
        (("JE",), {"GB", "JE"}),
        (("VA",), {"IT"}),
    ],
)
def test_countries_that_are_accepted(entries, countries, accepted):
    """FR includes its territories, FR-METRO does not, and countries that share a calling code count together."""
    numbers = {
        "FR": "+33612345678", "RE": "+262692123456", "GP": "+590690123456", "NC": "+687751234", "BE": "+32470123456",
        "US": "+12125550123", "CA": "+15062345678", "GB": "+447911123456", "JE": "+447797712345", "IT": "+393201234567",
    }  # fmt: skip
    found = entries(*numbers.values(), countries=countries)
    assert {name for name, entry in zip(numbers, found, strict=True) if "number" in entry} == accepted
    assert {entry["reason"] for entry in found if "reason" in entry} <= {"country_not_allowed"}


@pytest.mark.parametrize(
    "options", [{"region": "XX"}, {"region": "France"}, {"countries": ("FR", "EU")}, {"region": ""}]
)
def test_countries_that_do_not_exist_are_errors(options):
    """A wrong code is named with its option, and ends the program with code 2."""
    with pytest.raises(UnknownCountry) as error:
        clean(pd.DataFrame({"input": ["0612345678"]}), CleanOptions(**options))
    assert error.value.exit_code == ExitCode.UNUSABLE
    assert str(error.value).startswith("--")


def test_other_options_are_checked_too():
    """Line types and validity have two values each."""
    for options in (CleanOptions(line_types="both"), CleanOptions(validity="lax")):
        with pytest.raises(BadOption):
            clean(pd.DataFrame({"input": ["0612345678"]}), options)


def test_any_line_type_may_be_asked_for(entries):
    """With `any` a landline goes on the list; 'fixed or mobile' of North America does so anyway."""
    assert entries("0142685300", line_types="any") == [{"number": "+33142685300"}]
    assert entries("+12125550123") == [{"number": "+12125550123"}]


def test_possible_numbers_may_be_let_through(entries):
    """`possible` takes the right length for an answer, but a missing digit or a known landline stay rejects."""
    assert entries("+33712345678", validity="possible") == [{"number": "+33712345678"}]
    assert entries("0692123456", validity="possible") == [{"number": "+262692123456", "repairs": "overseas"}]
    assert entries("061234567", validity="possible") == [{"reason": "invalid_number"}]
    assert entries("06123456", validity="possible") == [{"reason": "too_short"}]
    assert entries("0142685300", validity="possible") == [{"reason": "not_mobile"}]
    assert entries("+33712345678", validity="possible", countries=("BE",)) == [{"reason": "country_not_allowed"}]
