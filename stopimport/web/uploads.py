"""Files that a browser sends: streamed to disk, under names that can do no harm."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import secrets
import shutil
import unicodedata
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from stopimport.runs.errors import FolderBusy
from stopimport.runs.locks import folder_lock, is_running, state_folder
from stopimport.text.language import N_, _
from stopimport.web.errors import BadForm, NoFiles, NoRoom, TooBig, TooManyFiles

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

_LONGEST = 100
"""Characters of a name: systems differ in what they take, and runs are called after it."""
_ENDING = 12
_KEPT = "kept-"
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\/]+')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_FIELD = 10_000
_HEADER = 20_000


TYPED = N_("typed-numbers.txt")
"""What numbers are called that were typed or pasted."""


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One file that was dropped."""

    name: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken at once."""

    megabytes: int = 1000
    files: int = 100
    form_bytes: int = 500_000
    """Of a form without files."""

    @property
    def bytes(self) -> int:
        """Of an upload."""
        return self.megabytes * 1_000_000


@contextmanager
def upload_folder(runs: Path) -> Iterator[tuple[Path, bool]]:
    """Give the folder for the drafts of a page, and whether they are kept there when the page's server has ended.

    They are, for each folder of runs; a second server beside another one for the same has a folder of its own, which
    goes away with it. What a killed one left there goes, too.

    Raises:
        NoRoom: it cannot be made.
    """
    with ExitStack() as stack:
        try:
            found = _held(stack, state_folder() / "uploads", runs)
        except OSError as error:
            raise NoRoom(error.strerror or str(error)) from error
        yield found


def _held(stack: ExitStack, home: Path, runs: Path) -> tuple[Path, bool]:
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in home.iterdir():
        if not left.name.startswith(_KEPT) and not is_running(left):
            shutil.rmtree(left, ignore_errors=True)
    kept = home / f"{_KEPT}{hashlib.sha256(os.fsencode(runs.resolve())).hexdigest()[:16]}"
    kept.mkdir(mode=0o700, exist_ok=True)
    with suppress(FolderBusy):
        stack.enter_context(folder_lock(kept))
        return kept, True
    mine = home / secrets.token_hex(8)
    mine.mkdir(mode=0o700)
    stack.callback(shutil.rmtree, mine, ignore_errors=True)
    stack.enter_context(folder_lock(mine))
    return mine, False


def safe_name(name: str, taken: set[str]) -> str:
    """Return a name for a file that the browser calls `name`: its last part, without what any system minds.

    Args:
        name: anything at all.
        taken: the names of the other files, folded; the new one is put there.
    """
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    last = re.split(r"[\\/]", plain)[-1]
    clean = " ".join(_UNSAFE.sub("_", last).split()).strip(" .") or "file"
    clean = f"_{clean}" if _RESERVED.match(clean) or clean.startswith("~$") else clean
    ending = PurePosixPath(clean).suffix[:_ENDING]
    stem = clean.removesuffix(ending)[: _LONGEST - len(ending)]
    for number in range(1, len(taken) + 2):
        found = f"{stem} ({number}){ending}" if number > 1 else f"{stem}{ending}"
        if found.casefold() not in taken:
            break
    taken.add(found.casefold())
    return found


def write_typed(text: str, folder: Path) -> UploadedFile:
    """Write numbers that somebody typed or pasted into `folder`, as a file that is the user's alone.

    Raises:
        NoRoom: the disk is full.
    """
    path = folder / _(TYPED)
    data = text.encode("utf-8", "replace")
    try:
        path.touch(mode=0o600)
        path.write_bytes(data)
    except OSError as error:
        raise NoRoom(error.strerror or str(error)) from error
    return UploadedFile(path.name, len(data))


async def receive(
    body: AsyncIterator[bytes], content_type: str, folder: Path, limits: Limits, prove: Callable[[str], None]
) -> tuple[UploadedFile, ...]:
    """Write the files of a multipart body into `folder`, chunk by chunk.

    Args:
        body: the request's body.
        content_type: its type, which names the boundary.
        folder: a folder that is empty.
        limits: how much is taken.
        prove: called with the field ``csrf``, which must be before the files; raises if it is not the right one.

    Raises:
        BadForm: it is no form with files.
        NoFiles, TooBig, TooManyFiles: so it is.
        NoRoom: the disk is full.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or not options.get(b"boundary"):
        raise BadForm
    total = 0
    with ExitStack() as stack:
        parts = _Parts(folder, limits, prove, stack)
        try:
            parser = MultipartParser(options[b"boundary"], parts.callbacks())
        except FormParserError as error:
            # A boundary that is too long.
            raise BadForm from error
        async for chunk in body:
            total += len(chunk)
            if total > limits.bytes:
                raise TooBig(limits.megabytes)
            # Writing to a slow disk must not hold up what others ask for.
            await asyncio.to_thread(parts.feed, parser, chunk)
    if not parts.ended:
        raise BadForm
    if not parts.files:
        raise NoFiles
    return tuple(UploadedFile(file.name, size) for file, size in parts.files)


