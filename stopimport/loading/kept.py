"""Files read once and kept as they were read, for whoever looks at them again and again."""

from __future__ import annotations

import hashlib
import json
import pickle
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stopimport.errors import StopimportError
from stopimport.loading.stage import read
from stopimport.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.raw import RawFile
    from stopimport.text.language import Sentence

_ENDING = ".cells"


@dataclass(slots=True)
class ReadFiles:
    """Files as they are, nothing judged yet."""

    raws: list[RawFile] = field(default_factory=list)
    told: list[Sentence] = field(default_factory=list)
    """What is to be told about reading them."""
    unusable: dict[str, StopimportError] = field(default_factory=dict)
    """By path: files that could not be read, and why."""
    paths: list[str] = field(default_factory=list)
    """Of each of `raws`, the file that it is of: an archive holds several."""


def read_each(files: Sequence[str], options: LoadOptions, place: Path) -> ReadFiles:
    """Read each of `files`, whatever becomes of the others; what was read so before is taken from `place`.

    Args:
        files: paths of files that do not change.
        options: how they are read.
        place: a folder that nobody but this user and this program writes in.
    """
    place.mkdir(mode=0o700, exist_ok=True)
    found = ReadFiles()
    for file in files:
        kept = place / f"{_key(file, options)}{_ENDING}"
        try:
            raws, told = _from(kept) or _read(file, options, kept)
        except StopimportError as error:
            found.unusable[file] = error
            continue
        found.raws += raws
        found.told += told
        found.paths += [file] * len(raws)
    return found


def _key(file: str, options: LoadOptions) -> str:
    """Return what names a file read in this way by this version of the program."""
    told = [__version__, file, options.encoding, options.delimiter, options.sheet, options.max_file_size]
    return hashlib.sha256(json.dumps(told).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _from(kept: Path) -> tuple[list[RawFile], list[Sentence]] | None:
    """Return what was kept; None where there is nothing of use: then it is read again."""
    try:
        with kept.open("rb") as file:
            return pickle.load(file)  # type: ignore[no-any-return] # noqa: S301 - written below, in a folder of our own
    except Exception:  # noqa: BLE001 - a file that was cut off can be anything
        return None


def _read(file: str, options: LoadOptions, kept: Path) -> tuple[list[RawFile], list[Sentence]]:
    made = read([file], options)
    aside = kept.with_suffix(".new")
    # A full disk costs time, not the work.
    with suppress(OSError):
        aside.touch(mode=0o600)
        with aside.open("wb") as whole:
            pickle.dump(made, whole, protocol=5)
        aside.replace(kept)
    return made
