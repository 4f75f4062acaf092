"""The stop list as numbers: what the API gives, cleaned like any other input, as far as it concerns a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.cleaning.entries import CleanOptions
from stopimport.cleaning.judging import NumberJudge
from stopimport.runs.digits import among, places
from stopimport.runs.ledger import DIGITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stopimport.sending.stop_list import ListFetched, ListPart

_TEXT = pa.string()
_ANY = CleanOptions(region="FR", line_types="any", validity="possible")
"""National numbers on the list are French (the API's page); what is on it is on it, whatever the line."""


@dataclass(frozen=True, slots=True)
class Listed:
    """What of the account's stop list concerns a run, ready to be compared with; all numbers are digits."""

    numbers: NDArray[np.int64]
    """Ascending, each once."""
    ids: pa.Array
    """The ids of their entries (the first one with each)."""
    repeated: frozenset[tuple[int, str]]
    """Number and id of further entries of numbers that are on the list several times, in different writings."""
    entries: int
    """Of the whole list."""
    partial: bool

    def holds(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of each number whether it is on the list."""
        return among(numbers, self.numbers)

    def ids_of(self, numbers: NDArray[np.int64]) -> list[str]:
        """Return the ids of numbers that are on the list, '' for those that are not."""
        found: list[str] = self._ids_of(numbers).to_pylist()
        return found

    def shows(self, numbers: NDArray[np.int64], stop_ids: Sequence[str]) -> NDArray[np.bool_]:
        """Say of each number whether the list has an entry with it and with the id at the same place."""
        wanted = pa.array(stop_ids, _TEXT)
        same = pc.and_(pc.equal(self._ids_of(numbers), wanted), pc.not_equal(wanted, ""))
        shown: NDArray[np.bool_] = same.to_numpy(zero_copy_only=False)
        if not self.repeated:
            return shown
        again = [pair in self.repeated and pair[1] != "" for pair in zip(numbers.tolist(), stop_ids, strict=True)]
        return np.logical_or(shown, np.array(again, dtype=np.bool_))

    def _ids_of(self, numbers: NDArray[np.int64]) -> pa.Array:
        there = self.holds(numbers)
        at = places(numbers, self.numbers) if len(self.numbers) else np.zeros(len(numbers), np.int64)
        return pc.fill_null(self.ids.take(pa.array(at, mask=~there)), "")


@dataclass(slots=True)
class Gathering:
    """Takes a list while it comes, and keeps what concerns a run.

    An entry that is not a number at all can match none of ours.
    """

    wanted: NDArray[np.int64]
    """The run's numbers as `Journal.ascending` gives them."""
    _judge: NumberJudge = field(default_factory=lambda: NumberJudge.of(_ANY))
    _numbers: list[NDArray[np.int64]] = field(default_factory=list)
    _ids: list[pa.Array] = field(default_factory=list)

    def begin(self) -> None:
        """Forget what there is."""
        self._judge = NumberJudge.of(_ANY)
        self._numbers.clear()
        self._ids.clear()

    def take(self, part: ListPart) -> None:
        """Keep what concerns the run."""
        judged = self._judge.cells(part.numbers, None)
        ours = among(judged.numbers % 10**DIGITS, self.wanted) & (judged.numbers > 0)
        if ours.any():
            entries = np.repeat(np.arange(len(part)), judged.counts)[ours]
            self._numbers.append(judged.numbers[ours])
            self._ids.append(part.stop_ids.take(pa.array(entries)).cast(_TEXT))

    def done(self, fetched: ListFetched) -> Listed:
        """Return what was kept, ready to be compared with; nothing of it is kept here any more."""
        numbers, ids = np.concatenate([np.empty(0, np.int64), *self._numbers]), pa.chunked_array(self._ids, _TEXT)
        self.begin()
        order = np.argsort(numbers, kind="stable")
        numbers = numbers[order]
        first = np.diff(numbers, prepend=-1) != 0
        again = ids.take(pa.array(order[~first])).to_pylist()
        repeated = frozenset(zip(numbers[~first].tolist(), again, strict=True))
        if repeated:
            numbers, order = numbers[first], order[first]
        ids = ids.take(pa.array(order)).combine_chunks()
        return Listed(numbers, ids, repeated, fetched.entries, fetched.partial)
