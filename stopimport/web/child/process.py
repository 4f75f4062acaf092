"""The server's side of a child process: its start, its events, its orders, its end."""

from __future__ import annotations

import asyncio
import logging
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.apart.limits import COUNTABLE
from stopimport.myself import part
from stopimport.vendor import KEY_VARIABLE
from stopimport.web.child.messages import CheckTask, encode, read_event

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable

    from stopimport.web.child.messages import Event, Order, Task

_log = logging.getLogger(__name__)
_LONGEST = 64 << 20
"""Bytes of an event: the first rows of a hundred files."""
_PATIENCE = 25.0
"""Seconds in which a child that is told to stop has to be gone: calls in flight get 15, then the files are written."""


@dataclass(frozen=True, slots=True)
class Gone:
    """The process is no more: the last thing that is heard of every child."""

    exit_code: int


def _environment(task: Task) -> dict[str, str]:
    found = {name: value for name, value in os.environ.items() if name != KEY_VARIABLE}
    return found | COUNTABLE if isinstance(task, CheckTask) else found


class ChildProcess:
    """One task in a process of its own, which can be brought down without harm to the page."""

    def __init__(self, process: Process, hear: Callable[[ChildProcess, Event | Gone], None]) -> None:
        self._process, self._hear = process, hear
        self._following = asyncio.create_task(self._follow())

    @classmethod
    async def start(cls, task: Task, hear: Callable[[ChildProcess, Event | Gone], None]) -> ChildProcess:
        """Start a process with this task.

        Args:
            task: what to do; it goes through a pipe, so that nobody sees it among the processes.
            hear: takes every event.
        """
        process = await asyncio.create_subprocess_exec(
            *part("page-worker"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=_environment(task),
            # Ctrl-C in the terminal is for the server, which tells its children.
            start_new_session=True,
            limit=_LONGEST,
        )
        child = cls(process, hear)
        child._write(task)
        return child

    def order(self, order: Order) -> None:
        """Give an order; one that is gone already is past orders."""
        self._write(order)

    async def ended(self) -> None:
        """Wait until the process has ended by itself or by an order."""
        await asyncio.shield(self._following)

    async def kill(self) -> None:
        """End a process that has nothing to lose, and wait for that."""
        with suppress(ProcessLookupError):
            self._process.kill()
        await self._following

    async def close(self) -> None:
        """Let the process stop cleanly, and wait for that."""
        if self._process.stdin:
            self._process.stdin.close()
        try:
            async with asyncio.timeout(_PATIENCE):
                await asyncio.shield(self._following)
        except TimeoutError:
            await self.kill()

    def _write(self, message: Task | Order) -> None:
        assert self._process.stdin, "it has a pipe"  # noqa: S101 - for the type checker
        with suppress(ConnectionError, RuntimeError):
            self._process.stdin.write(encode(message))

    async def _follow(self) -> None:
        assert self._process.stdout, "it has a pipe"  # noqa: S101 - for the type checker
        try:
            while line := await self._process.stdout.readline():
                self._hear(self, read_event(line))
        except Exception:  # noqa: BLE001 - whatever it is, nobody else would ever hear of the end
            # A line that was cut off by a crash, or that holds what it should not, is the end of understanding.
            _log.exception("A child of the page cannot be understood")
            with suppress(ProcessLookupError):
                self._process.kill()
        finally:
            self._hear(self, Gone(await self._process.wait()))
