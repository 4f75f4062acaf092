"""Leases at the coordinator: which of several machines has which file of a shared folder, by Redis' own clock.

What can go wrong makes fewer leases, never two of one file:

- A lease that is not renewed runs out by the server's clock; its holder asks before the end that counts.
- Where the server's state is lost, or it is another server than before, or was away from all holders, nothing is given
  for a whole lease. In this time those who hold leases, by their own clocks, tell it what they hold.
"""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from stopimport.runs.redis_script import ODD, Address, connect, until_it_answers
from stopimport.runs.serverclock import ServerClock
from stopimport.runs.slotfile import since_boot
from stopimport.sending.grid import KeeperAwayError
from stopimport.text.language import Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from stopimport.runs.redis_script import Script

SCRIPT = "leases.lua"
_SURE = 0.98
"""The part of a lease for which its holder is sure of it, by a clock of its own."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of taking something."""

    token: str = ""
    """Names the lease; '' if there is none."""
    left: float = 0.0
    """Seconds for which nobody is given anything."""


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the script is asked for."""

    op: str
    name: str
    lease: float
    version: str = ""
    data: str = ""
    claimed: bool = False
    story: str = ""
    sound: bool = False
    fresh: str = msgspec.field(default_factory=lambda: uuid.uuid4().hex)


class _Answer(msgspec.Struct):
    """What the script answers; see there."""

    now: float
    story: str
    ok: bool = False
    left: float = 0.0
    data: str | None = None


@dataclass(frozen=True, slots=True)
class _Hold:
    story: str
    """Of the server, when it last heard of the lease."""
    until: float
    """By our own clock."""


class Leases:
    """The leases of one shared folder; all threads may ask.

    Args:
        script: runs the Lua script.
        place: names the folder.
        seconds: for which a lease holds.
        clock: tells our seconds.
    """

    def __init__(self, script: Script, place: str, seconds: float, clock: Callable[[], float] = since_boot) -> None:
        self.seconds = seconds
        self._script, self._clock = script, clock
        self._key = f"stopimport:claims:{place}"
        self._server_clock = ServerClock()
        self._holds: dict[str, _Hold] = {}
        self._one_at_a_time = threading.Lock()

    def close(self) -> None:
        """Close the connection."""
        self._script.close()

    def take(self, name: str, data: str) -> Taken:
        """Take the lease called `name`, with `data` for whoever asks, unless somebody has it.

        Raises:
            KeeperAwayError: the server does not answer.
        """
        token = uuid.uuid4().hex
        answer = self._ask("take", name, token, data, claimed=True)
        return Taken(token if answer.ok else "", answer.left)

    def write(self, name: str, token: str, data: str, *, claimed: bool) -> bool:
        """Renew a lease, or (not `claimed`) end it; False if it is ours no more.

        Raises:
            KeeperAwayError: the server does not answer.
        """
        return self._ask("write", name, token, data, claimed=claimed).ok

    def read(self, name: str) -> str | None:
        """Return what was last written, within a day.

        Raises:
            KeeperAwayError: the server does not answer.
        """
        return self._ask("read", name).data

    def _ask(self, op: str, name: str, token: str = "", data: str = "", *, claimed: bool = False) -> _Answer:
        with self._one_at_a_time:
            sent = self._clock()
            hold = self._holds.get(token, _Hold("", sent))
            asked = _Asked(
                op=op,
                name=name,
                lease=self.seconds,
                version=token,
                data=data,
                claimed=claimed,
                story=hold.story,
                sound=sent < hold.until,
            )
            answer = self._exchange(asked)
            if not self._server_clock.learn(sent, answer.now, self._clock()):
                # Its clock was set, and who is still at work looked dead: whoever does not know it yet learns it.
                self._exchange(_Asked(op="lost", name=name, lease=self.seconds))
                if op == "take":
                    return _Answer(answer.now, answer.story, left=self.seconds)
            if answer.ok:
                self._holds[token] = _Hold(answer.story, sent + self.seconds * _SURE)
            if not (answer.ok and claimed):
                self._holds.pop(token, None)
            return answer

    def _exchange(self, asked: _Asked) -> _Answer:
        key, record = self._key, f"{self._key}:{asked.name}"
        try:
            return msgspec.msgpack.decode(self._script(key, msgspec.msgpack.encode(asked), record), type=_Answer)
        except msgspec.MsgspecError:
            raise KeeperAwayError(Sentence(ODD)) from None


def open_leases(address: str, place: str, seconds: float) -> Leases:
    """Return the leases of a folder at `address`, which has answered.

    Raises:
        BadCoordinator: that is no address.
        NoRedis: the extra is missing.
        CoordinatorUnusable: it cannot be used.
    """
    script = connect(Address.parse(address), SCRIPT)
    made = Leases(script, place, seconds)
    until_it_answers(lambda: made.read(""), script)
    return made
