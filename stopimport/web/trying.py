"""A key that was typed: whether the API takes it, asked by a child process with one call that adds nothing."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stopimport.text.language import N_, Sentence
from stopimport.web.child.messages import KeyTask, TaskEnded
from stopimport.web.child.process import ChildProcess, Gone
from stopimport.web.errors import KeyNotTaken, KeyUnproved

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.secrets import ApiKey
    from stopimport.settings import SettingValue
    from stopimport.web.child.messages import Event
    from stopimport.web.texts import Problem

_PATIENCE = 20.0
"""Seconds that a person waits for an answer."""
_REFUSED = "AccountRefused"
"""The kind of the problem with a key that the API does not take."""


@dataclass(slots=True)
class _Heard:
    over: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False
    problem: Problem | None = None

    def hear(self, _child: ChildProcess, event: Event | Gone) -> None:
        if isinstance(event, TaskEnded):
            self.ended, self.problem = True, event.problem
        if isinstance(event, TaskEnded | Gone):
            self.over.set()


async def prove_key(key: ApiKey, settings: Mapping[str, SettingValue], language: str) -> None:
    """Make sure that the API takes a key.

    Args:
        key: it.
        settings: the API's address, and how to call it.
        language: of what goes wrong.

    Raises:
        KeyNotTaken: the API refuses the account.
        KeyUnproved: no answer says whether it does.
    """
    heard = _Heard()
    child = await ChildProcess.start(KeyTask(key.reveal(), dict(settings), language), heard.hear)
    try:
        async with asyncio.timeout(_PATIENCE):
            await heard.over.wait()
    except TimeoutError:
        raise KeyUnproved(Sentence(N_("there was no answer."))) from None
    finally:
        await child.kill()
    if heard.problem is not None and heard.problem.kind == _REFUSED:
        raise KeyNotTaken(heard.problem.text)
    if heard.problem is not None or not heard.ended:
        raise KeyUnproved(heard.problem.text if heard.problem else Sentence(N_("the check ended unexpectedly.")))
