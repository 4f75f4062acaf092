"""The other columns that help to know whose number a row is: a name, a customer's number.

What is chosen is kept in the run, as with `--keep`, and remembered for files with the same headers: only headers, no
cell of them.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from stopimport import userfolders
from stopimport.loading.columns.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from stopimport.loading.preview import ColumnPreview, FilesPreview

_FILE = "columns.json"
_MOST_KINDS = 500
"""Kinds of files that are remembered, those chosen for last."""


def headers_of(preview: FilesPreview) -> tuple[str, ...]:
    """Return the headers that can be chosen: each once, without those of the phone columns."""
    phones = {fold(column.label) for column in _columns(preview) if column.phone}
    found = {fold(column.label): column.label for column in reversed(list(_columns(preview)))}
    wanted = [fold(column.label) for column in _columns(preview) if column.label != column.letter]
    return tuple(found[name] for name in dict.fromkeys(wanted) if name not in phones)


def remembered(preview: FilesPreview) -> tuple[str, ...]:
    """Return what was chosen for files of this kind."""
    known = {fold(name): name for name in headers_of(preview)}
    names = _read().get(_kind(preview), ())
    return tuple(known[fold(name)] for name in names if fold(name) in known)


def remember(preview: FilesPreview, names: Sequence[str]) -> None:
    """Remember a choice; that it cannot be is no reason to stop."""
    kind = _kind(preview)
    known = {key: value for key, value in _read().items() if key != kind} | {kind: list(names)}
    kept = dict(list(known.items())[-_MOST_KINDS:])
    path = _path()
    aside = path.with_name(f"{path.name}.new")
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(kept, file)
        aside.replace(path)


def _columns(preview: FilesPreview) -> Iterator[ColumnPreview]:
    for file in preview.files:
        for sheet in file.sheets:
            if not sheet.skipped:
                yield from sheet.columns


def _kind(preview: FilesPreview) -> str:
    """Return what names the kind of files: the hash of their headers, in whatever order."""
    headers = sorted({fold(column.label) for column in _columns(preview)})
    return hashlib.sha256("\0".join(headers).encode("utf-8", "replace")).hexdigest()


def _path() -> Path:
    return userfolders.state() / _FILE


def _read() -> dict[str, list[str]]:
    try:
        found = json.loads(_path().read_bytes())
    except (OSError, ValueError):
        return {}
    known = found.items() if isinstance(found, dict) else ()
    return {key: [str(name) for name in names] for key, names in known if isinstance(names, list)}
