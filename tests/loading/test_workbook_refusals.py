"""Workbooks that cannot be trusted or read: always one clear error, never a crash, never half a table."""

from __future__ import annotations

import random
import struct
import zipfile

import pytest
import xlwt
from workbook_files import bare_xlsb, bare_xlsx, read, repack, write_ods, write_xls, write_xlsx, zip_bytes

from stopimport.errors import ExitCode, StopimportError
from stopimport.loading.errors import DamagedFile, EncryptedFile, ForeignXml, UnpacksTooFar

ROWS = [["Mobile"], ["06 39 98 00 01"], [639980002]]
WRITERS = {".xlsx": write_xlsx, ".xls": write_xls, ".ods": write_ods}
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("ending", WRITERS)
def test_cut_off_workbooks(tmp_path, ending):
    """A workbook that was cut off anywhere is refused with exit code 2."""
    path = WRITERS[ending](tmp_path / f"list{ending}", ROWS)
    whole = path.read_bytes()
    for size in range(1000, len(whole), len(whole) // 7):
        path.write_bytes(whole[:size])
        with pytest.raises(DamagedFile, match=f"list{ending} is damaged") as refused:
            read(path)
        assert refused.value.exit_code == ExitCode.UNUSABLE


@pytest.mark.parametrize("ending", WRITERS)
def test_broken_bytes(tmp_path, ending):
    """Whatever bytes are broken: the workbook is read, or refused in plain words."""
    path = WRITERS[ending](tmp_path / f"list{ending}", ROWS)
    whole = path.read_bytes()
    seeded = random.Random(ending)
    outcomes = []
    for _ in range(60):
        broken = bytearray(whole)
        for _ in range(seeded.choice((1, 3, 20))):
            broken[seeded.randrange(8, len(broken))] = seeded.randrange(256)
        path.write_bytes(broken)
        try:
            read(path)
        except StopimportError as refused:
            outcomes.append(refused.exit_code)
        else:
            outcomes.append(ExitCode.OK)
    assert {ExitCode.OK, ExitCode.UNUSABLE} == set(outcomes)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"])
def test_entities_in_xlsx(tmp_path, part):
    """A DTD in any part is refused, for it could pull in other files."""
    path = repack(write_xlsx(tmp_path / "list.xlsx", ROWS), {part: DTD + b"<worksheet><sheetData/></worksheet>"})
    with pytest.raises(ForeignXml, match="declares entities"):
        read(path)


def test_entities_in_ods(tmp_path):
    """A DTD in an ods workbook is refused."""
    with pytest.raises(ForeignXml):
        read(repack(write_ods(tmp_path / "list.ods", ROWS), {"content.xml": DTD + b"<x/>"}))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"])
def test_bombs(tmp_path, part):
    """A part that unpacks to far more than it packs is refused by what really comes out."""
    path = repack(write_xlsx(tmp_path / "list.xlsx", ROWS), {part: b"<worksheet>" + b" " * 80_000_000})
    with pytest.raises(UnpacksTooFar, match=r"list\.xlsx was refused"):
        read(path)


def test_bombs_that_lie(tmp_path):
    """The size that a zip's directory claims is not believed."""
    path = repack(
        write_xlsx(tmp_path / "list.xlsx", ROWS), {"xl/worksheets/sheet1.xml": b"<worksheet>".ljust(80_000_000)}
    )
    data = path.read_bytes()
    assert struct.pack("<I", 80_000_000) in data
    path.write_bytes(data.replace(struct.pack("<I", 80_000_000), struct.pack("<I", 1000)))
    with pytest.raises(UnpacksTooFar):
        read(path)


@pytest.mark.parametrize("reference", ["A99999999999", "ZZZZ1"])
def test_impossible_places(tmp_path, reference):
    """A cell outside of any sheet is damage."""
    number = "".join(filter(str.isdigit, reference))
    path = bare_xlsx(tmp_path / "list.xlsx", f'<row r="{number}"><c r="{reference}"><v>1</v></c></row>')
    with pytest.raises(DamagedFile):
        read(path)


def test_missing_parts(tmp_path):
    """A workbook whose sheet is missing is damaged."""
    path = bare_xlsx(tmp_path / "list.xlsx", "")
    relations = path.read_bytes()
    assert b"sheet1.xml" in relations
    path.write_bytes(relations.replace(b"worksheets/sheet1.xml", b"worksheets/sheet2.xml"))
    with pytest.raises(DamagedFile):
        read(path)


def test_broken_records_of_xlsb(tmp_path):
    """Records that promise more than there is are damage."""
    path = bare_xlsb(tmp_path / "list.xlsb", [(0, 0, "a")])
    repack(path, {"xl/worksheets/sheet1.bin": b"\x81\x01\x00\x06\xff\xff\x7f"})
    with pytest.raises(DamagedFile):
        read(path)


def test_claims_of_xls(tmp_path):
    """The used range that an xls sheet claims is checked: calamine would set memory aside for it."""
    path = write_xls(tmp_path / "list.xls", ROWS)
    data = path.read_bytes()
    at = data.index(struct.pack("<HH", 0x0200, 14)) + 4
    path.write_bytes(data[:at] + struct.pack("<II", 5_000_000, 3) + data[at + 8 :])
    with pytest.raises(DamagedFile):
        read(path)


def test_encrypted_xls(tmp_path):
    """An xls workbook with a password is refused saying so."""
    book = xlwt.Workbook()
    book.add_sheet("S").write(0, 0, "Mobile")
    book.save(str(tmp_path / "list.xls"))
    data = bytearray((tmp_path / "list.xls").read_bytes())
    at = data.index(struct.pack("<HH", 0x0042, 2))  # a record that nobody needs becomes FILEPASS
    data[at : at + 2] = struct.pack("<H", 0x002F)
    (tmp_path / "list.xls").write_bytes(data)
    with pytest.raises(EncryptedFile, match="password"):
        read(tmp_path / "list.xls")


@pytest.mark.parametrize("place", ["A2147483648", "A1048577", "velCB2", "AzzzzZ2", "zzzz2"])
def test_cells_far_outside_of_their_rows(tmp_path, place):
    """A reader believes the cell's own reference, and would set memory aside for all that is before it."""
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c r="{place}"><v>639980002</v></c></row>'
    with pytest.raises(DamagedFile):
        read(bare_xlsx(tmp_path / "list.xlsx", rows))


def test_a_broken_directory_of_an_old_workbook(tmp_path):
    """A name of a stream that is no text is damage."""
    path = write_xls(tmp_path / "list.xls", ROWS)
    whole = path.read_bytes()
    directory = (int.from_bytes(whole[48:52], "little") + 1) << 9
    # The length of the root's name, which then ends in the middle of a character.
    path.write_bytes(whole[: directory + 64] + b"\x15\0" + whole[directory + 66 :])
    with pytest.raises(DamagedFile, match="its records are broken"):
        read(path)


@pytest.mark.parametrize("end", [b"</table:table>", b"</table:table-cell>"])
def test_xml_of_ods_that_ends_nowhere(tmp_path, end):
    """The reader would look for the end for ever."""
    path = write_ods(tmp_path / "list.ods", ROWS)
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml")
    with pytest.raises(DamagedFile, match="its XML is broken"):
        read(repack(path, {"content.xml": content.replace(end, end.replace(b"table", b"tab", 1))}))


def test_a_zip_with_an_empty_name(tmp_path):
    """A damaged directory is damage, not a bug."""
    path = tmp_path / "list.xlsx"
    whole = zip_bytes({"x": b"1"})
    name = whole.rindex(b"PK\1\2") + 46
    path.write_bytes(whole[:name] + b"\0" + whole[name + 1 :])
    with pytest.raises(StopimportError) as refused:
        read(path)
    assert refused.value.exit_code == ExitCode.UNUSABLE


def test_records_of_xlsb_that_are_too_short(tmp_path):
    """The reader would take a cell's column from the record before, and set memory aside for a billion columns."""
    path = bare_xlsb(tmp_path / "list.xlsb", [(0, 0, "Mobile"), (1, 0, 639980002.0)])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.bin")
    end = b"\x92\x01\x00"
    assert end in sheet
    other_then_empty_cell = b"\x3d\x08ZZZZZZZZ" + b"\x04\x00"
    with pytest.raises(DamagedFile, match="its records are broken"):
        read(repack(path, {"xl/worksheets/sheet1.bin": sheet.replace(end, other_then_empty_cell + end)}))
