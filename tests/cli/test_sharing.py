"""One account, many senders: they send at once, and together keep to the rate."""

from __future__ import annotations

import json
import os
import pwd
import threading
from dataclasses import replace
from itertools import pairwise

import pytest
from rawserver import ADDED, http
from senders import fullest, sender, served

from stopimport.pipeline.sharing import Account, sender_of, sharing
from stopimport.runs.journal import Journal
from stopimport.runs.slotfile import slot_file
from stopimport.secrets import ApiKey
from stopimport.sending.outcomes import Ending, SendOptions
from stopimport.vocabulary import Fetched, State

NOTHING = http(200, {"success": True, "code": 200, "nbData": 0, "data": []})


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch):
    """Put the user's state folder into the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_several_senders_keep_to_one_rate(tmp_path):
    """Three at once, 40/s: every number goes out, and no second at the server holds more than 40 calls."""
    options = SendOptions(40)
    with served(lambda _call, _n: ADDED) as server:
        threads = [sender(server.url, options, 30, tmp_path / name) for name in "abc"]
        for thread, _ in threads:
            thread.join()
    assert all(book.statuses() == ["added"] * 30 for _, book in threads)
    assert fullest([call.at for call in server.calls], 1.0) <= 40


def test_a_new_connection_for_each_call_costs_no_rate(tmp_path):
    """Where the server closes each connection calls are started early enough; strict it stays."""

    def script(_call, _n):
        return ADDED.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n", 1)

    with served(script) as server:
        thread, book = sender(server.url, SendOptions(30), 60, tmp_path)
        thread.join()
    assert book.statuses() == ["added"] * 60
    assert len(server.calls) == 60
    assert fullest([call.at for call in server.calls], 1.0) <= 30


def test_the_lowest_rate_holds(tmp_path):
    """A slow sender slows the fast one down while it sends."""
    gone = threading.Event()
    with served(lambda _call, _n: ADDED) as server:
        slow, _ = sender(server.url, SendOptions(5), 6, tmp_path / "slow")
        fast, _ = sender(server.url, SendOptions(200), 60, tmp_path / "fast")
        slow.join()
        done = len(server.calls)
        gone.set()
        fast.join()
    times = [call.at for call in server.calls[:done]]
    # The fast one may have begun before the slow one came.
    calm = [later - earlier for earlier, later in pairwise(times)][-6:]
    assert min(calm) > 0.15
    assert len(server.calls) == 66


def test_a_wait_that_one_is_asked_for_holds_all(tmp_path):
    """A Retry-After beyond patience ends both senders, and a third one makes no call at all."""

    def script(_call, n):
        return http(503, Retry_After="3600") if n == 10 else ADDED

    with served(script) as server:
        both = [sender(server.url, SendOptions(50), 5_000, tmp_path / name) for name in "ab"]
        for thread, _ in both:
            thread.join(60)
        calls = len(server.calls)
        third, book = sender(server.url, SendOptions(50), 5, tmp_path / "c")
        third.join(60)
        assert len(server.calls) == calls
    assert calls < 20
    assert {each.result.ending for each in (both[0][1], both[1][1], book)} == {Ending.OUTAGE}
    assert "60 minutes" in str(book.result.why)


@pytest.mark.parametrize(("others", "status"), [(False, "added"), (True, "already_listed")])
def test_in_doubt_with_others_about(tmp_path, others, status):
    """A number that turns out listed without an answer of its own is ours only if nobody else was adding."""

    async def hang_up(_call, writer):
        writer.transport.abort()

    def script(_call, n):
        return hang_up if n == 0 else http(200, {"success": False, "code": 3, "message": "listed"})

    with served(script) as server, sharing(Account("shop"), SendOptions(50), sender="b", adds=others):
        thread, book = sender(server.url, SendOptions(50), 1, tmp_path / "a", listed_before=True)
        thread.join()
    assert book.statuses() == [status]
    assert "may have been this run" in book[0].message or status == "added"


# The whole program.

EXPORT = "Mobile\n" + "".join(f"06 00 00 {n // 100:02} {n % 100:02}\n" for n in range(40))


def test_a_short_run_gets_its_turn_beside_a_long_one(program, practice):
    """While a long import runs, another one of the account begins, sends and ends; both end well, none waits."""
    program.environment |= {"SMSPARTNER_API_KEY": practice.key, "STOPIMPORT_BASE_URL": practice.url}
    program.write("long.csv", "Mobile\n" + "".join(f"06 00 01 {n // 100:02} {n % 100:02}\n" for n in range(150)))
    program.write("short.csv", "Mobile\n06 00 00 99 01\n")
    process = program.start("run", "long.csv", "--out", "long", "--rate", "25/s")
    while practice.calls.by_endpoint["add"] < 5 and process.poll() is None:
        pass
    done = program("run", "short.csv", "--out", "short", "--rate", "25/s")
    assert done.returncode == 0, done.stderr.decode()
    assert practice.calls.by_endpoint["add"] < 151, "the long one is still sending"
    assert process.wait(120) == 0, process.stderr.read().decode()
    process.stdout.close()
    process.stderr.close()
    assert len(practice.entries()) == 151
    assert program.summary("short")["by"] == pwd.getpwuid(os.geteuid()).pw_name
    assert program.summary("short")["sandbox"] is False


def test_the_next_run_keeps_the_wait(quick):
    """A server that asked for an hour is not called by the next run either: exit 3, not one call."""
    quick.write("a.csv", "Mobile\n06 00 00 10 01\n")
    with served(lambda _call, _n: http(503, Retry_After="3600")) as server:
        way = {"STOPIMPORT_BASE_URL": server.url, "SMSPARTNER_API_KEY": "key"}
        assert quick("run", "a.csv", "--out", "first", **way).returncode == 3
        assert len(server.calls) == 1
        told = quick("run", "a.csv", "--out", "second", **way)
        assert (told.returncode, "60 minutes" in told.stderr) == (3, True), told.stderr
        assert quick("verify", "second", **way).returncode == 3
        assert len(server.calls) == 1
    assert quick.summary("second")["counts"]["not_sent"] == 1


@pytest.mark.usefixtures("reach")
def test_an_account_is_called_by_its_name(quick):
    """Runs of a named account go by the name, whatever the key; its hash is a fact beside it."""
    quick.write("a.csv", "Mobile\n06 00 00 10 01\n")
    assert quick("run", "a.csv", "--out", "r", "--account", "La  boutique").returncode == 0
    made = quick.summary("r")
    assert (made["account_name"], len(made["account"])) == ("La boutique", 8)
    assert slot_file("La boutique").name in {path.name for path in (quick.folder / "home/.local/state").rglob("*")}
    other = {"SMSPARTNER_API_KEY": "rotated"}
    for command in (["verify", "r"], ["undo", "r", "--reason", "wrong"]):
        refused = quick(*command, **other)
        assert (refused.returncode, "another account" in refused.stderr) == (2, True)
        assert quick(*command, "--account", "other").returncode == 2


def test_a_key_may_be_replaced(quick, vendor):
    """A run without a name goes on with another key only by --new-key, a named one by its name."""
    quick.write("a.csv", "Mobile\n06 00 00 10 01\n06 00 00 10 02\n")
    way = {"STOPIMPORT_BASE_URL": vendor.url}
    for run, name in (("bare", []), ("named", ["--account", "shop"])):
        assert quick("run", "a.csv", "--out", run, *name, SMSPARTNER_API_KEY="old", **way).returncode == 0
        for command in (["verify", run], ["undo", run, "--reason", "wrong"]):
            refused = quick(*command, SMSPARTNER_API_KEY="new", **way)
            assert refused.returncode == 2, refused.stderr
            assert "--new-key" in refused.stderr
        allowed = name or ["--new-key"]
        assert quick("verify", run, *allowed, SMSPARTNER_API_KEY="new", **way).returncode == 0
        # From now on the new key is the account's.
        assert quick("verify", run, SMSPARTNER_API_KEY="new", **way).returncode == 0
        assert quick("undo", run, "--reason", "wrong", SMSPARTNER_API_KEY="new", **way).returncode == 0
        assert json.loads((quick.folder / run / "summary.json").read_text())["undo"]["by"]


def killed_in_flight(quick, monkeypatch, account):
    """Leave a run as a kill does after its call has gone out: the list fetched before lacked the number."""
    quick.write("a.csv", "Mobile\n06 00 00 10 01\n")
    assert quick("check", "a.csv", "--out", "r").returncode == 0
    monkeypatch.setenv("XDG_STATE_HOME", str(quick.folder / "home/.local/state"))
    asked = SendOptions(10)
    with (
        Journal.open(quick.folder / "r/journal.sqlite3") as journal,
        sharing(
            Account(account), asked, sender=sender_of(quick.folder / "r", journal.facts.started_at), adds=True
        ) as pace,
    ):
        journal.note_fetch(Fetched.YES, 0)
        journal.update(replace(journal.facts, state=State.RUNNING, account=account, joined=str(pace.mark)))
        journal.reserve(1)


@pytest.mark.parametrize(
    ("between", "status"),
    [("nobody", "added"), ("another run", "already_listed"), ("the state was lost", "already_listed")],
)
def test_after_a_kill_it_is_known_who_was_about(quick, vendor, monkeypatch, between, status):
    """What a killed run's call may have added is ours only if no other run has been adding since its list."""
    account = ApiKey("practice-key", "test").account
    killed_in_flight(quick, monkeypatch, account)
    if between == "another run":
        quick.write("b.csv", "Mobile\n06 00 00 10 01\n")
        assert quick("run", "b.csv", "--out", "b").returncode == 0
    else:
        vendor.entries.append({"id": 77, "phoneNumber": "+33600001001", "createdAt": ""})
    if between == "the state was lost":
        slot_file(account).unlink()
    told = quick("resume", "r")
    assert told.returncode == 0, told.stderr
    (row,) = quick.rows("r")
    assert row["status"] == status
    assert ("may be our doing" in row["message"]) is (status == "already_listed")
    undone = quick("undo", "r", "--reason", "wrong")
    assert undone.returncode == 0
    assert len(vendor.entries) == (0 if status == "added" else 1)
