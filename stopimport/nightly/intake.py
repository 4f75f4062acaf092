"""What is in an inbox, and which of it is complete.

Nobody tells when an upload is done. A file counts as complete when its size and time have been the same for some
seconds. Its time is compared with the clock; where that is ahead of the clock (one of the two was set wrong, or set
back) the file is looked at twice instead, that many seconds apart.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_PARTIAL = (".part", ".tmp", ".crdownload", ".filepart")
"""Endings of files that browsers and SFTP clients are still writing."""
_ASIDE = (".", "~$")
"""Beginnings of hidden files, and of the lock files of spreadsheet programs."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """The time, and a way to let it pass."""

    now: Callable[[], float] = time.time
    pause: Callable[[float], object] = time.sleep


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file of an inbox as a look at it shows it."""

    path: Path
    regular: bool
    """Whether it is a file: links and special files are never read."""
    size: int
    time: float
    """When it was last written, by the clock of who wrote it."""
    mark: tuple[int, ...]
    """What is the same as long as nobody writes the file or puts another in its place."""


def look(folder: Path) -> list[Arrival]:
    """Return what is in `folder`, sorted by name; folders, hidden, partial and lock files are passed over."""
    with os.scandir(folder) as entries:
        found = [folder / entry.name for entry in entries if not _is_aside(entry.name)]
    return sorted(filter(None, map(_arrival, found)), key=lambda arrival: arrival.path.name)


def complete(arrivals: list[Arrival], settle: float, clock: WallClock) -> Iterator[Arrival]:
    """Yield those of `arrivals` that nobody is writing any more.

    Args:
        arrivals: regular files that a look at the inbox showed.
        settle: seconds for which a file must have been the same.
        clock: the time.
    """
    now = clock.now()
    ahead = [arrival for arrival in arrivals if settle and arrival.time > now]
    for arrival in arrivals:
        # Looked at again, for hours may have passed since the caller took the one before.
        if (not settle or now - arrival.time >= settle) and _arrival(arrival.path) == arrival:
            yield arrival
    if ahead:
        clock.pause(settle)
        yield from (arrival for arrival in ahead if _arrival(arrival.path) == arrival)


def sha256_of(path: Path) -> str | None:
    """Return the hash of a file's content; None if it is gone, or is no regular file any more.

    Raises:
        OSError: it cannot be read.
    """
    flags = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
    if not _is_regular(path):
        return None
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_aside(name: str) -> bool:
    return name.startswith(_ASIDE) or name.lower().endswith(_PARTIAL)


def _is_regular(path: Path) -> bool:
    arrival = _arrival(path)
    return arrival is not None and arrival.regular


def _arrival(path: Path) -> Arrival | None:
    """Return a file as it is now; None for folders, hidden files, and what is gone."""
    try:
        facts = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    hidden = getattr(facts, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_HIDDEN
    if stat.S_ISDIR(facts.st_mode) or hidden:
        return None
    mark = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns)
    return Arrival(path, stat.S_ISREG(facts.st_mode), facts.st_size, facts.st_mtime, mark)
