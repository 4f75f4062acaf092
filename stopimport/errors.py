"""Every error that a user can meet: its sentence and its exit code.

A child class is one situation. Its fields are the facts, its ``template`` the sentence around them, in the order
of the conventions: what is wrong, where, what to do. Library code raises these; only `cli` prints them.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - whoever asks for the types of the facts needs it
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import ClassVar

from stopimport.text.language import N_, Sentence, _, fill


class ExitCode(IntEnum):
    """How the program ends, for schedulers (the texts are in `vocabulary.EXIT_CODES`)."""

    OK = 0
    BUG = 1
    UNUSABLE = 2
    INCOMPLETE = 3
    ACCOUNT_REFUSED = 4
    GUARD = 5
    MISSING = 6
    BUSY = 7
    INTERRUPTED = 130
    TERMINATED = 143


_WORDED = frozenset({"detail", "expected", "likely", "problem", "reason", "what", "why"})
"""Facts that are words of ours or the system's, never the user's own: translated where the catalogue has them."""

SYSTEM_WORDS = (
    N_("File exists"),
    N_("Input/output error"),
    N_("Is a directory"),
    N_("No space left on device"),
    N_("No such file or directory"),
    N_("Not a directory"),
    N_("Operation not permitted"),
    N_("Permission denied"),
    N_("Read-only file system"),
)
"""How the operating system calls its refusals, as far as users meet them."""


@dataclass(eq=False)
class StopimportError(Exception):
    """Parent of all errors that a user can meet; ``str()`` is the sentence in the language in force."""

    template: ClassVar[str] = ""
    exit_code: ClassVar[ExitCode] = ExitCode.UNUSABLE

    def __str__(self) -> str:
        facts = {field.name: getattr(self, field.name) for field in fields(self)}
        for name in _WORDED & facts.keys():
            facts[name] = _(facts[name]) if isinstance(facts[name], str) else facts[name]
        return fill(_(self.template), facts)


@dataclass(eq=False)
class GuardError(StopimportError):
    """A guard stopped the run before anything was sent."""

    exit_code: ClassVar[ExitCode] = ExitCode.GUARD


@dataclass(eq=False)
class BusyError(StopimportError):
    """Another run holds what this one needs."""

    exit_code: ClassVar[ExitCode] = ExitCode.BUSY


@dataclass(eq=False)
class AccountError(StopimportError):
    """The account cannot be used: no key, a wrong one, or the vendor refuses it."""

    exit_code: ClassVar[ExitCode] = ExitCode.ACCOUNT_REFUSED


# --- Settings and files of our own -----------------------------------------------------------------------------


@dataclass(eq=False)
class BadOption(StopimportError):
    """An option has a value that it cannot have."""

    option: str
    value: str
    expected: str | Sentence
    template: ClassVar[str] = N_("{option} cannot be '{value}'. Use {expected}.")


@dataclass(eq=False)
class UnknownKeyword(StopimportError):
    """A script gives a setting that there is not."""

    name: str
    nearest: str
    template: ClassVar[str] = N_("There is no setting '{name}'. Did you mean '{nearest}'?")


@dataclass(eq=False)
class NoSuchConfigFile(StopimportError):
    """The settings file given does not exist."""

    file: str
    template: ClassVar[str] = N_("The settings file {file} does not exist. Check the name given with --config.")


@dataclass(eq=False)
class OpenConfigFile(StopimportError):
    """Others can write the settings file, or replace it."""

    file: str
    open: str
    template: ClassVar[str] = N_(
        "The settings file {file} is not used, because others can write {open}. Make it yours alone: chmod go-w {open}"
    )


@dataclass(eq=False)
class BadConfigFile(StopimportError):
    """The settings file cannot be read."""

    file: str
    problem: str | Sentence
    template: ClassVar[str] = N_("The settings file {file} cannot be read: {problem}. Correct it, or make a new one.")


@dataclass(eq=False)
class UnknownSetting(StopimportError):
    """The settings file has a key that no option has."""

    file: str
    key: str
    nearest: str
    template: ClassVar[str] = N_("{file} sets '{key}', which is no setting. Did you mean '{nearest}'?")


# --- Cleaning --------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class UnknownCountry(StopimportError):
    """An option names a country that does not exist, or that has no phone numbers."""

    option: str
    value: str
    template: ClassVar[str] = N_(
        "{option}: there is no country '{value}'. Use ISO codes of two letters, such as FR, BE or RE."
    )


@dataclass(eq=False)
class NoNumber(StopimportError):
    """What should be one phone number is none, or several."""

    text: str
    why: str
    template: ClassVar[str] = N_(
        "'{text}' cannot be read as one phone number: {why}. Write it with + and its calling code, "
        "or name its country with --region."
    )


# --- Reading ---------------------------------------------------------------------------------------------------

# --- Reading: text, columns, rows ------------------------------------------------------------------------------


@dataclass(eq=False)
class Undecodable(StopimportError):
    """A text file does not fit the encoding that was asked for, or that its byte-order mark names."""

    file: str
    encoding: str
    line: int
    template: ClassVar[str] = N_(
        "{file} cannot be read as {encoding}: line {line} does not fit. The file may be damaged or cut off: export it "
        "again, or name its encoding with --encoding."
    )


@dataclass(eq=False)
class TooManyColumns(StopimportError):
    """A row has more cells than any spreadsheet has columns."""

    file: str
    row: int
    most: int
    template: ClassVar[str] = N_(
        "{file}: row {row} has more than {most:,} cells. Line breaks may be missing, or the delimiter is wrong: "
        "export the file again, or name the delimiter with --delimiter."
    )


@dataclass(eq=False)
class HeaderRowMissing(StopimportError):
    """`--header` names a row that does not exist."""

    place: Sentence | str
    row: int
    rows: int
    template: ClassVar[str] = N_(
        "{place} has only {rows:,} rows, so row {row} cannot hold the headers. Check --header."
    )


@dataclass(eq=False)
class NoPhoneColumn(StopimportError):
    """Neither headers nor content of a file show a phone column."""

    place: Sentence | str
    columns: str
    template: ClassVar[str] = N_(
        "No phone column was found in {place}. Name it with --column. The columns there are: {columns}."
    )


@dataclass(eq=False)
class InputWithoutColumn(StopimportError):
    """None of the columns that `--column` names is in a file."""

    place: Sentence | str
    names: str
    columns: str
    template: ClassVar[str] = N_(
        "{place} has no column {names}. Name its phone column with one more --column. The columns there are: {columns}."
    )


@dataclass(eq=False)
class UnknownColumn(StopimportError):
    """An option names a column that no input has."""

    option: str
    name: str
    columns: str
    template: ClassVar[str] = N_(
        "No input has the column '{name}' that {option} names. The columns there are: {columns}."
    )


@dataclass(eq=False)
class UnknownSheet(StopimportError):
    """`--sheet` names a sheet that no workbook has."""

    name: str
    sheets: str
    template: ClassVar[str] = N_("No input has a sheet '{name}' (--sheet). The sheets there are: {sheets}.")


@dataclass(eq=False)
class AmbiguousColumn(GuardError):
    """Several columns have the same claim to be the phone column."""

    place: Sentence | str
    columns: str
    options: str
    indices: tuple[int, ...] = ()
    """Their places in the sheet, from 0."""
    template: ClassVar[str] = N_(
        "{place}: several columns hold phone numbers ({columns}), so nothing was sent. "
        "Name the one to import, or all of them: {options}"
    )


@dataclass(eq=False)
class HiddenRows(GuardError):
    """A sheet has hidden rows, and nobody said what to do with them."""

    rows: int
    places: str
    by_place: tuple[tuple[Sentence | str, int], ...] = ()
    """The sheets, and how many hidden rows each has."""
    template: ClassVar[str] = N_(
        "{rows:,} rows are hidden, by a filter or by hand ({places}), so nothing was sent. "
        "Say whether these people shall be imported: --hidden skip or --hidden include."
    )


@dataclass(eq=False)
class WhereKeepsNothing(GuardError):
    """The conditions of `--where` leave no row at all."""

    conditions: str
    rows: int
    values: str
    template: ClassVar[str] = N_(
        "{conditions} keeps none of the {rows:,} rows, so nothing was sent. The values there are: {values}. "
        "Correct the condition; if no row is fine, give --where-none ok."
    )


@dataclass(eq=False)
class StillSubscribed(GuardError):
    """A status column says that some of the people are still subscribed."""

    place: Sentence | str
    column: str
    values: str
    option: str
    counts: Mapping[str, int] = field(default_factory=dict)
    """How many rows have each value."""
    subscribed: tuple[str, ...] = ()
    """The values of people who are still subscribed."""
    template: ClassVar[str] = N_(
        "{place}: column '{column}' says that some of these people are still subscribed ({values}), so nothing was "
        "sent. To import only those who unsubscribed: {option}. To import every row: --all-rows."
    )


@dataclass(eq=False)
class MissingFile(StopimportError):
    """A FILE of the command line does not exist."""

    file: str
    template: ClassVar[str] = N_("There is no file or folder '{file}'. Check the spelling and the folder you are in.")


@dataclass(eq=False)
class NoMatch(StopimportError):
    """A glob pattern matches no file."""

    pattern: str
    template: ClassVar[str] = N_("No file matches '{pattern}'. Check the pattern and the folder you are in.")


@dataclass(eq=False)
class NothingInFolder(StopimportError):
    """A folder or archive holds nothing that could be imported."""

    folder: str
    endings: str
    template: ClassVar[str] = N_("'{folder}' holds no file to import. Files with these endings are read: {endings}.")


@dataclass(eq=False)
class EmptyFile(StopimportError):
    """A file of 0 bytes: a failed export, not a quiet night."""

    file: str
    template: ClassVar[str] = N_("{file} is empty (0 bytes). The export or the copy failed: make it again.")


@dataclass(eq=False)
class UnreadableFile(StopimportError):
    """The system refuses to open a file."""

    file: str
    detail: str
    template: ClassVar[str] = N_(
        "{file} cannot be opened ({detail}). Check that you may read it and that no other program keeps it locked."
    )


@dataclass(eq=False)
class NotAFile(StopimportError):
    """A device, pipe or socket was given as a file."""

    file: str
    template: ClassVar[str] = N_("{file} is not a file but a device or a pipe. Give a file, or - for standard input.")


@dataclass(eq=False)
class WrongKind(StopimportError):
    """The content is something else than a table."""

    file: str
    what: object
    template: ClassVar[str] = N_(
        "{file} is {what}, not a table that can be read. Open it in the program it comes from, or in Excel or "
        "LibreOffice, save it as .xlsx or .csv, and import that file."
    )


@dataclass(eq=False)
class EncryptedFile(StopimportError):
    """A workbook or archive is protected with a password."""

    file: str
    template: ClassVar[str] = N_(
        "{file} is protected with a password. Open it, save it without the password, and import that file."
    )


@dataclass(eq=False)
class DamagedFile(StopimportError):
    """A workbook or archive is cut off or broken."""

    file: str
    detail: object
    template: ClassVar[str] = N_("{file} is damaged: {detail}. Export it or copy it again.")


@dataclass(eq=False)
class UnsupportedPacking(StopimportError):
    """A zip uses a packing method that is not read here."""

    file: str
    template: ClassVar[str] = N_("{file} is packed in an unusual way. Unpack it first, and import the files in it.")


@dataclass(eq=False)
class NestedArchive(StopimportError):
    """An archive lies in an archive."""

    file: str
    template: ClassVar[str] = N_(
        "{file} is an archive inside an archive. Unpack the outer one first, and import what was in it."
    )


@dataclass(eq=False)
class UnpacksTooFar(StopimportError):
    """A zip bomb, or a workbook that works like one."""

    file: str
    megabytes: int
    template: ClassVar[str] = N_(
        "{file} was refused: it unpacks to more than {megabytes:,} MB, far more than its size allows for. "
        "If it is genuine, save the table again as .csv and import that file."
    )


@dataclass(eq=False)
class TooSpread(StopimportError):
    """A sheet whose few cells lie so far apart that no reader can lay it out."""

    file: str
    sheet: str
    template: ClassVar[str] = N_(
        "{file}, sheet '{sheet}': some cells lie so far from the table that the sheet cannot be read. "
        "Copy the table into a new sheet, save it, and import that file."
    )


@dataclass(eq=False)
class ForeignXml(StopimportError):
    """A workbook holds XML declarations that could pull in other files or grow without end."""

    file: str
    template: ClassVar[str] = N_(
        "{file} was refused: its XML declares entities of its own, which no spreadsheet program writes. "
        "Open it in Excel or LibreOffice, save it again, and import that file."
    )


@dataclass(eq=False)
class InternalError(StopimportError):
    """Something that cannot be: two ways of reading or counting the same thing disagree."""

    detail: str
    exit_code: ClassVar[ExitCode] = ExitCode.BUG
    template: ClassVar[str] = N_("Internal error: {detail}. Nothing was sent. Please report it.")


# --- Guards on what was cleaned --------------------------------------------------------------------------------


@dataclass(eq=False)
class NothingValid(GuardError):
    """A phone column holds entries, and none of them is a valid number."""

    place: str
    column: str
    entries: int
    likely: str
    mostly: str = ""
    """The `vocabulary.Reason` of most of them."""
    template: ClassVar[str] = N_(
        "{place}: column '{column}' has not one valid number (entries: {entries:,}), so nothing was sent; {likely}."
    )


@dataclass(eq=False)
class TooManyRejects(GuardError):
    """More was rejected than `--max-rejects` allows."""

    place: str
    rejected: int
    entries: int
    likely: str
    mostly: str = ""
    """The `vocabulary.Reason` of most of them."""
    template: ClassVar[str] = N_(
        "{place}: {rejected:,} of {entries:,} entries were rejected, more than --max-rejects allows, so nothing was "
        "sent; {likely}. See the rejects file, or give a higher --max-rejects."
    )


@dataclass(eq=False)
class TooManyNumbers(GuardError):
    """More numbers would be sent than `--max-numbers` allows."""

    numbers: int
    most: int
    template: ClassVar[str] = N_(
        "{numbers:,} numbers would be sent, more than --max-numbers {most:,} allows, so nothing was sent. "
        "Check the files, or give a higher --max-numbers."
    )


@dataclass(eq=False)
class Declined(GuardError):
    """The confirmation was declined."""

    folder: str
    template: ClassVar[str] = N_(
        "Not confirmed, so nothing was sent. To send it after all: stopimport resume {folder!q}"
    )


# --- Sending ---------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class BadAddress(StopimportError):
    """The API's address is none that may be used."""

    problem: str
    template: ClassVar[str] = N_(
        "The API's address given with --base-url cannot be used: {problem}. "
        "It looks like https://api.smspartner.fr/v1; http:// is for this machine only."
    )


