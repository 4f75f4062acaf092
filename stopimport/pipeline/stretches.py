"""The entries of a run with their outcomes, one stretch after the other: a whole small run, or a partition each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.runs.outcome_table import from_blob
from stopimport.runs.partitions import with_firsts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from stopimport.pipeline.job import Job
    from stopimport.runs.journal import Journal
    from stopimport.runs.partitions import Partition

_PLACE = ("file", "sheet", "row", "reason")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries that stand together, and the outcomes of their numbers.

    In front of them are the first entries of numbers that stand in earlier stretches and are repeated in this one, so
    that what is told of a duplicate is at hand: their places and outcomes are right, all else about them is not.
    """

    entries: pd.DataFrame
    """`duplicate_of` counts in this frame."""
    outcomes: pd.DataFrame
    """One row for each number of `entries`, in order."""
    ahead: int
    """How many entries, and outcomes, there are in front."""
    others: NDArray[np.int64]
    """How many more entries of the run have each number of the stretch, those in front left out."""
    alone: bool
    """It is the whole run."""

    @property
    def own_entries(self) -> pd.DataFrame:
        """The entries without those in front."""
        return self.entries.iloc[self.ahead :] if self.ahead else self.entries

    @property
    def own_outcomes(self) -> pd.DataFrame:
        """The outcomes without those in front."""
        return self.outcomes.iloc[self.ahead :] if self.ahead else self.outcomes


def stretches(job: Job) -> Iterator[Callable[[], Stretch]]:
    """Yield what makes each stretch of a run; the journal is read here, and what takes time is left to the caller."""
    parts = job.journal.partitions()
    if not parts:
        yield partial(_whole, job.entries(), job.journal.outcomes())
        return
    firsts = _Firsts(job.journal, parts)
    for place, part in enumerate(parts):
        outcomes = job.journal.outcomes_between(part.number, part.number + part.numbers)
        yield partial(_stretch, job.journal.packed(place), part, outcomes, firsts)


def _whole(entries: pd.DataFrame, outcomes: pd.DataFrame) -> Stretch:
    firsts = entries["duplicate_of"].to_numpy(dtype=np.int64)
    first = entries["number"].notna().to_numpy(dtype=bool) & (firsts < 0)
    repeated = np.bincount(firsts[firsts >= 0], minlength=len(entries))
    return Stretch(entries, outcomes, 0, repeated[first], alone=True)


class _Firsts:
    """The first entries of the numbers that occur again in a later partition."""

    def __init__(self, journal: Journal, parts: list[Partition]) -> None:
        self.positions, self.firsts = journal.repeats()
        begins = np.array([part.first for part in parts])
        own = begins[np.searchsorted(begins, self.positions, "right") - 1]
        self.known = np.unique(self.firsts[self.firsts < own])
        """Their positions, ascending."""
        self.counted = np.sort(self.firsts)
        self.places, outcomes = self._looked_up(journal, parts)
        self.outcomes = pd.concat(outcomes, ignore_index=True) if outcomes else pd.DataFrame()

    def _looked_up(self, journal: Journal, parts: list[Partition]) -> tuple[pa.Table, list[pd.DataFrame]]:
        """Return the places of the `known` ones, and the outcomes of their numbers."""
        places, outcomes = [], []
        for place, part in enumerate(parts):
            inside = _between(self.known, part) - part.first
            if not len(inside):
                continue
            table = from_blob(journal.packed(place), _PLACE)
            repeated = _between(self.positions, part) - part.first
            first = pc.equal(table["reason"].cast(pa.large_string()), "").to_numpy()
            first[repeated] = False
            places.append(table.select(_PLACE[:3]).take(pa.array(inside)))
            numbers = np.cumsum(first)[inside] - 1
            # Where nothing has an outcome, that of any number is that of all.
            last = part.numbers if journal.has_outcomes else len(numbers)
            known = journal.outcomes_between(part.number, part.number + last)
            outcomes.append(known.iloc[numbers] if journal.has_outcomes else known)
        return pa.concat_tables(places).unify_dictionaries() if places else pa.table({}), outcomes


def _between(positions: NDArray[np.int64], part: Partition) -> NDArray[np.int64]:
    """Return those of ascending `positions` that are in a partition."""
    start, stop = np.searchsorted(positions, (part.first, part.first + part.rows))
    return positions[start:stop]


def _stretch(data: bytes, part: Partition, outcomes: pd.DataFrame, firsts: _Firsts) -> Stretch:
    start, stop = np.searchsorted(firsts.positions, (part.first, part.first + part.rows))
    positions, earlier = firsts.positions[start:stop] - part.first, firsts.firsts[start:stop]
    ahead = np.unique(earlier[earlier < part.first])
    front = len(ahead)
    duplicate_of = np.full(front + part.rows, -1, np.int64)
    places = np.where(earlier < part.first, np.searchsorted(ahead, earlier), earlier - part.first + front)
    duplicate_of[front + positions] = places
    table = from_blob(data)
    if front:
        at = np.searchsorted(firsts.known, ahead)
        table = pa.concat_tables([_in_front(table.schema, firsts, at), table]).unify_dictionaries()
        outcomes = pd.concat([firsts.outcomes.iloc[at], outcomes], ignore_index=True)
    entries = with_firsts(table, duplicate_of).to_pandas()
    own = front + np.flatnonzero(entries["number"].notna().to_numpy()[front:] & (duplicate_of[front:] < 0))
    counted = own - front + part.first
    others = np.searchsorted(firsts.counted, counted, "right") - np.searchsorted(firsts.counted, counted)
    return Stretch(entries, outcomes, front, others, alone=False)


def _in_front(schema: pa.Schema, firsts: _Firsts, at: NDArray[np.int64]) -> pa.Table:
    """Return some first entries of earlier partitions as rows of a table with this `schema`."""
    places = firsts.places.take(pa.array(at))
    columns = [
        places[field.name].cast(field.type) if field.name in _PLACE[:3] else _constant(field, len(at))
        for field in schema
    ]
    return pa.table(columns, schema=schema)


def _constant(field: pa.Field, rows: int) -> pa.Array:
    if pa.types.is_dictionary(field.type):
        codes = pa.array(np.zeros(rows, field.type.index_type.to_pandas_dtype()), field.type.index_type)
        return pa.DictionaryArray.from_arrays(codes, pa.array([""], field.type.value_type))
    return pa.repeat(pa.scalar("" if pa.types.is_large_string(field.type) else 0, field.type), rows)
