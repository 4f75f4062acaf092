"""A draft: files that were dropped, read and checked by a child as often as the choices change."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from stopimport.web.child.messages import Checked, CheckTask, FilesRead, GuardsAsk, TaskEnded
from stopimport.web.child.process import ChildProcess, Gone
from stopimport.web.choices import Choices, changed
from stopimport.web.errors import Crashed
from stopimport.web.shown_columns import headers_of
from stopimport.web.texts import problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stopimport.loading.preview import FilesPreview
    from stopimport.pipeline.wishes import Wish
    from stopimport.settings import SettingValue
    from stopimport.web.child.messages import Event
    from stopimport.web.child.questions import Question
    from stopimport.web.choices import Form
    from stopimport.web.texts import Problem
    from stopimport.web.uploads import UploadedFile


@dataclass(frozen=True, slots=True)
class Draft:
    """What is known of files that were dropped; nothing is sent yet."""

    id: str
    run: str
    """Name of the run that it will be."""
    files: tuple[UploadedFile, ...]
    choices: Choices
    phase: Literal["reading", "asking", "refused", "ready", "sent"] = "reading"
    """A child reads the files; guards ask `questions`; `problem` says why they cannot be used; `checked` can be sent;
    the run has taken over."""
    preview: FilesPreview | None = None
    """None as long as the files could not be read. While reading again: as it was."""
    questions: tuple[Question, ...] = ()
    """All that speaks against sending; each has to be answered."""
    problem: Problem | None = None
    checked: Checked | None = None
    """While reading again: as it was; the figures are then out of date."""
    by: str = ""
    """Who dropped them."""

    corrected: int = 0
    """How many rejected numbers the person has corrected."""

    def columns(self) -> tuple[tuple[str, bool], ...]:
        """Return the headers of the other columns, and whether each is shown and kept."""
        shown = self.checked.keep if self.checked else ()
        return tuple((name, name in shown) for name in headers_of(self.preview)) if self.preview else ()


@dataclass(slots=True)
class OpenDraft:
    """A draft with its files, and the child that reads them."""

    draft: Draft
    uploads: Path
    """The folder of its files."""
    run: Path
    """The folder of the run that it will be."""
    base: Mapping[str, SettingValue]
    """The server's settings."""
    language: str
    wishes: tuple[Wish, ...] = ()
    """What the person wrote in the place of rejected entries."""
    _child: ChildProcess | None = None
    _order: asyncio.Lock = field(default_factory=asyncio.Lock)
    _read: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while nothing is being read."""

    def enter(self, phase: Literal["reading", "ready", "sent"]) -> None:
        """Go on to another phase."""
        self.draft = replace(self.draft, phase=phase)

    async def change(self, form: Form, language: str) -> None:
        """Choose something else, and check again.

        Raises:
            BadForm: a field holds what no form of ours has.
        """
        self.draft = replace(self.draft, choices=changed(self.draft.choices, form, self.draft.preview))
        self.language = language
        await self.check()

    async def check(self) -> None:
        """Let a child read and check the files, instead of one that may be at it."""
        async with self._order:
            await self._end_child()
            corrected = sum(bool(wish.text) for wish in self.wishes)
            self.draft = replace(self.draft, phase="reading", questions=(), problem=None, corrected=corrected)
            self._read.clear()
            task = CheckTask(
                files=tuple(str(self.uploads / file.name) for file in self.draft.files),
                folder=str(self.run),
                settings=self.draft.choices.settings(self.base),
                picked=self.draft.choices.picked(self.draft.preview),
                language=self.language,
                by=self.draft.by,
                wishes=self.wishes,
            )
            self._child = await ChildProcess.start(task, self._hear)

    async def settled(self, patience: float = 20.0) -> None:
        """Wait for the end of the reading, but not for ever."""
        with suppress(TimeoutError):
            async with asyncio.timeout(patience):
                await self._read.wait()

    async def close(self) -> None:
        """End what goes on with the files, and delete them."""
        async with self._order:
            await self._end_child()
        await asyncio.to_thread(shutil.rmtree, self.uploads, ignore_errors=True)

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        if child:
            await child.kill()

    def _hear(self, child: ChildProcess, event: Event | Gone) -> None:
        if child is not self._child:
            # It was killed because somebody has chosen something else.
            return
        match event:
            case FilesRead(preview):
                self.draft = replace(self.draft, preview=preview)
            case GuardsAsk(questions):
                self.draft = replace(self.draft, phase="asking", questions=questions, checked=None)
            case Checked():
                self.draft = replace(self.draft, phase="ready", questions=(), checked=event)
            case TaskEnded(problem):
                self._refuse(problem or problem_of(Crashed(0)))
            case Gone(code):
                self._child = None
                if self.draft.phase == "reading":
                    self._refuse(problem_of(Crashed(code)))
        if self.draft.phase != "reading":
            self._read.set()

    def _refuse(self, problem: Problem) -> None:
        self.draft = replace(self.draft, phase="refused", problem=problem, checked=None)
