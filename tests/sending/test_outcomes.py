"""What becomes of numbers whose calls are answered."""

from __future__ import annotations

import math

import pytest
from rawserver import ADDED, FAST, LISTED, REFUSED, Book, drop, http, play, truncated

from stopimport.sending.outcomes import Ending, Outcome, SendOptions
from stopimport.smspartner.client import StopListClient
from stopimport.vocabulary import Status


def test_each_answer_gives_its_outcome():
    """200 is added with its id, 3 listed, 9 refused with the API's words, other codes failed; one call for each."""
    answers = {
        "+33639900000": ADDED,
        "+33639900001": LISTED,
        "+33639900002": REFUSED,
        "+33639900003": http(400, {"success": False, "code": 2, "message": "Phone number is required"}),
    }
    played = play(lambda call, _n: answers[call.number], 4)

    assert played.book.statuses() == ["added", "already_listed", "refused", "failed"]
    assert [played.book[index].code for index in range(4)] == [200, 3, 9, 2]
    assert [played.book[index].stop_id for index in range(4)] == ["300", "", "", ""]
    assert played.book[2].message == "Numéro invalide"
    assert [played.book[index].attempts for index in range(4)] == [1] * 4
    assert (played.result.ending, played.result.sent, played.result.retried) == (Ending.FINISHED, 4, 0)


def test_a_call_is_json_with_key_and_number():
    """`add` is one POST of JSON with `apiKey` and `phoneNumber`, and nothing in the URL."""
    call = play(lambda _call, _n: ADDED).server.calls[0]

    assert (call.method, call.path, call.query) == ("POST", "/v1/stop-sms/add", {})
    assert call.headers["content-type"] == "application/json"
    assert call.body == b'{"apiKey": "k3y-0f-the-Tests/\\u00e4", "phoneNumber": "+33639900000"}'


@pytest.mark.parametrize("passing", [http(500), http(503, "<html>busy</html>"), http(408), http(200), truncated()])
def test_passing_faults_are_tried_again(passing):
    """After a passing fault the number goes out again, and its outcome counts the calls."""
    played = play(lambda _call, n: passing if n < 2 else ADDED)

    assert Outcome(0, Status.ADDED, 200, "300", "", 3, played.book[0].sent_at) == played.book[0]
    assert (played.result.sent, played.result.retried) == (3, 2)


def test_code_500_is_tried_again_and_the_last_code_kept():
    """A number without usable answer after all attempts is failed, with the last code seen."""
    answers = [http(200, {"success": False, "code": 500, "message": "busy"}), http(503), http(503)]
    played = play(lambda _call, n: answers[n], options=SendOptions(100_000, attempts=3))

    assert (played.book[0].status, played.book[0].code, played.book[0].attempts) == (Status.FAILED, 500, 3)


@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_attempts_count_the_first_try(attempts):
    """`attempts` tries are made for a number, the first included."""
    played = play(lambda _call, _n: http(500), options=SendOptions(100_000, attempts=attempts))

    assert (Status.FAILED, attempts) == (played.book[0].status, played.book[0].attempts)
    assert attempts == len(played.server.calls)


def test_a_number_in_doubt_that_is_listed_counts_as_added_if_the_list_lacked_it():
    """The list fetched before sending lacked it, so the call that broke off must have added it."""
    played = play(lambda _call, n: LISTED if n else drop, listed_before=True)

    assert (
        played.book[0].status,
        played.book[0].code,
        played.book[0].stop_id,
        played.book[0].attempts,
    ) == (Status.ADDED, 200, "", 2)
    assert "this run added it" in played.book[0].message
    assert not played.book[0].in_doubt


def test_a_number_in_doubt_that_is_listed_may_be_ours_without_such_a_list():
    """Without a list fetched before, it counts as listed, and the message says that it may be ours."""
    played = play(lambda _call, n: LISTED if n else drop)

    assert (played.book[0].status, played.book[0].code) == (Status.ALREADY_LISTED, 3)
    assert "may have been this run" in played.book[0].message


