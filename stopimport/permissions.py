"""Who else can change what a file says."""

from __future__ import annotations

import os
import stat
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def is_of_others(facts: os.stat_result) -> bool:
    """Say whether a file or folder belongs neither to this user nor to the administrator (on Windows: never)."""
    return sys.platform != "win32" and facts.st_uid not in {0, os.geteuid()}


def open_to_others(path: Path, facts: os.stat_result) -> Path | None:
    """Return what lets others change the file at `path`: the file itself, its folder, or None.

    On Windows there are no such bits, and it is always None.

    Args:
        path: where the file is.
        facts: of the file that was opened.

    Raises:
        OSError: its folder cannot be looked at.
    """
    if os.name != "posix":
        return None
    if facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return path
    folder = path.resolve().parent
    mode = folder.stat().st_mode
    # A group's folder is no fault: many systems give each user a group alone. In a sticky one nobody replaces files.
    return folder if mode & stat.S_IWOTH and not mode & stat.S_ISVTX else None
