"""A job of this server on a run: sending, verifying, undoing."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from stopimport.web.child.messages import CallsMade, Holding, Order, SendAsks, TaskEnded, UndoAsks
from stopimport.web.child.process import ChildProcess, Gone
from stopimport.web.errors import Died, NotNow
from stopimport.web.texts import problem_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stopimport.reporting.previews import SendPreview, UndoPreview
    from stopimport.web.child.messages import Event, RunCommand, RunTask
    from stopimport.web.texts import Problem, Text

CONFIRM_BY_TYPING = 1000
"""From more numbers than this on, the person types how many there are."""
_LATELY = 15.0
"""Seconds over which the speed is told."""

Phase = Literal["starting", "asking", "sending", "paused", "stopping", "ended"]


@dataclass(frozen=True, slots=True)
class HoldState:
    """Nothing goes out just now."""

    reason: Text
    until: float
    """About when that ends, by `time.monotonic`."""

    @property
    def seconds(self) -> float:
        """About how long it will last; 0: it is over."""
        return max(self.until - time.monotonic(), 0.0)


@dataclass(frozen=True, slots=True)
class JobState:
    """What is known of a job."""

    command: RunCommand
    phase: Phase = "starting"
    """Opening the run and fetching the list; the question in `send` or `undo` is open; calls go out; held by the
    person; stopping, or writing the files; over, see the run and `problem`."""
    send: SendPreview | None = None
    undo: UndoPreview | None = None
    mistyped: bool = False
    """Whether the number typed was another one."""
    total: int = 0
    done: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    """Of `done`: by `vocabulary.Status` or `UndoStatus`."""
    per_second: float = 0.0
    """Numbers a second, lately."""
    hold: HoldState | None = None
    problem: Problem | None = None
    """How it ended, if not well."""
    by: str = ""
    """Who began it."""

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.phase == "ended"

    @property
    def asked(self) -> int:
        """How many numbers the question is about."""
        return self.send.to_send if self.send else self.undo.to_remove if self.undo else 0

    @property
    def typing(self) -> bool:
        """Whether the person has to type how many numbers there are."""
        return self.asked > CONFIRM_BY_TYPING

    @property
    def seconds_left(self) -> float | None:
        """How long the calls will take, as far as that can be said."""
        return (self.total - self.done) / self.per_second if self.per_second and self.phase == "sending" else None


@dataclass(slots=True)
class RunJob:
    """One job: what is known of it, and the child that does it."""

    state: JobState
    began: Callable[[], None] = lambda: None
    """Called once the sending begins: what was uploaded is not needed any more."""
    child: ChildProcess | None = None
    _counted: deque[CallsMade] = field(default_factory=deque)
    """Of lately."""

    async def start(self, task: RunTask) -> None:
        """Start a child with this task; a stop that came meanwhile is told to it."""
        self.child = await ChildProcess.start(task, self.hear)
        if self.state.phase == "stopping":
            self.child.order(Order.STOP)

    # Orders.

    def confirm(self, typed: str) -> None:
        """Agree to what is asked; more than a thousand numbers need to be typed.

        Raises:
            NotNow: nothing is asked.
        """
        self._need("asking")
        mistyped = self.state.typing and _digits(typed) != str(self.state.asked)
        self.state = replace(self.state, mistyped=mistyped)
        if not mistyped:
            self._order(Order.CONFIRM, "starting")

    def decline(self) -> None:
        """Say no to what is asked.

        Raises:
            NotNow: nothing is asked.
        """
        self._need("asking")
        self._order(Order.DECLINE, "stopping")

    def pause(self) -> None:
        """Hold the calls back.

        Raises:
            NotNow: none go out.
        """
        self._need("sending")
        self._order(Order.PAUSE, "paused")

    def go_on(self) -> None:
        """Let calls go out again.

        Raises:
            NotNow: they are not held back.
        """
        self._need("paused")
        self._counted.clear()
        self.state = replace(self.state, per_second=0.0)
        self._order(Order.CONTINUE, "sending")

    def stop(self) -> None:
        """Stop; what is in flight is finished.

        Raises:
            NotNow: it is over.
        """
        self._need("starting", "asking", "sending", "paused")
        self._order(Order.STOP, "stopping")

    async def close(self) -> None:
        """Stop cleanly and wait for that."""
        if self.child:
            await self.child.close()

    def _need(self, *phases: Phase) -> None:
        if self.state.phase not in phases:
            raise NotNow

    def _order(self, order: Order, phase: Phase) -> None:
        if self.child:
            self.child.order(order)
        self.state = replace(self.state, phase=phase)

    # Events.

    def hear(self, _child: ChildProcess, event: Event | Gone) -> None:
        """Take an event of the child."""
        match event:
            case SendAsks(preview):
                self.state = replace(self.state, send=preview, phase="asking")
            case UndoAsks(preview):
                self.state = replace(self.state, undo=preview, phase="asking")
            case CallsMade():
                self._progress(event)
            case Holding(reason, seconds):
                self.state = replace(self.state, hold=HoldState(reason, time.monotonic() + seconds))
            case TaskEnded(problem):
                self.state = replace(self.state, problem=problem, phase="ended")
            case Gone(code):
                self.child = None
                if not self.state.over:
                    self.state = replace(self.state, problem=problem_of(Died(code)), phase="ended")

    def _progress(self, event: CallsMade) -> None:
        self._counted.append(event)
        while self._counted[-1].at - self._counted[0].at > _LATELY:
            self._counted.popleft()
        state = self.state
        self.state = replace(
            state,
            total=event.total,
            done=event.done,
            by_status=event.by_status,
            per_second=_speed(self._counted[0], event),
            hold=None if event.done > state.done else state.hold,
        )
        if state.phase == "starting":
            self.state = replace(self.state, phase="sending")
            self.began()


def _speed(first: CallsMade, last: CallsMade) -> float:
    return (last.done - first.done) / (last.at - first.at) if last.at > first.at else 0.0


def _digits(typed: str) -> str:
    """Return what was typed without the signs that set thousands apart."""
    return "".join(typed.split()).translate(dict.fromkeys(map(ord, ".,'’\u00a0\u202f")))
