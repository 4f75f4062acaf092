"""What the page's server and its child say to each other: one JSON object a line, each of a type declared here.

The server gives one `Task` as the first line of the child's standard input, and `Order` words after it. The child
tells what happens as one `Event` a line on its standard output.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

from stopimport.loading.preview import FilesPreview
from stopimport.pipeline.wishes import Wish
from stopimport.reporting.previews import Example, RejectedEntry, SendPreview, UndoPreview
from stopimport.runs.summary import Counts
from stopimport.settings import SettingValue
from stopimport.web.child.questions import Question
from stopimport.web.texts import Problem, Text

Picked = tuple[str, str, int, tuple[int, ...]]
"""See `loading.cells.LoadOptions.picked`."""
RunCommand = Literal["send", "verify", "undo"]


class CheckTask(msgspec.Struct, frozen=True, tag="check"):
    """Say what is understood of files, and check them."""

    files: tuple[str, ...]
    folder: str
    """Of the run that it will be."""
    settings: dict[str, SettingValue]
    picked: tuple[Picked, ...]
    language: str
    by: str
    """Who does it."""
    wishes: tuple[Wish, ...] = ()
    """What a person wrote in the place of rejected entries."""
    kept: str = ""
    """The folder in which what was read is kept for the next time."""
    left_out: tuple[tuple[str, str], ...] = ()
    """See `loading.cells.LoadOptions.left_out`."""


class RunTask(msgspec.Struct, frozen=True, tag="run"):
    """Work on a run that was checked before."""

    command: RunCommand
    folder: str
    settings: dict[str, SettingValue]
    key: str | None
    """The API key."""
    language: str
    by: str
    """Who does it."""
    wishes: tuple[Wish, ...] = ()
    """What a person wrote in the place of rejected entries, before the command."""

    def __repr__(self) -> str:
        # Never the key.
        return f"RunTask({self.command!r}, {self.folder!r})"


class LookTask(msgspec.Struct, frozen=True, tag="look"):
    """Say whether a number is on the account's stop list."""

    number: str
    """E.164."""
    settings: dict[str, SettingValue]
    key: str | None
    """The API key."""
    language: str

    def __repr__(self) -> str:
        # Never the key, nor the number.
        return "LookTask()"


class KeyTask(msgspec.Struct, frozen=True, tag="key"):
    """Ask the API whether it takes a key: the list is fetched, nothing is added."""

    key: str
    settings: dict[str, SettingValue]
    language: str

    def __repr__(self) -> str:
        # Never the key.
        return "KeyTask()"


Task = CheckTask | RunTask | LookTask | KeyTask


class Order(StrEnum):
    """What the server wants of a child that is at work."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    PAUSE = "pause"
    CONTINUE = "continue"
    STOP = "stop"


class FilesRead(msgspec.Struct, frozen=True, tag="files_read"):
    """The files could be read."""

    preview: FilesPreview


class GuardsAsk(msgspec.Struct, frozen=True, tag="guards_ask"):
    """Guards speak against sending: each question has to be answered."""

    questions: tuple[Question, ...]
    checked: Checked | None = None
    """What would happen as it is; None: nothing is known before there is an answer."""


class Checked(msgspec.Struct, frozen=True, tag="checked"):
    """What would happen, as far as the files alone tell."""

    counts: Counts
    rejects: dict[str, int]
    """Rejected entries by reason."""
    reject_samples: dict[str, tuple[RejectedEntry, ...]]
    """A few of each."""
    examples: tuple[Example, ...]
    """A few valid entries."""
    per_second: float
    """The rate in force."""
    notices: tuple[str, ...]
    workbook: bool
    """Whether results and rejects will be workbooks too, as far as there are not too many rows."""
    keep: tuple[str, ...] = ()
    """Headers of the other columns that are shown and kept."""

    @property
    def seconds(self) -> float:
        """How long sending all numbers takes at the rate in force."""
        return self.counts.numbers / self.per_second


class SendAsks(msgspec.Struct, frozen=True, tag="send_asks"):
    """The question before the sending; it waits for `Order.CONFIRM` or `Order.DECLINE`."""

    preview: SendPreview


class UndoAsks(msgspec.Struct, frozen=True, tag="undo_asks"):
    """The question before an undo; see `SendAsks`."""

    preview: UndoPreview


class CallsMade(msgspec.Struct, frozen=True, tag="progress"):
    """How far the calls are."""

    total: int
    done: int
    by_status: dict[str, int]
    """Of `done`: by `vocabulary.Status` or `UndoStatus`."""
    at: float
    """Unix time."""


class Holding(msgspec.Struct, frozen=True, tag="holding"):
    """Nothing goes out for a while."""

    reason: Text
    seconds: float


class Looked(msgspec.Struct, frozen=True, tag="looked"):
    """What the stop list says of a number; see `pipeline.listed_now.ListedNow`."""

    listed: bool
    stop_id: str
    created_at: str
    partial: bool


class TaskEnded(msgspec.Struct, frozen=True, tag="ended"):
    """The task is over."""

    problem: Problem | None = None
    """How it ended, if not well."""
    unusable: tuple[tuple[str, Text], ...] = ()
    """Files of which nothing can be used, and why: the others could go on without them."""


Event = FilesRead | GuardsAsk | Checked | SendAsks | UndoAsks | CallsMade | Holding | Looked | TaskEnded


def encode(message: Task | Order | Event) -> bytes:
    """Return a message as a line."""
    return msgspec.json.encode(message) + b"\n"


_tasks = msgspec.json.Decoder(Task)
_orders = msgspec.json.Decoder(Order)
_events = msgspec.json.Decoder(Event)


def read_task(line: bytes) -> Task:
    """Return the task of a line.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return _tasks.decode(line)


def read_order(line: bytes) -> Order:
    """Return the order of a line; errors as of `read_task`."""
    return _orders.decode(line)


def read_event(line: bytes) -> Event:
    """Return the event of a line; errors as of `read_task`."""
    return _events.decode(line)
