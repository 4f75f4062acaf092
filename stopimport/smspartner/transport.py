"""HTTP: one exchange with the API, bounded in time and size, and what its failure means.

httpx's transport interface is used without httpx's client: the client writes every URL to its log, and the calls
`list` and `delete` carry the key in theirs. Behind the interface is aiohttp (httpx-aiohttp), for its speed.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import ssl
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from stopimport.sending.errors import BadCertificates, BadProxy
from stopimport.smspartner.departure import NOT_SENT, Departure, PacedRequest, StaleError, departing, once
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from stopimport.sending.pace import Pacing

_IDLE_SECONDS = 4.0
"""Idle connections are dropped before the 5 s at which common servers drop them, in the middle of a request."""


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


class Prepared(httpx.Request):
    """A request like another one, with a body: what is the same for all numbers is made once.

    Args:
        like: a request without a body.
        content: the body.
    """

    def __init__(self, like: httpx.Request, content: bytes) -> None:
        self.method, self.url, self.extensions = like.method, like.url, like.extensions
        self.headers = like.headers
        self.stream = httpx.ByteStream(content)
        self._bytes = content

    @property
    def content(self) -> bytes:
        """The body."""
        return self._bytes


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
            middlewares=(once,),
            request_class=PacedRequest,
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
    answer: HttpAnswer | None = None
    departure = Departure(pace)
    departing.set(departure)
    try:
        async with asyncio.timeout(seconds):
            response = await transport.handle_async_request(request)
            try:
                answer = HttpAnswer(response.status_code, response.headers, None, Sentence(_BROKE_OFF))
                content = await _read(response, largest, taker)
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


async def _read(
    response: httpx.Response, largest: int, taker: Callable[[bytes], None] | None
) -> bytes | bytearray | None:
    """Return the body (nothing, if there is a `taker`), or None as soon as it proves larger than `largest`."""
    stream: AsyncIterator[bytes] = (
        response.aiter_bytes() if "content-encoding" in response.headers else response.stream.__aiter__()  # type: ignore[union-attr]
    )
    content = b""
    more: bytearray | None = None
    taken = 0
    async with aclosing(stream):  # type: ignore[type-var]
        async for chunk in stream:
            if taker is not None:
                taken += len(chunk)
                taker(chunk)
            elif more is not None:
                more += chunk
            elif content:
                more = bytearray(content + chunk)
            else:
                content = chunk
            if taken + len(more or content) > largest:
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
        (StaleError, _UNASKED),
    ]
    words = next((words for kind, words in reasons if isinstance(cause, kind)), _BROKE_OFF)
    return Sentence(words), answered or not isinstance(cause, NOT_SENT)
