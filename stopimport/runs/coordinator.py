"""The keeper of an account's slots for several machines: Redis or Valkey, by its own clock, in one Lua call.

What can go wrong between two machines makes calls fewer, never more:

- Slots are in the server's time. Each answer says what time it was there between our asking and its arrival, and all
  answers together where its clock lies beside ours, within bounds. A slot is used when it has come even by the later
  bound, and forfeited when it may be over by the earlier one. A clock that was set there shows, and counts as a loss.
- A slot may be used for as long after the last answer as `_LAG` says. Others' holds and pauses void it until then,
  and until then no slot is dealt anew.
- Where the server's state is lost, or it is another server than before, nothing is dealt for a whole window; where
  asking fails, whoever asked waits for a whole window, too.
"""

from __future__ import annotations

import secrets
import ssl
import time
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec.structs import replace

from stopimport.runs.errors import BadCoordinator, CoordinatorUnusable, NoRedis
from stopimport.runs.slotfile import since_boot
from stopimport.sending.grid import Asker, Deal, KeeperAwayError, Mark
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

_BEGINNING, SCRIPT = "server.lua", "coordinator.lua"
_NOBODY = Asker("", 1, 0.0)
"""Asks for something that is no sender's matter."""
_NOWHERE = Mark("", -1, alone=False)
_LAG = 0.1
_SECONDS = 0.5
"""How long an answer is waited for: nothing else happens in the meantime."""
_AGAIN = 1.0
"""Seconds after a failure before the server is asked again."""
_TRIES, _PAUSE = 3, 0.3
"""At the beginning; and the seconds between them."""
_DRIFT = 0.0005
"""What two clocks may go apart in a second."""
_GRAIN = 2e-6
"""Seconds below which no clock is exact."""
_WIDEST = 0.7
"""The part of the time for a call to leave that not knowing the server's time may take away."""
_MOST_OWED = 20
_WINDOW_AND_GUARD = 1.02


@dataclass(frozen=True, slots=True)
class Address:
    """Where the coordinator is."""

    host: str
    port: int
    database: int
    username: str | None
    password: str | None
    tls: bool

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``redis://[user:password@]host[:port][/database]``; ``rediss://`` is the same by TLS.

        Raises:
            BadCoordinator: it is none.
        """
        try:
            url = urlsplit(text.strip())
            port = url.port or 6379
            database = url.path.strip("/") or "0"
        except ValueError:
            raise BadCoordinator from None
        sound = url.scheme in {"redis", "rediss"} and url.hostname and not url.query and not url.fragment
        if not sound or not (database.isascii() and database.isdigit()):
            raise BadCoordinator
        user, password = (unquote(part) if part else None for part in (url.username, url.password))
        return cls(url.hostname or "", port, int(database), user, password, url.scheme == "rediss")

    def __str__(self) -> str:
        """Return it without user and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'rediss' if self.tls else 'redis'}://{host}:{self.port}/{self.database}"


class Script(Protocol):
    """Runs the script at the server."""

    def __call__(self, key: str, asked: bytes, *more: str) -> bytes:
        """Return the answer; `more` are keys beside the first.

        Raises:
            KeeperAwayError: there is none.
        """

    def close(self) -> None:
        """Close the connection."""


class _Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the account is told; which of it counts is said by what is asked for."""

    seconds: float = 0.0
    http: int = 0
    since: float = 0.0
    """So many seconds ago."""
    on: bool = False


_NOTHING = _Facts()


class _Asked(_Facts, frozen=True, kw_only=True):
    """What the script is asked for."""

    op: str
    name: str
    rate: int
    window: float
    adds: bool
    mark: Mark | None
    lag: float = _LAG
    token: str = msgspec.field(default_factory=lambda: secrets.token_hex(4))
    seed: int = msgspec.field(default_factory=lambda: secrets.randbits(40))
    """Where the count of generations begins nobody knows, so that no slot of before is taken for a new one."""


class _Answer(msgspec.Struct):
    """What the script answers; see there."""

    now: float
    generation: int
    mark: Mark | None = None
    alone: bool = False
    first: float = 0.0
    spacing: float = 0.0
    count: int = 0
    tolerance: float = 0.0
    again: float = 0.0
    held: float = 0.0
    http: int = 0

    @property
    def place(self) -> Mark:
        """The asker's place among the senders."""
        return self.mark or _NOWHERE


