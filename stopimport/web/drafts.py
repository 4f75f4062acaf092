"""A draft: files that were dropped, read and checked by a child as often as the choices change."""

from __future__ import annotations

import asyncio
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from stopimport.errors import StopimportError
from stopimport.pipeline.job import utc_now
from stopimport.web.child.messages import Checked, CheckTask, FilesRead, GuardsAsk, TaskEnded
from stopimport.web.child.process import ChildProcess, Gone
from stopimport.web.choices import Choices, changed
from stopimport.web.errors import BadForm, Crashed
from stopimport.web.kept_drafts import KEPT_FOR, KeptDraft, save
from stopimport.web.shown_columns import headers_of
from stopimport.web.texts import problem_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from stopimport.loading.preview import FilesPreview
    from stopimport.pipeline.wishes import Wish
    from stopimport.settings import SettingValue
    from stopimport.web.child.messages import Event
    from stopimport.web.child.questions import Question
    from stopimport.web.choices import Form
    from stopimport.web.past_runs import EarlierImport
    from stopimport.web.texts import Problem, Text
    from stopimport.web.uploads import UploadedFile

UPLOADED, READ = "files", "cells"
"""Folders of a draft: what was dropped, and what was read of it."""


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
    unusable: tuple[tuple[str, Text], ...] = ()
    """Files to be taken out for the others to go on, and why each cannot be used."""
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
    """The folder of what was dropped and of what was read of it."""
    run: Path
    """The folder of the run that it will be."""
    base: Mapping[str, SettingValue]
    """The server's settings."""
    language: str
    readers: asyncio.Semaphore
    """As many as may read at once, of all drafts."""
    touched: datetime
    """When something was chosen last."""
    sandbox: bool = False
    asleep: bool = False
    """Whether it was kept from before, and nobody has opened it since."""
    wishes: tuple[Wish, ...] = ()
    """What the person wrote in the place of rejected entries."""
    earlier: tuple[EarlierImport, ...] | None = None
    """Earlier imports of the same content; None: nobody has looked."""
    _reading: asyncio.Task[None] | None = None
    _child: ChildProcess | None = None
    _order: asyncio.Lock = field(default_factory=asyncio.Lock)
    _read: asyncio.Event = field(default_factory=asyncio.Event)
    """Set while nothing is being read."""

    def taken_up(self, kept: KeptDraft) -> OpenDraft:
        """Return the draft with what was kept of it; it is read again once somebody opens it."""
        self.asleep, self.wishes = True, kept.wishes
        return self

    @property
    def until(self) -> datetime:
        """How long it is kept."""
        return self.touched + KEPT_FOR

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
        self.touched = utc_now()
        await self.check()

    async def take_out(self, file: str) -> None:
        """Go on without one of several files.

        Raises:
            BadForm: it is none of them, or the only one.
        """
        left = tuple(one for one in self.draft.files if one.name != file)
        if not left or len(left) == len(self.draft.files):
            raise BadForm
        # Columns are known by the place of their file.
        choices = replace(self.draft.choices, columns=())
        self.touched = utc_now()
        self.draft = replace(self.draft, files=left, choices=choices, preview=None, checked=None)
        await self.check()
        await asyncio.to_thread((self.uploads / UPLOADED / file).unlink, missing_ok=True)

    async def check(self) -> None:
        """Let a child read and check the files, instead of one that may be at it."""
        async with self._order:
            await self._end_child()
            corrected = sum(bool(wish.text) for wish in self.wishes)
            self.draft = replace(
                self.draft, phase="reading", questions=(), problem=None, unusable=(), corrected=corrected
            )
            self.asleep = False
            self._read.clear()
            self.earlier = None
            task = CheckTask(
                files=tuple(str(self.uploads / UPLOADED / file.name) for file in self.draft.files),
                folder=str(self.run),
                settings=self.draft.choices.settings(self.base),
                picked=self.draft.choices.picked(self.draft.preview),
                language=self.language,
                wishes=self.wishes,
                kept=str(self.uploads / READ),
                left_out=self.draft.choices.left_out,
                by=self.draft.by,
            )
            await asyncio.to_thread(self._keep)
            self._reading = asyncio.create_task(self._take_turn(task))

    async def _take_turn(self, task: CheckTask) -> None:
        """Wait for its turn, and until the child is done."""
        try:
            async with self.readers:
                child = self._child = await ChildProcess.start(task, self._hear)
                await child.ended()
        except OSError:
            self._refuse(problem_of(Crashed(0)))
            self._read.set()

    def _keep(self) -> None:
        """Write down what there is to keep; where the disk is full the draft lasts as long as the program."""
        draft = self.draft
        with suppress(StopimportError):
            kept = KeptDraft(
                draft.run,
                self.sandbox,
                draft.files,
                draft.choices,
                draft.preview,
                self.language,
                draft.by,
                self.touched,
                self.wishes,
            )
            save(self.uploads, kept)

    async def rest(self) -> None:
        """End what goes on with the files, and keep them."""
        async with self._order:
            await self._end_child()

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
        reading, self._reading = self._reading, None
        if child:
            await child.kill()
        if reading:
            reading.cancel()
            await asyncio.wait([reading])

    def _hear(self, child: ChildProcess, event: Event | Gone) -> None:
        if child is not self._child:
            # It was killed because somebody has chosen something else.
            return
        match event:
            case FilesRead(preview):
                self.draft = replace(self.draft, preview=preview)
            case GuardsAsk(questions, checked):
                self.draft = replace(self.draft, phase="asking", questions=questions, checked=checked)
            case Checked():
                self.draft = replace(self.draft, phase="ready", questions=(), checked=event)
            case TaskEnded(problem, unusable):
                self._refuse(problem or problem_of(Crashed(0)), unusable)
            case Gone(code):
                self._child = None
                if self.draft.phase == "reading":
                    self._refuse(problem_of(Crashed(code)))
        if self.draft.phase != "reading":
            self._read.set()

    def _refuse(self, problem: Problem, unusable: tuple[tuple[str, Text], ...] = ()) -> None:
        self.draft = replace(self.draft, phase="refused", problem=problem, unusable=unusable, checked=None)
