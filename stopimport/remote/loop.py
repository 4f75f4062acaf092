"""An event loop in a thread of its own, for libraries that know no other way and for what goes on meanwhile.

Connections stay alive in it while the main thread is busy with a file, and a wish to stop is heard at once.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import TimeoutError as NotYet
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from concurrent.futures import Future

T = TypeVar("T")
log = logging.getLogger(__name__)
_LOOK = 0.5
"""Seconds after which a waiting thread is woken on systems where a signal does not wake it."""


class Loop:
    """Runs coroutines for threads that cannot; close it at the end."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        # What nobody waits for any more is nobody's error.
        self._loop.set_exception_handler(lambda _loop, facts: log.debug("%s", facts.get("message")))
        self._thread = threading.Thread(target=self._loop.run_forever, name="remote", daemon=True)
        self._thread.start()

    def call(self, work: Coroutine[Any, Any, T], patience: float) -> T:
        """Run `work` and return its result.

        Raises:
            TimeoutError: it takes longer than `patience` seconds.
        """
        future = self.begin(asyncio.wait_for(work, patience))
        try:
            while True:
                try:
                    return future.result(_LOOK)
                except NotYet:
                    if future.done():
                        return future.result()
        finally:
            future.cancel()

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Begin `work`, and do not wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def close(self) -> None:
        """End all that is going on."""

        async def end() -> None:
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        try:
            self.begin(end()).result(5)
        except NotYet:
            # A task that cannot be ended goes with its thread.
            return
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        if not self._thread.is_alive():
            self._loop.close()
