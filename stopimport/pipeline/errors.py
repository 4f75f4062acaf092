"""The guards on what was cleaned, and how a run, a verification or an undo ends."""

from __future__ import annotations

from stopimport.errors import AccountError, ExitCode, GuardError, StopimportError
from stopimport.text.language import N_


class NothingValid(GuardError):
    """A phone column holds entries, and none of them is a valid number."""

    place: str
    column: str
    entries: int
    likely: str
    mostly: str = ""
    """The `vocabulary.Reason` of most of them."""
    template = N_(
        "{place}: column '{column}' has not one valid number (entries: {entries:,}), so nothing was sent; {likely}."
    )


class TooManyRejects(GuardError):
    """More was rejected than `--max-rejects` allows."""

    place: str
    rejected: int
    entries: int
    likely: str
    mostly: str = ""
    """The `vocabulary.Reason` of most of them."""
    template = N_(
        "{place}: {rejected:,} of {entries:,} entries were rejected, more than --max-rejects allows, so nothing was "
        "sent; {likely}. See the rejects file, or give a higher --max-rejects."
    )


class TooManyNumbers(GuardError):
    """More numbers would be sent than `--max-numbers` allows."""

    numbers: int
    most: int
    template = N_(
        "{numbers:,} numbers would be sent, more than --max-numbers {most:,} allows, so nothing was sent. "
        "Check the files, or give a higher --max-numbers."
    )


class Declined(GuardError):
    """The confirmation was declined."""

    folder: str
    template = N_("Not confirmed, so nothing was sent. To send it after all: stopimport resume {folder!q}")
    page_template = N_("Not confirmed, so nothing was sent.")


class ExportExists(StopimportError):
    """The file to write the stop list to is there already."""

    file: str
    template = N_("{file} exists already. Give another name, or --force to overwrite it.")


class ExportUnwritable(StopimportError):
    """The file with the stop list cannot be written."""

    file: str
    problem: str
    template = N_("{file} cannot be written: {problem}. Give another file, or mend the access.")


class AlreadyUndone(StopimportError):
    """A run that was undone shall be resumed."""

    folder: str
    template = N_("{folder} was undone, so it cannot be resumed. Import the files again with a new run.")


class NotResumable(StopimportError):
    """A run that a guard stopped shall be resumed."""

    folder: str
    template = N_(
        "{folder} was stopped by a guard, so there is nothing to resume. "
        "Run the files again with the option that the guard named."
    )


class OtherAccount(StopimportError):
    """A run shall go on with the key of another account."""

    folder: str
    account: str
    template = N_("{folder} belongs to another account ({account}) than the API key in force. Set that account's key.")
    page_template = N_("This run belongs to another account ({account}). Enter that account's key.")


class OtherAddress(StopimportError):
    """A run shall go on at another address."""

    folder: str
    address: str
    template = N_(
        "{folder} belongs to {address}, whatever else --base-url or STOPIMPORT_BASE_URL say. Leave these out."
    )
    page_template = N_("This run was sent to {address}, and can go on only there.")


class KeyMissing(AccountError):
    """There is no API key."""

    template = N_(
        "There is no API key, so nothing was sent. Set {key_variable} to the key of your {vendor} account, "
        "or try the job out with --sandbox."
    )
    page_template = N_("There is no API key yet, so nothing was sent. Enter it, then go on.")


class AccountStopped(AccountError):
    """The vendor refuses the account."""

    why: str
    folder: str
    template = N_(
        "{why} Check {key_variable} and the account; then the rest is sent with: stopimport resume {folder!q}"
    )
    page_template = N_("{why} Check the key and the account; then send the rest.")


class NotWritten(StopimportError):
    """A run cannot be written down any more (a full disk, a share that went away), and calls have been made."""

    exit_code = ExitCode.INCOMPLETE
    problem: str
    template = "{problem}"


class NumbersLeft(StopimportError):
    """Every number has had its turn, and some got no usable answer."""

    exit_code = ExitCode.INCOMPLETE
    failed: int
    not_sent: int
    folder: str
    template = N_(
        "Numbers that failed: {failed:,}; not sent: {not_sent:,}. Try them again with: stopimport resume {folder!q}"
    )
    page_template = N_("Numbers that failed: {failed:,}; not sent: {not_sent:,}. They can be tried again.")


