"""Who computes: nobody but this process, an executor that a script gave, or a Dask cluster."""

from __future__ import annotations

import logging
import re
import signal
import threading
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from stopimport.errors import BadOption
from stopimport.pipeline.errors import ClusterAway, ClusterIdle, NoDask
from stopimport.sidebyside import threads
from stopimport.text.language import N_

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Executor

    from stopimport.pipeline.job import Context

LOCAL = "local"
_ADDRESS = re.compile(r"(?:tcp|tls|ws|wss)://[^\s/]+:\d{1,5}/?", re.ASCII)
_SECONDS = 10.0


@contextmanager
def computing(context: Context) -> Iterator[Executor | None]:
    """Give the executor that cleans parts of large inputs; None: threads of this process.

    Raises:
        BadOption: `--dask` is no address.
        NoDask: its extra is not installed.
        ClusterAway: no scheduler answers there.
        ClusterIdle: it has no workers.
    """
    address = context.options.dask
    if context.executor is not None or not address:
        yield context.executor
        return
    if address != LOCAL and not _ADDRESS.fullmatch(address):
        raise BadOption("--dask", address, N_("the address of a scheduler, such as tcp://scheduler:8786, or 'local'"))
    with _client(address) as executor:
        yield executor


@contextmanager
def _client(address: str) -> Iterator[Executor]:
    try:
        import distributed  # noqa: PLC0415 - an extra, and heavy
    except ModuleNotFoundError as error:
        if error.name not in {"dask", "distributed"}:
            raise
        raise NoDask from None
    # It logs to standard error, where whoever waits for a summary has no use for it, and about whatever it sends.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    with ExitStack() as stack:
        where, security = address, None
        if address == LOCAL:
            # Certificates made for this command: whoever can open connections could run code in the workers.
            security = distributed.Security.temporary()  # type: ignore[no-untyped-call]
            with _deaf():
                cluster = distributed.LocalCluster(  # type: ignore[no-untyped-call]
                    n_workers=threads(), threads_per_worker=1, processes=True, dashboard_address="127.0.0.1:0",
                    silence_logs=logging.CRITICAL, security=security, protocol="tls://",
                )  # fmt: skip
            where = stack.enter_context(cluster).scheduler_address
        try:
            client = stack.enter_context(
                distributed.Client(where, timeout=_SECONDS, set_as_default=False, security=security)  # type: ignore[no-untyped-call]
            )
        except (OSError, ValueError):
            raise ClusterAway(address) from None
        try:
            client.wait_for_workers(1, timeout=_SECONDS)
        except TimeoutError:
            raise ClusterIdle(address) from None
        yield client.get_executor()


@contextmanager
def _deaf() -> Iterator[None]:
    """Have processes that are started inside never hear of Ctrl-C, which a terminal tells them, too: we end them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)
