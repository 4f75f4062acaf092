"""A pause: somebody holds the calls back for a while, and wants to go on later."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Pause:
    """Whether calls are held back; to be used in the loop that sends."""

    def __init__(self) -> None:
        self.on = False
        self._follower: Callable[[], None] | None = None

    def set(self, on: bool) -> None:  # noqa: FBT001 - as a switch is set
        """Hold calls back, or let them go on."""
        if on != self.on:
            self.on = on
            if self._follower:
                self._follower()

    @contextmanager
    def followed(self, follower: Callable[[], None]) -> Iterator[None]:
        """Call `follower` whenever `on` changes, inside the ``with`` block, and at its beginning if it is on."""
        self._follower = follower
        if self.on:
            follower()
        try:
            yield
        finally:
            self._follower = None
