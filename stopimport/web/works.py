"""A job of this server on a run: sending, verifying, undoing."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from stopimport.web import shown
from stopimport.web.children import GONE, Child
from stopimport.web.errors import Died, NotNow
from stopimport.web.state import Live, Text
from stopimport.web.worker import CONFIRM, CONTINUE, DECLINE, PAUSE, STOP

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stopimport.web.state import Problem, SendPreview, UndoPreview

_LATELY = 15.0
"""Seconds over which the speed is told."""

Phase = Literal["starting", "asking", "sending", "paused", "stopping", "ended"]


@dataclass(slots=True)
class Work:
    """One job, as the server knows it."""

    job: Literal["send", "verify", "undo"]
    began: Callable[[], None] = lambda: None
    """Called once the sending begins: what was uploaded is not needed any more."""
    phase: Phase = "starting"
    child: Child | None = None
    send: SendPreview | None = None
    undo: UndoPreview | None = None
    mistyped: bool = False
    total: int = 0
    done: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    problem: Problem | None = None
    _hold: tuple[Text, float] | None = None
    _seen: deque[tuple[float, int]] = field(default_factory=deque)

    @classmethod
    async def begin(cls, job: Mapping[str, Any], began: Callable[[], None] = lambda: None) -> Work:
        """Start a child with this job (see `worker`)."""
        work = cls(job["job"], began)
        work.child = await Child.start(job, work.hear)
        return work

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.phase == "ended"

    def state(self) -> Live:
        """Return it as the page shows it."""
        speed = self._speed()
        reason, until = self._hold or (None, 0.0)
        held = max(until - time.monotonic(), 0.0)
        return Live(
            self.job,
            self.phase,
            self.send,
            self.undo,
            self.mistyped,
            self.total,
            self.done,
            self.by_status,
            speed,
            (self.total - self.done) / speed if speed and self.phase == "sending" else None,
            reason if held else None,
            held,
            self.problem,
        )

    # Orders.

    def confirm(self, typed: str) -> None:
        """Agree to what is asked; more than a thousand numbers need to be typed.

        Raises:
            NotNow: nothing is asked.
        """
        self._need("asking")
        asked = self.send or self.undo
        count = self.send.to_send if self.send else self.undo.to_remove if self.undo else 0
        self.mistyped = asked is not None and asked.typing and _digits(typed) != str(count)
        if not self.mistyped:
            self._order(CONFIRM, "starting")

    def decline(self) -> None:
        """Say no to what is asked.

        Raises:
            NotNow: nothing is asked.
        """
        self._need("asking")
        self._order(DECLINE, "stopping")

    def pause(self) -> None:
        """Hold the calls back.

        Raises:
            NotNow: none go out.
        """
        self._need("sending")
        self._order(PAUSE, "paused")

    def go_on(self) -> None:
        """Let calls go out again.

        Raises:
            NotNow: they are not held back.
        """
        self._need("paused")
        self._seen.clear()
        self._order(CONTINUE, "sending")

    def stop(self) -> None:
        """Stop; what is in flight is finished.

        Raises:
            NotNow: it is over.
        """
        self._need("starting", "asking", "sending", "paused")
        self._order(STOP, "stopping")

    async def close(self) -> None:
        """Stop in good order and wait for that."""
        if self.child:
            await self.child.close()

    def _need(self, *phases: Phase) -> None:
        if self.phase not in phases:
            raise NotNow

    def _order(self, word: str, phase: Phase) -> None:
        if self.child:
            self.child.order(word)
        self.phase = phase

    # Events.

    def hear(self, _child: Child, event: dict[str, Any]) -> None:
        """Take an event of the child."""
        match event["event"]:
            case "send_question":
                self.send, self.phase = shown.read_send(event), "asking"
            case "undo_question":
                self.undo, self.phase = shown.read_undo(event), "asking"
            case "progress":
                self._progress(event)
            case "hold":
                self._hold = (Text(event["reason"]), time.monotonic() + event["seconds"])
            case "ended":
                self.problem = shown.read_problem(event["problem"]) if event["problem"] else None
                self.phase = "ended"
            case _ if event["event"] == GONE:
                self.child = None
                if not self.over:
                    self.problem, self.phase = shown.problem_of(Died(event["code"])), "ended"

    def _progress(self, event: dict[str, Any]) -> None:
        if event["done"] > self.done:
            self._hold = None
        self.total, self.done, self.by_status = event["total"], event["done"], event["by_status"]
        self._seen.append((event["at"], self.done))
        while self._seen[-1][0] - self._seen[0][0] > _LATELY:
            self._seen.popleft()
        if self.phase == "starting":
            self.phase = "sending"
            self.began()

    def _speed(self) -> float:
        if len(self._seen) < 2:
            return 0.0
        (began, first), (last, latest) = self._seen[0], self._seen[-1]
        return (latest - first) / (last - began) if last > began else 0.0


def _digits(typed: str) -> str:
    """Return what was typed without the signs that set thousands apart."""
    return "".join(typed.split()).translate(dict.fromkeys(map(ord, ".,'’\u00a0\u202f")))
