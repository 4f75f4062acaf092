"""Where an encoding or another kind of file is the likely cause, the message says so; columns are named by headers."""

from __future__ import annotations

import pytest
from reading import load_text, told

from stopimport.loading.errors import NoPhoneColumn, UnknownColumn, WrongKind

A, B = "0600001001", "0600001002"


@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nTEL;CELL:+33600001001\r\nEND:VCARD\r\n",
        "\ufeffBEGIN:VCARD\nVERSION:4.0\nTEL:tel:+33600001001\nEND:VCARD\n".encode(),
        b"\n\nbegin:vcard\nversion:3.0\nend:vcard\n",
        "BEGIN:VCARD\nVERSION:3.0\nEND:VCARD\n".encode("utf-16"),
        b"BEGIN:VCARD\rVERSION:3.0\rEND:VCARD\r",
    ],
)
def test_a_vcard_is_refused_by_its_name(tmp_path, content):
    """However it is written."""
    with pytest.raises(WrongKind, match="vCard"):
        load_text(tmp_path, content)


@pytest.mark.parametrize("encoding", ["cp500", "cp037", "cp1140", "cp273", "cp1026"])
def test_text_of_a_mainframe_is_refused_by_its_name(tmp_path, encoding):
    """Its bytes look like anything but a table."""
    text = f"Nom;Mobile\x85Durand;{A}\x85Petit;{B}\x85"
    with pytest.raises(WrongKind, match="EBCDIC"):
        load_text(tmp_path, text.encode(encoding))


def test_mixed_encodings_are_told(tmp_path):
    """Numbers are read, names may be garbled."""
    lines = [f"Nom;Mobile\nÉmilie;{A}\n".encode(), f"Zoé;{B}\n".encode("cp1252")]
    assert "several encodings" in told(load_text(tmp_path, b"".join(lines)))
    assert "encoding" not in told(load_text(tmp_path, lines[0]))
    assert "encoding" not in told(load_text(tmp_path, f"Zoé;Mobile\nx;{B}\n".encode("cp1252")))


def test_garbled_columns_name_the_encoding_as_the_cause(tmp_path):
    """The error that lists them would be hard to understand."""
    text = "Prénom;Numéro\nx;y\n".encode().decode("cp1252")
    with pytest.raises(NoPhoneColumn, match="--encoding"):
        load_text(tmp_path, text)
    with pytest.raises(UnknownColumn, match="--encoding"):
        load_text(tmp_path, text, column=("Numéro",))
    with pytest.raises(NoPhoneColumn) as error:
        load_text(tmp_path, "Prénom;Ville\nx;y\n")
    assert "--encoding" not in str(error.value)


@pytest.mark.parametrize("names", ["Foo;Bar", "Kundin;Ort", "a;b", "Nom;Ville"])
def test_columns_are_named_by_their_headers(tmp_path, names):
    """A letter would make a reject of a header that was not known as one."""
    with pytest.raises(NoPhoneColumn) as error:
        load_text(tmp_path, f"{names}\nx;y\nz;y\n")
    assert names.replace(";", ", ") in str(error.value)
