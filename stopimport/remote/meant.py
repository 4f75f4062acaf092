"""From an address to the files meant: a file, a folder or a pattern, as on disk."""

from __future__ import annotations

import glob
import re
from fnmatch import translate
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from stopimport.loading.files.content import ENDINGS
from stopimport.remote.errors import RemoteMissing, RemoteNoMatch, RemoteNothing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stopimport.remote.address import Address
    from stopimport.remote.store import Entry, Listing, Store

_ASIDE = (".", "~$")
"""Beginnings of hidden files, and of the lock files of spreadsheet programs."""
_ANY_DEPTH = "**"


def meant(address: Address, store: Store) -> list[Entry]:
    """Return the files that an address means, sorted by name.

    Raises:
        RemoteMissing, RemoteNoMatch, RemoteNothing: there is none.
        RemoteError: the store cannot be asked.
    """
    path = address.path
    if path and not path.endswith("/") and (found := store.look(path)):
        return [found]
    listing = store.list(path)
    if listing is not None:
        chosen = [entry for entry in _files(store, path, listing) if _is_table(entry.address.name)]
        if not chosen:
            raise RemoteNothing(str(address), " ".join(ENDINGS))
        return chosen
    if not glob.has_magic(path):
        raise RemoteMissing(str(address))
    matches = sorted(_matches(address, store), key=lambda entry: entry.address.path)
    if not matches:
        raise RemoteNoMatch(str(address))
    return matches


def _files(store: Store, folder: str, listing: Listing) -> list[Entry]:
    """Return the files in a folder, those behind links too."""
    behind = [store.look(_join(folder, name)) for name in listing.others if _is_table(name)]
    return sorted([*listing.files, *filter(None, behind)], key=lambda entry: entry.address.name)


def _join(folder: str, name: str) -> str:
    return f"{folder}{name}" if not folder or folder.endswith("/") else f"{folder}/{name}"


def _is_table(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in ENDINGS and not name.startswith(_ASIDE)


def _matches(address: Address, store: Store) -> Iterator[Entry]:
    """Yield the files that a pattern matches; as on disk, no sign stands for the dot of a hidden name."""
    parts = address.path.split("/")
    plain = next(number for number, part in enumerate(parts) if glob.has_magic(part))
    found: dict[str, Entry] = {}
    for entry in _below(store, "/".join(parts[:plain]), parts[plain:]):
        if not entry.address.name.startswith("~$"):
            found.setdefault(entry.address.path, entry)
    yield from found.values()


def _below(store: Store, folder: str, parts: list[str]) -> Iterator[Entry]:
    part, *others = parts
    listing = store.list(folder)
    if listing is None:
        return
    if part == _ANY_DEPTH:
        # None, one, or more folders deep.
        yield from _below(store, folder, others or ["*"])
        for name in listing.folders:
            if not name.startswith("."):
                yield from _below(store, _join(folder, name), parts)
        return
    if not others:
        yield from (entry for entry in _files(store, folder, listing) if _fits(entry.address.name, part))
        return
    for name in listing.folders:
        if _fits(name, part):
            yield from _below(store, _join(folder, name), others)


def _fits(name: str, part: str) -> bool:
    if name.startswith(".") and not part.startswith("."):
        return False
    return re.match(translate(part), name) is not None