@dataclass(eq=False)
class BadProxy(StopimportError):
    """The proxy that the environment names cannot be used."""

    variable: str
    template: ClassVar[str] = N_(
        "The proxy that {variable} names cannot be used. It must be an http:// address; correct or unset the variable."
    )


@dataclass(eq=False)
class AccountRefused(AccountError):
    """The API refuses the account."""

    reason: str
    template: ClassVar[str] = N_(
        "SMS Partner refuses this account: {reason}. "
        "Check the key (SMSPARTNER_API_KEY) and the account, then try again."
    )


@dataclass(eq=False)
class WrongAddress(StopimportError):
    """What answers at the API's address is not the API."""

    address: str
    reason: str
    exit_code: ClassVar[ExitCode] = ExitCode.INCOMPLETE
    template: ClassVar[str] = N_("{reason}, so this is not the API. Check --base-url.")


@dataclass(eq=False)
class ListUnavailable(StopimportError):
    """The stop list could not be fetched."""

    reason: str
    exit_code: ClassVar[ExitCode] = ExitCode.INCOMPLETE
    template: ClassVar[str] = N_("The stop list could not be fetched: {reason} Try again later.")


@dataclass(eq=False)
class AskedToWait(ListUnavailable):
    """The API asks to be left alone for longer than a run waits: no other call makes sense either."""


