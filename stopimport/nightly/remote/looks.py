"""Which files on a server are complete: two looks by our own clock, as in an inbox on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from stopimport.nightly import intake
from stopimport.nightly.intake import Arrival

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from stopimport.nightly.intake import WallClock
    from stopimport.nightly.memory import Memory
    from stopimport.nightly.remote.claims import Offer
    from stopimport.remote.store import Entry, Store


@dataclass(frozen=True, slots=True)
class Looks:
    """Tells which files nobody is writing any more."""

    store: Store
    memory: Memory
    clock: WallClock
    settle: float

    def complete(self, offers: Iterable[Offer], ours: Collection[str], others: Iterable[Arrival] = ()) -> list[Offer]:
        """Return those of `offers` that are complete; some are waited for, once for all of them.

        Args:
            offers: what a look at the inbox shows.
            ours: ids of files that were complete before.
            others: what else is to be remembered until the next look.
        """
        seen_now = [(offer, offer.entry) for offer in offers if offer.entry]
        by_name = {offer.name: (offer, entry) for offer, entry in seen_now}
        arrivals = [arrival_of(entry) for _offer, entry in seen_now]
        self.memory.see([*arrivals, *others], self.clock)

        def again(path: Any) -> Arrival | None:  # noqa: ANN401 - a name, as `arrival_of` has it
            found = self.store.look(by_name[path.name][1].address.path)
            return arrival_of(found) if found else None

        new = [arrival for arrival in arrivals if by_name[arrival.path.name][0].id not in ours]
        done = intake.complete(new, self.settle, self.clock, self.memory, again=again)
        complete = {arrival.path.name for arrival in done}
        return [offer for offer, _entry in seen_now if offer.id in ours or offer.name in complete]


def arrival_of(entry: Entry) -> Arrival:
    """Return a file elsewhere as one here would be seen."""
    return seen(entry.address.name, entry.size, entry.time, entry.mark)


def seen(name: str, size: int, time: float, mark: str) -> Arrival:
    """Return what a look shows under a name."""
    path: Any = PurePosixPath(name)
    # The mark is compared only; a memory that was read back has it as numbers.
    return Arrival(path, regular=True, size=size, time=time, mark=tuple(mark.encode()))
