"""An account's stop list: what a vendor's client gives of it, and those who take it a part at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Protocol, overload

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One entry of the stop list, as the API gives it."""

    stop_id: str
    number: str
    created_at: str


@dataclass(frozen=True, slots=True)
class ListPart:
    """Some entries of the stop list, as columns of text."""

    stop_ids: pa.Array
    numbers: pa.Array
    created_at: pa.Array

    def __len__(self) -> int:
        return len(self.numbers)

    def __iter__(self) -> Iterator[ListEntry]:
        columns = (self.stop_ids.to_pylist(), self.numbers.to_pylist(), self.created_at.to_pylist())
        return map(ListEntry, *columns)


class ListTaker(Protocol):
    """Takes the entries of a list while it comes, which may be too long to be held as a whole."""

    def begin(self) -> None:
        """Make ready for a list; what came of one that broke off is forgotten."""

    def take(self, part: ListPart) -> None:
        """Take the next entries."""


class Uninterested:
    """Takes no entries: how many there are is told anyway."""

    def begin(self) -> None:
        """Nothing is kept."""

    def take(self, part: ListPart) -> None:
        """Pass over them."""


@dataclass(frozen=True, slots=True)
class ListFetched:
    """What is known of a list that came to its end."""

    entries: int
    partial: bool
    """Whether the API announced another number of entries (`nbData`) than it gave.

    Such a list is good for skipping numbers, not for conclusions."""


@dataclass(slots=True)
class Entries(Sequence[ListEntry]):
    """All entries of a list, kept as columns: as objects they would take five times the room."""

    parts: list[ListPart] = field(default_factory=list)

    def begin(self) -> None:
        """Forget what there is."""
        self.parts.clear()

    def take(self, part: ListPart) -> None:
        """Take the next entries."""
        self.parts.append(part)

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __iter__(self) -> Iterator[ListEntry]:
        return chain.from_iterable(self.parts)

    @overload
    def __getitem__(self, index: int) -> ListEntry: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ListEntry]: ...
    def __getitem__(self, index: int | slice) -> ListEntry | Sequence[ListEntry]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        left = index + len(self) if index < 0 else index
        for part in self.parts:
            if 0 <= left < len(part):
                columns = (part.stop_ids, part.numbers, part.created_at)
                return ListEntry(*(column[left].as_py() for column in columns))
            left -= len(part)
        raise IndexError(index)


@dataclass(frozen=True, slots=True)
class StopList:
    """The account's stop list as fetched."""

    entries: Sequence[ListEntry]
    partial: bool
    """See `ListFetched`."""
