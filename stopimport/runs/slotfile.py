"""The keeper of an account's slots on one machine: a small file in the user's state folder, and a lock on it.

All processes of a user that send for an account share the file. Times in it are those of the machine's clock since it
was started (the sleep included), for that clock nobody sets. What cannot be understood counts as lost, and after a
loss nothing goes out for a whole window: whoever sent before may just have used all of the rate.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import sys
import time
import uuid
import zlib
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import filelock
import msgspec

from stopimport.runs.errors import LockUnusable
from stopimport.runs.locks import state_folder
from stopimport.sending import grid
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stopimport.sending.grid import Asker, Deal, Mark, State

_PATIENCE = 0.02
"""Seconds that the lock is waited for in one go; it is held for some microseconds."""
_LARGEST = 1_000_000
"""Bytes of the file that are read."""
_GENERATION = 16
"""Bytes after the first one that tell the generation, for a look without the lock."""
_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def since_boot() -> float:
    """Return the seconds since the machine was started."""
    if sys.platform == "win32":
        return time.monotonic()
    # The first one does not stand still while the machine sleeps; not every system has it.
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def boot() -> str:
    """Return what tells this run of the machine from others; '' where nothing does."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def slot_file(account: str) -> Path:
    """Return the file of an account: of one called by its key's hash that has its name, of others their own."""
    # A folder of their own: where it is missing, no account has been used on this machine.
    folder = state_folder() / "accounts"
    if re.fullmatch(r"[0-9a-f]{8}", account):
        return folder / f"{account}.rate"
    slug = re.sub(r"[^A-Za-z0-9_-]+", "_", account)[:40]
    return folder / f"{slug}-{hashlib.sha256(account.encode('utf-8', 'replace')).hexdigest()[:12]}.rate"


