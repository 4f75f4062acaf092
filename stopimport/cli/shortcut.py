"""A starter for the page on the desktop and in the menu, in the way of each system."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from stopimport import myself, userfolders
from stopimport.cli.errors import NoPowerShell, ShortcutUnwritable
from stopimport.cli.options import config_given
from stopimport.errors import NoHome
from stopimport.text.language import LANGUAGES, N_, _, speaking

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NAME = "stopimport"
COMMENT = N_("Add everyone who replied STOP to the stop list")
_OF_NOW = frozenset({"install_shortcut", "no_open", "json", "quiet", "verbose", "log_format"})
"""Options about this command line and what it prints."""
_SPECIAL = '"`$\\'
"""What a desktop entry's argument has a backslash before."""
_PATIENCE = 60
"""Seconds for PowerShell to start and do it."""
POWERSHELL = """
$ErrorActionPreference = 'Stop'
[Console]::OutputEncoding = [Text.Encoding]::UTF8
$shell = New-Object -ComObject WScript.Shell
foreach ($place in 'Desktop', 'Programs') {
  $link = $shell.CreateShortcut((Join-Path $shell.SpecialFolders.Item($place) 'stopimport.lnk'))
  $link.TargetPath = $env:SHORTCUT_TARGET
  $link.Arguments = $env:SHORTCUT_ARGUMENTS
  $link.WorkingDirectory = $env:USERPROFILE
  $link.Description = $env:SHORTCUT_COMMENT
  $link.WindowStyle = 7
  $link.Save()
  $link.FullName
}
"""
"""All that is not fixed comes through the environment: nothing has to be quoted."""


def given_again() -> list[str]:
    """Return the options of this command line that the starter shall give, too; paths as they are from everywhere."""
    context = click.get_current_context()
    found: list[str] = []
    for parameter in context.command.params:
        name = parameter.name or ""
        given = context.get_parameter_source(name) is ParameterSource.COMMANDLINE
        if not isinstance(parameter, click.Option) or not given or name not in context.params or name in _OF_NOW:
            continue
        value = context.params[name]
        if parameter.is_flag:
            found += parameter.opts[:1] if value else parameter.secondary_opts[:1]
        else:
            values = value if parameter.multiple else [value]
            found += [text for one in values for text in (parameter.opts[0], _everywhere(one))]
    config = config_given()
    return found if config is None else [*found, "--config", str(Path(config).resolve())]


def _everywhere(value: object) -> str:
    return str(value.resolve()) if isinstance(value, Path) else str(value)


def install(args: Sequence[str]) -> list[Path]:
    """Make the starters, and return where they are; those that are there are replaced.

    Args:
        args: of the program, `web` included.

    Raises:
        NoHome: there is no place for them.
        ShortcutUnwritable: they cannot be written.
        NoPowerShell: on Windows there is nothing that makes them.
    """
    command = myself.program(*args, windowed=True)
    if sys.platform == "win32":
        return windows(command)
    place = userfolders.home()
    if place is None:
        raise NoHome
    try:
        return mac(command, place) if sys.platform == "darwin" else freedesktop(command)
    except OSError as error:
        raise ShortcutUnwritable(error.filename or str(place), error.strerror or str(error)) from error


def freedesktop(command: Sequence[str]) -> list[Path]:
    """Write a desktop entry (https://specifications.freedesktop.org/desktop-entry-spec) into menu and desktop.

    Raises:
        OSError: one cannot be written.
    """
    data = userfolders.data()
    icon = data / "icons" / "hicolor" / "scalable" / "apps" / f"{NAME}.svg"
    icon.parent.mkdir(parents=True, exist_ok=True)
    icon.write_bytes((resources.files("stopimport.web") / "static" / "icon.svg").read_bytes())
    places = [data / "applications"]
    places[0].mkdir(parents=True, exist_ok=True)
    desktop = userfolders.desktop()
    # A machine without one (a server) gets none.
    if desktop.is_dir():
        places.append(desktop)
    made = [_written(place / f"{NAME}.desktop", entry(command)) for place in places]
    _trust(made[-1])
    return made


def entry(command: Sequence[str]) -> str:
    """Return a desktop entry that starts a command."""
    comments = []
    for language in LANGUAGES:
        with speaking(language):
            comments.append(f"Comment{'' if language == 'en' else f'[{language}]'}={_(COMMENT)}")
    lines = [
        "[Desktop Entry]",
        "Type=Application",
        f"Name={NAME}",
        *comments,
        f"Exec={' '.join(map(_quoted, command))}",
        f"Icon={NAME}",
        "Terminal=false",
        "Categories=Office;",
    ]
    return "\n".join(lines) + "\n"


def _quoted(argument: str) -> str:
    """Return an argument as ``Exec`` has it: quoted, and then written as any text of an entry."""
    inner = "".join(f"\\{sign}" if sign in _SPECIAL else sign for sign in argument)
    return f'"{inner}"'.replace("\\", "\\\\").replace("%", "%%").replace("\n", "\\n")


def _trust(path: Path) -> None:
    """Let GNOME start what lies on its desktop without asking."""
    if gio := shutil.which("gio"):
        with suppress(OSError, subprocess.SubprocessError):
            set_it = [gio, "set", str(path), "metadata::trusted", "true"]
            subprocess.run(set_it, check=False, capture_output=True, timeout=_PATIENCE)  # noqa: S603 - our own words


def mac(command: Sequence[str], home: Path) -> list[Path]:
    """Write a file that a double click runs, onto the desktop and into the person's applications.

    Raises:
        OSError: one cannot be written.
    """
    text = f"#!/bin/sh\nexec {shlex.join(command)}\n"
    return list(_commands(home, text))


def _commands(home: Path, text: str) -> Iterator[Path]:
    for folder in ("Desktop", "Applications"):
        (home / folder).mkdir(exist_ok=True)
        yield _written(home / folder / f"{NAME}.command", text)


def windows(command: Sequence[str]) -> list[Path]:
    """Let PowerShell write ``.lnk`` files onto the desktop and into the start menu.

    Raises:
        NoPowerShell: there is none.
        ShortcutUnwritable: it could not.
    """
    powershell = shutil.which("powershell") or shutil.which("pwsh")
    if powershell is None:
        raise NoPowerShell
    told = {
        "SHORTCUT_TARGET": command[0],
        "SHORTCUT_ARGUMENTS": subprocess.list2cmdline(command[1:]),
        "SHORTCUT_COMMENT": _(COMMENT),
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own words
            [powershell, "-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-Command", POWERSHELL],
            env=os.environ | told,
            capture_output=True,
            check=False,
            timeout=_PATIENCE,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ShortcutUnwritable(NAME, str(error)) from error
    if done.returncode:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise ShortcutUnwritable(NAME, lines[0] if lines else str(done.returncode))
    return [Path(line) for line in done.stdout.decode("utf-8-sig", "replace").splitlines() if line.strip()]


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8", newline="\n")
    path.chmod(0o755)
    return path