# --- The practice API ------------------------------------------------------------------------------------------


@dataclass(eq=False)
class SandboxAddressTaken(StopimportError):
    """Another program listens at the practice API's address."""

    host: str
    port: int
    template: ClassVar[str] = N_(
        "Port {port} of {host} is in use by another program. Give another --port; 0 takes any free one."
    )


@dataclass(eq=False)
class SandboxAddressRefused(StopimportError):
    """The practice API cannot listen at its address."""

    host: str
    port: int
    problem: str
    template: ClassVar[str] = N_(
        "The practice API cannot listen on {host}, port {port}: {problem}. Give another --host or --port."
    )


@dataclass(eq=False)
class SandboxStateBusy(StopimportError):
    """Another practice API uses the state file."""

    file: str
    template: ClassVar[str] = N_("Another practice API uses {file}. Stop it, or give another --state.")


@dataclass(eq=False)
class SandboxStateUnusable(StopimportError):
    """The state file cannot hold the practice API's list."""

    file: str
    problem: str
    template: ClassVar[str] = N_("{file} cannot hold the practice API's list: {problem}. Give another --state.")


# --- The run's folder ------------------------------------------------------------------------------------------


@dataclass(eq=False)
class FolderTaken(StopimportError):
    """The folder asked for holds another run."""

    folder: str
    template: ClassVar[str] = N_(
        "{folder} already holds a run whose results would be overwritten. "
        "Give another --out, or finish that run with: stopimport resume {folder!q}"
    )


