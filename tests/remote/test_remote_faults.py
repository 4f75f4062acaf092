"""Servers that behave badly cost neither data nor patience, and nothing of what they say is repeated."""

from __future__ import annotations

import json
import signal
import time

import pytest
from effort import EXHAUSTIVE

pytestmark = [EXHAUSTIVE, pytest.mark.process]


@pytest.fixture
def account(program):
    """Give the program's user a key."""
    pytest.importorskip("asyncssh")
    from stores import Account

    program.alone = False
    return Account(program.folder / "home")


def test_without_a_fault_the_server_serves(program, account):
    """What the others are compared with."""
    from bad_sftp import FAR, bad_server

    with bad_server(account) as url:
        done = program("check", url + FAR, "--out", "run")
    assert done.returncode == 0, done.stderr
    assert len(program.rows("run")) == 2


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("short", "changed while it was being read"),
        ("long", "changed while it was being read"),
        ("cut", "cannot be reached"),
        ("drip", "does not answer in time"),
        ("error", "answers with an error"),
    ],
)
def test_a_faulty_server_is_one_sentence(program, account, fault, told, monkeypatch):
    """Fewer or more bytes than it says, a connection that breaks off, no end, an error: exit code 2."""
    from bad_sftp import FAR, bad_server

    monkeypatch.setattr("stopimport.remote.sftp.PATIENCE", 2.0)
    began = time.monotonic()
    with bad_server(account, fault) as url:
        done = program("run", url + FAR, "--sandbox", "--yes", "--out", "run")
    assert done.returncode == 2
    said = " ".join(done.stderr.decode().split())
    assert told in said
    assert "made up" not in said
    assert "Traceback" not in said
    assert not (program.folder / "run").exists()
    assert time.monotonic() - began < 60


@pytest.mark.parametrize("command", ["run", "inbox"])
def test_a_wish_to_stop_is_heard_while_a_server_drips(program, account, command):
    """SIGTERM ends reading at once, with its exit code and without a traceback; nothing is left behind."""
    from bad_sftp import FAR, READING, bad_server

    scratch = program.folder / "scratch"
    scratch.mkdir()
    READING.clear()
    with bad_server(account, "drip") as url:
        args = [url + FAR, "--yes"] if command == "run" else [f"{url}/in", "--settle", "0"]
        process = program.start(command, *args, "--sandbox", TMPDIR=str(scratch))
        assert READING.wait(60)
        process.send_signal(signal.SIGTERM)
        _out, err = process.communicate(timeout=30)
    assert process.returncode == 143, err
    assert b"Traceback" not in err
    assert not list(scratch.iterdir())


def test_names_that_a_server_makes_up_lead_nowhere(program, account, tmp_path):
    """A name with folders in it, or with signs that a terminal obeys, leaves the temporary folder alone."""
    from bad_sftp import bad_server

    names = ("../../../evil.csv", "a.csv", "\x1b[2J.csv")
    with bad_server(account, names=names) as url:
        done = program("check", f"{url}/in/", "--json")
    assert done.returncode == 2
    assert "\x1b" not in json.loads(done.stdout)["error"]
    assert not list(tmp_path.rglob("evil.csv"))
