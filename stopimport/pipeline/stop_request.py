"""Asked to stop (Ctrl-C, SIGTERM, SIGHUP, or the page's button) or to pause."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable, Iterator
    from types import FrameType

    from stopimport.sending.pause import Pause

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]


class StopRequest:
    """Carries the wish to stop from a signal handler or another thread to whoever sends, and the wish to pause.

    While a loop is bound the wish sets its event, so that what is in flight can be finished. While files are read or
    a question is open (`breaking`) it breaks off at once with KeyboardInterrupt. At other times it is noted.
    A pause holds calls back as long as a loop is bound; a stop ends it.
    """

    def __init__(self) -> None:
        self.signal: int | None = None
        self.requested = False
        self.paused = False
        self._breaking = False
        self._wake: Callable[[], object] | None = None

    @property
    def exit_code(self) -> ExitCode:
        """What the program ends with when there was something left to do."""
        return ExitCode.INTERRUPTED if self.signal in {None, signal.SIGINT} else ExitCode.TERMINATED

    def request(self, signum: int | None = None) -> None:
        """Ask to stop (from any thread)."""
        self.requested, self.signal = True, signum or self.signal
        self._tell()

    def pause(self) -> None:
        """Ask to hold the calls back (from any thread)."""
        self.paused = True
        self._tell()

    def go_on(self) -> None:
        """End a pause (from any thread)."""
        self.paused = False
        self._tell()

    def _tell(self) -> None:
        wake = self._wake
        if wake:
            # A loop that has just closed has nobody in it to be told.
            with suppress(RuntimeError):
                wake()

    @contextmanager
    def bound(
        self, loop: asyncio.AbstractEventLoop, event: asyncio.Event, pause: Pause | None = None
    ) -> Iterator[None]:
        """Set `event` in `loop` when asked to stop, and `pause` when asked to pause, inside the ``with`` block."""

        def look() -> None:
            if self.requested:
                event.set()
            if pause:
                pause.set(self.paused)

        self._wake = lambda: loop.call_soon_threadsafe(look)
        look()
        try:
            yield
        finally:
            self._wake = None

    @contextmanager
    def breaking(self) -> Iterator[None]:
        """Break off at once with KeyboardInterrupt when asked to stop, inside the ``with`` block."""
        if self.requested:
            raise KeyboardInterrupt
        self._breaking = True
        try:
            yield
        finally:
            self._breaking = False

    @contextmanager
    def on_signals(self) -> Iterator[None]:
        """Take Ctrl-C, SIGTERM and SIGHUP as the wish to stop; the second one leaves at once.

        What whoever started us had us ignore (nohup) stays ignored.
        In a thread other than the main one (the page's runs) signals cannot be handled and are left alone.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        heard = [signum for signum in _SIGNALS if signal.getsignal(signum) not in {signal.SIG_IGN, None}]
        before = {signum: signal.signal(signum, self._handle) for signum in heard}
        try:
            yield
        finally:
            for signum, handler in before.items():
                signal.signal(signum, handler)

    def _handle(self, signum: int, _frame: FrameType | None) -> None:
        if self.requested:
            # The journal knows what may have gone out; nothing else must hold the user up.
            os._exit(ExitCode.INTERRUPTED if signum == signal.SIGINT else ExitCode.TERMINATED)
        self.request(signum)
        if self._breaking:
            raise KeyboardInterrupt
