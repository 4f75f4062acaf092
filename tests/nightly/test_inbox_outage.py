"""A vendor who is away, or wants to be left alone: that ends the pass, not the file, and the next pass knows."""

from __future__ import annotations

import json

import pytest
from effort import some
from nightly_helping import Hands, by_hand, forgetful, web_server

from stopimport.sending.gate import Patience


@pytest.fixture
def hands():
    """The clocks of the passes."""
    return Hands()


def as_if_later(inbox):
    """Forget what the account itself remembers by the real clock: these tests set the clock of the passes."""
    for path in (inbox.program.folder / "home").rglob("*"):
        if path.is_file() and not path.name.startswith("inbox-"):
            path.unlink()


@pytest.fixture
def waiting(inbox):
    """Count the calls to a server that wants to be left alone for as long as `inbox.asked` says, and list them."""
    calls = []
    inbox.asked = "3600"

    def answer(method, path, body):
        calls.append(path)
        if inbox.asked is None:
            return forgetful(method, path, body)
        return 429, "", {"Retry-After": inbox.asked}

    with web_server(answer) as url:
        inbox.program.environment |= {"SMSPARTNER_API_KEY": "practice-key", "STOPIMPORT_BASE_URL": f"{url}/v1"}
        yield calls


@pytest.mark.parametrize("extra", [{}, {"skip_listed": False}], ids=["asked for the list", "asked for a number"])
@pytest.mark.parametrize("asked", some(["3600", "301", "100000000"], by_day=["301"]))
def test_a_long_wait_ends_the_pass_and_is_kept(inbox, hands, waiting, asked, extra):
    """Eight files make one call, not eight; the passes until then make none, and the first one after that goes on."""
    for number in range(8):
        inbox.drop(f"{number}.csv", 1001 + number)
    inbox.asked = asked
    result = by_hand(inbox, hands, settle=0.0, **extra)
    assert result.exit_code == 3
    assert len(waiting) == 1
    assert [file.action.value for file in result.files] == ["waiting"]
    hands.pass_by(int(asked) - 1)
    second = by_hand(inbox, hands, settle=0.0, **extra)
    assert second.exit_code == 3
    assert "asked to be left alone until" in " ".join(second.warnings)
    assert len(waiting) == 1
    inbox.asked = None
    hands.pass_by(2)
    as_if_later(inbox)
    third = by_hand(inbox, hands, settle=0.0, **extra)
    assert third.exit_code == 0
    assert third.counts["added"] == 8


def test_an_empty_inbox_is_quiet_while_it_waits(inbox, hands, waiting):
    """Nothing is left undone, so the pass is fine."""
    path = inbox.drop("a.csv", 1001)
    by_hand(inbox, hands, settle=0.0)
    path.unlink()
    for run in inbox.run_folders():
        record = json.loads((run / "inbox.json").read_text())
        (run / "inbox.json").write_text(json.dumps(record | {"settled": True}))
    assert by_hand(inbox, hands, settle=0.0).exit_code == 0
    assert len(waiting) == 1


def test_another_account_need_not_wait(inbox, hands, waiting):
    """The vendor asked one account, at one address."""
    inbox.drop("a.csv", 1001)
    by_hand(inbox, hands, settle=0.0)
    inbox.program.environment["SMSPARTNER_API_KEY"] = "another-key"
    inbox.drop("b.csv", 1002)
    by_hand(inbox, hands, settle=0.0)
    assert len(waiting) == 2


def test_a_clock_that_was_set_back_does_not_prolong_the_wait(inbox, hands, waiting):
    """Else a year would pass until anybody asked again."""
    inbox.drop("a.csv", 1001)
    by_hand(inbox, hands, settle=0.0)
    hands.wall -= 365 * 86400
    inbox.asked = None
    as_if_later(inbox)
    assert by_hand(inbox, hands, settle=0.0).exit_code == 0
    assert len(waiting) > 1


def test_an_outage_ends_the_pass(inbox, hands, monkeypatch):
    """A hundred files would take a hundred times as long as one: the first one tells."""
    inbox.program.environment |= {"SMSPARTNER_API_KEY": "practice-key", "STOPIMPORT_BASE_URL": "http://127.0.0.1:1/v1"}
    monkeypatch.setattr(Patience.__init__, "__defaults__", (1, 0.2, 0.1, 20, 3, 0.01, 0.05))
    for number in range(5):
        inbox.drop(f"{number}.csv", 1001 + number)
    result = by_hand(inbox, hands, settle=0.0)
    assert result.exit_code == 3
    assert [file.action.value for file in result.files] == ["waiting"]
    assert result.waiting == 5
    assert len(inbox.run_folders()) == 1