class ServerClock:
    """Where the server's clock lies beside ours: our time is its time plus something from `low` to `high`."""

    def __init__(self) -> None:
        self.low = self.high = 0.0
        self._known_at: float | None = None

    @property
    def width(self) -> float:
        """Seconds that are not known."""
        return self.high - self.low

    def learn(self, sent: float, theirs: float, arrived: float) -> bool:
        """Learn from an answer that it was `theirs` there between two of our moments; False: a clock was set."""
        low, high = sent - theirs, arrived - theirs
        known, self._known_at = self._known_at, sent
        if known is not None:
            drift = (arrived - known) * _DRIFT + _GRAIN
            # Where neither bound fits the other answer any more no clock that only drifts explains both.
            if max(low, self.low - drift) > min(high, self.high + drift):
                self.low, self.high = low, high
                return False
            low, high = max(low, self.low - drift), min(high, self.high + drift)
        self.low, self.high = low, high
        return True


@dataclass(frozen=True, slots=True)
class _Owed:
    """A fact of the account that could not be told."""

    op: str
    asker: Asker
    began: float
    facts: _Facts

    def after(self, passed: float) -> _Facts:
        """Return the facts as they are so many seconds later."""
        return replace(self.facts, seconds=max(self.facts.seconds - passed, 0.0), since=self.facts.since + passed)


