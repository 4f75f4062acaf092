"""Questions carry their own answers: each is answered by one form, and the counts move at once."""

from __future__ import annotations

import io
import re

import openpyxl
import pandas as pd
import pytest
from effort import EXHAUSTIVE
from openpyxl.styles import PatternFill
from served import words

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.stage import clean
from stopimport.loading.cells import LoadOptions
from stopimport.loading.kept import read_each
from stopimport.pipeline.previewing import preview, unusable
from stopimport.pipeline.rejecting import fitting_countries
from stopimport.settings import Settings

BELGIAN = "Mobile\n" + "".join(f"0470 00 {n // 100:02} {n % 100:02}\n" for n in range(50))


def book(sheets, hidden=()):
    """Return a workbook: names and columns; `hidden` are rows of the first sheet."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, cells in sheets.items():
        sheet = made.create_sheet(name)
        for cell in cells:
            sheet.append([cell] if isinstance(cell, str) else cell)
    for row in hidden:
        made.worksheets[0].row_dimensions[row].hidden = True
        made.worksheets[0].cell(row, 1).fill = PatternFill("solid", "FFFFFF")
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


class TestReadOnce:
    """Files are read once, whatever is chosen afterwards."""

    def read(self, folder, *files, **options):
        """Read files of a draft's folder."""
        place = folder / "cells"
        return read_each([str(folder / file) for file in files], LoadOptions(**options), place)

    def test_what_was_read_is_kept(self, tmp_path):
        """A second look takes what the first one read, hidden rows, errors and all, though the file is gone."""
        (tmp_path / "a.xlsx").write_bytes(book({"A": ["Mobile", "0600001001", "0600001002"]}, hidden=[3]))
        (tmp_path / "b.csv").write_text('Nom;Mobile\nA;0600001001\n"B;0600001002\nC\n', encoding="utf-8")
        first = self.read(tmp_path, "a.xlsx", "b.csv")
        (tmp_path / "a.xlsx").unlink()
        (tmp_path / "b.csv").unlink()
        second = self.read(tmp_path, "a.xlsx", "b.csv")
        settings = Settings()
        assert preview(first, settings) == preview(second, settings)
        assert [one.sha256 for one in first.raws] == [one.sha256 for one in second.raws]
        assert list(map(str, first.told)) == list(map(str, second.told))
        assert {} == second.unusable
        assert {0o600} == {path.stat().st_mode & 0o777 for path in (tmp_path / "cells").iterdir()}

    @pytest.mark.parametrize("options", [{"encoding": "utf-16"}, {"delimiter": ","}])
    def test_another_way_of_reading(self, tmp_path, options):
        """Read in another way the file is read again."""
        (tmp_path / "a.csv").write_text("Nom;Mobile\nA;0600001001\n", encoding="utf-8")
        first = self.read(tmp_path, "a.csv")
        second = self.read(tmp_path, "a.csv", **options)
        assert first.raws != second.raws or second.unusable

    def test_what_is_kept_and_broken(self, tmp_path):
        """A kept file that was cut off is nothing of use: the file is read again."""
        (tmp_path / "a.csv").write_text("Mobile\n0600001001\n", encoding="utf-8")
        self.read(tmp_path, "a.csv")
        for path in (tmp_path / "cells").iterdir():
            path.write_bytes(path.read_bytes()[:20])
        assert ["a.csv"] == [raw.file for raw in self.read(tmp_path, "a.csv").raws]

    def test_unusable_files(self, tmp_path):
        """Files that cannot be read, and those without phone numbers, are told apart from those that can go on."""
        (tmp_path / "a.csv").write_text("Mobile\n0600001001\n", encoding="utf-8")
        (tmp_path / "b.xls").write_text("<html><table></table></html>", encoding="utf-8")
        (tmp_path / "c.csv").write_text("Nom;Ville\nAubrac;Lyon\n", encoding="utf-8")
        ready = self.read(tmp_path, "a.csv", "b.xls", "c.csv")
        assert {"b.xls"} == {path.rpartition("/")[2] for path in ready.unusable}
        kind = type(next(iter(ready.unusable.values())))
        assert {"b.xls"} == {path.rpartition("/")[2] for path in unusable(ready, Settings(), kind)}


@pytest.mark.parametrize(
    ("numbers", "best"),
    [
        (["0470 00 00 01", "0471000002", "0472/00.00.03", "0475 000 004", "0498000005"], "BE"),
        (["333 000 0001", "3400000002", "320/0000003"], "IT"),
        (["912 000 001", "961000002", "93 300 00 03"], "PT"),
        (["07400 000001", "07400000002", "07400 000 003"], "GB"),
        (["0151 00000001", "0160 0000002", "0170/0000003"], "DE"),
    ],
)
def test_the_country_that_fits(numbers, best):
    """Numbers of another country name that country, and how many of them fit."""
    options = CleanOptions()
    entries = clean(pd.DataFrame({"input": numbers}), options).entries
    first = fitting_countries(entries, options)[0]
    assert (best, len(numbers), len(numbers)) == (first.region, first.fit, first.cells)


def test_no_country_fits():
    """Where the column is none of phone numbers no country is offered."""
    options = CleanOptions()
    assert () == fitting_countries(clean(pd.DataFrame({"input": ["a", "12", "x@y.fr"]}), options).entries, options)


