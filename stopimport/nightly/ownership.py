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
    """Refuse a folder that others have made, can write, or have put a link in place of.

    On Windows, and on a disk that keeps no rights, there is nothing to see.

    Raises:
        FolderOfOthers: it is one.
        OSError: it cannot be looked at.
    """
    link = folder.lstat()
    if stat.S_ISLNK(link.st_mode) and is_of_others(link):
        raise _refused(folder, N_("it is a link that someone else put there"), "rm")
    facts = folder.stat()
    foreign = is_of_others(facts)
    if os.name != "posix" or not (foreign or _others_can_write(facts)) or _says_the_same_of_all(folder):
        return
    if foreign:
        raise _refused(folder, N_("it belongs to another user"), "mv", f"{folder.name}.old")
    raise _refused(folder, N_("others can write to it"), "chmod go-w")


def _says_the_same_of_all(folder: Path) -> bool:
    """Whether the folder lies on a disk that keeps no rights (a share, a memory stick), where they say nothing."""
    probe = folder / f".rights-test-{os.getpid()}"
    try:
        descriptor = os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError:
        return False
    try:
        return bool(os.fstat(descriptor).st_mode & 0o022)
    finally:
        os.close(descriptor)
        probe.unlink(missing_ok=True)


def _others_can_write(facts: os.stat_result) -> bool:
    if facts.st_mode & stat.S_IWOTH:
        return True
    return bool(facts.st_mode & stat.S_IWGRP) and not _is_group_of_one(facts.st_gid)


def _is_group_of_one(group: int) -> bool:
    """Whether a group has nobody in it but this user, as many systems give each user one."""
    if sys.platform == "win32":
        return True
    import grp  # noqa: PLC0415 - there is none on Windows
    import pwd  # noqa: PLC0415 - there is none on Windows

    try:
        user, found = pwd.getpwuid(os.geteuid()), grp.getgrgid(group)
    except KeyError:
        return False
    return found.gr_gid == user.pw_gid and found.gr_name == user.pw_name and set(found.gr_mem) <= {user.pw_name}


def _refused(folder: Path, problem: str, command: str, target: str = "") -> FolderOfOthers:
    words = [shlex.quote(str(folder)), *([shlex.quote(str(folder.with_name(target)))] if target else [])]
    return FolderOfOthers(str(folder), Sentence(problem), " ".join([command, *words]))
