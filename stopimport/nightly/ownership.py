"""Whether a folder where the job writes is its own: people's data goes there, and what it believes of earlier runs."""

from __future__ import annotations

import os
import shlex
import stat
import sys
from typing import TYPE_CHECKING

from stopimport.nightly.errors import FolderOfOthers
from stopimport.permissions import is_of_others
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from pathlib import Path

MODE = 0o755
"""Of folders that people may look into: nobody else writes there, whatever the umask says."""


def prove_own(folder: Path) -> None:
    """Refuse a folder that others have made, can write, or have put a link in place of (on Windows: none).

    Raises:
        FolderOfOthers: it is one.
        OSError: it cannot be looked at.
    """
    link = folder.lstat()
    if stat.S_ISLNK(link.st_mode) and is_of_others(link):
        raise _refused(folder, N_("it is a link that someone else put there"), "rm")
    facts = folder.stat()
    if is_of_others(facts):
        raise _refused(folder, N_("it belongs to another user"), "mv", f"{folder.name}.old")
    if os.name == "posix" and _others_can_write(facts):
        raise _refused(folder, N_("others can write to it"), "chmod go-w")


def _others_can_write(facts: os.stat_result) -> bool:
    if facts.st_mode & stat.S_IWOTH:
        return True
    return bool(facts.st_mode & stat.S_IWGRP) and not _is_group_of_one(facts.st_gid)


def _is_group_of_one(group: int) -> bool:
    """Whether a group has nobody in it but this user, as many systems give each user one."""
    if sys.platform == "win32":
        return True
    import grp  # noqa: PLC0415 - there is none on Windows
    import pwd  # noqa: PLC0415 - as above

    try:
        user, found = pwd.getpwuid(os.geteuid()), grp.getgrgid(group)
    except KeyError:
        return False
    return found.gr_gid == user.pw_gid and found.gr_name == user.pw_name and set(found.gr_mem) <= {user.pw_name}


def _refused(folder: Path, problem: str, command: str, target: str = "") -> FolderOfOthers:
    words = [shlex.quote(str(folder)), *([shlex.quote(str(folder.with_name(target)))] if target else [])]
    return FolderOfOthers(str(folder), Sentence(problem), " ".join([command, *words]))