@dataclass(eq=False)
class InputInFolder(StopimportError):
    """An input would be overwritten by the run's own files."""

    file: str
    folder: str
    template: ClassVar[str] = N_("{file} lies in {folder}, where the run would overwrite it. Give another --out.")


@dataclass(eq=False)
class FolderUnwritable(StopimportError):
    """The run's folder cannot be made or written."""

    folder: str
    problem: str
    template: ClassVar[str] = N_("The run's folder {folder} cannot be written: {problem}. Give another --out.")


@dataclass(eq=False)
class FileUnwritable(StopimportError):
    """A file of the run's folder cannot be written: a full disk, permissions, a share that went away."""

    file: str
    problem: str
    template: ClassVar[str] = N_(
        "{file} cannot be written: {problem}. Free some space or mend the access, then run 'stopimport resume' on its "
        "folder."
    )


@dataclass(eq=False)
class GroupUnusable(StopimportError):
    """The files cannot be given to the group of `--group`."""

    group: str
    problem: str | Sentence
    template: ClassVar[str] = N_(
        "The files cannot be given to the group '{group}': {problem}. Give --group a group that exists here and that "
        "you belong to."
    )


@dataclass(eq=False)
class CountsUnbalanced(StopimportError):
    """Two figures that must be equal by the contract are not: something was lost or counted twice."""

    left: str
    left_count: int
    right: str
    right_count: int
    exit_code: ClassVar[ExitCode] = ExitCode.BUG
    template: ClassVar[str] = N_(
        "The counts do not balance: {left} = {left_count:,}, but {right} = {right_count:,}. This is a bug in "
        "stopimport; please report it, and do not rely on this run's results."
    )


