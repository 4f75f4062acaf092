"""What the words of headers say, in five languages."""

from __future__ import annotations

import pytest

from stopimport.loading.columns.words import (
    ColumnKind,
    fold,
    is_example,
    is_placeholder,
    looks_like_phone,
    read_header,
    written_as_damaged,
)

MOBILE = """
Mobile|mobile|MOBILES|Portable|Tél. portable|Tel port.|N° de portable|Numéro de mobile|GSM|gsm nr|Téléphone mobile|
Mobile Phone|mobilePhone|MOBILE_PHONE|phone_mobile|PhoneMobile|Cell|Cell Phone|cellphone|Cellulaire|msisdn|MSISDN|
Mobil|Mobilnummer|Handy|Handynummer|Handy-Nr.|Mobiltelefon|Mobilfunknummer|móvil|Teléfono móvil|Celular|nº movil|
cellulare|Telefono cellulare|numero di cellulare|telefonino|Mobile 1|N° SMS|Numéro SMS|TELMOBILE|telMobile|Tél. mob.|
Mobile pro|Portable bureau|Natel|Whatsapp|WhatsApp|Mob.|Mob. No|TELPORT|NumPort|N° port.|Nr. Port|num port
"""
PHONE = """
Téléphone|Telephone|TELEPHONE|Tél|Tél.|tel|N° de tél|N°Tél|Téléphone 1|Numéro de téléphone|Num. téléphone|phone|Phone|
phoneNumber|phone_number|PHONENUMBER|Phone 1 - Value|Telefon|Telefonnummer|Telefon-Nr.|Rufnummer|Teléfono|Telefono|
numero di telefono|customer_phone|Tél. perso|Tel.|Votre numéro de téléphone|contact phone|Tfno.|Fernsprecher
"""
LANDLINE = """
Tél. domicile|Téléphone fixe|Fixe|Tél. bureau|Home Phone|Work phone|Landline|Festnetz|Festnetznummer|Teléfono fijo|
Telefono fisso|Telefono casa|Tel. ufficio|Téléphone maison|Business Phone|Ligne fixe n°|Teléfono trabajo|Tél. pro|
TELFIXE|TEL_FIXE
"""
FAX = "Fax|Télécopie|FAX|Faxnummer|Téléfax|Tél./Fax|n° de fax|Business Fax|BusinessFax|Mobile/Fax|Fernkopie"
NOTHING = """
Nom|E-mail|Ville|Date|Automobile|Mobilité|Mobilier|Hôtel|Prix fixe|Domicile|Bureau|Home|Francophone|Statut|Adresse|
Télégramme|Support|Passeport|Cellule|Code postal|Immobilier|N°|Frais de port|Port
"""
ABOUT = """
Mobile opt-in date|Date du SMS|phone type|phone country|Type de téléphone|Mobile valide|Nb SMS|SMS Opt-in|
Opérateur mobile|phone_verified|mobile_os|Code pays téléphone|Message SMS|Phone 1 - Type|Indicatif téléphone|
Handy Notiz|Bemerkung Mobil|Observaciones móvil|Commentaire mobile|Anmerkungen Handy
"""


def names(block):
    """Return the headers of a block."""
    return [name.strip() for name in block.replace("\n", "").split("|")]


@pytest.mark.parametrize(
    ("kind", "header"),
    [
        (kind, header)
        for kind, block in [
            (ColumnKind.MOBILE, MOBILE),
            (ColumnKind.PHONE, PHONE),
            (ColumnKind.LANDLINE, LANDLINE),
            (ColumnKind.FAX, FAX),
            (ColumnKind.NONE, NOTHING),
        ]
        for header in names(block)
    ],
)
def test_headers_are_classed(kind, header):
    """Mobile, general, landline and fax words are known; words that only look like them are not."""
    assert kind == read_header(header).kind


