"""The runs of the folder of runs as the page shows them: by name, never by a path."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.reporting.advice import FILES
from stopimport.runs import history as archive
from stopimport.runs.errors import NoRuns
from stopimport.runs.folder import REPORT, RunFolder
from stopimport.runs.locks import is_running
from stopimport.vocabulary import State
from stopimport.web.errors import NotFound
from stopimport.web.shown import rejects_of, text
from stopimport.web.state import Download, Elsewhere, Run, RunLine, UploadedFile

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.runs.history import PastRun
    from stopimport.runs.summary import Summary

_ORDER = ("results.xlsx", REPORT, "rejects.xlsx", "results.csv", "rejects.csv", "missing.csv", "undo.csv")
_SETTLED = ("added", "already_listed", "refused", "failed")


@dataclass(frozen=True, slots=True)
class Runs:
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
        summary = past.summary
        facts = summary.facts if summary else None
        known = past.as_dict()
        return Run(
            folder.name,
            past.state_now,
            str(folder.path.resolve()),
            known["started_at"] or "",
            known["finished_at"] or "",
            known["exit_code"],
            known["counts"],
            rejects_of(summary.rejects_by_reason if summary else {}, {}),
            tuple(UploadedFile(file.file, 0) for file in facts.inputs) if facts else (),
            facts.notices if facts else (),
            facts.why if facts and facts.state is not State.RUNNING else "",
            facts.sandbox if facts else False,
            known["account"] or "",
            known["base_url"] or "",
            _downloads(folder),
            _actions(folder, past),
            elsewhere=_elsewhere(summary),
            verify=known["verify"],
            undo=known["undo"],
            damaged=past.problem or "",
        )


def _line(run: PastRun, here: bool) -> RunLine:  # noqa: FBT001 - two facts of one line
    known = run.as_dict()
    state = State.RUNNING if here else run.state_now
    return RunLine(run.run, state, known["started_at"] or "", known["counts"], here)


def _actions(folder: RunFolder, run: PastRun) -> frozenset[str]:
    """Return what can be done with a run now: nothing without its journal, or while somebody is at it."""
    if run.summary is None or run.problem or not folder.journal.is_file() or is_running(folder.path):
        return frozenset()
    facts, counts = run.summary.facts, run.summary.counts
    possible = {
        "resume": not facts.undo and not facts.guard and counts.left > 0,
        "verify": any(getattr(counts, status) for status in _SETTLED),
        "undo": counts.added > 0 and (facts.undo is None or facts.undo.exit_code is not ExitCode.OK),
    }
    return frozenset(action for action, can in possible.items() if can)


def _elsewhere(run: Summary | None) -> Elsewhere | None:
    """Return how far a run is that somebody else works on."""
    if run is None or run.facts.state is not State.RUNNING:
        return None
    by_status = {status: count for status in _SETTLED if (count := run.counts.as_dict()[status])}
    total, done, speed = run.counts.numbers, sum(by_status.values()), 0.0
    if run.facts.sittings:
        # Of a run that is resumed this is too much at first; the rate in force is the most that it can be.
        sitting = run.facts.sittings[-1]
        passed = datetime.now(UTC).timestamp() - sitting.started_at
        speed = min(done / max(passed, 1), sitting.rate / sitting.window)
    return Elsewhere(total, done, by_status, speed, (total - done) / speed if speed else None)


def _downloads(folder: RunFolder) -> tuple[Download, ...]:
    present = folder.present()
    names = sorted(present, key=lambda name: _ORDER.index(name) if name in _ORDER else len(_ORDER))
    found = []
    for name in names:
        with suppress(OSError):
            size = present[name].stat().st_size
            title = text(FILES.get(name.partition(".")[0], name))
            found.append(Download(name, title, size, name == names[0], name == REPORT))
    return tuple(found)
