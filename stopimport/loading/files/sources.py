"""The files of a run, opened: unpacked where packed, and known for what they are.

All or nothing: the first file that cannot be read ends the matter with an error, before anything else happens.
"""

from __future__ import annotations

import hashlib
import mmap
import sys
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO

from stopimport.errors import UnreadableFile
from stopimport.loading.errors import EmptyFile, NestedArchive, NothingInFolder
from stopimport.loading.files import archives, paths
from stopimport.loading.files.content import ENDINGS, HEAD, FileKind, Packed, is_container, kind_of
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_MAPPED = 16 << 20
"""Plain files from this size on are mapped into memory instead of copied there."""
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
    data: bytes | mmap.mmap
    sha256: str
    """Of the file as it is on disk; of a member of a zip, of the member."""
    notices: tuple[Sentence, ...] = ()


def resolve(files: Sequence[str | Path], *, stdin: BinaryIO | None = None) -> list[Input]:
    """Open what `files` mean (files, folders, glob patterns, ``-``), in the order given, each file once.

    `stdin` is read for ``-`` (the process's own without it). Raises the errors of `paths.expand`, and `EmptyFile`,
    `UnreadableFile`, `WrongKind`, `EncryptedFile`, `DamagedFile`, `UnpacksTooFar`, `NestedArchive` and
    `NothingInFolder` for what cannot be read.
    """
    found = paths.expand(files)
    shown = paths.names([path for path in found if path])
    inputs: list[Input] = []
    for path in found:
        name, data = (shown[path], _read(path, shown[path])) if path else ("stdin", _read_stream(stdin))
        inputs.extend(_open(name, data))
    return inputs


def _read(path: Path, name: str) -> bytes | mmap.mmap:
    """Return a file's content: mapped if it is big and plain, for text is read in place."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            if len(head) == HEAD and not is_container(head) and path.stat().st_size >= _MAPPED:
                return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return head + file.read()
    except OSError as error:
        raise UnreadableFile(name, error.strerror or str(error)) from None


def _read_stream(stdin: BinaryIO | None) -> bytes:
    return (stdin or sys.stdin.buffer).read()


def _open(name: str, data: bytes | mmap.mmap) -> Iterator[Input]:
    """Yield the inputs that one file holds: itself, or the members of an archive."""
    if not len(data):
        raise EmptyFile(name)
    sha256 = hashlib.sha256(data).hexdigest()
    label = PurePosixPath(name)
    kind = kind_of(data, name)
    if kind == "gz":
        data = archives.gunzip(bytes(data), name)
        label = label.with_suffix("") if label.suffix.lower() == ".gz" else label
        if not data:
            raise EmptyFile(name)
        kind = _unnested(kind_of(data, name), name)
    if kind == "zip":
        yield from _members(name, bytes(data))
    else:
        yield Input(name, kind, data, sha256, _label_notices(name, label.suffix, kind))


def _members(name: str, data: bytes) -> Iterator[Input]:
    """Yield the files in a zip, by name; raises `NestedArchive`, and `NothingInFolder` if there is none to read."""
    allowance = archives.Allowance(name, len(data))
    entries = sorted(filter(_is_table, archives.directory(data, name)), key=lambda info: info.filename)
    if not entries:
        raise NothingInFolder(name, paths.listed_endings())
    for info in entries:
        member = f"{name}/{_inner(info)}"
        content = b"".join(archives.unpack(data, info, allowance))
        if not content:
            raise EmptyFile(member)
        kind = _unnested(kind_of(content, member), member)
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
