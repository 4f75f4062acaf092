"""A page for several people on a server, behind a proxy that authenticates them.

The proxy says in a header who is asking; nobody else is believed, or answered. There are no secrets in addresses and
no cookies: who people are is proved by the proxy, with each request.
"""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from stopimport.errors import BadOption
from stopimport.text.language import N_
from stopimport.web.errors import Nameless, NotTheProxy, ProxyOptionAlone, WrongPublicHost
from stopimport.web.people import NAMED

if TYPE_CHECKING:
    from starlette.datastructures import Headers
    from starlette.types import Scope

    from stopimport.settings import Settings

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_TOGETHER = ("trust_header", "trusted_proxy", "public_url")
_LONGEST = 200
"""Characters of a name."""
_PORTS = {"https": 443, "http": 80}
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True, slots=True)
class Proxy:
    """The proxy in front of the page."""

    header: str
    """In which it says who is asking."""
    networks: tuple[Network, ...]
    """Where it asks from."""
    origin: str
    """Where people reach the page, as browsers name it: scheme, host, port if it is not the usual one."""
    hosts: frozenset[str]
    """What the Host header may be."""
    listen: str
    """The address at which the page listens."""


@dataclass(frozen=True, slots=True)
class ProxyOptions:
    """The settings about a proxy, named as the options."""

    trust_header: str | None
    trusted_proxy: tuple[str, ...]
    public_url: str | None
    listen: str


def proxy_of(settings: Settings) -> Proxy | None:
    """Return the proxy that the settings speak of; None: the page is one person's own.

    Raises:
        ProxyOptionAlone: one of the options is given without the others.
        BadOption: one of them cannot be understood.
    """
    options = settings.of(ProxyOptions)
    given = [key for key in _TOGETHER if getattr(options, key)]
    if not given and not settings.given("listen"):
        return None
    if missing := [key for key in _TOGETHER if key not in given]:
        raise ProxyOptionAlone(_flags(given or ["listen"]), _flags(missing))
    header = (options.trust_header or "").strip()
    if not _TOKEN.fullmatch(header):
        raise BadOption("--trust-header", header, N_("the name of a header, such as X-Forwarded-User"))
    origin, hosts = _address(options.public_url or "")
    networks = tuple(map(_network, options.trusted_proxy))
    return Proxy(header, networks, origin, hosts, _listen(options.listen))


def _flags(keys: list[str]) -> str:
    return ", ".join(f"--{key.replace('_', '-')}" for key in keys)


def _network(text: str) -> Network:
    try:
        return ipaddress.ip_network(text.strip())
    except ValueError:
        raise BadOption("--trusted-proxy", text, N_("an address or a network, such as 127.0.0.1/32")) from None


def _listen(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        raise BadOption("--listen", text, N_("an address of this machine, such as 127.0.0.1 or 0.0.0.0")) from None


def _address(text: str) -> tuple[str, frozenset[str]]:
    """Return origin and Host headers of the public address."""
    wanted = N_("an address without a path, such as https://stop.example.com")
    try:
        parts = urlsplit(text.strip())
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except ValueError:
        raise BadOption("--public-url", text, wanted) from None
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in _HERE)
    if not (secure and host) or parts.path not in {"", "/"} or parts.query or parts.fragment or "@" in parts.netloc:
        raise BadOption("--public-url", text, wanted)
    named = f"[{host}]" if ":" in host else host
    usual = _PORTS[parts.scheme]
    if port in {None, usual}:
        return f"{parts.scheme}://{named}", frozenset({named, f"{named}:{usual}"})
    return f"{parts.scheme}://{named}:{port}", frozenset({f"{named}:{port}"})


class ProxyDoor:
    """Lets in whom the proxy names: a `safety.Door`."""

    root = ""
    cookie = ""

    def __init__(self, proxy: Proxy) -> None:
        self._proxy = proxy
        self._secret = secrets.token_bytes(32)

    def admit(self, scope: Scope, headers: Headers) -> bool:
        """Let a request in, and remember who asks; nobody needs to be welcomed.

        Raises:
            NotTheProxy: it does not come from the proxy.
            WrongPublicHost: it was meant for another host.
            Nameless: the proxy does not say who asks.
        """
        # Whoever is no proxy learns no more than that.
        if not self._is_proxy(scope):
            raise NotTheProxy
        if headers.getlist("host") not in [[host] for host in self._proxy.hosts]:
            raise WrongPublicHost(self._proxy.origin)
        NAMED.set(self._name(headers))
        return False

    def origin(self, headers: Headers) -> str:  # noqa: ARG002 - the protocol's name
        """Return what browsers call the page's own origin."""
        return self._proxy.origin

    def knows(self, headers: Headers) -> bool:  # noqa: ARG002 - the protocol's name
        """Whether the request that is being answered is somebody's."""
        return bool(NAMED.get())

    @property
    def csrf(self) -> str:
        """The token of every form of the person who asks: another person's does not fit."""
        return hmac.digest(self._secret, NAMED.get().encode(), "sha256").hex()

    def is_csrf(self, text: str) -> bool:
        """Whether this is the token of that person's forms."""
        return hmac.compare_digest(text.encode(), self.csrf.encode())

    def _is_proxy(self, scope: Scope) -> bool:
        client = scope.get("client")
        if not client:
            return False
        address = ipaddress.ip_address(client[0])
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self._proxy.networks)

    def _name(self, headers: Headers) -> str:
        """Return who asks.

        Raises:
            Nameless: the header is missing, there several times, or holds no name.
        """
        named = headers.getlist(self._proxy.header)
        if len(named) != 1:
            raise Nameless
        raw = named[0].encode("latin-1")
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            name = named[0]
        name = " ".join(name.split())
        if not name or len(name) > _LONGEST or not name.isprintable():
            raise Nameless
        return name
