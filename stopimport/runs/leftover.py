"""Lock files that a killed process of another user left: the administrator's must not keep out the service's user."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import filelock

_LOCKS = Path("/proc/locks")


def taken_away(path: Path) -> bool:
    """Take away the lock file `path`, which this user cannot open, if nobody holds it; say whether that was done.

    Linux tells who holds locks, of all users; elsewhere nobody can know, and the file stays.
    """
    try:
        facts = path.lstat()
        if not _system_tells() or facts.st_ino in _held():
            return False
        path.unlink()
    except (OSError, ValueError, IndexError):
        return False
    return True


def _system_tells() -> bool:
    """Say whether a lock can be seen at all: of one that we hold ourselves."""
    with tempfile.TemporaryFile() as file:
        return filelock.lock_descriptor(file.fileno(), blocking=False) and os.fstat(file.fileno()).st_ino in _held()


def _held() -> set[int]:
    """Return the inodes of all files that any process holds a lock on."""
    # "1: FLOCK  ADVISORY  WRITE 4711 08:01:1234567 0 EOF": device as hexadecimal numbers, then the inode. Some file
    # systems show one device here and another one in stat, so the inode alone decides: rather one held too many.
    lines = [line.split() for line in _LOCKS.read_text("ascii").splitlines()]
    return {int(words[-3].rpartition(":")[2]) for words in lines}
