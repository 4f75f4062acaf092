"""Why the sender stops before its time."""

from __future__ import annotations

import asyncio
import math

import pytest
from rawserver import ADDED, KEY, LISTED, WRONG_KEY, Book, hang, http, play

from stopimport.sending.gate import Patience
from stopimport.sending.outcomes import Ending, SendOptions
from stopimport.smspartner.codes import ACCOUNT_CODES
from stopimport.vocabulary import Status


@pytest.mark.parametrize("code", sorted(ACCOUNT_CODES))
@pytest.mark.parametrize("status", [200, 403])
def test_an_account_refused_at_first_costs_one_call(code, status):
    """The first call goes alone, so that a wrong key is seen before others go out; every number is `not_sent`."""
    played = play(lambda _call, _n: http(status, {"success": False, "code": code, "message": "No"}), 300)

    assert (played.result.ending, len(played.server.calls)) == (Ending.ACCOUNT_REFUSED, 1)
    assert f"code {code}" in str(played.result.why)
    assert {"not_sent"} == set(played.book.statuses())
    assert (played.book[0].attempts, played.book[0].code, played.book[0].in_doubt) == (1, None, False)
    assert (played.book[1].attempts, played.book[1].sent_at) == (0, None)


def test_an_account_refused_later_lets_calls_in_flight_finish():
    """What is in flight when the account is refused keeps its answer; nothing more goes out."""
    played = play(_slow_but_the_fifth_is_refused, 300, options=SendOptions(100_000, concurrency=8))

    added = played.book.statuses().count("added")
    assert Ending.ACCOUNT_REFUSED is played.result.ending
    assert len(played.server.calls) - 1 == added
    assert 5 <= len(played.server.calls) < 100


async def _slow_but_the_fifth_is_refused(_call, n):
    if n == 4:
        return WRONG_KEY
    await asyncio.sleep(0.05 if n else 0)
    return ADDED


@pytest.mark.parametrize("status", [401, 403])
def test_401_or_403_without_a_code_refuses_the_account_if_nothing_has_succeeded(status):
    """Before anything succeeded it is the account."""
    played = play(lambda _call, _n: http(status, "<html>Forbidden</html>"), 50)

    assert (played.result.ending, len(played.server.calls)) == (Ending.ACCOUNT_REFUSED, 1)
    assert f"HTTP {status}" in str(played.result.why)
    assert played.book.holds == []


def test_403_after_a_success_is_like_429_until_the_third_in_a_row():
    """A firewall's passing refusal holds the calls and uses up no attempt; three in a row are the account's."""
    one = SendOptions(100_000, concurrency=1, attempts=1)
    passing = play(lambda _call, n: http(403) if n in {1, 2, 4, 5} else ADDED, 4, options=one)
    lasting = play(lambda _call, n: http(403) if n else ADDED, 4, options=one)

    assert (passing.book.statuses(), passing.result.ending) == (["added"] * 4, Ending.FINISHED)
    assert passing.book.holds
    assert (lasting.result.ending, len(lasting.server.calls)) == (Ending.ACCOUNT_REFUSED, 4)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 404, 405, 410])
def test_a_wrong_address_ends_the_run_and_is_named(status):
    """Redirects are not followed; they and a 4xx without code abort, and the message names the address, not the key."""
    answer = http(status, "", Location=f"https://example.org/elsewhere?apiKey={KEY[:3]}&x=1")
    played = play(lambda _call, _n: answer, 300)

    assert (played.result.ending, len(played.server.calls)) == (Ending.ABORTED, 1)
    assert f"{played.server.url}/stop-sms/add" in str(played.result.why)
    assert f"HTTP {status}" in str(played.result.why)
    assert "apiKey" not in str(played.result.why)
    assert {"not_sent"} == set(played.book.statuses())


