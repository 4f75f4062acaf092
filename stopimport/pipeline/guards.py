"""Guards on what was cleaned: too many rejects, too many numbers.

The guards on what was read (hidden rows, rows to keep, a status column) are found by the load stage.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from stopimport.pipeline.errors import NothingValid, TooManyNumbers, TooManyRejects
from stopimport.text.language import _
from stopimport.vocabulary import Reason

if TYPE_CHECKING:
    from stopimport.errors import GuardError
    from stopimport.loading.cells import Loaded
    from stopimport.pipeline.tally import RejectTally
    from stopimport.settings import RejectLimit

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
            found.append(NothingValid(place, source.column, size, *_likely(reasons)))
        elif limit.share is not None and size >= SMALL_COLUMN and bad / size > limit.share:
            place = _("{file}, column '{column}'").format(file=place, column=source.column)
            found.append(TooManyRejects(place, bad, size, *_likely(reasons)))
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
    causes = {
        Reason.NOT_A_PHONE_NUMBER: _("it is probably not the phone column; choose it with --column"),
        Reason.NOT_MOBILE: _("these are landlines, or numbers of another country; check --column and --region"),
        Reason.INVALID_NUMBER: _("these are probably numbers of another country; check --region"),
        Reason.TOO_SHORT: _("these are probably numbers of another country, or truncated; check --region"),
        Reason.TOO_LONG: _("these are probably numbers of another country; check --region"),
        Reason.DIGITS_LOST: _("a spreadsheet program rounded them; export again with the column as text"),
        Reason.COUNTRY_NOT_ALLOWED: _("check --countries"),
        Reason.UNKNOWN_COUNTRY: _("check --country-column and --region"),
        Reason.UNREADABLE_CELL: _(
            "they are errors or formulas without a result; open the file, correct it and save it"
        ),
        Reason.BROKEN_ROW: _("its rows have the wrong number of cells; check the file and --delimiter"),
    }
    return causes[reason], reason
