"""The words of the contract, once: states, statuses, reasons, repairs and exit codes.

Each word is an enumeration member whose value is the stable code that is in files; `Term` says what it means and
what to do. The reference's tables, the 'Read me' sheet and the summaries take their texts from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from stopimport.errors import ExitCode
from stopimport.text.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


Tone = Literal["good", "known", "wait", "bad"]
"""How good a piece of news is: the name of a colour."""


@dataclass(frozen=True, slots=True)
class Term:
    """One word for people: a short title, what it means, and what to do about it (blank if nothing)."""

    title: str
    meaning: str
    remedy: str = ""


class Status(StrEnum):
    """What became of a valid entry, as in the results' `status` column."""

    ADDED = "added"
    ALREADY_LISTED = "already_listed"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_SENT = "not_sent"


STATUSES: Mapping[Status, Term] = {
    Status.ADDED: Term(N_("Added"), N_("{vendor} added the number to the stop list.")),
    Status.ALREADY_LISTED: Term(N_("Already on the list"), N_("The number was already on the stop list.")),
    Status.DUPLICATE: Term(
        N_("Duplicate"), N_("The same number as an earlier entry; code and stopId are those of the first.")
    ),
    Status.REFUSED: Term(
        N_("Refused"),
        N_("{vendor} says that this is not a valid number."),
        N_("Correct it in the rejects file and import that file."),
    ),
    Status.FAILED: Term(
        N_("Failed"),
        N_("No usable answer after all attempts, or a code that says nothing about the number."),
        N_("Run 'stopimport resume' on the run's folder.", N_("Add the rest on the page of this import.")),
    ),
    Status.NOT_SENT: Term(
        N_("Not sent", N_("Not added")),
        N_(
            "The run ended before the number's turn, or the files were only checked.",
            N_("The import ended before the number's turn, or the files were only checked."),
        ),
        N_("Run 'stopimport resume' on the run's folder.", N_("Add the rest on the page of this import.")),
    ),
}


class State(StrEnum):
    """The state of a run, as in summary.json and the journal; those from `MISSING` on are told to people only.

    The values are the contract's words, and those of tables.
    """

    RUNNING = N_("running")
    COMPLETE = N_("complete")
    INCOMPLETE = N_("incomplete")
    ABORTED = N_("aborted")
    INTERRUPTED = N_("interrupted")
    CHECKED = N_("checked")
    MISSING = "missing"
    UNVERIFIED = "unverified"
    UNDONE = "undone"
    UNDOING = "undoing"
    UNREADABLE = N_("unreadable")

    @property
    def word(self) -> str:
        """What the page calls it."""
        return STATES[self][0]

    @property
    def sentence(self) -> str:
        """What report and terminal say; '' where there is nothing to add to the word."""
        return STATES[self][1]

    @property
    def tone(self) -> Tone:
        """How good the news is."""
        return STATES[self][2]


STATES: Mapping[State, tuple[str, str, Tone]] = {
    State.RUNNING: (N_("Running"), "", "known"),
    State.COMPLETE: (N_("Done"), N_("Done: every valid number is on the stop list."), "good"),
    State.INCOMPLETE: (
        N_("Not finished"),
        N_("Not finished: some numbers are not on the stop list yet."),
        "wait",
    ),
    State.ABORTED: (
        N_("Stopped"),
        N_(
            "Stopped: nothing more is sent until the problem named in the message is settled.",
            N_("Stopped: nothing more is added until the problem named in the message is settled."),
        ),
        "bad",
    ),
    State.INTERRUPTED: (
        N_("Interrupted"),
        N_("Interrupted: some numbers are not on the stop list yet."),
        "wait",
    ),
    State.CHECKED: (N_("Only checked"), N_("Checked: nothing was added to the stop list."), "known"),
    State.MISSING: (
        N_("Numbers missing"),
        N_(
            "Everything was sent, but some numbers are not on the stop list.",
            N_("Everything was done, but some numbers are not on the stop list."),
        ),
        "bad",
    ),
    State.UNVERIFIED: (
        N_("Not verified", N_("Not compared")),
        N_(
            "Everything was sent, but whether it is on the stop list could not be verified.",
            N_("Everything was done, but whether it is on the stop list could not be compared."),
        ),
        "wait",
    ),
    State.UNDONE: (
        N_("Undone"),
        N_(
            "Undone: the numbers that this run had added are off the stop list again.",
            N_("Undone: the numbers that this import had added are off the stop list again."),
        ),
        "wait",
    ),
    State.UNDOING: (
        N_("Undo not finished"),
        N_("Undo is not finished: some numbers still have to be taken off."),
        "bad",
    ),
    State.UNREADABLE: (N_("Unreadable"), "", "bad"),
}
"""Word, sentence and tone of each state."""


