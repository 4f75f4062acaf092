"""Every exit code, each reached as a user would reach it."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
from contextlib import ExitStack
from pathlib import Path

import openpyxl
import pytest
from effort import some

from stopimport.runs.locks import folder_lock
from stopimport.sandbox.faults import FAULTS
from stopimport.sandbox.options import SandboxOptions, parse_fault
from stopimport.sandbox.server import running

SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143)]
GOOD = "Mobile\n06 00 00 10 01\n06 00 00 10 02\n"


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["run"], "FILE"),
        (["run", "missing.csv"], "missing.csv"),
        (["run", "empty.csv"], "empty.csv"),
        (["run", "names.csv"], "names.csv"),
        (["run", "good.csv", "--column", "Portable"], "Mobile"),
        (["run", "good.csv", "--rate", "0"], "--rate"),
        (["run", "good.csv", "--max-rejects", "many"], "--max-rejects"),
        (["run", "good.csv", "--region", "XX"], "XX"),
        (["run", "good.csv", "--base-url", "http://example.org/v1"], "https://"),
        (["run", "good.csv", "--no-such-option"], "--no-such-option"),
        (["check", "good.csv", "--out", "good.csv/x"], "good.csv/x"),
        (["resume", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_used_is_exit_2(program, reach, args, told):
    """Usage, configuration or input that cannot be read: one sentence that names it, nothing sent, no traceback."""
    program.write("empty.csv", "")
    program.write("names.csv", "Nom;Ville\nDupont;Paris\nDurand;Lyon\n")
    program.write("good.csv", GOOD)
    done = program(*args)
    assert done.returncode == 2
    assert told in done.stderr.decode()
    assert "Traceback" not in done.stderr.decode()
    assert reach.calls.total == 0


@pytest.mark.process
@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["check", "good.csv"], 0),
        (["run", "missing.csv"], 2),
        (["run", "good.csv", "--base-url", "http://127.0.0.1:1/v1", "--attempts", "1"], 3),
        (["run", "good.csv"], 4),
        (["check", "good.csv", "--max-numbers", "1"], 5),
    ],
)
def test_a_process_of_its_own_ends_with_the_code(program, args, code):
    """What the shell gets is what the program's function returns (1, 6, 7 and the signals have tests of their own)."""
    program.write("good.csv", GOOD)
    key = {"SMSPARTNER_API_KEY": "k"} if code == 3 else {}
    done = program.process(*args, **key)
    assert done.returncode == code, done.stderr.decode()
    assert bool(done.stderr) == bool(code)


@pytest.mark.process
def test_a_bug_ends_a_process_with_1(program):
    """What should not happen is told as such, with where it happened, but without the number."""
    program.write("good.csv", GOOD)
    broken = "import hashlib\ndef sha256(*_, **__):\n    raise RuntimeError('0600001001')\nhashlib.sha256 = sha256\n"
    program.write("patched/sitecustomize.py", broken)
    done = program.process("check", "good.csv", PYTHONPATH=str(program.folder / "patched"))
    told = done.stderr.decode()
    assert done.returncode == 1, told
    assert "please report it" in told
    assert "Traceback" in told
    assert "0600001001" not in told


def test_one_bad_file_stops_all(program, reach):
    """All or nothing: if one file cannot be read, nothing is sent."""
    program.write("good.csv", GOOD)
    program.write("bad.xlsx", b"PK\x03\x04 broken")
    assert program("run", "good.csv", "bad.xlsx").returncode == 2
    assert reach.calls.total == 0
    assert not (program.folder / "stopimport-runs").exists()


def test_json_errors_are_an_object(program):
    """With --json an error is an object on standard output."""
    done = program("run", "missing.csv", "--json")
    told = json.loads(done.stdout)
    assert told["exit_code"] == done.returncode == 2
    assert "missing.csv" in told["error"]


def test_a_guard_comes_before_a_missing_key(program):
    """Of what stops a run before anything is sent a guard is told first: exit 5, not 4."""
    program.write("good.csv", GOOD)
    program.environment.pop("SMSPARTNER_API_KEY", None)
    done = program("run", "good.csv", "--out", "r", "--max-numbers", "1")
    assert done.returncode == 5
    assert "--max-numbers" in done.stderr.decode()
    assert program("run", "good.csv", "--out", "other").returncode == 4


