"""`account set`, `check`, `forget`: the key in the system's keyring."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from contextlib import suppress

import pytest
from effort import some

KEY = "5f7b2d0c9e4a1836d2c4b5a69788f0e1d2c3b4a5"


def test_the_key_is_kept_used_and_forgotten(program, practice, keyring):
    """What `set` reads from standard input is the key of the commands after it, until `forget`."""
    program.environment["STOPIMPORT_BASE_URL"] = practice.url
    assert program("account", "check").returncode == 4
    done = program("account", "set", stdin=practice.key + "\n")
    assert done.returncode == 0, done.stderr.decode()
    assert keyring() == [practice.key]
    done = program("account", "check", "--json")
    assert done.returncode == 0, done.stderr.decode()
    facts = json.loads(done.stdout)
    assert (facts["works"], facts["entries"], facts["partial"]) == (True, 0, False)
    assert "keyring" in facts["source"]
    assert program("account", "forget").returncode == 0
    assert keyring() == []
    again = program("account", "forget", "--json")
    assert (again.returncode, json.loads(again.stdout)) == (0, {"forgotten": False})


def test_on_a_terminal_the_key_is_asked_for_and_not_shown(program, keyring):
    """The prompt is answered without an echo."""
    terminal, ours = pty.openpty()
    # In a session of its own it has no other terminal to ask on.
    process = subprocess.Popen(
        program.command("account", "set"),
        cwd=program.folder,
        env=program.environment,
        stdin=ours,
        stdout=ours,
        stderr=ours,
        start_new_session=True,
    )
    os.close(ours)
    shown = b""
    while b"API key" not in shown:
        shown += os.read(terminal, 1000)
    os.write(terminal, KEY.encode() + b"\n")
    with suppress(OSError):  # Linux says so when the other side is closed.
        while more := os.read(terminal, 1000):
            shown += more
    os.close(terminal)
    assert process.wait(60) == 0
    assert keyring() == [KEY]
    assert KEY not in shown.decode()


@pytest.mark.parametrize("typed", some(["", "\n", "two words", "a\nb", "clé"], by_day=1))
def test_what_cannot_be_a_key_is_refused(program, keyring, typed):
    """Nothing, blanks inside, or special characters: exit code 2, nothing kept, nothing shown."""
    done = program("account", "set", stdin=typed)
    assert done.returncode == 2
    assert keyring() == []
    assert not typed.strip() or typed not in done.stderr.decode()


def test_a_key_that_goes_first_is_told(program, keyring):
    """If the environment has another key, that one is used: the command says so."""
    done = program("account", "set", stdin=KEY, SMSPARTNER_API_KEY="another-key")
    assert done.returncode == 0
    assert keyring() == [KEY]
    assert "SMSPARTNER_API_KEY" in done.stderr.decode()
    assert KEY.encode() not in done.stdout + done.stderr
    assert b"another-key" not in done.stdout + done.stderr


def test_the_key_is_never_an_argument(program, keyring):
    """A key on the command line could be read by everybody on the machine."""
    assert program("account", "set", KEY).returncode == 2
    assert keyring() == []


@pytest.mark.parametrize("command", some(["set", "forget"], by_day=1))
def test_without_a_keyring_it_says_where_else_a_key_can_be(program, command):
    """Where the package keyring cannot be used the sentence names the other places; exit code 2."""
    program.write("library/keyring.py", "raise ImportError('no keyring here')")
    done = program("account", command, stdin=KEY, PYTHONPATH=str(program.folder / "library"))
    assert done.returncode == 2
    assert "SMSPARTNER_API_KEY or a file named by api_key_file" in done.stderr.decode()


def test_check_tells_a_refused_key(quick, reach):
    """A wrong key is exit code 4, and is in no output."""
    done = quick("account", "check", "--json", SMSPARTNER_API_KEY=KEY)
    assert done.returncode == 4
    assert json.loads(done.stdout)["exit_code"] == 4
    assert KEY not in done.stdout + done.stderr
    assert reach.calls.total == 1


def test_check_tells_a_wrong_address(quick, reach):
    """Where the API is not, exit code 3 says that the address may be wrong."""
    done = quick("account", "check", "--base-url", reach.url + "/nowhere")
    assert done.returncode == 3
    assert "--base-url" in done.stderr


def test_check_tells_a_partial_list(quick, vendor):
    """The account works although the list is not whole; that is told."""
    vendor.announced = 5
    done = quick("account", "check")
    assert done.returncode == 0
    assert "part" in done.stderr
