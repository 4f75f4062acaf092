"""The runs of the folder of runs as the page shows them: by name, never by a path."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stopimport.errors import StopimportError
from stopimport.reporting.advice import FILES, state_of
from stopimport.runs import history as archive
from stopimport.runs import lookup
from stopimport.runs.errors import NoRuns
from stopimport.runs.folder import REPORT, RunFolder
from stopimport.runs.locks import is_running
from stopimport.web.errors import NotFound
from stopimport.web.texts import in_every_language
from stopimport.web.uploads import UploadedFile

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stopimport.runs.history import PastRun
    from stopimport.web.jobs import JobState
    from stopimport.web.texts import Text

_ORDER = ("results.xlsx", REPORT, "rejects.xlsx", "results.csv", "rejects.csv", "missing.csv", "undo.csv")
_SETTLED = ("added", "already_listed", "refused", "failed")


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A run that another program (a terminal, the nightly job, another page) is working on."""

    total: int
    done: int
    by_status: Mapping[str, int]
    per_second: float
    seconds_left: float | None


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a run."""

    name: str
    """For the address: ``/runs/RUN/files/NAME``."""
    title: Text
    size: int
    first: bool
    """The one that most people want: the workbook where there is one."""
    opens: bool
    """Shown in the browser (the report) rather than saved."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One run of the list."""

    name: str
    state: str
    """A state of the contract, ``running``, ``missing``, ``undone``, ``undoing``, ``unverified``, or ``unreadable``."""
    started_at: str
    counts: Mapping[str, int] | None
    """As in summary.json; None where nothing can be read."""
    here: bool
    """A job of this server works on it."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run."""

    name: str
    state: str
    """As `RunLine.state`."""
    folder: str
    """Where it lies on this machine."""
    started_at: str
    finished_at: str
    exit_code: int | None
    counts: Mapping[str, int] | None
    rejects: Mapping[str, int]
    """By reason."""
    inputs: tuple[UploadedFile, ...]
    """Names as in summary.json; sizes are not known (0)."""
    notices: tuple[str, ...]
    why: str
    """How it ended, if not well, in the words of that time; `job.problem` goes before it."""
    sandbox: bool
    account: str
    address: str
    downloads: tuple[Download, ...]
    actions: frozenset[str]
    """What can be done now: ``resume``, ``verify``, ``undo``; empty while somebody works on it."""
    job: JobState | None = None
    """A job of this server that goes on with it, or has just ended."""
    elsewhere: Elsewhere | None = None
    draft: str = ""
    """Id of the draft that it comes from, as long as its files are there: declining leads back to it."""
    verify: Mapping[str, object] | None = None
    """As in summary.json: at, exit_code, entries, partial, checked, missing."""
    undo: Mapping[str, object] | None = None
    """As in summary.json: reason, started_at, removed, absent, left, failed, finished_at, exit_code."""
    damaged: str = ""
    """What is wrong with its files."""


@dataclass(frozen=True, slots=True)
class PastRuns:
    """The folder of runs."""

    place: Path

    def folder(self, name: str) -> RunFolder:
        """Return the run called `name`.

        Raises:
            NotFound: there is none.
        """
        # What is listed in the folder lies in it; a name that leads elsewhere is not in the list.
        with suppress(OSError):
            if name in {child.name for child in self.place.iterdir()}:
                folder = RunFolder(self.place / name)
                if archive.is_run(folder):
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

    def lines(self, without: frozenset[str], here: frozenset[str]) -> tuple[RunLine, ...]:
        """Return all runs, newest first.

        Args:
            without: names of those that are left out.
            here: names of those that a job of this server works on.

        Raises:
            StopimportError: the folder cannot be read.
        """
        try:
            found = archive.history(self.place)
        except NoRuns:
            return ()
        return tuple(_line(run, run.run in here) for run in found if run.run not in without)

    def look_at(self, name: str) -> Run:
        """Return one run as it is on disk.

        Raises:
            NotFound: there is none.
        """
        folder = self.folder(name)
        past = archive.look_at(folder)
        if past is None:
            raise NotFound
        meta, summary = _meta(folder), _summary(folder)
        return Run(
            folder.name,
            _state(past),
            str(folder.path.resolve()),
            past.started_at or "",
            past.finished_at or "",
            past.exit_code,
            past.counts,
            summary.get("rejects_by_reason") or {},
            tuple(UploadedFile(file["file"], 0) for file in (meta or summary).get("inputs") or ()),
            tuple((meta or summary).get("notices") or ()),
            str(meta.get("why") or "") if past.state != "running" else "",
            bool(meta.get("sandbox")),
            past.account or "",
            past.base_url or "",
            _downloads(folder),
            _actions(folder, past, meta),
            elsewhere=_elsewhere(past, meta),
            verify=past.verify,
            undo=past.undo,
            damaged=past.problem or "",
        )


def _line(run: PastRun, here: bool) -> RunLine:  # noqa: FBT001 - two facts of one line
    return RunLine(run.run, "running" if here else _state(run), run.started_at or "", run.counts, here)


def _state(run: PastRun) -> str:
    if run.state is None:
        return "unreadable"
    if run.state == "running":
        return run.state
    return state_of({"state": run.state, "verify": run.verify, "undo": run.undo})


def _meta(folder: RunFolder) -> dict[str, Any]:
    with suppress(StopimportError, LookupError):
        return lookup.peek(folder.journal) if folder.journal.is_file() else {}
    return {}


def _summary(folder: RunFolder) -> dict[str, Any]:
    with suppress(StopimportError):
        return archive.read_summary(folder) or {}
    return {}


def _actions(folder: RunFolder, run: PastRun, meta: Mapping[str, Any]) -> frozenset[str]:
    """Return what can be done with a run now."""
    if not meta or run.counts is None or run.state == "running" or is_running(folder.path):
        return frozenset()
    counts, undone = run.counts, run.undo
    possible = {
        "resume": not undone and not meta.get("guard") and counts["failed"] + counts["not_sent"] > 0,
        "verify": any(counts[status] for status in _SETTLED),
        "undo": counts["added"] > 0 and (not undone or undone.get("exit_code") != 0),
    }
    return frozenset(action for action, can in possible.items() if can)


def _elsewhere(run: PastRun, meta: Mapping[str, Any]) -> Elsewhere | None:
    """Return how far a run is that somebody else works on."""
    if run.state != "running" or run.counts is None:
        return None
    counts = run.counts
    by_status = {status: counts[status] for status in _SETTLED if counts[status]}
    total, done, speed = counts["numbers"], sum(by_status.values()), 0.0
    sittings = meta.get("sittings") or []
    if sittings:
        # Of a run that is resumed this is too much at first; the rate in force is the most that it can be.
        passed = datetime.now(UTC).timestamp() - sittings[-1]["started_at"]
        speed = min(done / max(passed, 1), sittings[-1]["rate"] / sittings[-1]["window"])
    return Elsewhere(total, done, by_status, speed, (total - done) / speed if speed else None)


def _downloads(folder: RunFolder) -> tuple[Download, ...]:
    present = folder.present()
    names = sorted(present, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    found = []
    for name in names:
        with suppress(OSError):
            size = present[name].stat().st_size
            title = in_every_language(FILES.get(name.partition(".")[0], name))
            found.append(Download(name, title, size, name == names[0], name == REPORT))
    return tuple(found)