def test_numbers_that_failed_are_exit_3_and_resume_finishes(program):
    """A server that fails leaves the run incomplete; `resume` sends the rest, and only the rest."""
    program.write("good.csv", GOOD)
    rules = (parse_fault("add/code-500=1@2-3", frozenset(FAULTS)),)
    with running(SandboxOptions(faults=rules)) as api:
        program.environment |= {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        first = program("run", "good.csv", "--out", "r", "--attempts", "1", "--concurrency", "1")
        assert first.returncode == 3, first.stderr.decode()
        assert "resume" in first.stderr.decode()
        assert program.summary("r")["state"] == "incomplete"
        assert program("resume", "r").returncode == 0
        assert {entry.number for entry in api.entries()} == {"+33600001001", "+33600001002"}
    summary = program.summary("r")
    assert summary["state"] == "complete"
    assert summary["counts"]["failed"] == summary["counts"]["not_sent"] == 0


def test_a_command_to_go_on_with_can_be_copied(quick):
    """Where the folder's name holds blanks and brackets, the command that a message names is quoted for the shell."""
    quick.write("good.csv", GOOD)
    rules = (parse_fault("add/code-500=1@2-3", frozenset(FAULTS)),)
    with running(SandboxOptions(faults=rules)) as api:
        quick.environment |= {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        first = quick("run", "good.csv", "--out", "l'été (1)", "--attempts", "1", "--concurrency", "1")
        told = [quick("verify", "l'été (1)"), quick("verify", "l'été (1)", "--lang", "fr")]
        for each in (first, *told):
            command = shlex.split(each.stderr.strip().rpartition("stopimport ")[2])
            assert command == ["resume", "l'été (1)"]
        assert quick(*command).returncode == 0


@pytest.mark.process
@pytest.mark.parametrize("output", ["closed", "full"])
def test_a_run_keeps_its_exit_code_where_nobody_can_read_it(program, output):
    """A reader that has gone, or a full disk under standard output, does not turn an incomplete run into another."""
    program.write("good.csv", GOOD)
    rules = (parse_fault("add/code-500=1@1-2", frozenset(FAULTS)),)
    with running(SandboxOptions(faults=rules)) as api, ExitStack() as stack:
        reach = {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        if output == "full":
            out = stack.enter_context(Path("/dev/full").open("wb"))
        else:
            reader, writer = os.pipe()
            os.close(reader)
            out = stack.enter_context(os.fdopen(writer, "wb"))
        done = subprocess.run(
            program.command("run", "good.csv", "--out", "r", "--no-skip-listed", "--attempts", "1"),
            cwd=program.folder,
            env=program.environment | reach,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, program.summary("r")["exit_code"]) == (3, 3), done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert (b"Standard output cannot be written: No space left on device." in done.stderr) is (output == "full")


def test_a_checked_run_can_be_resumed(program, reach):
    """What was checked is sent, without the input files."""
    program.write("good.csv", GOOD)
    program("check", "good.csv", "--out", "r")
    (program.folder / "good.csv").unlink()
    assert program("resume", "r").returncode == 0
    assert [row["status"] for row in program.rows("r")] == ["added", "added"]
    assert len(reach.entries()) == 2


def test_a_wrong_key_is_exit_4(program, practice):
    """The account is refused: no number is sent, and the message says what to check."""
    program.write("good.csv", GOOD)
    done = program("run", "good.csv", "--out", "r", "--base-url", practice.url, SMSPARTNER_API_KEY="wrong")
    assert done.returncode == 4
    assert program.summary("r")["counts"]["not_sent"] == 2
    assert "Traceback" not in done.stderr.decode()
    good = {"SMSPARTNER_API_KEY": practice.key, "STOPIMPORT_BASE_URL": practice.url}
    assert program("resume", "r", **good).returncode == 0, "a key that was never accepted does not bind the run"


def test_no_key_is_exit_4(program):
    """Without a key nothing is sent, and the run can be resumed with one."""
    program.write("good.csv", GOOD)
    done = program("run", "good.csv", "--out", "r")
    assert done.returncode == 4
    assert "SMSPARTNER_API_KEY" in done.stderr.decode()


def test_another_account_cannot_resume(program, practice):
    """A run goes on with its own account and address only."""
    program.write("good.csv", GOOD)
    reach = {"SMSPARTNER_API_KEY": practice.key, "STOPIMPORT_BASE_URL": practice.url}
    program("run", "good.csv", "--out", "r", **reach)
    assert program("resume", "r", **(reach | {"SMSPARTNER_API_KEY": "another"})).returncode == 2
    assert program("resume", "r", **(reach | {"STOPIMPORT_BASE_URL": "https://example.org/v1"})).returncode == 2


def test_calls_that_may_have_arrived_bind_a_run_to_its_account(quick):
    """Calls whose answers all got lost may have done their work: another account cannot go on; exit 2, no call."""
    quick.write("good.csv", GOOD)
    rules = tuple(parse_fault(rule, frozenset(FAULTS)) for rule in ("list/error=1", "add/drop-after=1"))
    with running(SandboxOptions(faults=rules)) as api:
        reach = {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        assert quick("run", "good.csv", "--out", "r", "--attempts", "1", **reach).returncode == 3
        calls = api.calls.total
        told = quick("resume", "r", **(reach | {"SMSPARTNER_API_KEY": "another"}))
        assert (told.returncode, api.calls.total) == (2, calls)
        assert "another account" in told.stderr


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"STOPIMPORT_BASE_URL": "http://example.org/v1"}, "--base-url"),
        ({"STOPIMPORT_BASE_URL": "https://example.org/v1", "HTTPS_PROXY": "socks5://127.0.0.1:1"}, "HTTPS_PROXY"),
    ],
)
def test_a_way_that_cannot_be_used_comes_first(quick, wrong, told):
    """An unusable address or proxy is exit 2 whatever else would stop the run, and nothing of a run is left behind."""
    quick.write("good.csv", GOOD)
    quick.write("landlines.csv", LANDLINES)
    key = {"SMSPARTNER_API_KEY": "key"}
    for file in ("landlines.csv", "good.csv"):
        done = quick("run", file, "--out", "r", **key, **wrong)
        assert (done.returncode, told in done.stderr) == (2, True)
        assert not (quick.folder / "r").exists()
    quick("check", "good.csv", "--out", "r", **key, **wrong)
    assert quick("resume", "r", **key, **wrong).returncode == 2
    assert quick.summary("r")["state"] == "checked"


