"""What one pass over an inbox did: with each file, and in all."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.nightly.wording import plain, veiled
from stopimport.runs.summary import Counts
from stopimport.text.language import _, fill

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from stopimport.remote.address import Address
    from stopimport.runs.summary import Summary

WORST_FIRST = (
    ExitCode.BUG,
    ExitCode.ACCOUNT_REFUSED,
    ExitCode.INTERRUPTED,
    ExitCode.TERMINATED,
    ExitCode.UNUSABLE,
    ExitCode.BUSY,
    ExitCode.GUARD,
    ExitCode.INCOMPLETE,
    ExitCode.MISSING,
    ExitCode.OK,
)
"""Exit codes of a pass's files; the first that any of them has is the pass's."""


class Action(StrEnum):
    """What became of a file."""

    DONE = "done"
    FAILED = "failed"
    ALREADY_IMPORTED = "already_imported"
    SET_ASIDE = "set_aside"
    """A link or special file, or the file of a run that was undone."""
    WAITING = "waiting"
    """It stays where it is, for the next pass."""


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file of the inbox."""

    file: str
    action: Action
    exit_code: ExitCode = ExitCode.OK
    folder: Path | None = None
    """The run's folder, where there is one."""
    run: Summary | None = None
    """What is known of the run, as far as there is one."""
    moved_to: Path | str | None = None
    """A file here, or an address."""
    why: str = ""
    """Why, for people; '' where there is nothing to explain."""
    plainly: str = ""
    """The same for whoever dropped the file."""
    warning: str = ""
    trace: str = ""
    """Of a bug."""

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data, for programs."""
        return {
            "file": veiled(self.file),
            "action": self.action.value,
            "exit_code": int(self.exit_code),
            "run": veiled(self.folder.name) if self.folder else None,
            "folder": _place(self.folder),
            "state": self.run.facts.state if self.run else None,
            "counts": self.run.counts.as_dict() if self.run else None,
            "moved_to": _place(self.moved_to),
            "why": veiled(self.why) or None,
            "warning": veiled(self.warning) or None,
        }


@dataclass(frozen=True, slots=True)
class PassResult:
    """What one pass did."""

    inbox: Path | Address
    started: datetime
    finished: datetime
    files: tuple[FileOutcome, ...] = ()
    waiting: int = 0
    """Files that are in the inbox now: not complete, or with an unfinished run."""
    oldest: float = 0.0
    """Age in seconds of the oldest of them."""
    ended_by: ExitCode = ExitCode.OK
    """What ended the pass before every file had its turn."""
    warnings: tuple[str, ...] = ()
    trouble: str = ""
    """What kept the pass from doing anything, for people."""
    folders: tuple[str, ...] = ()
    """Folders in the inbox that nobody has been told of before."""

    @property
    def exit_code(self) -> ExitCode:
        """The worst of all files' exit codes."""
        codes = {self.ended_by, *(file.exit_code for file in self.files)}
        return next(code for code in WORST_FIRST if code in codes)

    @property
    def seconds(self) -> float:
        """How long the pass took."""
        return round((self.finished - self.started).total_seconds(), 3)

    @property
    def counts(self) -> dict[str, int]:
        """The counts of all runs that this pass worked on, added up."""
        found = [file.run.counts.as_dict() for file in self.files if file.run]
        return {each.name: sum(counts[each.name] for counts in found) for each in fields(Counts)}

    @property
    def numbers_waiting(self) -> int:
        """How many numbers later passes will send; not those of a file that failed, which somebody must look at."""
        return sum(file.run.counts.not_sent for file in self.files if file.run and file.action is Action.WAITING)

    @property
    def actions(self) -> dict[str, int]:
        """How many files had each fate; those waiting are all that are in the inbox now."""
        done = {action.value: sum(file.action is action for file in self.files) for action in Action}
        return done | {Action.WAITING.value: self.waiting}

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data, for programs."""
        aside = {Action.ALREADY_IMPORTED, Action.SET_ASIDE}
        return {
            "inbox": plain(str(self.inbox)),
            "exit_code": int(self.exit_code),
            "started_at": self.started.isoformat(timespec="milliseconds"),
            "finished_at": self.finished.isoformat(timespec="milliseconds"),
            "seconds": self.seconds,
            "runs": [file.as_dict() for file in self.files if file.action not in aside],
            "set_aside": [file.as_dict() for file in self.files if file.action in aside],
            "files": self.actions,
            "counts": self.counts,
            "warnings": [veiled(warning) for warning in self.warnings],
        }

    def line(self) -> str:
        """Return the pass as one line for people and logs."""
        told = _(
            "{inbox}: {done:,} done, {failed:,} failed, {already_imported:,} already imported, "
            "{set_aside:,} set aside, {waiting:,} waiting; numbers: {added:,} added, {listed:,} already "
            "listed, {rejected:,} rejected, {lost:,} failed, {not_sent:,} not sent; {seconds:.1f} s, exit "
            "code {code}."
        )
        counts = self.counts
        facts = {
            "inbox": plain(str(self.inbox)),
            **self.actions,
            "added": counts["added"],
            "listed": counts["already_listed"],
            "rejected": counts["rejected"] + counts["refused"],
            "lost": counts["failed"],
            "not_sent": counts["not_sent"],
            "seconds": self.seconds,
            "code": int(self.exit_code),
        }
        return fill(told, facts)


def _place(path: Path | str | None) -> str | None:
    if isinstance(path, str):
        return veiled(path)
    return str(path.parent / veiled(path.name)) if path else None
