"""What waits to be sent: numbers that had no turn yet, and numbers to be tried again when they are due."""

from __future__ import annotations

import heapq
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence


class Turn:
    """One number on its way, with what its calls have brought so far."""

    __slots__ = ("calls", "code", "doubt", "index", "sent_at", "started", "tries")

    def __init__(self, index: int, calls: int = 0, *, doubt: bool = False) -> None:
        self.index = index
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


class Turns:
    """The one queue. Numbers to be tried again come before new ones, as soon as they are due.

    Args:
        indices: the numbers to send, ascending.
        reserve: called before the first of a stride of numbers goes out, with the index that they end before.
        stride: how many numbers are reserved at once.
        before: calls made for a number in earlier sittings.
        doubtful: numbers in doubt since then.
    """

    def __init__(
        self,
        indices: Sequence[int],
        reserve: Callable[[int], None],
        stride: int,
        before: Mapping[int, int],
        doubtful: Collection[int],
    ) -> None:
        self._indices, self._reserve, self._stride = indices, reserve, stride
        self._before, self._doubtful = before, doubtful
        self._next = 0
        self._reserved = 0
        self._again: list[tuple[float, int, Turn]] = []
        self._order = 0

    def __bool__(self) -> bool:
        return bool(self._again) or self._next < len(self._indices)

    def take(self, now: float, *, probe: bool = False) -> Turn | None:
        """Return the next number to send, or None if none is due.

        Args:
            now: monotonic time.
            probe: the server is only being probed: rather with a number that has been tried, due or not.
        """
        if self._again and (probe or self._again[0][0] <= now):
            return heapq.heappop(self._again)[2]
        if self._next == len(self._indices):
            return None
        if self._next == self._reserved:
            upto = min(self._next + self._stride, len(self._indices))
            self._reserve(self._indices[upto - 1] + 1)
            # Not before: if it cannot be reserved, whoever asks next must not get it either.
            self._reserved = upto
        self._next += 1
        return self._new(self._next - 1)

    def again(self, turn: Turn, due: float) -> None:
        """Put a number back, to be tried again at `due`."""
        self._order += 1
        heapq.heappush(self._again, (due, self._order, turn))

    def wait(self, now: float, *, probe: bool = False) -> float:
        """Return the seconds until `take` has a number to give: 0 or less for now, infinity if there is none."""
        if self._next < len(self._indices) or (self._again and probe):
            return 0.0
        return self._again[0][0] - now if self._again else math.inf

    def left(self) -> Iterator[Turn]:
        """Give up every number that was reserved and has no outcome."""
        while self._again:
            yield heapq.heappop(self._again)[2]
        while self._next < self._reserved:
            self._next += 1
            yield self._new(self._next - 1)

    def _new(self, position: int) -> Turn:
        index = self._indices[position]
        return Turn(index, self._before.get(index, 0), doubt=index in self._doubtful)