def test_twenty_numbers_in_a_row_with_the_same_code_end_the_run():
    """A code that every number gets says something about the run; what comes between starts the count anew."""
    bad = http(200, {"success": False, "code": 90, "message": "Malformed JSON"})
    one = SendOptions(100_000, concurrency=1)
    all_bad = play(lambda _call, _n: bad, 100, options=one)
    interrupted = play(lambda _call, n: LISTED if n % 20 == 19 else bad, 100, options=one)

    assert (all_bad.result.ending, len(all_bad.server.calls)) == (Ending.ABORTED, 20)
    assert str(all_bad.result.why) == "20 numbers in a row failed with code 90, Malformed JSON."
    assert all_bad.book.statuses().count("failed") == 20
    assert (interrupted.result.ending, len(interrupted.server.calls)) == (Ending.FINISHED, 100)


def _stopping(when):
    """Return a script that asks to stop at call `when`, and what sets it up."""
    stop = asyncio.Event()

    def script(_call, n):
        if n == when:
            stop.set()
        return _settling()

    return script, {"stop": stop}


async def _settling():
    await asyncio.sleep(0.02)
    return ADDED


def test_asked_to_stop_it_finishes_what_is_in_flight():
    """No further call goes out, and the answers of those in flight count."""
    script, around = _stopping(20)
    around["patience"] = Patience(drain=math.inf)
    played = play(script, 5000, around=around, options=SendOptions(100_000, concurrency=8))

    assert Ending.STOPPED is played.result.ending
    assert played.book.statuses().count("added") == len(played.server.calls)
    assert 21 <= len(played.server.calls) <= 28
    assert not any(outcome.in_doubt for outcome in played.book.outcomes.values())
    assert len(played.book.outcomes) == played.book.marks[-1]


def test_asked_to_stop_it_cuts_off_what_does_not_finish():
    """After the time for finishing the calls are cut off: `not_sent`, in doubt."""
    stop = asyncio.Event()

    def script(_call, n):
        if n < 3:
            return ADDED
        stop.set()
        return hang

    played = play(script, 50, around={"stop": stop}, options=SendOptions(100_000, concurrency=2))

    assert Ending.STOPPED is played.result.ending
    cut_off = [outcome for outcome in played.book.outcomes.values() if outcome.in_doubt]
    assert [(Status.NOT_SENT, 1)] * len(cut_off) == [(outcome.status, outcome.attempts) for outcome in cut_off]
    assert len(played.server.calls) - 3 == len(cut_off)
    assert played.book.statuses().count("added") == 3


def test_asked_to_stop_during_a_hold_it_does_not_wait():
    """The wish to stop reaches the sender while it waits, and numbers that were tried keep their calls."""
    stop = asyncio.Event()

    class Impatient(Book):
        def holding(self, _reason, _seconds):
            asyncio.get_running_loop().call_soon(stop.set)

    def script(_call, n):
        return http(503, Retry_After="290") if n else ADDED

    around = {"stop": stop, "progress": Impatient()}
    played = play(script, 3, around=around, options=SendOptions(100_000, concurrency=1))

    assert (played.result.ending, len(played.server.calls)) == (Ending.STOPPED, 2)
    assert [played.book[index].attempts for index in range(3)] == [1, 1, 0]
    assert played.book.statuses() == ["added", "not_sent", "not_sent"]


def test_asked_to_stop_with_nothing_left_is_finished():
    """A wish to stop that comes with the last answer changes nothing."""
    script, around = _stopping(0)
    played = play(script, 1, around=around)

    assert (played.result.ending, played.book.statuses()) == (Ending.FINISHED, ["added"])


def test_patience_holds_the_contracts_figures():
    """20 failures, 5 minutes, 8 seconds (Docker kills after 10), 20 numbers, 3 refusals."""
    patience = Patience()

    assert (
        patience.away_after,
        patience.outage,
        patience.drain,
        patience.same_code,
        patience.denied,
    ) == (20, 300, 8, 20, 3)
