"""A draft: files that were dropped, read and checked by a child as often as the choices change."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from stopimport.web import shown
from stopimport.web.children import GONE, Child
from stopimport.web.choices import Choices, changed, picked_of, settings_of
from stopimport.web.errors import Crashed
from stopimport.web.state import Draft

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stopimport.web.choices import Form
    from stopimport.web.state import Checked, Look, Problem, Question, Text, UploadedFile


@dataclass(slots=True)
class Drafting:
    """One draft, as the server knows it."""

    id: str
    uploads: Path
    """The folder of its files."""
    run: Path
    """The folder of the run that it will be."""
    files: tuple[UploadedFile, ...]
    base: Mapping[str, Any]
    """The server's settings."""
    language: str
    choices: Choices
    phase: Literal["reading", "asking", "refused", "ready", "sent"] = "reading"
    look: Look | None = None
    questions: tuple[Question, ...] = ()
    problem: Problem | None = None
    checked: Checked | None = None
    note: Text | None = None
    _child: Child | None = None
    _order: asyncio.Lock = field(default_factory=asyncio.Lock)

    def state(self, *, needs_key: bool) -> Draft:
        """Return it as the page shows it."""
        return Draft(
            self.id,
            self.run.name,
            self.files,
            self.phase,
            self.choices.options,
            self.look,
            self.questions,
            self.problem,
            self.checked,
            self.note,
            needs_key,
        )

    async def change(self, form: Form, language: str) -> None:
        """Choose something else, and check again.

        Raises:
            BadForm: a field holds what no form of ours has.
        """
        self.choices, self.language, self.note = changed(self.choices, form, self.look), language, None
        await self.check()

    async def check(self) -> None:
        """Let a child read and check the files, instead of one that may be at it."""
        async with self._order:
            await self._end_child()
            self.phase, self.questions, self.problem = "reading", (), None
            job = {
                "job": "check",
                "files": [str(self.uploads / file.name) for file in self.files],
                "folder": str(self.run),
                "settings": settings_of(self.choices, self.base),
                "picked": picked_of(self.choices, self.look),
                "language": self.language,
            }
            self._child = await Child.start(job, self._hear)

    async def close(self) -> None:
        """End what goes on with the files, and delete them."""
        async with self._order:
            await self._end_child()
        await asyncio.to_thread(shutil.rmtree, self.uploads, ignore_errors=True)

    async def _end_child(self) -> None:
        child, self._child = self._child, None
        if child:
            await child.kill()

    def _hear(self, child: Child, event: dict[str, Any]) -> None:
        if child is not self._child:
            # It was killed because somebody has chosen something else.
            return
        match event["event"]:
            case "look":
                self.look = shown.read_look(event["look"])
            case "asking":
                self._rest("asking", questions=tuple(map(shown.read_question, event["questions"])))
            case "checked":
                self._rest("ready", checked=shown.read_checked(event))
            case "ended":
                problem = event["problem"]
                self._refuse(shown.read_problem(problem) if problem else shown.problem_of(Crashed(0)))
            case _ if event["event"] == GONE:
                self._child = None
                if self.phase == "reading":
                    self._refuse(shown.problem_of(Crashed(event["code"])))

    def _rest(
        self,
        phase: Literal["asking", "ready"],
        questions: tuple[Question, ...] = (),
        checked: Checked | None = None,
    ) -> None:
        self.phase, self.questions, self.checked = phase, questions, checked

    def _refuse(self, problem: Problem) -> None:
        self.phase, self.problem, self.checked = "refused", problem, None
