"""What is known of a run beside its entries and outcomes: one typed value, and its form in the journal.

The journal keeps it as JSON whose keys are the names of the fields. A new fact is a field here, with the default that
older journals get; keys that this version does not know stay as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any

import msgspec

from stopimport.errors import ExitCode
from stopimport.loading.cells import FileRead, Source  # noqa: TC001 - msgspec reads the types of the fields
from stopimport.settings import SettingValue  # noqa: TC001 - msgspec reads this one, too
from stopimport.vocabulary import Fetched, State

_WHERE_KNOWN = {"where_known": True}
"""Marks a field of which nothing is said where nothing is known: older runs are told as they always were."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the load and clean stages counted."""

    rows: int = 0
    filtered: int = 0
    cells: int = 0
    blank: int = 0
    split: int = 0

    @property
    def entries(self) -> int:
        """How many phone numbers are written in the cells."""
        return self.cells - self.blank + self.split


@dataclass(frozen=True, slots=True)
class Requests:
    """The calls of all sittings."""

    sent: int = 0
    retried: int = 0
    seconds: float = 0.0
    """From the first call's start to the last answer, summed over the sittings."""

    @property
    def per_second(self) -> float:
        """The speed over the sending time."""
        return round(self.sent / self.seconds, 2) if self.seconds > 0 else 0.0

    def plus(self, sent: int, retried: int = 0, seconds: float = 0.0) -> Requests:
        """Return the calls with some more."""
        return Requests(self.sent + sent, self.retried + retried, self.seconds + seconds)


@dataclass(frozen=True, slots=True)
class StopListFetch:
    """What is known of the stop list before sending."""

    fetched: Fetched = Fetched.NO
    entries: int | None = 0


@dataclass(frozen=True, slots=True)
class SittingPace:
    """The rate limit of one sitting, for the report."""

    started_at: float
    """Unix time."""
    rate: int
    window: float
    """Seconds."""


@dataclass(frozen=True, slots=True)
class VerifyFacts:
    """What the last look at the live list said of the run."""

    at: datetime
    exit_code: ExitCode
    entries: int | None = None
    """Entries that the list had; None: it could not be fetched."""
    partial: bool | None = None
    checked: int = 0
    """How many numbers were looked for."""
    missing: int | None = None
    """None: nothing can be concluded."""


@dataclass(frozen=True, slots=True)
class UndoFacts:
    """What `undo` did with the numbers that the run had added."""

    reason: str
    started_at: datetime
    finished_at: datetime | None = None
    removed: int = 0
    absent: int = 0
    left: int = 0
    failed: int = 0
    exit_code: ExitCode | None = None
    by: str | None = field(default=None, metadata=_WHERE_KNOWN)
    """Who did it."""


@dataclass(frozen=True, slots=True)
class DeletedFacts:
    """That the personal data of a run was deleted on request."""

    at: datetime
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """All that is known of a run beside its entries and outcomes; never the API key.

    Changes are made with `dataclasses.replace` and written by `Journal.update`.
    """

    run: str
    """Its name."""
    version: str = ""
    """Of the program that began it."""
    command: str = "run"
    settings: Mapping[str, SettingValue] = field(default_factory=dict)
    """The settings that shaped it, by `settings.Option.key`, for the report."""
    state: State
    exit_code: ExitCode | None = None
    started_at: datetime
    seconds: float = 0.0
    """How long all sittings took together."""
    inputs: tuple[FileRead, ...] = ()
    sources: tuple[Source, ...] = ()
    read: Reading = Reading()
    keep: tuple[str, ...] = ()
    """Names of the kept columns."""
    format: str = "csv"
    """``csv``, ``xlsx`` or ``both``."""
    delimiter: str = ";"
    group: str | None = None
    """The group that reads its files."""
    cleaning: Mapping[str, Any] = field(default_factory=dict)
    """The settings that decide which numbers come out, as JSON has them: only to tell equal runs from others."""
    base_url: str = ""
    sandbox: bool = False
    """Whether it used the practice API of its folder."""
    account: str | None = None
    """The first digits of the key's hash, for the key that was used last."""
    account_name: str | None = None
    """What the account is called by, whatever its key."""
    keys: tuple[str, ...] = ()
    """The hashes of all keys that were used."""
    coordinator: str = ""
    """The server that dealt out its part of the account's rate, without the password; '': a file on its machine did."""
    joined: str = ""
    """The place among the account's senders that the last sitting had."""
    company: bool = False
    """Others were adding numbers for the account at some time between its first and its last call."""
    by: str | None = None
    """Who started it: the system's user, or the page's."""
    from_page: bool = False
    """Whether it began on the page: its files speak no word of a terminal."""
    resumed_by: tuple[str, ...] = ()
    """Who went on with it, one for each time."""
    account_proven: bool = False
    """Whether the account has accepted a call."""
    account_refused: bool = False
    """Whether the account was refused, so that it has put nothing anywhere."""
    guard: str | None = None
    """The class of the guard that stopped it."""
    max_numbers: int | None = None
    requests: Requests = Requests()
    stop_list: StopListFetch = StopListFetch()
    notices: tuple[str, ...] = ()
    sittings: tuple[SittingPace, ...] = ()
    finished_at: datetime | None = None
    """When its last sitting ended."""
    verify: VerifyFacts | None = None
    why: str = ""
    """What stopped it, in words."""
    undo: UndoFacts | None = None
    deleted: DeletedFacts | None = None
    """Its personal data is gone; None: it is there, as far as this is known."""

    @property
    def state_now(self) -> State:
        """The state to tell people: that of the run, or what `undo` or `verify` made of a complete one."""
        if self.undo:
            return State.UNDOING if self.undo.failed else State.UNDONE
        if self.state is not State.COMPLETE or not self.verify or self.verify.exit_code is ExitCode.OK:
            return self.state
        return State.MISSING if self.missing else State.UNVERIFIED

    @property
    def missing(self) -> int:
        """How many numbers the last comparison with the list found missing."""
        return (self.verify and self.verify.missing) or 0

    @property
    def shows_numbers(self) -> bool:
        """Whether its report shows phone numbers whole (`--report-numbers`)."""
        return bool(self.settings.get("report_numbers"))


def from_json(text: str | bytes) -> RunFacts:
    """Return the facts that a journal or a summary.json keeps.

    Raises:
        ValueError: it is no JSON.
        msgspec.ValidationError: it is not a run's.
    """
    return facts_of(json.loads(text))


def facts_of(data: object) -> RunFacts:
    """Return the facts in data that JSON held; what it does not hold is as its default.

    Raises:
        msgspec.ValidationError: it is not a run's.
    """
    return msgspec.convert(data, RunFacts)


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return a value of this module as JSON has it: moments as ISO 8601 with milliseconds and offset."""
    match value:
        case datetime():
            return value.isoformat(timespec="milliseconds")
        case Enum():
            return value.value
        case Mapping():
            return {str(key): plain(one) for key, one in value.items()}
        case tuple() | list():
            return [plain(one) for one in value]
        case _ if is_dataclass(value):
            found = {each: getattr(value, each.name) for each in fields(value)}
            return {
                each.name: plain(of_it)
                for each, of_it in found.items()
                if not (of_it is None and "where_known" in each.metadata)
            }
    return value
