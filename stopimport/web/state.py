"""All that the page shows, as plain values: what the server's side makes and the templates read.

Texts for people are `Text`: ``str()``, and so ``{{ text }}`` in a template, gives them in the language in force at that
moment. Counts are whole numbers, times ISO 8601 with offset; how they are written is the templates' business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from stopimport.text.language import language_in_force

if TYPE_CHECKING:
    from collections.abc import Mapping

CONFIRM_BY_TYPING = 1000
"""From more numbers than this on, the person types how many there are."""


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in every language, shown in the one in force."""

    by_language: Mapping[str, str]

    def __str__(self) -> str:
        return self.by_language.get(language_in_force()) or self.by_language.get("en", "")


# --- What every page has ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyState:
    """What the page may know of the API key: never the key."""

    known: bool
    """There is one."""
    source: Literal["", "typed", "keyring", "given"] = ""
    """Typed on the page and in memory only, kept in the system's keyring, or given to the server at its start (variable
    or file): then the page cannot forget it."""
    account: str = ""
    """What names the account in summaries: 8 hex digits."""
    keyring: bool = False
    """A key typed now can be kept in the system's keyring."""


@dataclass(frozen=True, slots=True)
class Page:
    """What surrounds every page."""

    language: str
    """The language in force, ``en`` or ``fr``."""
    csrf: str
    """For the field ``csrf`` of each form, or the header ``X-CSRF-Token``."""
    sandbox: bool
    """Everything goes to a practice API: a clear banner."""
    key: KeyState
    version: str
    runs_folder: str
    """Where the runs' folders lie on this machine."""
    note: Text | None = None
    """What became of the last thing asked for outside drafts and runs (a key that cannot be right, say)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that went wrong, in plain words."""

    kind: str
    """Name of the error's class, such as ``NoPhoneColumn``; ``Crashed`` for a reader that was brought down, ``Bug``."""
    text: Text
    exit_code: int
    """As the command line would end."""
    facts: Mapping[str, Text | int | str] = field(default_factory=dict)
    """The facts of the sentence by name (see the class in `errors`): ``file``, ``columns`` …"""


# --- Before the sending: a draft -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file of a draft."""

    name: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet."""

    id: str
    """For the field ``column``."""
    letter: str
    """As spreadsheet programs call it: ``C``."""
    label: str
    """Its header, or the letter where that is blank or stands twice."""
    phone: bool
    """Taken as phone column."""
    candidate: bool
    """One of several with equal claim: the person has to choose."""


@dataclass(frozen=True, slots=True)
class Row:
    """One of the first rows of a sheet, as text."""

    number: int
    """As a spreadsheet program counts."""
    kind: Literal["title", "header", "data"]
    cells: tuple[str, ...]
    """As many as the sheet has columns; long ones are cut."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of a workbook, or the one table of a text file (name '')."""

    name: str
    """Also the value for the field ``sheet``."""
    rows: int
    """Rows below the header."""
    kept: int
    """Those of them that the row filters keep."""
    hidden: int
    """Hidden rows among the kept that hold something and nobody has decided on."""
    header_row: int | None
    """Row of the headers as a spreadsheet program counts, None: there are none."""
    columns: tuple[Column, ...]
    why: str
    """Why these phone columns: ``picked`` (clicked), ``header``, ``content``, ``rejects file``; '' for none."""
    head: tuple[Row, ...]
    """The first rows: a few lines above the header, the header, and the first rows below it."""
    skipped: str
    """Why nothing is read from it: ``hidden``, ``no phone column``, ``not asked for``, ``empty``; '' if it is read."""


