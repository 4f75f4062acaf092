"""What a file is, its content decides; what is not a table is refused with what to do."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from workbook_files import write_ods, write_xls, write_xlsx, zip_bytes

from stopimport.loading.errors import (
    DamagedFile,
    EmptyFile,
    EncryptedFile,
    NestedArchive,
    NothingInFolder,
    UnpacksTooFar,
    UnsupportedPacking,
    WrongKind,
)
from stopimport.loading.files.sources import resolve

LINE = b"0639980001\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + b"\x09\x00" + bytes(16) + bytes(4)


def opened(tmp_path, name, content):
    """Return the inputs that a file with this name and content gives."""
    (tmp_path / name).write_bytes(content)
    return resolve([tmp_path / name])


def ole_with(stream):
    """Return the beginning of an OLE container with one stream of this name in its directory."""
    return (OLE.ljust(512, b"\0") + stream.encode("utf-16-le")).ljust(1024, b"\0")


@pytest.mark.parametrize(
    ("write", "ending", "kind"),
    [
        (write_xlsx, ".xlsx", "xlsx"),
        (write_xlsx, ".XLSM", "xlsx"),
        (write_xls, ".xls", "xls"),
        (write_ods, ".ods", "ods"),
    ],
)
def test_kinds_of_workbooks(tmp_path, write, ending, kind):
    """Workbooks are known for what they are, without a notice where the name says the same."""
    (item,) = resolve([write(tmp_path / f"list{ending}", [["Mobile"]])])
    assert (kind, ()) == (item.kind, item.notices)


@pytest.mark.parametrize("write", [write_xlsx, write_xls, write_ods])
def test_workbooks_named_like_text(tmp_path, write):
    """A workbook named .csv is read as a workbook, with a notice."""
    path = write(tmp_path / "list.bin", [["Mobile"]]).rename(tmp_path / "list.csv")
    (item,) = resolve([path])
    assert item.kind != "text"
    assert "and was read as one, although its name ends in .csv" in str(item.notices[0])


@pytest.mark.parametrize("ending", [".xls", ".xlsx", ".ods"])
def test_text_named_like_a_workbook(tmp_path, ending):
    """Text with a workbook's name is read as text, with a notice."""
    (item,) = opened(tmp_path, f"list{ending}", LINE)
    assert item.kind == "text"
    assert f"list{ending} is really a text file" in str(item.notices[0])


@pytest.mark.parametrize(
    "content",
    [
        LINE,
        "Prénom;Mobile\n".encode("cp1252"),
        "\ufeffPrénom;Mobile\n".encode(),
        "Prénom;Mobile\n".encode("utf-16"),
        ("Prénom;Mobile\n" * 9).encode("utf-16-le"),
        ("Prénom;Mobile\n" * 9).encode("utf-16-be"),
        b"ID;Mobile\n1;0639980001\n",
        b"<none>;0639980001\n",
        b"0639980001\0\n" + LINE * 500,
        b"BM;0639980001\n",
        b"\x1a",
    ],
)
def test_text_of_all_sorts(tmp_path, content):
    """Any encoding of text is text, and a stray control character does not make it binary."""
    (item,) = opened(tmp_path, "list.csv", content)
    assert ("text", ()) == (item.kind, item.notices)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"<html><body><table><tr><td>0639980001</td></tr></table>", "a web page"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><html>", "a web page"),
        ("<table><tr><td>x</td></tr></table>".encode("utf-16"), "a web page"),
        (b'<?xml version="1.0"?><html xmlns="x">', "a web page"),
        (b"<!-- export --><meta charset=utf-8>", "a web page"),
        (b"<center><font size=2><TABLE border=1><tr><td>Mobile</td></tr></TABLE>", "a web page"),
        (b"<br />\n<b>Warning</b>: x\n<tr><td>Mobile</td></tr>", "a web page"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related", "a web page"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">', "Excel 2003 XML"),
        (b'<?xml version="1.0"?><office:document/>', "an XML file"),
        (b"%PDF-1.7\n", "a PDF document"),
        (b"\x89PNG\r\n\x1a\n\0\0", "a picture"),
        (b"{\\rtf1 x}", "RTF"),
        (b"7z\xbc\xaf'\x1c\0\4", "an archive of a kind other than"),
        (b"SQLite format 3\0", "a database"),
        (bytes(4096), "binary data"),
        (bytes(range(256)) * 16, "binary data"),
        (ole_with("WordDocument"), "a Word document"),
        (ole_with("SummaryInformation"), "an old Office file"),
        (zip_bytes({"[Content_Types].xml": b"<wordprocessingml/>", "word/document.xml": b""}), "a Word or PowerPoint"),
        (zip_bytes({"Index/Document.iwa": b""}), "Apple Numbers"),
        (
            zip_bytes({"mimetype": b"x.text", "content.xml": b"", "META-INF/manifest.xml": b""}),
            "a text processor's or presentation's",
        ),
    ],
)
@pytest.mark.parametrize("name", ["list.xls", "list.csv"])
def test_what_is_no_table(tmp_path, name, content, what):
    """What is no table is refused whatever its name, with what it is and what to do."""
    with pytest.raises(WrongKind, match=f"^{name} is .*{what}.*save it as .xlsx or .csv"):
        opened(tmp_path, name, content)


