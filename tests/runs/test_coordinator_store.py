"""Redis as the keeper of an account's slots: the same arithmetic, by its clock, and nothing in doubt."""

from __future__ import annotations

import msgspec
import pytest
from certificates import TEST_CERTIFICATE, TEST_KEY
from effort import EXHAUSTIVE, tries
from gridserver import GridServer, by_grid
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from redisserver import NEEDS_REDIS, RedisServer

from stopimport.runs.coordinator import _LAG, Coordinator, _Facts, _request, open_coordinator
from stopimport.runs.errors import BadCoordinator, CoordinatorUnusable, NoRedis
from stopimport.runs.redis_script import Address
from stopimport.runs.serverclock import ServerClock
from stopimport.sending import grid
from stopimport.sending.grid import Asker, KeeperAwayError, Mark

ONE, OTHER = Asker("one", 10, 1.0, adds=True), Asker("other", 10, 1.0, adds=True)


class Clock:
    """Seconds, as a test sets them."""

    def __init__(self, now=5000.0):
        self.now = now

    def __call__(self):
        """Return the time set."""
        return self.now


class Near(GridServer):
    """A server near by, whose clock is far ahead; each way takes half of `way`."""

    def __init__(self, clock):
        super().__init__(clock, 70_000.0, self._pass, iter(lambda: self.way / 2, None))
        self.way = 0.0004

    def _pass(self, seconds):
        self.clock.now += seconds


@pytest.fixture
def clock():
    """A clock that a test sets."""
    return Clock()


@pytest.fixture
def server(clock):
    """A server whose first window is over."""
    made = Near(clock)
    Coordinator(made, "shop", 1.0, clock).look()
    clock.now += 1.2
    return made


def sender(server, clock, asker=ONE, window=1.0):
    """Return a keeper that `asker` has joined."""
    made = Coordinator(server, "shop", window, clock)
    made.join(asker)
    return made


# The address.


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("redis://localhost", "redis://localhost:6379/0"),
        ("redis://:s3cret@10.0.0.1:6380/2", "redis://10.0.0.1:6380/2"),
        ("rediss://me:p%40ss@cache.example.org", "rediss://cache.example.org:6379/0"),
        (" redis://[::1]:7000 ", "redis://[::1]:7000/0"),
    ],
)
def test_addresses(text, shown):
    """They are read, and shown without the password."""
    assert str(Address.parse(text)) == shown


def test_a_password_is_read_as_it_was_meant():
    """Signs that an address gives another meaning are written by their codes."""
    assert Address.parse("rediss://me:p%40ss@cache.example.org").password == "p@ss"


@pytest.mark.parametrize(
    "text", ["", "localhost:6379", "http://localhost", "redis://", "redis://h:port", "redis://h/x", "rediss://h?ssl=no"]
)
def test_what_is_no_address(text):
    """It is refused, without being shown: there may be a password in it."""
    with pytest.raises(BadCoordinator) as caught:
        Address.parse(text + "#s3cret")
    assert "s3cret" not in str(caught.value)


def test_the_extra_is_named(monkeypatch):
    """Where redis-py is missing the sentence has the command that installs it."""
    monkeypatch.setitem(__import__("sys").modules, "redis", None)
    with pytest.raises(NoRedis, match=r"pip install 'stopimport\[redis\]'"):
        open_coordinator("redis://127.0.0.1:1", "shop", 1.0)


# Time.


@tries(100)
@given(
    st.floats(-1e6, 1e6),
    st.lists(st.tuples(st.floats(0, 0.2), st.floats(0, 0.2), st.floats(0, 5)), min_size=1, max_size=30),
    st.floats(-0.0004, 0.0004),
)
def test_the_bounds_hold(ahead, ways, drift):
    """Whatever the ways there and back took, and though the clocks drift, the truth lies within the bounds."""
    known, now = ServerClock(), 1000.0
    for there, back, pause in ways:
        sent, now = now, now + there
        offset = ahead + drift * now
        now += back
        assert known.learn(sent, sent + there - offset, now)
        assert known.low - 1e-4 <= offset <= known.high + 1e-4
        now += pause