class _Parts:
    """The parts of one body, as the parser finds them."""

    def __init__(self, folder: Path, limits: Limits, prove: Callable[[str], None], stack: ExitStack) -> None:
        self.files: list[tuple[Path, int]] = []
        self.ended = False
        self._folder, self._limits, self._prove, self._stack = folder, limits, prove, stack
        self._taken: set[str] = set()
        self._proved = False
        self._header: dict[bytes, bytearray] = {}
        self._name, self._value = bytearray(), bytearray()
        self._disposition: dict[bytes, bytes] = {}
        self._field: bytearray | None = None
        self._file: BinaryIO | None = None

    def callbacks(self) -> Any:  # noqa: ANN401 - a TypedDict of the library's own
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._over,
        }

    def feed(self, parser: MultipartParser, chunk: bytes) -> None:
        """Parse one chunk."""
        try:
            parser.write(chunk)
        except FormParserError as error:
            raise BadForm from error
        except OSError as error:
            raise NoRoom(error.strerror or str(error)) from error

    def _begin(self) -> None:
        self._disposition, self._field, self._file = {}, None, None
        self._name, self._value = bytearray(), bytearray()

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]
        self._measure()

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]
        self._measure()

    def _measure(self) -> None:
        if len(self._name) + len(self._value) > _HEADER:
            raise BadForm

    def _header_end(self) -> None:
        if self._name.lower() == b"content-disposition":
            self._disposition = parse_options_header(bytes(self._value))[1]
        self._name, self._value = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        name = self._disposition.get(b"name", b"")
        if name == b"csrf":
            self._field = bytearray()
        elif name == b"files" and self._disposition.get(b"filename"):
            self._open(self._disposition[b"filename"].decode("utf-8", "replace"))
        elif name == b"typed":
            self._open(_(TYPED))

    def _open(self, name: str) -> None:
        if not self._proved:
            # Raises: where the token is not in a header it has to come first.
            self._prove("")
        if len(self.files) == self._limits.files:
            raise TooManyFiles(self._limits.files)
        path = self._folder / safe_name(name, self._taken)
        self._file = self._stack.enter_context(path.open("xb"))
        with suppress(OSError):
            path.chmod(0o600)
        self.files.append((path, 0))

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is not None:
            self._file.write(data[start:end])
            path, size = self.files[-1]
            self.files[-1] = (path, size + end - start)
        elif self._field is not None:
            self._field += data[start:end]
            if len(self._field) > _FIELD:
                raise BadForm

    def _end(self) -> None:
        if self._file is not None:
            self._file.close()
        if self._field is not None:
            self._prove(self._field.decode("utf-8", "replace"))
            self._proved = True
        self._file = self._field = None

    def _over(self) -> None:
        self.ended = True
