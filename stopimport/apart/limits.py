"""How much memory and time the reading of a file may take, by its size.

The system enforces it; on Windows it is the waiting alone that has an end.
"""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

COUNTABLE = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "4", "OPENBLAS_NUM_THREADS": "1"}
"""What the environment of such a process says, for its memory to tell what a file takes: Arrow's own allocator sets a
gigabyte aside, used or not, and so do the stacks of a thread for each processor of a large machine."""
_USUAL = 50 * 10**6
"""Bytes up to which the contract names figures: 1.5 GB, 20 s of a processor. Larger ones may take more."""
_MEMORY = 15 * 10**8
_SECONDS = 20
_PATIENCE = 15
"""Seconds by the clock for each second of a processor: the machine may be busy, the disk far away."""
_FILES = 256


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process may take."""

    memory: int
    """Bytes beyond those that the process has when it begins to read."""
    seconds: int
    """Of processors, likewise."""

    @classmethod
    def of(cls, size: int, *, times: int = 1) -> Limits:
        """Return what `size` bytes of files may take that are read so many times."""
        share = max(1.0, size / _USUAL)
        return cls(int(_MEMORY * share), int(_SECONDS * share * times) + 1)

    @property
    def patience(self) -> float:
        """Seconds by the clock after which nobody waits any longer."""
        return float(self.seconds * _PATIENCE)

    def obey(self) -> None:
        """Let the system end this process where it takes more, and leave no picture of its memory on the disk."""
        if sys.platform == "win32":
            return
        import resource  # noqa: PLC0415 - there is none on Windows

        used = resource.getrusage(resource.RUSAGE_SELF)
        # Not the address space: much of that is only set aside, by threads and allocators.
        _lower(resource.RLIMIT_DATA, data_now() + self.memory)
        _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + self.seconds)
        _lower(resource.RLIMIT_NOFILE, _FILES)
        _lower(resource.RLIMIT_CORE, 0)
        # What a process inherits as ignored would not end it.
        signal.signal(signal.SIGXCPU, signal.SIG_DFL)


def go_first() -> None:
    """Where memory runs out (Linux), let it be this process that the system ends: it has nothing to lose."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")


def _lower(which: int, to: int) -> None:
    """Set the limit that holds; the one above it stays, for the next file may take as much again."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - there is none on Windows

    hard = resource.getrlimit(which)[1]
    # Some systems know a limit, but not how to keep it.
    with suppress(OSError, ValueError):
        resource.setrlimit(which, (to if hard == resource.RLIM_INFINITY else min(to, hard), hard))


def data_now() -> int:
    """Return the bytes of data that this process has (0 where the system does not say)."""
    return _told("VmData:")


def resident_now() -> int:
    """Return the bytes of memory that this process uses (0 where the system does not say)."""
    return _told("VmRSS:")


def _told(name: str) -> int:
    with suppress(OSError, ValueError, StopIteration):
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
    return 0
