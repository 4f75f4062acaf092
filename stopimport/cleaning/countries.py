"""Countries as people name them, and the calling codes that `--countries` lets through."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import phonenumbers as pn

from stopimport.cleaning.errors import UnknownCountry
from stopimport.cleaning.french import FRANCE, TERRITORIES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CALLING_CODE = re.compile(r"\(?(?:(?:\+|00) ?([1-9]\d{0,2})|([1-9]\d))\)?")
"""Three digits need a plus: 974 is rather a French department than Qatar, 250 is ISO's number of France, not Rwanda.
One digit needs it, too: it is rather a number in some list than a country."""
_AROUND = re.compile(r'="(.*)"|\'(.*)|(\+?\d+)[.,]0')
"""What spreadsheet programs and pandas write around a calling code: `="+34"`, `'+34`, `34.0`."""
_FLAG_A = 0x1F1E6
_FLAGS = {_FLAG_A + place: letter for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
"""A flag is written as two letters of its own, which are those of ISO's code."""
_LONGEST_NAME = 200
_BETWEEN_PARTS = re.compile(r"[-/|,;:()]| (?=\+)|(?<=\d) ")
_SMALL_WORDS = frozenset({"the", "of", "and", "la", "le", "les", "l", "de", "du", "des", "d", "et"})
_LONG_FORMS = {"st": "saint", "ste": "sainte", "sts": "saints", "is": "islands"}
_ALIASES = {
    "AE": "UAE; EAU",
    "BE": "België; Belgien",
    "BO": "Bolivia; Bolivie",
    "CC": "Cocos Islands; Keeling Islands; Îles Keeling",
    "CD": "RDC; DRC; République démocratique du Congo; Democratic Republic of the Congo; Congo RDC",
    "CG": "République du Congo; Republic of the Congo",
    "CH": "Schweiz; Svizzera",
    "CI": "Ivory Coast",
    "CN": "République populaire de Chine",
    "CZ": "République tchèque; Czech Republic; Rép. tchèque",
    "DE": "Deutschland",
    "ES": "España",
    "FR": "France métropolitaine; Metropolitan France; République française; Frankreich; Francia",
    "GB": "Great Britain; Grande-Bretagne; Angleterre; England; Écosse; Scotland; Pays de Galles; Wales; "
    "Irlande du Nord; Northern Ireland; United Kingdom of Great Britain and Northern Ireland; U.K.",
    "GF": "Guyane",
    "HK": "Hong Kong",
    "IE": "Eire; Republic of Ireland; République d'Irlande",
    "IT": "Italia",
    "KR": "Corée; Korea; Republic of Korea; République de Corée",
    "LU": "Grand-Duché de Luxembourg",
    "MD": "Moldavie",
    "MM": "Birmanie; Burma; Myanmar",
    "MO": "Macao; Macau",
    "NC": "Nouvelle Calédonie",
    "NL": "Hollande; Holland; Nederland; The Netherlands",
    "PF": "Tahiti",
    "PS": "Palestine",
    "RE": "Île de la Réunion; Reunion Island",
    "RU": "Fédération de Russie; Russian Federation",
    "SZ": "Swaziland",
    "TR": "Turkey; Türkei",
    "US": "USA; U.S.; U.S.A.; United States of America; États-Unis d'Amérique",
    "VA": "Vatican",
    "VN": "Viet Nam",
}
"""Names in use that CLDR (babel) does not give as the main French or English one."""


def parse_region(option: str, value: str) -> str:
    """Return the ISO code that `value` means.

    Raises:
        UnknownCountry: there is no such country, or it has no phone numbers.
    """
    code = value.strip().upper()
    region = code if code in pn.SUPPORTED_REGIONS else _iso_aliases().get(code)
    if region is None:
        raise UnknownCountry(option, value)
    return region


def parse_countries(option: str, values: Iterable[str]) -> frozenset[int] | None:
    """Return the calling codes of the countries in `values` (none given: None, for all).

    Countries that share a calling code count together. ``FR`` includes all French territories, ``FR-METRO`` does not.

    Raises:
        UnknownCountry: one of them does not exist.
    """
    codes: set[int] = set()
    for value in values:
        if value.strip().upper() == "FR-METRO":
            codes.add(FRANCE)
            continue
        code = pn.country_code_for_region(parse_region(option, value))
        codes |= {FRANCE, *TERRITORIES} if code == FRANCE else {code}
    return frozenset(codes) or None


