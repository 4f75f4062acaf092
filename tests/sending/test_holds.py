"""Holds that the server asks for, and a server that is away."""

from __future__ import annotations

import asyncio
import math
from itertools import pairwise

import pytest
from effort import EXHAUSTIVE
from rawserver import ADDED, FastClock, drop, hang, http, play

from stopimport.sending.gate import Patience
from stopimport.sending.outcomes import Ending, SendOptions
from stopimport.sending.pace import Pace
from stopimport.smspartner.client import Timeouts

DATE = "Sun, 22 Nov 2026 12:00:00 GMT"
UNHURRIED = {"patience": Patience(outage=math.inf)}
"""Where no outage is tested: a fast clock makes minutes of the moments that a busy machine needs."""
SOON = "Sun, 22 Nov 2026 12:00:20 GMT"


@pytest.mark.parametrize("asked", [{"Retry_After": "20"}, {"Retry_After": SOON, "Date": DATE}, {}])
def test_a_429_storm_costs_no_attempt(asked):
    """However often 429 comes, with a wait in either form or without one, the number stays in the run."""
    played = play(
        lambda _call, n: http(429, "slow down", **asked) if 1 <= n < 10 else ADDED,
        3,
        options=SendOptions(100_000, attempts=1, concurrency=1),
        around=UNHURRIED,
    )

    assert played.book.statuses() == ["added"] * 3
    assert 12 == len(played.server.calls) == sum(outcome.attempts for outcome in played.book.outcomes.values())


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_holds_all_workers(status):
    """While a hold lasts nothing goes out, whoever would send it."""
    played = play(
        lambda call, n: http(status, Retry_After="30") if n == 4 else _short(call),
        200,
        options=SendOptions(100_000, concurrency=4),
    )
    at = [call.at for call in played.server.calls]
    gaps = [later - earlier for earlier, later in pairwise(at)]

    assert max(gaps[:9]) >= 30 / 200 * 0.9
    assert played.book.statuses() == ["added"] * 200
    assert [(f"HTTP {status}" in reason, 30.0) for reason, _ in played.book.holds] == [(True, 30.0)]
    assert played.book.holds[0][1] == 30.0


async def _short(_call):
    await asyncio.sleep(0.002)
    return ADDED


class WatchedPace(Pace):
    """A pace that keeps its share after each slowing down."""

    def __init__(self, *args):
        super().__init__(*args)
        self.shares = []

    def slow_down(self, hold=0.0, **told):
        """Slow down, and keep the share."""
        super().slow_down(hold, **told)
        self.shares.append(self.share)


def test_the_rate_halves_once_a_hold():
    """Several 429 of one moment, however late they are read, halve the rate once and are one hold."""
    pace = WatchedPace(SendOptions(100_000), FastClock())
    all_there = asyncio.Event()

    async def slow_down():
        await all_there.wait()
        return http(429, Retry_After="10")

    def script(_call, n):
        if n == 4:
            all_there.set()
        return slow_down() if 1 <= n <= 4 else ADDED

    played = play(script, 5, client={"pace": pace}, options=SendOptions(100_000, concurrency=4))

    assert (1, [0.5]) == (len(played.book.holds), pace.shares)
    assert played.book.statuses() == ["added"] * 5


def test_a_wait_beyond_five_minutes_ends_the_run():
    """A `Retry-After` of more than 5 minutes is an outage."""
    played = play(lambda _call, n: http(429, Retry_After="301") if n else ADDED, 5)

    assert Ending.OUTAGE is played.result.ending
    assert "asks to wait 6 minutes" in str(played.result.why)
    assert played.book.statuses() == ["added"] + ["not_sent"] * 4