@dataclass(frozen=True, slots=True)
class File:
    """What was understood of one file."""

    name: str
    """``a.zip/inner.csv`` for a member of an archive."""
    workbook: bool
    encoding: str
    """'' for workbooks."""
    delimiter: str
    """The sign itself; '' for none and for workbooks."""
    sheets: tuple[Sheet, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """One of the few values of a column."""

    id: str
    """For the field ``where``."""
    text: str
    """'' for empty cells."""
    count: int
    """Rows with it, over all sheets read."""
    chosen: bool
    """A filter in force keeps it."""
    means: Literal["", "subscribed", "gone"] = ""
    """What the value says of the people, if the column is the status of a subscription."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A column with few different values, good for choosing rows."""

    id: str
    """For the field ``set``: ``where:ID``."""
    column: str
    values: tuple[Value, ...]
    """The most frequent first."""
    active: bool
    """Some of its values are chosen, and only their rows are kept."""


@dataclass(frozen=True, slots=True)
class Look:
    """What was understood of the files."""

    files: tuple[File, ...]
    filters: tuple[Filter, ...]


@dataclass(frozen=True, slots=True)
class RejectExample:
    """One rejected entry."""

    file: str
    sheet: str
    row: int
    column: str
    input: str
    message: str


@dataclass(frozen=True, slots=True)
class Rejects:
    """The rejected entries of one reason."""

    reason: str
    """A `vocabulary.Reason`."""
    title: Text
    meaning: Text
    remedy: Text
    count: int
    examples: tuple[RejectExample, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A valid entry that shows what cleaning made of the file."""

    input: str
    number: str
    repairs: tuple[Text, ...]
    """Titles of what was mended."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What would happen, as far as the files alone tell."""

    counts: Mapping[str, int]
    """As in summary.json: rows, filtered, cells, blank, entries, split, rejected, duplicate, numbers …"""
    rejects: tuple[Rejects, ...]
    """The most frequent reason first."""
    examples: tuple[Example, ...]
    seconds: float
    """How long sending all `numbers` takes at the rate in force."""
    per_second: float
    """That rate."""
    notices: tuple[str, ...]
    workbook: bool
    """Results and rejects will be workbooks too; False: too many rows, CSV only."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the person has chosen so far."""

    sheets: tuple[str, ...] = ()
    """Names; (): every visible one with a phone column."""
    columns: tuple[str, ...] = ()
    """Ids of the columns clicked; (): found by the program."""
    region: str = "FR"
    hidden: Literal["", "skip", "include"] = ""
    all_rows: bool = False
    header: str = ""
    """Row of the headers, ``none`` for none, '' for found."""
    encoding: str = ""
    """'' for found, as `delimiter`."""
    delimiter: str = ""
    """``;`` ``,`` ``tab`` ``|`` ``none``."""
    line_types: Literal["mobile", "any"] = "mobile"
    accept_rejects: bool = False
    """However many are rejected, it is fine."""
    accept_none: bool = False
    """A filter that keeps no row is fine."""
    accept_numbers: int = 0
    """So many numbers are fine although the settings allow fewer; 0: not said."""


@dataclass(frozen=True, slots=True)
class Question:
    """A guard, as a question. The fields that do not concern its kind are empty."""

    kind: str
    """``StillSubscribed``: choose `values` (set=``where:FILTER``, where=…), or all rows (set=all_rows, all_rows=1).
    ``HiddenRows``: `rows`, `places` (set=hidden, hidden=skip|include).
    ``AmbiguousColumn``: the candidates are marked in `Look` (set=column, column=…).
    ``WhereKeepsNothing``: change the filter (set=where), or set=accept_none, accept_none=1.
    ``TooManyRejects``: `place`, `column`, `rejected` of `entries`, `likely` (another column or region, or
    set=accept_rejects, accept_rejects=1).
    ``NothingValid``: the same, without the last way out.
    ``TooManyNumbers``: `numbers`, `most` (set=accept_numbers, accept_numbers=NUMBERS)."""
    text: Text
    """The whole question in plain words."""
    place: Text | None = None
    column: str = ""
    filter: str = ""
    """Id of the `Filter` that answers it."""
    values: tuple[Value, ...] = ()
    """Of the status column; those that mean 'gone' are `chosen` beforehand."""
    rows: int = 0
    places: tuple[tuple[Text, int], ...] = ()
    """Hidden rows by sheet."""
    rejected: int = 0
    entries: int = 0
    likely: str = ""
    """The reason (`vocabulary.Reason`) of most rejects."""
    numbers: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """Files that were dropped, and what is known of them; nothing is sent yet."""

    id: str
    run: str
    """Name of the run that it will be."""
    files: tuple[UploadedFile, ...]
    phase: Literal["reading", "asking", "refused", "ready", "sent"]
    """A child reads the files (keep polling); guards ask `questions`; `problem` says why they cannot be used; `checked`
    can be sent; the run has taken over."""
    options: Options
    look: Look | None = None
    """None as long as the files could not be read. While reading again: as it was."""
    questions: tuple[Question, ...] = ()
    """All that speaks against sending; each has to be answered."""
    problem: Problem | None = None
    checked: Checked | None = None
    """While reading again: as it was; the figures are then out of date."""
    note: Text | None = None
    """Why the last thing asked for was not done."""
    needs_key: bool = False
    """There is no API key yet: it is asked for before going on."""


# --- A run -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SendPreview:
    """What is about to be sent: the question before it."""

    to_send: int
    listed: int
    """Already on the stop list, or settled before."""
    rows: int
    entries: int
    duplicates: int
    rejects: tuple[Rejects, ...]
    examples: tuple[Example, ...]
    seconds: float
    account: str
    address: str
    typing: bool
    """The person has to type `to_send` (the field ``typed``)."""


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What is about to be taken off the stop list."""

    to_remove: int
    absent: int
    left: int
    done: int
    """Off the list by an earlier undo."""
    examples: tuple[str, ...]
    """Masked."""
    seconds: float
    reason: str
    typing: bool
    """As `SendPreview.typing`, of `to_remove`."""


@dataclass(frozen=True, slots=True)
class Live:
    """A job of this server that goes on with a run, or has just ended."""

    job: Literal["send", "verify", "undo"]
    phase: Literal["starting", "asking", "sending", "paused", "stopping", "ended"]
    """Opening the run and fetching the list; the question in `send` or `undo` is open; calls go out; held by the
    person; stopping, or writing the files; over, see `Run` and `problem`."""
    send: SendPreview | None = None
    undo: UndoPreview | None = None
    mistyped: bool = False
    """The number typed was another one."""
    total: int = 0
    done: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    """Of `done`: by `vocabulary.Status` or `UndoStatus`."""
    per_second: float = 0.0
    """Numbers a second, lately."""
    seconds_left: float | None = None
    hold: Text | None = None
    """Why nothing goes out just now."""
    hold_seconds: float = 0.0
    """About how long that will last."""
    problem: Problem | None = None
    """How it ended, if not well."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A run that another program (a terminal, the nightly job, another page) is working on."""

    total: int
    done: int
    by_status: Mapping[str, int]
    per_second: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a run."""

    name: str
    """For the address: ``/runs/RUN/files/NAME``."""
    title: Text
    size: int
    first: bool
    """The one that most people want: the workbook where there is one."""
    opens: bool
    """Shown in the browser (the report) rather than saved."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run of the list."""

    name: str
    state: str
    """A state of the contract, ``running``, ``missing``, ``undone``, ``undoing``, ``unverified``, or ``unreadable``."""
    started_at: str
    counts: Mapping[str, int] | None
    """As in summary.json; None where nothing can be read."""
    here: bool
    """A job of this server works on it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run."""

    name: str
    state: str
    """As `RunLine.state`."""
    folder: str
    """Where it lies on this machine."""
    started_at: str
    finished_at: str
    exit_code: int | None
    counts: Mapping[str, int] | None
    rejects: tuple[Rejects, ...]
    """Without examples."""
    inputs: tuple[UploadedFile, ...]
    """Names as in summary.json; sizes are not known (0)."""
    notices: tuple[str, ...]
    why: str
    """How it ended, if not well, in the words of that time; `live.problem` goes before it."""
    sandbox: bool
    account: str
    address: str
    downloads: tuple[Download, ...]
    actions: frozenset[str]
    """What can be done now: ``resume``, ``verify``, ``undo``; empty while somebody works on it."""
    live: Live | None = None
    elsewhere: Elsewhere | None = None
    draft: str = ""
    """Id of the draft that it comes from, as long as its files are there: declining leads back to it."""
    verify: Mapping[str, object] | None = None
    """As in summary.json: at, exit_code, entries, partial, checked, missing."""
    undo: Mapping[str, object] | None = None
    """As in summary.json: reason, started_at, removed, absent, left, failed, finished_at, exit_code."""
    note: Text | None = None
    """Why the last thing asked for was not done."""
    damaged: str = ""
    """What is wrong with its files."""


@dataclass(frozen=True, slots=True)
class Start:
    """The start page."""

    drafts: tuple[Draft, ...]
    runs: tuple[RunLine, ...]
    """Newest first, without those that are still drafts."""
    most_megabytes: int
    """Of all files dropped at once."""
    most_files: int
    problem: Problem | None = None
    """The folder of runs cannot be read."""


# --- Looking for a number --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """One entry with the number looked for; as the columns of the results."""

    run: str
    started_at: str
    file: str
    sheet: str
    row: int
    column: str
    input: str
    status: str
    code: int | None
    stop_id: str
    message: str
    duplicate_of: str
    sent_at: str
    undo: Mapping[str, object] | None
    """What undo did with it: status, code, message, removedAt."""


@dataclass(frozen=True, slots=True)
class Search:
    """What a search brought to light."""

    asked: str
    """As typed; '' before anything is looked for."""
    number: str = ""
    """In international form."""
    found: tuple[Found, ...] = ()
    runs: int = 0
    """Runs searched."""
    problems: tuple[str, ...] = ()
    """What could not be searched, and why."""
    problem: Problem | None = None
    """Why nothing could be looked for."""
