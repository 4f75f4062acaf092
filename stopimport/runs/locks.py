"""The lock that keeps two runs out of one folder (of a run, an inbox); runs of one account share its rate (`slotfile`).

The operating system holds them, so they vanish with their process, however it ends. The lock file says who holds it.
It is removed while the lock is still held; whoever opened it before finds out by comparing what it has locked with
what has the name now, and starts over.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import filelock

from stopimport import userfolders
from stopimport.permissions import is_of_others
from stopimport.plainfiles import open_plain
from stopimport.runs import leftover
from stopimport.runs.errors import FolderBusy, ForeignLock, LockUnusable, NoFolder, StateUnusable
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from stopimport.errors import BusyError

FOLDER_LOCK = ".stopimport.lock"
POLL = 0.1
_GRACE = 0.3
"""Seconds that everybody waits: a look at a lock (`is_running`) holds it for a moment."""
_TELLING = 4096
"""Bytes of a lock file that are read to learn who holds it."""
_FLAGS = os.O_RDWR | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC"))
_BEGINNING = b" {"
"""How every lock file of ours begins, once somebody has held it; `_write_holder`."""


class Told(Protocol):
    """Takes the news that a lock is held by somebody else and that we wait for it."""

    def __call__(self, busy: BusyError, /) -> None:
        """Take what would be raised if there were no waiting."""


@dataclass(frozen=True, slots=True)
class _Lock:
    path: Path
    run: Path | None
    busy: Callable[[str | Sentence], BusyError]
    shared: bool = False
    """Whether others may hold it in the same way."""


def state_folder() -> Path:
    """Return the user's state folder of this program, where the files of accounts are."""
    return userfolders.state()


def _in_state(name: str) -> Path:
    """Return the path of a lock file in the state folder, which is made if it is missing.

    Raises:
        StateUnusable: it cannot be made.
    """
    path = state_folder() / name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StateUnusable(str(path), error.strerror or str(error)) from error
    return path


@contextmanager
def folder_lock(folder: Path, *, wait: float = 0.0, told: Told | None = None, shared: bool = False) -> Iterator[None]:
    """Hold a folder (of a run, an inbox) inside the ``with`` block; nothing is left in it afterwards.

    With `shared` others may hold it in the same way, but nobody alone.

    Raises:
        NoFolder: there is no such folder.
        FolderBusy: something else still holds it after `wait` seconds.
        LockUnusable: no lock file can be made in it.
    """
    if not folder.is_dir():
        raise NoFolder(str(folder))
    lock = _Lock(folder / FOLDER_LOCK, folder, lambda holder: FolderBusy(str(folder), holder), shared)
    with _hold(lock, wait, told):
        yield


@contextmanager
def place_lock(place: Path, *, wait: float = 0.0, told: Told | None = None, shared: bool = False) -> Iterator[None]:
    """Hold a folder that others may write (an inbox) inside the ``with`` block: the lock lies in the state folder.

    There nobody can take it, or put a link in its place. Raises as `folder_lock`, and `StateUnusable`.
    """
    if not place.is_dir():
        raise NoFolder(str(place))
    name = hashlib.sha256(os.fsencode(place.resolve())).hexdigest()[:16]
    path = _in_state(f"place-{name}.lock")
    with _hold(_Lock(path, place, lambda holder: FolderBusy(str(place), holder), shared), wait, told):
        yield


def is_running(folder: Path) -> bool:
    """Whether somebody holds the `folder_lock` of `folder` right now."""
    path = folder / FOLDER_LOCK
    try:
        descriptor = os.open(path, _FLAGS)
    except FileNotFoundError:
        return False
    except OSError:
        # It exists and is not ours to touch: whoever made it may be at work.
        return path.exists()
    try:
        return not filelock.lock_descriptor(descriptor, blocking=False)
    except OSError:
        return False
    finally:
        os.close(descriptor)