class SendingEnded(StopimportError):
    """The sending ended before every number had its turn."""

    exit_code = ExitCode.INCOMPLETE
    why: str
    left: int
    folder: str
    template = N_("{why} {left:,} numbers are left; later: stopimport resume {folder!q}")
    page_template = N_("{why} {left:,} numbers are left; send the rest later.")


class VendorAway(SendingEnded):
    """The sending ended because the API is away, or asked to be left alone: no other run would come further."""

    asked: float = 0.0
    """Seconds for which it asked."""


class Interrupted(StopimportError):
    """Somebody asked to stop."""

    exit_code = ExitCode.INTERRUPTED
    folder: str
    template = N_("Interrupted; nothing is lost. The rest is sent with: stopimport resume {folder!q}")
    page_template = N_("Stopped, as you asked. Nothing is lost: the rest can be sent at any time.")


class KeyNeeded(AccountError):
    """There is no API key to look at the stop list with."""

    template = N_(
        "There is no API key, so the stop list cannot be looked at. Set {key_variable} to the key of the {vendor} "
        "account."
    )
    page_template = N_("There is no API key yet, so the stop list cannot be looked at. Enter it, then try again.")


class PartialList(StopimportError):
    """The API announced another number of entries than it gave."""

    entries: int
    exit_code = ExitCode.INCOMPLETE
    template = N_(
        "{vendor} gave only a part of the stop list ({entries:,} entries), and nothing can be concluded from that: "
        "nothing was verified or taken off. Try again later."
    )


class NumbersMissing(StopimportError):
    """Numbers of the run are not on the stop list."""

    missing: int
    checked: int
    file: str
    command: str
    exit_code = ExitCode.MISSING
    template = N_(
        "Numbers that are not on the stop list: {missing:,} of {checked:,}; they stand in {file}. To put them there: "
        "{command}"
    )
    page_template = N_(
        "{missing:,} of {checked:,} numbers are not on the stop list. They stand in the file of missing numbers: drop "
        "it on the start page to add them."
    )


class ReasonMissing(StopimportError):
    """`undo` was not told why."""

    template = N_(
        "Say why these numbers shall leave the stop list: --reason TEXT. It stands in the run's summary for those who "
        "ask later."
    )
    page_template = N_("Say why these numbers shall leave the stop list. The reason is kept with the run.")


class UndoDeclined(GuardError):
    """The confirmation of `undo` was declined."""

    template = N_("Not confirmed, so nothing was taken off the stop list.")


class UndoUnfinished(StopimportError):
    """Some numbers could not be taken off the stop list, or had no turn yet."""

    failed: int
    folder: str
    exit_code = ExitCode.INCOMPLETE
    template = N_(
        "{failed:,} numbers could not be taken off the stop list; see undo.csv. Try again with: "
        "stopimport undo {folder!q} --reason TEXT"
    )
    page_template = N_("{failed:,} numbers could not be taken off the stop list. Try again later.")


class UndoEnded(StopimportError):
    """`undo` ended before every number had its turn."""

    why: str
    failed: int
    folder: str
    exit_code = ExitCode.INCOMPLETE
    template = N_("{why} {failed:,} numbers are still to be taken off; later: stopimport undo {folder!q} --reason TEXT")
    page_template = N_("{why} {failed:,} numbers are still to be taken off; do it again later.")


class UndoStopped(AccountError):
    """The vendor refuses the account while numbers are taken off."""

    why: str
    folder: str
    template = N_(
        "{why} Check {key_variable} and the account; then the rest is taken off with: "
        "stopimport undo {folder!q} --reason TEXT"
    )
    page_template = N_("{why} Check the key and the account; then take the rest off.")


class UndoInterrupted(StopimportError):
    """Somebody asked `undo` to stop."""

    failed: int
    folder: str
    exit_code = ExitCode.INTERRUPTED
    template = N_(
        "Interrupted; nothing is lost. {failed:,} numbers are still to be taken off: "
        "stopimport undo {folder!q} --reason TEXT"
    )
    page_template = N_("Stopped, as you asked. {failed:,} numbers are still to be taken off.")
