"""What is about to happen, for the person who confirms it: the same values for the terminal and the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from stopimport.loading.cells import Source  # noqa: TC001 - the page's messages are checked against the types


class Example(NamedTuple):
    """An entry that shows what cleaning made of the file."""

    input: str
    """As written, masked."""
    number: str
    """Masked, too."""
    repairs: str
    """What was corrected: words of `vocabulary.Repair`, with blanks between them."""


class RejectedEntry(NamedTuple):
    """An entry that is no valid number."""

    file: str
    sheet: str
    row: int
    input: str


class CountryFit(NamedTuple):
    """A country for numbers without prefix, and what would come of it."""

    region: str
    """ISO code."""
    fit: int
    """Cells that would hold valid numbers."""
    cells: int
    """All that are filled."""


@dataclass(frozen=True, slots=True)
class SendPreview:
    """What is about to be sent."""

    to_send: int
    """Numbers that will be sent."""
    already_listed: int
    """Numbers of the run that need no call."""
    rows: int
    entries: int
    rejects: dict[str, int]
    """Rejected entries by reason."""
    seconds: float
    """How long the sending will take at the rate in force."""
    address: str
    """Of the API."""
    account: str
    """'' where it is not known."""
    sandbox: bool
    """Whether it goes to a practice API."""
    sources: tuple[Source, ...] = ()
    """The phone columns."""
    examples: tuple[Example, ...] = ()

    @property
    def rejected(self) -> int:
        """Entries that are no valid number."""
        return sum(self.rejects.values())

    @property
    def duplicates(self) -> int:
        """Entries whose number an earlier entry has."""
        return self.entries - self.rejected - self.already_listed - self.to_send


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """What is about to be taken off the stop list."""

    run: str
    reason: str
    """Why, in the words of the person who asks for it."""
    to_remove: int
    absent: int
    """Numbers of the run that are not on the list any more."""
    left: int
    """Numbers that stay on the list."""
    done: int
    """Numbers that are off the list by an earlier undo of this run."""
    seconds: float
    """How long it will take at the rate in force."""
    address: str
    account: str
    sandbox: bool
    """The last three as of `SendPreview`."""
    examples: tuple[str, ...] = ()
    """A few of the numbers, masked."""
