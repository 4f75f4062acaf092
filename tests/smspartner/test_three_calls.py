"""What add, list and delete have in common: refusals, wrong addresses, holds and outages."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest
from rawserver import ADDED, FAST, KEY, QUICK, Book, FastClock, coming, drop, http, numbers, reset, serving, truncated

from stopimport.errors import StopimportError
from stopimport.sending.errors import AccountRefused, AskedToWait, ListUnavailable, WrongAddress
from stopimport.sending.outcomes import Ending, SendOptions, UndoStep
from stopimport.sending.remover import remove
from stopimport.sending.sender import Surroundings, fetch_list, send
from stopimport.smspartner.client import StopListClient

GOOD = {
    "add": ADDED,
    "list": http(200, {"success": True, "code": 200, "nbData": 0, "data": []}),
    "delete": http(200, {"success": True, "code": 200}),
}
DATE = {"Retry_After": "Sun, 22 Nov 2026 12:00:20 GMT", "Date": "Sun, 22 Nov 2026 12:00:00 GMT"}
ERRORS = {
    AccountRefused: Ending.ACCOUNT_REFUSED,
    WrongAddress: Ending.ABORTED,
    AskedToWait: Ending.OUTAGE,
    ListUnavailable: Ending.FINISHED,
}

pytestmark = pytest.mark.parametrize("name", GOOD)


@dataclass
class Undone:
    """A recorder of undo that keeps what it is given."""

    steps: dict = field(default_factory=dict)

    def undo_reserve(self, steps):
        """Keep that calls may go out."""
        self.steps |= {step.number: step for step in steps}

    def undo_record(self, step):
        """Keep a step, which must have been reserved."""
        assert step.number in self.steps
        self.steps[step.number] = step


@dataclass
class Made:
    """What calls of one kind came to."""

    ending: Ending
    why: str
    calls: list
    holds: list
    done: int = 0


def make(name, script, count=1, *, options=FAST):
    """Make `count` calls of one kind (one, if it is the list).

    `script` gives the reaction to the n-th call; None: the good answer.
    """

    async def making():
        book, undone = Book(), Undone()
        around = Surroundings(clock=FastClock(), progress=book)
        async with (
            serving(lambda _call, n: script(n) or GOOD[name]) as server,
            StopListClient(KEY, server.url, timeouts=QUICK) as client,
        ):
            if name == "list":
                ending, why, done = await fetched(client, options, around)
            elif name == "add":
                result = await send(coming(count), client, options=options, recorder=book, around=around)
                ending, why, done = result.ending, str(result.why), book.statuses().count("added")
            else:
                steps = [UndoStep(number, str(index), "") for index, number in enumerate(numbers(count))]
                result = await remove(steps, count, client, options=options, recorder=undone, around=around)
                done = sum(step.status == "removed" for step in undone.steps.values())
                ending, why = result.ending, str(result.why)
        return Made(ending, why, server.calls, book.holds, done)

    return asyncio.run(making())


async def fetched(client, options, around):
    """Fetch the list, and return how that ended."""
    try:
        await fetch_list(client, options=options, around=around)
    except StopimportError as error:
        return ERRORS[type(error)], str(error), 0
    return Ending.FINISHED, "", 1


@pytest.mark.parametrize("status", [200, 400, 403])
@pytest.mark.parametrize("code", [1, 10, 20, 30, 40, 96])
def test_a_refused_account_costs_one_call(name, code, status):
    """The codes of the account end everything, whatever the HTTP status beside them."""
    made = make(name, lambda _n: http(status, {"success": False, "code": str(code), "message": f"Non {KEY}"}), 50)

    assert (made.ending, len(made.calls), made.holds) == (Ending.ACCOUNT_REFUSED, 1, [])
    assert f"code {code}" in made.why
    assert KEY not in made.why


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 400, 404, 405, 410])
def test_a_wrong_address_costs_one_call_and_is_named(name, status):
    """A redirect, and a 4xx without a code, end everything; nothing follows where a redirect points."""
    where = {"Location": f"/v1/elsewhere?apiKey={KEY}"} if status < 400 else {}
    made = make(name, lambda _n: http(status, "<html></html>", **where), 50)

    assert (made.ending, len(made.calls)) == (Ending.ABORTED, 1)
    assert f"/v1/stop-sms/{name} answered HTTP {status}" in made.why
    assert "k3y" not in made.why


@pytest.mark.parametrize("asked", [{"Retry_After": "20"}, DATE, {}])
@pytest.mark.parametrize("status", [429, 503])
def test_a_storm_of_refusals_for_now_is_sat_out(name, status, asked):
    """What the server asks for is waited for, in either form; 429 uses up no attempt, 503 does."""
    storm = 6
    attempts = 1 if status == 429 else storm + 1
    options = SendOptions(100_000, attempts=attempts, concurrency=1)
    answer = http(status, {"success": True, "code": 200}, **asked)
    made = make(name, lambda n: answer if n < storm else None, options=options)

    assert (made.ending, made.done, len(made.calls)) == (Ending.FINISHED, 1, storm + 1)
    if asked:
        assert [seconds for _reason, seconds in made.holds] == [20.0] * storm


def test_a_wait_beyond_five_minutes_ends_everything(name):
    """Nobody waits for longer: the rest is for later."""
    made = make(name, lambda _n: http(503, Retry_After="301"), 5)

    assert (made.ending, len(made.calls)) == (Ending.OUTAGE, 1)
    assert "asks to wait 6 minutes" in made.why


@pytest.mark.parametrize("fault", [drop, reset, truncated(), b"SSH-2.0-OpenSSH_9.2\r\n\r\n"])
def test_a_server_that_is_away_is_waited_for(name, fault):
    """After 20 failures in a row single probes find out when it is back, and nothing is lost."""
    # One list cannot fail 20 times within 5 minutes.
    count, away = (1, range(4)) if name == "list" else (60, range(12, 36))
    options = SendOptions(100_000, attempts=25, concurrency=8)
    made = make(name, lambda n: fault if n in away else None, count, options=options)

    assert (made.ending, made.done, len(made.calls)) == (Ending.FINISHED, count, count + len(away))
    # Half an answer shows that the server is there.
    probed = count > 1 and fault != truncated()
    assert any("does not answer" in reason for reason, _ in made.holds) is probed


def test_five_minutes_without_a_usable_answer_end_everything(name):
    """Whatever comes instead of an answer; a list that cannot be had ends only the fetching."""
    made = make(name, lambda _n: http(429, Retry_After="160"))

    assert (made.ending, len(made.calls)) == (Ending.FINISHED if name == "list" else Ending.OUTAGE, 3)
    assert "no usable answer for 5 minutes" in made.why


UNUSABLE = [http(500), http(200, {"success": False, "code": 500}), http(200), http(200, "<html></html>")]


@pytest.mark.parametrize("answer", UNUSABLE)
def test_no_usable_answer_is_tried_again_as_often_as_allowed(name, answer):
    """`--attempts` counts the first try."""
    for attempts in (1, 3):
        made = make(name, lambda _n: answer, options=SendOptions(100_000, attempts=attempts))
        assert (made.done, len(made.calls)) == (0, attempts)


@pytest.mark.parametrize("code", [2, 77, 90])
def test_a_code_that_says_nothing_is_not_tried_again(name, code):
    """One call; such a code is no passing fault."""
    made = make(name, lambda _n: http(200, {"success": False, "code": code, "message": "Nein"}))

    assert (made.ending, made.done, len(made.calls)) == (Ending.FINISHED, 0, 1)