class Coordinator:
    """Deals out an account's slots (`sending.grid.Dealer`).

    Args:
        script: runs the Lua script.
        account: the account's name.
        window: seconds for which nothing goes out where nothing is known of the account's last calls.
        clock: tells our seconds.
    """

    def __init__(self, script: Script, account: str, window: float, clock: Callable[[], float] = since_boot) -> None:
        self.now = clock
        self._script, self._window = script, window
        self._key = f"stopimport:rate:{account}"
        self._server_clock = ServerClock()
        self._generation = -1
        self._heard_at = self._failed_at = float("-inf")
        self._problem: Sentence | None = None
        self._owed: list[_Owed] = []

    def close(self) -> None:
        """Close the connection."""
        self._script.close()

    def join(self, asker: Asker) -> Mark:
        """Take `asker` among the senders."""
        return self._ask("join", asker).place

    def leave(self, asker: Asker) -> None:
        """Strike `asker` off."""
        try:
            self._settle_debts()
            self._ask("leave", asker)
        except KeeperAwayError:
            return

    def back(self, asker: Asker, mark: Mark) -> Mark:
        """Return the place of an asker that may have been away."""
        return self._ask("back", asker, mark).place

    def deal(self, asker: Asker, mark: Mark | None = None) -> Deal:
        """Return the next few slots, in our time."""
        self._settle_debts()
        left = self._failed_at + self._window * _WINDOW_AND_GUARD + _LAG - self.now()
        if left > 0:
            # Somebody may have been dealt what we were not told of.
            told = self._ask("back", asker, mark)
            return Deal(again=min(left, 1.0), held=left, mark=told.place)
        told = self._ask("deal", asker, mark)
        if not told.count:
            return Deal(again=told.again, held=told.held, http=told.http, mark=told.place)
        width = self._server_clock.width
        if width > told.tolerance * _WIDEST:
            raise KeeperAwayError(Sentence(_TOO_SLOW, milliseconds=round(width * 1000)))
        first = told.first + self._server_clock.high
        return Deal(told.generation, first, told.spacing, told.count, told.tolerance - width, mark=told.place)

    def late(self, asker: Asker) -> None:
        """Make room for a call of `asker` that has left late."""
        self._ask("late", asker)

    def valid(self, generation: int) -> bool:
        """Say whether slots of this generation may still be used: asked anew where the last answer is too old."""
        if generation == self._generation and self.now() - self._heard_at > _LAG:
            try:
                self._ask("look")
            except KeeperAwayError:
                return False
        return generation == self._generation

    def hold(self, seconds: float, http: int) -> None:
        """Let nobody's call go out for so long."""
        self._tell("hold", _NOBODY, _Facts(seconds=seconds, http=http))

    def slow_down(self, seconds: float, http: int, since: float) -> None:
        """Halve the rate, and hold."""
        self._tell("slow_down", _NOBODY, _Facts(seconds=seconds, http=http, since=since))

    def pause(self, asker: Asker, *, on: bool) -> None:
        """Hold back everybody's calls, or let them go on."""
        self._tell("pause", asker, _Facts(on=on))

    def alone(self, mark: Mark) -> bool:
        """Say whether no other sender has been adding since `mark`."""
        try:
            return self._ask("alone", mark=mark).alone
        except KeeperAwayError:
            return False

    def look(self) -> None:
        """Ask for nothing: prove that the server answers.

        Raises:
            KeeperAwayError: it does not.
        """
        self._ask("look")

    def _tell(self, op: str, asker: Asker, facts: _Facts) -> None:
        """Tell a fact of the account; what cannot be told now is told before the next slots are asked for."""
        self._owed = [*self._owed, _Owed(op, asker, self.now(), facts)][-_MOST_OWED:]
        try:
            self._settle_debts()
        except KeeperAwayError:
            return

    def _settle_debts(self) -> None:
        while self._owed:
            owed = self._owed[0]
            self._ask(owed.op, owed.asker, facts=owed.after(self.now() - owed.began))
            self._owed.pop(0)

    def _ask(self, op: str, asker: Asker = _NOBODY, mark: Mark | None = None, facts: _Facts = _NOTHING) -> _Answer:
        if self._problem is not None and self.now() < self._failed_at + _AGAIN:
            raise KeeperAwayError(self._problem)
        answer, sent = self._exchange(op, asker, mark, facts)
        if not self._server_clock.learn(sent, answer.now, self.now()):
            # Whoever does not know it yet learns it, and nothing goes out for a window.
            self._failed(Sentence(_CLOCK_SET))
            self._exchange("lost", asker, None, _NOTHING)
            raise KeeperAwayError(Sentence(_CLOCK_SET))
        self._heard_at, self._generation, self._problem = sent, answer.generation, None
        return answer

    def _exchange(self, op: str, asker: Asker, mark: Mark | None, facts: _Facts) -> tuple[_Answer, float]:
        """Return the script's answer, and when it was asked for."""
        asked = _request(op, asker, mark, self._window, facts)
        sent = self.now()
        try:
            return msgspec.msgpack.decode(self._script(self._key, msgspec.msgpack.encode(asked)), type=_Answer), sent
        except KeeperAwayError as error:
            self._failed(error.args[0])
            raise
        except msgspec.MsgspecError:
            self._failed(Sentence(ODD))
            raise KeeperAwayError(Sentence(ODD)) from None

    def _failed(self, problem: Sentence) -> None:
        self._failed_at, self._problem = self.now(), problem
        self._generation = -1


def connect(address: Address, script: str = SCRIPT) -> Script:
    """Return what runs a script of ours at `address`; no connection is opened yet.

    Raises:
        NoRedis: the extra is missing.
    """
    try:
        import redis  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise NoRedis from None
    return _Redis(redis, address, script)


