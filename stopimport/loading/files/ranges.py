"""Parts of a text file that others can read again: what they read is what was read here, or nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

_DIGEST = 32


class NotThereError(Exception):
    """Whoever should read a part of a file sees no such file, or another one."""


@dataclass(frozen=True, slots=True)
class Range:
    """Some lines of a text file."""

    path: str
    start: int
    size: int
    digest: bytes
    """Of these bytes: size and times of a file do not say what is in it."""
    first: int
    """Record of the first line, from 0."""
    lines: int
    width: int
    """Cells of each line."""
    delimiter: str

    @classmethod
    def of(cls, place: tuple[str, int], data: bytes, lines: int, width: int, delimiter: str) -> Range:
        """Return what tells others that `data`, read here, is to be found at `place`: a path, and where it begins.

        Which record is its first one remains to be said.
        """
        path, start = place
        return cls(path, start, len(data), _digest(data), 0, lines, width, delimiter)

    def read(self) -> bytes:
        """Return the lines.

        Raises:
            NotThereError: they are not to be found there, from where we are.
        """
        try:
            with open(self.path, "rb") as file:  # noqa: PTH123 - one open, and not more
                file.seek(self.start)
                data = file.read(self.size)
        except OSError:
            raise NotThereError from None
        if _digest(data) != self.digest:
            raise NotThereError
        return data


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_DIGEST).digest()
