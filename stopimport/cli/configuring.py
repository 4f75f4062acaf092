"""The commands about settings: `config show`, `config init`, `config path`."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from stopimport import configfile
from stopimport.cli.options import config_given
from stopimport.cli.program import command, program
from stopimport.errors import ExitCode, StopimportError
from stopimport.options import OPTIONS
from stopimport.secrets import find_key
from stopimport.text.language import _, figures

if TYPE_CHECKING:
    from stopimport.cli.console import Console
    from stopimport.options import Option
    from stopimport.settings import Settings


@dataclass(frozen=True, slots=True)
class _Setting:
    """A setting as `config show` gives it."""

    value: object
    source: str
    """Where it comes from, in words."""


@dataclass(frozen=True, slots=True)
class _Key:
    """What `config show` says of the API key; never the key."""

    set: bool
    source: str | None = None
    problem: str | None = None


@program.group("config")
def config() -> None:
    """Show the settings in force, or create a settings file.

    \b
    stopimport config show
    stopimport config init
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped


@command("show", config, knows_all=True)
def show(console: Console, settings: Settings) -> ExitCode:
    """Show every setting in force.

    Each is shown with its source. For the API key, only whether there is one, and its source. The options of all
    other commands may be given, to see which values would apply.

    \b
    stopimport config show
    stopimport config show --config ./stopimport.toml --rate 20/s
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    path = configfile.find(config_given())
    rows = {option.name: _setting(option, settings, path) for option in OPTIONS}
    key = _key(settings)
    shown = {name: asdict(row) for name, row in rows.items()}
    console.give({"file": str(path) if path else None, "api_key": asdict(key), "settings": shown})
    console.say(_("Settings file: {file}").format(file=path or _("none")))
    console.say(_("API key: {state}").format(state=_told(key)) + "\n")
    width = max(map(len, rows))
    for option in OPTIONS:
        row = rows[option.name]
        console.say(f"{option.name:<{width}}  {_shown(option, row.value)}  [{row.source}]")
    return ExitCode.OK


@command("init", config, reads_file=False)
def init(console: Console, settings: Settings) -> ExitCode:  # noqa: ARG001 - each command is given them
    """Create a settings file to start from.

    Every option is explained in it, commented out. The file is created in your configuration folder, or where
    --config says. An existing file is left alone.

    \b
    stopimport config init
    stopimport config init --config ./stopimport.toml
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    given = config_given()
    path = Path(given) if given else configfile.user_file()
    configfile.create(path)
    console.give({"file": str(path)})
    console.say(_("Created: {file}").format(file=path))
    return ExitCode.OK


@command("path", config, reads_file=False)
def path(console: Console, settings: Settings) -> ExitCode:  # noqa: ARG001 - each command is given them
    """Print which settings file is used.

    It is the one in use, or the one that would be used if it existed.

    \b
    stopimport config path
    """  # noqa: D301 - click's mark for a paragraph that is not re-wrapped
    given = config_given()
    found = Path(given) if given else configfile.find(None) or configfile.user_file()
    console.give({"file": str(found), "exists": found.is_file()})
    console.say(str(found))
    if not found.is_file() and not console.options.json:
        console.warn(_("This file does not exist. To create it: stopimport config init"))
    return ExitCode.OK


def _setting(option: Option, settings: Settings, file: Path | None) -> _Setting:
    """Return the value in force and where it comes from."""
    value = settings[option.key]
    source = click.get_current_context().get_parameter_source(option.key)
    if not option.flag and settings.given(option.key):
        source = ParameterSource.ENVIRONMENT if os.environ.get(option.variable) else ParameterSource.DEFAULT_MAP
    told = {
        ParameterSource.COMMANDLINE: _("command line"),
        ParameterSource.ENVIRONMENT: _("environment variable {name}").format(name=option.variable),
        ParameterSource.DEFAULT_MAP: _("file {file}").format(file=file),
    }.get(source or ParameterSource.DEFAULT, _("default"))
    if isinstance(value, tuple):
        value = list(value)
    if option.veil and value is not None:
        value = option.veil(str(value))
    return _Setting(str(value) if isinstance(value, Path) else value, told)


def _shown(option: Option, value: object) -> str:
    if value is None:
        return _(option.shown_default) if option.shown_default else "–"
    if isinstance(value, bool):
        return _("on") if value else _("off")
    if isinstance(value, float):
        return figures(f"{value:g}")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _key(settings: Settings) -> _Key:
    """Whether there is an API key, and from where; never the key."""
    try:
        key = find_key(os.environ, settings.api_key_file)
    except StopimportError as error:
        return _Key(set=False, problem=str(error))
    return _Key(set=key is not None, source=key.source if key else None)


def _told(key: _Key) -> str:
    if key.problem:
        return key.problem
    return _("set (from {source})").format(source=key.source) if key.set else _("not set")
