"""Several machines serve one shared folder side by side, and share its files out through Redis."""

from __future__ import annotations

import hashlib
import json
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from unittest import mock

import msgspec
import pytest
from effort import EXHAUSTIVE
from nightly_helping import Hands, by_hand
from redisserver import NEEDS_REDIS, RedisServer

from stopimport.apart import reader
from stopimport.nightly import record as records
from stopimport.nightly import together
from stopimport.nightly.past import Past
from stopimport.nightly.remote.claims import Holder
from stopimport.runs.locks import folder_lock

pytestmark = [NEEDS_REDIS, EXHAUSTIVE]
SHORT = (
    "import stopimport.nightly.together as together; together.LEASE, together.PATIENCE = {lease}, {patience};"
    " from stopimport.cli import main; main()"
)
"""Starts the command with times that tests can wait for."""
FILES = 18


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A Redis server for tests that leave it alone."""
    made = RedisServer(tmp_path_factory.mktemp("redis"))
    yield made
    made.kill()


@pytest.fixture
def shared(night, server, monkeypatch):
    """An inbox that passes share by `server`; a lease is over soon."""
    return sharing(night, server, monkeypatch)


def sharing(night, server, monkeypatch, lease=1.5):
    """Let passes in this process share the inbox, and let its first lease pass."""
    monkeypatch.setattr(together, "LEASE", lease)
    night.program.environment["STOPIMPORT_COORDINATOR"] = server.url
    night.server = server
    return night


def machine(night, name, lease=4.0, patience=300.0, rate="1000/s"):
    """Start a pass as another machine would."""
    command = [sys.executable, "-c", SHORT.format(lease=lease, patience=patience)]
    return subprocess.Popen(
        [*command, "inbox", "inbox", "--settle", "0", "--json", "--rate", rate],
        cwd=night.program.folder,
        env=night.program.environment | {"XDG_STATE_HOME": str(night.program.folder / name)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def ended(process):
    """Return a pass's exit code and what it told."""
    out, err = process.communicate(timeout=300)
    assert out, err
    return process.returncode, json.loads(out)


@contextmanager
def held(night, name, content=""):
    """Hold a file, and perhaps a content, as another machine at work on it does."""
    (night.folder / "done").mkdir(mode=0o755, exist_ok=True)
    holder = Holder("another machine", lambda: None, move=True, runs=night.runs, settle=0)
    with ExitStack() as stack:
        ledger = together.open_ledger(stack, night.folder / "done", night.server.url, holder)
        waiting = together.Waiting(time.sleep, time.monotonic, print)
        other = together.Together(ledger, mock.Mock(unsettled=list), night.folder, waiting)
        with other.file(name) as ours:
            assert ours
            assert not content or other.content(content)
            yield


def kept(server, folder="*"):
    """Return the records at the coordinator, by the names of their files (or the hashes of their contents)."""
    found = {}
    for key in server.ask("KEYS", f"stopimport:claims:{folder}:*"):
        record = json.loads(msgspec.msgpack.decode(server.ask("GET", key))["data"])
        found[record["key"]] = record
    return found


def after_reading(monkeypatch, happens):
    """Let something happen once the first file has been imported, before it is moved."""
    happening, really = [happens], reader.run_apart

    def imported(path, context):
        result = really(path, context)
        if happening:
            happening.pop()()
        return result

    monkeypatch.setattr(reader, "run_apart", imported)


def test_a_pass_imports_and_tells_who_did(shared):
    """All is as in a pass alone; at the coordinator stands what became of each file."""
    shared.drop("a.csv", 1001)
    shared.drop("bad.csv", text="Nom\nDupont\n")
    done = shared()
    assert done.code == 2, done.err
    assert done.fates() == {"a.csv": "done", "bad.csv": "failed"}
    assert "just started" in done.err
    assert shared.names() == []
    name = (shared.folder / "done" / ".stopimport-inbox").read_text()
    told = kept(shared.server, name)
    sha256 = done.told["runs"] and records.read(shared.run_folders()[0]).sha256
    assert told["a.csv"]["state"] == told[sha256]["state"] == "done"
    assert told["a.csv"]["run"] == shared.run_folders()[0].name
    assert told["a.csv"]["sha256"] == sha256
    assert told["a.csv"]["size"] > 0
    assert told["bad.csv"]["state"] == "failed"
    assert shared().fates() == {}
    assert not list(shared.folder.rglob("*.lock"))