@pytest.mark.parametrize("step", [0.5, -0.5, 3600.0, -3600.0])
def test_a_clock_that_is_set_is_a_loss(server, clock, step):
    """Whoever was there notices, uses none of what it is dealt, and nothing goes out for a window, for all."""
    one, other = sender(server, clock), sender(server, clock, OTHER)
    for each, asker in ((one, ONE), (other, OTHER)):
        assert each.deal(asker).count
    server.ahead += step
    with pytest.raises(KeeperAwayError):
        one.deal(ONE)
    set_at = clock.now
    newcomer = Coordinator(server, "shop", 1.0, clock)
    told = newcomer.deal(Asker("new", 10, 1.0))
    assert told.count == 0
    clock.now = set_at + 0.99
    assert newcomer.deal(Asker("new", 10, 1.0)).count == 0


def test_slots_are_never_early_and_never_too_late(server, clock):
    """However long the answer took: a slot's time has come there when it is used, and is not over when it is not."""
    for way in (0.001, 0.005, 0.0001):
        server.way = way
        one = sender(server, clock)
        dealt = one.deal(ONE)
        truth = server.state.last - (dealt.count - 1) * dealt.spacing - server.ahead
        assert truth <= dealt.first
        assert dealt.first + dealt.tolerance <= truth + server.state.tolerance + 1e-9
        clock.now += 1


def test_answers_that_take_too_long_are_no_answers(server, clock):
    """Where nobody knows what time it is there, nothing goes out; the reason has the figure."""
    one = sender(server, clock)
    server.way = 0.03
    slow = sender(server, clock, OTHER)
    with pytest.raises(KeeperAwayError) as caught:
        slow.deal(OTHER)
    assert "30 ms" in str(caught.value.args[0])
    server.way = 0.001
    clock.now += 0.01
    assert one.deal(ONE).count
    slow.look()
    assert slow.deal(OTHER).count


# What is void.


def test_slots_are_looked_after_within_a_tenth_of_a_second(server, clock):
    """What another one's hold has made void is void here no later than that; and nothing is dealt before."""
    one, other = sender(server, clock), sender(server, clock, OTHER)
    dealt = one.deal(ONE)
    other.hold(5.0, 503)
    assert one.valid(dealt.generation), "nobody has told it yet"
    clock.now += _LAG + 0.001
    assert not one.valid(dealt.generation)
    told = one.deal(ONE)
    assert (told.count, told.http) == (0, 503)


def test_the_own_hold_counts_at_once(server, clock):
    """Whoever was asked to wait makes no other call."""
    one = sender(server, clock)
    dealt = one.deal(ONE)
    one.slow_down(5.0, 429, 0.01)
    assert not one.valid(dealt.generation)


def test_a_failure_silences_for_a_window(server, clock):
    """Nothing that was dealt is used any more, and nothing is asked for until the window is over."""
    one = sender(server, clock)
    dealt = one.deal(ONE)
    server.away = True
    clock.now += _LAG + 0.001
    assert not one.valid(dealt.generation)
    failed = clock.now
    server.away = False
    clock.now += 1.0
    assert one.deal(ONE).count == 0
    clock.now = failed + 1.02 + _LAG + 0.001
    assert one.deal(ONE).count == 1


def test_a_server_that_is_away_is_not_asked_all_the_time(server, clock):
    """Each question keeps everything else waiting."""
    one = sender(server, clock)
    server.away = True
    with pytest.raises(KeeperAwayError):
        one.deal(ONE)
    before = clock.now
    for _ in range(5):
        with pytest.raises(KeeperAwayError):
            one.deal(ONE)
    assert clock.now == before


def test_what_could_not_be_told_is_told_before_the_next_slot(server, clock):
    """A Retry-After that came while the server was away holds everybody once it is back, for what is left of it."""
    one = sender(server, clock)
    server.away = True
    one.slow_down(60.0, 429, 0.0)
    server.away = False
    clock.now += 20
    one.deal(ONE)
    other = sender(server, clock, OTHER)
    told = other.deal(OTHER)
    assert (told.count, told.http) == (0, 429)
    assert told.held == pytest.approx(60 - 20 - 0.5, abs=0.1)
    assert server.state.share == 0.5


# The real server.

