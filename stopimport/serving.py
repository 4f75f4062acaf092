"""A server of ours inside this process: quiet, on a socket that is bound before anything else happens."""

from __future__ import annotations

import os
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator
    from types import FrameType

_BACKLOG = 2048
_KEEP_ALIVE = 75
_PATIENCE = 5
"""Seconds that calls in flight get when the server stops."""


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """Give a socket that listens there; 0 takes any free port.

    Raises:
        OSError: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small pieces at once (TCP_NODELAY) only where the protocol is named; answers took 40 ms without.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as plug:
        if os.name == "posix":
            # Elsewhere this option would let two programs listen on one port.
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        plug.bind((host, port))
        plug.listen(_BACKLOG)
        yield plug


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
        **config: Any,  # noqa: ANN401 - as above
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
                timeout_graceful_shutdown=_PATIENCE,
                **config,
            )
        )
        self._on_ready, self._on_stop = on_ready, on_stop

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell."""
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop in good order."""
        await self._on_stop()
        await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """Stop; a second Ctrl-C at once."""
        # uvicorn would raise the signal again after stopping; here, being told to stop is the normal end.
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True
