"""The page's server: on this machine alone, until it is told to stop."""

from __future__ import annotations

import errno
import os
import signal
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from stopimport.serving import QuietServer, listening
from stopimport.web.app import Site
from stopimport.web.connections import HEADER_BYTES, BoundedProtocol
from stopimport.web.errors import PageAddressRefused, PageAddressTaken
from stopimport.web.past_runs import PastRuns
from stopimport.web.safety import Gatekeeper
from stopimport.web.service import Service
from stopimport.web.uploads import Limits, upload_folder

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stopimport.settings import Settings
    from stopimport.web.keys import Keys

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


def serve(
    serving: Serving,
    keys: Keys,
    *,
    on_ready: Callable[[str], None],
    on_opened: Callable[[str], None] = lambda _address: None,
) -> None:
    """Serve the page until SIGINT, SIGTERM or SIGHUP; sendings that go on then are stopped cleanly.

    Args:
        serving: how.
        keys: the API key.
        on_ready: gets the address that opens the page, once requests are answered.
        on_opened: gets the next such address whenever one was used.

    Raises:
        PageAddressTaken, PageAddressRefused: the port cannot be used.
        NoRoom: there is no place for what is uploaded.
    """
    with _bound(serving.port) as listener, upload_folder() as uploads, _closed_terminal():
        keeper = Gatekeeper(listener.getsockname()[1], on_opened)
        service = Service(serving.settings, PastRuns(serving.runs), uploads, keys, serving.limits)
        app = Site(service, keeper, serving.language).app()
        bounds = {"http": BoundedProtocol, "h11_max_incomplete_event_size": HEADER_BYTES}
        QuietServer(app, lambda: on_ready(keeper.address), service.close, **bounds).run([listener])


@contextmanager
def _bound(port: int) -> Iterator[socket.socket]:
    with ExitStack() as stack:
        try:
            listener = stack.enter_context(listening(HOST, port))
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


@contextmanager
def opener(runs: Path) -> Iterator[Callable[[str], str]]:
    """Give what turns an address into that of a file which leads there, for the browser's command line.

    Everybody on this machine can read the command lines of processes, and the one-time token must not be there. The
    file is the user's alone, and goes away with the block.
    """
    # In the folder of runs: browsers that are packed apart (snap) can read neither /tmp nor hidden folders.
    path = runs / f"open-page-{os.getpid()}.html"

    def leading(address: str) -> str:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            link = escape(address)
            file.write(f'<!doctype html><title>stopimport</title><meta http-equiv="refresh" content="0; url={link}">')
        return path.resolve().as_uri()

    try:
        yield leading
    finally:
        with suppress(OSError):
            path.unlink()
