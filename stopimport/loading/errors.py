"""What can be wrong with files, their columns and their rows."""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - whoever asks for the types of the facts needs it
from dataclasses import field

from stopimport.errors import ExitCode, GuardError, StopimportError
from stopimport.text.language import N_, Plural, Sentence, _

_GARBLED = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac|[\ufffd\u0080-\u009f]")
"""What UTF-8 looks like when it is read as Windows-1252, and signs that stand for none."""


class Undecodable(StopimportError):
    """A text file does not fit the encoding that was asked for, or that its byte-order mark names."""

    file: str
    encoding: str
    line: int
    template = N_(
        "{file} cannot be read as {encoding}: line {line} does not fit. The file may be damaged or "
        "truncated: export it again, or name its encoding with --encoding."
    )
    page_template = N_(
        "{file} cannot be read as {encoding}: line {line} does not fit. The file may be damaged or "
        "truncated: export it again, or choose its encoding below."
    )


class RowsTooShort(StopimportError):
    """A large text of so many short rows that phone numbers have no room in them."""

    file: str
    rows: int
    template = N_(
        "{file} has {rows:,} rows, most of them too short for a phone number. Line breaks may be in the wrong "
        "places: export the file again."
    )


class TooManyColumns(StopimportError):
    """A row has more cells than any spreadsheet has columns."""

    file: str
    row: int
    most: int
    template = N_(
        "{file}: row {row} has more than {most:,} cells. Line breaks may be missing, or the delimiter is wrong: "
        "export the file again, or name the delimiter with --delimiter."
    )
    page_template = N_(
        "{file}: row {row} has more than {most:,} cells. Line breaks may be missing, or the separator is wrong: "
        "export the file again, or choose the separator below."
    )


class HeaderRowMissing(StopimportError):
    """`--header` names a row that does not exist."""

    place: Sentence | str
    row: int
    rows: int
    template = Plural(
        "{place} has only {rows:,} row, so row {row} cannot be the header row. Check --header.",
        "{place} has only {rows:,} rows, so row {row} cannot be the header row. Check --header.",
        by="rows",
    )
    page_template = Plural(
        "{place} has only {rows:,} row, so row {row} cannot be the header row. Choose another row below.",
        "{place} has only {rows:,} rows, so row {row} cannot be the header row. Choose another row below.",
        by="rows",
    )


class ColumnError(StopimportError):
    """Parent of the errors that list columns: where their names are garbled, the encoding is the likely cause."""

    def __str__(self) -> str:
        hint = N_(
            "The names of the columns look garbled: the file is probably in another encoding, or in several; see "
            "--encoding.",
            N_("The names of the columns look garbled: the file is probably in another encoding, or in several."),
        )
        text = super().__str__()
        return f"{text} {_(hint)}" if _GARBLED.search(getattr(self, "columns", "")) else text


class NoPhoneColumn(ColumnError):
    """Neither headers nor content of a file show a phone column."""

    place: Sentence | str
    columns: str
    template = N_("No phone column was found in {place}. Name it with --column. The columns are: {columns}.")
    page_template = N_(
        "No column with phone numbers was found in {place}. If there is one, choose it below; otherwise "
        "check that this is the right file."
    )


class InputWithoutColumn(ColumnError):
    """None of the columns that `--column` names is in a file."""

    place: Sentence | str
    names: str
    columns: str
    template = N_(
        "{place} has no column {names}. Name its phone column with another --column. The columns are: {columns}."
    )
    page_template = N_("{place} has no such column. Choose its phone column below.")


class UnknownColumn(ColumnError):
    """An option names a column that no input has."""

    option: str
    name: str
    columns: str
    template = N_("No input has the column '{name}' given with {option}. The columns are: {columns}.")
    page_template = N_("No file has a column named '{name}'. Choose the phone column below.")


class UnknownSheet(StopimportError):
    """`--sheet` names a sheet that no workbook has."""

    name: str
    sheets: str
    template = N_("No input has a sheet '{name}' (--sheet). The sheets are: {sheets}.")
    page_template = N_("No file has a sheet named '{name}'. Choose the sheets below.")


class AmbiguousColumn(GuardError):
    """Several columns have the same claim to be the phone column."""

    place: Sentence | str
    columns: str
    options: str
    indices: tuple[int, ...] = ()
    """Their places in the sheet, from 0."""
    template = N_(
        "{place}: several columns hold phone numbers ({columns}), so nothing was sent. "
        "Name the one to import, or all of them: {options}"
    )
    page_template = N_("{place}: several columns hold phone numbers ({columns}), so nothing was added.")


class NumbersAboveHeader(GuardError):
    """Rows above a header hold mobile numbers, and may be data or title lines."""

    place: Sentence | str
    rows: str
    header: int
    """Row of the header, from 1."""
    count: int = 0
    template = N_(
        "{place}: there are mobile numbers above the headers of row {header}, in rows {rows}, so nothing "
        "was sent. To leave them out: --header {header}. To import them, move them below the headers."
    )
    page_template = N_("{place}: there are mobile numbers above the headers of row {header}, in rows {rows}.")


class HiddenRows(GuardError):
    """A sheet has hidden rows, and nobody said what to do with them."""

    rows: int
    places: str
    by_place: tuple[tuple[Sentence | str, int], ...] = ()
    """The sheets, and how many hidden rows each has."""
    template = Plural(
        "{rows:,} row is hidden, by a filter or by hand ({places}), so nothing was sent. Say whether "
        "to import it: --hidden skip or --hidden include.",
        "{rows:,} rows are hidden, by a filter or by hand ({places}), so nothing was sent. Say whether "
        "to import them: --hidden skip or --hidden include.",
        by="rows",
    )
    page_template = Plural(
        "{rows:,} row is hidden, by a filter or by hand ({places}), so nothing was added.",
        "{rows:,} rows are hidden, by a filter or by hand ({places}), so nothing was added.",
        by="rows",
    )


