"""Moving files so that no name overwrites another."""

from __future__ import annotations

import errno
import os
import shutil
import stat
from contextlib import suppress
from itertools import count
from pathlib import Path

from stopimport.nightly.ownership import MODE, prove_own
from stopimport.plainfiles import open_plain

WHY = ".why.txt"
_PART = ".part"
_LONGEST = 255
"""Bytes of a name that every file system takes."""
_ENDING = 10
"""Characters of an ending that is kept when a name gets a number or is cut."""


def reserve(folder: Path, name: str, *, explained: bool = False, own: bool = True) -> Path:
    """Take a free name in `folder` (made if missing), `name` itself or `name (2)` and so on, with an empty file.

    The name of its explanation (`WHY`) is free too; with `explained` there is also room for it, and a name that is too
    long is cut.

    Raises:
        OSError: the folder cannot be made or written.
        FolderOfOthers: it is not ours alone, but has to be (`own`).
    """
    folder.mkdir(MODE, parents=True, exist_ok=True)
    if own:
        prove_own(folder)
    ending = Path(name).suffix
    stem = name.removesuffix(ending) if len(ending) <= _ENDING else name
    for number in count(1):
        tail = ("" if number == 1 else f" ({number})") + name[len(stem) :]
        target = folder / (_cut(stem, _LONGEST - len(os.fsencode(tail + (WHY if explained else "")))) + tail)
        if _is_taken(why_of(target)):
            continue
        try:
            os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            continue
        return target
    raise AssertionError("count never ends")


def put(source: Path, target: Path) -> None:
    """Move `source` (a link itself, never what it points to) to `target`, a name that `reserve` took.

    Raises:
        OSError: it cannot be moved; `source` is where it was, and nothing of it is elsewhere.
    """
    try:
        source.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV or not stat.S_ISREG(source.lstat().st_mode):
            raise
        _put_on_other_disk(source, target)


def _put_on_other_disk(source: Path, target: Path) -> None:
    """Copy beside `target` first, so that a kill leaves no half file with a name that somebody trusts."""
    aside = _aside(target)
    before = source.lstat()
    try:
        with open_plain(source, lone=True) as whole, aside.open("wb") as copy:
            shutil.copyfileobj(whole, copy)
        with suppress(OSError):
            # Its times, where the other disk keeps them.
            shutil.copystat(source, aside, follow_symlinks=False)
        with aside.open("rb+") as copy:
            os.fsync(copy.fileno())
        after = source.lstat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        aside.replace(target)
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    try:
        source.unlink()
    except OSError:
        target.unlink()
        raise


def explain(target: Path, text: str) -> None:
    """Write beside `target` why it is there.

    Raises:
        OSError: it cannot be written.
    """
    descriptor = os.open(why_of(target), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")


def give_up(target: Path) -> None:
    """Set a reserved name free again, and take away what a kill left of a copy."""
    with suppress(OSError):
        _aside(target).unlink(missing_ok=True)
    with suppress(OSError):
        if not target.is_symlink() and target.stat().st_size == 0:
            target.unlink()
    with suppress(OSError):
        why_of(target).unlink()


def why_of(target: Path) -> Path:
    """Return where the explanation of `target` is."""
    return target.with_name(target.name + WHY)


def _aside(target: Path) -> Path:
    return target.with_name(_cut(f".{target.name}", _LONGEST - len(_PART)) + _PART)


def _is_taken(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError:
        # No file can have so long a name.
        return False
    return True


def _cut(text: str, most: int) -> str:
    while len(os.fsencode(text)) > most:
        text = text[:-1]
    return text
