"""The runs of the folder of runs as the page shows them: by name, never by a path."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.loading.columns.words import fold
from stopimport.reporting.advice import FILES
from stopimport.runs import history
from stopimport.runs.errors import NoRuns
from stopimport.runs.folder import REPORT, RunFolder
from stopimport.runs.locks import is_running
from stopimport.vocabulary import State
from stopimport.web.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stopimport.runs.history import PastRun
    from stopimport.runs.summary import Summary
    from stopimport.web.jobs import JobState

_ORDER = ("results.xlsx", REPORT, "rejects.xlsx", "results.csv", "rejects.csv", "missing.csv", "undo.csv")
_SETTLED = ("added", "already_listed", "refused", "failed")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A run that another program (a terminal, the nightly job, another page) is working on."""

    total: int
    done: int
    by_status: Mapping[str, int]
    per_second: float

    @property
    def seconds_left(self) -> float | None:
        """How long it will take, as far as that can be said."""
        return (self.total - self.done) / self.per_second if self.per_second else None


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a run."""

    name: str
    """For the address: ``/runs/RUN/files/NAME``."""
    title: str
    """What it is, to be translated."""
    size: int
    first: bool
    """Whether it is the one that most people want: the workbook where there is one."""
    opens: bool
    """Whether it is shown in the browser (the report) rather than saved."""


@dataclass(frozen=True, slots=True)
class ListedRun:
    """One run of the list."""

    past: PastRun
    job: JobState | None
    """A job of this server that works on it."""

    @property
    def state(self) -> State:
        """The state to tell people."""
        return State.RUNNING if self.job else self.past.state_now

    @property
    def by(self) -> str:
        """Who works on it, or did so last; '' where nobody knows."""
        return self.job.by if self.job else last_by(self.past)


@dataclass(frozen=True, slots=True)
class RunSearch:
    """What is asked of the list of runs; '' and None for nothing."""

    file: str = ""
    """A part of a file's or the run's name."""
    first: date | None = None
    last: date | None = None
    """Days on which it started, by the clock on the wall."""
    number: str = ""
    """A phone number in it, in any format."""

    def fits(self, one: ListedRun) -> bool:
        """Whether a run fits name and days; the number is looked for elsewhere."""
        summary = one.past.summary
        names = [one.past.run, *(each.file for each in summary.facts.inputs)] if summary else [one.past.run]
        day = one.past.started.astimezone().date() if summary else None
        return (
            any(fold(self.file) in fold(name) for name in names)
            and (self.first is None or (day is not None and day >= self.first))
            and (self.last is None or (day is not None and day <= self.last))
        )


@dataclass(frozen=True, slots=True)
class Run:
    """One run: what is on disk, and what goes on with it."""

    past: PastRun
    folder: str
    """Where it is on this machine."""
    downloads: tuple[Download, ...] = ()
    actions: frozenset[str] = frozenset()
    """What can be done now: ``resume``, ``verify``, ``correct``, ``undo``, ``delete``; empty while somebody works on
    it."""
    elsewhere: Elsewhere | None = None
    job: JobState | None = None
    """A job of this server that goes on with it, or has just ended."""
    draft: str = ""
    """Id of the draft that it comes from, as long as its files are there: declining leads back to it."""

    @property
    def state(self) -> State:
        """The state to tell people."""
        return State.RUNNING if self.job and not self.job.over else self.past.state_now


@dataclass(frozen=True, slots=True)
class EarlierImport:
    """An import of a file with the same content."""

    file: str
    """As the file is called now."""
    run: str
    at: datetime
    by: str
    """Who started it; '' where that is not known."""


@dataclass(frozen=True, slots=True)
class PastRuns:
    """The folder of runs."""

    place: Path

    def folder(self, name: str) -> RunFolder:
        """Return the run called `name`.

        Raises:
            NotFound: there is none.
        """
        # What is listed in the folder is in it; a name that leads elsewhere is not in the list.
        with suppress(OSError):
            if name in {child.name for child in self.place.iterdir()}:
                folder = RunFolder(self.place / name)
                if history.is_run(folder):
                    return folder
        raise NotFound

    def file(self, name: str, file: str) -> Path:
        """Return one of the files of a run that people may open.

        Raises:
            NotFound: there is no such run, or no such file in it.
        """
        found = self.folder(name).present().get(file)
        if found is None:
            raise NotFound
        return found

    def listed(self, without: frozenset[str], here: Mapping[str, JobState]) -> tuple[ListedRun, ...]:
        """Return all runs, newest first.

        Args:
            without: names of those that are left out.
            here: by name of the run: the jobs of this server that work on one.

        Raises:
            StopimportError: the folder cannot be read.
        """
        try:
            found = history.history(self.place)
        except NoRuns:
            return ()
        return tuple(ListedRun(run, here.get(run.run)) for run in found if run.run not in without)

    def earlier(self, name: str, *, practice: bool) -> tuple[EarlierImport, ...]:
        """Return for each file of a run the last other import of the same content, practice for itself.

        Raises:
            StopimportError: the folder cannot be read.
        """
        past = history.look_at(self.folder(name))
        files = {one.sha256: one.file for one in past.summary.facts.inputs} if past and past.summary else {}
        found: dict[str, EarlierImport] = {}
        for run in history.history(self.place) if files else ():
            if run.run == name or run.summary is None or not _imported(run.summary, practice=practice):
                continue
            facts = run.summary.facts
            for one in facts.inputs:
                if one.sha256 in files and one.sha256 not in found:
                    at = facts.started_at
                    found[one.sha256] = EarlierImport(files[one.sha256], run.run, at, facts.by or "")
        return tuple(found.values())

    def run(self, name: str) -> Run:
        """Return one run as it is on disk.

        Raises:
            NotFound: there is none.
        """
        folder = self.folder(name)
        past = history.look_at(folder)
        if past is None:
            raise NotFound
        where = str(folder.path.resolve())
        actions = _actions(folder, past)
        if not is_running(folder.path):
            actions |= {"delete"}
        return Run(past, where, _downloads(folder), actions, _elsewhere(past.summary))


def _imported(run: Summary, *, practice: bool) -> bool:
    """Say whether an import put numbers on the list, or found them there, and still counts."""
    counts, facts = run.counts, run.facts
    return facts.sandbox == practice and not facts.undo and counts.added + counts.already_listed > 0


def last_by(past: PastRun) -> str:
    """Return who sent a run's numbers last, or checked it; '' where nobody knows."""
    if past.summary is None:
        return ""
    facts = past.summary.facts
    return (facts.resumed_by[-1] if facts.resumed_by else facts.by) or ""


