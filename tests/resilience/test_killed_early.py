"""What a kill must not open a way around, and what must be right after one although little was left to do."""

from __future__ import annotations

from contextlib import closing

import pytest
from chain import practising
from effort import some
from reckoning import balanced

from stopimport.sandbox.store import PracticeList

FAST = ("--rate", "1000/s")
GOOD = "Mobile\n06 00 00 10 01\n06 00 00 10 02\n06 00 00 10 03\n"
NOT_VALID = "Mobile\n" + "01 40 00 00 18\n" * 15 + "06 00 00 10 01\n" * 6
SUBSCRIBED = "Mobile;Statut\n06 00 00 10 01;désinscrit\n06 00 00 10 02;abonné\n"


@pytest.fixture
def api(program, tmp_path):
    """A practice API that behaves and that `program` reaches."""
    with practising(tmp_path / "list", 0) as (api, _before):
        program.environment |= {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        yield api


@pytest.mark.kill
@pytest.mark.parametrize("step", some(["logging_of", "_write_tables", "write_summary"], by_day=1))
@pytest.mark.parametrize(("command", "text"), [("run", NOT_VALID), ("run", SUBSCRIBED), ("check", NOT_VALID)])
def test_a_killed_run_does_not_get_past_its_guard(program, forked, api, command, step, text):
    """Whenever a guarded command is killed, `resume` sends nothing."""
    program.write("export.csv", text)
    listed = api.entries()
    assert forked(command, "export.csv", "--out", "r", *FAST, die_at=step).killed
    assert forked("resume", "r", *FAST).returncode == 2
    assert (api.calls.total, api.entries()) == (0, listed)


@pytest.mark.kill
@pytest.mark.parametrize("step", some(["record_listed", "_ask"], by_day=1))
def test_a_killed_run_does_not_get_past_max_numbers(program, forked, api, step):
    """`--max-numbers` holds for the whole run, whoever goes on with it."""
    program.write("export.csv", GOOD)
    listed = api.entries()
    assert forked("run", "export.csv", "--out", "r", "--max-numbers", "2", *FAST, die_at=step).killed
    done = forked("resume", "r", *FAST)
    assert done.returncode == 5, done.told
    assert api.entries() == listed
    assert balanced(program, "r")["state"] == "aborted"


def test_a_checked_run_keeps_its_max_numbers(program, forked, api):
    """What may be sent was settled when the run was checked, and what is sent is what was checked."""
    program.write("export.csv", GOOD)
    assert forked("check", "export.csv", "--out", "r", "--max-numbers", "3").returncode == 0
    assert forked("resume", "r", *FAST).returncode == 0
    assert balanced(program, "r")["counts"]["added"] == 3
    assert api.calls.by_endpoint["add"] == 3


@pytest.mark.kill
@pytest.mark.parametrize("step", some(["look_again", "_write_tables", "write_summary"], by_day=1))
def test_a_run_with_nothing_left_needs_no_list(program, forked, tmp_path, step):
    """All was sent, then came the kill: `resume` writes the run out, and whether the account still works is nothing."""
    program.write("export.csv", GOOD)
    with practising(tmp_path / "list", 0, "blocked=1@5") as (api, _before):
        program.environment |= {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        assert forked("run", "export.csv", "--out", "r", *FAST, die_at=step).killed
        done = forked("resume", "r", *FAST)
        assert done.returncode == 0, done.told
        assert api.calls.total == 4
    assert balanced(program, "r")["state"] == "complete"


@pytest.mark.kill
@pytest.mark.parametrize("step", some(["sit", "finish"], by_day=1))
def test_notices_of_a_killed_run_are_not_forgotten(program, forked, tmp_path, step):
    """What was told of reading and list is in the summary, however the run went on."""
    program.write("export.csv", GOOD + GOOD)
    with practising(tmp_path / "list", 0, "list/empty=1") as (api, _before):
        program.environment |= {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        command = ["run", "export.csv", "--out", "r", *FAST, "--attempts", "1"]
        assert forked(*command, die_at=step).killed
        assert forked("resume", "r", *FAST, "--attempts", "1").returncode == 0
        assert forked(*command[:3], "at-once", *command[4:]).returncode == 0
    assert program.summary("r")["notices"] == program.summary("at-once")["notices"]
    assert len(program.summary("r")["notices"]) == 2


@pytest.mark.kill
def test_a_killed_rehearsal_goes_on_with_its_own_list(program, forked):
    """With `--sandbox` list and journal are killed together, and agree in the end."""
    program.write("export.csv", GOOD)
    for step in ("note_fetch", "reserve", "flush", "look_again", "finish"):
        begun = (program.folder / "r" / "journal.sqlite3").exists()
        command = ["resume", "r"] if begun else ["run", "export.csv", "--out", "r", "--sandbox"]
        assert forked(*command, *FAST, die_at=step).killed
    assert forked("resume", "r", *FAST).returncode == 0
    balanced(program, "r")
    with closing(PracticeList(program.folder / "r" / "sandbox.sqlite3")) as stop_list:
        listed = {entry.number: str(entry.id) for entry in stop_list.entries()}
    assert {row["phoneNumber"]: row["stopId"] for row in program.rows("r")} == listed
    assert {row["status"] for row in program.rows("r")} == {"added"}
