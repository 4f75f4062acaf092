"""Texts for people that are in our files and summaries: column meanings, reject messages, figures, durations."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from stopimport.text.language import N_, Plural, _, figures, translated
from stopimport.vocabulary import CELL_LIMITS, REASONS, CellLimit, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

RESULTS_COLUMNS: Mapping[str, str] = {
    "file": N_("The file the entry comes from."),
    "sheet": N_("Its sheet; blank for text files."),
    "row": N_("Its row, as spreadsheet programs count."),
    "column": N_("Its column: the header, or the letter if there is no header or two are the same."),
    "input": N_("The whole cell as read."),
    "phoneNumber": N_("The number in international form (E.164)."),
    "status": N_("What became of it; see the table of statuses."),
    "code": N_("{vendor}'s last response code for the number."),
    "stopId": N_("The id of the number's entry on the stop list."),
    "message": N_("{vendor}'s message, or an explanation."),
    "repairs": N_("What was corrected in the notation; see the table of repairs."),
    "duplicateOf": N_("For a duplicate, the first entry with this number: file:sheet:row."),
    "attempts": N_("How many calls were made for the number; 0 if the list fetched beforehand settled it."),
    "sentAt": N_("When the last call for the number started (UTC)."),
}
"""The columns of the results, in order, and what they hold."""

REJECTS_COLUMNS: Mapping[str, str] = {
    "file": RESULTS_COLUMNS["file"],
    "sheet": RESULTS_COLUMNS["sheet"],
    "row": RESULTS_COLUMNS["row"],
    "column": RESULTS_COLUMNS["column"],
    "input": RESULTS_COLUMNS["input"],
    "reason": N_("Why it is not added to the stop list; see the table of reasons."),
    "message": N_("The same in words, and what to do; the same sentence 1,000 times at most."),
    "code": N_("{vendor}'s response code, if {vendor} refused the number."),
    "corrected": N_("For you: write the right number here and import this file."),
}
"""The columns of the rejects, in order, and what they hold."""

COUNTS: Mapping[str, str] = {
    "rows": N_("Rows below the headers"),
    "filtered": N_(
        "Rows left out (--where, hidden, repeated or further headers)",
        N_("Rows left out (not chosen, hidden, repeated or further headers)"),
    ),
    "cells": N_("Phone cells"),
    "blank": N_("Empty phone cells"),
    "entries": N_("Phone numbers found in them (entries)"),
    "split": N_("Extra entries from cells with several numbers"),
    "rejected": N_("Rejected entries"),
    "duplicate": N_("Duplicates of earlier entries"),
    "numbers": N_("Distinct valid numbers"),
    "added": N_("Added to the stop list"),
    "already_listed": N_("Already on the stop list"),
    "refused": N_("Refused by {vendor}"),
    "failed": N_("Failed"),
    "not_sent": N_("Not sent", N_("Not added")),
}
"""The `counts` of the summary, in order, as people read them."""

_OTHERS = Plural("{count:,} other entry has this number.", "{count:,} other entries have this number.")

KEPT_COLUMN = N_("Copied from your file, as asked with --keep.", N_("Copied from your file, as chosen."))


_ROUNDED_TO = ((10, 1), (90, 5), (1800, 60), (7200, 300), (36_000, 600), (inf, 3600))
"""Below how many seconds an estimate is rounded to how many."""


def reject_message(reason: Reason, detail: str = "") -> str:
    """Return the sentences of a rejected entry: what is wrong and what to do.

    Args:
        reason: why it is rejected.
        detail: the numbers that the digits could be, where there are several, or a `vocabulary.CellLimit`.
    """
    if detail in CELL_LIMITS:
        return _(CELL_LIMITS[CellLimit(detail)])
    if detail:
        return _("The digits could be any of these numbers: {numbers}. Write the right one in 'corrected'.").format(
            numbers=detail
        )
    term = REASONS[reason]
    return " ".join(_(part) for part in (term.meaning, term.remedy) if part)


def refused_message(others: int) -> str:
    """Return the sentence of a number refused by the API, of which `others` more entries exist in the run."""
    if not others:
        return reject_message(Reason.REFUSED_BY_API)
    counted = translated(_OTHERS, {"count": others})
    term = REASONS[Reason.REFUSED_BY_API]
    return " ".join([_(term.meaning), counted, _(term.remedy)])


def figure(number: int) -> str:
    """Return a count with its thousands set apart as the language in force does it."""
    return figures(f"{number:,}")


def decimal(number: float) -> str:
    """Return a number of up to three digits that count, such as a rate, with the decimal sign of the language."""
    if number >= 100:
        return figure(round(number))
    return figures(f"{number:.3g}")


def duration(seconds: float) -> str:
    """Return a time span in its two largest units: ``2 h 05 min``, ``3 min 20 s``, ``4 s``, ``50 min``."""
    whole = round(seconds)
    if whole < 1:
        return _("less than a second")
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        words = _("{days} d {hours} h") if hours else _("{days} d")
    elif hours:
        words = _("{hours} h {minutes:02} min") if minutes else _("{hours} h")
    elif minutes:
        words = _("{minutes} min {seconds:02} s") if rest else _("{minutes} min")
    else:
        words = _("{seconds} s")
    return words.format(days=days, hours=hours, minutes=minutes, seconds=rest)


def about(seconds: float) -> str:
    """Return a time span that is an estimate, as people say it: ``about 50 min``, ``less than a second``."""
    if round(seconds) < 1:
        return duration(seconds)
    step = next(step for limit, step in _ROUNDED_TO if seconds < limit)
    return _("about {time}").format(time=duration(max(round(seconds / step), 1) * step))
