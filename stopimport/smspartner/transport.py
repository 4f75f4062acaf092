"""HTTP: one exchange with the API, bounded in time and size, and what its failure means.

httpx's transport interface is used without httpx's client: the client writes every URL to its log, and the calls
`list` and `delete` carry the key in theirs. Behind the interface is aiohttp (httpx-aiohttp), for its speed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import select
import ssl
from contextlib import aclosing
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from stopimport.sending.errors import BadCertificates, BadProxy
from stopimport.sending.pace import NoSlotError
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import ClientHandlerType, ClientRequest, ClientResponse
    from aiohttp.abc import AbstractStreamWriter
    from aiohttp.connector import Connection

    from stopimport.sending.pace import Pacing

_IDLE_SECONDS = 4.0
"""Idle connections are dropped before the 5 s at which common servers drop them, in the middle of a request."""
_NOT_SENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.ClientHttpProxyError)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An HTTP answer, read to its end or given up."""

    http: int
    headers: httpx.Headers
    content: bytes | bytearray | None
    """None: it broke off or is too large."""
    problem: Sentence | None = None
    """Why it could not be read."""


@dataclass(frozen=True, slots=True)
class Failure:
    """No HTTP answer."""

    sent: bool
    """Whether the request may have reached the server."""
    problem: Sentence
    missed: bool = False
    """It was not sent because its slot had passed."""


class _Departure:
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


_departure: ContextVar[_Departure] = ContextVar("departure")
"""That of the call which the current task makes: httpx has no way to hand it through to aiohttp."""


class _StaleError(aiohttp.ClientError):
    """A connection had an answer waiting although nobody had asked: nothing was sent on it."""


class _Request(aiohttp.ClientRequest):
    """A request that leaves in its slot: aiohttp's tracing would tell when, for a sixth of a call's time."""

    async def send(self, conn: Connection) -> ClientResponse:
        departure = _departure.get()
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
        # The headers were kept back for the body. aiohttp writes in a task of its own, and others may come in between.
        departure = _departure.get()
        try:
            await _refuse_stale(conn)
            while not departure.go():
                await departure.wait()
        except (_StaleError, NoSlotError) as error:
            departure.stale = isinstance(error, _StaleError)
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
        _StaleError: it must not be used.
    """
    protocol = conn.protocol
    if protocol is None or protocol.should_close or not protocol.is_connected():
        raise _StaleError
    transport = protocol.transport
    sock = transport.get_extra_info("socket") if transport else None
    if sock is None or not _readable(sock.fileno()):
        return
    if transport is not None and transport.get_extra_info("sslcontext") is None:
        raise _StaleError
    await asyncio.sleep(0)
    if protocol.should_close or not protocol.is_connected():
        raise _StaleError


def _readable(descriptor: int) -> bool:
    if descriptor < 0:
        return True
    if not hasattr(select, "poll"):
        return bool(select.select([descriptor], [], [], 0)[0])
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(0))


_MOST_STALE = 40
"""Connections in a row that are given up for one call: as many may lie in the pool."""


class _DroppedError(aiohttp.ClientError):
    """A connection that broke off; other than aiohttp's own error this one is never answered by a silent second try."""


async def _once(request: ClientRequest, handler: ClientHandlerType) -> ClientResponse:
    """Keep aiohttp from sending a GET again by itself when its connection drops: that call would count nowhere.

    Where nothing was sent on a connection because it could not be trusted, the next one is tried.
    """
    departure = _departure.get()
    for _attempt in range(_MOST_STALE):
        try:
            response = await handler(request)
        except _NOT_SENT:
            raise
        except _StaleError:
            continue
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            if not departure.stale:
                raise _DroppedError from None
            departure.stale = False
        else:
            # Some servers write it in Latin-1; it says nothing, and httpx-aiohttp fails where it is no Unicode.
            response.reason = (response.reason or "").encode("ascii", "replace").decode()
            return response
    raise _StaleError


def open_transport(url: httpx.URL) -> AiohttpTransport:
    """Return the transport for calls to `url`: TLS verified, the environment's proxy unless the host is this machine.

    Raises:
        BadProxy: the environment names a proxy that cannot be used.
        BadCertificates: it names certificates that cannot be used.
    """
    context = trust(url)

    def session() -> aiohttp.ClientSession:
        connector = aiohttp.TCPConnector(limit=0, ssl=context, keepalive_timeout=_IDLE_SECONDS)
        return aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(_once,),
            request_class=_Request,
        )

    return AiohttpTransport(verify=context, proxy=_proxy(url), client=session)


def check_proxy(url: httpx.URL) -> None:
    """Make sure that the way to `url` is usable as far as the environment says.

    Raises:
        BadProxy: the environment names a proxy that cannot be used.
    """
    _proxy(url)