def field(page, name):
    """Return the value of a button or field of a page."""
    return re.search(rf'name="{name}" value="([^"]+)"', page)[1]


def test_wrong_country(practising):
    """Reasons and examples are above the button, and one click reads the numbers as those of the country that fits."""
    draft = practising.draft(("a.csv", BELGIAN.encode()))
    page = practising.client.get(draft).text
    text = words(page)
    assert "Read as numbers from Belgium (50 of 50 fit)" in text
    assert text.index("a.csv, row 2: 0470 00 00 00") < text.index("Read as numbers from Belgium")
    practising.post(f"{draft}/options", {"set": "region", "region": "BE"})
    assert "50 numbers to add" in practising.settled(draft)


@EXHAUSTIVE
def test_one_unusable_file(practising):
    """Of several files the one that cannot be used is taken out, and the others go on; it is deleted."""
    draft = practising.draft(
        ("a.csv", b"Mobile\n0600001001\n"),
        ("b.xls", b"<html><table></table></html>"),
        ("c.csv", b"Mobile\n0600001002\n"),
    )
    text = practising.settled(draft)
    assert "Some of your files cannot be used" in text
    assert "b.xls is a web page (HTML)" in text
    assert "Take out b.xls" in text
    assert "Take out a.csv" not in text
    practising.post(f"{draft}/take-out", {"file": "b.xls"})
    assert "2 numbers to add" in practising.settled(draft)
    assert 422 == practising.post(f"{draft}/take-out", {"file": "b.xls"}).status_code
    practising.post(f"{draft}/take-out", {"file": "c.csv"})
    assert "1 number to add" in practising.settled(draft)
    assert 422 == practising.post(f"{draft}/take-out", {"file": "a.csv"}).status_code


@EXHAUSTIVE
def test_a_sheet_left_out(practising):
    """A sheet is left out where it stands or where it is asked about, in one file only, and taken in again."""
    phones = ["Mobile", "0600001001", "0600001002"]
    bad = ["Mobile", *(f"05600000{n:02}" for n in range(20))]
    draft = practising.draft(
        ("a.xlsx", book({"Mars": phones, "Avril": bad})), ("b.xlsx", book({"Avril": ["Mobile", "0600001003"]}))
    )
    page = practising.client.get(draft).text
    asked = page[page.index('id="asked-1"') :]
    one = field(asked, "sheet_id")
    practising.post(f"{draft}/options", {"set": "leave_out", "sheet_id": one})
    text = practising.settled(draft)
    assert "3 numbers to add" in text
    assert "Import this sheet" in text
    practising.post(f"{draft}/options", {"set": "take_in", "sheet_id": one})
    assert "Are these the right numbers?" in practising.settled(draft) or "Is this the phone column?" in words(
        practising.client.get(draft).text
    )
    assert 422 == practising.post(f"{draft}/options", {"set": "leave_out", "sheet_id": "x"}).status_code


@EXHAUSTIVE
def test_hidden_rows_are_marked(practising):
    """The preview marks the hidden rows, and the counts are told while the question is open."""
    content = book({"A": ["Mobile", "0600001001", "0600001002", "0600001003"]}, hidden=[3])
    draft = practising.draft(("a.xlsx", content))
    page = practising.client.get(draft).text
    assert 1 == page.count('class="hidden-row"')
    assert "3 hidden 0600001002" in words(page)
    assert "Expected result, as it is" in words(page)
    practising.post(f"{draft}/options", {"set": "hidden", "hidden": "skip"})
    assert "2 numbers to add" in practising.settled(draft)


@EXHAUSTIVE
def test_status_values(practising):
    """Each value says what it means for the people, and only those who left are ticked."""
    text = "Mobile;Statut\n0600001001;Désabonné\n0600001002;Abonné\n0600001003;Client\n"
    draft = practising.draft(("a.csv", text.encode()))
    page = practising.client.get(draft).text
    asked = words(page[page.index('id="asked-1"') : page.index("Import every row")])
    for value, label in (("Désabonné", "unsubscribed"), ("Abonné", "still subscribed"), ("Client", "says nothing")):
        assert f"{value} {label} 1" in asked
    assert 1 == page[page.index('id="asked-1"') : page.index("Import every row")].count(" checked")


@EXHAUSTIVE
def test_country_column_by_hand(practising):
    """The form that reads again knows the column of countries, too, and that such columns are ignored."""
    text = "Mobile;Pays\n0470000001;Belgique\n0600001002;France\n0471000003;Belgique\n"
    draft = practising.draft(("a.csv", text.encode()))
    assert "Which countries are these numbers from?" in practising.settled(draft)
    names = ("region", "country_column", "header", "encoding", "delimiter", "line_types")
    form = {"set": list(names), "region": "FR", "header": "", "encoding": "", "delimiter": "", "line_types": "mobile"}
    practising.post(f"{draft}/options", {**form, "country_column": "Pays"})
    assert "3 numbers to add" in practising.settled(draft)
    practising.post(f"{draft}/options", {**form, "country_column": "none"})
    assert "1 number to add" in practising.settled(draft)
    assert '<option value="none" selected>' in practising.client.get(draft).text
