"""The guard on columns that name countries: whether they would change a number, cleaning tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.cleaning.countries import bare_country, read_country
from stopimport.cleaning.stage import changed_by_country
from stopimport.pipeline.errors import CountriesMatter

if TYPE_CHECKING:
    from stopimport.cleaning.entries import CleanOptions
    from stopimport.errors import GuardError
    from stopimport.loading.cells import Loaded
    from stopimport.loading.columns.country import CountryColumn

_CODE = 2
"""Letters of ISO's short codes."""
_NAMED, _UNNAMED = 0.5, 0.9
"""Share of cells that must name countries, under a header that says so and under any other."""


def countries_matter(loaded: Loaded, options: CleanOptions) -> list[GuardError]:
    """Return a guard for each column that names countries and would change a number."""
    found: dict[str, CountriesMatter] = {}
    for column in loaded.country_columns:
        if column.label not in found and (changed := _changed(column, options)):
            found[column.label] = CountriesMatter(column.place, column.label, changed)
    return list(found.values())


def _changed(column: CountryColumn, options: CleanOptions) -> int:
    """Count the numbers that the countries of a column would change; 0 if it does not name any."""
    counts = {item["values"]: item["counts"] for item in pc.value_counts(column.countries).to_pylist()}
    filled = {text: count for text, count in counts.items() if text.strip()}
    read = {text: country for text in filled if (country := _country(text, named=column.named))}
    share = sum(filled[text] for text in read) / max(sum(filled.values()), 1)
    foreign = [text for text, country in read.items() if country != options.region]
    if share < (_NAMED if column.named else _UNNAMED) or not foreign:
        return 0
    if not column.named and options.region not in read.values() and all(map(_is_short, foreign)):
        return 0  # `SI` and `NO`, `AM` and `PM`, `MR` and `MS` are countries' codes, too
    rows = pc.is_in(column.countries, value_set=pa.array(foreign, column.countries.type))
    cells = pd.Series(column.inputs.filter(rows), dtype="str")
    countries = pd.Series(column.countries.filter(rows), dtype="str").map(read).astype("str")
    return changed_by_country(cells, countries, options)


def _is_short(text: str) -> bool:
    return len("".join(filter(str.isalpha, text))) == _CODE and not any(map(str.isdigit, text))


def _country(text: str, *, named: bool) -> str | None:
    """Return the country that a cell names; a bare number is a calling code only where the header says so."""
    text = bare_country(text)
    if not text.isdecimal() or text.startswith("00"):
        return read_country(text)
    return read_country(f"+{text}") if named and not text.startswith("0") else None
