"""Guards on what was cleaned: too many rejects, too many numbers.

The guards on what was read (hidden rows, rows to keep, a status column) are found by the load stage.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.pipeline.errors import NothingValid, TooManyNumbers, TooManyRejects
from stopimport.text.language import N_, _
from stopimport.vocabulary import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from stopimport.errors import GuardError
    from stopimport.loading.cells import Loaded
    from stopimport.settings import RejectLimit

_CAUSES: Mapping[Reason, str] = {
    Reason.NOT_A_PHONE_NUMBER: N_(
        "it is probably not the phone column; choose it with --column", N_("it is probably not the phone column")
    ),
    Reason.NOT_MOBILE: N_(
        "these are landlines, or numbers of another country; check --column and --region",
        N_("these are landlines, or numbers of another country; check the column and the country"),
    ),
    Reason.INVALID_NUMBER: N_(
        "these are probably numbers of another country; check --region",
        N_("these are probably numbers of another country; check the country"),
    ),
    Reason.TOO_SHORT: N_(
        "these are probably numbers of another country, or truncated; check --region",
        N_("these are probably numbers of another country, or truncated; check the country"),
    ),
    Reason.TOO_LONG: N_(
        "these are probably numbers of another country; check --region",
        N_("these are probably numbers of another country; check the country"),
    ),
    Reason.DIGITS_LOST: N_("a spreadsheet program rounded them; export again with the column as text"),
    Reason.COUNTRY_NOT_ALLOWED: N_("check --countries", N_("this program is set up not to accept their country")),
    Reason.UNKNOWN_COUNTRY: N_(
        "check --country-column and --region", N_("check the country, and the column that names it")
    ),
    Reason.UNREADABLE_CELL: N_("they are errors or formulas without a result; open the file, correct it and save it"),
    Reason.BROKEN_ROW: N_(
        "its rows have the wrong number of cells; check the file and --delimiter",
        N_("its rows have the wrong number of cells; check the file and its separator"),
    ),
}
"""The likely cause of many rejects, by their most frequent reason."""
SMALL_COLUMN = 20
"""Below so many entries a share of rejects says nothing."""


def too_many_rejects(loaded: Loaded, entries: pd.DataFrame, limit: RejectLimit) -> list[GuardError]:
    """Return the guards of `--max-rejects`: each phone column by its share, the run by its number.

    A column that holds entries and not one valid number is refused whatever the limit: it is no phone column.
    """
    rejected = entries["number"].isna()
    sizes, bads = entries["source"].value_counts(), entries.loc[rejected, "source"].value_counts()
    found: list[GuardError] = []
    for index, source in enumerate(loaded.sources):
        bad, size = int(bads.get(index, 0)), int(sizes.get(index, 0))
        if not size:
            continue
        place = ", ".join(part for part in (source.file, source.sheet) if part)
        if bad == size:
            likely = _likely(entries[entries["source"] == index])
            found.append(NothingValid(place, source.column, size, *likely, index))
        elif limit.share is not None and size >= SMALL_COLUMN and bad / size > limit.share:
            likely = _likely(entries[entries["source"] == index])
            place = _("{file}, column '{column}'").format(file=place, column=source.column)
            found.append(TooManyRejects(place, bad, size, *likely, index))
    total = int(rejected.sum())
    if limit.number is not None and total > limit.number:
        found.append(TooManyRejects(_("All files together"), total, len(entries), *_likely(entries)))
    return found


def too_many_numbers(count: int, most: int | None) -> list[GuardError]:
    """Return the guard of `--max-numbers` for `count` numbers that would be sent."""
    return [TooManyNumbers(count, most)] if most is not None and count > most else []


def _likely(entries: pd.DataFrame) -> tuple[str, Reason]:
    """Return the likely cause by the most frequent reason of rejects, and that reason."""
    reason = Reason(entries.loc[entries["number"].isna(), "reason"].astype("str").value_counts().index[0])
    return _(_CAUSES[reason]), reason