# --- The journal -----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NoRun(StopimportError):
    """The folder given holds no run."""

    folder: str
    template: ClassVar[str] = N_(
        "{folder} holds no run: there is no journal.sqlite3 in it. Give the folder of a run, as 'stopimport history' "
        "lists them."
    )


@dataclass(eq=False)
class ForeignJournal(StopimportError):
    """A file has the journal's name and is something else."""

    file: str
    template: ClassVar[str] = N_(
        "{file} is no journal of stopimport, so it was left alone. Give the folder of a run, or another --out."
    )


@dataclass(eq=False)
class NewerJournal(StopimportError):
    """The journal was written by a later version of the program."""

    file: str
    version: str
    template: ClassVar[str] = N_(
        "{file} was written by a newer stopimport than this one ({version}). Update stopimport, then try again."
    )


@dataclass(eq=False)
class DamagedJournal(StopimportError):
    """The journal's contents are broken."""

    file: str
    problem: str
    template: ClassVar[str] = N_(
        "{file} is damaged ({problem}). Restore it from a backup, or import the same files again: numbers that are on "
        "the list already are not added twice."
    )


@dataclass(eq=False)
class JournalUnusable(StopimportError):
    """The journal cannot be read or written: permissions, a full disk, a share that went away."""

    file: str
    problem: str
    template: ClassVar[str] = N_(
        "{file} cannot be read or written: {problem}. Free some space or mend the access, then run "
        "'stopimport resume' on its folder."
    )


# --- Past runs, the list as a file, settings, the key ----------------------------------------------------------


