"""`verify` from the outside, and `--verify` at the end of a run."""

from __future__ import annotations

import csv
import json

import pytest
from helping import take_off, until

from stopimport.runs.locks import folder_lock
from stopimport.sandbox.faults import FAULTS
from stopimport.sandbox.options import SandboxOptions, parse_fault
from stopimport.sandbox.server import running

EXPORT = "Nom;Mobile;Ref\nDupont;06 00 00 10 01;A1\nDurand;600001002;B2\nDupont;+33600001001;A3\nPetit;néant;C4\n"
FAST = "--rate=1000/s"


def missing(quick, run="r"):
    """Return the header and the rows of missing.csv."""
    text = (quick.folder / run / "missing.csv").read_text("utf-8-sig")
    header, *rows = csv.reader(text.splitlines(), delimiter=";")
    return header, rows


@pytest.fixture
def done(quick, reach):
    """A run of `EXPORT` in the folder r, complete."""
    quick.write("export.csv", EXPORT)
    assert quick("run", "export.csv", "--out", "r", "--keep", "Ref", FAST).returncode == 0
    return quick


def test_everything_is_there(done, reach):
    """A run whose numbers are all on the list: exit 0, a header without rows, and the run stays as it was."""
    before = done.summary("r")
    told = done("verify", "r")
    after = done.summary("r")
    verdict = after.pop("verify")
    assert (told.returncode, told.stderr) == (0, "")
    assert "all 2 numbers that should be on the stop list are there (entries" in told.stdout
    assert after == before
    assert list(verdict) == ["at", "exit_code", "entries", "partial", "checked", "missing"]
    assert list(verdict.values())[1:] == [0, 2, False, 2, 0]
    assert missing(done) == (list(done.rows("r")[0]), [])


def test_missing_numbers_are_named_and_can_be_imported_again(done, reach):
    """Exit 6; missing.csv holds the results rows of what is missing, and puts them there when given to `run`."""
    take_off(reach, 1)
    told = done("verify", "r")
    assert told.returncode == 6
    assert "1 of 2 numbers is not on the stop list; it is listed in" in told.stderr
    assert "stopimport run r/missing.csv" in told.stderr
    header, rows = missing(done)
    results = done.rows("r")
    assert rows == [list(results[0].values()), list(results[2].values())]
    assert header[-1] == "Ref"
    assert done.summary("r")["verify"]["missing"] == 1
    assert (done.summary("r")["state"], done.summary("r")["exit_code"]) == ("complete", 0)

    assert done("run", "r/missing.csv", "--out", "again", FAST).returncode == 0
    assert done("verify", "r").returncode == 0
    assert missing(done)[1] == []


def test_refused_numbers_need_not_be_there(quick, reach):
    """What the API refused with code 9 is not looked for."""
    quick.write("export.csv", "Mobile\n0600001001\n0123456789\n")
    assert quick("run", "export.csv", "--out", "r", "--line-types", "any", FAST).returncode == 0
    assert quick.summary("r")["counts"]["refused"] == 1
    assert quick("verify", "r").returncode == 0
    assert quick.summary("r")["verify"]["checked"] == 1


def test_a_checked_run_is_missing_and_resume_is_the_way(quick, reach):
    """After `check` every number is missing; the sentence names `resume`, and then all is there."""
    quick.write("export.csv", EXPORT)
    quick("check", "export.csv", "--out", "r")
    told = quick("verify", "r")
    assert (told.returncode, "stopimport resume r" in told.stderr) == (6, True)
    assert quick.summary("r")["state"] == "checked"
    assert quick("resume", "r", FAST).returncode == 0
    # The results have changed, so the old verdict is gone.
    assert "verify" not in quick.summary("r")
    assert not (quick.folder / "r" / "missing.csv").exists()
    assert quick("verify", "r").returncode == 0


def test_json_is_the_summary(done, reach):
    """--json prints the summary, also when numbers are missing."""
    take_off(reach, 2)
    told = done("verify", "r", "--json")
    assert told.returncode == 6
    assert json.loads(told.stdout) == done.summary("r")


def test_nothing_is_concluded_from_a_part(quick, vendor):
    """A list that announces more entries than it has: exit 3, even if all numbers are on it; no missing.csv stays."""
    quick.write("export.csv", EXPORT)
    quick("run", "export.csv", "--out", "r", FAST)
    vendor.entries.pop()
    assert quick("verify", "r").returncode == 6
    vendor.announced = 7
    told = quick("verify", "r")
    assert (told.returncode, "only part" in told.stderr) == (3, True)
    assert list(quick.summary("r")["verify"].values())[1:] == [3, 1, True, 0, None]
    assert not (quick.folder / "r" / "missing.csv").exists()


