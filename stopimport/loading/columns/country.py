"""Columns beside the numbers that may name the country of each row; whether they change a number, cleaning can tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from stopimport.loading.columns.compact import strings
from stopimport.loading.columns.words import split_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    import numpy as np
    from numpy.typing import NDArray

    from stopimport.loading.table import Table
    from stopimport.text.language import Sentence

_SAMPLE = 2000
_MOST = 300
"""A column with more different values names no countries: there are not so many."""
_HEADER = re.compile(
    r"\b(?:indicatifs?|ind(?:ic)?(?= ?(?:pays|tel|int)|$)|countr(?:y|ies)(?: ?codes?)?|pays|nations?|nazion[ei]|"
    r"land|lander|laender|pais(?:es)?|paese|paesi|prefix|prefixe|prefijo|prefisso|vorwahl|"
    r"(?:lander|laender|landes|land|auslands)(?:vorwahl|code|kennzahl|kennung|kennzeichen|kurzel)|lkz|"
    r"dial(?:l?ing)?(?: ?codes?)?|(?:calling|phone|tel|isd|intl?|international) ?codes?|"
    r"codes? ?(?:tel|telephoni\w+|intl?|international)|code ?pays|cod(?:igo|ice)? ?(?:de |del )?(?:pais|paese)|"
    r"code ?iso|iso(?: ?codes?)?|iso ?\d?|cc|idd)\b"
)
_TITLE = re.compile(r"\b(?:prefix|prefixe|prefijo|prefisso)\b")
"""Headers over calling codes, or over titles: `Mr` is Mauritania's code."""
_CODE = re.compile(r"(?:\+|00) ?\d{1,3}|[A-Z]{2,3}")
"""What names a country under any header: calling codes with their prefix, and ISO's codes."""
_NAMES = re.compile(
    r"(?i)france|belgi(?:que|um|en)|suisse|switzerland|schweiz|espa(?:gne|ña)|spain|allemagne|germany|deutschland|"
    r"itali[ea]|italy|luxembourg|portugal|maroc|morocco|alg[ée]rie|royaume-uni|united kingdom|pays-bas|netherlands"
)
_OTHER = re.compile(
    r"\b(?:lang\w*|sprache|idioma|lingua|locale|civilite|titre|title|anrede|gender|genre|sexe|stat\w*)\b"
)
"""Headers of columns with short codes that are no countries: languages, titles."""


@dataclass(frozen=True, slots=True)
class CountryColumn:
    """A column that may name the countries of the rows of one table."""

    place: Sentence | str
    label: str
    named: bool
    """Its header says so."""
    inputs: Any
    """The phone cells of the rows that are imported, as an Arrow array."""
    countries: Any
    """The column's cells beside them."""


def country_columns(table: Table, phones: Iterable[int], kept: NDArray[np.bool_]) -> list[CountryColumn]:
    """Return the columns beside the `phones` columns that may name countries, with the `kept` rows."""
    phones = set(phones)
    if table.own is not None or not kept.any():
        return []
    rows = None if kept.all() else pa.array(kept)

    def cells(index: int) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
        return table.column(index) if rows is None else table.column(index).filter(rows)

    found = {
        index: named for index in range(len(table.headers)) if (named := _names_countries(table, index)) is not None
    }
    return [
        CountryColumn(table.place, table.labels[index], named, cells(phone), cells(index))
        for index, named in found.items()
        if index not in phones
        for phone in sorted(phones)
    ]


def _names_countries(table: Table, index: int) -> bool | None:
    """Say whether the header of a column speaks of countries (True), or only its cells do (False); None: neither."""
    values = [text.strip() for text in pc.unique(strings(table.stored(index).slice(0, _SAMPLE))).to_pylist()]
    filled = [value for value in values if value]
    header = split_words(table.headers[index])
    if not filled or len(filled) > _MOST:
        return None
    titles = _TITLE.search(header) and not any(any(map(str.isdigit, value)) for value in filled)
    if (_HEADER.search(header) or table.headers[index] == "+") and not titles:
        return True
    if _OTHER.search(header):
        return None
    speaking = sum(bool(_CODE.fullmatch(value) or _NAMES.search(value)) for value in filled)
    return False if 2 * speaking >= len(filled) else None
