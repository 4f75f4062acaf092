"""One account's slots: the arithmetic that every keeper of them does, without clock, file or network.

The slots lie on one even grid. Whoever sends asks for the next few, and each call leaves in a slot of its own, at most
`Deal.tolerance` late: so no window holds more calls than the rate allows, however many processes send. Where a process
was held up in the very moment between its look at the clock and its bytes, others make room for that call (`late`).
"""

from __future__ import annotations

import math
import secrets
from dataclasses import dataclass, replace
from typing import Protocol

import msgspec

_GUARD = 0.02
"""Share of the window kept free: half of it for calls that leave late, half for their way through the network."""
_TOLERANCE = 0.01
"""Share of the window by which a call may leave after its slot; later the slot is forfeited."""
_AHEAD = 0.1
"""Seconds of slots dealt at once, to all senders together."""
_MOST = 10_000
"""Slots dealt at once, whatever the rate."""
_LEASE = 5.0
"""Seconds beyond its last slot for which a sender that is heard of no more counts as sending."""
_SLOWEST = 10
"""A tenth of the rate is the least."""
_REGAIN_SECONDS = 10.0


class Sender(msgspec.Struct):
    """One of the account's senders."""

    rate: int
    window: float
    until: float
    """When it counts as gone, unless it is heard of again."""
    adds: bool = False
    """It puts numbers on the list; others only look, or take off."""
    paused: bool = False


class State(msgspec.Struct):
    """What is known of an account's calls. Times are seconds of the keeper's clock."""

    boot: str
    """Which run of the machine (or of the keeper) the times belong to."""
    story: str
    """Made up anew whenever the state was lost."""
    last: float
    """The last slot dealt."""
    seen: float = 0.0
    """When it was written."""
    generation: int = 0
    """Slots of another generation are void."""
    share: float = 1.0
    """The part of the rate in force: 1 unless slowed down."""
    changed_at: float = 0.0
    hold_began: float = -1.0
    hold_until: float = 0.0
    hold_http: int = 0
    joins: int = 0
    """How many senders that add have come so far; one that comes back after nobody else came is not counted again."""
    came: str = ""
    """The one of them that came last."""
    spacing: float = 0.0
    tolerance: float = 0.0
    lag: float = 0.0
    """Seconds for which slots may still be used after they have become void: until all senders have heard of it."""
    senders: dict[str, Sender] = {}


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for slots."""

    name: str
    """The same for all sittings of a run, so that one that was killed is not taken for somebody else."""
    rate: int
    window: float
    adds: bool = False


@dataclass(frozen=True, slots=True)
class Deal:
    """What was dealt."""

    generation: int = 0
    first: float = 0.0
    spacing: float = 0.0
    count: int = 0
    tolerance: float = 0.0
    again: float = 0.0
    """Seconds after which to ask again, where nothing was dealt."""
    held: float = 0.0
    """Seconds for which nothing goes out, because the server or the lost state ask for it."""
    http: int = 0
    """The HTTP status that asked for it; 0: no answer did."""
    mark: Mark | None = None
    """The asker's place among the account's senders."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A sender's place among the account's senders."""

    story: str
    number: int
    alone: bool
    """Nobody else was adding when it came."""

    def __str__(self) -> str:
        return f"{self.story}:{self.number}"


class KeeperAwayError(Exception):
    """The keeper of the slots cannot be asked now; its text says why."""


class Dealer(Protocol):
    """Deals out the slots of one account: the keeper of its state, wherever that lies."""

    def now(self) -> float:
        """Return the time by the clock of the slots that were dealt."""

    def join(self, asker: Asker) -> Mark:
        """Take `asker` among the senders.

        Raises:
            KeeperAwayError: the keeper cannot be asked.
        """

    def leave(self, asker: Asker) -> None:
        """Strike `asker` off; nothing is raised."""

    def back(self, asker: Asker, mark: Mark) -> Mark:
        """Return the place of an asker that had `mark` and may have been away.

        Raises:
            KeeperAwayError: the keeper cannot be asked.
        """

    def deal(self, asker: Asker, mark: Mark | None = None) -> Deal:
        """Return the next few slots for an asker whose place is `mark`.

        Raises:
            KeeperAwayError: the keeper cannot be asked.
        """

    def late(self, asker: Asker) -> None:
        """Make room for a call of `asker` that has just left later than its slot allows.

        Raises:
            KeeperAwayError: the keeper cannot be asked.
        """

    def valid(self, generation: int) -> bool:
        """Say whether slots of this generation may still be used."""

    def hold(self, seconds: float, http: int) -> None:
        """Let nobody's call go out for so long; nothing is raised."""

    def slow_down(self, seconds: float, http: int, since: float) -> None:
        """Halve the rate and hold for so long, unless the call began, `since` seconds ago, before the last hold did."""

    def pause(self, asker: Asker, *, on: bool) -> None:
        """Hold back everybody's calls as long as `asker` is there, or let them go on."""

    def alone(self, mark: Mark) -> bool:
        """Say whether no other sender has been adding since `mark`."""


def fresh(boot: str, story: str, now: float, window: float, lag: float = 0.0) -> State:
    """Return the state of an account of which nothing is known: nothing goes out for a whole window."""
    # Where the count of generations begins nobody knows, so that no slot of before is taken for a new one.
    generation, hold_until = secrets.randbits(40), now + window * (1 + _GUARD) + lag
    return State(boot, story, last=now - 1e9, generation=generation, hold_until=hold_until, lag=lag)


