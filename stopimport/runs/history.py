"""The runs of a folder of runs: what each is, how it ended, and its counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from stopimport.errors import StopimportError, UnreadableFile
from stopimport.plainfiles import open_plain
from stopimport.runs import lookup
from stopimport.runs import summary as summaries
from stopimport.runs.errors import DamagedFolder, NoRuns
from stopimport.runs.facts import plain
from stopimport.runs.folder import RunFolder
from stopimport.runs.locks import is_running
from stopimport.runs.summary import Counts, Summary
from stopimport.vocabulary import State, Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stopimport.runs.facts import RunFacts

_FACTS = ("command", "started_at", "finished_at", "exit_code", "counts", "account", "account_name", "base_url")
_AFTER = ("verify", "undo", "by", "sandbox")
"""What `history` tells of a run beside its name, place and state, in this order."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run as `history` shows it."""

    run: str
    folder: str
    summary: Summary | None = None
    """None where nothing of the run can be read. The state is ``running`` while somebody is at it; until a sitting has
    ended there is no exit code."""
    problem: str | None = None
    """What is wrong with the run's files, in words."""

    def as_dict(self) -> Mapping[str, Any]:
        """Return the run as plain data, for programs; what cannot be known is None."""
        known = plain(self.summary.facts) | {"counts": plain(self.summary.counts)} if self.summary else {}
        told = {name: known.get(name) for name in ("state", *_FACTS, *_AFTER)}
        gone = {"deleted": known["deleted"]} if known.get("deleted") else {}
        return {"run": self.run, "folder": self.folder, **told, **gone, "problem": self.problem}

    @property
    def state_now(self) -> State:
        """The state to tell people."""
        return self.summary.facts.state_now if self.summary else State.UNREADABLE

    @property
    def started(self) -> datetime:
        """When it started; the year 1 where that is not known, so that such runs come last."""
        if self.summary is None:
            return datetime.min.replace(tzinfo=UTC)
        moment = self.summary.facts.started_at
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def history(place: Path) -> list[PastRun]:
    """Return the runs in `place`, newest first; `place` may also be a run itself.

    Raises:
        NoRuns, UnreadableFile: see `folders`.
    """
    found = [run for folder in folders(place) if (run := look_at(folder)) is not None]
    return sorted(found, key=lambda run: (run.started, run.run), reverse=True)


def folders(place: Path) -> list[RunFolder]:
    """Return the folder of each run in `place`, or `place` itself if it is one.

    Raises:
        NoRuns: there is no such folder.
        UnreadableFile: it cannot be opened.
    """
    if not place.is_dir():
        raise NoRuns(str(place))
    try:
        children = sorted(place.iterdir())
    except OSError as error:
        raise UnreadableFile(str(place), error.strerror or str(error)) from error
    if is_run(RunFolder(place)):
        return [RunFolder(place)]
    return [folder for child in children if is_run(folder := RunFolder(child))]


def is_run(folder: RunFolder) -> bool:
    """Whether a run is in `folder`: its journal, or at least its summary."""
    try:
        return folder.journal.is_file() or folder.summary.is_file()
    except PermissionError:
        # Somebody else's folder; in a folder of runs it is one most likely, and is named as closed to us.
        return True


def look_at(folder: RunFolder) -> PastRun | None:
    """Return what the run in `folder` tells of itself; None if it is not a run after all."""
    summary, problem = None, None
    try:
        summary = read_summary(folder)
    except StopimportError as error:
        problem = str(error)
    try:
        if folder.journal.is_file():
            return PastRun(folder.name, str(folder.path), _from_journal(folder, summary))
    except StopimportError as error:
        problem = str(error)
    except (OSError, LookupError, TypeError) as error:
        problem = str(DamagedFolder(str(folder.journal), str(error)))
    return PastRun(folder.name, str(folder.path), summary, problem) if summary or problem else None


def _from_journal(folder: RunFolder, summary: Summary | None) -> Summary:
    """Return a run by its journal; its figures are in the summary, if that is not older."""
    facts = lookup.peek(folder.journal)
    if facts.state is not State.RUNNING:
        same = summary is not None and summary.facts.state is facts.state
        return replace(summary, facts=facts) if same and summary else Summary(facts, _counted(folder, facts))
    # What an earlier sitting wrote of its end is past.
    state = State.RUNNING if is_running(folder.path) else State.INTERRUPTED
    return Summary(replace(facts, state=state, finished_at=None, exit_code=None), _counted(folder, facts))


def _counted(folder: RunFolder, facts: RunFacts) -> Counts:
    """Return the counts of a run that has not written its summary (yet)."""
    tally, read = lookup.tally(folder.journal), facts.read
    by_status = {status.value: tally.by_status.get(status, 0) for status in Status if status is not Status.DUPLICATE}
    return Counts(
        rows=read.rows,
        filtered=read.filtered,
        cells=read.cells,
        blank=read.blank,
        entries=tally.entries,
        split=read.split,
        rejected=tally.rejected,
        duplicate=tally.duplicate,
        numbers=tally.numbers,
        **by_status,
    )


def read_summary(folder: RunFolder) -> Summary | None:
    """Return the summary of a run; None if there is none, or it is another program's file of that name.

    Raises:
        DamagedFolder: it cannot be read.
    """
    try:
        with open_plain(folder.summary) as file:
            return summaries.from_json(file.read())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, msgspec.ValidationError) as error:
        raise DamagedFolder(str(folder.summary), str(error)) from error
