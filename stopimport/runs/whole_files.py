"""Write files whole or not at all, readable by their owner only (or by a group asked for)."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from stopimport.runs.errors import FileUnwritable
from stopimport.runs.folder import share

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write_whole(
    path: Path,
    write: Callable[[Path], object],
    *,
    group: str | None = None,
    replace: Callable[[Path, Path], object] = os.replace,
) -> Path:
    """Let `write` fill a file beside `path`, then put it in the place of `path` in one step.

    Args:
        path: the file to make or replace; its folder exists.
        write: fills the file whose path it is given.
        group: name of the group that may read the file; None: nobody but the owner.
        replace: puts one file in the place of another (a parameter, because systems differ).

    Returns:
        The path really written: where a spreadsheet program holds `path` open, a name beside it
        (``results (2).csv``).

    Raises:
        FileUnwritable: it cannot be written; what was at `path` before is still there.
        GroupUnusable: there is no such group, or the file cannot be given to it.
    """
    # One fixed name: what a killed process left is replaced by the next one instead of piling up.
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.unlink(missing_ok=True)
        os.close(os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        write(aside)
        _give_to(aside, group)
        _flush(aside)
        target = _put(aside, path, replace)
        _flush(path.parent)
    except OSError as error:
        raise FileUnwritable(str(path), error.strerror or str(error)) from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    return target


def held_open(path: Path) -> bool:
    """Whether a spreadsheet program shows `path` right now, by the lock file that LibreOffice or Excel makes.

    Off Windows nothing else would keep us from replacing the file under the program's hands, and the person's next
    save would then overwrite the new one.
    """
    locks = (path.with_name(f".~lock.{path.name}#"), path.with_name(f"~${path.name}"))
    return path.exists() and any(lock.exists() for lock in locks)


def _put(aside: Path, path: Path, replace: Callable[[Path, Path], object]) -> Path:
    if not held_open(path):
        try:
            replace(aside, path)
        except PermissionError:
            # Windows lets nobody replace a file that a program holds open.
            if not path.is_file():
                raise
        else:
            return path
    beside = _free_name(path)
    replace(aside, beside)
    return beside


def _free_name(path: Path) -> Path:
    number = 2
    while (beside := path.with_name(f"{path.stem} ({number}){path.suffix}")).exists():
        number += 1
    return beside


def _give_to(path: Path, group: str | None) -> None:
    if group is None:
        # It was made so. Where rights mean nothing they cannot be set either, and that is known since the folder.
        with suppress(OSError):
            path.chmod(0o600)
        return
    share(path, group)


def _flush(path: Path) -> None:
    """Bring a file, or the names in a folder, onto the disk."""
    if not path.is_dir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())
        return
    # Windows cannot open folders, and some network shares cannot flush them; the file itself is safe by now.
    with suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
