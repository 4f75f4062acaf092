"""Leases at the coordinator: one holder at a time, by the server's clock, and none given after a loss."""

from __future__ import annotations

import time

import msgspec
import pytest
from effort import EXHAUSTIVE
from redisserver import NEEDS_REDIS

from stopimport.runs.errors import CoordinatorUnusable
from stopimport.runs.leases import SCRIPT, Leases, open_leases
from stopimport.runs.redis_script import Address, connect
from stopimport.runs.slotfile import since_boot

pytestmark = [NEEDS_REDIS, EXHAUSTIVE]
SECONDS = 1.0
PAUSE = 0.05


def of_machine(redis, seconds=SECONDS, clock=since_boot):
    """Return a machine's way to the leases of one folder."""
    return Leases(connect(Address.parse(redis.url), SCRIPT), "folder", seconds, clock)


def until_taken(machine, name="a"):
    """Return the lease once it is given, and for how long it was not."""
    began = time.monotonic()
    while not (token := machine.take(name, "{}").token):
        time.sleep(PAUSE)
    return token, time.monotonic() - began


def test_one_has_it_until_it_ends(redis):
    """After a first lease's time it is given, to one; another name to another one; and again once it has ended."""
    one, other = of_machine(redis), of_machine(redis)
    assert one.take("a", "{}").left > 0
    token, waited = until_taken(one)
    assert waited >= SECONDS * 0.9
    assert other.take("a", "{}").token == ""
    assert other.take("b", "{}").token
    assert one.write("a", token, '{"state":"done"}', claimed=False)
    assert other.read("a") == '{"state":"done"}'
    assert not one.write("a", token, "{}", claimed=True), "what has ended is renewed no more"
    assert other.take("a", "{}").token


def test_what_is_renewed_stays_and_what_is_not_runs_out(redis):
    """A dead holder's lease is given to another one after its time; then the dead one cannot renew it."""
    one, other = of_machine(redis), of_machine(redis)
    token, _waited = until_taken(one)
    end = time.monotonic() + 2 * SECONDS
    while time.monotonic() < end:
        assert one.write("a", token, "{}", claimed=True)
        assert not other.take("a", "{}").token
        time.sleep(PAUSE)
    _token, waited = until_taken(other)
    assert waited >= SECONDS * 0.9
    assert not one.write("a", token, "{}", claimed=True)


@pytest.mark.parametrize("loss", ["flushed", "restarted"])
def test_after_a_loss_only_holders_are_heard(redis, loss):
    """For a whole lease nobody is given anything; who has a lease tells it, and keeps it; what nobody tells is free."""
    one, other = of_machine(redis), of_machine(redis)
    token, _waited = until_taken(one)
    lost, _waited = until_taken(one, "b")
    if loss == "flushed":
        redis.ask("FLUSHALL")
    else:
        redis.kill()
        redis.start()
    assert other.take("a", "{}").left > 0
    assert other.take("c", "{}").left > 0
    assert one.write("a", token, "{}", claimed=True)
    began = time.monotonic()
    while not (taken := other.take("c", "{}")).token:
        assert taken.left
        assert one.write("a", token, "{}", claimed=True)
        time.sleep(PAUSE)
    assert time.monotonic() - began >= SECONDS * 0.8
    assert not other.take("a", "{}").token
    assert other.take("b", "{}").token
    assert not one.write("b", lost, "{}", claimed=True)


def test_who_slept_tells_nothing(redis):
    """A holder whose own clock says that its lease is over does not have it back after a loss."""
    slept = [0.0]
    one = of_machine(redis, clock=lambda: since_boot() + slept[0])
    token, _waited = until_taken(one)
    slept[0] = SECONDS
    redis.ask("FLUSHALL")
    assert not one.write("a", token, "{}", claimed=True)


def test_a_server_that_was_away_gives_nothing_before_the_holders_are_back(redis):
    """All leases have run out by its clock, but their holders could not renew them: they come first."""
    one, other = of_machine(redis), of_machine(redis)
    token, _waited = until_taken(one)
    # Nobody asks, as nobody could.
    time.sleep(SECONDS * 1.5)
    assert other.take("a", "{}").left > 0
    assert one.write("a", token, "{}", claimed=True)
    _token, waited = until_taken(other)
    assert waited >= SECONDS * 0.8


def test_a_clock_that_was_set_frees_nothing(redis):
    """A server that suddenly is an hour ahead takes all for dead; whoever sees that gives back, and all wait."""

    class Ahead:
        """The script, whose answers are by another clock once that was set."""

        def __init__(self):
            self.script, self.hours = connect(Address.parse(redis.url), SCRIPT), 0

        def __call__(self, key, asked, *more):
            answer = msgspec.msgpack.decode(self.script(key, asked, *more))
            return msgspec.msgpack.encode(answer | {"now": answer["now"] + 3600 * self.hours})

    one, ahead = of_machine(redis), Ahead()
    other = Leases(ahead, "folder", SECONDS)
    token, _waited = until_taken(one)
    other.read("a")
    ahead.hours = 1
    assert other.take("b", "{}").left > 0
    assert one.take("c", "{}").left > 0
    assert one.write("a", token, "{}", claimed=True)


def test_the_server_must_answer(redis):
    """Who opens it learns that at once."""
    open_leases(redis.url, "folder", SECONDS).close()
    redis.kill()
    with pytest.raises(CoordinatorUnusable, match="does not answer"):
        open_leases(redis.url, "folder", SECONDS)