class WhereKeepsNothing(GuardError):
    """The conditions of `--where` leave no row at all."""

    conditions: str
    rows: int
    values: str
    template = Plural(
        "No row matches {conditions} ({rows:,} row was read), so nothing was sent. The values found "
        "are: {values}. Correct the condition; if it is fine that no row is left, give --where-none ok.",
        "No row matches {conditions} ({rows:,} rows were read), so nothing was sent. The values found "
        "are: {values}. Correct the condition; if it is fine that no row is left, give --where-none ok.",
        by="rows",
    )
    page_template = N_("None of the rows matches your choice of rows, so nothing was added.")


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
    gone: tuple[str, ...] = ()
    """The values of people who unsubscribed: nothing else is ever proposed."""
    marked: int = 0
    """Rows of people who unsubscribed where `counts` has only the values of the others: dates, say."""
    texts: bool = False
    """Whether these are texts of which nobody but a person can tell what they say."""
    template = N_(
        "{place}: column '{column}' shows that some of these people are still subscribed ({values}), so "
        "nothing was sent. To import only those who unsubscribed: {option}. To import every row: "
        "--all-rows."
    )
    page_template = N_(
        "{place}: column '{column}' shows that some of these people are still subscribed ({values}), so nothing was "
        "added."
    )


class MissingFile(StopimportError):
    """A FILE of the command line does not exist."""

    file: str
    template = N_("The file or folder '{file}' does not exist. Check the spelling and the folder you are in.")


class NoMatch(StopimportError):
    """A glob pattern matches no file."""

    pattern: str
    template = N_("No file matches '{pattern}'. Check the pattern and the folder you are in.")


class NothingInFolder(StopimportError):
    """A folder or archive holds nothing that could be imported."""

    folder: str
    endings: str
    template = N_("'{folder}' has no file to import. Files with these endings are read: {endings}.")


class EmptyFile(StopimportError):
    """A file of 0 bytes: a failed export, not a quiet night."""

    file: str
    template = N_("{file} is empty (0 bytes). The export or the copy failed: make it again.")


class NotAFile(StopimportError):
    """A device, pipe or socket was given as a file."""

    file: str
    template = N_("{file} is not a file but a device or a pipe. Give a file, or - for standard input.")


class WrongKind(StopimportError):
    """The content is something else than a table."""

    file: str
    what: object
    template = N_(
        "{file} is {what}, not a table that can be read. Open it in the program it comes from, or in Excel or "
        "LibreOffice, save it as .xlsx or .csv, and import that file."
    )


class EncryptedFile(StopimportError):
    """A workbook or archive is protected with a password."""

    file: str
    template = N_("{file} is password-protected. Open it, save it without the password, and import that file.")


class DamagedFile(StopimportError):
    """A workbook or archive is cut off or broken."""

    file: str
    detail: object
    template = N_("{file} is damaged: {detail}. Export it or copy it again.")


class UnsupportedPacking(StopimportError):
    """A zip uses a packing method that is not read here."""

    file: str
    template = N_("{file} is packed in an unusual way. Unpack it first, then import the files in it.")


class NestedArchive(StopimportError):
    """There is an archive inside an archive."""

    file: str
    template = N_("{file} is an archive inside an archive. Unpack the outer one first, then import what was in it.")


class FileTooBig(StopimportError):
    """A file is larger than `--max-file-size`."""

    file: str
    limit: Sentence
    template = N_(
        "{file} is larger than {limit} and was not read. Divide it into smaller files; if it is meant to be so large, "
        "allow more with --max-file-size."
    )
    page_template = N_("{file} is larger than {limit}, the most that this page reads. Divide it into smaller files.")


class UnpacksTooBig(StopimportError):
    """What comes out of a packed file is larger than `--max-file-size`."""

    file: str
    limit: Sentence
    template = N_(
        "{file} was not read: unpacked it is larger than {limit}. Divide the table into smaller files; if it is meant "
        "to be so large, allow more with --max-file-size."
    )
    page_template = N_(
        "{file} was not read: unpacked it is larger than {limit}, the most that this page reads. Divide the table into "
        "smaller files."
    )


class UnpacksTooFar(StopimportError):
    """A zip bomb, or a workbook that works like one."""

    file: str
    megabytes: int
    template = N_(
        "{file} was refused: it unpacks to more than {megabytes:,} MB, far more than its size allows for. "
        "If it is genuine, save the table again as .csv and import that file."
    )


class TooLarge(StopimportError):
    """A workbook that holds more than can be read with reasonable memory and time."""

    file: str
    detail: object
    template = N_(
        "{file} is too large to be read: {detail}. Save the table with the phone numbers as .csv and import that file."
    )


class TooSpread(StopimportError):
    """A sheet whose few cells are so far apart that no reader can lay it out."""

    file: str
    sheet: str
    template = N_(
        "{file}, sheet '{sheet}': some cells are so far from the table that the sheet cannot be read. Copy "
        "the table into a new sheet, save it, and import that file."
    )


class ForeignXml(StopimportError):
    """A workbook holds XML declarations that could pull in other files or grow without end."""

    file: str
    template = N_(
        "{file} was refused: its XML declares entities of its own, which no spreadsheet program writes. "
        "Open it in Excel or LibreOffice, save it again, and import that file."
    )


class InternalError(StopimportError):
    """Something that cannot be: two ways of reading or counting the same thing disagree."""

    detail: str
    exit_code = ExitCode.BUG
    template = N_("Internal error: {detail}. Nothing was sent. Please report it.")