@dataclass(eq=False)
class NoRuns(StopimportError):
    """The folder of runs that is asked about does not exist."""

    folder: str
    template: ClassVar[str] = N_(
        "There is no folder {folder} to look for runs in. Name the folder that holds your runs, or one run's folder."
    )


@dataclass(eq=False)
class DamagedFolder(StopimportError):
    """A file in a past run's folder cannot be read."""

    file: str
    problem: str
    template: ClassVar[str] = N_("{file} cannot be read: {problem}. Restore it from a backup, or mend the access.")


@dataclass(eq=False)
class NotSearchable(StopimportError):
    """Of a past run there is nothing left but its figures."""

    folder: str
    template: ClassVar[str] = N_("{folder} cannot be searched: it holds neither a journal nor results any more.")


@dataclass(eq=False)
class ExportExists(StopimportError):
    """The file to write the stop list to is there already."""

    file: str
    template: ClassVar[str] = N_("{file} exists already. Give another name, or --force to overwrite it.")


@dataclass(eq=False)
class ExportUnwritable(StopimportError):
    """The file with the stop list cannot be written."""

    file: str
    problem: str
    template: ClassVar[str] = N_("{file} cannot be written: {problem}. Give another file, or mend the access.")


@dataclass(eq=False)
class ListPartial(StopimportError):
    """The API gave a part of the stop list only."""

    file: str
    entries: int
    exit_code: ClassVar[ExitCode] = ExitCode.INCOMPLETE
    template: ClassVar[str] = N_(
        "SMS Partner gave only a part of the stop list: {file} holds {entries:,} entries, and some are missing. "
        "Try again later."
    )


@dataclass(eq=False)
class ConfigFileExists(StopimportError):
    """The settings file to begin with is there already."""

    file: str
    template: ClassVar[str] = N_(
        "{file} exists already and was left alone. Edit it, or name another file with --config."
    )


@dataclass(eq=False)
class ConfigFileUnwritable(StopimportError):
    """The settings file to begin with cannot be written."""

    file: str
    problem: str
    template: ClassVar[str] = N_("{file} cannot be written: {problem}. Name another file with --config.")


# --- The nightly job -------------------------------------------------------------------------------------------


@dataclass(eq=False)
class NoInbox(StopimportError):
    """The inbox does not exist, or is no folder: perhaps a share that is not mounted."""

    folder: str
    template: ClassVar[str] = N_(
        "There is no folder {folder} to take files from. Check the name, and whether its disk or share is there."
    )


@dataclass(eq=False)
class InboxUnusable(StopimportError):
    """A folder of the inbox cannot be made or written: permissions, a full disk, a link put there by others."""

    folder: str
    problem: str | Sentence
    template: ClassVar[str] = N_(
        "{folder} cannot be used: {problem}. Nothing is lost: free some space or mend the access, and the next pass "
        "goes on."
    )


@dataclass(eq=False)
class SettingsInInbox(StopimportError):
    """The settings file, or the key's, lies where others drop files in."""

    file: str
    folder: str
    template: ClassVar[str] = N_(
        "{file} lies in the inbox {folder}, where others drop files in, so it is not used. Keep settings and key "
        "elsewhere, in /etc/stopimport say."
    )


@dataclass(eq=False)
class FileStuck(StopimportError):
    """A file of the inbox cannot be moved to where it belongs."""

    file: str
    folder: str
    problem: str
    template: ClassVar[str] = N_(
        "{file} cannot be moved to {folder}: {problem}. Nothing of it is sent twice. Free some space or mend the "
        "access, and the next pass moves it."
    )


@dataclass(eq=False)
class ImportBug(StopimportError):
    """Something that should not happen, while one file of the inbox was imported."""

    file: str
    kind: str
    exit_code: ClassVar[ExitCode] = ExitCode.BUG
    template: ClassVar[str] = N_(
        "{file}: this is a bug in stopimport ({kind}). The file stays where it is; please report it."
    )


# --- Locks -----------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class AccountBusy(BusyError):
    """Another run of the same account is sending."""

    holder: str | Sentence
    template: ClassVar[str] = N_(
        "Another run of this SMS Partner account is sending: {holder}. Wait until it is done, or give --wait SECONDS."
    )


