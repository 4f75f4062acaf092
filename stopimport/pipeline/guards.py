"""Guards on what was cleaned: too many rejects, too many numbers.

The guards on what was read (hidden rows, rows to keep, a status column) are found by the load stage.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from stopimport.pipeline.errors import NothingValid, TooManyNumbers, TooManyRejects
from stopimport.text.language import N_, _
from stopimport.vocabulary import Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.errors import GuardError
    from stopimport.loading.cells import Loaded
    from stopimport.pipeline.tally import RejectTally
    from stopimport.values import RejectLimit

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
_UNCALCULATED = N_(
    "its formulas have the result 0, as if no program had calculated them; open the file in Excel or LibreOffice and "
    "save it"
)
SMALL_COLUMN = 20
"""Below so many entries a share of rejects says nothing."""


def too_many_rejects(loaded: Loaded, tally: RejectTally, limit: RejectLimit) -> list[GuardError]:
    """Return the guards of `--max-rejects`: each phone column by its share, the run by its number.

    A column that holds entries and not one valid number is refused whatever the limit: it is no phone column.
    """
    found: list[GuardError] = []
    for index, source in enumerate(loaded.sources):
        reasons, size = tally.by_source.get(index, Counter()), tally.sizes[index]
        bad = reasons.total()
        if not size:
            continue
        place = ", ".join(part for part in (source.file, source.sheet) if part)
        if bad == size:
            likely, mostly = _likely(reasons)
            if mostly is Reason.NOT_A_PHONE_NUMBER and loaded.seems_uncalculated:
                likely = _(_UNCALCULATED)
            found.append(NothingValid(place, source.column, size, likely, mostly, index))
        elif limit.share is not None and size >= SMALL_COLUMN and bad / size > limit.share:
            place = _("{file}, column '{column}'").format(file=place, column=source.column)
            found.append(TooManyRejects(place, bad, size, *_likely(reasons), index))
    total = tally.together.total()
    if limit.number is not None and total > limit.number:
        found.append(TooManyRejects(_("All files together"), total, tally.entries, *_likely(tally.together)))
    return found


def too_many_numbers(count: int, most: int | None) -> list[GuardError]:
    """Return the guard of `--max-numbers` for `count` numbers that would be sent."""
    return [TooManyNumbers(count, most)] if most is not None and count > most else []


def _likely(reasons: Counter[str]) -> tuple[str, Reason]:
    """Return the likely cause by the most frequent of the `reasons`, and that reason."""
    reason = Reason(max(reasons, key=lambda word: reasons[word]))
    return _(_CAUSES[reason]), reason
