"""`export`: the account's stop list as a file."""

from __future__ import annotations

import csv
import json
import signal
import stat
import time

import openpyxl
import pytest
from effort import some

from stopimport.sandbox.options import SandboxOptions
from stopimport.sandbox.server import running

HEADER = ["stopId", "phoneNumber", "createdAt"]
LIST = [
    {"id": 19, "phoneNumber": "+33600001001", "createdAt": "2015-07-20 10:19:45"},
    {"id": "20", "phoneNumber": "0600001002", "createdAt": ""},
    {"id": 21, "phoneNumber": "33600001003", "createdAt": "=1+1"},
    {"id": 22, "phoneNumber": "0692001004", "createdAt": None},
    {"id": 23, "phoneNumber": "STOP", "createdAt": "2015-07-20 10:19:46"},
    {"id": 24, "phoneNumber": "0600001005 / 0600001006", "createdAt": "2015-07-20 10:19:47"},
]
NUMBERS = ["+33600001001", "+33600001002", "+33600001003", "+262692001004", "STOP", "0600001005 / 0600001006"]


def rows(path):
    """Return the rows of a CSV file that we wrote."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_a_csv_file_holds_the_whole_list(quick, vendor):
    """One row an entry, in the API's order; numbers in E.164 form where there is one, else as they are."""
    vendor.entries = LIST
    done = quick("export", "list.csv")
    assert done.returncode == 0, done.stderr
    table = rows(quick.folder / "list.csv")
    assert table[0] == HEADER
    assert [row[0] for row in table[1:]] == ["19", "20", "21", "22", "23", "24"]
    assert [row[1] for row in table[1:]] == NUMBERS
    assert table[1][2] == "2015-07-20 10:19:45"
    assert "6" in done.stdout
    assert vendor.calls == ["list"]


def test_a_workbook_holds_the_same(quick, vendor):
    """An .xlsx has the same table as text on its first sheet, and a 'Read me' on the second."""
    vendor.entries = LIST
    assert quick("export", "List.XLSX").returncode == 0
    book = openpyxl.load_workbook(quick.folder / "List.XLSX")
    assert len(book.sheetnames) == 2
    header, *table = book.worksheets[0].iter_rows(values_only=True)
    assert list(header) == HEADER
    assert [row[1] for row in table] == NUMBERS
    assert {cell.data_type for row in book.worksheets[0].iter_rows() for cell in row if cell.value is not None} == {"s"}


def test_nothing_in_the_file_can_run(quick, vendor):
    """What the API gives is no formula in a spreadsheet program; a number's plus stays as it is."""
    vendor.entries = LIST
    quick("export", "list.csv")
    text = (quick.folder / "list.csv").read_text("utf-8-sig")
    assert "'=1+1" in text
    assert ";+33600001001;" in text


def test_the_file_is_the_owners_alone(quick, vendor):
    """The list is personal data: the file is 0600, and nothing else is left in the folder."""
    vendor.entries = LIST
    before = {*quick.folder.iterdir(), quick.folder / "home"}
    quick("export", "list.csv")
    assert set(quick.folder.iterdir()) - before == {quick.folder / "list.csv"}
    assert stat.S_IMODE((quick.folder / "list.csv").stat().st_mode) == 0o600


def test_an_empty_list_is_a_file_too(quick, vendor):
    """An empty list gives the header alone."""
    assert quick("export", "list.csv").returncode == 0
    assert rows(quick.folder / "list.csv") == [HEADER]
    assert vendor.calls == ["list"]


def test_nothing_is_overwritten_unasked(quick, vendor):
    """A file that is already listed is left alone, unless --force is given."""
    quick.write("list.csv", "mine")
    done = quick("export", "list.csv")
    assert done.returncode == 2
    assert "--force" in done.stderr
    assert (quick.folder / "list.csv").read_text() == "mine"
    assert vendor.calls == []
    assert quick("export", "list.csv", "--force").returncode == 0
    assert rows(quick.folder / "list.csv") == [HEADER]


@pytest.mark.parametrize("name", ["list.txt", "list", "list.xls", "nowhere/list.csv"])
def test_other_names_are_refused_before_the_call(quick, vendor, name):
    """Other endings, and folders that do not exist, are exit code 2; nothing is fetched."""
    done = quick("export", name)
    assert done.returncode == 2
    assert name in done.stderr
    assert vendor.calls == []


def test_a_partial_list_is_written_and_told(quick, vendor):
    """If the API announces more than it gives, the file is written and the exit code is 3."""
    vendor.entries, vendor.announced = LIST, 7
    done = quick("export", "list.csv", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout) == {"file": "list.csv", "entries": 6, "partial": True, "exit_code": 3}
    assert "part" in done.stderr
    assert len(rows(quick.folder / "list.csv")) == 7


def test_json_tells_file_and_entries(quick, vendor):
    """--json gives the file written and the number of entries."""
    vendor.entries = LIST
    done = quick("export", "list.csv", "--json")
    assert json.loads(done.stdout) == {"file": "list.csv", "entries": 6, "partial": False, "exit_code": 0}


@pytest.mark.parametrize("code", [1, 10, 20, 30, 40, 96])
def test_a_refused_account_is_exit_code_4(quick, vendor, code):
    """An account code ends it: no file, no further call, and the key in no output."""
    vendor.odd["list"] = {"success": False, "code": code, "message": "no: practice-key"}
    done = quick("export", "list.csv", "--json")
    assert done.returncode == 4
    assert json.loads(done.stdout)["exit_code"] == 4
    assert not (quick.folder / "list.csv").exists()
    assert vendor.calls == ["list"]
    assert "practice-key" not in done.stdout + done.stderr


def test_without_a_key_it_is_exit_code_4(quick):
    """There must be a key."""
    done = quick("export", "list.csv")
    assert done.returncode == 4
    assert "SMSPARTNER_API_KEY" in done.stderr
    assert not (quick.folder / "list.csv").exists()


def test_no_usable_answer_is_exit_code_3(quick, reach):
    """If what answers is not the API there is no file, and the exit code is 3."""
    done = quick("export", "list.csv", "--base-url", reach.url + "/nowhere", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["exit_code"] == 3
    assert not (quick.folder / "list.csv").exists()


@pytest.mark.process
@pytest.mark.parametrize(("sent", "code"), some([(signal.SIGINT, 130), (signal.SIGTERM, 143)], by_day=1))
def test_it_can_be_stopped(program, sent, code):
    """Ctrl-C and SIGTERM end it at once: no file, no traceback."""
    with running(SandboxOptions(port=0, latency=600)) as slow:
        address = {"SMSPARTNER_API_KEY": slow.key, "STOPIMPORT_BASE_URL": slow.url}
        process = program.start("export", "list.csv", **address)
        try:
            deadline = time.monotonic() + 60
            while not slow.calls.total and time.monotonic() < deadline:
                process.poll()
            process.send_signal(sent)
            _out, err = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == code
    assert b"Traceback" not in err
    assert not (program.folder / "list.csv").exists()


def test_the_practice_list_comes_out_as_it_went_in(quick, reach):
    """What a run added is exported with the ids that the run was told."""
    quick.write("export.csv", "Mobile\n06 00 00 10 01\n06 00 00 10 02\n")
    quick("run", "export.csv", "--out", "r")
    quick("export", "list.csv")
    sent = [(row["stopId"], row["phoneNumber"]) for row in quick.rows("r")]
    assert [tuple(row[:2]) for row in rows(quick.folder / "list.csv")[1:]] == sent
    assert len(reach.entries()) == 2