def read_country(text: str) -> str | None:
    """Return the ISO code of the country that `text` names, or None if that cannot be told.

    Read are ISO codes (two or three letters), French and English names, calling codes (``+32``, ``0032``,
    ``32``), and several of these that agree (``FR - France``, ``Mayotte (+262)``).
    """
    if len(text) > _LONGEST_NAME:
        return None
    text = bare_country(unicodedata.normalize("NFKC", text).translate(_FLAGS))
    code = _calling_code(text)
    if code:
        return pn.region_code_for_country_code(code)
    return _named(text) or _agreed_country(_BETWEEN_PARTS.split(text))


def bare_country(text: str) -> str:
    """Return a cell that names a country without what programs write around it."""
    around = _AROUND.fullmatch(text.strip())
    return (around[around.lastindex] if around and around.lastindex else text).strip()


def _agreed_country(parts: Iterable[str]) -> str | None:
    """Return the country that all the `parts` name (where there are names: calling codes may be shared)."""
    filled = [part.strip() for part in parts if part.strip()]
    codes = {_calling_code(part) for part in filled} - {0}
    names = {_named(part) for part in filled if not _calling_code(part)}
    region = names.pop() if len(names) == 1 and len(filled) > 1 else None
    return region if region and codes <= {pn.country_code_for_region(region)} else None


def _calling_code(text: str) -> int:
    """Return the calling code of a country that `text` is; 0 if it is none."""
    match = _CALLING_CODE.fullmatch(text)
    code = int(match[match.lastindex]) if match and match.lastindex else 0
    return code if pn.region_code_for_country_code(code) in pn.SUPPORTED_REGIONS else 0


def _named(text: str) -> str | None:
    """Return the country with this name or code; names of other languages only count where no other one is meant."""
    key = _key(text)
    return _names().get(key) or (_other_names().get(key) if key else None)


def _key(name: str) -> str:
    """Return `name` without case, accents, signs and small words; a word by itself stays as it is, it may be a code."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.findall(r"[^\W_]+", letters)
    if len(words) > 1:
        words = [_LONG_FORMS.get(word, word) for word in words if word not in _SMALL_WORDS] or words
    return " ".join(words)


@cache
def _iso_aliases() -> Mapping[str, str]:
    """Return other codes of countries: three letters (FRA), and old or popular ones (UK)."""
    from babel.core import get_global  # noqa: PLC0415 - only a country column or an unusual code needs babel

    aliases = {code: regions[0] for code, regions in get_global("territory_aliases").items() if len(regions) == 1}
    return {code: region for code, region in aliases.items() if code.isalpha() and region in pn.SUPPORTED_REGIONS}


@cache
def _other_names() -> Mapping[str, str]:
    """Return the region for the `_key` of each German, Spanish, Italian, Dutch and Portuguese name."""
    from babel import Locale  # noqa: PLC0415 - only a country column with an unknown name needs them

    names: dict[str, str] = {}
    for language in ("de", "es", "it", "nl", "pt"):
        for region, name in Locale(language).territories.items():
            if region in pn.SUPPORTED_REGIONS:
                names.setdefault(_key(name), region)
    return names


@cache
def _names() -> Mapping[str, str]:
    """Return the region for the `_key` of each code and name."""
    from babel import Locale  # noqa: PLC0415 - only a country column or an unusual code needs babel

    names: dict[str, str] = {}
    for language in ("fr", "en"):
        for region, name in Locale(language).territories.items():
            if region in pn.SUPPORTED_REGIONS:
                names[_key(name)] = region
    for region, aliases in _ALIASES.items():
        names.update(dict.fromkeys(map(_key, aliases.split(";")), region))
    names.update({code.casefold(): region for code, region in _iso_aliases().items()})
    names.update({region.casefold(): region for region in pn.SUPPORTED_REGIONS})
    names.pop("", None)
    return names