def _actions(folder: RunFolder, run: PastRun) -> frozenset[str]:
    """Return what can be done with a run now: nothing without its journal, or while somebody is at it."""
    if run.summary is None or run.problem or not folder.journal.is_file() or is_running(folder.path):
        return frozenset()
    facts, counts = run.summary.facts, run.summary.counts
    possible = {
        "resume": not facts.undo and not facts.guard and counts.left > 0,
        "verify": any(getattr(counts, status) for status in _SETTLED),
        "correct": not facts.undo and not facts.guard and counts.to_correct > 0,
        "undo": counts.added > 0 and (facts.undo is None or facts.undo.exit_code is not ExitCode.OK),
    }
    return frozenset(action for action, can in possible.items() if can)


def _elsewhere(run: Summary | None) -> Elsewhere | None:
    """Return how far a run is that somebody else works on."""
    if run is None or run.facts.state is not State.RUNNING:
        return None
    by_status = {status: count for status in _SETTLED if (count := getattr(run.counts, status))}
    done, speed = sum(by_status.values()), 0.0
    if run.facts.sittings:
        # Of a run that is resumed this is too much at first; the rate in force is the most that it can be.
        sitting = run.facts.sittings[-1]
        passed = datetime.now(UTC).timestamp() - sitting.started_at
        speed = min(done / max(passed, 1), sitting.rate / sitting.window)
    return Elsewhere(run.counts.numbers, done, by_status, speed)


def _downloads(folder: RunFolder) -> tuple[Download, ...]:
    present = folder.present()
    names = sorted(present, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    found = []
    for name in names:
        with suppress(OSError):
            size = present[name].stat().st_size
            title = FILES.get(name.partition(".")[0], name)
            found.append(Download(name, title, size, name == names[0], name == REPORT))
    return tuple(found)
