"""The page's server: on this machine alone, or behind a proxy that authenticates, until it is told to stop."""

from __future__ import annotations

import errno
import os
import secrets
import signal
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from stopimport.serving import QuietServer, listening
from stopimport.web.app import Site
from stopimport.web.connections import HEADER_BYTES, BoundedProtocol
from stopimport.web.errors import PageAddressRefused, PageAddressTaken
from stopimport.web.past_runs import PastRuns
from stopimport.web.proxied import ProxyDoor
from stopimport.web.routes.access import OwnPage
from stopimport.web.safety import Gatekeeper
from stopimport.web.service import Service
from stopimport.web.uploads import Limits, upload_folder

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Coroutine, Iterator
    from pathlib import Path

    from starlette.types import ASGIApp

    from stopimport.settings import Settings
    from stopimport.web.keys import Keys
    from stopimport.web.proxied import Proxy

HOST = "127.0.0.1"
"""Nobody from elsewhere; for a server elsewhere there is `ssh -L`."""


@dataclass(frozen=True, slots=True)
class Serving:
    """How the page is served."""

    settings: Settings
    """Those of the command `web`."""
    runs: Path
    """The folder of runs."""
    port: int = 0
    """0 takes any free one."""
    language: str = "en"
    """Spoken to browsers that ask for none of ours."""
    limits: Limits = field(default_factory=Limits)
    secret: str = field(default_factory=secrets.token_hex)
    """By which the page proves itself to a second start."""
    proxy: Proxy | None = None
    """The one that says who is asking; None: the page is one person's own."""


def serve(
    serving: Serving,
    keys: Keys,
    *,
    on_ready: Callable[[str], None],
    on_opened: Callable[[str], None] = lambda _address: None,
    show: Callable[[str], None] | None = None,
) -> None:
    """Serve the page until SIGINT, SIGTERM or SIGHUP; sendings that go on then are stopped cleanly.

    Args:
        serving: how.
        keys: the API key.
        on_ready: gets the address that opens the page, once requests are answered; behind a proxy its own one.
        on_opened: gets the next such address whenever one was used.
        show: opens such an address in the person's usual browser.

    Raises:
        PageAddressTaken, PageAddressRefused: the port cannot be used.
        NoRoom: there is no place for what is uploaded.
    """
    host = serving.proxy.listen if serving.proxy else HOST
    with _bound(host, serving.port) as listener, upload_folder(serving.runs) as (uploads, kept), _closed_terminal():
        service = Service(serving.settings, PastRuns(serving.runs), uploads, keys, serving.limits, keeps=kept)
        service.restore()
        port = listener.getsockname()[1]
        if serving.proxy:
            named = f"[{host}]" if ":" in host else host
            site = Site(service, ProxyDoor(serving.proxy), serving.language)
            _run(site.app(), listener, lambda: on_ready(f"http://{named}:{port}"), service.close)
            return
        keeper = Gatekeeper(port, on_opened)
        own = OwnPage(serving.secret, (lambda: show(keeper.address)) if show else None)
        app = Site(service, keeper, serving.language, own).app()
        _run(app, listener, lambda: on_ready(keeper.address), service.close, own)


def _run(
    app: ASGIApp,
    listener: socket.socket,
    on_ready: Callable[[], None],
    on_stop: Callable[[], Coroutine[Any, Any, None]],
    own: OwnPage | None = None,
) -> None:
    server = QuietServer(app, on_ready, on_stop, http=BoundedProtocol, h11_max_incomplete_event_size=HEADER_BYTES)
    if own:
        own.quit = server.stop
    server.run([listener])


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    with ExitStack() as stack:
        try:
            listener = stack.enter_context(listening(host, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise PageAddressTaken(port) from problem
            raise PageAddressRefused(port, problem.strerror or str(problem)) from problem
        yield listener


@contextmanager
def _closed_terminal() -> Iterator[None]:
    """Take the end of the terminal (SIGHUP) for what Ctrl-C says: uvicorn knows nothing of it."""
    if not hasattr(signal, "SIGHUP") or signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        yield
        return
    before = signal.signal(signal.SIGHUP, lambda _signum, _frame: signal.raise_signal(signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


@dataclass(frozen=True, slots=True)
class Leading:
    """A file that leads to an address, for the browser's command line.

    Everybody on this machine can read the command lines of processes, and the one-time token must not be there. The
    file is the user's alone.
    """

    runs: Path
    process: int
    """The one that serves the page, and takes the file away when it ends."""

    @property
    def path(self) -> Path:
        """The file: in the folder of runs, since browsers packed apart (snap) can read neither /tmp nor hidden ones."""
        return self.runs / f"open-page-{self.process}.html"

    def to(self, address: str) -> str:
        """Let the file lead to an address, and return its own."""
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            link = escape(address)
            file.write(f'<!doctype html><title>stopimport</title><meta http-equiv="refresh" content="0; url={link}">')
        return self.path.resolve().as_uri()

    def remove(self) -> None:
        """Take the file away."""
        with suppress(OSError):
            self.path.unlink()
