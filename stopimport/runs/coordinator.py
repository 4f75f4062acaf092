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
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from stopimport.runs.redis_script import ODD, Address, connect, until_it_answers
from stopimport.runs.serverclock import ServerClock
from stopimport.runs.slotfile import since_boot
from stopimport.sending.grid import Asker, Deal, KeeperAwayError, Mark
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from stopimport.runs.redis_script import Script

_NOBODY = Asker("", 1, 0.0)
"""Asks for something that is no sender's matter."""
_NOWHERE = Mark("", -1, alone=False)
_LAG = 0.1
_AGAIN = 1.0
"""Seconds after a failure before the server is asked again."""
_WIDEST = 0.7
"""The part of the time for a call to leave that not knowing the server's time may take away."""
_MOST_OWED = 20
_WINDOW_AND_GUARD = 1.02


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


_TOO_SLOW = N_("its answers take too long for this rate ({milliseconds} ms)")
_CLOCK_SET = N_("its clock was set")


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
