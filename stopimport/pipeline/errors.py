"""The guards on what was cleaned, and how a run, a verification or an undo ends."""

from __future__ import annotations

from stopimport.errors import AccountError, ExitCode, GuardError, StopimportError
from stopimport.runs.errors import CoordinatorError
from stopimport.text.language import N_, Plural, Sentence


class NothingValid(GuardError):
    """A phone column holds entries, and none of them is a valid number."""

    place: str
    column: str
    entries: int
    likely: str
    mostly: str = ""
    """The `vocabulary.Reason` of most of them."""
    source: int | None = None
    """Index of the phone column among the run's; None: all of them."""
    template = Plural(
        "{place}: column '{column}' does not have a single valid number ({entries:,} entry), so "
        "nothing was sent; {likely}.",
        "{place}: column '{column}' does not have a single valid number ({entries:,} entries), so "
        "nothing was sent; {likely}.",
        by="entries",
    )
    page_template = Plural(
        "{place}: the {entries:,} entry in the column '{column}' is not a valid phone number; nothing was added.",
        "{place}: none of the {entries:,} entries in the column '{column}' is a valid phone number; nothing was added.",
        by="entries",
    )


class TooManyRejects(GuardError):
    """More was rejected than `--max-rejects` allows."""

    place: str
    rejected: int
    entries: int
    likely: str
    mostly: str = ""
    """The `vocabulary.Reason` of most of them."""
    source: int | None = None
    """Index of the phone column among the run's; None: all of them."""
    template = Plural(
        "{place}: {rejected:,} of {entries:,} entries was rejected, more than --max-rejects allows, so "
        "nothing was sent; {likely}. See the rejects file, or give a higher --max-rejects.",
        "{place}: {rejected:,} of {entries:,} entries were rejected, more than --max-rejects allows, "
        "so nothing was sent; {likely}. See the rejects file, or give a higher --max-rejects.",
        by="rejected",
    )
    page_template = Plural(
        "{place}: {rejected:,} of {entries:,} phone numbers is not valid, so nothing was added; {likely}.",
        "{place}: {rejected:,} of {entries:,} phone numbers are not valid, so nothing was added; {likely}.",
        by="rejected",
    )


class TooManyNumbers(GuardError):
    """More numbers would be sent than `--max-numbers` allows."""

    numbers: int
    most: int
    template = Plural(
        "{numbers:,} number would be sent, more than --max-numbers {most:,} allows, so nothing was "
        "sent. Check the files, or give a higher --max-numbers.",
        "{numbers:,} numbers would be sent, more than --max-numbers {most:,} allows, so nothing was "
        "sent. Check the files, or give a higher --max-numbers.",
        by="numbers",
    )
    page_template = Plural(
        "{numbers:,} number would be added; this program is set up to ask above {most:,}. Nothing was added.",
        "{numbers:,} numbers would be added; this program is set up to ask above {most:,}. Nothing was added.",
        by="numbers",
    )


class CountriesMatter(GuardError):
    """A column beside the numbers names countries, and would change what comes out."""

    place: Sentence | str
    column: str
    changed: int
    template = Plural(
        "{place}: column '{column}' names countries, which would change how {changed:,} phone number is read, so "
        "nothing was sent. To read each number by its country: --country-column {column!q}; to ignore the column: "
        "--country-column none.",
        "{place}: column '{column}' names countries, which would change how {changed:,} phone numbers are read, so "
        "nothing was sent. To read each number by its country: --country-column {column!q}; to ignore the column: "
        "--country-column none.",
        by="changed",
    )
    page_template = Plural(
        "{place}: the column '{column}' names countries, which would change how {changed:,} phone number is read, so "
        "nothing was added.",
        "{place}: the column '{column}' names countries, which would change how {changed:,} phone numbers are read, so "
        "nothing was added.",
        by="changed",
    )


class Declined(GuardError):
    """The confirmation was declined."""

    folder: str
    template = N_("Not confirmed, so nothing was sent. To send it anyway: stopimport resume {folder!q}")
    page_template = N_("Not confirmed, so nothing was added.")


class ExportExists(StopimportError):
    """The file to write the stop list to is there already."""

    file: str
    template = N_("{file} already exists. Give another name, or --force to overwrite it.")


class ExportUnwritable(StopimportError):
    """The file with the stop list cannot be written."""

    file: str
    problem: str
    template = N_("{file} cannot be written: {problem}. Give another file, or check the permissions.")


