"""A pass that ends before its time: killed, or asked to stop; the next one goes on where it stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import threading
import time
from dataclasses import replace

import pytest
from effort import some
from nightly_helping import same_inbox, web_server

from stopimport.nightly import record as records
from stopimport.runs.locks import folder_lock

MANY = range(1000, 1200)


def wait_for_calls(night, process, calls=5):
    """Return once so many numbers have been sent."""
    while night.api.calls.by_endpoint["add"] < calls and process.poll() is None:
        pass


@pytest.mark.kill
@pytest.mark.process
def test_a_killed_pass_goes_on_where_it_stopped(night):
    """A kill in the middle: the next pass resumes the run, nothing is sent twice, nothing is lost."""
    night.drop("a.csv", *MANY)
    night.drop("b.csv", 1)
    process = night.start("--rate", "40/s", "--concurrency", "1")
    wait_for_calls(night, process)
    process.kill()
    process.communicate()
    assert night.names() == ["a.csv", "b.csv"]
    done = night("--rate", "1000/s")
    assert done.code == 0, done.err
    assert done.fates() == {"a.csv": "done", "b.csv": "done"}
    assert len(night.api.entries()) == 201
    assert len(night.run_folders()) == 2
    assert night.api.calls.by_endpoint["add"] <= 202


@pytest.mark.process
@pytest.mark.parametrize(("sent", "code"), some([(signal.SIGINT, 130), (signal.SIGTERM, 143)], by_day=1))
def test_a_signal_finishes_what_is_in_flight(night, sent, code):
    """The run is written out, the file stays, the exit code says so; the next pass resumes it first."""
    night.drop("a.csv", *MANY)
    night.drop("b.csv", 1)
    process = night.start("--rate", "40/s")
    wait_for_calls(night, process)
    process.send_signal(sent)
    out, err = process.communicate(timeout=60)
    assert process.returncode == code, err.decode()
    told = json.loads(out)
    assert told["exit_code"] == code
    assert [(run["file"], run["state"]) for run in told["runs"]] == [("a.csv", "interrupted")]
    assert told["files"]["waiting"] == 2
    done = night("--rate", "1000/s")
    assert done.fates() == {"a.csv": "done", "b.csv": "done"}
    assert night.api.calls.by_endpoint["add"] == 201


def test_killed_while_reading_the_file_is_taken_anew(night):
    """A run that never began leaves only its folder, which the next pass takes away."""
    night.drop("a.csv", 1001)
    left = night.runs / "2026-01-01T000000Z-a.csv"
    left.mkdir(parents=True)
    records.write(left, records.Record("..", "a.csv", "0" * 64))
    (left / ".stopimport.lock").touch()
    assert night().fates() == {"a.csv": "done"}
    assert not left.exists()
    assert len(night.run_folders()) == 1


@pytest.mark.parametrize("moment", ["before a name was taken", "before the move", "after the move"])
def test_killed_between_run_and_move(night, moment):
    """The file of a finished run is moved by the next pass, once, without a call."""
    path = night.drop("a.csv", 1001)
    night()
    [run], moved = night.run_folders(), night.only("done")
    record = records.read(run)
    if moment == "before the move":
        shutil.copy2(moved, path)
        moved.write_bytes(b"")
    elif moment == "before a name was taken":
        moved.rename(path)
        record = replace(record, source="")
    records.write(run, replace(record, settled=False))
    calls = night.api.calls.total
    done = night("--again")
    assert done.code == 0
    assert done.fates() == {"a.csv": "done"}
    assert night.api.calls.total == calls
    assert night.names() == []
    assert night.names("done") == ["a.csv"]
    assert records.read(run).settled
    assert night.folder / records.read(run).source == night.only("done")
    assert night().fates() == {}


def test_a_run_that_cannot_be_read_is_told_and_holds_up_nothing(inbox, faulty):
    """A damaged journal: its file waits, exit code 2, and the others are imported."""
    inbox.drop("a.csv", 1001)
    with faulty("add/code-500=1@2-2") as api:
        inbox("--attempts", "1")
        [run] = inbox.run_folders()
        (run / "journal.sqlite3").write_bytes(b"SQLite format 3\0 and then rubbish")
        inbox.drop("b.csv", 1002)
        done = inbox()
        assert done.code == 2
        assert "damaged" in done.err
        assert done.fates() == {"a.csv": "waiting", "b.csv": "done"}
        shutil.rmtree(run)
        assert inbox().fates() == {"a.csv": "done"}
        assert len(api.entries()) == 2


def test_a_run_that_somebody_resumes_by_hand_is_left_to_them(inbox, faulty):
    """Exit code 7 for that file; the next pass finds it finished and moves it."""
    inbox.drop("a.csv", 1001)
    with faulty("add/code-500=1@2-2"):
        inbox("--attempts", "1")
        [run] = inbox.run_folders()
        inbox.drop("b.csv", 1002)
        with folder_lock(run):
            done = inbox()
        assert done.code == 7
        assert done.fates() == {"a.csv": "waiting", "b.csv": "done"}
        assert inbox.run("resume", run)[0] == 0
        assert inbox().fates() == {"a.csv": "done"}


@pytest.mark.process
def test_a_signal_while_a_file_is_watched_ends_the_pass(night):
    """A file from the future is looked at twice; nobody has to wait for the second look to stop the pass."""
    future = time.time() + 3600
    os.utime(night.drop("a.csv", 1001), (future, future))
    started = threading.Event()
    with web_server(lambda *_call: started.set() or (200, "OK")) as url:
        process = night.program.start("inbox", "inbox", "--ping", url)
        assert started.wait(60)
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 143
    assert night.names() == ["a.csv"]
    assert night.api.calls.total == 0


@pytest.mark.process
def test_a_signal_while_another_pass_is_waited_for(night):
    """Nothing was begun, and nothing is left behind."""
    with same_inbox(night):
        process = night.start("--wait", "600")
        assert b"in use" in process.stderr.readline()
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 143
    assert list(night.folder.iterdir()) == []
