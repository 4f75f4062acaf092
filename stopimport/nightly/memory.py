"""What the job remembers of an inbox from one pass to the next: the files that lay there, and how long it is to wait.

It lies in the user's own state folder, where nobody who drops files can write. Losing it loses nothing but time.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from stopimport.runs.errors import FileUnwritable
from stopimport.runs.locks import state_folder
from stopimport.runs.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from stopimport.nightly.intake import Arrival, WallClock


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at a file showed, and when that was by our own clocks."""

    mark: tuple[int, ...]
    wall: float
    steady: float
    """By the clock that nobody sets; it begins anew when the machine does."""

    def age(self, clock: WallClock) -> float:
        """Return the seconds since then: the fewer of two clocks', for one may have been set; below 0: nobody knows."""
        return min(clock.now() - self.wall, clock.steady() - self.steady)


@dataclass(frozen=True, slots=True)
class Wait:
    """The vendor asked to be left alone."""

    since: float
    """Unix time."""
    seconds: float
    aim: str
    """Who was asked: another account, or another address, need not wait."""

    def left(self, now: float) -> float:
        """Return the seconds that are left; none, where the clock was set back and nobody knows."""
        return max(self.since + self.seconds - now, 0.0) if now >= self.since else 0.0


@dataclass(slots=True)
class Memory:
    """What is known of one inbox; `load` it, and `save` what has changed."""

    path: Path
    looks: dict[str, Look] = field(default_factory=dict)
    """By the file's name."""
    wait: Wait | None = None
    folders: tuple[str, ...] = ()
    """Folders in the inbox that somebody has been told of."""
    known: tuple[str, ...] = ()
    """Ids of files elsewhere that are known to be done with."""

    @classmethod
    def load(cls, inbox: Path | str) -> Memory:
        """Return what is remembered of `inbox` (resolved, or an address); nothing, where that cannot be read."""
        path = state_folder() / f"inbox-{hashlib.sha256(os.fsencode(inbox)).hexdigest()[:16]}.json"
        try:
            found = json.loads(path.read_text("utf-8"))
            looks = {name: Look(tuple(look["mark"]), look["wall"], look["steady"]) for name, look in found["looks"]}
            wait = Wait(**found["wait"]) if found["wait"] else None
            return cls(path, looks, wait, tuple(found["folders"]), tuple(found.get("known", ())))
        except (OSError, ValueError, TypeError, KeyError):
            return cls(path)

    def save(self) -> FileUnwritable | None:
        """Keep it for the next pass, and return what went wrong: no pass fails because of it."""
        kept = {
            "looks": [(name, asdict(look)) for name, look in self.looks.items()],
            "wait": asdict(self.wait) if self.wait else None,
            "folders": self.folders,
            "known": self.known,
        }
        # Names that are no text at all are kept as they are.
        data = json.dumps(kept).encode()
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(self.path, lambda aside: aside.write_bytes(data))
        except OSError as error:
            return FileUnwritable(str(self.path), error.strerror or str(error))
        except FileUnwritable as error:
            return error
        return None

    def see(self, arrivals: Iterable[Arrival], clock: WallClock) -> None:
        """Take a look into account: what is as it was keeps its first look, what is gone is forgotten."""
        now, steady = clock.now(), clock.steady()
        known = self.looks
        self.looks = {}
        for arrival in arrivals:
            before = known.get(arrival.path.name)
            same = before is not None and before.mark == arrival.mark and before.age(clock) >= 0
            self.looks[arrival.path.name] = before if before and same else Look(arrival.mark, now, steady)

    def age(self, arrival: Arrival, clock: WallClock) -> float:
        """Return for how many seconds a file has been seen as it is now."""
        look = self.looks.get(arrival.path.name)
        return max(look.age(clock), 0.0) if look and look.mark == arrival.mark else 0.0
