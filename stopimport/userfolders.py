"""The user's own folders, for users who have a home and for those who have none: in containers, and for services.

A variable that is empty or no absolute path counts as missing (https://specifications.freedesktop.org/basedir-spec): by
no means anything is looked for in the working directory.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from stopimport.errors import NoHome

_NAME = "stopimport"


def home() -> Path | None:
    """Return the user's home: by the variable, else by the list of users; None where neither knows one."""
    named = Path(os.environ.get("HOME", ""))
    if named.is_absolute():
        return named
    if sys.platform == "win32":
        return Path.home()
    import pwd  # noqa: PLC0415 - there is none on Windows

    try:
        found = Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None
    return found if found.is_absolute() else None


def config() -> Path | None:
    """Return the folder of the user's settings; None where there is no home."""
    return _folder("XDG_CONFIG_HOME", ".config", "user_config_path")


def state() -> Path:
    """Return the folder of what is remembered for the user from one command to the next.

    Raises:
        NoHome: there is no home, and no variable that names another place.
    """
    folder = _folder("XDG_STATE_HOME", ".local/state", "user_state_path")
    if folder is None:
        raise NoHome
    return folder


def documents() -> Path | None:
    """Return the folder of the user's documents; None where there is no home."""
    if home() is None:
        return None
    import platformdirs  # noqa: PLC0415 - `--help` does without

    return platformdirs.user_documents_path()


def desktop() -> Path:
    """Return the folder of the user's desktop, whether it exists or not."""
    import platformdirs  # noqa: PLC0415 - `--help` does without

    return platformdirs.user_desktop_path()


def data() -> Path:
    """Return the folder of what programs keep for the user, this one's and others'.

    Raises:
        NoHome: there is no home, and no variable that names another place.
    """
    named, own = Path(os.environ.get("XDG_DATA_HOME", "")), home()
    if named.is_absolute():
        return named
    if own is None:
        raise NoHome
    return own / ".local" / "share"


def expanded(text: str) -> Path:
    """Return a path with its ``~`` replaced by the user's home.

    Raises:
        NoHome: it begins with one, and there is none.
    """
    if text != "~" and not text.startswith("~/"):
        return Path(text)
    place = home()
    if place is None:
        raise NoHome
    return place / text[2:]


def _folder(variable: str, place: str, of_system: str) -> Path | None:
    named = Path(os.environ.get(variable, ""))
    if named.is_absolute():
        return named / _NAME
    if sys.platform in {"darwin", "win32"}:
        import platformdirs  # noqa: PLC0415 - `--help` does without

        found: Path = getattr(platformdirs, of_system)(_NAME, appauthor=False)
        return found
    own = home()
    return own and own / place / _NAME
