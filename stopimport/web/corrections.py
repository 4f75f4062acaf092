"""Correcting rejects on the page: what a person has written so far, and what each of it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import TYPE_CHECKING, Literal

from stopimport.errors import StopimportError
from stopimport.pipeline.wishes import Judged, Wish
from stopimport.runs.lookup import contained
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from stopimport.pipeline.correcting import Rejects
    from stopimport.pipeline.wishes import EntryPlace, Reject
    from stopimport.runs.find import Search

ROWS = 100
"""Rows of a window: some ten screens."""
LONGEST = 200
"""Characters of what is written."""
_LOOKED_UP = 3
"""So many texts at once are looked for in all imports: what is typed, not what is pasted."""

Found = Literal["", "good", "same", "listed", "bad"]
"""Nothing is written; a new number; one that this import has already; one on the list by another import; no number."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person has written for one entry."""

    text: str
    aside: str | None
    """See `pipeline.correcting.Wish`."""
    judged: Judged
    found: Found


@dataclass(frozen=True, slots=True)
class Line:
    """One rejected entry, and what is written in its place."""

    at: int
    """Its place among the rejects."""
    reject: Reject
    text: str
    aside: str
    judged: Judged
    found: Found


@dataclass(slots=True)
class CorrectionSheet:
    """The rejects of one run, with what is written in their place; its methods may take a moment.

    Args:
        journal: the run's.
        draft: it is only checked: what was corrected can be changed again.
        look_up: finds a number in all imports.
    """

    journal: Path
    draft: bool
    look_up: Callable[[str], Search]
    _edits: dict[EntryPlace, Edit] = field(default_factory=dict)
    _rejects: Rejects | None = None
    _stamp: tuple[int, ...] = ()
    _order: Lock = field(default_factory=Lock)

    def keep(self) -> tuple[str, ...]:
        """Return the headers of the other columns that are shown."""
        with self._order:
            return self._now().keep

    def size(self) -> int:
        """Return how many rejects there are."""
        with self._order:
            return len(self._now())

    def lines(self, start: int, stop: int) -> tuple[Line, ...]:
        """Return some of the rejects."""
        with self._order:
            rows = self._now().rows(start, stop)
            twice = self._twice()
            return tuple(self._line(start + number, row, twice) for number, row in enumerate(rows))

    def write(self, texts: Mapping[int, str], asides: Mapping[int, str]) -> tuple[Line, ...]:
        """Take what a person has written for some rejects, and return these."""
        from stopimport.pipeline.correcting import judge_texts  # noqa: PLC0415 - pandas, which the page opens without

        with self._order:
            rejects = self._now()
            places = [at for at in sorted({*texts, *asides}) if 0 <= at < len(rejects)]
            rows = _some(rejects, places)
            judged = judge_texts([texts.get(at, "")[:LONGEST] for at in places], rejects.options)
            here = contained(self.journal, {one.number for one in judged if one.number})
            look = len(places) <= _LOOKED_UP
            for (at, row), verdict in zip(rows.items(), judged, strict=True):
                before = self._edits.get(row.place) or self._untouched(row)
                aside = asides[at][:LONGEST].strip() if at in asides else before.aside
                edit = replace(before, aside=self._changed(aside, row))
                if at in texts:
                    found = self._found(verdict, before, here, look=look)
                    edit = replace(edit, text=texts[at][:LONGEST], judged=verdict, found=found)
                self._edits[row.place] = edit
            twice = self._twice()
            return tuple(self._line(at, row, twice) for at, row in rows.items())

    def counts(self) -> tuple[int, int]:
        """Return how many entries have a right number now, and how many are set aside anew."""
        with self._order:
            present = self._now().present(self._edits.keys())
            edits = [edit for place, edit in self._edits.items() if place in present]
            ready = [edit for edit in edits if edit.judged.number]
            return len(ready), sum(bool(edit.aside) and not edit.judged.number for edit in edits)

    def wishes(self) -> tuple[Wish, ...]:
        """Return what is wanted of the rejects."""
        with self._order:
            return tuple(
                Wish(place, edit.text if edit.judged.number else "", edit.aside)
                for place, edit in self._edits.items()
                if edit.judged.number or edit.aside is not None
            )

    def _now(self) -> Rejects:
        """Return the rejects as they are in the journal now."""
        from stopimport.pipeline.correcting import rejects_of  # noqa: PLC0415 - pandas, which the page opens without

        facts = self.journal.stat()
        stamp = (facts.st_mtime_ns, facts.st_size, facts.st_ino)
        if self._rejects is None or stamp != self._stamp:
            self._rejects = rejects_of(self.journal, corrected=self.draft)
            self._stamp = stamp
        return self._rejects

    def _untouched(self, row: Reject) -> Edit:
        return Edit(row.corrected, (row.aside or None) if self.draft else None, Judged(), "")

    def _changed(self, aside: str | None, row: Reject) -> str | None:
        """Return what is wanted of an entry: a draft is read anew each time, without what is in its run."""
        if self.draft:
            return aside or None
        return None if aside == row.aside else aside

    def _found(self, judged: Judged, before: Edit, here: frozenset[str], *, look: bool) -> Found:
        if not judged.number:
            return "bad" if judged.reason or judged.several else ""
        if before.judged.number == judged.number:
            return before.found
        if judged.number in here:
            return "same"
        return "listed" if look and self._is_listed(judged.number) else "good"

    def _is_listed(self, number: str) -> bool:
        """Say whether another import put the number on the list, or found it there."""
        try:
            found = self.look_up(number).found
        except StopimportError:
            return False
        return any(one.status in {Status.ADDED, Status.ALREADY_LISTED} and one.undo is None for one in found)

    def _twice(self) -> frozenset[str]:
        """Return the numbers that are written more than once."""
        counts = Counter(edit.judged.number for edit in self._edits.values() if edit.judged.number)
        return frozenset(number for number, count in counts.items() if count > 1)

    def _line(self, at: int, row: Reject, twice: frozenset[str]) -> Line:
        edit = self._edits.get(row.place)
        if edit is None:
            return Line(at, row, row.corrected, row.aside, Judged(), "")
        found = "same" if edit.found == "good" and edit.judged.number in twice else edit.found
        aside = row.aside if edit.aside is None and not self.draft else edit.aside
        return Line(at, row, edit.text, aside or "", edit.judged, found)


def _some(rejects: Rejects, places: Sequence[int]) -> dict[int, Reject]:
    """Return the rejects at these places, in this order: those that lie close together at once."""
    if not places:
        return {}
    first, last = places[0], places[-1]
    if last - first < 2 * len(places):
        piece = rejects.rows(first, last + 1)
        return {at: piece[at - first] for at in places}
    return {at: rejects.rows(at, at + 1)[0] for at in places}