@pytest.mark.parametrize("header", names(ABOUT))
def test_headers_about_a_number_are_marked(header):
    """A date, a consent or a country of a number is not the number."""
    assert read_header(header).about


@pytest.mark.parametrize("header", [*names(PHONE), *names(LANDLINE)])
def test_plain_headers_are_not_marked_as_about_a_number(header):
    """What simply names a phone number needs no content to be believed."""
    assert not read_header(header).about


@pytest.mark.parametrize(
    "text",
    [
        "06 12 98 00 01",
        "+33612980001",
        "612980001",
        "0033 6 12-98.00(01)",
        "6,12980001E+08",
        "33612980001.0",
        "'0612980001",
    ],
)
def test_phone_numbers_look_like_phone_numbers(text):
    """Every usual writing does."""
    assert looks_like_phone(text)


@pytest.mark.parametrize(
    "text", ["12/03/2026", "2026-03-12 10:11:12", "Paris", "75001", "a@b.fr", "", "0612abc980001", "03-12-2026"]
)
def test_other_cells_do_not(text):
    """Dates, zip codes, words and addresses do not."""
    assert not looks_like_phone(text)


@pytest.mark.parametrize(
    "text", ["Désabonné", "DESABONNE", "  désabonné ", "de\u0301sabonne\u0301", "\ufeffdésabonné\u200b"]
)
def test_names_are_compared_without_case_accents_and_blanks(text):
    """All ways of writing one word are one word."""
    assert fold(text) == "desabonne"


@pytest.mark.parametrize(
    "header",
    [
        "Mobile (ex: 0612345678)",
        "Téléphone portable, exemple 06 12 34 56 78",
        "Handynummer, z.B. 0151 23456789",
        "Phone number (e.g. +33612345678)",
        "Teléfono móvil (p.ej. 612 34 56 78)",
        "Format du mobile : 06.12.34.56.78",
    ],
)
def test_a_number_may_only_show_how_one_is_written(header):
    """It stands in a header, beside the word for an example."""
    assert is_example(header)


@pytest.mark.parametrize(
    "cell", ["Mobile : 06 12 34 56 78", "06 12 34 56 78 (ex-mari)", "0612345678", "ex. 0612345678", "Tél. 0612345678"]
)
def test_other_numbers_beside_words_are_meant(cell):
    """Nothing says that they are examples of anything."""
    assert not is_example(cell)


@pytest.mark.parametrize(
    "text",
    [
        "3,36E+10", "3.36e+10", "06******78", "06XXXXXX78", "+33 6 ** ** ** 78", "06 •• •• •• 78", "+39 333 123 45[..]",
        "0612345…", "06 12 34 56 ??", "#0612345678",
    ],
)  # fmt: skip
def test_damaged_numbers_are_no_other_content(text):
    """A column of them is a phone column still, in which each is a reject."""
    assert written_as_damaged(text)


@pytest.mark.parametrize(
    "text", ["12:30", "01/11/2026", "15 %", "12,50 €", "xxxxxxxx", "STOP", "Oui", "AB-1234", "x" * 200]
)
def test_other_content_is_not_taken_for_damaged_numbers(text):
    """Words, dates, times and prices are none."""
    assert not written_as_damaged(text)


@pytest.mark.parametrize("text", [
    "Err:502", "Erreur :508", "=B2", '=TEXT(A2;"0")', "0", "00", "********", "non communiqué", "Pas de portable",
    "not provided", "keine Angabe", "sin teléfono", "#REF!",
])  # fmt: skip
def test_what_stands_in_place_of_a_number(text):
    """Errors, formulas without result, their zeros, and what people write where there is none."""
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["non", "Non merci", "no more SMS please", "pas intéressé", "STOP", "12:30", "N° mobile", "No tel"]
)
def test_what_people_say_is_no_missing_number(text):
    """A column of answers is no phone column, and a header is none of its values."""
    assert not is_placeholder(text)
