"""What the page says of problems, questions, reasons and states: its own words where ours speak of a terminal."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from stopimport.text.language import N_, _, fill

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.errors import StopimportError

_PROBLEMS: Mapping[str, str] = {
    "AmbiguousColumn": N_("Several columns could be the one. Tick the one to import, or several."),
    "HiddenRows": N_(
        "{rows:,} rows are hidden, by a filter or by hand. Shall these people be put on the stop list, too?"
    ),
    "NothingValid": N_("{place}: not one of the {entries:,} entries in the column '{column}' is a valid phone number."),
    "StillSubscribed": N_(
        "The column '{column}' says that some of these people are still subscribed. Tick the values of those who "
        "unsubscribed."
    ),
    "TooManyNumbers": N_("{numbers:,} numbers would be sent; this program was set up to ask above {most:,}."),
    "TooManyRejects": N_("{place}: {rejected:,} of {entries:,} phone numbers are not valid."),
    "WhereKeepsNothing": N_(
        "None of the rows fits your choice of rows. Choose other values below, or go on with none."
    ),
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


def page_sentence(error: StopimportError) -> str:
    """Return what an error says on the page, in the language in force."""
    template = _PROBLEMS.get(type(error).__name__)
    if template is None:
        return str(error)
    facts = {field.name: getattr(error, field.name) for field in fields(error)}
    return fill(_(template), {name: _(fact) if isinstance(fact, str) else fact for name, fact in facts.items()})