@pytest.mark.parametrize(
    "content",
    [
        ole_with("EncryptedPackage"),
        zip_bytes({"content.xml": b"", "META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
    ],
)
def test_passwords(tmp_path, content):
    """A workbook with a password is refused saying so."""
    with pytest.raises(EncryptedFile, match="is password-protected"):
        opened(tmp_path, "list.xlsx", content)


def test_encrypted_members(tmp_path):
    """A zip whose members need a password is refused saying so."""
    packed = bytearray(zip_bytes({"a.csv": LINE}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        packed[packed.index(signature) + at] |= 1
    with pytest.raises(EncryptedFile):
        opened(tmp_path, "list.zip", bytes(packed))


@pytest.mark.parametrize("name", ["list.csv.gz", "list.csv"])
def test_gzip(tmp_path, name):
    """Gzip is opened, by content, and the hash is that of the file on disk."""
    import hashlib

    packed = gzip.compress(LINE) + gzip.compress(LINE)
    (item,) = opened(tmp_path, name, packed)
    assert (name, "text", LINE * 2, ()) == (item.name, item.kind, item.data, item.notices)
    assert hashlib.sha256(packed).hexdigest() == item.sha256


def test_workbook_in_gzip(tmp_path):
    """A workbook may be packed too."""
    content = write_xlsx(tmp_path / "list.xlsx", [["Mobile"]]).read_bytes()
    (item,) = opened(tmp_path, "list.xlsx.gz", gzip.compress(content))
    assert ("xlsx", content, ()) == (item.kind, item.data, item.notices)


def test_zip(tmp_path):
    """The files in a zip are inputs of their own, sorted; what a system put there is skipped."""
    workbook = write_xlsx(tmp_path / "list.xlsx", [["Mobile"]]).read_bytes()
    members = {
        "sub/b.csv": LINE,
        "a.csv": LINE * 2,
        "c.xlsx": workbook,
        "__MACOSX/._a.csv": b"\0\5\x16\7",
        ".hidden.csv": b"",
        "sub/": b"",
        "picture.png": b"\x89PNG",
        "../up.csv": LINE,
    }
    items = opened(tmp_path, "all.zip", zip_bytes(members))
    assert [
        ("all.zip/../up.csv", "text"),
        ("all.zip/a.csv", "text"),
        ("all.zip/c.xlsx", "xlsx"),
        ("all.zip/sub/b.csv", "text"),
    ] == [(item.name, item.kind) for item in items]
    assert LINE * 2 == items[1].data


def test_stored_members(tmp_path):
    """Members may be in a zip unpacked."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.csv", LINE)
    assert LINE == opened(tmp_path, "all.zip", whole.getvalue())[0].data


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (zip_bytes({"b.zip": zip_bytes({"a.csv": LINE})}), NestedArchive),
        (zip_bytes({"b.csv": gzip.compress(LINE)}), NestedArchive),
        (gzip.compress(zip_bytes({"a.csv": LINE})), NestedArchive),
        (gzip.compress(gzip.compress(LINE)), NestedArchive),
        (zip_bytes({"readme.md": LINE}), NothingInFolder),
        (zip_bytes({}), NothingInFolder),
        (zip_bytes({"a.csv": b""}), EmptyFile),
        (gzip.compress(b""), EmptyFile),
        (zip_bytes({"a.csv": LINE * 99})[:-30], DamagedFile),
        (zip_bytes({"a.csv": LINE * 99}).replace(b"\x0b\x07", b"\x0b\x08", 1)[:60], DamagedFile),
        (gzip.compress(LINE * 99)[:-12], DamagedFile),
        (gzip.compress(LINE * 99)[:-8] + bytes(8), DamagedFile),
        (zip_bytes({"a.csv": b"0" * 80_000_000}), UnpacksTooFar),
        (gzip.compress(b"0" * 80_000_000), UnpacksTooFar),
    ],
    ids=lambda value: getattr(value, "__name__", "content"),
)
def test_archives_that_are_refused(tmp_path, content, error):
    """Archives in archives, empty and broken ones, and bombs are refused."""
    with pytest.raises(error):
        opened(tmp_path, "all.zip", content)


def test_wrong_checksums(tmp_path):
    """A member whose bytes are not those that were packed is damage."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.csv", LINE)
    with pytest.raises(DamagedFile, match="checksum"):
        opened(tmp_path, "all.zip", whole.getvalue().replace(LINE, LINE[::-1]))


def test_unusual_packing(tmp_path):
    """A packing method other than the usual ones is named as the reason."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.csv", LINE)
    with pytest.raises(UnsupportedPacking):
        opened(tmp_path, "all.zip", whole.getvalue())
