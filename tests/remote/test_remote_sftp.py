"""An inbox behind SFTP: a file is taken by renaming it, and only by one; servers that cannot be written are served."""

from __future__ import annotations

import json

import pytest
from effort import EXHAUSTIVE
from remote_helping import Night, export, sharing

pytestmark = [EXHAUSTIVE, pytest.mark.process]
HOW_MANY = 12


@pytest.fixture
def night(program, server, reach):
    """Give an inbox behind OpenSSH's server, emptied by commands in this process."""
    program.alone = False
    (server.folder / "in").mkdir()
    night = Night(program, server.at("in"))
    night.folder, night.api = server.folder / "in", reach
    return night


def names(folder, under="."):
    """Return the names of the files in `under`, or in each day's folder below it."""
    pattern = "*" if under == "." else f"{under}/*/*"
    return sorted(path.name for path in folder.glob(pattern) if path.is_file())


def test_files_are_taken_by_renaming_and_go_to_done_and_failed(night):
    """As in an inbox on this machine; nothing is overwritten, and nothing of ours stays."""
    for _again in range(2):
        (night.folder / "a.csv").write_text(export(1, 2))
        (night.folder / "bad.csv").write_text("Nom\nDupont\n")
        (night.folder / "b.csv.part").write_text(export(99))
        (night.folder / "sub").mkdir(exist_ok=True)
        (night.folder / "sub" / "c.csv").write_text(export(99))
        code, told, err = night()
        assert code == 2, err
        assert told["runs"][-1]["moved_to"].startswith(f"{night.address}/failed/")
    assert names(night.folder) == ["b.csv.part"]
    done, failed = names(night.folder, "done"), names(night.folder, "failed")
    # The second a.csv was imported before, which is explained; the second bad.csv got another name.
    assert (len(done), len(failed)) == (3, 4)
    assert "a.csv" in done
    assert {"bad.csv", "bad.csv.why.txt"} < set(failed)
    assert not list((night.folder / ".stopimport").iterdir())


def test_a_file_is_taken_after_two_looks(night):
    """What was seen for the first time is left for the next pass unless it has lain for long; one that grows, too."""
    import os
    import time

    path = night.folder / "a.csv"
    path.write_text(export(1))
    assert night.fates("--settle", "5") == {}
    path.write_text(export(1, 2))
    # Its time says that it is old; two looks say that it is not complete.
    os.utime(path, (time.time() - 3600,) * 2)
    code, told, _err = night("--settle", "1")
    assert (code, [run["action"] for run in told["runs"]]) == (0, ["done"])
    assert told["counts"]["added"] == 2


@pytest.mark.kill
def test_three_machines_share_the_files_and_one_is_killed(program, night, monkeypatch):
    """None is lost and none imported twice; the dead one's claim runs out by the others' own clocks."""
    for number in range(HOW_MANY):
        (night.folder / f"{number:03}.csv").write_text(export(number))
    nights = [Night(program, night.address, machine) for machine in ("one", "two", "three")]
    sharing(nights, lambda: len(night.api.entries()), HOW_MANY, monkeypatch)
    assert len(night.api.entries()) == HOW_MANY
    assert names(night.folder) == []
    done = names(night.folder, "done")
    assert done == [f"{number:03}.csv" for number in range(HOW_MANY)]
    finished = [summary for summary in night.summaries() if summary["state"] == "complete"]
    assert sorted(summary["inputs"][0]["file"] for summary in finished) == done
    assert night.api.calls.by_endpoint["add"] <= HOW_MANY + 1


def test_a_file_that_cannot_be_claimed_holds_nobody_up(night):
    """A name too long to be renamed is told with exit code 2, and stays; the others are imported."""
    long = "a" * 240 + ".csv"
    (night.folder / long).write_text(export(1))
    (night.folder / "b.csv").write_text(export(2))
    code, told, _err = night()
    assert (code, {run["file"]: run["action"] for run in told["runs"]}) == (2, {long: "waiting", "b.csv": "done"})
    assert names(night.folder) == [long]
    assert not list((night.folder / ".stopimport").iterdir())


def test_a_server_that_cannot_be_written_is_served_from_a_ledger(program, night, server):
    """What is done is kept beside the runs; a file that is written anew is imported again."""
    (night.folder / "a.csv").write_text(export(1))
    server.stop()
    with server.started("-R"):
        code, told, err = night()
        assert code == 0, err
        assert [run["action"] for run in told["runs"]] == ["done"]
        assert "one machine at a time" in told["warnings"][0]
        assert night.fates() == {}
        (night.folder / "a.csv").write_text(export(1, 2))
        assert night.fates() == {"a.csv": "done"}
    assert names(night.folder) == ["a.csv"]
    [ledger] = night.runs.glob(".elsewhere-*.json")
    assert [entry["state"] for entry in json.loads(ledger.read_text()).values()] == ["done"]


def test_an_unknown_host_key_ends_the_pass(program, night):
    """Exit code 2, one sentence, nothing is imported."""
    (night.folder / "a.csv").write_text(export(1))
    (program.folder / "home" / ".ssh" / "known_hosts").unlink()
    done = program("inbox", night.address, "--runs", night.runs)
    assert done.returncode == 2
    assert "known_hosts" in done.stderr.decode()
    assert names(night.folder) == ["a.csv"]