class Fetched(StrEnum):
    """What came of fetching the stop list before sending, as in summary.json."""

    YES = "yes"
    NO = "no"
    PARTIAL = "partial"


class UndoStatus(StrEnum):
    """What `undo` did with a number that the run had added, as in the `status` column of undo.csv."""

    REMOVED = "removed"
    ABSENT = "absent"
    LEFT = "left"
    FAILED = "failed"


UNDO_STATUSES: Mapping[UndoStatus, Term] = {
    UndoStatus.REMOVED: Term(N_("Removed"), N_("The number was taken off the stop list.")),
    UndoStatus.ABSENT: Term(N_("Absent"), N_("The number was no longer on the stop list.")),
    UndoStatus.LEFT: Term(
        N_("Kept"),
        N_(
            "The number stays on the stop list: the entry is not this run's, or a later run relies on it.",
            N_("The number stays on the stop list: the entry is not this import's, or a later import relies on it."),
        ),
        N_(
            "Nothing; --even-if-needed also takes off what later runs rely on.",
            N_("Nothing, unless these numbers should be removed too: you can choose that when you undo."),
        ),
    ),
    UndoStatus.FAILED: Term(
        N_("Failed"),
        N_("No usable answer after all attempts, or undo ended before the number's turn."),
        N_(
            "Run the same undo again: it continues where it stopped.",
            N_("Undo this import again: it continues where it stopped."),
        ),
    ),
}


class Repair(StrEnum):
    """What was corrected in an entry, in the order in which the `repairs` column names them."""

    LEADING_ZERO = "leading_zero"
    INTERNATIONAL_PREFIX = "international_prefix"
    TRUNK_ZERO = "trunk_zero"
    DECIMAL_POINT = "decimal_point"
    EXPONENT = "exponent"
    EXCEL_TEXT = "excel_text"
    CHARACTERS = "characters"
    SEPARATORS = "separators"
    TEXT_AROUND = "text_around"
    SPLIT_CELL = "split_cell"
    OVERSEAS = "overseas"
    CORRECTED = "corrected"


REPAIRS: Mapping[Repair, Term] = {
    Repair.LEADING_ZERO: Term(
        N_("Leading zero"), N_("The zero that a spreadsheet program dropped was put back: 612345678.")
    ),
    Repair.INTERNATIONAL_PREFIX: Term(
        N_("International prefix"), N_("00 or a lost plus was read as the international prefix: 0033…, 33….")
    ),
    Repair.TRUNK_ZERO: Term(N_("Trunk zero"), N_("The zero after the country code was removed: +33 (0)6…, +3306….")),
    Repair.DECIMAL_POINT: Term(N_("Decimal point"), N_("The decimals of a number cell were removed: 33612345678.0.")),
    Repair.EXPONENT: Term(
        N_("Exponent"),
        N_("Scientific notation that still has all its digits was written out: 6.12345678E+08."),
    ),
    Repair.EXCEL_TEXT: Term(N_("Excel text"), N_('A text marker was removed: ="0612345678", \'0612345678.')),
    Repair.CHARACTERS: Term(
        N_("Characters"), N_("Full-width digits, invisible characters or special spaces were replaced with plain ones.")
    ),
    Repair.SEPARATORS: Term(N_("Separators"), N_("Unusual separators between the digits were removed.")),
    Repair.TEXT_AROUND: Term(
        N_("Text around"),
        N_("Words or an extension next to the number were left out: 06 12 34 56 78 (perso)."),
    ),
    Repair.SPLIT_CELL: Term(N_("Split cell"), N_("One of several numbers in one cell.")),
    Repair.OVERSEAS: Term(
        N_("Overseas"), N_("A French territory's number was given its own calling code: 0692… is +262692….")
    ),
    Repair.CORRECTED: Term(
        N_("Corrected"), N_("A person wrote the right number in a rejects file; the cell stays as it was read.")
    ),
}