def test_what_another_machine_has_is_left_to_it(shared):
    """So is a link of its name, and a file with the content that it is at; once it is done, they are taken."""
    shared.drop("a.csv", 1001)
    path = shared.drop("b.csv", 1002)
    shared.drop("c.csv", 1003)
    with held(shared, "a.csv", hashlib.sha256(path.read_bytes()).hexdigest()):
        done = shared()
        assert done.code == 0, done.err
        assert done.fates() == {"c.csv": "done"}
        assert shared.names() == ["a.csv", "b.csv"]
        (shared.folder / "a.csv").unlink()
        (shared.folder / "a.csv").symlink_to("b.csv")
        assert shared().fates() == {}
    assert shared().fates() == {"a.csv": "set_aside", "b.csv": "done"}


def test_no_machines_clock_matters(shared):
    """One that goes ten years ahead takes nothing that another one has."""
    shared.drop("a.csv", 1001)
    hands = Hands()
    hands.wall += 3.2e8
    way = {"coordinator": shared.server.url, "settle": 0.0}
    with held(shared, "a.csv"):
        assert by_hand(shared, hands, **way).files == ()
    assert [file.action for file in by_hand(shared, hands, **way).files] == ["done"]


def test_what_another_machine_did_meanwhile_is_not_done_again(shared, monkeypatch):
    """Between our look and our claim another one imports the file: nothing is sent twice, and nobody complains."""
    shared.drop("a.csv", 1001)
    claim, others = together.Together._claim, []

    def claimed(self, offer, record):
        if not others:
            others.append(None)
            others.append(shared())
        return claim(self, offer, record)

    monkeypatch.setattr(together.Together, "_claim", claimed)
    late = shared()
    assert others[1].fates() == {"a.csv": "done"}
    assert (late.code, late.fates()) == (0, {})
    assert shared.api.calls.by_endpoint["add"] == 1


def test_what_another_machine_began_meanwhile_is_gone_on_with(inbox, faulty, server, monkeypatch):
    """A run that was not there when we looked is resumed, once, and no second one is made."""
    sharing(inbox, server, monkeypatch)
    inbox.drop("a.csv", 1001, 1002)
    with faulty("add/code-500=1@2-2"):
        assert inbox("--attempts", "1").fates() == {"a.csv": "waiting"}
        monkeypatch.setattr(Past, "ours", lambda _self: [])
        done = inbox()
    assert (done.code, done.fates()) == (0, {"a.csv": "done"})
    assert len(inbox.run_folders()) == 1


def test_of_two_files_with_one_content_the_second_is_known(shared, monkeypatch):
    """Whichever machine imports the first, and though another one had looked at all runs before."""
    for name, number in (("a.csv", 1001), ("b.csv", 1001), ("c.csv", 1002), ("d.csv", 1002)):
        shared.drop(name, number)
    others = []

    def meanwhile():
        with held(shared, "d.csv"):
            others.append(shared())

    after_reading(monkeypatch, meanwhile)
    assert shared().fates() == {"a.csv": "done", "b.csv": "already_imported", "d.csv": "already_imported"}
    assert others[0].fates() == {"c.csv": "done"}
    assert shared.api.calls.by_endpoint["add"] == 2


def test_after_a_flush_the_holder_tells_what_it_has(night, redis, monkeypatch):
    """Nobody else is given anything for a lease; the file at work is moved, as all others."""
    sharing(night, redis, monkeypatch)
    for number in range(3):
        night.drop(f"{number}.csv", 1000 + number)
    after_reading(monkeypatch, lambda: redis.ask("FLUSHALL"))
    done = night()
    assert done.code == 0, done.err
    assert set(done.fates().values()) == {"done"}
    assert night.names() == []
    assert set(kept(redis)) >= {"0.csv", "1.csv", "2.csv"}


def test_a_claim_that_is_lost_moves_nothing(night, redis, monkeypatch):
    """Its record is gone, and nothing else: whoever took the file over goes on, and we leave it where it is."""
    sharing(night, redis, monkeypatch)
    night.drop("a.csv", 1001)
    night.drop("b.csv", 1002)

    def lose():
        for key in redis.ask("KEYS", "stopimport:claims:*:*"):
            redis.ask("DEL", key)

    after_reading(monkeypatch, lose)
    done = night()
    assert done.code == 130, done.err
    assert done.fates() == {"a.csv": "waiting"}
    assert "taken over" in done.err + done.told["runs"][0]["why"]
    assert night.names() == ["a.csv", "b.csv"]
    assert night().fates() == {"a.csv": "done", "b.csv": "done"}
    assert night.api.calls.by_endpoint["add"] == 2