@dataclass(eq=False)
class FolderBusy(BusyError):
    """The run in a folder is still going on, or something else works in the folder."""

    folder: str
    holder: str | Sentence
    template: ClassVar[str] = N_("{folder} is in use: {holder}. Wait until it is done, or give --wait SECONDS.")


@dataclass(eq=False)
class NoFolder(StopimportError):
    """There is no folder where there should be one."""

    folder: str
    template: ClassVar[str] = N_("There is no folder {folder}. Check the name, or see 'stopimport history'.")


@dataclass(eq=False)
class LockUnusable(StopimportError):
    """A lock file cannot be made or locked."""

    file: str
    problem: str | Sentence
    template: ClassVar[str] = N_(
        "The lock file {file} cannot be used: {problem}. Make its folder writable (the variable XDG_STATE_HOME names "
        "another place for locks of accounts)."
    )


# --- The API key -----------------------------------------------------------------------------------------------


@dataclass(eq=False)
class BadKey(StopimportError):
    """What should be the API key cannot be one (the value itself is never shown)."""

    source: str
    problem: str | Sentence
    template: ClassVar[str] = N_(
        "The API key from {source} cannot be right: {problem}. Copy the key from your SMS Partner account again."
    )


@dataclass(eq=False)
class KeyFileUnreadable(StopimportError):
    """The file that should hold the API key cannot be read."""

    file: str
    problem: str
    template: ClassVar[str] = N_("The API key's file {file} cannot be read: {problem}. Check api_key_file.")


@dataclass(eq=False)
class OpenKeyFile(StopimportError):
    """Others can write the file with the API key, or replace it."""

    file: str
    open: str
    template: ClassVar[str] = N_(
        "The API key's file {file} is not used, because others can write {open}. Make it yours alone: chmod go-w {open}"
    )


@dataclass(eq=False)
class NoKeyring(StopimportError):
    """There is no system keyring to keep the API key in."""

    problem: str | Sentence
    template: ClassVar[str] = N_(
        "The system keyring cannot be used: {problem}. Install it with pip install 'stopimport[keyring]', or put the "
        "key into SMSPARTNER_API_KEY or a file named by api_key_file."
    )


@dataclass(eq=False)
class AlreadyUndone(StopimportError):
    """A run that was undone shall be resumed."""

    folder: str
    template: ClassVar[str] = N_("{folder} was undone, so it cannot be resumed. Import the files again with a new run.")


@dataclass(eq=False)
class NotResumable(StopimportError):
    """A run that a guard stopped shall be resumed."""

    folder: str
    template: ClassVar[str] = N_(
        "{folder} was stopped by a guard, so there is nothing to resume. "
        "Run the files again with the option that the guard named."
    )


@dataclass(eq=False)
class OtherAccount(StopimportError):
    """A run shall go on with the key of another account."""

    folder: str
    account: str
    template: ClassVar[str] = N_(
        "{folder} belongs to another account ({account}) than the API key in force. Set that account's key."
    )


@dataclass(eq=False)
class OtherAddress(StopimportError):
    """A run shall go on at another address."""

    folder: str
    address: str
    template: ClassVar[str] = N_(
        "{folder} belongs to {address}, whatever else --base-url or STOPIMPORT_BASE_URL say. Leave these out."
    )


# --- How a sending ends ----------------------------------------------------------------------------------------


@dataclass(eq=False)
class KeyMissing(AccountError):
    """There is no API key."""

    template: ClassVar[str] = N_(
        "There is no API key, so nothing was sent. Set SMSPARTNER_API_KEY to the key of your SMS Partner account, "
        "or try the job out with --sandbox."
    )


@dataclass(eq=False)
class AccountStopped(AccountError):
    """The vendor refuses the account."""

    why: str
    folder: str
    template: ClassVar[str] = N_(
        "{why} Check SMSPARTNER_API_KEY and the account; then the rest is sent with: stopimport resume {folder!q}"
    )


@dataclass(eq=False)
class NotWritten(StopimportError):
    """A run cannot be written down any more (a full disk, a share that went away), and calls have been made."""

    exit_code: ClassVar[ExitCode] = ExitCode.INCOMPLETE
    problem: str
    template: ClassVar[str] = "{problem}"


