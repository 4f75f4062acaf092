"""The first moments of the process, before anything heavy is imported.

- Signals are heard: as the first process of a container nobody else hears them, and by default they are lost there.
- Standard streams that were closed exist, or the next file that is opened would become one of them.
- A variable of the environment that would bring the libraries down is forgotten.
- What is written to a standard stream never fails: the work is in the files, and its end is the exit code.
"""

from __future__ import annotations

import gc
import io
import os
import select
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType
    from typing import TextIO

_OBJECTS = 100_000
"""New ones between two looks for those that are in use no more."""
_TERMINATED = 143
"""`errors.ExitCode.TERMINATED`, which is not imported yet."""


def begin() -> None:
    """Get signals and standard streams ready."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            # Not in the main thread: then somebody else's program hears them.
            with suppress(ValueError):
                signal.signal(number, _leave)
    _open_closed()
    _drop_key_log()
    # Importing makes 500,000 objects that stay: looking through them again and again is a sixth of a short command.
    gc.set_threshold(_OBJECTS)
    sys.stdout, sys.stderr = forgiving(sys.stdout), forgiving(sys.stderr)


class Forgiving(io.FileIO):
    """A descriptor that takes what is written to it, whether it gets anywhere or not; `problem` is why it did not."""

    problem: OSError | None = None

    def write(self, data: object, /) -> int:
        """Write, or lose, all of `data` (or the part that is told)."""
        view = memoryview(data)  # type: ignore[arg-type] # whatever the buffer above gives
        try:
            while (written := super().write(view)) is None:
                # Somebody else made the pipe one that does not wait; it is waited for as if it were an ordinary one.
                select.select((), (self,), ())
        except OSError as error:
            self.problem = self.problem or error
            return view.nbytes
        return written


def forgiving(stream: TextIO) -> TextIO:
    """Return a stream that writes where `stream` does, and never fails; a terminal of Windows stays as it is."""
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)
    if type(raw) is not io.FileIO or not isinstance(stream, io.TextIOWrapper):
        return stream
    with suppress(OSError):
        stream.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(Forgiving(raw.fileno(), "w", closefd=False)),
        encoding=stream.encoding,
        errors=stream.errors,
        newline="\n" if os.name == "posix" else None,
        # Without a buffer of its own (`python -u`) each line is written at once.
        line_buffering=stream.line_buffering or stream.write_through,
        write_through=stream.write_through,
    )


def problem_of(stream: TextIO) -> OSError | None:
    """Return why something written to a stream was lost; None if nothing was."""
    raw = getattr(getattr(stream, "buffer", None), "raw", None)
    return raw.problem if isinstance(raw, Forgiving) else None


def _open_closed() -> None:
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        closed = _is_closed(descriptor)
        if getattr(sys, name) is None or closed:
            # It gets the lowest free descriptor, which is the closed one.
            nowhere = os.open(os.devnull, os.O_RDWR)
            setattr(sys, name, open(nowhere, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - until the end


def _is_closed(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return True
    return False


def _drop_key_log() -> None:
    """Forget a log of TLS keys that cannot be written: it helps nobody, and Python's TLS fails with it."""
    name = os.environ.get("SSLKEYLOGFILE")
    if name:
        try:
            os.close(os.open(name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))
        except (OSError, ValueError):
            del os.environ["SSLKEYLOGFILE"]


def _leave(_number: int, _frame: FrameType | None) -> None:
    """Leave at once: no command has begun anything that would have to be finished."""
    os._exit(_TERMINATED)