class AlreadyUndone(StopimportError):
    """Someone tried to resume a run that was undone."""

    folder: str
    template = N_("{folder} was undone, so it cannot be resumed. Import the files again with a new run.")
    page_template = N_("This import was undone, so it cannot go on. Import the files again.")


class NotResumable(StopimportError):
    """Someone tried to resume a run that a guard stopped."""

    folder: str
    template = N_(
        "{folder} was stopped by a guard, so there is nothing to resume. "
        "Run the files again with the option that the guard named."
    )
    page_template = N_("This import was stopped before anything was added, so it cannot go on. Import the files again.")


class OtherAccount(StopimportError):
    """Someone tried to continue a run with the key of another account."""

    folder: str
    account: str
    template = N_(
        "{folder} belongs to another account ({account}) than the API key in use. Set that account's key; if it has "
        "been given a new one, give its name with --account, or --new-key."
    )
    page_template = N_("This import belongs to another account ({account}). Enter that account's key.")


class OtherAddress(StopimportError):
    """Someone tried to continue a run at another address."""

    folder: str
    address: str
    template = N_("{folder} belongs to {address}, whatever --base-url or STOPIMPORT_BASE_URL say. Leave these out.")
    page_template = N_("This import went to {address} and can only continue there.")


class CoordinatorNeeded(CoordinatorError):
    """Someone tried to continue a run without the coordinator that it shares the account's rate by."""

    folder: str
    address: str
    template = N_(
        "{folder} shares its account's rate with other machines through {address}. Give --coordinator (or "
        "STOPIMPORT_COORDINATOR) again; 'none' if no other machine uses the account any more."
    )
    page_template = N_(
        "This import shares its account's rate with other machines, and this page does not. Ask whoever set up this "
        "program."
    )


class KeyMissing(AccountError):
    """There is no API key."""

    template = N_(
        "There is no API key, so nothing was sent. Set {key_variable} to the key of your {vendor} account, "
        "or practise with --sandbox."
    )
    page_template = N_("There is no API key yet, so nothing was added. Enter it, then continue.")


class AccountStopped(AccountError):
    """The vendor refuses the account."""

    why: str
    folder: str
    template = N_("{why} Check {key_variable} and the account, then send the rest with: stopimport resume {folder!q}")
    page_template = N_("{why} Check the key and the account, then add the rest.")


class NotWritten(StopimportError):
    """A run cannot be written down any more (a full disk, a share that went away), and calls have been made."""

    exit_code = ExitCode.INCOMPLETE
    problem: str
    template = "{problem}"


class NumbersLeft(StopimportError):
    """Every number has had its turn, and some got no usable answer."""

    exit_code = ExitCode.INCOMPLETE
    failed: int
    cause: str | Sentence
    """Why most of them failed, in brackets; '' if none did."""
    not_sent: int
    folder: str
    template = N_(
        "Numbers that failed: {failed:,}{cause}; not sent: {not_sent:,}. "
        "Try them again with: stopimport resume {folder!q}"
    )
    page_template = N_("Numbers that failed: {failed:,}{cause}; not added: {not_sent:,}. They can be tried again.")


class SendingEnded(StopimportError):
    """The sending ended before every number had its turn."""

    exit_code = ExitCode.INCOMPLETE
    why: str
    left: int
    folder: str
    template = Plural(
        "{why} {left:,} number is left; later: stopimport resume {folder!q}",
        "{why} {left:,} numbers are left; later: stopimport resume {folder!q}",
        by="left",
    )
    page_template = Plural(
        "{why} {left:,} number is left; add it later.", "{why} {left:,} numbers are left; add them later.", by="left"
    )


class VendorAway(SendingEnded):
    """The sending ended because the API is away, or asked to be left alone: no other run would come further."""

    asked: float = 0.0
    """Seconds for which it asked."""


class Interrupted(StopimportError):
    """Somebody asked to stop."""

    exit_code = ExitCode.INTERRUPTED
    folder: str
    template = N_("Interrupted; nothing is lost. To send the rest: stopimport resume {folder!q}")
    page_template = N_("Stopped, as you asked. Nothing is lost: the rest can be added at any time.")


class KeyNeeded(AccountError):
    """There is no API key to look at the stop list with."""

    template = N_(
        "There is no API key, so the stop list cannot be read. Set {key_variable} to the key of the {vendor} account."
    )
    page_template = N_("There is no API key yet, so the stop list cannot be read. Enter it, then try again.")


