"""What the page says of questions, reasons and states: its own words where ours speak of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.text.language import N_, _, fill
from stopimport.vocabulary import REASONS, Reason, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.web.state import Question


_REMEDIES: Mapping[Reason, str] = {
    Reason.UNKNOWN_COUNTRY: N_("Write the number with + and its calling code into 'corrected'."),
    Reason.INVALID_NUMBER: N_("Check the number, and whether the right country is chosen."),
    Reason.NOT_MOBILE: N_("Nothing, unless landlines shall go on the list too: you can choose that."),
    Reason.COUNTRY_NOT_ALLOWED: N_("Nothing, or ask whoever set up this program to accept this country."),
}

_LIKELY: Mapping[str, str] = {
    Reason.NOT_A_PHONE_NUMBER: N_("It is probably not the phone column. Choose another one below."),
    Reason.NOT_MOBILE: N_("They look like landlines, or like numbers of another country. Check column and country."),
    Reason.INVALID_NUMBER: N_("They are probably numbers of another country. Check the country."),
    Reason.TOO_SHORT: N_("They are probably numbers of another country, or cut off. Check the country."),
    Reason.TOO_LONG: N_("They are probably numbers of another country. Check the country."),
    Reason.DIGITS_LOST: N_("A spreadsheet program rounded them. Export the file again with the column as text."),
    Reason.UNKNOWN_COUNTRY: N_("Their country could not be understood. Check the country."),
}

_ASKED: Mapping[str, tuple[str, str]] = {
    "StillSubscribed": (
        N_("Whom shall we import?"),
        N_(
            "The column '{column}' says that some of these people are still subscribed. Tick the values of those who "
            "unsubscribed."
        ),
    ),
    "HiddenRows": (
        N_("What about the hidden rows?"),
        N_("{rows:,} rows are hidden, by a filter or by hand. Shall these people be put on the stop list, too?"),
    ),
    "AmbiguousColumn": (
        N_("Which column holds the phone numbers?"),
        N_("Several columns could be the one. Tick the one to import, or several."),
    ),
    "WhereKeepsNothing": (
        N_("No row is left. Is that right?"),
        N_("None of the rows fits your choice of rows. Choose other values below, or go on with none."),
    ),
    "TooManyRejects": (
        N_("Are these the right numbers?"),
        N_("{place}: {rejected:,} of {entries:,} phone numbers are not valid."),
    ),
    "NothingValid": (
        N_("Is this the phone column?"),
        N_("{place}: not one of the {entries:,} entries in the column '{column}' is a valid phone number."),
    ),
    "TooManyNumbers": (
        N_("So many numbers?"),
        N_("{numbers:,} numbers would be sent; this program was set up to ask above {most:,}."),
    ),
}


def question_told(question: Question) -> tuple[str, str]:
    """Return a question's heading and its sentence."""
    heading, sentence = _ASKED[question.kind]
    facts = {
        "column": question.column,
        "place": str(question.place or ""),
        "rows": question.rows,
        "rejected": question.rejected,
        "entries": question.entries,
        "numbers": question.numbers,
        "most": question.most,
    }
    return _(heading), fill(_(sentence), facts)


def likely_told(reason: str) -> str:
    """Return the probable cause of many rejects, by their most frequent reason; '' for none."""
    if reason in _LIKELY:
        return _(_LIKELY[reason])
    return _(REASONS[Reason(reason)].meaning) if reason else ""


def remedy_told(reason: str) -> str:
    """Return what to do about rejects of a reason."""
    return _(_REMEDIES.get(Reason(reason), REASONS[Reason(reason)].remedy))


def state_told(state: str) -> tuple[str, str]:
    """Return a state's word and its tone."""
    known = State(state)
    return _(known.word), known.tone