def hidden_rows(folder):
    """A workbook with a hidden row."""
    book = openpyxl.Workbook()
    for row in [["Mobile"], ["06 00 00 10 01"], ["06 00 00 10 02"]]:
        book.active.append(row)
    book.active.row_dimensions[3].hidden = True
    book.save(folder / "hidden.xlsx")


LANDLINES = "Mobile\n" + "01 40 00 00 18\n" * 15 + "06 00 00 10 01\n" * 6


@pytest.mark.parametrize(
    ("args", "told", "then"),
    [
        (["hidden.xlsx"], "--hidden", ["hidden.xlsx", "--hidden", "skip"]),
        (["landlines.csv"], "--max-rejects", ["landlines.csv", "--max-rejects", "90%"]),
        (["nothing.csv"], "--column", None),
        (["broken.csv"], "so nothing was sent; its rows have the wrong number of cells; check", None),
        (["errors.csv"], "so nothing was sent; they are errors or formulas without a result; open", None),
        (["good.csv", "--max-numbers", "1"], "--max-numbers", ["good.csv", "--max-numbers", "2"]),
        (["status.csv"], "--where", ["status.csv", "--where", "Statut=désinscrit"]),
        (["status.csv", "--where", "Statut=parti"], "désinscrit", None),
        (["two.csv"], "--column", ["two.csv", "--column", "Mobile 2"]),
    ],
)
def test_guards_are_exit_5(program, reach, args, told, then):
    """A guard stops the run before anything is sent, and names the way on."""
    hidden_rows(program.folder)
    program.write("good.csv", GOOD)
    program.write("landlines.csv", LANDLINES)
    program.write("nothing.csv", "Mobile\n01 40 00 00 18\n")
    program.write("broken.csv", "Nom;Mobile;Ville\nx\ny\n")
    program.write("errors.csv", "Nom;Mobile\nx;#N/A\ny;#REF!\n")
    program.write("status.csv", "Mobile;Statut\n06 00 00 10 01;désinscrit\n06 00 00 10 02;abonné\n")
    program.write("two.csv", "Mobile 1;Mobile 2\n06 00 00 10 01;06 00 00 10 02\n06 00 00 10 03;06 00 00 10 04\n")
    for command in ("check", "run"):
        done = program(command, *args)
        assert done.returncode == 5, done.stderr.decode()
        assert told in done.stderr.decode()
        assert not reach.entries()
    if then:
        done = program("run", *then)
        assert done.returncode == 0, done.stderr.decode()


