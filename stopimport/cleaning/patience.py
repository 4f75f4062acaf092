"""How long odd texts may be read one by one: a file of a usual size must not keep a processor for minutes.

Plain texts, and those of which many have one shape, are read together and take no time that matters here.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stopimport.cleaning.errors import TooOdd

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECONDS = 10.0
_USUAL = 50 * 10**6
"""Bytes up to which the contract names a figure for all there is to do with a file: 20 s. Larger ones may take more."""


class Patience:
    """Seconds of processors for the odd texts of a run, in all of its threads together.

    Args:
        size: bytes of the texts.
    """

    def __init__(self, size: int = 0) -> None:
        self._most = _SECONDS * max(1.0, size / _USUAL)
        self.spent = 0.0

    @contextmanager
    def spending(self) -> Iterator[None]:
        """Count what is done inside.

        Raises:
            TooOdd: that was more than there is.
        """
        began = time.thread_time()
        yield
        self.spend(time.thread_time() - began)

    def spend(self, seconds: float) -> None:
        """Count what was done, here or elsewhere; raises `TooOdd` as `spending`."""
        self.spent += seconds
        if self.spent > self._most:
            raise TooOdd
