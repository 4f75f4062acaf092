"""The time, as the sender sees it: tests bring a faster one."""

from __future__ import annotations

import asyncio
import math
import time
from contextlib import suppress
from typing import Protocol


class Clock(Protocol):
    """Tells the time and waits."""

    def monotonic(self) -> float:
        """Return seconds since some fixed moment; never goes back."""

    def time(self) -> float:
        """Return Unix time."""

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Return when `event` is set, or after `seconds` (`math.inf`: only then)."""


class SystemClock:
    """The machine's clock."""

    def monotonic(self) -> float:
        """Return the machine's monotonic time."""
        return time.monotonic()

    def time(self) -> float:
        """Return the machine's wall-clock time."""
        return time.time()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Return when `event` is set, or after `seconds`."""
        if seconds == math.inf:
            await event.wait()
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()
