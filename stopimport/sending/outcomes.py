"""What the send stage makes: one outcome for each number, and who takes them.

`OUTCOME_COLUMNS` are the columns of the `outcomes` frame, one row for each number, in the order of the numbers.

| column | type | holds |
| --- | --- | --- |
| number | str | E.164 |
| status | str | a `vocabulary.Status` other than `duplicate` |
| code | Int32 | the API's last code; null without one |
| stop_id | str | the entry's id on the stop list; '' where unknown |
| message | str | the API's words, or ours where the case needs explaining; '' mostly |
| attempts | int32 | calls made for this number, over all sittings of the run |
| sent_at | float64 | Unix time at which the last call for it started; NaN if none |
| in_doubt | bool | a call for it broke off after it may have reached the API, and no answer has settled the matter |
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from stopimport.text.language import Sentence
    from stopimport.vocabulary import Status

OUTCOME_COLUMNS = ("number", "status", "code", "stop_id", "message", "attempts", "sent_at", "in_doubt")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one number."""

    index: int
    """Position in the run's numbers (its unique valid numbers, in input order)."""
    status: Status
    code: int | None = None
    stop_id: str = ""
    message: str = ""
    attempts: int = 0
    sent_at: float | None = None
    in_doubt: bool = False


@dataclass(frozen=True, slots=True)
class UndoStep:
    """What became of one number to take off the stop list."""

    number: str
    stop_id: str
    status: str
    """``removed``, ``absent``, ``left`` or ``failed``; '' for a call that may have gone out and has no answer."""
    code: int | None = None
    message: str = ""
    removed_at: float | None = None


class Recorder(Protocol):
    """Takes outcomes as they come; the run's journal is one."""

    def reserve(self, upto: int) -> None:
        """Return once it is on disk that the numbers before index `upto` may have gone out from now on."""

    def record(self, outcome: Outcome) -> None:
        """Take one outcome. A later one for the same index replaces it."""


class Settled(Protocol):
    """What became of one number: an `Outcome`, or a step of undo."""

    @property
    def status(self) -> str:
        """A `vocabulary.Status` or `UndoStatus`."""


class Progress(Protocol):
    """Told about the sending, for people who watch."""

    def outcome(self, outcome: Settled) -> None:
        """One number has got its outcome."""

    def holding(self, reason: Sentence, seconds: float) -> None:
        """Nothing goes out for about `seconds`, for `reason`."""


@dataclass(frozen=True, slots=True)
class SendOptions:
    """How fast and how stubbornly to send."""

    rate: int = 10
    """Calls that may start in any window of `window` seconds, retries and other calls included."""
    window: float = 1.0
    concurrency: int | None = None
    """Calls in flight at most; None: as many as the rate needs, at most 32."""
    attempts: int = 5
    """Tries for each number, the first included."""


class Ending(StrEnum):
    """Why the sender stopped."""

    FINISHED = "finished"
    """Every number has had its turn."""
    OUTAGE = "outage"
    """No usable answer for too long: the run is incomplete."""
    ABORTED = "aborted"
    """Something is wrong with the address or with every number: going on makes no sense."""
    ACCOUNT_REFUSED = "account_refused"
    STOPPED = "stopped"
    """Asked to stop (Ctrl-C, SIGTERM, the page's stop button)."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """How the sending ended, and what it cost."""

    ending: Ending
    why: Sentence | None = None
    """For people, where the ending needs explaining."""
    sent: int = 0
    """Calls started."""
    retried: int = 0
    """Calls among them that were another try for the same number."""
    seconds: float = 0.0
    """From the first call's start to the last answer."""
    asked: float = 0.0
    """Seconds for which the API asked to be left alone, where that ended the sending."""
