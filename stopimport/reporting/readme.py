"""The 'Read me' sheet of our workbooks: what the file is, the run's counts, and what every column and word means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stopimport.reporting.messages import COUNTS, KEPT_COLUMN, REJECTS_COLUMNS, RESULTS_COLUMNS, figure
from stopimport.reporting.record import PRACTICE, RUN
from stopimport.text.language import N_, _
from stopimport.vocabulary import REASONS, REPAIRS, STATUSES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from enum import StrEnum

    from stopimport.runs.summary import Counts
    from stopimport.vocabulary import Term

Rows = list[tuple[str, ...]]

_RESULTS = N_("One row per valid entry of your files, in their order.")
_REJECTS = N_(
    "One row per entry that is not added to the stop list because it is not a valid number. Write the "
    "right number in 'corrected' where you can find it, save, and import this file: its other columns stay "
    "as they are."
)


def results_readme(counts: Counts, *, run: str, keep: Sequence[str] = (), practice: bool = False) -> Rows:
    """Return the 'Read me' of the results in the language in force; a row of one cell is a heading.

    Args:
        counts: see `report.counts`.
        run: the run's name.
        keep: names of the kept columns.
        practice: whether nothing reached the vendor.
    """
    return [
        *_about(_RESULTS, run, counts, practice=practice),
        *_columns(RESULTS_COLUMNS, keep),
        *_terms(_("Statuses"), STATUSES),
        *_terms(_("Repairs"), REPAIRS),
    ]


def rejects_readme(
    counts: Counts, by_reason: Mapping[str, int], *, run: str, keep: Sequence[str] = (), practice: bool = False
) -> Rows:
    """Return the 'Read me' of the rejects likewise; `by_reason` is how many of its rows have each reason."""
    return [
        *_about(_REJECTS, run, counts, practice=practice),
        (_("Rejects by reason"),),
        *((reason, figure(number)) for reason, number in by_reason.items()),
        *_columns(REJECTS_COLUMNS, keep),
        *_terms(_("Reasons"), REASONS),
    ]


def _about(what: str, run: str, counts: Counts, *, practice: bool) -> Rows:
    return [
        (_("About this file"),),
        (_("Contents"), _(what)),
        (_(RUN), run),
        *([(_("Practice"), _(PRACTICE))] if practice else []),
        (_("Counts"),),
        *((_(COUNTS[name]), figure(number)) for name, number in counts.as_dict().items()),
    ]


def _columns(meanings: Mapping[str, str], keep: Sequence[str]) -> Rows:
    own = [(name, _(meaning)) for name, meaning in meanings.items()]
    return [(_("Columns"),), *own, *((name, _(KEPT_COLUMN)) for name in keep)]


def _terms(heading: str, terms: Mapping[Any, Term]) -> Rows:
    word: StrEnum
    rows: Rows = [(heading,)]
    for word, term in terms.items():
        rows.append((word.value, _(term.meaning), _(term.remedy) if term.remedy else ""))
    return rows
