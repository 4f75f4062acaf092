"""Verdicts on many cells at once, as columns.

A verdict is kept as two integers: its *kind*, which is everything but the digits, and its number without the plus.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stopimport.cleaning.verdicts import Grade, Verdict
    from stopimport.vocabulary import Repair


class VerdictKind(NamedTuple):
    """What verdicts have in common."""

    reason: str
    repairs: frozenset[Repair]
    region: str
    grade: Grade
    line: str


@dataclass(slots=True)
class VerdictKinds:
    """The kinds met so far, numbered."""

    known: list[VerdictKind] = field(default_factory=list)
    _index: dict[VerdictKind, int] = field(default_factory=dict)

    def of(self, verdict: Verdict) -> int:
        """Return the number of the kind of `verdict`."""
        return self._number(
            VerdictKind(verdict.reason or "", verdict.repairs, verdict.region, verdict.grade, verdict.line)
        )

    def repaired(self, kinds: NDArray[np.int32], repairs: Sequence[frozenset[Repair]]) -> NDArray[np.int32]:
        """Return the numbers of these kinds with more repairs, given for each."""
        pairs = list(zip(kinds.tolist(), repairs, strict=True))
        changed = {
            (kind, more): self._number(self.known[kind]._replace(repairs=self.known[kind].repairs | more))
            for kind, more in set(pairs)
        }
        return np.array([changed[pair] for pair in pairs], np.int32)

    def all_repaired(self, kinds: NDArray[np.int32], repairs: frozenset[Repair]) -> NDArray[np.int32]:
        """Return the numbers of these kinds with the same repairs more; what is below 0 is no kind, and stays."""
        if not repairs:
            return kinds
        known = [kind for kind in np.unique(kinds).tolist() if kind >= 0]
        changed = np.zeros(max(known, default=0) + 1, np.int32)
        for kind in known:
            changed[kind] = self._number(self.known[kind]._replace(repairs=self.known[kind].repairs | repairs))
        return np.where(kinds < 0, kinds, changed[np.maximum(kinds, 0)])

    def with_repair(self, kinds: NDArray[np.int32], repair: Repair) -> NDArray[np.int32]:
        """Return the numbers of these kinds with one more repair, where there is a number that was repaired."""
        more = frozenset({repair})
        changed = {
            kind: kind
            if self.known[kind].reason
            else self._number(self.known[kind]._replace(repairs=self.known[kind].repairs | more))
            for kind in np.unique(kinds).tolist()
        }
        return np.array([changed[kind] for kind in kinds.tolist()], np.int32)

    def _number(self, kind: VerdictKind) -> int:
        if kind not in self._index:
            self._index[kind] = len(self.known)
            self.known.append(kind)
        return self._index[kind]


@dataclass(frozen=True, slots=True)
class JudgedCells:
    """The entries of cells: `counts` has one item a cell, the others one an entry, in the order of the cells."""

    counts: NDArray[np.int64]
    kinds: NDArray[np.int32]
    numbers: NDArray[np.int64]
    """E.164 without the plus; 0 for rejects."""
    details: dict[int, str] = field(default_factory=dict)
    """By position of the entry."""

    @classmethod
    def one_each(cls, kinds: NDArray[np.int32], numbers: NDArray[np.int64]) -> JudgedCells:
        """Return the columns of cells with one entry each."""
        return cls(np.ones(len(kinds), np.int64), kinds, numbers)

    @classmethod
    def of(cls, verdicts: Sequence[Sequence[Verdict]], kinds: VerdictKinds) -> JudgedCells:
        """Return the columns of the verdicts on each cell."""
        entries = [verdict for cell in verdicts for verdict in cell]
        return cls(
            np.array([len(cell) for cell in verdicts], np.int64),
            np.array([kinds.of(verdict) for verdict in entries], np.int32),
            np.array([int(verdict.number or 0) for verdict in entries], np.int64),
            {position: verdict.detail for position, verdict in enumerate(entries) if verdict.detail},
        )

    def take(self, cells: NDArray[np.int64]) -> JudgedCells:
        """Return the columns of the `cells` at these positions."""
        entries = _entries(self.counts, cells)
        marked = np.flatnonzero(np.isin(entries, list(self.details))) if self.details else ()
        details = {int(position): self.details[int(entries[position])] for position in marked}
        return JudgedCells(self.counts[cells], self.kinds[entries], self.numbers[entries], details)

    def best(self, kinds: VerdictKinds) -> NDArray[np.int8]:
        """Return the best grade among each cell's entries (`Grade.INVALID` where there are none)."""
        grades = np.array([kind.grade for kind in kinds.known], np.int8)[self.kinds]
        best = np.zeros(len(self.counts), np.int8)
        np.maximum.at(best, np.repeat(np.arange(len(self.counts)), self.counts), grades)
        return best


def put_together(cells: int, parts: Sequence[tuple[NDArray[np.int64], JudgedCells]]) -> JudgedCells:
    """Return the columns of `cells` cells from `parts`: positions of cells, and what was judged about these.

    Where a position is in no part, the cell has no entries.
    """
    counts = np.zeros(cells, np.int64)
    for positions, judged in parts:
        counts[positions] = judged.counts
    entries = int(counts.sum())
    whole = JudgedCells(counts, np.empty(entries, np.int32), np.empty(entries, np.int64))
    for positions, judged in parts:
        places = _entries(counts, positions)
        whole.kinds[places] = judged.kinds
        whole.numbers[places] = judged.numbers
        whole.details.update({int(places[position]): detail for position, detail in judged.details.items()})
    return whole


def _entries(counts: NDArray[np.int64], cells: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the positions of the entries of `cells`, where all cells have `counts` entries."""
    if counts.min(initial=1) == counts.max(initial=1) == 1:
        return cells
    starts = (np.cumsum(counts) - counts)[cells]
    wanted = counts[cells]
    ends = np.cumsum(wanted)
    return np.repeat(starts - (ends - wanted), wanted) + np.arange(ends[-1] if len(ends) else 0)
