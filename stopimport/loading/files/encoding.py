"""The encoding of text files, found in the contract's four steps.

No statistical guess is made: charmap guessers read a French Windows-1252 list as Big5.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from stopimport.errors import BadOption
from stopimport.loading.errors import Undecodable
from stopimport.text.language import N_, Plural, Sentence, _

_WIDE_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_UNDEFINED = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
# The five bytes that Windows-1252 leaves undefined read as the control characters of the same number, so that no byte
# can stop the reading or get lost.
_WINDOWS_1252 = "".join(chr(byte) if byte in _UNDEFINED else bytes((byte,)).decode("cp1252") for byte in range(256))
_SNIFFED = 4096
_UTF8_LETTER = re.compile(rb"\xc3[\x80-\xbf]")
"""An accented letter in UTF-8; in Windows-1252 these two signs hardly ever follow each other."""


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text file's content as UTF-8 without byte-order mark, and what it was."""

    data: bytes
    encoding: str
    notices: tuple[Sentence, ...] = ()


def decode(file: str, data: bytes, encoding: str | None = None) -> DecodedText:
    """Return the content of `file` as UTF-8.

    `encoding` overrules what is found: a byte-order mark, UTF-16 without mark by its NULs, strict UTF-8 over the whole
    file, else Windows-1252.

    Raises:
        BadOption: `encoding` is no name of a text encoding.
        Undecodable: the bytes do not fit the encoding that was asked for or that the mark names.
    """
    data = data.removesuffix(b"\x1a")  # the end mark of DOS programs
    if encoding is not None:
        return DecodedText(_strictly(file, data, encoding), encoding.lower())
    if data.startswith(codecs.BOM_UTF8):
        return _marked_utf8(file, data[len(codecs.BOM_UTF8) :])
    wide = next((name for mark, name in _WIDE_MARKS if data.startswith(mark)), None) or _unmarked_utf16(data)
    if wide:
        return DecodedText(_strictly(file, data, wide), wide)
    if is_utf8(data):
        return DecodedText(data, "utf-8")
    return _windows_1252(file, data)


def check_encoding(encoding: str | None) -> None:
    """Raise BadOption if `encoding` is no name of a text encoding."""
    try:
        "a".encode("utf-8" if encoding is None else encoding)
    except UnicodeError:
        return
    except (LookupError, ValueError):
        expected = _(N_("the name of a text encoding, such as utf-8, windows-1252, iso-8859-15 or mac-roman"))
        raise BadOption("--encoding", str(encoding), expected) from None


def _strictly(file: str, data: bytes, encoding: str) -> bytes:
    check_encoding(encoding)
    try:
        text = data.decode(encoding).removeprefix("\ufeff")
        # Lines of mainframes end with a sign of their own.
        return (text.replace("\x85", "\n") if "1".encode(encoding) == b"\xf1" else text).encode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    except UnicodeError:
        line = 1
    raise Undecodable(file, encoding, line)


def _unmarked_utf16(data: bytes) -> str | None:
    """Latin text in UTF-16 has a NUL in nearly every second byte, and none in the others."""
    sample = data[:_SNIFFED]
    half = len(sample) // 2
    first, second = sample[0::2].count(0), sample[1::2].count(0)
    if half and second > 0.4 * half and first < 0.05 * half:
        return "utf-16-le"
    if half and first > 0.4 * half and second < 0.05 * half:
        return "utf-16-be"
    return None


def looks_like_utf8(head: bytes) -> bool:
    """Say whether nothing at the beginning of a text, without its mark, speaks for another encoding than UTF-8."""
    return not any(head.startswith(mark) for mark, _name in _WIDE_MARKS) and _unmarked_utf16(head) is None


def is_utf8(data: bytes) -> bool:
    """Say whether `data` is valid UTF-8."""
    if data.isascii():
        return True
    # Arrow only looks: decoding takes ten times as long, and twice the file's size in memory.
    offsets = pa.py_buffer(np.array([0, len(data)], np.int64))
    text = pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(data))
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _decodes(line: bytes) -> bool:
    """Say the same as `is_utf8`, sooner for something so short."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _marked_utf8(file: str, data: bytes) -> DecodedText:
    if is_utf8(data):
        return DecodedText(data, "utf-8")
    # Files glued together: each line is in the one encoding or the other.
    lines = data.split(b"\n")
    foreign = [index for index, line in enumerate(lines) if not _decodes(line)]
    for index in foreign:
        lines[index] = _from_windows_1252(lines[index])
    notice = Plural(
        "{file}: {count:,} line is not in UTF-8 like the rest of the file and was read as Windows-1252.",
        "{file}: {count:,} lines are not in UTF-8 like the rest of the file and were read as Windows-1252.",
    )
    return DecodedText(b"\n".join(lines), "utf-8", (Sentence(notice, file=file, count=len(foreign)),))


def _windows_1252(file: str, data: bytes) -> DecodedText:
    notices: tuple[Sentence, ...] = ()
    if len(data.translate(None, _UNDEFINED)) < len(data):
        doubt = N_(
            "{file} was read as Windows-1252, but may be in another encoding. Digits are not affected; for "
            "names, see --encoding.",
            N_(
                "{file} was read as Windows-1252, but may be in another encoding. Digits are not affected; for names, "
                "choose the encoding."
            ),
        )
        notices = (Sentence(doubt, file=file),)
    if _UTF8_LETTER.search(data):
        mixed = N_(
            "{file} is in several encodings: some of its lines are in UTF-8, others are not, as in files glued "
            "together. All were read as Windows-1252: digits are safe, but names may be garbled."
        )
        notices = (Sentence(mixed, file=file),)
    return DecodedText(_from_windows_1252(data), "windows-1252", notices)


def _from_windows_1252(data: bytes) -> bytes:
    return codecs.charmap_decode(data, "strict", _WINDOWS_1252)[0].encode()
