"""Connections to the page, bounded: nobody holds it up by opening many and saying little."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 100
"""Connections at once; a browser opens six."""
HEADER_BYTES = 1 << 16
"""Of all headers of a request together."""
HEADER_SECONDS = 10.0
"""In which a request has to be said."""
_TABLE = Path("/proc/net/tcp")
_LOCAL, _REMOTE, _USER = 1, 2, 7


class BoundedProtocol(H11Protocol):
    """uvicorn's talk with one client, with an end to waiting for a request, and to how many are waited for."""

    def __init__(self, *args: Any, **named: Any) -> None:  # noqa: ANN401 - as uvicorn calls it
        super().__init__(*args, **named)
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def answering(self) -> bool:
        """Whether a request is being answered."""
        return self.cycle is not None and not self.cycle.response_complete

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin; where there are too many, the one that has said nothing for longest makes room."""
        if len(self.connections) >= MOST:
            _make_room(self.connections)
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Take what the client says."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._unwatch()
        super().connection_lost(exc)

    @property
    def waited_until(self) -> float:
        """When the waiting for a request ends, by the loop's clock; endless where none is waited for."""
        return self._deadline.when() if self._deadline else float("inf")

    def give_up(self) -> None:
        """Close a connection on which no request was said."""
        self._unwatch()
        self.transport.abort()

    def _watch(self) -> None:
        if self.answering:
            self._unwatch()
        elif self._deadline is None:
            self._deadline = asyncio.get_running_loop().call_later(HEADER_SECONDS, self.give_up)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def _make_room(connections: Iterable[Any]) -> None:
    idle = [one for one in connections if isinstance(one, BoundedProtocol) and not one.answering]
    if idle:
        min(idle, key=lambda one: one.waited_until).give_up()


def is_of_another_user(client: tuple[str, int], port: int) -> bool:
    """Whether the other end of a loopback connection belongs to another user, as far as the machine says (Linux).

    Args:
        client: address and port of the other end.
        port: our own.
    """
    if sys.platform != "linux":
        return False
    local, remote = (_hexadecimal(client[0], number) for number in (client[1], port))
    with suppress(OSError, ValueError, IndexError):
        for line in _TABLE.read_text("ascii").splitlines()[1:]:
            fields = line.split()
            if fields[_LOCAL] == local and fields[_REMOTE] == remote:
                return int(fields[_USER]) != os.geteuid()
    return False


def _hexadecimal(host: str, port: int) -> str:
    """Return an IPv4 address and a port as the system's table writes them."""
    parts = bytes(int(part) for part in host.split("."))
    return f"{int.from_bytes(parts, 'little'):08X}:{port:04X}"