def test_without_the_coordinator_nothing_is_taken_or_moved(night, redis, monkeypatch):
    """Gone at the start: exit code 2. Gone later: after a while exit code 3; the next pass goes on."""
    sharing(night, redis, monkeypatch)
    monkeypatch.setattr(together, "PATIENCE", 1.0)
    night.drop("a.csv", 1001)
    night.drop("b.csv", 1002)
    after_reading(monkeypatch, redis.kill)
    done = night()
    assert done.code == 3, done.err
    assert done.fates() == {"a.csv": "waiting"}
    assert "coordinator is away" in done.told["runs"][0]["why"]
    assert night.names() == ["a.csv", "b.csv"]
    code, out, err = night.run("inbox", "inbox", "--settle", "0")
    assert code == 2, (out, err)
    redis.start()
    assert night().fates() == {"a.csv": "done", "b.csv": "done"}
    assert night.api.calls.by_endpoint["add"] == 2


def test_a_pass_without_the_coordinator_waits_for_those_with_it(shared):
    """And they for it: only those who ask the same coordinator share an inbox."""
    shared.drop("a.csv", 1001)
    shared.runs.mkdir(mode=0o700)
    with folder_lock(shared.runs, shared=True):
        assert shared.run("inbox", "inbox", "--settle", "0", "--coordinator", "none")[0] == 7
        assert shared().fates() == {"a.csv": "done"}
    with folder_lock(shared.runs):
        assert shared.run("inbox", "inbox", "--settle", "0")[0] == 7


# Several processes.


@pytest.mark.kill
@pytest.mark.process
def test_a_machine_that_slept_has_lost_its_claim(night, redis, monkeypatch):
    """Another one takes the file over; the run is resumed once the sleeper has let it go, and moved once."""
    sharing(night, redis, monkeypatch)
    night.drop("a.csv", *range(1000, 1200))
    process = machine(night, "sleeper", 2.0, rate="20/s")
    while night.api.calls.by_endpoint["add"] < 5 and process.poll() is None:
        pass
    process.send_signal(signal.SIGSTOP)
    monkeypatch.setattr(together, "LEASE", 2.0)
    while not (other := night("--rate", "1000/s")).told["runs"]:
        pass
    assert other.fates() == {"a.csv": "waiting"}
    process.send_signal(signal.SIGCONT)
    code, told = ended(process)
    assert code == 130, told
    assert night("--rate", "1000/s").fates() == {"a.csv": "done"}
    assert len(night.run_folders()) == 1
    assert len(night.api.entries()) == 200
    assert night.api.calls.by_endpoint["add"] <= 202


@pytest.mark.kill
@pytest.mark.process
def test_three_machines_share_the_files_and_one_is_killed(night, redis, monkeypatch):
    """One dies, Redis is emptied, and then away for longer than a lease: no file is lost, and none imported twice."""
    sharing(night, redis, monkeypatch, 4.0)
    for number in range(FILES):
        night.drop(f"{number:03}.csv", *range(1000 + number * 5, 1005 + number * 5))
    first, *others = [machine(night, name) for name in ("one", "two", "three")]
    while len(night.api.entries()) < FILES and first.poll() is None:
        time.sleep(0.05)
    first.kill()
    first.communicate()
    redis.ask("FLUSHALL")
    while len(night.api.entries()) < FILES * 3 and others[0].poll() is None:
        time.sleep(0.05)
    redis.stop()
    time.sleep(6)
    redis.go_on()
    done = [ended(process) for process in others]
    assert [code for code, _told in done] == [0, 0], done
    both = [{run["file"] for run in told["runs"]} for _code, told in done]
    assert both[0], "each has had its part"
    assert both[1], "each has had its part"
    assert not both[0] & both[1]
    while night("--rate", "1000/s").told["files"]["waiting"]:
        pass
    assert len(night.names("done")) == FILES
    assert len(night.api.entries()) == FILES * 5
    assert len(night.run_folders()) == FILES
    assert night.api.calls.by_endpoint["add"] <= FILES * 5 + 5
