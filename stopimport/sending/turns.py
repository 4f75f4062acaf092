"""What waits to be sent: numbers that had no turn yet, and numbers to be tried again when they are due."""

from __future__ import annotations

import heapq
import math
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class Turn:
    """One number on its way, with what its calls have brought so far."""

    __slots__ = ("calls", "code", "doubt", "index", "number", "sent_at", "started", "tries")

    def __init__(self, index: int, number: str = "", calls: int = 0, *, doubt: bool = False) -> None:
        self.index = index
        self.number = number
        """E.164; '' where the job knows better what to call for."""
        self.calls = calls
        """Calls made for it, earlier sittings included."""
        self.tries = 0
        """Attempts used up."""
        self.doubt = doubt
        """A call for it broke off, and no answer has settled the matter."""
        self.code: int | None = None
        """The last code seen."""
        self.started = 0.0
        """When its last call started, monotonic."""
        self.sent_at: float | None = None
        """The same, in Unix time."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Numbers that wait for their turn, made as they are needed: of millions only some hundred are in memory."""

    turns: Iterable[Turn]
    """By ascending index."""
    count: int

    @classmethod
    def of(cls, numbers: Iterable[str], count: int) -> Self:
        """Return the turns of `count` numbers of which nothing is known."""
        return cls((Turn(index, number) for index, number in enumerate(numbers)), count)


class Turns:
    """The one queue. Numbers to be tried again come before new ones, as soon as they are due.

    Args:
        coming: the numbers to send.
        reserve: called before the first of a stride of numbers goes out, with the index that they end before.
        stride: how many numbers are reserved at once.
    """

    def __init__(self, coming: Coming, reserve: Callable[[int], None], stride: int) -> None:
        self._coming, self._left = iter(coming.turns), coming.count
        self._reserve, self._stride = reserve, stride
        self._made: list[Turn] = []
        self._reserved: deque[Turn] = deque()
        self._again: list[tuple[float, int, Turn]] = []
        self._order = 0

    def __bool__(self) -> bool:
        return bool(self._again or self._left)

    def take(self, now: float, *, probe: bool = False) -> Turn | None:
        """Return the next number to send, or None if none is due.

        Args:
            now: monotonic time.
            probe: the server is only being probed: rather with a number that has been tried, due or not.
        """
        if self._again and (probe or self._again[0][0] <= now):
            return heapq.heappop(self._again)[2]
        if not self._left:
            return None
        if not self._reserved:
            self._made = self._made or list(islice(self._coming, self._stride))
            if not self._made:
                self._left = 0
                return None
            self._reserve(self._made[-1].index + 1)
            # Not before: if it cannot be reserved, whoever asks next must not get it either.
            self._reserved.extend(self._made)
            self._made = []
        self._left -= 1
        return self._reserved.popleft()

    def again(self, turn: Turn, due: float) -> None:
        """Put a number back, to be tried again at `due`."""
        self._order += 1
        heapq.heappush(self._again, (due, self._order, turn))

    def wait(self, now: float, *, probe: bool = False) -> float:
        """Return the seconds until `take` has a number to give: 0 or less for now, infinity if there is none."""
        if self._left or (self._again and probe):
            return 0.0
        return self._again[0][0] - now if self._again else math.inf

    def left(self) -> Iterator[Turn]:
        """Give up every number that was reserved and has no outcome."""
        while self._again:
            yield heapq.heappop(self._again)[2]
        while self._reserved:
            self._left -= 1
            yield self._reserved.popleft()