def test_a_guard_leaves_its_folder(program, reach):
    """Where the cells could be read, the folder is written, state aborted, and cannot be resumed past the guard."""
    program.write("landlines.csv", LANDLINES)
    program("run", "landlines.csv", "--out", "r")
    assert program.summary("r")["state"] == "aborted"
    assert program.summary("r")["exit_code"] == 5
    assert len(program.rows("r", "rejects.csv")) == 15
    assert program("resume", "r").returncode == 2


@pytest.mark.process
@pytest.mark.parametrize(("sent", "code"), some(SIGNALS, by_day=[(signal.SIGINT, 130), (signal.SIGTERM, 143)]))
def test_a_wait_for_another_run_can_be_interrupted(program, practice, sent, code):
    """A signal ends the waiting of --wait for a folder at once: nothing was sent or changed."""
    program.environment |= {"SMSPARTNER_API_KEY": practice.key, "STOPIMPORT_BASE_URL": practice.url}
    program.write("good.csv", GOOD)
    program("check", "good.csv", "--out", "r")
    with folder_lock(program.folder / "r"):
        process = program.start("resume", "r", "--wait", "100000")
        assert b"is in use" in process.stderr.readline()
        process.send_signal(sent)
        _, errors = process.communicate(timeout=120)
    assert (process.returncode, practice.calls.total) == (code, 0)
    assert b"Interrupted before anything was sent" in errors
    assert program.summary("r")["state"] == "checked"
    assert program("resume", "r").returncode == 0


@pytest.mark.process
@pytest.mark.parametrize(("sent", "code"), some(SIGNALS, by_day=[(signal.SIGINT, 130), (signal.SIGTERM, 143)]))
def test_an_interrupted_run_is_complete_on_disk(program, practice, sent, code):
    """A signal finishes what is in flight and writes everything out; `resume` sends the rest."""
    program.write("many.csv", "Mobile\n" + "".join(f"06 00 00 {n // 100:02} {n % 100:02}\n" for n in range(300)))
    reach = {"SMSPARTNER_API_KEY": practice.key, "STOPIMPORT_BASE_URL": practice.url}
    process = program.start("run", "many.csv", "--out", "r", "--rate", "40/s", **reach)
    while practice.calls.by_endpoint["add"] < 5 and process.poll() is None:
        pass
    process.send_signal(sent)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == code, errors.decode()
    summary = program.summary("r")
    assert summary["state"] == "interrupted"
    assert summary["counts"]["added"] == len(practice.entries())
    assert 0 < summary["counts"]["not_sent"] < 300
    assert program("resume", "r", "--rate", "1000/s", **reach).returncode == 0
    assert program.summary("r")["counts"]["added"] == 300
    assert len(practice.entries()) == 300
    assert practice.calls.by_endpoint["add"] == 300, "no number was sent twice"


def test_names_do_not_steer_the_terminal(quick):
    """A file's name may hold what colours or moves the text; a sentence stays one line of letters."""
    (quick.folder / "in").mkdir()
    (quick.folder / "in/a\n\x1b[31mb.csv").write_bytes(b"")
    told = quick("run", "in", "--lang", "fr").stderr
    assert told.startswith("stopimport: a??[31mb.csv est vide")
    assert told.count("\n") == 1
    assert "\x1b" not in told
    assert "\u00a0" in quick("run", "absent.csv", "--lang", "fr").stderr
