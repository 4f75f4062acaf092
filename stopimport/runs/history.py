"""The runs of a folder of runs: what each is, how it ended, and its counts."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stopimport.errors import StopimportError, UnreadableFile
from stopimport.runs import lookup
from stopimport.runs.errors import DamagedFolder, NoRuns
from stopimport.runs.folder import RunFolder
from stopimport.runs.locks import is_running
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_OWN_KEYS = frozenset({"run", "state", "counts"})
"""What a summary.json of ours holds; a file of that name is not always one."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """One run as `history` shows it. What cannot be known is None."""

    run: str
    folder: str
    state: str | None
    """A state of the contract; ``running`` while somebody is at it; None where nothing of the run can be read."""
    command: str | None = None
    started_at: str | None = None
    """ISO 8601 with offset, as is `finished_at`."""
    finished_at: str | None = None
    exit_code: int | None = None
    counts: Mapping[str, int] | None = None
    """As in summary.json."""
    account: str | None = None
    base_url: str | None = None
    verify: Mapping[str, Any] | None = None
    """What `verify` found, as in summary.json."""
    undo: Mapping[str, Any] | None = None
    """What `undo` did, as in summary.json."""
    problem: str | None = None
    """What is wrong with the run's files, in words."""

    def as_dict(self) -> dict[str, Any]:
        """Return the run as plain data, for programs."""
        return asdict(self)

    @property
    def started(self) -> datetime:
        """When it started; the year 1 where that is not known, so that such runs come last."""
        try:
            moment = datetime.fromisoformat(self.started_at or "")
        except ValueError:
            return datetime.min.replace(tzinfo=UTC)
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
    """Say whether a run lies in `folder`: its journal, or at least its summary."""
    try:
        return folder.journal.is_file() or folder.summary.is_file()
    except PermissionError:
        # Somebody else's folder; in a folder of runs it is one most likely, and is named as closed to us.
        return True


def look_at(folder: RunFolder) -> PastRun | None:
    """Return what the run in `folder` tells of itself; None if it is no run after all."""
    summary, problem = None, None
    try:
        summary = read_summary(folder)
    except StopimportError as error:
        problem = str(error)
    try:
        if folder.journal.is_file():
            return _from_journal(folder, summary)
    except StopimportError as error:
        problem = str(error)
    except (OSError, LookupError, TypeError) as error:
        problem = str(DamagedFolder(str(folder.journal), str(error)))
    if summary is not None:
        return _past_run(folder, summary, summary["state"], summary["counts"], problem)
    return PastRun(folder.name, str(folder.path), None, problem=problem) if problem else None


def _from_journal(folder: RunFolder, summary: dict[str, Any] | None) -> PastRun:
    """Return a run by its journal; its figures stand in the summary, if that is not older."""
    meta = lookup.peek(folder.journal)
    if meta["state"] != "running" and summary is not None and summary["state"] == meta["state"]:
        return _past_run(folder, summary | meta, meta["state"], summary["counts"])
    state = meta["state"]
    if state == "running" and not is_running(folder.path):
        state = "interrupted"
    return _past_run(folder, meta, state, _counted(folder, meta))


def _counted(folder: RunFolder, meta: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts of a run that has not written its summary (yet)."""
    tally, read = lookup.tally(folder.journal), meta["read"]
    return {
        "rows": read["rows"],
        "filtered": read["filtered"],
        "cells": read["cells"],
        "blank": read["blank"],
        "entries": tally.entries,
        "split": read["split"],
        "rejected": tally.rejected,
        "duplicate": tally.duplicate,
        "numbers": tally.numbers,
        **{status.value: tally.by_status.get(status, 0) for status in Status if status is not Status.DUPLICATE},
    }


def _past_run(
    folder: RunFolder, facts: Mapping[str, Any], state: str, counts: Mapping[str, int], problem: str | None = None
) -> PastRun:
    going_on = facts["state"] == "running"
    names = ("command", "started_at", "account", "base_url", "verify", "undo")
    known = {name: facts.get(name) for name in names}
    ended = {name: None if going_on else facts.get(name) for name in ("finished_at", "exit_code")}
    return PastRun(folder.name, str(folder.path), state, counts=counts, problem=problem, **known, **ended)


def read_summary(folder: RunFolder) -> dict[str, Any] | None:
    """Return the summary of a run; None if there is none, or it is another program's file of that name.

    Raises:
        DamagedFolder: it cannot be read.
    """
    try:
        found = json.loads(folder.summary.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise DamagedFolder(str(folder.summary), str(error)) from error
    ours = isinstance(found, dict) and found.keys() >= _OWN_KEYS and isinstance(found["counts"], dict)
    return found if ours else None
