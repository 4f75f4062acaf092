"""`undo` from the outside: what a run added leaves the list again, and nothing else."""

from __future__ import annotations

import csv
import json
import os
import pty
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

from helping import put_on, take_off

from stopimport.runs.facts import UndoFacts
from stopimport.runs.journal import Journal
from stopimport.runs.locks import folder_lock
from stopimport.sandbox.options import SandboxOptions
from stopimport.sandbox.server import running
from stopimport.sending.outcomes import UndoStep

COLUMNS = ["phoneNumber", "stopId", "status", "code", "message", "removedAt"]
EXPORT = "Mobile\n0600001001\n0600001002\n0600001003\n"
FAST = "--rate=1000/s"
WHY = "--reason=wrong file"


def undone(quick, run="r"):
    """Return the rows of undo.csv as dictionaries."""
    with (quick.folder / run / "undo.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = csv.DictReader(file, delimiter=";")
        assert rows.fieldnames == COLUMNS
        return list(rows)


def statuses(quick, run="r"):
    """Return the statuses in undo.csv."""
    return [row["status"] for row in undone(quick, run)]


def imported(quick, out="r", *options, text=EXPORT):
    """Import `text` into the folder `out`."""
    quick.write(f"{out}.csv", text)
    told = quick("run", f"{out}.csv", "--out", out, FAST, *options)
    assert told.returncode == 0, told.stderr


def listed(api):
    """Return the last digits of the numbers on a practice API's list."""
    return [entry.number[-2:] for entry in api.entries()]


def test_only_what_the_run_added_leaves_the_list(quick, reach):
    """Added numbers are taken off, the others stay; the summary and undo.csv say so, and the run is as it was."""
    put_on(reach, "+33600001002")
    imported(quick)
    before = quick.summary("r")
    told = quick("undo", "r", "--reason", " wrong\n file ", FAST)
    assert told.returncode == 0, told.stderr
    assert listed(reach) == ["02"]
    assert [list(row.values())[:5] for row in undone(quick)] == [
        ["+33600001001", "2", "removed", "200", ""],
        ["+33600001003", "3", "removed", "200", ""],
    ]
    assert all(row["removedAt"].endswith("+00:00") for row in undone(quick))
    after = quick.summary("r")
    undo = after.pop("undo")
    assert after == before
    assert list(undo) == [
        "reason",
        "started_at",
        "finished_at",
        "removed",
        "absent",
        "left",
        "failed",
        "exit_code",
        "by",
    ]
    assert [undo["reason"], *list(undo.values())[3:-1]] == ["wrong file", 2, 0, 0, 0, 0]


def test_after_it_the_run_is_closed(quick, reach):
    """What was undone cannot be resumed, need not be on the list for `verify`, and undoing it again changes nothing."""
    imported(quick)
    quick("undo", "r", WHY, FAST)
    assert quick("resume", "r", FAST).returncode == 2
    assert quick("verify", "r").returncode == 0
    assert quick.summary("r")["verify"]["checked"] == 0
    calls, before = reach.calls.total, undone(quick)
    assert quick("undo", "r", WHY).returncode == 0
    assert (reach.calls.total, undone(quick)) == (calls, before)


def test_a_reason_is_needed(quick, reach):
    """Without --reason, or with a blank one: exit 2, and no call."""
    imported(quick)
    calls = reach.calls.total
    assert quick("undo", "r").returncode == 2
    assert quick("undo", "r", "--reason", " \t").returncode == 2
    assert (reach.calls.total, "undo" in quick.summary("r")) == (calls, False)


def test_nothing_to_undo(quick, reach):
    """A run that added nothing: exit 0 and a sentence, no call, and it can still be resumed."""
    quick.write("export.csv", EXPORT)
    quick("check", "export.csv", "--out", "r")
    told = quick("undo", "r", WHY)
    assert (told.returncode, "Nothing to undo" in told.stdout, reach.calls.total) == (0, True, 0)
    assert not (quick.folder / "r" / "undo.csv").exists()
    assert quick("resume", "r", FAST).returncode == 0


def test_what_is_not_the_runs_any_more_is_not_touched(quick, reach):
    """A number that is gone is `absent`; one that came back under another id is `left`."""
    imported(quick)
    take_off(reach, 1)
    take_off(reach, 2)
    put_on(reach, "+33600001002")
    assert quick("undo", "r", WHY, FAST).returncode == 0
    assert statuses(quick) == ["absent", "left", "removed"]
    assert "another id" in undone(quick)[1]["message"]
    assert listed(reach) == ["02"]
    assert [quick.summary("r")["undo"][name] for name in ("removed", "absent", "left", "failed")] == [1, 1, 1, 0]


def test_what_a_later_run_counts_on_is_left(quick, reach):
    """A number that a later run beside it reported as already listed stays, unless --even-if-needed."""
    imported(quick, "first", text="Mobile\n0600001001\n0600001009\n")
    take_off(reach, 1)
    imported(quick)
    imported(quick, "later", text="Mobile\n0600001002\n0600001009\n")
    assert quick("undo", "r", WHY, FAST).returncode == 0
    # The first run came before: what it reported says nothing about this one.
    assert statuses(quick) == ["removed", "left", "removed"]
    assert "later" in undone(quick)[1]["message"]
    assert quick("undo", "r", WHY, "--even-if-needed", FAST).returncode == 0
    assert statuses(quick) == ["removed", "removed", "removed"]
    assert listed(reach) == ["09"]


def change(quick, run, facts=None, sql=None):
    """Change what the journal of a run knows, as no version of the program does."""
    with closing(sqlite3.connect(quick.folder / run / "journal.sqlite3")) as connection, connection:
        if facts:
            meta = json.loads(connection.execute("SELECT meta FROM run").fetchone()[0]) | facts
            connection.execute("UPDATE run SET meta = ?", (json.dumps(meta),))
        if sql:
            connection.execute(sql)


def test_clocks_do_not_say_who_counts_on_what(quick, reach):
    """A run whose clock was years behind found our entry on the list: the ids tell that it came later."""
    imported(quick)
    imported(quick, "later", text="Mobile\n0600001002\n")
    past = "2001-01-01T00:00:00.000+00:00"
    change(quick, "later", {"started_at": past, "finished_at": past})
    assert quick("undo", "r", WHY, FAST).returncode == 0
    assert statuses(quick) == ["removed", "left", "removed"]
    assert listed(reach) == ["02"]


def test_an_older_entry_is_not_ours(quick, reach):
    """A run that found another entry of the number, by its id, does not count on ours."""
    put_on(reach, "+33600001002")
    imported(quick, "first", text="Mobile\n0600001002\n")
    take_off(reach, 1)
    imported(quick)
    change(quick, "first", {"finished_at": "2099-01-01T00:00:00.000+00:00"})
    assert quick("undo", "r", WHY, FAST).returncode == 0
    assert statuses(quick) == ["removed"] * 3


def test_what_another_run_added_as_well_is_left(quick, reach):
    """Two senders at once were both told `added`, with the same id: undoing one takes nothing from the other."""
    imported(quick)
    shutil.copytree(quick.folder / "r", quick.folder / "twin")
    assert quick("undo", "r", WHY, FAST).returncode == 0
    assert statuses(quick) == ["left"] * 3
    assert "twin" in undone(quick)[0]["message"]
    assert len(listed(reach)) == 3
    # The first gave them up, so nobody is left who counts on them.
    assert quick("undo", "twin", WHY, FAST).returncode == 0
    assert listed(reach) == []


def test_an_answer_without_an_id_may_mean_our_entry(quick, reach):
    """A run that was told 'already listed' by the API's answer, which has no id, may count on ours."""
    imported(quick)
    imported(quick, "other", "--no-skip-listed", text="Mobile\n0600001002\n")
    assert quick.rows("other")[0]["stopId"] == ""
    assert quick("undo", "r", WHY, FAST).returncode == 0
    assert statuses(quick) == ["removed", "left", "removed"]
    assert listed(reach) == ["02"]


def test_a_run_under_an_older_key_counts_too(quick, vendor):
    """Runs of one account are known by its name, or by the keys that a run was used with."""
    imported(quick)
    quick.write("other.csv", "Mobile\n0600001002\n")
    quick("run", "other.csv", "--out", "other", FAST)
    new = {"SMSPARTNER_API_KEY": "a-new-key"}
    assert quick("undo", "r", WHY, FAST, "--new-key", **new).returncode == 0
    assert statuses(quick) == ["removed", "left", "removed"]
    assert len(vendor.entries) == 1


def test_a_later_run_of_another_account_counts_on_nothing(quick, reach):
    """Only runs of the same account have seen the same list."""
    imported(quick)
    with running(SandboxOptions(key="another")) as other:
        put_on(other, "+33600001001")
        quick.write("other.csv", EXPORT)
        quick("run", "other.csv", "--out", "other", FAST, SMSPARTNER_API_KEY="another", STOPIMPORT_BASE_URL=other.url)
    assert quick.summary("other")["counts"]["already_listed"] == 1
    assert quick("undo", "r", WHY, FAST).returncode == 0
    assert statuses(quick) == ["removed"] * 3


def test_nothing_is_taken_off_by_a_part_of_the_list(quick, vendor):
    """A partial list: exit 3, no delete, and the run is not undone."""
    imported(quick)
    vendor.announced = 50
    told = quick("undo", "r", WHY, FAST)
    assert (told.returncode, "only part" in told.stderr) == (3, True)
    assert "delete" not in vendor.calls
    assert "undo" not in quick.summary("r")
    vendor.announced = None
    assert quick("undo", "r", WHY, FAST).returncode == 0


def test_a_number_listed_twice_loses_the_runs_entry(quick, vendor):
    """Two entries of a number, differently written: only the one with the run's id goes."""
    imported(quick, text="Mobile\n0600001001\n")
    vendor.entries.insert(0, {"id": 99, "phoneNumber": "06 00 00 10 01", "createdAt": ""})
    assert quick("undo", "r", WHY, FAST).returncode == 0
    assert [entry["id"] for entry in vendor.entries] == [99]


def test_who_may_undo(quick, reach):
    """Another account or no run: exit 2; no key: 4; a folder in use: 7."""
    imported(quick)
    calls = reach.calls.total
    assert quick("undo", "r", WHY, SMSPARTNER_API_KEY="another").returncode == 2
    assert quick("undo", "nowhere", WHY).returncode == 2
    assert quick("undo", "r", WHY, SMSPARTNER_API_KEY="").returncode == 4
    with folder_lock(quick.folder / "r"):
        assert quick.program("undo", "r", WHY).returncode == 7
    assert (reach.calls.total, len(reach.entries())) == (calls, 3)


def test_json_is_the_summary(quick, reach):
    """--json prints the summary and nothing else."""
    imported(quick)
    told = quick("undo", "r", WHY, "--json", FAST)
    assert json.loads(told.stdout) == quick.summary("r")


def test_a_practice_run_has_its_own_list(quick, practice):
    """A run with --sandbox is undone on the list in its folder; no key, no account, whatever address is set."""
    imported(quick, "r", "--sandbox")
    told = quick("undo", "r", WHY, FAST, STOPIMPORT_BASE_URL=practice.url, SMSPARTNER_API_KEY="k")
    assert told.returncode == 0, told.stderr
    assert statuses(quick) == ["removed"] * 3
    assert practice.calls.total == 0
    assert quick("verify", "r").returncode == 0


def test_what_an_interrupted_undo_took_off_is_removed(quick, reach):
    """A number that went out before a kill, and is gone: removed, with a message; one that is still there is tried."""
    imported(quick)
    with Journal.open(quick.folder / "r" / "journal.sqlite3") as journal:
        undo = UndoFacts("first", datetime(2026, 11, 22, 10, tzinfo=UTC))
        journal.update(replace(journal.facts, undo=undo))
        # Calls may overtake one another: the ids are not those of the order.
        ids = [int(row["stopId"]) for row in quick.rows("r")]
        journal.undo_reserve([UndoStep(f"+3360000100{n}", str(ids[n - 1]), "") for n in (1, 2)])
    take_off(reach, ids[0])
    take_off(reach, ids[2])
    assert quick("undo", "r", WHY, FAST).returncode == 0
    rows = undone(quick)
    assert [row["status"] for row in rows] == ["removed", "removed", "absent"]
    assert ("no usable answer" in rows[0]["message"], rows[0]["code"], rows[1]["code"]) == (True, "", "200")
    assert quick.summary("r")["undo"]["started_at"] == "2026-11-22T10:00:00.000+00:00"


def asked(quick, answer, *args):
    """Run a command on a terminal where somebody types `answer`; return its exit code and what was shown."""
    ours, theirs = pty.openpty()
    with open(theirs, "wb") as terminal:  # noqa: PTH123 - a descriptor
        process = subprocess.Popen(
            quick.command(*args), cwd=quick.folder, env=quick.environment, stdin=terminal, stderr=terminal,
            stdout=subprocess.DEVNULL,
        )  # fmt: skip
    os.write(ours, answer)
    shown = b""
    # Linux answers EIO once nobody has the other end open.
    while process.poll() is None or not shown.endswith(b"\n"):
        try:
            shown += os.read(ours, 65536)
        except OSError:
            break
    os.close(ours)
    return process.wait(), shown.decode()


def test_on_a_terminal_it_asks(quick, reach):
    """The preview tells counts, reason and account; 'no' is exit 5 and changes nothing, 'yes' goes on."""
    imported(quick)
    code, shown = asked(quick, b"n\n", "undo", "r", WHY)
    assert (code, len(reach.entries()), "undo" in quick.summary("r")) == (5, 3, False)
    for words in ("wrong file", "To be taken off", reach.url, quick.summary("r")["account"], "Take them off now?"):
        assert words in shown
    assert "600001001" not in shown
    code, shown = asked(quick, b"y\n", "undo", "r", WHY)
    assert (code, reach.entries()) == (0, []), shown