@dataclass(eq=False)
class NumbersLeft(StopimportError):
    """Every number has had its turn, and some got no usable answer."""

    exit_code: ClassVar[ExitCode] = ExitCode.INCOMPLETE
    failed: int
    not_sent: int
    folder: str
    template: ClassVar[str] = N_(
        "Numbers that failed: {failed:,}; not sent: {not_sent:,}. Try them again with: stopimport resume {folder!q}"
    )


@dataclass(eq=False)
class SendingEnded(StopimportError):
    """The sending ended before every number had its turn."""

    exit_code: ClassVar[ExitCode] = ExitCode.INCOMPLETE
    why: str
    left: int
    folder: str
    template: ClassVar[str] = N_("{why} {left:,} numbers are left; later: stopimport resume {folder!q}")


@dataclass(eq=False)
class Interrupted(StopimportError):
    """Somebody asked to stop."""

    exit_code: ClassVar[ExitCode] = ExitCode.INTERRUPTED
    folder: str
    template: ClassVar[str] = N_("Interrupted; nothing is lost. The rest is sent with: stopimport resume {folder!q}")


# --- After the run ---------------------------------------------------------------------------------------------


@dataclass(eq=False)
class KeyNeeded(AccountError):
    """There is no API key to look at the stop list with."""

    template: ClassVar[str] = N_(
        "There is no API key, so the stop list cannot be looked at. Set SMSPARTNER_API_KEY to the key of the SMS "
        "Partner account."
    )


@dataclass(eq=False)
class PartialList(StopimportError):
    """The API announced another number of entries than it gave."""

    entries: int
    exit_code: ClassVar[ExitCode] = ExitCode.INCOMPLETE
    template: ClassVar[str] = N_(
        "SMS Partner gave only a part of the stop list ({entries:,} entries), and nothing can be concluded from that: "
        "nothing was verified or taken off. Try again later."
    )


@dataclass(eq=False)
class NumbersMissing(StopimportError):
    """Numbers of the run are not on the stop list."""

    missing: int
    checked: int
    file: str
    command: str
    exit_code: ClassVar[ExitCode] = ExitCode.MISSING
    template: ClassVar[str] = N_(
        "Numbers that are not on the stop list: {missing:,} of {checked:,}; they stand in {file}. To put them there: "
        "{command}"
    )


@dataclass(eq=False)
class ReasonMissing(StopimportError):
    """`undo` was not told why."""

    template: ClassVar[str] = N_(
        "Say why these numbers shall leave the stop list: --reason TEXT. It stands in the run's summary for those who "
        "ask later."
    )


@dataclass(eq=False)
class UndoDeclined(GuardError):
    """The confirmation of `undo` was declined."""

    template: ClassVar[str] = N_("Not confirmed, so nothing was taken off the stop list.")


@dataclass(eq=False)
class UndoUnfinished(StopimportError):
    """Some numbers could not be taken off the stop list, or had no turn yet."""

    failed: int
    folder: str
    exit_code: ClassVar[ExitCode] = ExitCode.INCOMPLETE
    template: ClassVar[str] = N_(
        "{failed:,} numbers could not be taken off the stop list; see undo.csv. Try again with: "
        "stopimport undo {folder!q} --reason TEXT"
    )


@dataclass(eq=False)
class UndoEnded(StopimportError):
    """`undo` ended before every number had its turn."""

    why: str
    failed: int
    folder: str
    exit_code: ClassVar[ExitCode] = ExitCode.INCOMPLETE
    template: ClassVar[str] = N_(
        "{why} {failed:,} numbers are still to be taken off; later: stopimport undo {folder!q} --reason TEXT"
    )


@dataclass(eq=False)
class UndoStopped(AccountError):
    """The vendor refuses the account while numbers are taken off."""

    why: str
    folder: str
    template: ClassVar[str] = N_(
        "{why} Check SMSPARTNER_API_KEY and the account; then the rest is taken off with: "
        "stopimport undo {folder!q} --reason TEXT"
    )


@dataclass(eq=False)
class UndoInterrupted(StopimportError):
    """Somebody asked `undo` to stop."""

    failed: int
    folder: str
    exit_code: ClassVar[ExitCode] = ExitCode.INTERRUPTED
    template: ClassVar[str] = N_(
        "Interrupted; nothing is lost. {failed:,} numbers are still to be taken off: "
        "stopimport undo {folder!q} --reason TEXT"
    )
