"""`run` and `check` from the outside: files in, the stop list filled, the run's folder written."""

from __future__ import annotations

import json
import stat

import openpyxl
import pytest

RESULTS = [
    *("file", "sheet", "row", "column", "input", "phoneNumber", "status", "code", "stopId", "message"),
    *("repairs", "duplicateOf", "attempts", "sentAt"),
]
REJECTS = ["file", "sheet", "row", "column", "input", "reason", "message", "code", "corrected"]
SUMMARY = [
    *("run", "version", "command", "state", "exit_code", "started_at", "finished_at", "seconds", "inputs", "counts"),
    *("rejects_by_reason", "codes", "by", "sandbox", "requests", "stop_list"),
    *("account", "account_name", "base_url", "notices"),
]
EXPORT = "Nom;Mobile;Ref\nDupont;06 00 00 10 01;A1\nDurand;600001002;B2\nDupont;+33600001001;A3\nPetit;néant;C4\n;;\n"


def test_every_valid_number_ends_on_the_list(program, reach):
    """Each number is sent once, and each entry has a row that says what became of it."""
    program.write("export.csv", EXPORT)
    done = program("run", "export.csv", "--out", "r", "--keep", "Ref")
    assert done.returncode == 0, done.stderr.decode()
    assert [entry.number for entry in reach.entries()] == ["+33600001001", "+33600001002"]
    results, rejects = program.rows("r"), program.rows("r", "rejects.csv")
    assert list(results[0]) == [*RESULTS, "Ref"]
    assert list(rejects[0]) == [*REJECTS, "Ref"]
    assert [(row["row"], row["phoneNumber"], row["status"], row["code"], row["stopId"]) for row in results] == [
        ("2", "+33600001001", "added", "200", "1"),
        ("3", "+33600001002", "added", "200", "2"),
        ("4", "+33600001001", "duplicate", "200", "1"),
    ]
    assert results[2]["duplicateOf"] == "export.csv::2"
    assert [(row["row"], row["input"], row["reason"], row["Ref"]) for row in rejects] == [
        ("5", "néant", "not_a_phone_number", "C4")
    ]


def test_the_summary_balances(program, reach):
    """summary.json has the contract's keys, in order, and its counts balance."""
    program.write("export.csv", EXPORT)
    program("run", "export.csv", "--out", "r")
    summary = program.summary("r")
    assert list(summary) == (
        [
            "run",
            "version",
            "command",
            "state",
            "exit_code",
            "started_at",
            "finished_at",
            "seconds",
            "inputs",
            "counts",
            "rejects_by_reason",
            "codes",
            "by",
            "sandbox",
            "requests",
            "stop_list",
            "account",
            "account_name",
            "base_url",
            "notices",
        ]
    )
    assert summary["counts"] == {
        "rows": 4, "filtered": 0, "cells": 4, "blank": 0, "entries": 4, "split": 0, "rejected": 1, "duplicate": 1,
        "numbers": 2, "added": 2, "already_listed": 0, "refused": 0, "failed": 0, "not_sent": 0,
    }  # fmt: skip
    assert summary["state"] == "complete"
    assert summary["rejects_by_reason"] == {"not_a_phone_number": 1}
    assert summary["codes"] == {"200": 2}
    assert summary["stop_list"] == {"fetched": "yes", "entries": 0}
    assert summary["base_url"] == reach.url
    assert len(summary["account"]) == 8


def test_what_is_on_the_list_is_not_sent_again(program, reach):
    """A second run finds the numbers on the list that is fetched first, and makes no other call."""
    program.write("export.csv", EXPORT)
    program("run", "export.csv", "--out", "r")
    program("run", "export.csv", "--out", "again")
    assert [
        (row["status"], row["code"], row["stopId"], row["attempts"], row["sentAt"]) for row in program.rows("again")
    ] == [
        ("already_listed", "3", "1", "0", ""),
        ("already_listed", "3", "2", "0", ""),
        ("duplicate", "3", "1", "", ""),
    ]
    assert program.summary("again")["requests"]["sent"] == 0


def test_without_the_list_everything_is_sent(program, reach):
    """--no-skip-listed sends every number; the API's code 3 says what was there."""
    program.write("export.csv", EXPORT)
    program("run", "export.csv", "--out", "r")
    program("run", "export.csv", "--out", "again", "--no-skip-listed")
    rows = program.rows("again")
    assert [(row["status"], row["attempts"]) for row in rows[:2]] == [("already_listed", "1")] * 2
    assert program.summary("again")["stop_list"]["fetched"] == "no"


def test_check_adds_nothing(program, reach):
    """`check` writes the same folder and makes no call."""
    program.write("export.csv", EXPORT)
    done = program("check", "export.csv", "--out", "r")
    assert done.returncode == 0
    assert [row["status"] for row in program.rows("r")] == ["not_sent", "not_sent", "duplicate"]
    assert program.summary("r")["state"] == "checked"
    assert not reach.entries()
    assert reach.calls.total == 0