class Reason(StrEnum):
    """Why an entry is not on its way to the stop list, as in the rejects' `reason` column."""

    NOT_A_PHONE_NUMBER = "not_a_phone_number"
    DIGITS_LOST = "digits_lost"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    UNKNOWN_COUNTRY = "unknown_country"
    INVALID_NUMBER = "invalid_number"
    NOT_MOBILE = "not_mobile"
    COUNTRY_NOT_ALLOWED = "country_not_allowed"
    UNREADABLE_CELL = "unreadable_cell"
    BROKEN_ROW = "broken_row"
    REFUSED_BY_API = "refused_by_api"


REASONS: Mapping[Reason, Term] = {
    Reason.NOT_A_PHONE_NUMBER: Term(
        N_("Not a phone number"),
        N_(
            "The cell holds something else: words, a date, an e-mail address, too few digits, or a number that is "
            "masked, cut off or negative."
        ),
        N_("Look the person up and write the phone number in 'corrected'."),
    ),
    Reason.DIGITS_LOST: Term(
        N_("Digits lost"),
        N_("A spreadsheet program rounded the number (3.36E+10); its last digits are gone."),
        N_("Export again with the column formatted as text."),
    ),
    Reason.TOO_SHORT: Term(
        N_("Too short"),
        N_("Digits are missing for a number of this country."),
        N_("Complete the number in 'corrected'."),
    ),
    Reason.TOO_LONG: Term(
        N_("Too long"),
        N_("There are more digits than a number of this country has."),
        N_("Write the right number in 'corrected'."),
    ),
    Reason.UNKNOWN_COUNTRY: Term(
        N_("Unknown country"),
        N_("The calling code does not exist, or the country column could not be understood."),
        N_(
            "Write the number with + and its calling code in 'corrected', or give --region.",
            N_("Write the number with + and its calling code in 'corrected'."),
        ),
    ),
    Reason.INVALID_NUMBER: Term(
        N_("Invalid number"),
        N_("The length is possible, but no such number exists in the country's numbering plan."),
        N_("Check the number, and that --region is its country.", N_("Check the number and the country chosen.")),
    ),
    Reason.NOT_MOBILE: Term(
        N_("Not a mobile number"),
        N_("A valid number, but of a line that cannot receive SMS."),
        N_(
            "Nothing, unless landlines should be added too: --line-types any.",
            N_("Nothing, unless landlines should be added too: you can choose that."),
        ),
    ),
    Reason.COUNTRY_NOT_ALLOWED: Term(
        N_("Country not allowed"),
        N_(
            "The number is outside the countries given with --countries.",
            N_("The number is from a country that this program is set up not to accept."),
        ),
        N_(
            "Nothing, or give --countries with this country.",
            N_("Nothing, or ask whoever set up this program to accept this country."),
        ),
    ),
    Reason.UNREADABLE_CELL: Term(
        N_("Unreadable cell"),
        N_("The cell holds an error such as #N/A, or a formula without a stored result."),
        N_("Open the file in a spreadsheet program, correct the formula and save."),
    ),
    Reason.BROKEN_ROW: Term(
        N_("Broken row"),
        N_("The row has the wrong number of cells and no valid number where the phone number should be."),
        N_("Check the row in the file: there is a delimiter or a quote missing or too many."),
    ),
    Reason.REFUSED_BY_API: Term(
        N_("Refused by {vendor}"),
        N_("{vendor} answered code 9: not a valid number."),
        N_("Check the number and write the right one in 'corrected'."),
    ),
}


class CellLimit(StrEnum):
    """Why a whole cell is one reject, `not_a_phone_number`: what no phone cell has so much of."""

    CHARACTERS = "too many characters"
    NUMBERS = "too many numbers"


