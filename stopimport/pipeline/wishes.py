"""What a person wants of rejected entries, and what is told of these: plain values, which the page can have too."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """Which entry it is, the same whenever a file is read."""

    file: str
    sheet: str
    row: int
    column: str
    part: int
    """Which of the entries there, from 0."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person wants of a rejected entry."""

    place: EntryPlace
    text: str = ""
    """The right number, in any writing; '' for none."""
    aside: str | None = None
    """Why it is set aside; '' to take that back, None to leave that as it is."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What a text is that a person wrote as the right number."""

    number: str = ""
    """E.164; '' where it is not one valid number."""
    reason: str = ""
    """Why not (`vocabulary.Reason`)."""
    detail: str = ""
    several: bool = False
    """It holds several numbers, and there is room for one."""
    repairs: str = ""
    region: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Reject:
    """One rejected entry, as people see it who correct it."""

    place: EntryPlace
    input: str
    reason: str
    detail: str
    kept: tuple[str, ...]
    """The row's other cells, as far as they were to be kept."""
    corrected: str
    """What was written in its place; '' for nothing."""
    aside: str
    """Why it is set aside; '' if it is not."""
