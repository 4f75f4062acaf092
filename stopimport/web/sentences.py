"""What the page says of problems, questions, reasons and states: its own words where ours speak of a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.text.language import N_, _, fill
from stopimport.vocabulary import REASONS, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.web.state import Problem, Question

STATES: Mapping[str, tuple[str, str]] = {
    "complete": (N_("Done"), "good"),
    "incomplete": (N_("Not finished"), "wait"),
    "aborted": (N_("Stopped"), "bad"),
    "interrupted": (N_("Interrupted"), "wait"),
    "checked": (N_("Only checked"), "known"),
    "running": (N_("Running"), "known"),
    "missing": (N_("Numbers missing"), "bad"),
    "undone": (N_("Undone"), "same"),
    "undoing": (N_("Undo not finished"), "bad"),
    "unverified": (N_("Not verified"), "wait"),
    "unreadable": (N_("Unreadable"), "bad"),
}
"""The states of a run: a word, and the tone of its sign."""

_PROBLEMS: Mapping[str, str] = {
    "AccountBusy": N_("Another run of this SMS Partner account is sending: {holder}. Wait until it is done."),
    "AccountRefused": N_("SMS Partner refuses this account: {reason}. Check the key and the account, then try again."),
    "AccountStopped": N_("{why} Check the key and the account; then send the rest."),
    "BadKey": N_("This key cannot be right: {problem}. Copy it from your SMS Partner account again."),
    "Declined": N_("Not confirmed, so nothing was sent."),
    "FileUnwritable": N_("{file} cannot be written: {problem}. Free some space or mend the access, then go on."),
    "FolderBusy": N_("Something else is working on this run: {holder}. Wait until it is done."),
    "HeaderRowMissing": N_(
        "{place} has only {rows:,} rows, so row {row} cannot hold the headers. Choose another row below."
    ),
    "InputWithoutColumn": N_("{place} has no such column. Choose its phone column below."),
    "Interrupted": N_("Stopped, as you asked. Nothing is lost: the rest can be sent at any time."),
    "KeyMissing": N_("There is no API key yet, so nothing was sent. Enter it, then go on."),
    "KeyNeeded": N_("There is no API key yet, so the stop list cannot be looked at. Enter it, then try again."),
    "NoFolder": N_("There is no such run. Perhaps its folder was moved or deleted."),
    "NoNumber": N_(
        "'{text}' cannot be read as one phone number: {why}. Write it with + and the code of its country, "
        "such as +33 6 00 00 10 01."
    ),
    "NoPhoneColumn": N_(
        "No column with phone numbers was found in {place}. If there is one, choose it below; else check that this is "
        "the right file."
    ),
    "NumbersLeft": N_("Numbers that failed: {failed:,}; not sent: {not_sent:,}. They can be tried again."),
    "NumbersMissing": N_(
        "{missing:,} of {checked:,} numbers are not on the stop list. They stand in the file of missing numbers: drop "
        "it on the start page to add them."
    ),
    "OtherAccount": N_("This run belongs to another account ({account}). Enter that account's key."),
    "OtherAddress": N_("This run was sent to {address}, and can go on only there."),
    "ReasonMissing": N_("Say why these numbers shall leave the stop list. The reason is kept with the run."),
    "SendingEnded": N_("{why} {left:,} numbers are left; send the rest later."),
    "Undecodable": N_(
        "{file} cannot be read as {encoding}: line {line} does not fit. The file may be damaged or cut off: export it "
        "again, or choose its encoding below."
    ),
    "TooManyColumns": N_(
        "{file}: row {row} has more than {most:,} cells. Line breaks may be missing, or the separator is wrong: "
        "export the file again, or choose the separator below."
    ),
    "UndoEnded": N_("{why} {failed:,} numbers are still to be taken off; do it again later."),
    "UndoInterrupted": N_("Stopped, as you asked. {failed:,} numbers are still to be taken off."),
    "UndoStopped": N_("{why} Check the key and the account; then take the rest off."),
    "UndoUnfinished": N_("{failed:,} numbers could not be taken off the stop list. Try again later."),
    "UnknownColumn": N_("No file has the column '{name}'. Choose the phone column below."),
    "UnknownSheet": N_("No file has a sheet '{name}'. Choose the sheets below."),
    "WrongAddress": N_("{reason}, so this is not SMS Partner. Ask whoever set up this program."),
}

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


def problem_told(problem: Problem) -> str:
    """Return what went wrong and what to do here, in the language in force."""
    template = _PROBLEMS.get(problem.kind)
    if template is None:
        return str(problem.text)
    facts = {name: fact if isinstance(fact, int) else str(fact) for name, fact in problem.facts.items()}
    try:
        return fill(_(template), facts)
    except KeyError:
        return str(problem.text)


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
    word, tone = STATES.get(state, (state, "same"))
    return _(word), tone
