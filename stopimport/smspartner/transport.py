"""HTTP: one exchange with the API, bounded in time and size, and what its failure means.

aiohttp makes the calls: it logs no URL, and `list` and `delete` carry the key in theirs. httpx knows whom to trust, and
how compressed bodies are read a piece at a time; its client, and its interface in front of aiohttp, would take as much
time as all the rest of a call.
"""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import os
import ssl
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from yarl import URL

from stopimport.sending.errors import BadCertificates, BadProxy
from stopimport.smspartner.departure import NOT_SENT, Departure, PacedRequest, StaleError, departing, once
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping
    from contextlib import AbstractAsyncContextManager

    from multidict import CIMultiDictProxy

    from stopimport.sending.pace import Pacing

_IDLE_SECONDS = 4.0
"""Idle connections are dropped before the 5 s at which common servers drop them, in the middle of a request."""
_PIECE = 16_384
"""Bytes of a compressed body that are read at once."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What to send."""

    method: str
    url: URL = field(repr=False)
    """As it goes out: nothing in it is quoted any more."""
    headers: Mapping[str, str] | None = None
    """Beside those of all calls."""
    body: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An HTTP answer, read to its end or given up."""

    http: int
    headers: CIMultiDictProxy[str]
    content: bytes | bytearray | None
    """None: it broke off or is too large."""
    problem: Sentence | None = None
    """Why it could not be read."""

    def header(self, name: str) -> str | None:
        """Return what a header says, several of the same name joined by commas; None without one."""
        return ", ".join(self.headers.getall(name, ())) or None


@dataclass(frozen=True, slots=True)
class Failure:
    """No HTTP answer."""

    sent: bool
    """Whether the request may have reached the server."""
    problem: Sentence
    missed: bool = False
    """It was not sent because its slot had passed."""


@dataclass(frozen=True, slots=True)
class Transport:
    """Makes the calls, over connections that stay open between them."""

    session: aiohttp.ClientSession
    proxy: URL | None
    proxy_headers: Mapping[str, str] | None = field(repr=False)

    def request(self, request: HttpRequest) -> AbstractAsyncContextManager[aiohttp.ClientResponse]:
        """Send a request; the answer is there inside the ``async with`` block, its body not yet read."""
        return self.session.request(
            request.method,
            request.url,
            headers=request.headers,
            data=request.body,
            allow_redirects=False,
            proxy=self.proxy,
            proxy_headers=self.proxy_headers,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self.session.close()


def open_transport(url: httpx.URL, headers: Mapping[str, str], connecting: float) -> Transport:
    """Return the transport for calls to `url`: TLS verified, the environment's proxy unless the host is this machine.

    Args:
        url: what is called.
        headers: those of all calls.
        connecting: seconds in which a connection must come about.

    Raises:
        BadProxy: the environment names a proxy that cannot be used.
        BadCertificates: it names certificates that cannot be used.
    """
    proxy = _proxy(url)
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, ssl=trust(url), keepalive_timeout=_IDLE_SECONDS),
        headers=headers,
        timeout=aiohttp.ClientTimeout(sock_connect=connecting),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        middlewares=(once,),
        request_class=PacedRequest,
    )
    if proxy is None:
        return Transport(session, None, None)
    return Transport(session, URL(str(proxy.url)), _proof(proxy))


def _proof(proxy: httpx.Proxy) -> Mapping[str, str] | None:
    """Return the header that shows a proxy who we are."""
    if proxy.raw_auth is None:
        return None
    return {"Proxy-Authorization": "Basic " + base64.b64encode(b":".join(proxy.raw_auth)).decode()}


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
    transport: Transport,
    request: HttpRequest,
    seconds: float,
    largest: int,
    pace: Pacing | None = None,
    taker: Callable[[bytes], None] | None = None,
) -> HttpAnswer | Failure:
    """Make one call and read its answer; nothing but a cancellation is raised.

    Args:
        transport: as `open_transport` gave it.
        request: what to send.
        seconds: for everything together; an answer that drips never runs into any other limit.
        largest: bytes of the body that are read at most.
        pace: says when the request's bytes may go to the socket; None: whenever they can.
        taker: takes the body while it comes, in place of the answer's `content`, which says that it came to its end.
    """
    response: aiohttp.ClientResponse | None = None
    departure = Departure(pace)
    departing.set(departure)
    try:
        async with asyncio.timeout(seconds), transport.request(request) as opened:
            if not departure.gone:
                # It came while the request was waiting for its slot.
                opened.close()
                raise StaleError  # noqa: TRY301 - a failure like the others
            response = opened
            content = await _read(response, largest, taker)
    except Exception as error:  # noqa: BLE001 - aiohttp lets raw errors of several libraries through
        problem, sent = _explain(error, seconds), departure.gone and not isinstance(error, NOT_SENT)
    else:
        too_large = None if content is not None else Sentence(_TOO_LARGE, megabytes=largest // 1_000_000)
        return HttpAnswer(response.status, response.headers, content, too_large)
    finally:
        departure.end()
    if response is not None:
        return HttpAnswer(response.status, response.headers, None, problem)
    return Failure(sent, problem, missed=departure.missed and not departure.gone)


async def _read(
    response: aiohttp.ClientResponse, largest: int, taker: Callable[[bytes], None] | None
) -> bytearray | None:
    """Return the body (nothing, if there is a `taker`), or None as soon as it proves larger than `largest`."""
    if "Content-Encoding" not in response.headers:
        return await _gather(response.content.iter_any(), largest, taker)
    told = httpx.Response(response.status, headers=response.raw_headers, stream=_Pieces(response.content))
    async with aclosing(told.aiter_bytes()) as pieces:  # type: ignore[type-var] # it is a generator
        return await _gather(pieces, largest, taker)


async def _gather(
    pieces: AsyncIterator[bytes], largest: int, taker: Callable[[bytes], None] | None
) -> bytearray | None:
    content, length = bytearray(), 0
    take = taker or content.extend
    async for piece in pieces:
        length += len(piece)
        take(piece)
        if length > largest:
            return None
    return content


class _Pieces(httpx.AsyncByteStream):
    """A compressed body, for httpx: a piece of it at a time, so that little of it cannot become too much at once."""

    def __init__(self, content: aiohttp.StreamReader) -> None:
        self._content = content

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for piece in self._content.iter_chunked(_PIECE):
            yield piece


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


def _explain(error: Exception, seconds: float) -> Sentence:
    """Return what happened, in words without URL or key."""
    reasons: list[tuple[type[BaseException] | tuple[type[BaseException], ...], str]] = [
        (aiohttp.ClientConnectorCertificateError, _NO_TRUST),
        (aiohttp.ClientConnectorDNSError, _NO_NAME),
        ((aiohttp.ClientProxyConnectionError, aiohttp.ClientHttpProxyError), _NO_PROXY),
        (aiohttp.ClientConnectorError, _NO_CONNECTION),
        (aiohttp.ConnectionTimeoutError, _SLOW_CONNECTION),
        (aiohttp.ClientResponseError, _NO_HTTP),
        (StaleError, _UNASKED),
        (aiohttp.ClientError, _BROKE_OFF),
        (TimeoutError, _TOO_SLOW),
    ]
    words = next((words for kind, words in reasons if isinstance(error, kind)), _BROKE_OFF)
    return Sentence(words, seconds=f"{seconds:g}")
