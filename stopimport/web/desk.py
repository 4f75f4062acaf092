"""The complaint desk: what is known of one number, and whether it is on the stop list now."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport.cleaning.errors import NoNumber
from stopimport.errors import StopimportError
from stopimport.runs.corrections import corrections
from stopimport.runs.find import Search, find
from stopimport.runs.folder import RunFolder
from stopimport.runs.history import look_at
from stopimport.text.language import _
from stopimport.vocabulary import REASONS, Reason
from stopimport.web.child.messages import Looked, LookTask, TaskEnded
from stopimport.web.child.process import ChildProcess, Gone
from stopimport.web.errors import Died
from stopimport.web.texts import problem_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stopimport.runs.corrections import Correction
    from stopimport.runs.facts import RunFacts
    from stopimport.runs.find import Find
    from stopimport.settings import Settings
    from stopimport.web.child.messages import Event
    from stopimport.web.keys import Keys
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


@dataclass(frozen=True, slots=True)
class DeskOptions:
    """The settings of the desk, named as the options."""

    sandbox: bool
    region: str


@dataclass(slots=True)
class Desk:
    """What can be asked about one number."""

    settings: Settings
    place: Path
    """The folder of runs."""
    keys: Keys
    looks: Looks = field(default_factory=Looks)

    async def find(self, asked: str, region: str = "") -> Search:
        """Return where a number came from; a number without prefix is of the `region`, else of the page's.

        Raises:
            StopimportError: it is no number; the folder cannot be read.
        """
        return await asyncio.to_thread(self._find, asked, region or self.settings.of(DeskOptions).region)

    def _find(self, asked: str, region: str) -> Search:
        from stopimport.cleaning.single import read_number  # noqa: PLC0415 - heavy, and the page opens without

        number = read_number(asked, region)
        return self.look_up(number) if self.place.is_dir() else Search(number)

    def look_up(self, number: str) -> Search:
        """Return where a number came from that is known to be one; the folder of runs is there."""
        return find(number, self.place, practice=self.settings.of(DeskOptions).sandbox)

    async def traces(self, search: Search) -> tuple[Trace, ...]:
        """Return what is known of the runs in which a number was found."""
        return await asyncio.to_thread(traces, search.found)

    async def look(self, number: str, language: str, *, again: bool = False) -> Look:
        """Look whether a number is on the account's list; `again`: even if that was done just now."""
        key = self.keys.key.reveal() if self.keys.key else None
        settings = self.settings.in_force("verify", given=True)
        return await self.looks.begin(LookTask(number, settings, key, language), again=again)

    async def addable(self, text: str) -> str:
        """Return the number that somebody wrote, as it would be added.

        Raises:
            NoNumber: it is none that can be.
        """
        return await asyncio.to_thread(self._addable, text)

    def _addable(self, text: str) -> str:
        from stopimport.pipeline.correcting import judge_texts  # noqa: PLC0415 - pandas, which the page opens without

        (judged,) = judge_texts([text], self.settings.clean_options())
        if not judged.number:
            title = REASONS[Reason(judged.reason or Reason.NOT_A_PHONE_NUMBER)].title
            raise NoNumber(text, _(title).lower())
        return judged.number

    async def close(self) -> None:
        """End what goes on: nothing is lost."""
        await self.looks.close()
