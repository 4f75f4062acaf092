"""The run's folder: its name, what is in it, and whether a new run may use it."""

from __future__ import annotations

import os
import re
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport.filenames import JOURNAL, SUMMARY
from stopimport.runs.errors import FolderTaken, FolderUnwritable, GroupUnusable, InputInFolder
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

RUNS = Path("stopimport-runs")
REPORT = "report.html"
LOG = "run.log"
SANDBOX = "sandbox.sqlite3"
_OURS = ("results.csv", "results.xlsx", "rejects.csv", "rejects.xlsx", SUMMARY, REPORT, "missing.csv", "undo.csv")
_UNSAFE = re.compile(r"[^\w.,()+ -]+")


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run's folder; the paths of all that is in it."""

    path: Path

    @property
    def name(self) -> str:
        """The run's name: that of its folder."""
        return self.path.resolve().name

    @property
    def journal(self) -> Path:
        """What `resume`, `verify` and `undo` need."""
        return self.path / JOURNAL

    @property
    def summary(self) -> Path:
        """The run in figures."""
        return self.path / SUMMARY

    @property
    def report(self) -> Path:
        """The run for people."""
        return self.path / REPORT

    def present(self) -> dict[str, Path]:
        """Return what people may open, as far as it has been written, by name."""
        return {name: self.path / name for name in _OURS if (self.path / name).exists()}

    @property
    def log(self) -> Path:
        """The log."""
        return self.path / LOG

    @property
    def sandbox(self) -> Path:
        """The practice API's list, for a run with `--sandbox`."""
        return self.path / SANDBOX


def run_name(started: datetime, first_file: str) -> str:
    """Return the default name of a run started at `started` (UTC): no colon, no separator, at most 100 characters."""
    file = _UNSAFE.sub("_", first_file).strip(" .")[-80:] or "input"
    return f"{started:%Y-%m-%dT%H%M%SZ}-{file}"


def create(out: Path | None, default_name: str, inputs: Iterable[Path], *, group: str | None) -> RunFolder:
    """Make the folder of a new run, and prove that it can be written.

    Args:
        out: the folder asked for; None makes one named `default_name` in `stopimport-runs`, with `-2`, `-3` if taken.
        default_name: see `run_name`.
        inputs: the files being read, none of which may be in the folder.
        group: name of the group that may read the files, or None.

    Raises:
        FolderTaken: it holds a run that has made calls, or files that are named like ours.
        InputInFolder: an input is in it, so that writing would destroy it.
        FolderUnwritable: it cannot be made or written.
        GroupUnusable: it cannot be given to that group.
    """
    try:
        folder = _reserve(RUNS, default_name) if out is None else _make(out, inputs)
        share(folder, group, 0o750)
        _prove_writable(folder)
    except GroupUnusable:
        with suppress(OSError):
            folder.rmdir()
        raise
    except OSError as error:
        raise FolderUnwritable(str(out or RUNS), error.strerror or str(error)) from error
    return RunFolder(folder)


def keeps_rights(folder: Path) -> bool:
    """Say whether files in `folder` can be made their owner's alone: not on every share, nor on a memory stick."""
    if os.name != "posix":
        return True
    probe = folder / f".write-test-{os.getpid()}"
    try:
        probe.touch(mode=0o600)
        probe.chmod(0o600)
        return not stat.S_IMODE(probe.stat().st_mode) & 0o077
    except OSError:
        return False
    finally:
        probe.unlink(missing_ok=True)


def prove_place(place: Path) -> None:
    """Make the folder of runs `place` if it is missing, and prove that it can be written.

    Raises:
        FolderUnwritable: it cannot.
    """
    try:
        place.mkdir(parents=True, exist_ok=True)
        _prove_writable(place)
    except OSError as error:
        raise FolderUnwritable(str(place), error.strerror or str(error)) from error


def reserve(place: Path, name: str) -> Path:
    """Make an empty folder for a run in `place`, called `name`, with `-2`, `-3` and so on if that is taken.

    Raises:
        FolderUnwritable: it cannot be made.
    """
    try:
        return _reserve(place, name)
    except OSError as error:
        raise FolderUnwritable(str(place), error.strerror or str(error)) from error


def share(path: Path, group: str | None, mode: int = 0o640) -> None:
    """Let the members of `group` read `path`; None: leave it to its owner alone.

    Raises:
        GroupUnusable: there is no such group, or it is not ours to give files to.
        OSError: the file's rights cannot be changed.
    """
    if not group:
        return
    try:
        shutil.chown(path, group=group)
    except LookupError as error:
        raise GroupUnusable(group, Sentence(N_("this group does not exist"))) from error
    except PermissionError as error:
        raise GroupUnusable(group, error.strerror or str(error)) from error
    path.chmod(mode)


def _reserve(place: Path, name: str) -> Path:
    place.mkdir(parents=True, exist_ok=True)
    for number in range(1, 1_000_000):
        folder = place / (name if number == 1 else f"{name}-{number}")
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        return folder
    raise FileExistsError(name)


def _make(folder: Path, inputs: Iterable[Path]) -> Path:
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    elif (folder / JOURNAL).exists():
        from stopimport.runs.journal import Journal  # noqa: PLC0415 - only for a folder in use

        with Journal.open(folder / JOURNAL) as journal:
            if journal.made_calls:
                raise FolderTaken(str(folder))
    elif any((folder / name).exists() for name in _OURS):
        raise FolderTaken(str(folder))
    for file in inputs:
        if file.resolve().is_relative_to(folder.resolve()) and (file.name in (*_OURS, JOURNAL, LOG)):
            raise InputInFolder(str(file), str(folder))
    return folder


def _prove_writable(folder: Path) -> None:
    probe = folder / f".write-test-{os.getpid()}"
    probe.touch(mode=0o600)
    probe.unlink()