class SlotFile:
    """Deals out an account's slots (`sending.grid.Dealer`).

    Args:
        path: the file; its folder is made if it is missing.
        window: seconds for which nothing goes out where nothing is known of the account's last calls.
        clock: tells the seconds since the machine was started.

    Raises:
        LockUnusable: the file cannot be made.
    """

    def __init__(self, path: Path, window: float, clock: Callable[[], float] = since_boot) -> None:
        self.now = clock
        self._path, self._window, self._boot = path, window, boot()
        self._name = str(path)
        self._descriptor = -1
        self._file = (-1, -1)
        """What tells the open file from others."""
        self._ours = False
        """We have written it: no other run of the machine can do so in our time."""
        try:
            first = _make_folder(path.parent)
            self._open()
            if first:
                # The first use on this machine: nothing can have been lost.
                with self._state() as state:
                    state.hold_until = 0.0
        except (OSError, grid.KeeperAwayError) as error:
            self.close()
            raise LockUnusable(str(path), getattr(error, "strerror", None) or str(error)) from error

    def close(self) -> None:
        """Close the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor, self._file = -1, (-1, -1)

    def join(self, asker: Asker) -> Mark:
        """Take `asker` among the senders."""
        with self._state() as state:
            return grid.join(state, asker, self.now())

    def leave(self, asker: Asker) -> None:
        """Strike `asker` off."""
        with suppress(grid.KeeperAwayError), self._state() as state:
            grid.leave(state, asker, self.now())

    def back(self, asker: Asker, mark: Mark) -> Mark:
        """Return the place of an asker that may have been away."""
        with self._state() as state:
            return grid.back(state, asker, mark, self.now()) or mark

    def deal(self, asker: Asker, mark: Mark | None = None) -> Deal:
        """Return the next few slots."""
        with self._state() as state:
            return grid.deal(state, asker, self.now(), mark)

    def late(self, asker: Asker) -> None:
        """Make room for a call of `asker` that has left late."""
        with self._state() as state:
            grid.late(state, asker, self.now())

    def valid(self, generation: int) -> bool:
        """Say whether slots of this generation may still be used."""
        try:
            return self._has_name() and int(_read_from(self._descriptor, _GENERATION), 16) == generation
        except (OSError, ValueError):
            return False

    def hold(self, seconds: float, http: int) -> None:
        """Let nobody's call go out for so long."""
        with suppress(grid.KeeperAwayError), self._state() as state:
            grid.hold(state, self.now(), seconds, http)

    def slow_down(self, seconds: float, http: int, since: float) -> None:
        """Halve the rate, and hold."""
        with suppress(grid.KeeperAwayError), self._state() as state:
            grid.slow_down(state, self.now(), seconds, http, since)

    def pause(self, asker: Asker, *, on: bool) -> None:
        """Hold back everybody's calls, or let them go on."""
        with suppress(grid.KeeperAwayError), self._state() as state:
            grid.pause(state, asker, self.now(), on=on)

    def alone(self, mark: Mark) -> bool:
        """Say whether no other sender has been adding since `mark`."""
        try:
            with self._state() as state:
                return grid.alone(state, mark)
        except grid.KeeperAwayError:
            return False

    def _open(self) -> None:
        self.close()
        self._descriptor = os.open(self._path, _FLAGS, 0o600)
        self._file = _identity(os.fstat(self._descriptor))

    @contextmanager
    def _state(self) -> Iterator[State]:
        """Give the state to be changed inside the ``with`` block; it is written at its end."""
        try:
            with self._locked():
                state = self._read()
                yield state
                self._write(state)
        except OSError as error:
            raise grid.KeeperAwayError(f"{self._path}: {error.strerror or error}") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        until = time.monotonic() + _PATIENCE
        while True:
            if not self._has_name():
                self._open()
            if filelock.lock_descriptor(self._descriptor, blocking=False):
                break
            if time.monotonic() > until:
                raise grid.KeeperAwayError(f"{self._path} is locked")
            time.sleep(0.0005)
        descriptor = self._descriptor
        try:
            yield
        finally:
            filelock.unlock_descriptor(descriptor)

    def _has_name(self) -> bool:
        try:
            return _identity(os.lstat(self._name)) == self._file
        except OSError:
            return False

    def _read(self) -> State:
        now = self.now()
        lines = _read_from(self._descriptor, _LARGEST).split(b"\n")
        state = _state_in(lines)
        if state is None:
            return grid.fresh(self._boot, uuid.uuid4().hex[:8], now, self._window)
        if state.boot != self._boot and self._ours:
            raise grid.KeeperAwayError(Sentence(_ELSEWHERE, file=str(self._path)))
        if state.boot != self._boot or state.seen > now:
            # The machine was started anew. Who has been adding is still known, but not when.
            restarted = grid.fresh(self._boot, state.story, now, self._window)
            restarted.joins, restarted.came, restarted.generation = state.joins, state.came, state.generation + 1
            return restarted
        return state

    def _write(self, state: State) -> None:
        state.seen = self.now()
        text = msgspec.json.encode(state)
        # The first byte stays a blank: it is the one that Windows locks, and what is locked cannot be read there.
        whole = b" %016x\n%s\n%08x\n" % (state.generation, text, zlib.crc32(text))
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        if os.write(self._descriptor, whole) != len(whole):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._ours = True


_ELSEWHERE = N_(
    "{file} is on a disk that another machine sends with; that takes a state folder for each, or --coordinator",
    N_("{file} is on a disk that another machine sends with; ask whoever set up this program"),
)


def _state_in(lines: list[bytes]) -> State | None:
    """Return the state that the lines of a file tell; None where they make no sense."""
    try:
        generation, text, check = lines[:3]
        state = msgspec.json.decode(text, type=grid.State)
        sound = int(check, 16) == zlib.crc32(text) and int(generation, 16) == state.generation
    except (ValueError, msgspec.MsgspecError):
        return None
    return state if sound else None


def _make_folder(folder: Path) -> bool:
    """Make the folder; say whether it was missing."""
    if folder.is_dir():
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return True


def _identity(found: os.stat_result) -> tuple[int, int]:
    return found.st_ino, found.st_dev


def _read_from(descriptor: int, most: int) -> bytes:
    """Return what a file holds after its first byte; Windows has no `pread`."""
    if sys.platform != "win32":
        return os.pread(descriptor, most, 1)
    os.lseek(descriptor, 1, os.SEEK_SET)
    return os.read(descriptor, most)