def trust(url: httpx.URL) -> ssl.SSLContext:
    """Return whom calls to `url` trust: the certificates that the environment names, else certifi's.

    Raises:
        BadCertificates: the environment's cannot be used.
    """
    if url.scheme != "https":
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return httpx.create_ssl_context()
    except OSError as error:
        variable = "SSL_CERT_FILE" if os.environ.get("SSL_CERT_FILE") else "SSL_CERT_DIR"
        problem = N_("there is no certificate in it") if isinstance(error, ssl.SSLError) else error.strerror
        raise BadCertificates(variable, os.environ.get(variable, ""), problem or str(error)) from error


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        # A name, or what only looks like an address: resolvers may lead it anywhere.
        return False


def _proxy(url: httpx.URL) -> httpx.Proxy | None:
    if is_loopback(url.host) or proxy_bypass(url.host):
        return None
    proxies = getproxies()
    name = url.scheme if url.scheme in proxies else "all"
    if not (address := proxies.get(name)):
        return None
    try:
        proxy = httpx.Proxy(address if "://" in address else f"http://{address}")
    except (ValueError, httpx.InvalidURL):
        proxy = None
    if proxy is None or proxy.url.scheme not in {"http", "https"}:
        raise BadProxy(f"{name.upper()}_PROXY")
    return proxy


async def exchange(
    transport: AiohttpTransport,
    request: httpx.Request,
    seconds: float,
    largest: int,
    pace: Pacing | None = None,
) -> HttpAnswer | Failure:
    """Make one call and read its answer; nothing but a cancellation is raised.

    Args:
        transport: as `open_transport` gave it.
        request: what to send.
        seconds: for everything together; an answer that drips never runs into any other limit.
        largest: bytes of the body that are read at most.
        pace: says when the request's bytes may go to the socket; None: whenever they can.
    """
    answer: HttpAnswer | None = None
    departure = _Departure(pace)
    _departure.set(departure)
    try:
        async with asyncio.timeout(seconds):
            response = await transport.handle_async_request(request)
            try:
                answer = HttpAnswer(response.status_code, response.headers, None, Sentence(_BROKE_OFF))
                content = await _read(response, largest)
            finally:
                await response.aclose()
    except TimeoutError:
        problem, sent = Sentence(_TOO_SLOW, seconds=f"{seconds:g}"), departure.gone
    except Exception as error:  # noqa: BLE001 - the transport lets raw errors of several libraries through
        problem, sent = _explain(error, answered=answer is not None)
        sent = sent and departure.gone
    else:
        if content is None:
            return HttpAnswer(answer.http, answer.headers, None, Sentence(_TOO_LARGE, megabytes=largest // 1_000_000))
        return HttpAnswer(answer.http, answer.headers, content)
    finally:
        departure.end()
    if answer:
        return HttpAnswer(answer.http, answer.headers, None, problem)
    return Failure(sent, problem, missed=departure.missed and not departure.gone)


async def _read(response: httpx.Response, largest: int) -> bytes | bytearray | None:
    """Return the body, or None as soon as it proves larger than `largest`."""
    stream: AsyncIterator[bytes] = (
        response.aiter_bytes() if "content-encoding" in response.headers else response.stream.__aiter__()  # type: ignore[union-attr]
    )
    content = b""
    more: bytearray | None = None
    async with aclosing(stream):  # type: ignore[type-var]
        async for chunk in stream:
            if more is not None:
                more += chunk
            elif content:
                more = bytearray(content + chunk)
            else:
                content = chunk
            if len(more or content) > largest:
                return None
    return content if more is None else more


_BROKE_OFF = N_("The connection was cut off before the answer was complete.")
_TOO_SLOW = N_("No complete answer arrived within {seconds} seconds.")
_TOO_LARGE = N_("The answer was larger than {megabytes} MB, so it was not read.")
_NO_NAME = N_("The server's name could not be resolved.")
_NO_TRUST = N_("The server's TLS certificate is not trusted.")
_NO_CONNECTION = N_("The connection to the server failed.")
_SLOW_CONNECTION = N_("The connection to the server timed out.")
_NO_PROXY = N_("The proxy could not connect to the server.")
_NO_HTTP = N_("The answer was not HTTP.")
_UNASKED = N_("The server answered before it was asked, so nothing was sent.")


def _explain(error: Exception, *, answered: bool) -> tuple[Sentence, bool]:
    """Return what happened, in words without URL or key, and whether the request may have reached the server.

    httpx-aiohttp 0.2.0 calls a refused connection, a reset and a drop after the request alike `ConnectTimeout`;
    only the cause tells them apart. A non-HTTP answer comes as a raw aiohttp error whose text holds the URL.
    """
    cause = error.__cause__ if isinstance(error.__cause__, aiohttp.ClientError | OSError) else error
    reasons: list[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = [
        (aiohttp.ClientConnectorCertificateError, _NO_TRUST),
        (aiohttp.ClientConnectorDNSError, _NO_NAME),
        ((aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError), _NO_PROXY),
        (aiohttp.ClientConnectorError, _NO_CONNECTION),
        (aiohttp.ConnectionTimeoutError, _SLOW_CONNECTION),
        (aiohttp.ClientResponseError, _NO_HTTP),
        (_StaleError, _UNASKED),
    ]
    words = next((words for kind, words in reasons if isinstance(cause, kind)), _BROKE_OFF)
    return Sentence(words), answered or not isinstance(cause, _NOT_SENT)
