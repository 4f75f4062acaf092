"""From what the user names (files, folders, patterns) to the files meant, each once and with a name to show."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport.errors import UnreadableFile
from stopimport.filenames import JOURNAL, SUMMARY
from stopimport.loading.errors import MissingFile, NoMatch, NotAFile, NothingInFolder
from stopimport.loading.files.content import ENDINGS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

STDIN = "-"
_OURS = re.compile(r"(results|rejects|missing|undo)\b.*\.(csv|xlsx)$", re.IGNORECASE)


def expand(files: Sequence[str | Path]) -> list[Path | None]:
    """Return the files that `files` mean, in the order given, each once; None stands for standard input.

    Raises `MissingFile`, `NoMatch`, `NothingInFolder`, `NotAFile` or `UnreadableFile`: all or nothing.
    """
    found: dict[object, Path | None] = {}
    for file in files:
        if str(file) == STDIN:
            found.setdefault(STDIN, None)
            continue
        for path in _meant(file):
            found.setdefault(_identity(path), path)
    return list(found.values())


def names(paths: Sequence[Path]) -> dict[Path, str]:
    """Return the name to show for each path: its last part, and as many parts before it as tell it from the others."""
    parts = {path: Path.absolute(path).parts for path in paths}
    depth = dict.fromkeys(paths, 1)
    while True:
        shown = {path: "/".join(parts[path][-depth[path] :]) for path in paths}
        uses = Counter(shown.values())
        alike = [path for path in paths if uses[shown[path]] > 1 and depth[path] < len(parts[path])]
        if not alike:
            # A name in another encoding than the system's (by SFTP, say) is not text that tables could hold.
            return {path: os.fsencode(name).decode("utf-8", "replace") for path, name in shown.items()}
        for path in alike:
            depth[path] += 1


def listed_endings() -> str:
    """Return the known endings for a sentence."""
    return " ".join(ENDINGS)


def _meant(file: str | Path) -> Iterable[Path]:
    path = Path(file)
    # Python takes an empty name, as of a script's unset variable, for the working directory.
    status = _status(path) if str(file) else None
    if status is None:
        if not glob.has_magic(str(file)):
            raise MissingFile(str(file))
        return _matches(str(file))
    if stat.S_ISDIR(status.st_mode):
        return _in_folder(path)
    if not stat.S_ISREG(status.st_mode):
        raise NotAFile(str(file))
    return [path]


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise UnreadableFile(str(path), getattr(error, "strerror", None) or str(error)) from None


def _matches(pattern: str) -> list[Path]:
    """Return the files that a glob pattern matches, sorted; folders and lock files are passed over."""
    paths = [Path(match) for match in sorted(glob.glob(pattern, recursive=True))]  # noqa: PTH207 - Path.glob refuses absolute patterns
    matches = [path for path in paths if path.is_file() and not _is_aside(path)]
    if not matches:
        raise NoMatch(pattern)
    return matches


def _in_folder(folder: Path) -> list[Path]:
    try:
        entries = sorted(folder.iterdir(), key=lambda path: path.name)
    except OSError as error:
        raise UnreadableFile(str(folder), error.strerror or str(error)) from None
    is_run = any(entry.name in {JOURNAL, SUMMARY} for entry in entries)
    chosen = [entry for entry in _readable(entries) if not (is_run and _OURS.match(entry.name))]
    if not chosen:
        raise NothingInFolder(str(folder), listed_endings())
    return chosen


def _readable(entries: Iterable[Path]) -> Iterator[Path]:
    for entry in entries:
        if entry.suffix.lower() in ENDINGS and not _is_aside(entry) and entry.is_file():
            yield entry


def _is_aside(path: Path) -> bool:
    """Whether a file is hidden, or the lock file that Excel or LibreOffice puts beside an open one."""
    return path.name.startswith((".", "~$"))


def _identity(path: Path) -> object:
    """Return what is the same for two spellings of, or links to, one file."""
    status = path.stat()
    return (status.st_dev, status.st_ino) if status.st_ino else path.resolve()
