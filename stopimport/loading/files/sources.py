"""The files of a run, opened: unpacked where packed, and known for what they are.

All or nothing: the first file that cannot be read ends the matter with an error, before anything else happens.
"""

from __future__ import annotations

import hashlib
import io
import os
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from stopimport.errors import UnreadableFile
from stopimport.loading.cells import MOST_BYTES
from stopimport.loading.errors import EmptyFile, FileTooBig, NestedArchive, NotAFile, NothingInFolder
from stopimport.loading.files import archives, paths
from stopimport.loading.files.blocks import Blocks
from stopimport.loading.files.content import ENDINGS, HEAD, FileKind, Packed, is_container, kind_of, packing
from stopimport.plainfiles import NO_FILE, NotPlain, open_plain
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterator, Sequence

    _Kind = Callable[[bytes, str], FileKind | Packed]

_CHUNK = 1 << 20
LARGE = 1 << 24
"""Bytes from which on a text is read in blocks."""
_KIND_NAMES: dict[FileKind, str] = {
    "text": N_("a text file"),
    "xlsx": N_("an Excel workbook (.xlsx)"),
    "xls": N_("an old Excel workbook (.xls)"),
    "xlsb": N_("a binary Excel workbook (.xlsb)"),
    "ods": N_("a LibreOffice workbook (.ods)"),
}
_MISLABELLED = N_("{file} is really {kind} and was read as one, although its name ends in {ending}.")


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read."""

    name: str
    """As people see it: the last part of its path, more of it where two inputs share that; `a.zip/inner.csv` for a
    member of an archive, ``stdin`` for standard input."""
    kind: FileKind
    """By content, never by name."""
    content: bytes | Blocks
    """A large text file is read later, in blocks."""
    checksum: str
    """Of the file as it is on disk; of a member of a zip, of the member."""
    notices: tuple[Sentence, ...] = ()

    @property
    def data(self) -> bytes:
        """All of its content."""
        return self.content if isinstance(self.content, bytes) else self.content.whole()

    @property
    def sha256(self) -> str:
        """Its checksum, once it was read."""
        return self.checksum if isinstance(self.content, bytes) else self.content.sha256


def resolve(
    files: Sequence[str | Path],
    *,
    stdin: BinaryIO | None = None,
    most: int = MOST_BYTES,
    lone: bool = False,
    encoding: str | None = None,
) -> list[Input]:
    """Open what `files` mean, in the order given, each file once.

    Args:
        files: files, folders, glob patterns, ``-``; with `lone` paths of files and nothing else.
        stdin: read for ``-`` (the process's own without it).
        most: bytes of a file, or of what comes out of a packed one.
        lone: others may have put the files there, so that no link is followed.
        encoding: of text, where it was named.

    Raises the errors of `paths.expand`, and `EmptyFile`, `FileTooBig`, `UnreadableFile`, `WrongKind`, `EncryptedFile`,
    `DamagedFile`, `UnpacksTooFar`, `NestedArchive` and `NothingInFolder` for what cannot be read.
    """
    found = [Path(file) for file in files] if lone else paths.expand(files)
    shown = paths.names([path for path in found if path])
    inputs: list[Input] = []
    find_kind = partial(kind_of, encoding=encoding)
    for path in found:
        name = shown[path] if path else "stdin"
        data = _read(path, name, most, find_kind, lone=lone) if path else _all_of(stdin or sys.stdin.buffer, name, most)
        inputs.extend(_open(name, data, most, find_kind) if isinstance(data, bytes) else [_later(name, data)])
    return inputs


def _read(path: Path, name: str, most: int, find_kind: _Kind, *, lone: bool) -> bytes | Blocks:
    """Return a file's content: read, not mapped, for what others cut short under a map ends the process.

    A large text is not read yet, but open.
    """
    try:
        with open_plain(path, lone=lone) as file:
            size = os.fstat(file.fileno()).st_size
            if size > most:
                # Before a byte is read: a sparse file may say that it has terabytes.
                raise FileTooBig(name, archives.size_text(most))
            if size >= LARGE and _is_text(os.read(file.fileno(), HEAD), name, find_kind):
                return Blocks(os.dup(file.fileno()), name, most, path=str(path.absolute()))
            file.seek(0)
            return _all_of(file, name, most, size)
    except NotPlain as error:
        if error.strerror == NO_FILE:
            raise NotAFile(name) from None
        raise UnreadableFile(name, str(error.strerror)) from None
    except OSError as error:
        raise UnreadableFile(name, error.strerror or str(error)) from None


def _is_text(head: bytes, name: str, find_kind: _Kind) -> bool:
    return packing(head) is None and not is_container(head) and find_kind(head, name) == "text"


def _later(name: str, blocks: Blocks) -> Input:
    return Input(name, "text", blocks, "", _label_notices(name, PurePosixPath(name).suffix, "text"))


def _all_of(stream: BinaryIO, name: str, most: int, size: int = 0) -> bytes:
    """Return what `stream` has, which should be `size` bytes: a file that somebody writes may have more."""
    chunk = stream.read(size + 1)
    if len(chunk) <= size:
        return chunk
    whole = io.BytesIO()
    while chunk:
        whole.write(chunk)
        if whole.tell() > most:
            raise FileTooBig(name, archives.size_text(most))
        chunk = stream.read(_CHUNK)
    return whole.getvalue()


def _open(name: str, data: bytes, most: int, find_kind: _Kind) -> Iterator[Input]:
    """Yield the inputs that one file holds: itself, or the members of an archive."""
    if not data:
        raise EmptyFile(name)
    sha256 = hashlib.sha256(data).hexdigest()
    label = PurePosixPath(name)
    kind = find_kind(data, name)
    if kind == "gz":
        data = archives.gunzip(data, name, most)
        label = label.with_suffix("") if label.suffix.lower() == ".gz" else label
        if not data:
            raise EmptyFile(name)
        kind = _unnested(find_kind(data, name), name)
    if kind == "zip":
        yield from _members(name, data, most, find_kind)
    else:
        yield Input(name, kind, data, sha256, _label_notices(name, label.suffix, kind))


def _members(name: str, data: bytes, most: int, find_kind: _Kind) -> Iterator[Input]:
    """Yield the files in a zip, by name; raises `NestedArchive`, and `NothingInFolder` if there is none to read."""
    allowance = archives.Allowance(name, len(data))
    entries = sorted(filter(_is_table, archives.directory(data, name)), key=lambda info: info.filename)
    if not entries:
        raise NothingInFolder(name, paths.listed_endings())
    for info in entries:
        member = f"{name}/{_inner(info)}"
        content = b"".join(archives.bounded(archives.unpack(data, info, allowance), member, most))
        if not content:
            raise EmptyFile(member)
        kind = _unnested(find_kind(content, member), member)
        notices = _label_notices(member, PurePosixPath(member).suffix, kind)
        yield Input(member, kind, content, hashlib.sha256(content).hexdigest(), notices)


def _unnested(kind: FileKind | Packed, name: str) -> FileKind:
    """Return the kind of what came out of an archive; raises `NestedArchive` if that is one again."""
    if kind == "gz" or kind == "zip":  # noqa: PLR1714 - mypy narrows this form only
        raise NestedArchive(name)
    return kind


def _inner(info: zipfile.ZipInfo) -> str:
    return info.filename.replace("\\", "/").strip("/")


def _is_table(info: zipfile.ZipInfo) -> bool:
    """Whether a member is to be read: known ending, and neither hidden nor a system's own (as in folders)."""
    path = PurePosixPath(_inner(info))
    # Nothing is written to disk, so that a member named `../list.csv` does no harm.
    aside = any((part.startswith((".", "~$")) and part != "..") or part == "__MACOSX" for part in path.parts)
    return not aside and path.suffix.lower() in ENDINGS


def _label_notices(name: str, ending: str, kind: FileKind) -> tuple[Sentence, ...]:
    """Say so where a file's name promises something else than its content is."""
    promised = ENDINGS.get(ending.lower(), kind)
    return (
        ()
        if promised == kind
        else (Sentence(_MISLABELLED, file=name, kind=Sentence(_KIND_NAMES[kind]), ending=ending),)
    )
