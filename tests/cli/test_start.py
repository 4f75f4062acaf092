"""The process around the work: signals from the first moment, streams that are closed, full or gone."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from unittest import mock

import pytest
from effort import some

from stopimport import start, userfolders
from stopimport.errors import NoHome
from stopimport.pipeline.stop_request import StopRequest
from stopimport.runs import leftover, locks
from stopimport.runs.errors import FolderBusy, LockUnusable

FILE = "Mobile\n06 00 00 10 01\nnéant\n06 00 00 10 02\n"


@pytest.fixture
def as_before():
    """Set handlers back after the test."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize("ignored", [signal.SIGHUP, signal.SIGINT, signal.SIGTERM])
def test_ignored_signals_stay_ignored(ignored):
    """`nohup` and a shell's `&` have the program ignore them, before and while it works."""
    signal.signal(ignored, signal.SIG_IGN)
    with mock.patch.multiple(sys, stdout=sys.stdout, stderr=sys.stderr):
        start.begin()
    stop = StopRequest()
    with stop.on_signals():
        assert signal.getsignal(ignored) is signal.SIG_IGN
        signal.raise_signal(ignored)
    assert not stop.requested
    assert signal.getsignal(ignored) is signal.SIG_IGN


EARLY = """
import importlib.abc, os, signal, sys
class Finder(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            os.kill(os.getpid(), signal.{})
sys.meta_path.insert(0, Finder())
"""


@pytest.mark.process
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_signals_are_heard_before_anything_heavy_is_imported(program, name):
    """As the first process of a container it would not end otherwise: the exit code is ours, not the kernel's."""
    program.write("library/sitecustomize.py", EARLY.format(name))
    done = program.process("run", "--help", PYTHONPATH=str(program.folder / "library"))
    assert done.returncode == 143


def gone():
    """Return a pipe's end whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    return os.fdopen(writer, "w")


def test_a_stream_that_fails_takes_everything():
    """A dead pipe, a full device: nothing is raised, not at the end either, and the reason is known."""
    full = open("/dev/full", "w")  # noqa: SIM115, PTH123 - a standard stream is given like that
    for broken, kind in ((gone(), BrokenPipeError), (full, OSError)):
        with broken:
            stream = start.forgiving(broken)
            for _ in range(3):
                print("line" * 5000, file=stream)
                stream.flush()
            assert isinstance(start.problem_of(stream), kind)
            stream.close()


def test_a_stream_that_works_loses_nothing():
    """What is written arrives, in one piece and in order, also where the pipe does not wait."""
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with os.fdopen(writer, "w") as pipe, os.fdopen(reader) as out:
        stream = start.forgiving(pipe)
        got = []
        with mock.patch("select.select", side_effect=lambda *_args: got.append(os.read(reader, 1 << 20))):
            print("x" * 200_000, file=stream, flush=True)
        pipe.close()
        text = b"".join(got).decode() + out.read()
    assert text == "x" * 200_000 + "\n"
    assert start.problem_of(stream) is None


def test_other_streams_are_left_as_they_are():
    """Whatever a test or a program around us has put there."""
    stream = io.StringIO()
    assert start.forgiving(stream) is stream
    assert start.problem_of(stream) is None


@pytest.mark.process
@pytest.mark.parametrize(
    "streams",
    some(
        [">&-", "2>&-", "<&-", "<&- >&- 2>&-", "2>/dev/full", ">/dev/full 2>/dev/full", "2>&1 | true"],
        by_day=["<&- >&- 2>&-", "2>/dev/full"],
    ),
)
def test_a_run_does_its_work_whatever_its_streams_are(program, streams):
    """Files and exit code are the work's."""
    program.write("a.csv", FILE)
    # `--verbose` writes much, early and late; Python's own buffer may be off.
    command = ["run", "a.csv", "--sandbox", "--out", "r", "--yes", "--verbose"]
    script = f'{{ "$@"; echo $? > code; }} {streams}'
    for variables in ({}, {"PYTHONUNBUFFERED": "1"}):
        done = subprocess.run(
            ["sh", "-c", script, "sh", *program.command(*command)],
            cwd=program.folder,
            env=program.environment | variables,
            capture_output=True,
            check=False,
        )
        assert (program.folder / "code").read_text() == "0\n", done.stderr
        assert program.summary("r")["counts"]["added"] == 2
        assert b"Traceback" not in done.stderr
        subprocess.run(["rm", "-r", program.folder / "r"], check=True)


def test_json_is_one_line_for_programs(quick):
    """The summary, a list, an error: each is one line where no terminal is."""
    quick.write("a.csv", FILE)
    for args in (["check", "a.csv", "--out", "r"], ["history", "r"], ["run", "nowhere.csv"], ["config", "show"]):
        done = quick(*args, "--json")
        assert len(done.stdout.splitlines()) == 1, args
        json.loads(done.stdout)


