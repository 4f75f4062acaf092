"""Bringing files here, into a private folder that is gone afterwards."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport.remote.address import is_address, parse
from stopimport.remote.errors import NoRoom
from stopimport.remote.meant import meant
from stopimport.remote.opening import Stores

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stopimport.remote.address import Address
    from stopimport.remote.store import Entry, Store

_LONGEST = 255
"""Bytes of a name that every file system takes."""
_ENDING = 10


@contextmanager
def brought(files: Sequence[str | Path], most: int) -> Iterator[Sequence[str | Path]]:
    """Give `files` with copies in the place of addresses, as long as the ``with`` block lasts.

    Where an address means several files, all of them stand in its place; each file is brought once. A copy lies in
    folders that are called as those of its address, so that names are told apart as those of files on disk.

    Args:
        files: as people name them.
        most: bytes that a file may have.

    Raises:
        RemoteError: one of them cannot be had.
        FileTooBig: one of them is too large.
        NoRoom: this machine has no room for it.
    """
    if not any(map(is_address, files)):
        yield files
        return
    with tempfile.TemporaryDirectory(prefix="stopimport-", ignore_cleanup_errors=True) as folder:
        with Stores() as stores:
            here = [
                bring(*item, Path(folder) / str(number), most) if isinstance(item, tuple) else item
                for number, item in enumerate(_found(files, stores))
            ]
        yield here


def bring(entry: Entry, store: Store, folder: Path, most: int) -> Path:
    """Bring one file into `folder`, which is made, and return where it is.

    Raises:
        RemoteError, FileTooBig, NoRoom: as `brought`.
    """
    path = folder.joinpath(*_parts(entry.address))
    try:
        path.parent.mkdir(mode=0o700, parents=True)
        with path.open("xb") as target:
            store.fetch(entry, target, most)
    except OSError as error:
        raise NoRoom(str(entry.address), str(folder), error.strerror or str(error)) from None
    return path


def _found(files: Sequence[str | Path], stores: Stores) -> list[tuple[Entry, Store] | str | Path]:
    """Return the files that are here as they were named, and the others with their stores."""
    found: list[tuple[Entry, Store] | str | Path] = []
    known: set[Address] = set()
    # A slip in the last address is told before the first is asked for.
    addresses = {file: parse(file) for file in files if isinstance(file, str) and is_address(file)}
    for file in files:
        address = addresses.get(str(file))
        if address is None:
            found.append(file)
            continue
        store = stores.of(address)
        new = [entry for entry in meant(address, store) if entry.address not in known]
        known.update(entry.address for entry in new)
        found += [(entry, store) for entry in new]
    return found


def _parts(address: Address) -> list[str]:
    parts = [address.scheme, address.place, *address.path.split("/")]
    return [safe_name(part) for part in parts if part not in {"", ".", ".."}]


def safe_name(part: str) -> str:
    """Return a part of an address as a name on disk: cut to what fits, before its ending."""
    part = part.replace("\0", "")
    if os.name == "nt":
        part = "".join("_" if sign in '<>:"|?*\\' or ord(sign) < 32 else sign for sign in part)
    dot = part.rfind(".")
    ending = part[dot:] if 0 < len(part) - dot <= _ENDING and dot > 0 else ""
    stem = part.removesuffix(ending)
    while len(os.fsencode(stem + ending)) > _LONGEST:
        stem = stem[:-1]
    return stem + ending or "_"