@pytest.mark.parametrize(
    ("fault", "code"), [("code-500", 3), ("redirect", 3), ("half", 3), ("blocked", 4), ("forbidden", 4)]
)
def test_a_list_that_cannot_be_had(quick, fault, code):
    """No list: exit 3, or 4 if the account is refused; nothing is concluded, and the run stays as it was."""
    rule = parse_fault(f"list/{fault}=1@4", FAULTS)
    with running(SandboxOptions(faults=(rule,))) as api:
        where = {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        quick.write("export.csv", EXPORT)
        assert quick("run", "export.csv", "--out", "r", FAST, **where).returncode == 0
        told = quick("verify", "r", "--attempts", "1", **where)
    assert (told.returncode, told.stdout) == (code, "")
    assert told.stderr.startswith("stopimport: ")
    summary = quick.summary("r")
    assert (summary["state"], summary["verify"]["exit_code"], summary["verify"]["missing"]) == ("complete", code, None)


def test_who_may_look(done, reach, tmp_path):
    """Another account, another address, no run: exit 2; no key: exit 4; nothing is written."""
    calls, before = reach.calls.total, done.summary("r")
    for code, told in [
        (2, done("verify", "r", SMSPARTNER_API_KEY="another")),
        (2, done("verify", "r", "--base-url", "https://api.smspartner.fr/v1")),
        (2, done("verify", "nowhere")),
        (2, done("verify", ".")),
        (4, done("verify", "r", SMSPARTNER_API_KEY="")),
    ]:
        assert told.returncode == code, told.stderr
    assert (reach.calls.total, done.summary("r")) == (calls, before)


def test_a_run_that_is_going_on_is_busy(done, program):
    """Exit 7 while somebody else holds the folder."""
    with folder_lock(done.folder / "r"):
        told = program("verify", "r")
    assert (told.returncode, b"in use" in told.stderr) == (7, True)


@pytest.mark.kill
@pytest.mark.process
def test_a_killed_run_is_written_out_first(program, practice, reach):
    """A run killed in its middle gets its files and the state `interrupted`; what was not sent is missing."""
    program.write("export.csv", "Mobile\n" + "".join(f"06000020{n:02d}\n" for n in range(50)))
    process = program.start("run", "export.csv", "--out", "r", "--rate", "10/s")
    until(process, lambda: practice.calls.by_endpoint["add"] >= 3)
    process.kill()
    process.communicate()
    told = program.process("verify", "r")
    summary = program.summary("r")
    assert told.returncode == 6
    assert (summary["state"], len(program.rows("r"))) == ("interrupted", 50)
    assert summary["verify"]["missing"] == 50 - len(practice.entries())
    assert program("resume", "r", "--rate", "1000/s", "--verify").returncode == 0


# At the end of a run.


def test_run_verifies_at_the_end(quick, reach):
    """`run --verify` looks at the list once more; its summary says what it saw."""
    quick.write("export.csv", EXPORT)
    assert quick("run", "export.csv", "--out", "r", "--verify", FAST).returncode == 0
    assert reach.calls.by_endpoint["list"] == 2
    assert quick.summary("r")["verify"]["checked"] == 2
    assert missing(quick)[1] == []


def test_resume_verifies_at_the_end(quick, reach):
    """So does `resume --verify`."""
    quick.write("export.csv", EXPORT)
    quick("check", "export.csv", "--out", "r")
    assert quick("resume", "r", "--verify", FAST).returncode == 0
    assert quick.summary("r")["verify"]["missing"] == 0


def test_a_run_whose_numbers_did_not_stay(quick, vendor):
    """The API says that it added a number, and the list lacks it: the run ends with exit 6, complete."""
    quick.write("export.csv", EXPORT)
    vendor.odd["add"] = {"success": True, "code": 200, "stopId": 8}
    told = quick("run", "export.csv", "--out", "r", "--verify", "--json", FAST)
    summary = quick.summary("r")
    assert (told.returncode, summary["exit_code"], summary["state"]) == (6, 6, "complete")
    assert json.loads(told.stdout) == summary
    assert len(missing(quick)[1]) == 3


def test_what_failed_weighs_more_than_what_is_missing(quick, vendor):
    """Numbers that failed are missing too, and the exit code is that of an incomplete run: 3."""
    quick.write("export.csv", EXPORT)
    vendor.odd["add"] = {"success": False, "code": 2, "message": "?"}
    told = quick("run", "export.csv", "--out", "r", "--verify", FAST)
    summary = quick.summary("r")
    assert (told.returncode, summary["exit_code"], summary["state"]) == (3, 3, "incomplete")
    assert summary["verify"]["exit_code"] == 6
    assert "resume" in told.stderr


def test_a_complete_run_with_a_part_of_the_list(quick, vendor):
    """Everything was sent, and nothing can be concluded: exit 3, the state stays complete."""
    quick.write("export.csv", EXPORT)
    vendor.announced = 99
    told = quick("run", "export.csv", "--out", "r", "--verify", FAST)
    assert (told.returncode, quick.summary("r")["state"]) == (3, "complete")
    assert quick.summary("r")["verify"]["partial"] is True


def test_nothing_is_verified_after_a_refused_account(quick, vendor):
    """No further call once the account is refused: exit 4, no verdict."""
    quick.write("export.csv", EXPORT)
    vendor.odd["add"] = {"success": False, "code": 30, "message": "blocked"}
    assert quick("run", "export.csv", "--out", "r", "--verify", FAST).returncode == 4
    assert "verify" not in quick.summary("r")
    assert vendor.calls.count("list") == 1