class _Redis:
    """The script at a server, by redis-py."""

    def __init__(self, redis: Any, address: Address, script: str) -> None:  # noqa: ANN401 - the module
        self._address = address
        self._away = (redis.ConnectionError, redis.TimeoutError, OSError)
        self._refused = redis.RedisError
        tls = {"ssl": True, "ssl_cert_reqs": "required", "ssl_check_hostname": True} if address.tls else {}
        self._client = redis.Redis(
            address.host,
            address.port,
            address.database,
            address.password,
            username=address.username,
            socket_timeout=_SECONDS,
            socket_connect_timeout=_SECONDS,
            # What was sent may have been done: whoever asks again does so knowingly.
            retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0),
            protocol=2,
            **tls,
        )
        texts = [files(__package__).joinpath(name).read_text("utf-8") for name in (_BEGINNING, script)]
        self._script = self._client.register_script("\n".join(texts))

    def __call__(self, key: str, asked: bytes, *more: str) -> bytes:
        try:
            return bytes(self._script(keys=[key, *more], args=[asked]))
        except self._away as error:
            raise KeeperAwayError(self._why(error)) from None
        except (self._refused, TypeError) as error:
            raise KeeperAwayError(Sentence(_REFUSES, address=str(self._address), problem=_first_word(error))) from None

    def close(self) -> None:
        self._client.close()

    def _why(self, error: BaseException) -> Sentence:
        """Return why there is no answer, without the library's words: they might repeat what the address has."""
        causes = [error, error.__cause__, error.__context__]
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            return Sentence(_NO_TRUST, address=str(self._address))
        if any(isinstance(cause, ssl.SSLError) for cause in causes):
            return Sentence(_NO_TLS, address=str(self._address))
        words = type(error).__name__
        if words.startswith("Authentication"):
            return Sentence(_NO_ENTRY, address=str(self._address))
        return Sentence(_SILENT, address=str(self._address))


_SILENT = N_("{address} does not answer")
_REFUSES = N_("{address} refuses what is asked of it ({problem})")
_NO_ENTRY = N_("{address} does not accept the user or the password")
_NO_TRUST = N_("the TLS certificate of {address} is not trusted")
_NO_TLS = N_("{address} does not speak TLS")
_TOO_SLOW = N_("its answers take too long for this rate ({milliseconds} ms)")
_CLOCK_SET = N_("its clock was set")
ODD = N_("its answers make no sense")


def _first_word(error: BaseException) -> str:
    """Return the kind of a refusal: Redis begins its messages with it (``WRONGPASS``, ``NOPERM``, ``READONLY``)."""
    word = str(error).split(" ", 1)[0]
    return word if word.isupper() and word.isalpha() else type(error).__name__


def _request(op: str, asker: Asker, mark: Mark | None, window: float, facts: _Facts) -> _Asked:
    return _Asked(
        op=op,
        name=asker.name,
        rate=asker.rate,
        window=asker.window or window,
        adds=asker.adds,
        mark=mark,
        seconds=facts.seconds,
        http=facts.http,
        since=facts.since,
        on=facts.on,
    )


def open_coordinator(address: str, account: str, window: float) -> Coordinator:
    """Return the keeper of an account's slots at `address`, which has answered.

    Raises:
        BadCoordinator: that is no address.
        NoRedis: the extra is missing.
        CoordinatorUnusable: it cannot be used.
    """
    script = connect(Address.parse(address))
    # One that has failed would ask no more for a while.
    until_it_answers(lambda: Coordinator(script, account, window).look(), script)
    return Coordinator(script, account, window)


def until_it_answers(ask: Callable[[], object], script: Script) -> None:
    """Ask a few times, until the server answers.

    Raises:
        CoordinatorUnusable: it does not; the connection is closed.
    """
    for left in reversed(range(_TRIES)):
        try:
            ask()
        except KeeperAwayError as error:
            if not left:
                script.close()
                raise CoordinatorUnusable(error.args[0]) from None
            time.sleep(_PAUSE)
        else:
            return
