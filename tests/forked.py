"""The command `stopimport` in processes that are forked from one which has imported everything: ready at once.

Hundreds of commands run in `make test-all`, dozens of them are to be killed, and most of the life of a fresh process is
spent on imports that no test is about. What is forked runs the command's own `main`, in its own folder, environment and
standard streams. Nothing of it is measured: what it reaches others reach.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from pkgutil import walk_packages
from subprocess import CompletedProcess, TimeoutExpired
from typing import TYPE_CHECKING
from unittest import mock

from effort import MEASURING

import stopimport
from stopimport.cli import main

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess
    from subprocess import Popen

PATIENCE = 120
"""Seconds after which a process hangs for good."""
_FORKS = multiprocessing.get_context("forkserver")
_LATE = ("babel.dates", "jinja2", "keyring", "pyarrow.dataset", "pyarrow.pandas_compat")
"""What the program imports only when it needs it."""
_OURS = (found.name for found in walk_packages(stopimport.__path__, "stopimport.") if "__main__" not in found.name)
_FORKS.set_forkserver_preload(["__main__", *_OURS, *_LATE, "forked_ready"])
_HOME = Path(stopimport.__file__).parent
_WRITING = ("pipeline", "runs/folder.py", "runs/journal.py", "runs/ledger.py", "runs/locks.py", "runs/whole_files.py")
_CAREFUL = tuple(str(_HOME / part) for part in (*_WRITING, "runs/writer.py"))
"""The parts of the program that write, in an order that matters."""
assert all(Path(part).exists() for part in _CAREFUL), "nothing would be killed in parts that have moved"


@dataclass(frozen=True)
class Order:
    """What a forked process is to do."""

    args: tuple[str, ...]
    folder: str
    environment: dict[str, str]
    stdin: str
    out: str
    err: str
    die_at: int | str | None
    """Where it is killed: at the so-many-th step (call or return) of the parts that write, or when one is called."""
    most: int | None
    """Bytes that a file of the process may have, as if the disk were full then."""


@dataclass(frozen=True)
class Ended:
    """How a process ended."""

    returncode: int
    out: str
    err: str

    @property
    def killed(self):
        """Whether it was killed rather than ended."""
        return self.returncode == -signal.SIGKILL

    @property
    def told(self):
        """All that it printed."""
        return self.out + self.err


class Running:
    """A forked process on its way."""

    def __init__(self, process: BaseProcess, out: Path, err: Path):
        self._process, self._out, self._err = process, out, err

    def look(self):
        """Whether it still runs, after a moment that lets others work."""
        self._process.join(0.001)
        return self._process.is_alive()

    def send(self, signum):
        """Send a signal, unless it has ended."""
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signum)

    def end(self):
        """Wait for its end, and return how that was."""
        self._process.join(PATIENCE)
        out, err = (path.read_text("utf-8", "replace") for path in (self._out, self._err))
        assert self._process.exitcode is not None, f"it hangs\n{err}"
        return Ended(self._process.exitcode, out, err)


class Started:
    """A process on its way that was started as users start it."""

    def __init__(self, process: Popen):
        self._process = process

    def look(self):
        """Whether it still runs, after a moment that lets others work."""
        with suppress(TimeoutExpired):
            self._process.wait(0.001)
        return self._process.returncode is None

    def send(self, signum):
        """Send a signal, unless it has ended."""
        self._process.send_signal(signum)

    def end(self):
        """Wait for its end, and return how that was."""
        out, err = (text.decode("utf-8", "replace") for text in self._process.communicate(timeout=PATIENCE))
        return Ended(self._process.returncode, out, err)


@dataclass
class Forked:
    """The command, run in forked processes in the folder and environment of `program`."""

    program: object
    _names: count = field(default_factory=count)

    def __call__(self, *args, **fate):
        """Run a command to its end."""
        return self.start(*args, **fate).end()

    def start(self, *args, die_at=None, most=None):
        """Start a command."""
        folder, number = self.program.folder, next(self._names)
        out, err = (folder / f"{number}.{name}" for name in ("out", "err"))
        for path in (out, err):
            path.touch()
        environment = dict(self.program.environment)
        order = Order(tuple(map(str, args)), str(folder), environment, os.devnull, str(out), str(err), die_at, most)
        return Running(_begun(order), out, err)


def run(args, folder, environment, stdin):
    """Run a command to its end in a forked process of its own, and return how that was, with bytes."""
    with tempfile.TemporaryDirectory() as aside:
        given, out, err = (Path(aside, name) for name in ("in", "out", "err"))
        for path, content in ((given, stdin), (out, b""), (err, b"")):
            path.write_bytes(content)
        process = _begun(Order(tuple(args), str(folder), environment, str(given), str(out), str(err), None, None))
        process.join(2 * PATIENCE)
        told = out.read_bytes(), err.read_bytes()
        if process.exitcode is None:
            process.kill()
            raise TimeoutExpired(args, 2 * PATIENCE, *told)
        return CompletedProcess(args, process.exitcode, *told)


def _begun(order):
    process = _FORKS.Process(target=obey, args=(order,))
    bare = {name: value for name, value in os.environ.items() if name not in MEASURING}
    # The first one starts the server that all others are forked from.
    with mock.patch.dict(os.environ, bare | {"PYTHONPATH": str(Path(__file__).parent)}, clear=True):
        process.start()
    return process


def obey(order: Order):
    """Be the command `stopimport` (in the forked process)."""
    assert "forked_ready" in sys.modules, "the server did not import it"
    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    for number, path in ((0, order.stdin), (1, order.out), (2, order.err)):
        handle = os.open(path, os.O_RDWR)
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - until the end
    if order.most is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.most, resource.RLIM_INFINITY))
    sys.argv = ["stopimport", *order.args]
    if order.die_at is not None:
        reap = _reaper(order.die_at)
        threading.setprofile(reap)
        sys.setprofile(reap)
    # What the command leaves to the end of its process; what was there before belongs to the server.
    atexit._clear()
    try:
        main()
    finally:
        atexit._run_exitfuncs()


def _reaper(die_at):
    steps = count(1)

    def watch(frame, event, _argument):
        code = frame.f_code
        if not code.co_filename.startswith(_CAREFUL):
            return
        if next(steps) == die_at or (event == "call" and code.co_name == die_at):
            os.kill(os.getpid(), signal.SIGKILL)

    return watch
