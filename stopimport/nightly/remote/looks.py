"""Which files on a server are complete: two looks by our own clock, as in an inbox on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from stopimport.nightly import intake
from stopimport.nightly.intake import Arrival, is_aside

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stopimport.nightly.intake import WallClock
    from stopimport.nightly.memory import Memory
    from stopimport.remote.store import Entry, Store


@dataclass(frozen=True, slots=True)
class Looks:
    """Tells which files nobody is writing any more."""

    store: Store
    memory: Memory
    clock: WallClock
    settle: float

    def complete(self, files: Iterable[Entry], others: Iterable[Arrival] = ()) -> list[Entry]:
        """Return those of `files` that are complete; some are waited for, once for all of them.

        Args:
            files: what a look at the inbox shows.
            others: what else is to be remembered until the next look.
        """
        entries = {entry.address.name: entry for entry in files if not is_aside(entry.address.name)}
        arrivals = [arrival_of(entry) for entry in entries.values()]
        self.memory.see([*arrivals, *others], self.clock)

        def again(path: Any) -> Arrival | None:  # noqa: ANN401 - a name, as `arrival_of` has it
            found = self.store.look(entries[path.name].address.path)
            return arrival_of(found) if found else None

        done = intake.complete(arrivals, self.settle, self.clock, self.memory, again=again)
        return [entries[arrival.path.name] for arrival in done]


def arrival_of(entry: Entry) -> Arrival:
    """Return a file elsewhere as one here would be seen."""
    return seen(entry.address.name, entry.size, entry.time, entry.mark)


def seen(name: str, size: int, time: float, mark: str) -> Arrival:
    """Return what a look shows under a name."""
    path: Any = PurePosixPath(name)
    # The mark is compared only; a memory that was read back has it as numbers.
    return Arrival(path, regular=True, size=size, time=time, mark=tuple(mark.encode()))
