"""The settings file `stopimport.toml`: where it is, who may write it, what it may say."""

from __future__ import annotations

import difflib
import json
import os
import re
import textwrap
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport import userfolders
from stopimport.errors import (
    BadConfigFile,
    ConfigFileExists,
    ConfigFileUnwritable,
    NoHome,
    NoSuchConfigFile,
    OpenConfigFile,
    UnknownSetting,
)
from stopimport.options import OPTIONS
from stopimport.permissions import is_of_others, open_to_others
from stopimport.plainfiles import open_plain
from stopimport.text.language import N_, Sentence, _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.options import Option

NAME = "stopimport.toml"
SYSTEM_FILE = Path("/etc/stopimport") / NAME


def user_file() -> Path:
    """Return where the user's own settings file is, or would be.

    Raises:
        NoHome: the user has no home.
    """
    folder = userfolders.config()
    if folder is None:
        raise NoHome
    return folder / NAME


def find(given: str | None) -> Path | None:
    """Return the settings file in force: the one given, else the user's, else the system's, else None.

    Raises:
        NoSuchConfigFile: the one given does not exist.
        BadConfigFile: whether there is one cannot be seen: a home that this user may not look into, say.
    """
    if given:
        if not Path(given).is_file():
            raise NoSuchConfigFile(given)
        return Path(given)
    own = userfolders.config()
    return next((path for path in (own and own / NAME, SYSTEM_FILE) if path and _is_there(path)), None)


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError as error:
        raise BadConfigFile(str(path), error.strerror or str(error)) from error


def read(path: Path) -> Mapping[str, str | list[str]]:
    """Return the settings that a file sets, by `settings.Option.key`.

    The values are text as the environment has it, and lists of that: what an option can be is judged in one place.

    Raises:
        OpenConfigFile: others can write or replace it, so that they could send the numbers to an address of theirs.
        BadConfigFile: it is no TOML, cannot be read, or has a table or list where there can be only one value.
        UnknownSetting: a key that no option has.
    """
    try:
        found = tomllib.loads(_content(path))
    except OSError as error:
        raise BadConfigFile(str(path), error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise BadConfigFile(str(path), Sentence(N_("it is not in UTF-8"))) from error
    except tomllib.TOMLDecodeError as error:
        raise BadConfigFile(str(path), _where(error)) from error
    known = {option.key: option for option in OPTIONS}
    values: dict[str, str | list[str]] = {}
    for key, value in found.items():
        option = known.get(key.replace("-", "_"))
        if option is None:
            nearest = difflib.get_close_matches(key.replace("_", "-"), [option.name for option in OPTIONS], 1, 0)
            raise UnknownSetting(str(path), key, nearest[0])
        parts = value if option.multiple and isinstance(value, list) else [value]
        if any(isinstance(part, list | dict) for part in parts):
            raise BadConfigFile(str(path), Sentence(N_("'{key}' is set more than once"), key=key))
        texts = [_text(part) for part in parts]
        if option.kind in {"file", "folder"}:
            # Relative to the file that says it.
            texts = [str(path.parent / userfolders.expanded(text)) for text in texts]
        values[option.key] = texts if option.multiple else texts[0]
    return values


def commented() -> str:
    """Return a settings file to begin with: every option with its help, commented out, in the language in force."""
    parts = [_wrapped(_(_INTRODUCTION))]
    for option in OPTIONS:
        told = [_(option.help)]
        if option.choices:
            told.append(_("One of: {choices}.").format(choices=", ".join(option.choices)))
        if "*" not in option.commands:
            told.append(_("Commands: {commands}.").format(commands=", ".join(sorted(option.commands))))
        if option.shown_default:
            told.append(_("Default: {default}.").format(default=_(option.shown_default)))
        parts.append(f"{_wrapped(' '.join(told))}\n#{option.name} = {_sample(option)}")
    return "\n\n".join(parts) + "\n"


def create(path: Path) -> None:
    """Write `commented` to a new file, readable by its owner alone; missing folders are made.

    Raises:
        ConfigFileExists: there is such a file.
        ConfigFileUnwritable: it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(commented())
    except FileExistsError:
        raise ConfigFileExists(str(path)) from None
    except OSError as error:
        raise ConfigFileUnwritable(str(path), error.strerror or str(error)) from error


_INTRODUCTION = N_(
    "Settings of stopimport. Remove the # in front of a line to use it. The command line and the "
    "environment override this file. The API key never belongs here."
)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _where(error: tomllib.TOMLDecodeError) -> str | Sentence:
    """Return the place that cannot be understood; tomllib names it in English only."""
    found = re.search(r"line (\d+), column (\d+)", str(error))
    if not found:
        return Sentence(N_("its end is missing"))
    return Sentence(N_("line {line}, column {column} is not a setting"), line=found[1], column=found[2])


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 100, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False)


def _sample(option: Option) -> str:
    """Return the option's default as TOML, or a value of its kind where the default is found."""
    samples = {"flag": False, "count": option.least, "seconds": 0.0, "choice": next(iter(option.choices), "")}
    value = option.default if option.sample is None else option.sample
    if value is None:
        value = samples.get(option.kind, _(option.metavar or option.kind.upper()).strip("'"))
    # JSON's texts, numbers, booleans and lists of them are TOML's too.
    return json.dumps([value] if option.multiple else value, ensure_ascii=False)


def unknown_variables(environ: Mapping[str, str], prefix: str) -> list[tuple[str, str]]:
    """Return each variable of ours that no option knows, with the nearest name that one does."""
    known = [option.variable for option in OPTIONS] + [f"{prefix}CONFIG"]
    return [
        (name, difflib.get_close_matches(name, known, 1, 0)[0])
        for name in sorted(environ)
        if name.startswith(prefix) and name not in known
    ]


def _content(path: Path) -> str:
    """Return what is in a file that only its owner, this user or the administrator, can change."""
    with open_plain(path) as file:
        facts = os.fstat(file.fileno())
        opening = path if is_of_others(facts) else open_to_others(path, facts)
        if opening is not None:
            raise OpenConfigFile(str(path), str(opening))
        return file.read().decode("utf-8-sig")
