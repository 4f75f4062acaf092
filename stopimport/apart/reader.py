"""Running one file of others: read by a process apart, sent by this one."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from stopimport.apart.errors import BROUGHT_DOWN, TOO_MUCH_MEMORY, TOO_MUCH_TIME, ReaderBug, ReaderDown
from stopimport.apart.limits import COUNTABLE, Limits
from stopimport.apart.messages import OUT_OF_MEMORY, Broken, Done, ReadTask, Ready, Refused, encode, read_said
from stopimport.errors import BusyError, ExitCode, StopimportError
from stopimport.myself import part
from stopimport.options import ENVIRONMENT_PREFIX
from stopimport.pipeline.discarding import discard
from stopimport.pipeline.job import Result
from stopimport.pipeline.running import check_way, resume
from stopimport.runs.folder import RunFolder
from stopimport.runs.history import read_summary
from stopimport.text.language import language_in_force
from stopimport.vendor import KEY_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from stopimport.apart.messages import Said
    from stopimport.pipeline.job import Context

COMMAND = part("reader")
_SENDING = "coordinator"
"""A setting with a password in it, for those who send."""
_SECRETS = frozenset({KEY_VARIABLE, "CREDENTIALS_DIRECTORY", f"{ENVIRONMENT_PREFIX}{_SENDING.upper()}"})
_KILLED = {getattr(signal, "SIGXCPU", None): TOO_MUCH_TIME, getattr(signal, "SIGKILL", None): TOO_MUCH_MEMORY}
"""Nobody but the system ends a reader so: it took too much."""


def run_apart(file: Path, context: Context) -> Result:
    """Do what `pipeline.running.run` does, with `context.options.out` as the folder; the file is read apart.

    Raises:
        ReaderDown: the file brings its reader down.
        StopimportError: as of `run`.
    """
    options = context.options
    assert options.out is not None, "the run's folder is made before"  # noqa: S101 - for the type checker
    check_way(options.base_url, sandbox=options.sandbox)
    refused = _read(file, context)
    if refused is None:
        try:
            return resume(options.out, context, just_read=True)
        except BusyError:
            # As `run`, which asks for the account before there is a journal.
            discard(options.out)
            raise
    error = _error_of(refused)
    summary = read_summary(RunFolder(options.out)) if refused.finished else None
    if summary is None:
        raise error
    return Result(options.out, summary, error.exit_code, error, {})


def _read(file: Path, context: Context) -> Refused | None:
    """Let a file be read into the run's folder; None if it can be sent."""
    given = context.settings.values.items()
    values = {name: value for name, value in given if name != _SENDING and not isinstance(value, os.PathLike)}
    folder = os.fsencode(context.options.out or "")
    task = ReadTask(os.fsencode(file), folder, values, context.by, context.key is not None, language_in_force())
    limits = Limits.of(file.lstat().st_size)
    with context.stop.breaking():
        said = reader_process().do(task, limits.patience)
    match said:
        case Ready():
            return None
        case Refused():
            return said
        case Broken():
            raise ReaderBug(said.trace)
    raise ReaderDown(file.name, _why(said.code))


def _why(code: int) -> str:
    if code == OUT_OF_MEMORY:
        return TOO_MUCH_MEMORY
    return _KILLED.get(-code, BROUGHT_DOWN)


def _error_of(refused: Refused) -> StopimportError:
    """Return an error of the other process as one of this: of its class, with its sentence."""
    kind = next((each for each in _below(StopimportError) if each.__name__ == refused.kind), StopimportError)
    said = {"__str__": lambda _self: refused.sentence, "exit_code": ExitCode(refused.exit_code)}
    heard: type[StopimportError] = type(kind.__name__, (kind,), {**said, "__repr__": said["__str__"]})
    error = heard.__new__(heard)
    for name, value in refused.facts.items():
        setattr(error, name, value)
    return error


def _below(kind: type[StopimportError]) -> Iterator[type[StopimportError]]:
    for each in kind.__subclasses__():
        yield each
        yield from _below(each)


@dataclass(frozen=True, slots=True)
class Over:
    """The process that should have read is no more."""

    code: int
    """Its exit code; negative: the signal that ended it."""


class ReaderProcess:
    """The other process, started when there is something to do and again when it was brought down.

    Args:
        command: its command line.
    """

    def __init__(self, command: Sequence[str] = COMMAND) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None

    def do(self, task: ReadTask, patience: float) -> Said | Over:
        """Let a task be done, and return what was said of it: `Over`, if nothing."""
        process = self._process = self._process or _start(self._command)
        too_late = threading.Event()

        def end() -> None:
            too_late.set()
            self.end()

        deadline = threading.Timer(patience, end)
        deadline.daemon = True
        deadline.start()
        try:
            said, worn = _talk(process, task)
        except BaseException:
            self.end()
            raise
        finally:
            deadline.cancel()
        if worn:
            self.end()
        if too_late.is_set() and isinstance(said, Over):
            return Over(-getattr(signal, "SIGXCPU", 0))
        return said

    def end(self) -> None:
        """End the process and what it has started."""
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(OSError):
            if sys.platform != "win32":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
        # Not `with`: it would wait before anything is closed.
        for pipe in (process.stdin, process.stdout):
            with suppress(OSError):
                if pipe:
                    pipe.close()
        process.wait()


@cache
def reader_process() -> ReaderProcess:
    """Return the one of this process: its start takes a second."""
    one = ReaderProcess()
    atexit.register(one.end)
    return one


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if name not in _SECRETS}
    environment |= COUNTABLE
    return subprocess.Popen(  # noqa: S603 - a command line of ours
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        # Ctrl-C in the terminal is for this process, which ends the other one.
        start_new_session=True,
    )


def _talk(process: subprocess.Popen[bytes], task: ReadTask) -> tuple[Said | Over, bool]:
    """Give a task; return what was said of it, and whether the process is of no more use."""
    assert process.stdin, "it has a pipe"  # noqa: S101 - for the type checker
    assert process.stdout, "it has a pipe"  # noqa: S101 - for the type checker
    said: Said | None = None
    try:
        process.stdin.write(encode(task))
        process.stdin.flush()
        while line := process.stdout.readline():
            heard = read_said(line)
            if isinstance(heard, Done):
                # After a bug nobody knows what it has left behind.
                return said or Over(0), heard.worn or isinstance(said, Broken)
            said = heard
    except msgspec.DecodeError:
        # It has lost its senses, and is not waited for.
        return Over(0), True
    except OSError:
        # It is gone.
        pass
    return said or Over(process.wait()), True
