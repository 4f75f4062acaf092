"""Texts for people that stand in our files and summaries: column meanings, reject messages, figures, durations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.text.language import N_, _, figures
from stopimport.vocabulary import CELL_LIMITS, REASONS, CellLimit, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

RESULTS_COLUMNS: Mapping[str, str] = {
    "file": N_("The file that the entry comes from."),
    "sheet": N_("Its sheet; blank for text files."),
    "row": N_("Its row, as a spreadsheet program counts."),
    "column": N_("Its column: the header, or the letter where there is no header or two are equal."),
    "input": N_("The whole cell as read."),
    "phoneNumber": N_("The number in international form (E.164)."),
    "status": N_("What became of it; see the table of statuses."),
    "code": N_("{vendor}'s last answer code for the number."),
    "stopId": N_("The id of the number's entry on the stop list."),
    "message": N_("{vendor}'s words, or an explanation."),
    "repairs": N_("What was mended in the writing; see the table of repairs."),
    "duplicateOf": N_("For a duplicate, the first entry with this number: file:sheet:row."),
    "attempts": N_("How many calls were made for the number; 0 if the list fetched first settled it."),
    "sentAt": N_("When the last call for the number started (UTC)."),
}
"""The columns of the results, in order, and what they hold."""

REJECTS_COLUMNS: Mapping[str, str] = {
    "file": RESULTS_COLUMNS["file"],
    "sheet": RESULTS_COLUMNS["sheet"],
    "row": RESULTS_COLUMNS["row"],
    "column": RESULTS_COLUMNS["column"],
    "input": RESULTS_COLUMNS["input"],
    "reason": N_("Why it is not on its way to the stop list; see the table of reasons."),
    "message": N_("The same in words, and what to do."),
    "code": N_("{vendor}'s answer code, if it was {vendor} that refused the number."),
    "corrected": N_("For you: write the right number here and import this file."),
}
"""The columns of the rejects, in order, and what they hold."""

COUNTS: Mapping[str, str] = {
    "rows": N_("Rows below the headers"),
    "filtered": N_("Rows left out (--where, hidden, repeated headers)"),
    "cells": N_("Phone cells"),
    "blank": N_("Empty phone cells"),
    "entries": N_("Phone numbers written in them (entries)"),
    "split": N_("Extra entries from cells with several numbers"),
    "rejected": N_("Rejected entries"),
    "duplicate": N_("Duplicates of earlier entries"),
    "numbers": N_("Different valid numbers"),
    "added": N_("Added to the stop list"),
    "already_listed": N_("Already on the stop list"),
    "refused": N_("Refused by {vendor}"),
    "failed": N_("Failed"),
    "not_sent": N_("Not sent"),
}
"""The `counts` of the summary, in order, as people read them."""

KEPT_COLUMN = N_("Carried over from your file, as asked with --keep.")


def reject_message(reason: Reason, detail: str = "") -> str:
    """Return the sentences of a rejected entry: what is wrong and what to do.

    Args:
        reason: why it is rejected.
        detail: the numbers that the digits could be, where there are several, or a `vocabulary.CellLimit`.
    """
    if detail in CELL_LIMITS:
        return _(CELL_LIMITS[CellLimit(detail)])
    if detail:
        return _("The digits could be any of these numbers: {numbers}. Write the right one into 'corrected'.").format(
            numbers=detail
        )
    term = REASONS[reason]
    return " ".join(_(part) for part in (term.meaning, term.remedy) if part)


def refused_message(others: int) -> str:
    """Return the sentence of a number refused by the API, of which `others` more entries exist in the run."""
    if not others:
        return reject_message(Reason.REFUSED_BY_API)
    counted = _("Other entries with this number: {others}.").format(others=figure(others))
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
    """Return a time span in the two largest units that say something: ``2 h 05 min``, ``3 min 20 s``, ``4 s``."""
    whole = round(seconds)
    if whole < 1:
        return _("less than a second")
    minutes, rest = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return _("{days} d {hours} h").format(days=days, hours=hours)
    if hours:
        return _("{hours} h {minutes:02} min").format(hours=hours, minutes=minutes)
    if minutes:
        return _("{minutes} min {seconds:02} s").format(minutes=minutes, seconds=rest)
    return _("{seconds} s").format(seconds=rest)
