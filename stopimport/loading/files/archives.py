"""Unpacking zip and gzip data with a bound, whatever their headers claim.

Sizes in a zip's directory are claims: a bomb lies about them. Everything here counts what really comes out.
"""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.loading.errors import DamagedFile, EncryptedFile, UnpacksTooBig, UnpacksTooFar, UnsupportedPacking
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 1 << 20
FREE = 64 << 20
"""Below this, no ratio is suspicious: a million lines of bare delimiters pack a thousandfold."""
RATIO = 200
"""Exports pack 3 to 30 times, bombs about 1,000 times (deflate's limit is 1,032)."""
MOST = 4 << 30
CUT_OFF = N_("it ends too early")
CHECKSUM = N_("its checksum is wrong")
CANNOT_UNPACK = N_("it cannot be unpacked")

_LOCAL_HEADER = struct.Struct("<4s22xHH")
_ENCRYPTED = 0x1


@dataclass(slots=True)
class Allowance:
    """How much may come out of one file: counts what does, and refuses bombs."""

    file: str
    packed: int
    unpacked: int = 0
    most: int = MOST
    """The bound that holds whatever the ratio is."""

    def take(self, size: int) -> None:
        """Count `size` more unpacked bytes; raises `UnpacksTooFar` where no honest file gets to."""
        self.unpacked += size
        if self.unpacked > self.most or (self.unpacked > FREE and self.unpacked > RATIO * self.packed):
            raise UnpacksTooFar(self.file, self.unpacked // 1_000_000)


def size_text(size: int) -> Sentence:
    """Return a limit of so many bytes as its option takes it."""
    for unit, text in ((10**9, N_("{number:,} GB")), (10**6, N_("{number:,} MB"))):
        if size % unit == 0:
            return Sentence(text, number=size // unit)
    return Sentence(N_("{number:,} bytes"), number=size)


def bounded(pieces: Iterator[bytes], file: str, most: int) -> Iterator[bytes]:
    """Yield `pieces` of what is to be read as `file`; raises `UnpacksTooBig` where they are more than `most` bytes."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            raise UnpacksTooBig(file, size_text(most))
        yield piece


def gunzip(data: bytes, file: str, most: int) -> bytes:
    """Return what the gzip `data` holds (all its members).

    Raises `DamagedFile`, `UnpacksTooFar`, and `UnpacksTooBig` where that is more than `most` bytes.
    """
    whole = io.BytesIO()
    try:
        for chunk in bounded(_gunzip(data, file), file, most):
            whole.write(chunk)
    except EOFError:
        raise DamagedFile(file, Sentence(CUT_OFF)) from None
    except (OSError, zlib.error):
        raise DamagedFile(file, Sentence(CANNOT_UNPACK)) from None
    return whole.getvalue()


def _gunzip(data: bytes, file: str) -> Iterator[bytes]:
    allowance = Allowance(file, len(data))
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        while chunk := stream.read(CHUNK):
            allowance.take(len(chunk))
            yield chunk


def directory(data: bytes, file: str) -> list[zipfile.ZipInfo]:
    """Return the entries of a zip, folders left out; raises `DamagedFile` if its directory cannot be read."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # A damaged directory may hold an empty name, of which `is_dir` wants the last letter.
            return [info for info in archive.infolist() if not info.filename.endswith("/")]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
        raise DamagedFile(file, Sentence(CUT_OFF)) from None


def unpack(data: bytes, info: zipfile.ZipInfo, allowance: Allowance) -> Iterator[bytes]:
    """Yield the content of one entry in pieces, until its stream really ends.

    Raises `EncryptedFile`, `UnsupportedPacking`, `UnpacksTooFar`, and `DamagedFile` where the stream is cut off or its
    checksum does not fit.
    """
    file = allowance.file
    if info.flag_bits & _ENCRYPTED:
        raise EncryptedFile(file)
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise UnsupportedPacking(file)
    packed = _packed(data, info, file)
    pieces = _inflate(packed, file) if info.compress_type == zipfile.ZIP_DEFLATED else _slices(packed)
    checksum = 0
    for piece in pieces:
        allowance.take(len(piece))
        checksum = zlib.crc32(piece, checksum)
        yield piece
    if checksum != info.CRC:
        raise DamagedFile(file, Sentence(CHECKSUM))


def _packed(data: bytes, info: zipfile.ZipInfo, file: str) -> memoryview:
    """Return the packed bytes of an entry, which are behind its local header."""
    header = data[info.header_offset : info.header_offset + _LOCAL_HEADER.size]
    if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\3\4"):
        raise DamagedFile(file, Sentence(CUT_OFF))
    _, name, extra = _LOCAL_HEADER.unpack(header)
    start = info.header_offset + _LOCAL_HEADER.size + name + extra
    packed = memoryview(data)[start : start + info.compress_size]
    if len(packed) < info.compress_size:
        raise DamagedFile(file, Sentence(CUT_OFF))
    return packed


def _slices(packed: memoryview) -> Iterator[bytes]:
    for start in range(0, len(packed), CHUNK):
        yield bytes(packed[start : start + CHUNK])


def _inflate(packed: memoryview, file: str) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    position = 0
    pending: bytes | memoryview = b""
    while not inflater.eof:
        if not pending:
            pending = packed[position : position + CHUNK // 8]
            position += len(pending)
            if not pending:
                raise DamagedFile(file, Sentence(CUT_OFF))
        try:
            piece = inflater.decompress(pending, CHUNK)
        except zlib.error:
            raise DamagedFile(file, Sentence(CANNOT_UNPACK)) from None
        pending = inflater.unconsumed_tail
        if piece:
            yield piece