CELL_LIMITS: Mapping[CellLimit, str] = {
    CellLimit.CHARACTERS: N_("The cell is longer than the 32,767 characters that a spreadsheet's cell holds."),
    CellLimit.NUMBERS: N_("The cell holds more than 100 numbers; write each into a row of its own."),
}
"""What they mean and what to do."""


class Line(StrEnum):
    """What kind of line a number is, by the numbering plan."""

    MOBILE = "mobile"
    FIXED_LINE_OR_MOBILE = "fixed_line_or_mobile"
    FIXED_LINE = "fixed_line"
    VOIP = "voip"
    TOLL_FREE = "toll_free"
    PREMIUM_RATE = "premium_rate"
    SHARED_COST = "shared_cost"
    PERSONAL_NUMBER = "personal_number"
    PAGER = "pager"
    UAN = "uan"
    VOICEMAIL = "voicemail"


LINES: Mapping[Line, str] = {
    Line.MOBILE: N_("Mobile"),
    Line.FIXED_LINE_OR_MOBILE: N_("Mobile or landline (the country does not tell them apart)"),
    Line.FIXED_LINE: N_("Landline"),
    Line.VOIP: N_("Internet telephony"),
    Line.TOLL_FREE: N_("Freephone"),
    Line.PREMIUM_RATE: N_("Premium rate"),
    Line.SHARED_COST: N_("Shared cost"),
    Line.PERSONAL_NUMBER: N_("Personal number"),
    Line.PAGER: N_("Pager"),
    Line.UAN: N_("Company number"),
    Line.VOICEMAIL: N_("Voicemail"),
}
"""How people call the lines."""

EXIT_CODES: Mapping[ExitCode, Term] = {
    ExitCode.OK: Term(
        N_("Done"),
        N_(
            "Every valid number is on the stop list, or refused with code 9 and in the rejects file; "
            "for check: the input could be read."
        ),
    ),
    ExitCode.BUG: Term(N_("A bug"), N_("Something that should not happen."), N_("Please report it.")),
    ExitCode.UNUSABLE: Term(
        N_("Unusable"),
        N_(
            "Usage, configuration or input that cannot be read; nothing was sent.",
            N_("A setting or a file that cannot be read; nothing was added."),
        ),
        N_("Do what the message says."),
    ),
    ExitCode.INCOMPLETE: Term(
        N_("Incomplete"),
        N_("Some numbers failed or were not sent.", N_("Some numbers failed or were not added.")),
        N_("stopimport resume finishes the run.", N_("Add the rest on the page of this import.")),
    ),
    ExitCode.ACCOUNT_REFUSED: Term(
        N_("Account refused"),
        N_("The key is missing or wrong, the account is blocked, or the IP address is not allowed."),
        N_("Check the key and the account, then resume.", N_("Check the key and the account, then add the rest.")),
    ),
    ExitCode.GUARD: Term(
        N_("Stopped by a guard"),
        N_(
            "Stopped before anything was sent, or the confirmation was declined.",
            N_("Stopped before anything was added, or the confirmation was declined."),
        ),
        N_(
            "Settle the problem named in the message, then run again.",
            N_("Settle the problem named in the message, then import again."),
        ),
    ),
    ExitCode.MISSING: Term(
        N_("Numbers missing"),
        N_(
            "verify found numbers missing from the stop list.",
            N_("The comparison found numbers missing from the stop list."),
        ),
        N_("See missing.csv."),
    ),
    ExitCode.BUSY: Term(
        N_("Busy"),
        N_("Another run is using this folder or inbox.", N_("Another import is using this folder.")),
        N_("Wait for it to finish, or give --wait.", N_("Wait for it to finish.")),
    ),
    ExitCode.INTERRUPTED: Term(
        N_("Interrupted"),
        N_("Interrupted by Ctrl-C with something left to send.", N_("Interrupted with something left to add.")),
        N_("stopimport resume finishes it.", N_("Add the rest on the page of this import.")),
    ),
    ExitCode.TERMINATED: Term(
        N_("Terminated"),
        N_("Stopped by SIGTERM or SIGHUP with something left to send.", N_("Stopped with something left to add.")),
        N_("stopimport resume finishes it.", N_("Add the rest on the page of this import.")),
    ),
}