@pytest.mark.parametrize("home", [None, "", "relative"])
def test_a_user_without_a_home_is_told_or_served(quick, home):
    """No variable, an empty or a relative one: the list of users knows; where it does not, one sentence."""
    quick.write("a.csv", FILE)
    quick.environment.pop("HOME")
    variables = {} if home is None else {"HOME": home}
    assert quick("check", "a.csv", "--out", "r", **variables).returncode == 0
    with mock.patch("pwd.getpwuid", side_effect=KeyError):
        assert quick("check", "a.csv", "--out", "s", **variables).returncode == 0
        done = quick("config", "path", **variables)
        assert done.returncode == 2
        assert "no home folder" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert sorted(path.name for path in quick.folder.iterdir()) == ["a.csv", "r", "s"]


@pytest.mark.parametrize(("variable", "folder"), [("XDG_STATE_HOME", userfolders.state)])
def test_a_variable_names_the_place(monkeypatch, tmp_path, variable, folder):
    """An absolute one counts, a relative one is none: nothing is looked for in the working directory."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv(variable, str(tmp_path / "x"))
    assert folder() == tmp_path / "x" / "stopimport"
    for odd in ("", "x", "~/x", "./x"):
        monkeypatch.setenv(variable, odd)
        assert folder().is_relative_to(tmp_path)
        assert "x" not in folder().parts
    assert userfolders.expanded("~/a") == tmp_path / "a"
    monkeypatch.setenv("HOME", "")
    monkeypatch.setattr("pwd.getpwuid", mock.Mock(side_effect=KeyError))
    with pytest.raises(NoHome):
        folder()
    with pytest.raises(NoHome):
        userfolders.expanded("~/a")


@pytest.mark.parametrize("content", [None, "", "no certificate", "folder"])
def test_certificates_that_cannot_be_used_are_told_before_anything_is_done(quick, content):
    """`SSL_CERT_FILE` is a leftover of some other program's set-up: a sentence, exit 2, no run."""
    quick.write("a.csv", FILE)
    place = quick.folder / "certificates.pem"
    if content == "folder":
        place.mkdir()
    elif content is not None:
        place.write_text(content)
    done = quick("run", "a.csv", "--out", "r", SMSPARTNER_API_KEY="k", SSL_CERT_FILE=str(place))
    assert done.returncode == 2
    assert "SSL_CERT_FILE" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (quick.folder / "r").exists()


@pytest.mark.parametrize("name", ["/nowhere/keys.log", "/", "/dev/null/x"])
def test_a_key_log_that_cannot_be_written_is_forgotten(monkeypatch, name):
    """`SSLKEYLOGFILE` is for those who look for faults; Python's own TLS fails where it cannot be opened."""
    monkeypatch.setenv("SSLKEYLOGFILE", name)
    with mock.patch.multiple(sys, stdout=sys.stdout, stderr=sys.stderr):
        start.begin()
    assert "SSLKEYLOGFILE" not in os.environ


def test_a_disk_without_rights_is_told_once_and_used(quick, reach):
    """A share refuses chmod, or has one mode for all: known from the folder on, and no reason to lose results."""
    quick.write("a.csv", FILE)
    with mock.patch("os.chmod", side_effect=PermissionError(1, "Operation not permitted")):
        done = quick("run", "a.csv", "--out", "r")
    assert done.returncode == 0, done.stderr
    assert quick.summary("r")["counts"]["added"] == 2
    assert [notice for notice in quick.summary("r")["notices"] if "access rights" in notice]
    quick("run", "a.csv", "--out", "s")
    assert not [notice for notice in quick.summary("s")["notices"] if "access rights" in notice]
    assert reach.calls.by_endpoint["add"] == 2


@pytest.mark.skipif(not leftover._LOCKS.exists(), reason="needs Linux")
def test_a_lock_that_the_administrator_left_keeps_nobody_out(tmp_path):
    """A killed run of root's left its file; as long as root's run is alive, it does keep others out."""
    path = tmp_path / locks.FOLDER_LOCK
    real = os.open

    def of_root(file, flags, *args, **more):
        if str(file) == str(path) and path.exists() and path.stat().st_size == 0:
            raise PermissionError(13, "Permission denied")
        return real(file, flags, *args, **more)

    path.write_text("")
    with path.open("r+") as held, mock.patch("os.open", of_root):
        assert locks.filelock.lock_descriptor(held.fileno(), blocking=False)
        with pytest.raises(LockUnusable, match="delete it"), locks.folder_lock(tmp_path):
            pass
    with mock.patch("os.open", of_root), locks.folder_lock(tmp_path), suppress(FolderBusy):
        assert path.stat().st_size
