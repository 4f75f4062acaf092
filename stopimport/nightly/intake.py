"""What is in an inbox, and which of it is complete.

Nobody tells when an upload is done. A file counts as complete when two looks, some seconds apart by our own clock, show
the same size, times and identity; the first may have been an earlier pass's. A file's own time is no clock: who wrote
it may have another one, and an upload that stalls does not change it.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.loading.cells import MOST_BYTES
from stopimport.loading.errors import FileTooBig
from stopimport.loading.files.archives import size_text
from stopimport.plainfiles import NotPlain, open_plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from pathlib import Path

    from stopimport.nightly.memory import Memory

_PARTIAL = (".part", ".tmp", ".crdownload", ".filepart")
"""Endings of files that browsers and SFTP clients are still writing."""
_CHUNK = 1 << 20
_ASIDE = (".", "~$")
"""Beginnings of hidden files, and of the lock files of spreadsheet programs."""


@dataclass(frozen=True, slots=True)
class WallClock:
    """The time, and a way to let it pass."""

    now: Callable[[], float] = time.time
    pause: Callable[[float], object] = time.sleep
    steady: Callable[[], float] = time.monotonic
    """Seconds that nobody sets forward or back."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file of an inbox as a look at it shows it."""

    path: Path
    regular: bool
    """Whether it is a file: links (of both kinds) and special files are never read."""
    size: int
    time: float
    """When it was last written, by the clock of who wrote it."""
    mark: tuple[int, ...]
    """What is the same as long as nobody writes the file or puts another in its place."""


def look(folder: Path) -> list[Arrival]:
    """Return what is in `folder`, sorted by name; folders, hidden, partial and lock files are passed over."""
    with os.scandir(folder) as entries:
        found = [folder / entry.name for entry in entries if not is_aside(entry.name)]
    return sorted(filter(None, map(look_at, found)), key=lambda arrival: arrival.path.name)


def folders_in(folder: Path) -> list[Path]:
    """Return the folders in `folder`, sorted by name: none of them is imported, and somebody should know."""
    with os.scandir(folder) as entries:
        found = [entry for entry in entries if not is_aside(entry.name) and entry.is_dir(follow_symlinks=False)]
    return sorted(folder / entry.name for entry in found)


def complete(
    arrivals: list[Arrival],
    settle: float,
    clock: WallClock,
    memory: Memory,
    back: Collection[str] = (),
    *,
    again: Callable[[Path], Arrival | None] | None = None,
) -> Iterator[Arrival]:
    """Yield those of `arrivals` that nobody is writing any more.

    What has not been seen for long enough is left for the next pass, unless it is likely to be complete: then it is
    waited for, once for all of them.

    Args:
        arrivals: regular files that a look at the inbox showed.
        settle: seconds for which a file must have been the same.
        clock: our own clock.
        memory: when each was first seen as it is; this look is in it.
        back: names of files to be waited for in any case.
        again: looks at one of them again, where that is not here.
    """
    look_again = again or look_at
    now = clock.now()
    seen = [arrival for arrival in arrivals if memory.age(arrival, clock) >= settle]
    # Its own time is no proof, but whoever's clock is right has not touched it for long.
    likely = [arrival for arrival in arrivals if arrival.path.name in back or not 0 <= now - arrival.time < settle]
    awaited = [arrival for arrival in likely if arrival not in set(seen)]
    for arrival in seen:
        # Looked at again, for hours may have passed since the caller took the one before.
        if look_again(arrival.path) == arrival:
            yield arrival
    if awaited:
        clock.pause(max(0.0, *(settle - memory.age(arrival, clock) for arrival in awaited)))
        yield from (arrival for arrival in awaited if look_again(arrival.path) == arrival)


def mark_of(path: Path) -> str:
    """Return what nobody can keep the same who writes a file that lies where it was moved; '' if there is no file."""
    try:
        facts = path.lstat()
    except OSError:
        return ""
    return f"{facts.st_size}:{facts.st_mtime_ns}" if stat.S_ISREG(facts.st_mode) else ""


def sha256_of(path: Path, most: int = MOST_BYTES) -> str | None:
    """Return the hash of a file's content; None if it is gone, or is no regular file any more.

    Raises:
        FileTooBig: it has more than `most` bytes.
        OSError: it cannot be read.
    """
    if not _is_regular(path):
        return None
    hashed = hashlib.sha256()
    try:
        with open_plain(path, lone=True) as file:
            size = os.fstat(file.fileno()).st_size
            while size <= most and (chunk := file.read(_CHUNK)):
                hashed.update(chunk)
                size = max(size, file.tell())
    except (FileNotFoundError, NotPlain):
        return None
    if size > most:
        raise FileTooBig(path.name, size_text(most))
    return hashed.hexdigest()


def is_aside(name: str) -> bool:
    """Whether a file is hidden, or by its name still being written."""
    return name.startswith(_ASIDE) or name.lower().endswith(_PARTIAL)


def _is_regular(path: Path) -> bool:
    arrival = look_at(path)
    return arrival is not None and arrival.regular


def look_at(path: Path) -> Arrival | None:
    """Return a file as it is now; None for folders, hidden files, and what is gone."""
    try:
        facts = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    hidden = getattr(facts, "st_file_attributes", 0) & stat.FILE_ATTRIBUTE_HIDDEN
    if stat.S_ISDIR(facts.st_mode) or hidden:
        return None
    mark = (facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns)
    # Another name of the same file: who put it here might not be allowed to read it.
    regular = stat.S_ISREG(facts.st_mode) and facts.st_nlink <= 1
    return Arrival(path, regular, facts.st_size, facts.st_mtime, mark)
