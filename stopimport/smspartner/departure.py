"""The moment at which a call's bytes leave: in its slot, once, and on a connection that can be trusted.

aiohttp's tracing would tell when they leave, too, for a sixth of a call's time.
"""

from __future__ import annotations

import asyncio
import select
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING

import aiohttp

from stopimport.sending.pace import NoSlotError

if TYPE_CHECKING:
    from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
    from aiohttp.abc import AbstractStreamWriter
    from aiohttp.connector import Connection

    from stopimport.sending.pace import Pacing

NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)
"""Errors after which nothing can have reached the server."""


class Departure:
    """The moment at which the bytes of a call leave: once, and only when its pace says so."""

    __slots__ = ("_due", "_pace", "_started", "gone", "missed", "stale")

    def __init__(self, pace: Pacing | None) -> None:
        self._pace = pace
        self._started = pace.time() if pace else 0.0
        self._due: float | None = None
        self.gone = False
        self.missed = False
        """There was no slot for it."""
        self.stale = False
        """Its connection had something to say before the request, and nothing was sent on it."""

    async def wait(self) -> None:
        """Wait until the bytes may leave.

        Raises:
            NoSlotError: that would take too long.
        """
        if self._pace and not self.gone:
            try:
                await self._pace.slot(self._started)
            except NoSlotError:
                self.missed = True
                raise

    def go(self) -> bool:
        """Say that the bytes are about to leave; False: they must not yet."""
        if not self.gone and self._pace:
            self._due = self._pace.depart()
        self.gone = self.gone or self._pace is None or self._due is not None
        return self.gone

    def left(self) -> None:
        """Say that the bytes have left, or as many of them as ever will."""
        if self._pace and self._due is not None:
            self._pace.left(self._due)
            self._due = None

    def end(self) -> None:
        """Say that the call has ended."""
        if self._pace and not self.gone:
            self._pace.given_up()


departing: ContextVar[Departure] = ContextVar("departure")
"""That of the call which the current task makes: httpx has no way to hand it through to aiohttp."""


class StaleError(aiohttp.ClientError):
    """A connection had an answer waiting although nobody had asked: nothing was sent on it."""


class PacedRequest(aiohttp.ClientRequest):
    """A request that leaves in its slot."""

    async def send(self, conn: Connection) -> ClientResponse:
        """Send the headers, and the whole of a request without a body, once its slot has come.

        Raises:
            StaleError: the connection must not be used; nothing was sent on it.
            NoSlotError: the slot is too far away; nothing was sent.
        """
        departure = departing.get()
        # Before anything is begun: what is raised here closes the connection, and nothing has been sent.
        await departure.wait()
        await _refuse_stale(conn)
        if self.method == "GET":
            while not departure.go():
                await departure.wait()
        try:
            return await super().send(conn)
        finally:
            if self.method == "GET":
                departure.left()

    async def write_bytes(
        self, writer: AbstractStreamWriter, conn: Connection, content_length: int | None = None
    ) -> None:
        """Send the body, and the headers with it, once their slot has come; else close the connection."""
        # The headers were kept back for the body. aiohttp writes in a task of its own, and others may come in between.
        departure = departing.get()
        try:
            await _refuse_stale(conn)
            while not departure.go():
                await departure.wait()
        except (StaleError, NoSlotError) as error:
            departure.stale = isinstance(error, StaleError)
            conn.close()
            return
        try:
            await super().write_bytes(writer, conn, content_length)
        finally:
            departure.left()


async def _refuse_stale(conn: Connection) -> None:
    """Refuse a connection on which bytes wait that are no answer to what will be asked.

    With TLS the bytes may be of the protocol itself: what is in them is known once they have been read.

    Raises:
        StaleError: it must not be used.
    """
    protocol = conn.protocol
    if protocol is None or protocol.should_close or not protocol.is_connected():
        raise StaleError
    transport = protocol.transport
    sock = transport.get_extra_info("socket") if transport else None
    if sock is None or not _readable(sock.fileno()):
        return
    if transport is not None and transport.get_extra_info("sslcontext") is None:
        raise StaleError
    await asyncio.sleep(0)
    if protocol.should_close or not protocol.is_connected():
        raise StaleError


def _readable(descriptor: int) -> bool:
    if descriptor < 0:
        return True
    if sys.platform == "win32":
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


_MOST_STALE = 40
"""Connections in a row that are given up for one call: as many may lie in the pool."""


class _DroppedError(aiohttp.ClientError):
    """A connection that broke off; other than aiohttp's own error this one is never answered by a silent second try."""


async def once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Keep aiohttp from sending a GET again by itself when its connection drops: that call would count nowhere.

    Where nothing was sent on a connection because it could not be trusted, the next one is tried.
    """
    departure = departing.get()
    for _attempt in range(_MOST_STALE):
        try:
            response = await handler(request)
        except NOT_SENT:
            raise
        except StaleError:
            continue
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            if not departure.stale:
                raise _DroppedError from None
            departure.stale = False
        else:
            if not departure.gone:
                # It came while the request was waiting for its slot.
                response.close()
                continue
            # Some servers write it in Latin-1; it says nothing, and httpx-aiohttp fails where it is no Unicode.
            response.reason = (response.reason or "").encode("ascii", "replace").decode()
            return response
    raise StaleError