def join(state: State, asker: Asker, now: float) -> Mark:
    """Take a sender in."""
    others = any(each.adds and each.until > now for name, each in state.senders.items() if name != asker.name)
    _count(state, asker)
    _heard_of(state, asker, now)
    _settle(state, now)
    return Mark(state.story, state.joins, alone=not others)


def _count(state: State, asker: Asker) -> None:
    """Count a sender that comes: a run that was killed and goes on is nobody else."""
    if asker.adds and state.came != asker.name:
        state.joins += 1
        state.came = asker.name


def leave(state: State, asker: Asker, now: float) -> None:
    """Strike a sender off; what it held is forfeited."""
    state.senders.pop(asker.name, None)
    _settle(state, now)


def alone(state: State, mark: Mark) -> bool:
    """Say whether no other sender has been adding since `mark`."""
    return mark.alone and state.story == mark.story and state.joins == mark.number


def back(state: State, asker: Asker, mark: Mark | None, now: float) -> Mark | None:
    """Hear of a sender again, and return its place.

    Where it was away for so long that it counted as gone, whoever came meanwhile saw nobody, and has to learn of it: it
    gets another place. It is still alone if nobody has come.
    """
    known = state.senders.get(asker.name)
    if known is None or known.until <= now:
        still = mark is not None and alone(state, mark)
        mark = join(state, asker, now)
        return replace(mark, alone=mark.alone and still)
    _heard_of(state, asker, now)
    return mark


def deal(state: State, asker: Asker, now: float, mark: Mark | None = None) -> Deal:
    """Deal the next few slots to a sender."""
    mark = back(state, asker, mark, now)
    _regain(state, now)
    _settle(state, now)
    if any(each.paused for each in state.senders.values()):
        return Deal(again=0.25, mark=mark)
    if state.hold_until > now:
        left = state.hold_until - now
        return Deal(again=min(left, 1.0), held=left, http=state.hold_http, mark=mark)
    first = max(state.last + state.spacing, now)
    count = max(1, min(_MOST, int(_AHEAD / state.spacing / len(state.senders))))
    state.last = first + (count - 1) * state.spacing
    state.senders[asker.name].until = max(state.last, now) + _LEASE
    return Deal(state.generation, first, state.spacing, count, state.tolerance, mark=mark)


def late(state: State, asker: Asker, now: float) -> None:
    """Make room for a call that has just left later than its slot allows: the windows that it came into hold one more.

    With others about, whose calls may have left in between, one slot is left out; else the grid begins anew here. Slots
    that were dealt stay good where taking them back would come too late anyway.
    """
    if state.last > now + state.lag:
        _void(state, now)
    others = any(each.until > now for name, each in state.senders.items() if name != asker.name)
    state.last = max(state.last, now) + (state.spacing if others else 0.0)


def hold(state: State, now: float, seconds: float, http: int) -> None:
    """Let nothing go out for so long."""
    if now + seconds > state.hold_until:
        state.hold_until, state.hold_http = now + seconds, http
        _void(state, now)


def slow_down(state: State, now: float, seconds: float, http: int, since: float) -> None:
    """Halve the rate, once a hold; every 10 s after its end without another one a tenth of all of it comes back."""
    if now - since > state.hold_began:
        state.share = max(state.share / 2, 1 / _SLOWEST)
        state.changed_at = now + seconds
        state.hold_began = now
    hold(state, now, seconds, http)
    _settle(state, now)


def pause(state: State, asker: Asker, now: float, *, on: bool) -> None:
    """Hold everybody's calls back, or let them go on."""
    known = state.senders.get(asker.name)
    if known is None or known.until <= now:
        _count(state, asker)  # as in `back`
    _heard_of(state, asker, now)
    state.senders[asker.name].paused = on
    if on:
        _void(state, now)


def _heard_of(state: State, asker: Asker, now: float) -> None:
    state.senders = {name: each for name, each in state.senders.items() if each.until > now or name == asker.name}
    known = state.senders.get(asker.name)
    until = max(known.until if known else 0.0, now + _LEASE)
    state.senders[asker.name] = Sender(asker.rate, asker.window, until, asker.adds, known.paused if known else False)


def _settle(state: State, now: float) -> None:
    """Let the lowest rate hold that a sender asks for; slots of another grid are void."""
    if not state.senders:
        return
    slowest = min(state.senders.values(), key=lambda each: each.rate / each.window)
    spacing = slowest.window * (1 + _GUARD) / slowest.rate / state.share
    tolerance = _TOLERANCE * min(each.window for each in state.senders.values())
    if not (math.isclose(spacing, state.spacing) and math.isclose(tolerance, state.tolerance)):
        _void(state, now)
        state.spacing, state.tolerance = spacing, tolerance


def _void(state: State, now: float) -> None:
    """Take back what was dealt and not used: a call that has left did so by now, or does until all have heard of it."""
    state.generation += 1
    if state.last > now - state.tolerance:
        state.last = min(max(state.last, now), now + state.lag)


def _regain(state: State, now: float) -> None:
    if state.share >= 1:
        return
    steps = max(int((now - state.changed_at) / _REGAIN_SECONDS), 0)
    state.share = min(state.share + steps / _SLOWEST, 1.0)
    state.changed_at += steps * _REGAIN_SECONDS
