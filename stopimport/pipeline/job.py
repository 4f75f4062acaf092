"""One run in the making: its folder, its journal, and the people and clocks around it."""

from __future__ import annotations

import os
import sys
import time
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Protocol

from stopimport.pipeline.portions import Portion
from stopimport.pipeline.stop_request import StopRequest
from stopimport.reporting.messages import duration
from stopimport.settings import Settings
from stopimport.text.language import _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor
    from contextlib import AbstractContextManager
    from pathlib import Path

    import pandas as pd

    from stopimport.errors import ExitCode, GuardError, StopimportError
    from stopimport.pipeline.comparison import Comparison
    from stopimport.reporting.previews import SendPreview, UndoPreview
    from stopimport.runs.folder import RunFolder
    from stopimport.runs.journal import Journal
    from stopimport.runs.summary import Summary
    from stopimport.secrets import ApiKey
    from stopimport.sending.outcomes import Progress, Settled
    from stopimport.text.language import Sentence
    from stopimport.values import RejectLimit
    from stopimport.vocabulary import State


class Watcher(Protocol):
    """Who watches a run: the terminal, the page, or nobody."""

    def notice(self, text: str) -> None:
        """Something worth knowing that stops nothing."""

    def warn(self, text: str) -> None:
        """Something worth knowing at once that is in no summary: what the run waits for."""

    def confirm(self, preview: SendPreview) -> bool:
        """Show what would be sent, and return whether to send it."""

    def confirm_undo(self, preview: UndoPreview) -> bool:
        """Show what would be taken off the stop list, and return whether to do it."""

    def progress(self, total: int) -> AbstractContextManager[Progress]:
        """Follow the sending (or taking off) of `total` numbers."""


class Nobody:
    """The watcher of runs that nobody watches: it agrees, and shows nothing."""

    def notice(self, text: str) -> None:
        """Pass over a notice; it is in the summary and the log."""

    def warn(self, text: str) -> None:
        """Pass over it."""

    def confirm(self, preview: SendPreview) -> bool:  # noqa: ARG002 - the protocol's name
        """Agree."""
        return True

    def confirm_undo(self, preview: UndoPreview) -> bool:  # noqa: ARG002 - the protocol's name
        """Agree."""
        return True

    def progress(self, total: int) -> AbstractContextManager[Progress]:  # noqa: ARG002 - the protocol's name
        """Follow nothing."""
        return nullcontext(self)

    def outcome(self, outcome: Settled) -> None:
        """Pass over an outcome."""

    def holding(self, reason: Sentence, seconds: float) -> None:
        """Pass over a hold."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Follows the fetching of a list: there is nothing to count, only to tell why nothing comes."""

    watcher: Watcher

    def outcome(self, outcome: Settled) -> None:
        """There are none: nothing is sent."""

    def holding(self, reason: Sentence, seconds: float) -> None:
        """Tell it."""
        self.watcher.warn(_("Waiting {time}: {reason}").format(time=duration(seconds), reason=reason))


def utc_now() -> datetime:
    """Return the time now, in UTC."""
    return datetime.now(UTC)


def system_user() -> str:
    """Return the name of the system's user that this process belongs to; its number where it has no name."""
    if sys.platform == "win32":
        return os.environ.get("USERNAME", "")
    import pwd  # noqa: PLC0415 - not on Windows

    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())


@dataclass(frozen=True, slots=True)
class RunOptions:
    """The settings of a run beside those of reading, cleaning and sending, named as the options."""

    out: Path | None
    format: str | None
    group: str | None
    sandbox: bool
    base_url: str
    address_given: bool
    """Whether somebody set `base_url`."""
    max_numbers: int | None
    max_rejects: RejectLimit
    skip_listed: bool
    verify: bool
    wait: float
    account: str | None
    coordinator: str | None
    dask: str | None
    new_key: bool
    log_format: str


@dataclass(slots=True)
class Context:
    """What surrounds a command: settings, key, watcher, the wish to stop, the clock."""

    settings: Settings = field(default_factory=Settings)
    key: ApiKey | None = None
    watcher: Watcher = field(default_factory=Nobody)
    stop: StopRequest = field(default_factory=StopRequest)
    by: str = field(default_factory=system_user)
    """Who does it, for those who ask later."""
    portion: Portion = field(default_factory=Portion)
    """How much is read and cleaned at once."""
    executor: Executor | None = None
    """Who cleans large inputs; None: threads of this process, or what `--dask` says."""

    @property
    def options(self) -> RunOptions:
        """The settings of the run.

        Raises:
            BadOption: one of them cannot be understood.
        """
        return self.settings.of(RunOptions, address_given=self.settings.given("base_url"))


@dataclass(slots=True)
class Job:
    """One run in the making."""

    folder: RunFolder
    journal: Journal
    context: Context
    started: datetime
    """When this sitting began."""
    began: float = field(default_factory=time.monotonic)
    """The same by the clock that nobody sets."""
    frame: pd.DataFrame | None = None
    """The entries, where they are still at hand."""
    notices: list[str] = field(default_factory=list)

    def entries(self) -> pd.DataFrame:
        """Return the run's entries: all of them, of which `stretches` has some at a time."""
        if self.frame is not None:
            return self.frame
        frame = self.journal.entries()
        self.frame = None if self.journal.partitions() else frame
        return frame

    def notice(self, text: str) -> None:
        """Tell the watcher, and remember it for the summary: at once, for a kill may come before that is written."""
        if text not in self.notices:
            self.notices.append(text)
            facts = self.journal.facts
            if text not in facts.notices:
                self.journal.update(replace(facts, notices=(*facts.notices, text)))
            self.context.watcher.notice(text)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a sitting ended."""

    state: State
    exit_code: ExitCode
    error: StopimportError | None = None
    """The sentence for the user, where there is something to say."""
    comparison: Comparison | None = None
    """What `--verify` found at the end; None: nobody looked."""


@dataclass(frozen=True, slots=True)
class Result:
    """A finished command: the run's folder, what is known of the run, and how the command ended."""

    folder: Path
    run: Summary
    exit_code: ExitCode
    error: StopimportError | None
    files: dict[str, Path]
    """The files written, by what they are: ``results.csv``, ``rejects.xlsx`` …"""
    guards: tuple[GuardError, ...] = ()
    """All that speaks against sending what was read; `error` is the first of them."""

    @property
    def summary(self) -> Mapping[str, Any]:
        """The run as in its summary.json."""
        return self.run.as_dict()
