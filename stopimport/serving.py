"""A server of ours inside this process: quiet, on a socket that is bound before anything else happens."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from types import FrameType

_BACKLOG = 2048
_KEEP_ALIVE = 75
_PATIENCE = 5
"""Seconds that calls in flight get when the server stops."""
_TICK = 1
"""Seconds between two looks at the clock, for the answers' `Date`."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Give a socket that listens there; 0 takes any free port.

    Raises:
        OSError: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small pieces at once (TCP_NODELAY) only where the protocol is named; answers took 40 ms without.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        if os.name == "posix":
            # Elsewhere this option would let two programs listen on one port.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(_BACKLOG)
        yield listener


class _Noticed(set[Any]):
    """A set whose owner is woken whenever something leaves it."""

    def __init__(self, noticed: asyncio.Event) -> None:
        super().__init__()
        self._noticed = noticed

    def discard(self, one: object) -> None:
        """Take one out, as uvicorn does."""
        super().discard(one)
        self._noticed.set()


class QuietServer(uvicorn.Server):
    """uvicorn's server, quiet, ending cleanly on a signal and telling when it is ready.

    Args:
        app: the ASGI application.
        on_ready: called once requests are answered.
        on_stop: awaited before the requests in flight get their last seconds.
        config: more of uvicorn's settings.
    """

    def __init__(
        self,
        app: Any,  # noqa: ANN401 - as uvicorn takes it
        on_ready: Callable[[], None],
        on_stop: Callable[[], Coroutine[Any, Any, None]],
        **config: Any,  # noqa: ANN401 - as uvicorn takes it
    ) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                ws="none",
                lifespan="off",
                # Paths carry keys and numbers; and what others log is not ours to change.
                access_log=False,
                log_config=None,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=_KEEP_ALIVE,
                **config,
            )
        )
        self._on_ready, self._on_stop = on_ready, on_stop
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()
        self.server_state.connections = _Noticed(self._news)
        self.server_state.tasks = _Noticed(self._news)

    def stop(self) -> None:
        """Tell the server to end; from any thread and from signal handlers, before, during and after its life."""
        self.should_exit = True
        if self._loop is not None:
            with suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._news.set)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets)
        self._on_ready()

    async def main_loop(self) -> None:
        """Serve until told to stop: uvicorn would look ten times a second whether it was."""
        # First the loop, then the look: whoever stops the server in between finds one of the two.
        self._loop = asyncio.get_running_loop()
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), _TICK)
            self._news.clear()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop cleanly: as uvicorn's, but without its sleeps."""
        await self._on_stop()
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        try:
            await asyncio.wait_for(self._silence(), _PATIENCE)
        except TimeoutError:
            for task in self.server_state.tasks:
                task.cancel()

    async def _silence(self) -> None:
        """Wait for the answers in flight."""
        while (self.server_state.connections or self.server_state.tasks) and not self.force_exit:
            self._news.clear()
            await self._news.wait()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """Stop; a second Ctrl-C at once."""
        # uvicorn would raise the signal again after stopping; here, being told to stop is the normal end.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.stop()
