"""Large text files, read a block at a time: they need not be in memory as a whole."""

from __future__ import annotations

import hashlib
import os
import weakref
from typing import TYPE_CHECKING

from stopimport.errors import UnreadableFile
from stopimport.loading.errors import EmptyFile, FileTooBig
from stopimport.loading.files.archives import size_text
from stopimport.text.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 1 << 23
_CHANGED = N_("it was changed while it was read")


class Blocks:
    """The content of an open file in blocks that end with a line, and its checksum.

    Whoever reads it a second time gets the same, or an error.
    """

    def __init__(self, descriptor: int, name: str, most: int, size: int = SIZE, path: str = "") -> None:
        """Take over an open file.

        Args:
            descriptor: of the file; it is closed when nobody knows this object any more.
            name: as people see it.
            most: bytes that it may have.
            size: about how many bytes a block has.
            path: by which others may find the file.
        """
        self.path = path
        self._descriptor, self._name, self._most, self._size = descriptor, name, most, size
        self.sha256 = ""
        """Of the whole file; '' until it was read once."""
        weakref.finalize(self, os.close, descriptor)

    def __iter__(self) -> Iterator[bytes]:
        """Yield the blocks.

        Raises:
            EmptyFile: nothing is left of it.
            FileTooBig: it has grown beyond what it may have.
            UnreadableFile: it cannot be read, or is not what it was when it was read before.
        """
        digest, total = hashlib.sha256(), 0
        rest: list[bytes] = []
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        while chunk := self._read():
            digest.update(chunk)
            total += len(chunk)
            if total > self._most:
                raise FileTooBig(self._name, size_text(self._most))
            end = chunk.rfind(b"\n") + 1
            if end:
                yield b"".join([*rest, chunk[:end]])
                rest = []
            if end < len(chunk):
                rest.append(chunk[end:])
        if rest:
            yield b"".join(rest)
        if not total:
            raise EmptyFile(self._name)
        if self.sha256 not in {"", digest.hexdigest()}:
            raise UnreadableFile(self._name, _(_CHANGED))
        self.sha256 = digest.hexdigest()

    def whole(self) -> bytes:
        """Return all of it; errors as above."""
        return b"".join(self)

    def _read(self) -> bytes:
        try:
            return os.read(self._descriptor, self._size)
        except OSError as error:
            raise UnreadableFile(self._name, error.strerror or str(error)) from None
