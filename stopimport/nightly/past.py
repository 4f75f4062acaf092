"""What earlier runs say: which of them are unfinished, and what has been imported already.

There is no database beside the runs: a run is a folder, and what was imported is what the runs say.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stopimport.errors import ExitCode, StopimportError
from stopimport.filenames import JOURNAL
from stopimport.nightly import record as records
from stopimport.pipeline.equality import cleaning_facts
from stopimport.runs.errors import NoRun
from stopimport.runs.lookup import peek
from stopimport.vocabulary import State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from stopimport.nightly.record import Record
    from stopimport.pipeline.job import Context
    from stopimport.runs.facts import RunFacts

_FINAL = frozenset({ExitCode.OK, ExitCode.MISSING})


@dataclass(frozen=True, slots=True)
class Aim:
    """What a run would do with a file: which numbers it finds in it, and where it sends them."""

    cleaning: Mapping[str, Any]
    sandbox: bool
    base_url: str
    account: str | None

    @classmethod
    def of(cls, context: Context) -> Aim:
        """Return what the settings in force aim at."""
        options = context.options
        account = context.key.account if context.key else None
        return cls(cleaning_facts(context.settings), options.sandbox, options.base_url.rstrip("/"), account)

    def met_by(self, facts: RunFacts) -> bool:
        """Whether a run with these facts has done that, and it still holds as far as anybody knows."""
        if facts.state is not State.COMPLETE or facts.undo or facts.missing:
            return False
        if facts.cleaning != self.cleaning or facts.sandbox != self.sandbox:
            return False
        address = facts.base_url.rstrip("/")
        return self.sandbox or (address == self.base_url and facts.account == self.account)


@dataclass(slots=True)
class Past:
    """The runs in the folder of runs."""

    folder: Path
    inbox: str
    """`record.key_of` this inbox."""
    shared: bool = False
    """Whether other machines add runs while we look."""
    _by_hash: dict[str, list[Path]] | None = field(default=None, init=False)
    _known: set[Path] = field(default_factory=set, init=False)
    """Runs whose hashes have been noted."""
    _over: set[Path] = field(default_factory=set, init=False)
    """Runs that are settled, or another inbox's."""

    def ours(self) -> list[tuple[Path, Record]]:
        """Return the runs that this inbox started, oldest first."""
        found = [(run, records.read(run)) for run in runs_in(self.folder)]
        return [(run, record) for run, record in found if record and record.inbox == self.inbox]

    def unsettled(self) -> list[tuple[Path, Record]]:
        """Return those of `ours` for which something is left to be done, as they are now."""
        found = []
        for run in runs_in(self.folder):
            record = records.read(run) if run not in self._over else None
            if record and record.inbox == self.inbox and not record.settled:
                found.append((run, record))
            elif record:
                self._over.add(run)
        return found

    def imported(self, sha256: str, aim: Aim) -> Path | None:
        """Return the run that has done with this content what `aim` says, or None."""
        if self._by_hash is None or self.shared:
            self._by_hash = self._by_hash or {}
            for run in runs_in(self.folder):
                self._note(run)
        return next((run for run in self._by_hash.get(sha256, ()) if _has_met(run, aim)), None)

    def add(self, run: Path) -> None:
        """Take notice of a run that has just been made."""
        if self._by_hash is not None:
            self._note(run)

    def _note(self, run: Path) -> None:
        assert self._by_hash is not None, "only called once it is there"  # noqa: S101 - for the type checker
        if run in self._known:
            return
        for sha256 in _hashes(run):
            self._by_hash.setdefault(sha256, []).append(run)
            # One that has none yet may be just beginning, on another machine.
            self._known.add(run)


def runs_in(folder: Path) -> list[Path]:
    """Return the folders in `folder` that can be runs, sorted by name: our own, so that nobody plants one."""
    with os.scandir(folder) as entries:
        found = [folder / entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
    return sorted(path for path in found if is_ours(path))


def is_ours(path: Path) -> bool:
    """Whether a folder or link belongs to this user or the administrator (on Windows: always)."""
    try:
        return sys.platform == "win32" or path.lstat().st_uid in {0, os.geteuid()}
    except FileNotFoundError:
        return False


def facts_of(run: Path) -> RunFacts | None:
    """Return what a run's journal knows of it; None if there is no journal.

    Raises:
        StopimportError: there is one that cannot be read.
    """
    try:
        return peek(run / JOURNAL)
    except NoRun:
        return None


def is_unfinished(facts: RunFacts) -> bool:
    """Whether `resume` can do something for a run."""
    if facts.undo or facts.guard:
        return False
    return facts.state is not State.COMPLETE or facts.exit_code not in _FINAL


def _has_met(run: Path, aim: Aim) -> bool:
    try:
        facts = facts_of(run)
        return facts is not None and aim.met_by(facts)
    except (StopimportError, OSError, LookupError, TypeError):
        # What nobody can read proves nothing: the file is imported, which does no harm.
        return False


def _hashes(run: Path) -> Iterator[str]:
    """Yield the hashes of what a run has imported: of the inbox's file, and of the inputs in its summary."""
    record = records.read(run)
    if record and record.sha256:
        yield record.sha256
    summary = records.summary_of(run)
    for file in summary.facts.inputs if summary else ():
        if not (record and file.sha256 == record.sha256):
            yield file.sha256
