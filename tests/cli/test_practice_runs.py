"""A practice run is marked wherever it is named, and proves nothing."""

from __future__ import annotations

import json

import openpyxl
import pytest

EXPORT = "Mobile\n06 00 00 10 01\n"


@pytest.fixture
def practised(quick):
    """The command, and a run with --sandbox."""
    quick.write("a.csv", EXPORT)
    assert (
        quick("run", "a.csv", "--out", "runs/r", "--sandbox", "--format", "both", "--account", "shop").returncode == 0
    )
    return quick


def test_find_passes_practice_runs_over(practised):
    """They say nothing about the list; it says how many there are, and --practice shows them, marked."""
    told = practised("find", "0600001001", "runs")
    assert "is in no run" in told.stdout
    assert "Practice runs passed over: 1" in told.stdout
    assert json.loads(practised("find", "0600001001", "runs", "--json").stdout) == []
    told = practised("find", "0600001001", "runs", "--practice")
    assert "(practice run)" in told.stdout
    (one,) = json.loads(practised("find", "0600001001", "runs", "--json", "--practice").stdout)
    assert (one["status"], one["sandbox"]) == ("added", True)


def test_find_passes_one_without_journal_over(practised):
    """Of a practice run that has only its files left, likewise."""
    (practised.folder / "runs/r/journal.sqlite3").unlink()
    assert json.loads(practised("find", "0600001001", "runs", "--json").stdout) == []
    assert len(json.loads(practised("find", "0600001001", "runs", "--json", "--practice").stdout)) == 1


def test_it_is_marked(practised):
    """In history, summary, report and workbooks; it belongs to no account."""
    assert "practice run" in practised("history", "runs").stdout
    (run,) = json.loads(practised("history", "runs", "--json").stdout)
    made = json.loads((practised.folder / "runs/r/summary.json").read_text())
    assert (run["sandbox"], made["sandbox"], made["account_name"]) == (True, True, None)
    assert "Practice run" in (practised.folder / "runs/r/report.html").read_text("utf-8")
    book = openpyxl.load_workbook(practised.folder / "runs/r/results.xlsx")
    assert "practice run" in str(list(book.worksheets[1].values))


def test_real_runs_are_found(quick, vendor):
    """A run that went to the vendor is found as ever, and not marked."""
    quick.write("a.csv", EXPORT)
    assert quick("run", "a.csv", "--out", "runs/r", "--account", "shop").returncode == 0
    (one,) = json.loads(quick("find", "0600001001", "runs", "--json").stdout)
    assert one["sandbox"] is False
    assert "practice" not in quick("history", "runs").stdout
    report = (quick.folder / "runs/r/report.html").read_text("utf-8")
    assert "shop" in report
    assert quick.summary("runs/r")["by"] in report
    assert len(vendor.entries) == 1


def test_the_cause_of_failures_is_named(quick, vendor):
    """'Numbers that failed' says why, on the terminal and in the report, without a number."""
    vendor.odd["add"] = {"success": False, "code": 90, "message": "Quota for +33600001001 is used up"}
    quick.write("a.csv", EXPORT)
    told = quick("run", "a.csv", "--out", "r")
    assert told.returncode == 3
    assert "Numbers that failed: 1 (code 90, Quota for" in told.stderr
    assert "600001001" not in told.stderr
    assert "code 90, Quota" in (quick.folder / "r/report.html").read_text("utf-8")


def test_the_cause_is_the_network(quick):
    """Where no connection comes about, that is the cause."""
    quick.write("a.csv", EXPORT)
    way = {"SMSPARTNER_API_KEY": "key", "STOPIMPORT_BASE_URL": "http://127.0.0.1:9/v1"}
    told = quick("run", "a.csv", "--out", "r", "--attempts", "1", **way)
    assert told.returncode == 3
    assert "Numbers that failed: 1 (The connection to the server failed)" in told.stderr
