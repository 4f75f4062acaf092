"""Make the files that are measured, the same ones each time: ``python -m benchmarks.generate KIND ROWS FILE``."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ("id", "nom", "ville", "portable", "date")
COUNTRIES = (
    "BE", "CH", "LU", "DE", "ES", "IT", "PT", "GB", "IE", "AT",
    "PL", "SE", "MA", "TN", "SN", "US", "CA", "AU", "BR", "IN",
)  # fmt: skip
RUBBISH = (
    "néant", "N/A", "-", "inconnu", "3,36E+10", "0612", "client@example.com", "12/03/2026", "01 40 00 00 12",
    "+999 123 456 789", "06 12 34 56 78 90 12", "voir fiche", "#N/A", "0000000000", "ne souhaite pas le donner",
)  # fmt: skip
_NAMES = ("Martin", "Lefèvre", "Cœurderoy", "Nguyen", "Da Silva", "O'Brien", "Bénichou", "Le Goff")
_TOWNS = ("Toulouse", "Saint-Étienne", "Lyon", "Aix-en-Provence", "Nîmes", "Brest", "Le Mans")
_MOBILE = (60, 61, 62, 64, 65, 66, 67, 68, 73, 74, 75, 76, 77, 78)
_CHUNK = 1_000_000


def french(chance: np.random.Generator, rows: int) -> pa.StringArray:
    """Return French mobile numbers in the nine writings that exports are full of; 3 % were in an earlier row."""
    digits = chance.choice(_MOBILE, rows) * 10_000_000 + chance.integers(0, 10_000_000, rows)
    again = np.flatnonzero(chance.random(rows) < 0.03)
    digits[again] = digits[(again * chance.random(len(again))).astype(int)]
    text = pa.array(digits).cast(pa.string())
    first, *pairs = (pc.utf8_slice_codeunits(text, *cut) for cut in ((0, 1), (1, 3), (3, 5), (5, 7), (7, 9)))
    blanks, dots, dashes = (_joined(*pairs, sign) for sign in " .-")
    writings = (
        text,
        *(_joined(prefix, text, "") for prefix in ("0", "+33", "0033", "33")),
        _joined(_joined("0", first, ""), blanks, " "),
        _joined(_joined("0", first, ""), dots, "."),
        _joined(_joined("0", first, ""), dashes, "-"),
        _joined(_joined("+33", first, " "), blanks, " "),
    )
    return pc.choose(pa.array(chance.integers(0, len(writings), rows)), *writings)


def mixed(chance: np.random.Generator, rows: int) -> pa.StringArray:
    """Return the same with 30 % mobile numbers of twenty other countries and 5 % rubbish."""
    stems = [pair for country in COUNTRIES for pair in chance.permutation(_stems(country))[:50]]
    codes, heads = (pa.array([pair[side] for pair in stems]) for side in (0, 1))
    which = pa.array(chance.integers(0, len(stems), rows))
    code, head = codes.take(which), heads.take(which)
    tail = pc.utf8_lpad(pa.array(chance.integers(0, 10_000, rows)).cast(pa.string()), 4, "0")
    number = _joined(head, tail, "")
    abroad = pc.choose(
        pa.array(chance.integers(0, 3, rows)),
        _joined(_joined("+", code, ""), number, ""),
        _joined(_joined("+", code, ""), head, tail, " "),
        _joined(_joined("00", code, ""), number, ""),
    )
    dice = pa.array(chance.random(rows))
    rubbish = pa.array(RUBBISH).take(pa.array(chance.integers(0, len(RUBBISH), rows)))
    return pc.case_when(pc.make_struct(pc.less(dice, 0.30), pc.less(dice, 0.35)), abroad, rubbish, french(chance, rows))


def _stems(country: str) -> list[tuple[str, str]]:
    """Return calling code and leading digits, short of the last four, of a country's valid mobile numbers."""
    example = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE)
    leading = str(example.national_number)[:-6]
    numbers = (phonenumbers.PhoneNumber(example.country_code, int(f"{leading}{n:02}2468")) for n in range(100))
    valid = [str(number.national_number) for number in numbers if phonenumbers.is_valid_number(number)]
    return [(str(example.country_code), national[:-4]) for national in valid]


def _joined(*texts: pa.StringArray | str) -> pa.StringArray:
    """Join texts row by row, the last argument between them."""
    return pc.binary_join_element_wise(*texts)


def chunks(kind: str, rows: int) -> Iterator[pa.Table]:
    """Yield `rows` rows under `HEADER`, the phone numbers being of `kind`: ``french`` or ``mixed``."""
    chance = np.random.default_rng(20261114)
    for start in range(0, rows, _CHUNK):
        row = np.arange(start, min(start + _CHUNK, rows))
        phones = {"french": french, "mixed": mixed}[kind](chance, len(row))
        identity = _joined("C", pc.utf8_lpad(pa.array(row).cast(pa.string()), 8, "0"), "")
        date = pa.array(np.datetime64("2026-01-01") + row % 300).cast(pa.string())
        columns = (identity, pa.array(_NAMES).take(row % len(_NAMES)), pa.array(_TOWNS).take(row % len(_TOWNS)), phones)
        yield pa.table([*columns, date], names=HEADER)


def write_csv(path: Path, kind: str, rows: int) -> None:
    """Write a UTF-8 file with semicolons."""
    with path.open("wb") as file:
        file.write((";".join(HEADER) + "\n").encode())
        options = csv.WriteOptions(include_header=False, delimiter=";", quoting_style="none")
        for table in chunks(kind, rows):
            csv.write_csv(table, file, options)


def write_xlsx(path: Path, rows: int) -> None:
    """Write a workbook with shared strings, as spreadsheet programs do; openpyxl would take half a minute for it."""
    shared: dict[str, int] = {}
    records = (record for table in chunks("french", rows) for record in zip(*table.to_pydict().values(), strict=True))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in _PARTS.items():
            archive.writestr(name, text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(f'{_XML}<worksheet xmlns="{_MAIN}"><sheetData>'.encode())
            for position, record in enumerate((HEADER, *records), 1):
                cells = (
                    f'<c r="{letter}{position}" t="s"><v>{shared.setdefault(text, len(shared))}</v></c>'
                    for letter, text in zip("ABCDE", record, strict=True)
                )
                sheet.write(f'<row r="{position}">{"".join(cells)}</row>'.encode())
            sheet.write(b"</sheetData></worksheet>")
        strings = "".join(f"<si><t>{text}</t></si>" for text in shared)
        archive.writestr("xl/sharedStrings.xml", f'{_XML}<sst xmlns="{_MAIN}">{strings}</sst>')


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_PARTS = {
    "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPE}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATION}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATION}"><sheets>'
    '<sheet name="Export" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_RELATION}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_RELATION}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def main(kind: str, number: str, file: str) -> None:
    """Write one file: `kind` is ``french``, ``mixed`` or ``xlsx``."""
    if kind == "xlsx":
        write_xlsx(Path(file), int(number))
    else:
        write_csv(Path(file), kind, int(number))


if __name__ == "__main__":
    main(*sys.argv[1:])
