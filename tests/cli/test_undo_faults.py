"""`undo` under fire: kills, signals, lost answers, and an API that refuses."""

from __future__ import annotations

import random
import signal

import pytest
from effort import EXHAUSTIVE, some
from helping import until
from test_undo import FAST, WHY, imported, listed, statuses, undone

from stopimport.sandbox.faults import FAULTS
from stopimport.sandbox.options import SandboxOptions, parse_fault
from stopimport.sandbox.server import running

MANY = "Mobile\n" + "".join(f"06000020{n:02d}\n" for n in range(60))


@pytest.fixture
def faulty(program):
    """Start a practice API with the faults given; `program` reaches it."""
    apis = []

    def start(*faults, **options):
        rules = tuple(parse_fault(fault, FAULTS) for fault in faults)
        apis.append(running(SandboxOptions(faults=rules, **options)))
        api = apis[-1].__enter__()
        program.environment |= {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        return api

    yield start
    for api in apis:
        api.__exit__(None, None, None)


def test_a_lost_answer_is_told(quick, faulty):
    """A delete that was done and whose answer got lost: code 4 the second time, `removed` with a message."""
    api = faulty("delete/drop-after=1@6-6")
    imported(quick)
    assert quick("undo", "r", WHY, FAST, "--concurrency", "1").returncode == 0
    assert api.calls.by_fault["drop-after"] == 1
    rows = undone(quick)
    told = [row for row in rows if row["code"] == "4"]
    assert [row["status"] for row in rows] == ["removed"] * 3
    assert ["no usable answer" in row["message"] for row in told] == [True]


def test_the_list_settles_what_stayed_in_doubt(quick, faulty):
    """All tries broke off: what is gone from the list is `removed` with a message, the rest `failed`; exit 3."""
    api = faulty("delete/drop-after=1@6-6", "delete/drop-before=1@7-7")
    imported(quick)
    told = quick("undo", "r", WHY, FAST, "--attempts", "1", "--concurrency", "1")
    assert (told.returncode, sorted(statuses(quick))) == (3, ["failed", "removed", "removed"])
    assert "Try again" in told.stderr
    assert len(api.entries()) == 1
    assert quick("undo", "r", WHY, FAST).returncode == 0
    assert (statuses(quick), api.entries()) == (["removed"] * 3, [])


def test_whatever_comes_back_it_ends_well(quick, faulty):
    """Refusals for now, broken connections and bodies of every kind: repeated, undo takes everything off the list."""
    odd = "code-500 contradiction drop empty error gateway half html junk malformed reset strings truncated xml"
    api = faulty("delete/too-many=2%:0@62", *(f"delete/{fault}=4%@62" for fault in odd.split()), seed=3)
    imported(quick, text=MANY)
    codes = [3]
    while codes[-1] == 3:
        codes.append(quick("undo", "r", WHY, FAST, "--attempts", "3").returncode)
        assert ("failed" in statuses(quick)) == (codes[-1] == 3)
    assert (codes[-1], statuses(quick), api.entries()) == (0, ["removed"] * 60, [])


@pytest.mark.parametrize(("fault", "code"), [("blocked", 4), ("redirect", 3)])
def test_an_end_before_its_time(quick, faulty, fault, code):
    """A refused account is exit 4, a wrong address 3; what is left has `failed`, and the next undo takes it off."""
    api = faulty(f"delete/{fault}=1@70-70")
    imported(quick, text=MANY)
    told = quick("undo", "r", WHY, FAST, "--concurrency", "1")
    assert told.returncode == code, told.stderr
    summary = quick.summary("r")["undo"]
    assert (summary["exit_code"], summary["removed"], summary["failed"]) == (code, 7, 53)
    assert (len(api.entries()), statuses(quick).count("failed")) == (53, 53)
    assert all(row["message"] for row in undone(quick) if row["status"] == "failed")
    assert quick("undo", "r", WHY, FAST).returncode == 0
    assert (set(statuses(quick)), api.entries()) == ({"removed"}, [])


def test_a_code_that_says_nothing_is_failed(quick, vendor):
    """A code that the documentation lacks is kept with its message; exit 3."""
    imported(quick)
    vendor.odd["delete"] = {"success": False, "code": 77, "message": "Nein"}
    assert quick("undo", "r", WHY, FAST).returncode == 3
    assert [(row["status"], row["code"], row["message"]) for row in undone(quick)] == [("failed", "77", "Nein")] * 3


@pytest.mark.process
@pytest.mark.parametrize(("signum", "code"), some([(signal.SIGINT, 130), (signal.SIGTERM, 143)], by_day=1))
def test_a_signal_ends_it_in_good_order(program, faulty, signum, code):
    """Ctrl-C and SIGTERM: what is in flight is finished, the rest is written down as failed, the next undo goes on."""
    api = faulty()
    program.write("r.csv", MANY)
    assert program("run", "r.csv", "--out", "r", FAST).returncode == 0
    process = program.start("undo", "r", WHY, "--rate", "20/s")
    until(process, lambda: api.calls.by_endpoint["delete"] >= 3)
    process.send_signal(signum)
    _out, err = process.communicate()
    assert process.returncode == code, err
    summary = program.summary("r")["undo"]
    assert summary["exit_code"] == code
    assert (summary["removed"], summary["failed"]) == (60 - len(api.entries()), len(api.entries()))
    assert b"stopimport undo r" in err
    assert len(undone(program)) == 60
    assert program("resume", "r").returncode == 2
    assert program("undo", "r", WHY, FAST).returncode == 0
    assert (set(statuses(program)), api.entries()) == ({"removed"}, [])


@EXHAUSTIVE
@pytest.mark.kill
@pytest.mark.process
def test_killed_again_and_again(program, faulty):
    """SIGKILL at seeded moments with dropped calls: repeated until done, everything is `removed`, nothing lost."""
    api = faulty("delete/drop=30%", seed=5, latency=0.01)
    program.write("r.csv", MANY)
    assert program("run", "r.csv", "--out", "r", FAST).returncode == 0
    chance = random.Random(7)
    for _ in range(3):
        process = program.start("undo", "r", WHY, "--rate", "40/s")
        wanted = api.calls.by_endpoint["delete"] + chance.randrange(1, 15)
        until(process, lambda wanted=wanted: api.calls.by_endpoint["delete"] >= wanted)
        process.kill()
        process.communicate()
        assert program("resume", "r").returncode == 2
    told = program("undo", "r", WHY, FAST, "--attempts", "20")
    assert told.returncode == 0, told.stderr
    assert (statuses(program), listed(api)) == (["removed"] * 60, [])
    assert program.summary("r")["undo"]["removed"] == 60


@pytest.mark.kill
@pytest.mark.process
def test_a_killed_run_can_be_undone(program, faulty):
    """Of a killed run only what is known as added is taken off; numbers in doubt are told, and left."""
    api = faulty("add/drop-after=1@9-9", latency=0.02)
    program.write("r.csv", MANY)
    process = program.start("run", "r.csv", "--out", "r", "--rate", "20/s")
    until(process, lambda: api.calls.by_endpoint["add"] >= 12)
    process.kill()
    process.communicate()
    key = program.environment["SMSPARTNER_API_KEY"]
    program.environment["SMSPARTNER_API_KEY"] = "another"
    assert program("undo", "r", WHY).returncode == 2
    program.environment["SMSPARTNER_API_KEY"] = key
    told = program("undo", "r", WHY, FAST)
    assert told.returncode == 0, told.stderr
    summary = program.summary("r")
    assert summary["state"] == "interrupted"
    assert any("cut off" in notice for notice in summary["notices"])
    added = [row["phoneNumber"] for row in program.rows("r") if row["status"] == "added"]
    assert [row["phoneNumber"] for row in undone(program)] == added
    assert not set(added) & {entry.number for entry in api.entries()}
