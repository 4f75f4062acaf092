"""The folders of an inbox: where files arrive, where they go, and where the runs are."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stopimport.filenames import JOURNAL, SUMMARY
from stopimport.nightly.errors import InboxUnusable
from stopimport.nightly.ownership import MODE, prove_own
from stopimport.nightly.record import DONE, FAILED
from stopimport.runs import folder as folders

if TYPE_CHECKING:
    from pathlib import Path

RUNS = "runs"
OURS = frozenset({DONE, FAILED, RUNS})
"""Names in an inbox that no file's can be."""
_LONGEST = 200
"""Bytes of a run's name: file systems take 255, and there are numbers to be added."""


@dataclass(frozen=True, slots=True)
class InboxOptions:
    """The settings of the inbox beside those of its runs, named as the options."""

    settle: float
    runs: Path | None
    again: bool
    alert_rejects: str | None
    keep_days: int | None
    move: bool


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one inbox."""

    inbox: Path
    runs: Path

    def done(self, now: float) -> Path:
        """Return where files go today that were imported."""
        return self.inbox / DONE / _day(now)

    def failed(self, now: float) -> Path:
        """Return where files go today that cannot be imported."""
        return self.inbox / FAILED / _day(now)

    def shown(self, path: Path) -> str:
        """Return a path inside the inbox as a record has it."""
        return path.relative_to(self.inbox).as_posix()


def prepare(inbox: Path, options: InboxOptions, group: str | None) -> Places:
    """Make the folders that are missing, and prove that all can be written, before anything is sent.

    Raises:
        InboxUnusable: one of them cannot be used.
        FolderOfOthers: one of them is not ours alone.
        GroupUnusable: there is no such group.
    """
    runs = options.runs.absolute() if options.runs else inbox / RUNS
    for folder in (inbox / DONE, inbox / FAILED, runs):
        _prove(folder, group if folder == runs else None, shared=folder == runs)
    return Places(inbox, runs)


def prepare_runs(options: InboxOptions, group: str | None) -> Path:
    """Make the folder of runs of an inbox that lies elsewhere, and prove that it can be written, as `prepare`."""
    runs = (options.runs or folders.RUNS).absolute()
    _prove(runs, group, shared=True)
    return runs


def _prove(folder: Path, group: str | None, *, shared: bool) -> None:
    try:
        if shared and not folder.exists():
            folder.mkdir(mode=0o700, parents=True)
            folders.share(folder, group, 0o750)
        folder.mkdir(MODE, exist_ok=True)
        prove_own(folder)
        probe = folder / f".write-test-{os.getpid()}"
        probe.touch(mode=0o600)
        probe.unlink()
    except OSError as error:
        raise InboxUnusable(str(folder), error.strerror or str(error)) from error


def make_run(runs: Path, started: datetime, file: str) -> Path:
    """Make the folder of a new run for `file`, and return it.

    Raises:
        InboxUnusable: it cannot be made.
    """
    name = folders.run_name(started, file)
    while len(name.encode()) > _LONGEST:
        name = name[:-1]
    number = 1
    while True:
        run = runs / (name if number == 1 else f"{name}-{number}")
        try:
            run.mkdir(mode=0o700)
        except FileExistsError:
            number += 1
        except OSError as error:
            raise InboxUnusable(str(runs), error.strerror or str(error)) from error
        else:
            return run


def discard(run: Path) -> None:
    """Take away the folder of a run that never began; one that somebody took the journal from is left alone."""
    if (run / JOURNAL).exists() or not (run / SUMMARY).exists():
        shutil.rmtree(run, ignore_errors=True)


def _day(now: float) -> str:
    """Return the local date, which is the one that people look for."""
    return datetime.fromtimestamp(now, UTC).astimezone().date().isoformat()