def test_workbooks_come_out_as_workbooks(program, reach):
    """Results of workbooks are a workbook of text cells, with a 'Read me' on the second sheet."""
    book = openpyxl.Workbook()
    for row in [["Nom", "Portable"], ["A", 600001001], ["B", "06 00 00 10 02"], ["C", "0123"]]:
        book.active.append(row)
    book.save(program.folder / "export.xlsx")
    assert program("run", "export.xlsx", "--out", "r").returncode == 0
    results = openpyxl.load_workbook(program.folder / "r" / "results.xlsx")
    assert len(results.sheetnames) == 2
    rows = list(results.worksheets[0].iter_rows(values_only=True))
    assert rows[0] == tuple(RESULTS)
    assert [row[:7] for row in rows[1:]] == [
        ("export.xlsx", "Sheet", "2", "Portable", "600001001", "+33600001001", "added"),
        ("export.xlsx", "Sheet", "3", "Portable", "06 00 00 10 02", "+33600001002", "added"),
    ]
    assert not (program.folder / "r" / "results.csv").exists()


def test_a_repaired_rejects_file_keeps_the_places(program, reach):
    """`corrected` is read where it is filled in, else `input`; each row keeps its original place."""
    program.write("export.csv", EXPORT)
    program("run", "export.csv", "--out", "r")
    rejects = (program.folder / "r" / "rejects.csv").read_text("utf-8-sig").replace(";;\n", ";;06 00 00 10 09\n")
    program.write("fixed.csv", rejects)
    done = program("run", "fixed.csv", "--out", "fixed")
    assert done.returncode == 0, done.stderr.decode()
    columns = ("file", "row", "column", "phoneNumber", "status", "repairs")
    assert [tuple(map(row.get, columns)) for row in program.rows("fixed")] == [
        ("export.csv", "5", "Mobile", "+33600001009", "added", "corrected")
    ]


def test_standard_input_is_a_file(program, reach):
    """`-` reads standard input."""
    done = program("run", "-", "--out", "r", stdin="06 00 00 10 01\n06 00 00 10 02\n")
    assert done.returncode == 0, done.stderr.decode()
    assert [row["phoneNumber"] for row in program.rows("r")] == ["+33600001001", "+33600001002"]


def test_json_is_all_there_is_on_standard_output(program, reach):
    """--json prints the summary and nothing else."""
    program.write("export.csv", EXPORT)
    done = program("run", "export.csv", "--out", "r", "--json")
    assert json.loads(done.stdout) == program.summary("r")


def test_files_are_the_owners_alone(program, reach):
    """Files are 0600, the folder 0700."""
    program.write("export.csv", EXPORT)
    program("run", "export.csv", "--out", "r")
    assert stat.S_IMODE((program.folder / "r").stat().st_mode) == 0o700
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (program.folder / "r").iterdir()}
    assert set(modes) == {"results.csv", "rejects.csv", "summary.json", "report.html", "journal.sqlite3", "run.log"}
    assert set(modes.values()) == {0o600}


def test_the_default_folder_is_named_by_time_and_file(program, reach):
    """A run is in stopimport-runs/<time>-<first file>, -2 if taken."""
    program.write("export.csv", EXPORT)
    program("check", "export.csv")
    names = [path.name for path in (program.folder / "stopimport-runs").iterdir()]
    assert len(names) == 1
    assert names[0].endswith("Z-export.csv")
    assert ":" not in names[0]


def test_the_log_masks_numbers_and_knows_no_key(program, practice):
    """Neither the log nor anything printed holds a whole number or the key."""
    program.write("export.csv", EXPORT)
    key = "a-key-nobody-must-see"
    done = program("run", "export.csv", "--out", "r", "--verbose", "--base-url", practice.url, SMSPARTNER_API_KEY=key)
    assert done.returncode == 4
    log = (program.folder / "r" / "run.log").read_text()
    for text in (log, done.stdout.decode(), done.stderr.decode(), json.dumps(program.summary("r"))):
        assert key not in text
        assert "600001001" not in text
    assert key.encode() not in (program.folder / "r" / "journal.sqlite3").read_bytes()


def test_run_with_the_sandbox_needs_no_key(program):
    """`run --sandbox` sends to a practice API inside the process, whose list is in the folder."""
    program.write("export.csv", EXPORT)
    done = program("run", "export.csv", "--out", "r", "--sandbox")
    assert done.returncode == 0, done.stderr.decode()
    assert [row["status"] for row in program.rows("r")] == ["added", "added", "duplicate"]
    assert program.summary("r")["account"] is None


@pytest.mark.usefixtures("reach")
def test_a_short_sending_was_no_faster_than_the_limit(quick):
    """per_second counts the last call's share of the rate too, so that it never says more than --rate allows."""
    quick.write("export.csv", EXPORT)
    quick("run", "export.csv", "--out", "r", "--rate", "50/s")
    assert 0 < quick.summary("r")["requests"]["per_second"] <= 50


def test_there_must_be_such_a_group(quick):
    """Exit code 2, the option named, and no folder left behind."""
    quick.write("export.csv", EXPORT)
    done = quick("run", "export.csv", "--out", "r", "--group", "no-such-group", "--lang", "fr")
    assert done.returncode == 2
    assert "--group" in done.stderr
    assert "ce groupe n’existe pas" in done.stderr
    assert not (quick.folder / "r").exists()
