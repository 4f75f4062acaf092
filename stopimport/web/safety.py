"""Who may use the page: this machine's user alone, from the page itself. An ASGI middleware around all of it.

(Behind a proxy that authenticates it is `proxied` that says who comes in.)

Loopback is shared by all users of a machine, and every web site can make a browser send requests there. So: the Host
header must name this machine and port (no DNS rebinding), the first request must bring the one-time token that is
in the terminal, all others the cookie that it was changed for, and what changes anything must come from the page
itself.
"""

from __future__ import annotations

import hmac
import secrets
from contextvars import ContextVar
from typing import TYPE_CHECKING, Protocol
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser

from stopimport.web.already import ALIVE
from stopimport.web.connections import is_of_another_user
from stopimport.web.errors import ForeignRequest, OtherUser, PageError, Stranger, WrongHost, WrongMethod

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": CSP,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that, browsers send a form's Origin as null.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_READING = ("GET", "HEAD")
_DAYS = 30
_OPEN = "/static/"
"""What anybody may read, from below no secret path: style and script, no data."""
REOPEN = "/reopen"
_OUTSIDE = frozenset({ALIVE, REOPEN})
"""What this user may ask for without having come in: it tells nothing and lets nobody in."""
ROOT: ContextVar[str] = ContextVar("ROOT", default="")
"""What the paths of the page begin with, for who asked below it; others do not learn it."""


class Door(Protocol):
    """Who comes in, and what the pages of those who are in need."""

    @property
    def root(self) -> str:
        """What every path begins with."""

    @property
    def cookie(self) -> str:
        """The header that lets somebody in who was welcomed; '' where nobody is."""

    @property
    def csrf(self) -> str:
        """The token of every form."""

    def is_csrf(self, text: str) -> bool:
        """Whether this is the token of the forms."""

    def knows(self, headers: Headers) -> bool:
        """Whether a request comes from somebody who is in."""

    def origin(self, headers: Headers) -> str:
        """Return what a browser calls the page's own origin."""

    def admit(self, scope: Scope, headers: Headers) -> bool:
        """Let a request in, and say whether it is the first one, which is to be welcomed.

        Raises:
            PageError: it stays outside.
        """


class Gatekeeper:
    """The secrets of one server: the `Door` of a page that is one person's own.

    Args:
        port: where it listens.
        opened: called with a new one-time address whenever one was used.
    """

    def __init__(self, port: int, opened: Callable[[str], None] = lambda _address: None) -> None:
        self.port = port
        self.root = f"/{secrets.token_urlsafe(16)}"
        """What every path begins with. Cookies know no ports: a site of another user at another port of this machine,
        to which a browser was led, would be sent the cookie if the path were not one that nobody can guess."""
        self.hosts = frozenset(f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]"))
        # Cookies are shared by all ports of a host.
        self.cookie_name = f"stopimport-{port}"
        self._cookie, self._csrf, self._token = (secrets.token_urlsafe(32) for _ in range(3))
        self._opened = opened

    @property
    def address(self) -> str:
        """The address that opens the page, once."""
        return f"http://127.0.0.1:{self.port}{self.root}/?{urlencode({'token': self._token})}"

    @property
    def csrf(self) -> str:
        """The token of every form."""
        return self._csrf

    def is_csrf(self, text: str) -> bool:
        """Whether this is the token of the forms."""
        return _same(text, self._csrf)

    def use(self, token: str) -> bool:
        """Whether a token opens the page; it is used up then."""
        if not _same(token, self._token):
            return False
        self._token = secrets.token_urlsafe(32)
        self._opened(self.address)
        return True

    def knows(self, headers: Headers) -> bool:
        """Whether a request brings the cookie."""
        # Lenient, as browsers are: other programs on this machine set cookies of their own for the same host.
        return _same(cookie_parser(headers.get("cookie", "")).get(self.cookie_name, ""), self._cookie)

    def origin(self, headers: Headers) -> str:
        """Return what a browser calls the page's own origin."""
        return f"http://{headers['host']}"

    def admit(self, scope: Scope, headers: Headers) -> bool:
        """Let a request in, and say whether it is the one with the one-time token, which is to be welcomed.

        Raises:
            WrongHost: it was meant for another host.
            OtherUser: it comes from another user of this machine.
            Stranger: it brings neither cookie nor token.
        """
        if headers.getlist("host") not in [[host] for host in self.hosts]:
            raise WrongHost
        if scope.get("client") and is_of_another_user(scope["client"], self.port):
            raise OtherUser
        if is_open(scope) or scope["path"] in _OUTSIDE:
            return False
        if scope["method"] == "GET" and scope["path"] == "/" and self.use(_token(scope)):
            return True
        if not self.knows(headers):
            raise Stranger
        return False

    @property
    def cookie(self) -> str:
        """The header that gives it. It outlives the browser: that may be closed while a run goes on."""
        return (
            f"{self.cookie_name}={self._cookie}; Path={self.root}/; Max-Age={_DAYS * 86400}; HttpOnly; SameSite=Strict"
        )


def is_open(scope: Scope) -> bool:
    """Whether anybody may have what is asked for."""
    path: str = scope["path"]
    return scope["method"] in _READING and path.startswith(_OPEN)


def _same(given: str, secret: str) -> bool:
    return hmac.compare_digest(given.encode(), secret.encode())


class Safety:
    """Lets through what may come in, and puts the headers on all that goes out.

    Args:
        app: the page.
        door: who decides.
        refuse: answers what is refused.
        welcome: answers the one-time address.
    """

    def __init__(
        self,
        app: ASGIApp,
        door: Door,
        refuse: Callable[[PageError, Headers], ASGIApp],
        welcome: Callable[[Headers], ASGIApp],
    ) -> None:
        self._app, self._door, self._refuse, self._welcome = app, door, refuse, welcome

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        try:
            inner = self._below_root(scope)
            ROOT.set(self._door.root if inner is not scope else "")
            app = self._let_in(inner, headers)
        except PageError as problem:
            inner, app = scope, self._refuse(problem, headers)
        await app(inner, receive, _with_headers(send))

    def _below_root(self, scope: Scope) -> Scope:
        """Return the scope with the path inside of the page.

        Raises:
            Stranger: the path is none of the page's.
        """
        root = self._door.root
        path: str = scope["path"]
        if is_open(scope) or path in _OUTSIDE:
            return scope
        if not _same(path[: len(root) + 1], f"{root}/"):
            raise Stranger
        return {**scope, "path": path[len(root) :], "raw_path": None}

    def _let_in(self, scope: Scope, headers: Headers) -> ASGIApp:
        if self._door.admit(scope, headers):
            return self._welcome(headers)
        if scope["method"] not in _READING:
            if scope["method"] != "POST":
                raise WrongMethod
            self._check_origin(headers)
        return self._app

    def _check_origin(self, headers: Headers) -> None:
        """Refuse what does not come from the page itself.

        Raises:
            ForeignRequest: so it is; or nothing says where it comes from.
        """
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if site not in {None, "same-origin"} or (origin is None and site is None):
            raise ForeignRequest
        if origin is not None and origin != self._door.origin(headers):
            raise ForeignRequest


def _token(scope: Scope) -> str:
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin-1")).get("token", [""])[0]


def _with_headers(send: Send) -> Callable[[Message], Awaitable[None]]:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sending
