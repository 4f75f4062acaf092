"""Start commands and measure what they take: wall time, CPU time, peak memory."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MEGABYTE = 1e6
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024
KEY = "bench"
_STOPPED = 130
"""Exit code of a run that was stopped."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one command took."""

    seconds: float
    cpu: float
    """User and system time, of its children too."""
    peak: float
    """Peak resident memory in megabytes."""
    output: str
    """Its standard output."""

    def __str__(self) -> str:
        return f"{self.seconds:.2f} s, {self.peak:,.0f} MB"


def python(*arguments: object, stop_after: float | None = None) -> Usage:
    """Run ``python -m …`` and return what it took; with `stop_after` press Ctrl-C after so many seconds.

    The measuring process imports nothing heavy: a child's peak memory counts from its parent's size at the fork.
    """
    command = [sys.executable, "-m", *map(str, arguments)]
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=_environment())
        if stop_after is not None:
            time.sleep(stop_after)
            process.send_signal(signal.SIGINT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in ({0} if stop_after is None else {0, _STOPPED}):
            err.seek(0)
            raise RuntimeError(f"{command} ended with {process.returncode}: {err.read().decode()[-2000:]}")
        out.seek(0)
        output = out.read().decode()
    return Usage(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * _RSS_UNIT / _MEGABYTE, output)


def together(*commands: tuple[object, ...]) -> list[Usage]:
    """Run several ``python -m …`` at once, and return what each took."""
    with ThreadPoolExecutor(len(commands)) as threads:
        return list(threads.map(lambda command: python(*command), commands))


def best(times: int, *arguments: object) -> Usage:
    """Run ``python -m …`` some times and return the fastest: what else the machine does only ever slows it down."""
    return min((python(*arguments) for _ in range(times)), key=lambda usage: usage.seconds)


def check(file: Path, out: Path, *options: object, times: int = 1) -> Usage:
    """Run ``stopimport check`` with its folders below `out`, and return the fastest of `times`."""
    usages = [python("stopimport", "check", file, "--out", out / f"check-{n}", *options) for n in range(times)]
    return min(usages, key=lambda usage: usage.seconds)


def summary(run: Path) -> dict[str, Any]:
    """Return the summary of a run's folder."""
    return json.loads((run / "summary.json").read_text(encoding="utf-8"))


@contextmanager
def server(*arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``python -m …``, a server whose first line with an address says that it is ready; stop it at the end."""
    command = [sys.executable, "-m", *map(str, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment())
    try:
        addresses = (re.search(r"http://\S+/v1", line) for line in process.stdout)
        address = next((found.group() for found in addresses if found), None)
        if address is None:
            raise RuntimeError(f"{command} ended before it was ready")
        yield process, address
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def sandbox(*options: object) -> Any:
    """Run the practice API in a process of its own."""
    return server("stopimport", "sandbox", "--port", 0, "--key", KEY, *options)


def _environment() -> dict[str, str]:
    """Return the environment without settings of this machine that would change what is measured."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("STOPIMPORT_")}
    return ours | {"SMSPARTNER_API_KEY": KEY}
