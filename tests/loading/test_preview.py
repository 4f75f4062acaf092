"""`pipeline.previewing`: what a person sees of files before anything is decided."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from stopimport.loading.errors import AmbiguousColumn, HiddenRows, StillSubscribed
from stopimport.pipeline.errors import TooManyRejects
from stopimport.pipeline.job import Context
from stopimport.pipeline.previewing import preview as preview_of
from stopimport.pipeline.previewing import read_files
from stopimport.pipeline.running import check
from stopimport.settings import Settings

CRM = "Export du 21/11/2026;;\n\nNom;Mobile;Statut\nA;0612345601;STOP\nB;0612345602;abonné\nC;0612345603;stop\n"


@pytest.fixture
def crm(tmp_path):
    """A small export with a title line and a status column."""
    path = tmp_path / "crm.csv"
    path.write_text(CRM, "utf-8")
    return path


def seen(*files, **values):
    """Return what is understood of files."""
    settings = Settings(values, values.pop("picked", ()))
    with tempfile.TemporaryDirectory() as place:
        return preview_of(read_files(list(map(str, files)), settings, Path(place)), settings)


def phones(sheet):
    """Return the phone columns of a sheet."""
    return [column.label for column in sheet.columns if column.phone]


def test_header_column_and_first_rows_are_shown(crm):
    """Title lines, header and data carry their row numbers; the phone column says why it was taken."""
    preview = seen(crm)
    (sheet,) = preview.files[0].sheets

    assert ("crm.csv", "utf-8", ";") == (
        preview.files[0].name,
        preview.files[0].encoding.lower(),
        preview.files[0].delimiter,
    )
    assert (3, [("A", "Nom"), ("B", "Mobile"), ("C", "Statut")]) == (
        sheet.header_row,
        [(column.letter, column.label) for column in sheet.columns],
    )
    assert (["Mobile"], "header", 3, 3) == (phones(sheet), sheet.why, sheet.rows, sheet.kept)
    assert [(1, "title"), (2, "title"), (3, "header"), (4, "data")] == [(r.number, r.kind) for r in sheet.head][:4]
    assert ("A", "0612345601", "STOP") == sheet.head[3].cells


def test_filters_show_values_counts_and_meaning(crm):
    """Values are counted whatever their case, and a status says who is still subscribed."""
    (status,) = [each for each in seen(crm).filters if each.column == "Statut"]

    assert [("STOP", 2, "gone"), ("abonné", 1, "subscribed")] == [(v.text, v.count, v.means) for v in status.values]
    assert not status.active


def test_a_condition_shows_what_it_keeps(crm):
    """The values of a condition are chosen, and the rows it keeps are counted."""
    preview = seen(crm, where=("Statut=STOP",))
    status = next(each for each in preview.filters if each.column == "Statut")

    assert (True, [True, False]) == (status.active, [value.chosen for value in status.values])
    assert 2 == preview.files[0].sheets[0].kept


def test_several_columns_are_candidates_and_no_error(tmp_path):
    """What stops a check is a choice to be made here."""
    path = tmp_path / "two.csv"
    path.write_text("Mobile 1;Mobile 2\n0612345601;0612345602\n", "utf-8")
    (sheet,) = seen(path).files[0].sheets

    assert ([], [True, True], "") == (phones(sheet), [column.candidate for column in sheet.columns], sheet.skipped)
    with pytest.raises(AmbiguousColumn) as told:
        check([path], Context(Settings({"out": str(tmp_path / "run")})))
    assert (0, 1) == told.value.indices


def test_a_column_can_be_picked_in_one_file_and_found_in_another(crm, tmp_path):
    """A click concerns the sheet that it was made in, whatever the columns of other files are called."""
    other = tmp_path / "other.csv"
    other.write_text("Mobile 1;Mobile 2\n0612345611;0612345612\n", "utf-8")
    picked = (("other.csv", "", 0, (1,)),)
    preview = seen(crm, other, picked=picked)
    settings = Settings({"out": str(tmp_path / "run"), "all_rows": True}, picked)
    result = check([crm, other], Context(settings))

    assert [(["Mobile"], "header"), (["Mobile 2"], "picked")] == [
        (phones(file.sheets[0]), file.sheets[0].why) for file in preview.files
    ]
    assert [["Mobile"], ["Mobile 2"]] == [file["sheets"][0]["columns"] for file in result.summary["inputs"]]
    assert 4 == result.summary["counts"]["numbers"]


def test_files_without_a_phone_column_are_shown_all_the_same(tmp_path):
    """The columns are there to be picked from."""
    path = tmp_path / "names.csv"
    path.write_text("Nom;Ville\nA;Lyon\nB;Paris\n", "utf-8")
    (sheet,) = seen(path).files[0].sheets

    assert ("no phone column", ["Nom", "Ville"], 2) == (
        sheet.skipped,
        [column.label for column in sheet.columns],
        sheet.rows,
    )


def test_hidden_sheets_and_rows_are_seen(tmp_path):
    """Hidden rows are counted until somebody has decided on them; a hidden sheet has its name alone."""
    book, path = Workbook(), tmp_path / "book.xlsx"
    sheet = book.active
    for row in (["Mobile"], ["0612345601"], ["0612345602"]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    book.create_sheet("Archive").sheet_state = "hidden"
    book.save(path)
    first, second = seen(path).files[0].sheets

    assert (2, 1) == (first.rows, first.hidden)
    assert ("Archive", "hidden") == (second.name, second.skipped)
    assert 0 == seen(path, hidden="include").files[0].sheets[0].hidden


def test_guards_bring_the_facts_of_their_question(tmp_path):
    """All guards of a check come back, with what a person needs in order to answer."""
    book, path = Workbook(), tmp_path / "book.xlsx"
    for row in (["Mobile", "Statut"], *([f"06123456{n:02}", "abonné"] for n in range(9)), ["0612345610", "désabonné"]):
        book.active.append(row)
    for n in range(15):
        book.active.append([f"061234{n:02}", "désabonné"])
    book.active.row_dimensions[3].hidden = True
    book.save(path)
    result = check([path], Context(Settings({"out": str(tmp_path / "run")})))
    hidden, subscribed, rejects = result.guards

    assert result.error is hidden
    assert (HiddenRows, ("book.xlsx, sheet 'Sheet'", 1)) == (type(hidden), (str(hidden.by_place[0][0]), 1))
    assert (StillSubscribed, {"abonné": 9, "désabonné": 16}) == (type(subscribed), dict(subscribed.counts))
    assert ("Statut", ("abonné",)) == (subscribed.column, subscribed.subscribed)
    assert (TooManyRejects, "too_short", 15) == (type(rejects), rejects.mostly, rejects.rejected)
