"""What a file is, as its first bytes and inner names say: never its own name."""

from __future__ import annotations

import contextlib
import re
import string
from typing import Literal

from stopimport.loading.errors import DamagedFile, EncryptedFile, WrongKind
from stopimport.loading.files import archives
from stopimport.text.language import N_, Sentence

FileKind = Literal["text", "xlsx", "xls", "xlsb", "ods"]
Packed = Literal["gz", "zip"]

ENDINGS: dict[str, FileKind | Packed] = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".tab": "text",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".xlsb": "xlsb",
    ".ods": "ods",
    ".gz": "gz",
    ".zip": "zip",
}
"""The known extensions, in lower case, and what a file so named should be."""

HEAD = 1 << 16
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP = b"\x1f\x8b"
_OLE_ENTRY = 128
_LARGEST_SHIFT = 12
_BINARIES = (
    (b"%PDF", N_("a PDF document")),
    (b"{\\rtf", N_("a text processor's document (RTF)")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"GIF8", N_("a picture")),
    (b"7z\xbc\xaf", N_("an archive of a kind other than .zip or .gz")),
    (b"Rar!", N_("an archive of a kind other than .zip or .gz")),
    (b"BZh", N_("an archive of a kind other than .zip or .gz")),
    (b"\xfd7zXZ", N_("an archive of a kind other than .zip or .gz")),
    (b"(\xb5/\xfd", N_("an archive of a kind other than .zip or .gz")),
    (b"SQLite format 3", N_("a database")),
    (b"PAR1", N_("a Parquet file")),
)
_HTML = re.compile(
    r"(?>\s++|<!--.*?-->)*+<(!doctype\s+html|html|head|body|meta|title|style|script|table|div)\b",
    re.IGNORECASE | re.DOTALL,
)
_SOME_TAG = re.compile(r"\s*+<[a-z/]", re.IGNORECASE)
_TABLE_TAG = re.compile(r"<(table|tr|td|html|body)\b", re.IGNORECASE)
_WEB_PAGE = N_("a web page (HTML)")
_MHTML = re.compile(r"\s*+MIME-Version:", re.IGNORECASE)
_XML = re.compile(r"\s*+<(\?xml|!doctype|[\w.-]++(?::[\w.-]++)?\s++xmlns)", re.IGNORECASE)
_NO_TABLES = (
    (re.compile(r"\s*+\"?BEGIN:VCARD\b", re.IGNORECASE), N_("a vCard file (contacts of a phone or mail program)")),
    (re.compile(r"ID;P[^\r\n]*+[\r\n]++(?:[A-Z]{1,2};[^\r\n]*+[\r\n]++)*?C;[XY]\d+;"), N_("a SYLK file")),
    (re.compile(r"TABLE[\r\n]++0,1[\r\n]++"), N_("a DIF file")),
)
"""Text of other programs that may hold numbers: rows and columns would be guessed."""
_EBCDIC = (string.ascii_letters + string.digits + " ;,").encode("cp500")
"""Digits, letters, blank, semicolon and comma as mainframes write them."""
_EBCDIC_DIGITS = string.digits.encode("cp500")
_ASCII_SIGNS = (string.digits + " ;,").encode()
_MARKS = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_WITHOUT_CONTROLS = dict.fromkeys(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b"))
_WIDE = 16
_NAMED_EBCDIC = N_(
    "text in EBCDIC, the encoding of mainframes (with --encoding {encoding} it is read)",
    N_("text in EBCDIC, the encoding of mainframes"),
)
_NAMED_UTF_32 = N_("text in UTF-32 (with --encoding {encoding} it is read)", N_("text in UTF-32"))


def packing(head: bytes) -> Packed | None:
    """Return how data that begins with `head` is packed, as a workbook or an archive may be."""
    if head.startswith(_GZIP):
        return "gz"
    return "zip" if head.startswith(_ZIP) else None


def is_container(head: bytes) -> bool:
    """Return whether data that begins with `head` is an old Office file."""
    return head.startswith(_OLE)


def kind_of(data: bytes, file: str, encoding: str | None = None) -> FileKind | Packed:
    """Return what `data` is; text is in this `encoding` where one is given.

    Raises `WrongKind` or `EncryptedFile` for what is not a table, and `DamagedFile` for a broken container.
    """
    head = data[:HEAD]
    if packing(head) == "gz":
        return "gz"
    if packing(head) == "zip":
        return _kind_of_zip(data, file)
    if head.startswith(_OLE):
        return _kind_of_ole(data, file)
    return _kind_of_text(head, file, encoding)


def _kind_of_zip(data: bytes, file: str) -> FileKind | Packed:
    entries = archives.directory(data, file)
    names = {info.filename.replace("\\", "/").lower().lstrip("/"): info for info in entries}
    allowance = archives.Allowance(file, len(data))
    if "[content_types].xml" in names:
        types = b"".join(archives.unpack(data, names["[content_types].xml"], allowance))
        if "xl/workbook.bin" in names or b"sheet.binary" in types:
            return "xlsb"
        if "xl/workbook.xml" in names or b"spreadsheetml" in types or b"ms-excel" in types:
            return "xlsx"
        raise WrongKind(file, Sentence(N_("a Word or PowerPoint document, or another kind of Office file")))
    if "index/document.iwa" in names or any(name.endswith("buildversionhistory.plist") for name in names):
        raise WrongKind(file, Sentence(N_("an Apple Numbers, Pages or Keynote document")))
    if "content.xml" in names and "meta-inf/manifest.xml" in names:
        if b"encryption-data" in b"".join(archives.unpack(data, names["meta-inf/manifest.xml"], allowance)):
            raise EncryptedFile(file)
        mimetype = names.get("mimetype")
        if mimetype and b"spreadsheet" not in b"".join(archives.unpack(data, mimetype, allowance)):
            raise WrongKind(file, Sentence(N_("a text processor's or presentation's document")))
        return "ods"
    return "zip"


def _kind_of_ole(data: bytes, file: str) -> FileKind:
    if _has_stream(data, "EncryptedPackage"):
        raise EncryptedFile(file)
    if _has_stream(data, "Workbook") or _has_stream(data, "Book"):
        return "xls"
    if _has_stream(data, "WordDocument"):
        raise WrongKind(file, Sentence(N_("a Word document")))
    if _is_cut_off(data):
        raise DamagedFile(file, Sentence(archives.CUT_OFF))
    raise WrongKind(file, Sentence(N_("an old Office file without a workbook in it")))


def _is_cut_off(data: bytes) -> bool:
    """Whether an OLE container ends before its directory, which is often last ([MS-CFB] 2.2)."""
    shift, directory = int.from_bytes(data[30:32], "little"), int.from_bytes(data[48:52], "little")
    return shift > _LARGEST_SHIFT or (directory + 1) << shift >= len(data)


def _has_stream(data: bytes, name: str) -> bool:
    """Whether the directory of an OLE container names this stream: entries are at multiples of 128 bytes."""
    wanted = name.encode("utf-16-le") + b"\0\0"
    position = data.find(wanted)
    while position >= 0 and position % _OLE_ENTRY:
        position = data.find(wanted, position + 1)
    return position >= 0


def _kind_of_text(head: bytes, file: str, encoding: str | None) -> FileKind:
    for magic, what in _BINARIES:
        if head.startswith(magic) or head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(magic):
            raise WrongKind(file, Sentence(what))
    text = _sample(head, file, encoding)
    if "urn:schemas-microsoft-com:office:spreadsheet" in text and text.lstrip().startswith("<"):
        raise WrongKind(file, Sentence(N_("an Excel 2003 XML file")))
    if _HTML.match(text) or _MHTML.match(text) or (_XML.match(text) and "<html" in text.lower()):
        raise WrongKind(file, Sentence(_WEB_PAGE))
    if _XML.match(text):
        raise WrongKind(file, Sentence(N_("an XML file")))
    for pattern, what in _NO_TABLES:
        if pattern.match(text):
            raise WrongKind(file, Sentence(what))
    if _SOME_TAG.match(text) and _TABLE_TAG.search(text):
        raise WrongKind(file, Sentence(_WEB_PAGE))
    return "text"


def _is_ebcdic(data: bytes) -> bool:
    """Say whether `data` is rather text of a mainframe: most bytes are its digits and letters.

    Where its lines end as elsewhere, it may be letters of another alphabet: then digits, blanks and signs are ASCII's.
    """
    if len(data.translate(None, _EBCDIC)) >= len(data) * 0.4:
        return False
    foreign = len(data.translate(None, _EBCDIC_DIGITS)) > len(data) * 0.9 or any(sign in data for sign in _ASCII_SIGNS)
    return not (foreign and any(sign in data for sign in b"\n\r"))


def _sample(head: bytes, file: str, encoding: str | None) -> str:
    """Return the beginning as text, good enough to recognise mark-up; raises `WrongKind` for binary data."""
    if encoding is not None:
        with contextlib.suppress(LookupError, ValueError):  # what is no encoding is told when the text is read
            return _text(head.decode(encoding, "ignore"), file)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return head[len(mark) :].decode(name, "replace")
    halves = head[::2].count(0), head[1::2].count(0)
    if max(halves) > len(head) // 8 and min(halves) < max(halves) // 8:
        return head.decode("utf-16-be" if halves[0] > halves[1] else "utf-16-le", "replace")
    if _is_ebcdic(head):
        raise WrongKind(file, Sentence(_NAMED_EBCDIC, encoding="cp500"))
    for name, place in (("utf-32-le", 3), ("utf-32-be", 0)):
        if len(head) > _WIDE and not any(head[place::4]) and 0.7 <= head.count(0) / len(head) <= 0.8:
            raise WrongKind(file, Sentence(_NAMED_UTF_32, encoding=name))
    return _text(head.removeprefix(b"\xef\xbb\xbf").decode("latin-1"), file)


def _text(text: str, file: str) -> str:
    """Return a text; raises `WrongKind` for one with many control characters."""
    controls = len(text) - len(text.translate(_WITHOUT_CONTROLS))
    if controls > max(2, len(text) // 100):
        raise WrongKind(file, Sentence(N_("binary data")))
    return text