OPERATIONS = st.sampled_from(["deal"] * 6 + ["join", "leave", "back", "late", "hold", "slow_down", "pause", "alone"])
ASKERS = [Asker("a", 40, 1.0, adds=True), Asker("b", 40, 1.0), Asker("c", 7, 1.0, adds=True), Asker("d", 30, 60.0)]
FACTS = st.fixed_dictionaries(
    {
        "seconds": st.sampled_from([0.0, 0.3, 5.0]),
        "http": st.sampled_from([429, 503]),
        "since": st.sampled_from([0.0, 0.2, 9.0]),
        "on": st.booleans(),
    }
)
STEPS = st.lists(
    st.tuples(OPERATIONS, st.sampled_from(ASKERS), FACTS, st.sampled_from([0.0, 0.001, 0.04, 0.3, 2.0, 11.0])),
    min_size=1,
    max_size=40,
)


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    """A real server."""
    made = RedisServer(tmp_path_factory.mktemp("redis"))
    yield made
    made.kill()


@NEEDS_REDIS
@EXHAUSTIVE
@settings(tries(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_the_script_does_what_the_grid_does(redis, steps):
    """The same questions at the same times get the same answers, and leave the same state."""
    import redis as library

    client = library.Redis("127.0.0.1", redis.port, protocol=2)
    script = redis.script()._script.script.replace("local now = read_clock()", "local now = tonumber(ARGV[2])")
    client.flushall()
    now, state, marks = 1.8e9, None, {}
    for op, asker, facts, pause in steps:
        now += pause
        asked = msgspec.to_builtins(_request(op, asker, marks.get(asker.name), 1.0, _Facts(**facts)))
        told = msgspec.msgpack.decode(client.eval(script, 1, "key", msgspec.msgpack.encode(asked), repr(now)))
        stored = msgspec.msgpack.decode(client.get("key"))
        stored["senders"] = stored["senders"] or {}
        if state is None:
            state = grid.fresh(stored["boot"], asked["token"], now, asked["window"], asked["lag"])
            state.generation = asked["seed"]
        expected = by_grid(state, asked, now) | {"now": now, "generation": state.generation}
        state.seen = now
        assert told.get("mark") == expected.pop("mark", None)
        assert {key: told.get(key, 0) for key in expected} == pytest.approx(expected)
        if told.get("mark"):
            marks[asker.name] = Mark(**told["mark"])
        assert stored == msgspec.to_builtins(state)
    client.close()


@NEEDS_REDIS
@EXHAUSTIVE
def test_the_first_use_a_flush_and_a_restart_grant_nothing_for_a_window(redis):
    """By the server's own clock; what the vendor asked for outlives a restart that kept the state."""
    redis.ask("FLUSHALL")
    one = open_coordinator(redis.url, "shop", 1.0)
    assert one.deal(ONE).held > 0.9
    redis.ask("FLUSHALL")
    assert one.deal(ONE).held > 0.9
    redis.kill()
    redis.start()
    assert one.deal(ONE).held > 0.9
    again = open_coordinator(redis.url, "shop", 1.0)
    assert again.deal(ONE).held > 0.9


@NEEDS_REDIS
@EXHAUSTIVE
@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("redis://127.0.0.1:1", "does not answer"),
        ("redis://:wr0ng@{server}", "does not accept the user or the password"),
        ("redis://{server}", "does not accept the user or the password"),
        ("rediss://{server}", "127.0.0.1"),
    ],
)
def test_a_server_that_cannot_be_used(tmp_path, url, words):
    """One sentence, with the address and without the password."""
    server = RedisServer(tmp_path, "--requirepass", "s3cret")
    try:
        with pytest.raises(CoordinatorUnusable) as caught:
            open_coordinator(url.format(server=f"127.0.0.1:{server.port}"), "shop", 1.0)
        told = str(caught.value)
        assert words in told
        assert "wr0ng" not in told
        assert open_coordinator(server.url.replace("//", "//:s3cret@"), "shop", 1.0).deal(ONE).held > 0.9
    finally:
        server.kill()


@NEEDS_REDIS
@EXHAUSTIVE
def test_tls_is_verified(tmp_path, monkeypatch):
    """A certificate that nobody vouches for is refused; one of an authority that the environment names is not."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.write_text(TEST_KEY)
    certificate.write_text(TEST_CERTIFICATE)
    options = ("--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no")
    server = RedisServer(tmp_path, *map(str, options), tls=True)
    try:
        with pytest.raises(CoordinatorUnusable, match=r"certificate of rediss://127\.0\.0\.1:\d+/0 is not trusted"):
            open_coordinator(server.url, "shop", 1.0)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert open_coordinator(server.url, "shop", 1.0).deal(ONE).held > 0.9
    finally:
        server.kill()
