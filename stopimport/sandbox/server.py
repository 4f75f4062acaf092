"""The practice API as a server: until it is told to stop, or inside this process."""

from __future__ import annotations

import errno
import threading
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from stopimport.sandbox.app import Calls, PracticeApi
from stopimport.sandbox.errors import SandboxAddressRefused, SandboxAddressTaken
from stopimport.sandbox.exchange import CONNECTION
from stopimport.sandbox.store import PracticeList
from stopimport.serving import QuietServer, listening

if TYPE_CHECKING:
    import asyncio
    import socket
    from collections.abc import Callable, Iterator

    from stopimport.sandbox.options import SandboxOptions
    from stopimport.sandbox.store import StoredNumber


class Practice:
    """A practice API that runs inside this process."""

    def __init__(self, url: str, key: str, calls: Calls, stop_list: PracticeList) -> None:
        self.url = url
        """The base URL, ``/v1`` included."""
        self.key = key
        self.calls = calls
        """What it has seen so far."""
        self._stop_list = stop_list

    def entries(self) -> list[StoredNumber]:
        """Return the stop list as it is now."""
        return self._stop_list.entries()


def serve(options: SandboxOptions, *, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM; `on_ready` gets the base URL once calls are answered.

    Raises:
        SandboxAddressTaken: if another program listens there.
        SandboxAddressRefused: if the address cannot be used for another reason.
        SandboxStateBusy: if another practice API uses the state file.
        SandboxStateUnusable: if the state file is none.
    """
    with _listening(options) as listener, closing(PracticeList(options.state)) as stop_list:
        _server(PracticeApi(options, stop_list), lambda: on_ready(_url(options.host, listener))).run([listener])


@contextmanager
def running(options: SandboxOptions) -> Iterator[Practice]:
    """Run a practice API in a thread of this process, on any free port whatever `options` say.

    Signals are left alone.

    Raises:
        SandboxAddressRefused: if the address cannot be used.
        SandboxStateBusy: if another practice API uses the state file.
        SandboxStateUnusable: if the state file is none.
    """
    with _listening(options, port=0) as listener, closing(PracticeList(options.state)) as stop_list:
        api = PracticeApi(options, stop_list)
        # Callers wait in the listening socket's queue until the thread takes over, so nobody needs to wait here.
        server = _server(api, lambda: None)
        thread = threading.Thread(target=server.run, args=([listener],), name="practice-api", daemon=True)
        url = _url(options.host, listener)
        thread.start()
        try:
            yield Practice(url, options.key, api.calls, stop_list)
        finally:
            server.stop()
            thread.join()


@contextmanager
def _listening(options: SandboxOptions, port: int | None = None) -> Iterator[socket.socket]:
    host, port = options.host, options.port if port is None else port
    with ExitStack() as stack:
        try:
            listener = stack.enter_context(listening(host, port))
        except OSError as problem:
            if problem.errno == errno.EADDRINUSE:
                raise SandboxAddressTaken(host, port) from problem
            raise SandboxAddressRefused(host, port, problem.strerror or str(problem)) from problem
        yield listener


def _url(host: str, listener: socket.socket) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}/v1"


class _Connection(AutoHTTPProtocol):  # type: ignore[misc, valid-type]  # uvicorn picks h11 or httptools when imported
    """uvicorn's protocol, with the transport where faults find it."""

    app_state: dict[str, object]

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, CONNECTION: transport}


def _server(api: PracticeApi, on_ready: Callable[[], None]) -> QuietServer:
    async def close() -> None:
        api.closing.set()

    return QuietServer(api, on_ready, close, http=_Connection)