@contextmanager
def _hold(lock: _Lock, wait: float, told: Told | None) -> Iterator[None]:
    descriptor = _take(lock, wait, told)
    if not _is_ours(descriptor):
        try:
            yield
        finally:
            os.close(descriptor)
        return
    try:
        _write_holder(descriptor, lock.run)
        yield
    finally:
        # POSIX removes the file while it is locked; Windows can only do so once it is closed, and refuses while
        # somebody else has it open.
        with suppress(OSError):
            if not lock.shared or filelock.lock_descriptor(descriptor, blocking=False):
                lock.path.unlink()
        os.close(descriptor)
        if os.name == "nt" and not lock.shared:
            with suppress(OSError):
                lock.path.unlink()


def _take(lock: _Lock, wait: float, told: Told | None) -> int:
    start = time.monotonic()
    while True:
        try:
            descriptor = _try(lock.path, shared=lock.shared)
        except OSError as error:
            raise LockUnusable(str(lock.path), error.strerror or str(error)) from error
        if descriptor is not None:
            return descriptor
        waited = time.monotonic() - start
        if waited >= max(wait, _GRACE):
            raise lock.busy(_holder(lock.path))
        if told and waited >= _GRACE:
            told(lock.busy(_holder(lock.path)))
            told = None
        time.sleep(POLL)


def _try(path: Path, *, shared: bool) -> int | None:
    """Lock the file that has the name `path` and return its descriptor; None if that did not work this time.

    Raises:
        ForeignLock: it is not a lock file of ours: others may have put it there.
        OSError: it cannot be opened.
    """
    try:
        descriptor = os.open(path, _FLAGS | os.O_CREAT, 0o600)
    except PermissionError:
        if not leftover.taken_away(path):
            raise
        return None
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.EMLINK, errno.ENXIO, errno.EISDIR}:
            raise ForeignLock(str(path)) from None
        raise
    try:
        _refuse_foreign(descriptor, path)
        if _lock(descriptor, shared=shared) and _has_name(descriptor, path):
            return descriptor
    except BaseException:
        os.close(descriptor)
        raise
    os.close(descriptor)
    return None


def _lock(descriptor: int, *, shared: bool) -> bool:
    """Lock a file, alone or with others; False if somebody keeps us out."""
    if not shared:
        return filelock.lock_descriptor(descriptor, blocking=False)
    if sys.platform == "win32":
        # There is no sharing there: who would share looks whether anybody is there alone, and keeps nobody out.
        free = filelock.lock_descriptor(descriptor, blocking=False)
        if free:
            filelock.unlock_descriptor(descriptor)
        return free
    import fcntl  # noqa: PLC0415 - there is none on Windows

    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in {errno.EACCES, errno.EAGAIN, errno.EWOULDBLOCK}:
            return False
        raise
    return True


def _refuse_foreign(descriptor: int, path: Path) -> None:
    """Refuse what is no file of ours alone.

    Raises:
        ForeignLock: it is not.
    """
    facts = os.fstat(descriptor)
    # A holder that ends takes the name away while others have the file open.
    if not stat.S_ISREG(facts.st_mode) or facts.st_nlink > 1 or is_of_others(facts):
        raise ForeignLock(str(path))


def _is_ours(descriptor: int) -> bool:
    """Whether a lock file has what we write, or nothing: else it is locked, but neither emptied nor removed."""
    if sys.platform == "win32":
        # What is locked cannot be read there.
        return True
    return os.pread(descriptor, len(_BEGINNING), 0) in {b"", _BEGINNING}


def _has_name(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _write_holder(descriptor: int, run: Path | None) -> None:
    # The first byte stays a blank: it is the one that Windows locks, and what is locked cannot be read there.
    text = " " + json.dumps({"pid": os.getpid(), "run": str(run.resolve()) if run else None})
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.write(descriptor, text.encode())


def _holder(path: Path) -> str | Sentence:
    try:
        with open_plain(path) as file:
            file.seek(1)
            facts = json.loads(file.read(_TELLING))
        if facts["run"]:
            return Sentence(N_("{run} (process {pid})"), run=facts["run"], pid=facts["pid"])
        return Sentence(N_("process {pid}"), pid=facts["pid"])
    except (OSError, ValueError, KeyError, TypeError):
        return Sentence(N_("unknown"))