def test_doubt_lasts_over_sittings():
    """A number in doubt from an earlier sitting is treated as if its call had broken off in this one."""
    played = play(lambda _call, _n: LISTED, 2, listed_before=True, known={"calls_before": {1: 4}, "doubtful": {1}})

    assert played.book.statuses() == ["already_listed", "added"]
    assert [played.book[index].attempts for index in range(2)] == [1, 5]


def test_doubt_that_no_answer_settles_is_kept():
    """A number whose last calls broke off is failed and in doubt; an answer with a code settles it."""
    played = play(lambda _call, _n: drop, options=SendOptions(100_000, attempts=2))
    refused = play(lambda _call, n: REFUSED if n else drop)

    assert (
        played.book[0].status,
        played.book[0].code,
        played.book[0].attempts,
        played.book[0].in_doubt,
    ) == (Status.FAILED, None, 2, True)
    assert (refused.book[0].status, refused.book[0].in_doubt) == (Status.REFUSED, False)


def test_only_the_chosen_numbers_are_sent():
    """Numbers that have their outcome already are not sent."""
    played = play(lambda _call, _n: ADDED, 100, known={"indices": [3, 50, 99]})

    assert sorted(played.book.outcomes) == [3, 50, 99]
    assert sorted(call.number for call in played.server.calls) == ["+33639900003", "+33639900050", "+33639900099"]


def test_nothing_to_send_makes_no_call():
    """An empty plan is finished at once."""
    played = play(lambda _call, _n: ADDED, 5, known={"indices": []})

    assert (played.result.ending, played.result.sent, len(played.server.calls)) == (Ending.FINISHED, 0, 0)


def test_numbers_are_reserved_in_strides_before_they_go_out():
    """The mark is ahead of every number, grows, and ends at the last one."""
    played = play(lambda _call, _n: ADDED, 2400)
    slow = play(lambda _call, _n: ADDED, 45, options=SendOptions(10))

    assert played.book.marks == [1024, 2048, 2400]
    assert slow.book.marks == [20, 40, 45]


@pytest.mark.parametrize("concurrency", [1, 3])
def test_concurrency_is_never_exceeded(concurrency):
    """No more than `concurrency` calls are in flight."""
    played = play(lambda _call, _n: _late(), 40, options=SendOptions(FAST.rate, concurrency=concurrency))

    assert concurrency == played.server.most_open
    assert played.book.statuses() == ["added"] * 40


async def _late():
    import asyncio

    await asyncio.sleep(0.005)
    return ADDED


class IdleClock:
    """A clock on which time passes only while no call is under way: every answer comes before the next slot."""

    def __init__(self):
        self.now = 0.0
        self.under_way = 0

    def monotonic(self):
        """Return this clock's time."""
        return self.now

    def time(self):
        """Return the same."""
        return self.now

    async def wait(self, event, seconds):
        """Wait for an answer if one is to come, else let the time pass at once."""
        if self.under_way or seconds == math.inf:
            await event.wait()
        else:
            self.now += seconds

    def watched(self, call):
        """Return a call that this clock knows of."""

        async def watched(*args):
            self.under_way += 1
            try:
                return await call(*args)
            finally:
                self.under_way -= 1

        return watched


def test_a_slow_rate_needs_one_connection(monkeypatch):
    """Workers are started as the rate needs them: where answers come before the next slot, one connection is enough."""
    clock = IdleClock()
    monkeypatch.setattr(StopListClient, "add_now", clock.watched(StopListClient.add_now))
    played = play(lambda _call, _n: ADDED, 30, options=SendOptions(1), around={"clock": clock})

    assert played.server.connections == 1
    assert played.book.statuses() == ["added"] * 30


def test_what_the_recorder_raises_ends_the_sending():
    """A full disk under the journal ends the sending with that error, not with a group of errors."""

    class Full(Book):
        def outcome(self, _outcome):
            raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        play(lambda _call, _n: ADDED, 3, around={"progress": Full()})