@pytest.mark.parametrize("asked", ["9" * 400, "99999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_wait_of_any_size_is_honoured(asked):
    """However large the wait: the run ends, and says so."""
    played = play(lambda _call, n: http(503, Retry_After=asked) if n else ADDED, 5)
    assert played.result.ending is Ending.OUTAGE
    assert "minutes" in str(played.result.why)


def test_a_sleeping_machine_blames_nobody():
    """A machine that was asleep for 310 s in the middle of a call goes on: the server was not silent in them."""

    class Sleeper(FastClock):
        slept = 0.0

        def monotonic(self):
            return super().monotonic() + self.slept

    clock = Sleeper()

    async def script(_call, n):
        if n == 2:
            clock.slept += 310
            return drop
        return ADDED

    played = play(script, 5, around={"clock": clock})
    assert played.result.ending is Ending.FINISHED
    assert played.book.statuses() == ["added"] * 5


@EXHAUSTIVE
def test_a_slow_rate_is_no_outage():
    """Where minutes pass between two calls, one that fails ends nothing."""
    played = play(lambda _call, n: http(500) if n == 1 else ADDED, 3, options=SendOptions(rate=1, window=400.0))
    assert played.result.ending is Ending.FINISHED


def test_429_for_five_minutes_ends_the_run():
    """Waiting is not repeated for ever: 5 minutes without a usable answer end the run, incomplete."""
    played = play(lambda _call, _n: http(429, Retry_After="160"), 1)

    assert (played.result.ending, len(played.server.calls)) == (Ending.OUTAGE, 3)
    assert "no usable answer for 5 minutes" in str(played.result.why)


def test_a_server_away_is_probed_with_one_call_at_a_time():
    """After 20 failures in a row single probes go out; once one is answered the run goes on, with no number lost."""
    down = range(40, 68)
    played = play(
        lambda _call, n: drop if n in down else ADDED,
        100,
        # More attempts than failures before the server counts as away: how these fall on numbers is chance.
        options=SendOptions(100_000, concurrency=2, attempts=21),
        around=UNHURRIED,
    )
    probes = [call.at for call in played.server.calls[64:69]]

    assert played.book.statuses() == ["added"] * 100
    assert Ending.FINISHED is played.result.ending
    assert any("does not answer" in reason for reason, _ in played.book.holds)
    assert all(later - earlier >= 8 / 200 for earlier, later in pairwise(probes))


def test_failures_while_the_server_seems_away_use_up_no_attempt():
    """With one attempt a number, the failures that show that the server is away cost 20 numbers, and no more."""
    played = play(
        lambda _call, n: drop if 10 <= n < 40 else ADDED,
        60,
        options=SendOptions(100_000, concurrency=1, attempts=1),
        around=UNHURRIED,
    )

    assert (played.book.statuses().count("failed"), played.book.statuses().count("added")) == (20, 40)


@pytest.mark.parametrize("fault", [drop, http(503), http(200, "<html></html>")])
def test_five_minutes_without_a_usable_answer_end_the_run(fault):
    """Whatever comes instead of an answer, after 5 minutes the run ends, and the rest waits for `resume`."""
    played = play(lambda _call, n: fault if n else ADDED, 2000, options=SendOptions(1, attempts=3))

    assert Ending.OUTAGE is played.result.ending
    assert "no usable answer for 5 minutes" in str(played.result.why)
    assert len(played.book.outcomes) == played.book.marks[-1] < 2000


def test_calls_that_never_got_a_connection_leave_no_doubt():
    """A refused connection is certainly not sent: attempts are counted, doubt is not."""
    nobody = {"base_url": "http://127.0.0.1:1/v1"}
    played = play(lambda _call, _n: ADDED, 2, client=nobody, options=SendOptions(100_000, attempts=2))

    assert [(outcome.status, outcome.attempts, outcome.in_doubt) for outcome in played.book.outcomes.values()] == [
        ("failed", 2, False)
    ] * 2
    assert "The connection to the server" in played.book[0].message


def test_an_answer_that_never_comes_is_given_up_and_tried_again():
    """A call that is not answered in time leaves the number in doubt, and it is tried again."""
    played = play(lambda _call, n: ADDED if n else hang, client={"timeouts": Timeouts(call=0.2)})

    assert (played.book.statuses(), played.book[0].attempts) == (["added"], 2)