class PartialList(StopimportError):
    """The API announced another number of entries than it gave."""

    entries: int
    exit_code = ExitCode.INCOMPLETE
    template = Plural(
        "{vendor} returned only part of the stop list ({entries:,} entry), which proves nothing: no "
        "number was verified or taken off. Try again later.",
        "{vendor} returned only part of the stop list ({entries:,} entries), which proves nothing: no "
        "number was verified or taken off. Try again later.",
        by="entries",
    )


class NumbersMissing(StopimportError):
    """Numbers of the run are not on the stop list."""

    missing: int
    checked: int
    file: str
    command: str
    exit_code = ExitCode.MISSING
    template = Plural(
        "{missing:,} of {checked:,} numbers is not on the stop list; it is listed in {file}. To add it: {command}",
        "{missing:,} of {checked:,} numbers are not on the stop list; they are listed in {file}. To "
        "add them: {command}",
        by="missing",
    )
    page_template = Plural(
        "{missing:,} of {checked:,} numbers is not on the stop list. It is listed in the file of "
        "missing numbers: drop that file on the start page to add it.",
        "{missing:,} of {checked:,} numbers are not on the stop list. They are listed in the file of "
        "missing numbers: drop that file on the start page to add them.",
        by="missing",
    )


class ReasonMissing(StopimportError):
    """`undo` was not told why."""

    template = N_(
        "Give a reason for taking these numbers off the stop list: --reason TEXT. It is kept in the run's "
        "summary for anyone who asks later."
    )
    page_template = N_("Give a reason for taking these numbers off the stop list. It is kept with the import.")


class UndoDeclined(GuardError):
    """The confirmation of `undo` was declined."""

    template = N_("Not confirmed, so nothing was taken off the stop list.")


class UndoUnfinished(StopimportError):
    """Some numbers could not be taken off the stop list, or had no turn yet."""

    failed: int
    folder: str
    exit_code = ExitCode.INCOMPLETE
    template = Plural(
        "{failed:,} number could not be taken off the stop list; see undo.csv. Try again with: "
        "stopimport undo {folder!q} --reason TEXT",
        "{failed:,} numbers could not be taken off the stop list; see undo.csv. Try again with: "
        "stopimport undo {folder!q} --reason TEXT",
        by="failed",
    )
    page_template = Plural(
        "{failed:,} number could not be taken off the stop list. Try again later.",
        "{failed:,} numbers could not be taken off the stop list. Try again later.",
        by="failed",
    )


class UndoEnded(StopimportError):
    """`undo` ended before every number had its turn."""

    why: str
    failed: int
    folder: str
    exit_code = ExitCode.INCOMPLETE
    template = Plural(
        "{why} {failed:,} number still has to be taken off; later: stopimport undo {folder!q} --reason TEXT",
        "{why} {failed:,} numbers still have to be taken off; later: stopimport undo {folder!q} --reason TEXT",
        by="failed",
    )
    page_template = Plural(
        "{why} {failed:,} number still has to be taken off; try again later.",
        "{why} {failed:,} numbers still have to be taken off; try again later.",
        by="failed",
    )


class UndoStopped(AccountError):
    """The vendor refuses the account while numbers are taken off."""

    why: str
    folder: str
    template = N_(
        "{why} Check {key_variable} and the account, then take off the rest with: stopimport undo "
        "{folder!q} --reason TEXT"
    )
    page_template = N_("{why} Check the key and the account, then take off the rest.")


class UndoInterrupted(StopimportError):
    """Somebody asked `undo` to stop."""

    failed: int
    folder: str
    exit_code = ExitCode.INTERRUPTED
    template = Plural(
        "Interrupted; nothing is lost. {failed:,} number still has to be taken off: stopimport undo "
        "{folder!q} --reason TEXT",
        "Interrupted; nothing is lost. {failed:,} numbers still have to be taken off: stopimport undo "
        "{folder!q} --reason TEXT",
        by="failed",
    )
    page_template = Plural(
        "Stopped, as you asked. {failed:,} number still has to be taken off.",
        "Stopped, as you asked. {failed:,} numbers still have to be taken off.",
        by="failed",
    )


class NoDask(StopimportError):
    """What talks to a Dask cluster is not installed."""

    template = N_("--dask needs an extra that is missing. Install it with: pip install 'stopimport[dask]'")


class ClusterAway(StopimportError):
    """No Dask scheduler answers where there should be one."""

    address: str
    template = N_(
        "No Dask scheduler answers at {address}. Check that it runs, and the address; without --dask, this machine "
        "does the work."
    )


class ClusterIdle(StopimportError):
    """A Dask scheduler has nobody to give work to."""

    address: str
    template = N_(
        "The Dask scheduler at {address} has no workers. Start some; without --dask, this machine does the work."
    )
