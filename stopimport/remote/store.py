"""What is asked of a store: `Store` is the seam, `objects` and `sftp` are what is behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from stopimport.remote.address import Address

PIECE = 4 << 20
"""Bytes that are fetched at a time: as much is held in memory."""
PATIENCE = 120.0
"""Seconds for one piece, or one question: less than 35 kB/s is no connection."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as a store shows it."""

    address: Address
    size: int
    time: float
    """When it was last written, by the store's clock."""
    mark: str
    """What differs when somebody has written it: an etag, or size and time."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is in a folder."""

    files: tuple[Entry, ...]
    folders: tuple[str, ...]
    """Names."""
    others: tuple[str, ...] = ()
    """Names of what is neither: links that lead nowhere, devices."""


class Store(Protocol):
    """A bucket, a container, or a server; each method raises the errors of `remote.errors`."""

    def look(self, path: str) -> Entry | None:
        """Return the file at `path`; None if there is none."""

    def list(self, folder: str) -> Listing | None:
        """Return what is in `folder`, sorted by name, nothing below it; None if there is no such folder."""

    def fetch(self, entry: Entry, target: BinaryIO, most: int) -> None:
        """Write the content of `entry`, as it was when it was found, into `target`.

        Raises:
            RemoteChanged: it has changed since.
            FileTooBig: it has more than `most` bytes.
        """

    def close(self) -> None:
        """Give up the connection."""
