"""One call and its answer on the wire: answers as HTTP wants them, and all the ways to break that."""

from __future__ import annotations

import asyncio
import os
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.types import Receive, Scope, Send

CONNECTION = "connection"
"""Key of the server's state under which the connection's transport is."""


_LINGER = "hh" if os.name == "nt" else "ii"


class Exchange:
    """What the practice API can do with one call.

    Args:
        scope, receive, send: the ASGI conversation.
        closing: set when the server stops, so that nobody waits any longer.
    """

    __slots__ = ("_closing", "_receive", "_scope", "_send", "request")

    def __init__(self, scope: Scope, receive: Receive, send: Send, closing: asyncio.Event) -> None:
        self._scope = scope
        self._receive = receive
        self._send = send
        self._closing = closing
        self.request = Request(scope, receive)

    async def body(self) -> bytes | None:
        """Return the whole body; None if the caller went away."""
        try:
            return await self.request.body()
        except ClientDisconnect:
            return None

    async def reply(
        self, body: str | bytes, media_type: str, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """Answer in one piece."""
        await Response(body, status, headers, media_type)(self._scope, self._receive, self._send)

    async def stream(self, times: int, piece: bytes) -> None:
        """Answer with `piece` over and over, however little memory there is."""

        async def pieces() -> AsyncIterator[bytes]:
            for _ in range(times):
                yield piece

        await StreamingResponse(pieces())(self._scope, self._receive, self._send)

    @property
    def over(self) -> bool:
        """Whether nothing more can be sent."""
        return bool(self._transport.is_closing())

    async def pause(self, seconds: float) -> None:
        """Wait, at most until the server stops."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closing.wait()

    async def write(self, raw: bytes) -> None:
        """Send bytes past all rules of HTTP; only `hang_up` may follow."""
        self._transport.write(raw)
        await asyncio.sleep(0)

    async def hang_up(self, *, reset: bool = False) -> None:
        """Close the connection without (more of) an answer, with a TCP reset if asked."""
        if reset:
            listener: socket.socket | None = self._transport.get_extra_info("socket")
            if listener is not None:
                # Lingering for 0 seconds makes closing a reset.
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack(_LINGER, 1, 0))
            self._transport.abort()
        else:
            self._transport.close()
        # uvicorn answers 500 for a call left without answer, unless it knows that the caller has gone.
        while (await self._receive())["type"] != "http.disconnect":
            pass

    @property
    def _transport(self) -> Any:  # noqa: ANN401 - asyncio's and uvloop's transports share no type
        return self._scope["state"][CONNECTION]
