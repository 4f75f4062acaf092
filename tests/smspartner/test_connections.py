"""A connection is trusted once: what lies on it before a request is no answer to that request."""

from __future__ import annotations

import asyncio

import pytest
from effort import some
from rawserver import ADDED, KEY, LISTED, QUICK, http, numbers, play, serving

from stopimport.sending.clock import SystemClock
from stopimport.sending.outcomes import SendOptions
from stopimport.sending.pace import Pace
from stopimport.smspartner.client import StopListClient

SURPRISES = {
    "added": http(200, {"success": True, "code": 200, "stopId": 999}),
    "listed": LISTED,
    "a time-out": http(408, "Request Time-out", Connection="close"),
    "half an answer": b"HTTP/1.1 200 OK\r\nContent-Le",
    "no HTTP": b"bye\r\n",
    "one byte": b"\0",
}


@pytest.mark.parametrize("kind", some(SURPRISES, by_day=["added", "listed"]))
def test_an_answer_that_nobody_asked_for_is_nobodys(kind):
    """What comes on an idle connection settles no number: it is closed, and each number gets its own answer."""
    answers, surprise = {}, SURPRISES[kind]

    def script(call, n):
        answers[call.number] = n
        own = http(200, {"success": True, "code": 200, "stopId": n})

        async def answer(_call, writer):
            # The surprise comes in the same breath, or a little later: the next number is not sent yet then.
            writer.write(own + surprise)
            await writer.drain()
            await asyncio.Event().wait()

        return answer if n % 2 == 0 else own

    played = play(script, 6, options=SendOptions(rate=20), around={"clock": SystemClock()})
    told = {numbers(6)[index]: outcome.stop_id for index, outcome in played.book.outcomes.items()}
    assert told == {number: str(n) for number, n in answers.items()}
    # Where what follows an answer is no HTTP the answer itself is not to be trusted, and the number is tried again.
    assert len(played.server.calls) == 6 or not surprise.startswith(b"HTTP/1.1 ")
    assert played.book.statuses() == ["added"] * 6


@pytest.mark.parametrize("late", [0.01, 0.03])
def test_a_surprise_that_comes_later(late):
    """The same where it comes while the connection is idle."""

    def script(_call, n):
        async def answer(_call, writer):
            writer.write(http(200, {"success": True, "code": 200, "stopId": n}))
            await writer.drain()
            await asyncio.sleep(late)
            writer.write(SURPRISES["added"])
            await writer.drain()
            await asyncio.Event().wait()

        return answer

    played = play(script, 4, options=SendOptions(rate=10), around={"clock": SystemClock()})
    assert sorted(outcome.stop_id for outcome in played.book.outcomes.values()) == ["0", "1", "2", "3"]
    assert len(played.server.calls) == 4


@pytest.mark.parametrize("phrase", ["Créé", "Très bien é", "\x80\xff", ""])
def test_a_reason_phrase_in_latin_1_fails_nothing(phrase):
    """What stands after the status code says nothing, in whatever encoding."""
    answer = ADDED.replace(b"Whatever", phrase.encode("latin-1"))
    played = play(lambda _call, _n: answer, 3)
    assert played.book.statuses() == ["added"] * 3
    assert len(played.server.calls) == 3


class Hesitant(Pace):
    """A pace that lets the bytes of a call leave only a while after the call has started."""

    def __init__(self):
        super().__init__(SendOptions(1000))
        self.hesitating = 0.0
        self.asked = False

    def depart(self):
        """Refuse as long as somebody hesitates."""
        return None if self.hesitating else super().depart()

    async def slot(self, started):  # noqa: ARG002 - as the protocol has it
        """Wait, once a call has been refused; the first time nobody is asked yet."""
        if self.hesitating and self.asked:
            await asyncio.sleep(self.hesitating)
            self.hesitating = 0.0
        self.asked = True


def test_an_answer_that_comes_while_the_bytes_wait_is_nobodys():
    """The call waits with its connection open and its request not sent: it goes by another one, and has its own."""
    pace = Hesitant()

    def script(_call, n):
        async def answer(_call, writer):
            writer.write(http(200, {"success": True, "code": 200, "stopId": n}))
            await writer.drain()
            await asyncio.sleep(0.05)
            writer.write(SURPRISES["added"])
            await writer.drain()
            await asyncio.Event().wait()

        return answer

    async def calling():
        async with serving(script) as server, StopListClient(KEY, server.url, pace=pace, timeouts=QUICK) as client:
            first = await client.add(numbers(2)[0])
            pace.hesitating, pace.asked = 0.2, False
            second = await client.add(numbers(2)[1])
            return first.stop_id, second.stop_id, [call.connection for call in server.calls]

    assert asyncio.run(calling()) == ("0", "1", [1, 2])
