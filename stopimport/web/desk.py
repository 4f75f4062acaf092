"""The complaint desk: what is known of one number, and whether it is on the stop list now."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport.errors import StopimportError
from stopimport.runs.corrections import corrections
from stopimport.runs.folder import RunFolder
from stopimport.runs.history import look_at
from stopimport.web.child.messages import Looked, LookTask, TaskEnded
from stopimport.web.child.process import ChildProcess, Gone
from stopimport.web.errors import Died
from stopimport.web.texts import problem_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stopimport.runs.corrections import Correction
    from stopimport.runs.facts import RunFacts
    from stopimport.runs.find import Find
    from stopimport.web.child.messages import Event
    from stopimport.web.texts import Problem

_MOST = 50
"""Looks that are remembered."""
_FRESH = 60.0
"""Seconds for which a look is as good as a new one."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One entry with the number, and what its run is."""

    entry: Find
    facts: RunFacts | None
    """None where nothing of the run can be read any more."""
    correction: Correction | None
    """What a person wrote, where the cell had another text."""


def traces(found: Iterable[Find]) -> tuple[Trace, ...]:
    """Return what is known of the runs of some entries."""
    return tuple(_trace(one) for one in found)


def _trace(entry: Find) -> Trace:
    folder = RunFolder(Path(entry.folder))
    past = look_at(folder)
    facts = past.summary.facts if past and past.summary else None
    try:
        written = corrections(folder.journal)
    except StopimportError:
        written = []
    mine = [one for one in written if one.number == entry.phoneNumber and one.input == entry.input]
    return Trace(entry, facts, mine[-1] if mine else None)


@dataclass(slots=True)
class Look:
    """One look at the stop list, for one number."""

    number: str
    answer: Looked | None = None
    """None until it is there, and where there was a problem."""
    problem: Problem | None = None
    at: datetime | None = None
    """When it was over."""
    child: ChildProcess | None = None

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.at is not None

    @property
    def fresh(self) -> bool:
        """Whether nobody has to look again: it goes on, or has just been."""
        return self.at is None or (datetime.now(UTC) - self.at).total_seconds() < _FRESH

    def hear(self, _child: ChildProcess, event: Event | Gone) -> None:
        """Take an event of the child."""
        match event:
            case Looked():
                self.answer = event
            case TaskEnded(problem):
                self.problem = problem
                self.at = datetime.now(UTC)
            case Gone(code):
                self.child = None
                if not self.over:
                    self.problem = problem_of(Died(code))
                    self.at = datetime.now(UTC)


@dataclass(slots=True)
class Looks:
    """The looks of late."""

    _by_number: dict[str, Look] = field(default_factory=dict)

    def last(self, number: str) -> Look | None:
        """Return the last look for a number that is not too old; None: nobody has looked."""
        found = self._by_number.get(number)
        return found if found and found.fresh else None

    async def begin(self, task: LookTask, *, again: bool = False) -> Look:
        """Look for a number, unless somebody is at it or has just done so (`again`: only the first)."""
        before = self._by_number.pop(task.number, None)
        useful = before is not None and (not before.over or (before.fresh and not again and not before.problem))
        look = before if before and useful else Look(task.number)
        self._by_number[task.number] = look
        while len(self._by_number) > _MOST:
            del self._by_number[next(iter(self._by_number))]
        if look is not before:
            look.child = await ChildProcess.start(task, look.hear)
        return look

    async def close(self) -> None:
        """End what goes on: nothing is lost."""
        for look in self._by_number.values():
            if look.child:
                await look.child.kill()
