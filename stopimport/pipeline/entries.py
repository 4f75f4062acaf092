"""All entries of a run: cleaned at once where they are few, in partitions side by side where they are many."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stopimport.cleaning.duplicates import Repeats, repeats
from stopimport.cleaning.judging import NumberJudge
from stopimport.cleaning.patience import Patience
from stopimport.cleaning.stage import clean_part, prove_proportion
from stopimport.pipeline.tally import RejectTally
from stopimport.runs.partitions import Packed, PackedEntries, pack
from stopimport.sidebyside import in_order

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from stopimport.cleaning.entries import CleanedPart, CleanOptions
    from stopimport.loading.cells import Loaded
    from stopimport.pipeline.portions import Portion


@dataclass(frozen=True, slots=True)
class Entries:
    """What cleaning made of all cells: entries = `cells` - `blank` + `split`."""

    whole: pd.DataFrame | None
    """The frame of `cleaning.entries`, where they are few; else they are `packed`."""
    packed: PackedEntries
    cells: int
    blank: int
    split: int
    rejects: RejectTally

    @property
    def numbers(self) -> int:
        """How many different valid numbers there are."""
        return self.packed.numbers

    @property
    def stored(self) -> pd.DataFrame | PackedEntries:
        """Them, for the journal."""
        return self.packed if self.whole is None else self.whole


@dataclass(frozen=True, slots=True)
class _Done:
    """One partition, cleaned: nothing of it is as large as its cells are, but what is packed."""

    packed: Packed | None
    numbers: NDArray[np.int64]
    cells: int
    blank: int
    split: int
    before: int
    after: int
    rejects: RejectTally
    part: CleanedPart | None = None


def clean_all(loaded: Loaded, options: CleanOptions, portion: Portion) -> Entries:
    """Clean the cells of all files.

    Raises:
        UnknownCountry, BadOption, TooManyInCells, TooOdd: as `cleaning.stage.clean`.
    """
    total = sum(extract.bytes for extract in loaded.extracts)
    patience = Patience(total)
    first = NumberJudge.of(options, patience)
    makers = loaded.partitions(portion.rows, portion.bytes)
    if len(makers) == 1:
        done = _counted(clean_part(makers[0](), first))
        found = repeats(done.numbers)
        return replace(_together([done], found), whole=_whole(done, found))
    # What the other columns took is free by now; Arrow would keep it for itself.
    pa.default_memory_pool().release_unused()
    own = threading.local()

    def task(make: Callable[[], pd.DataFrame]) -> Callable[[], _Done]:
        return lambda: _packed(clean_part(make(), _judge_of(own, options, patience), total))

    parts = list(in_order(map(task, makers)))
    prove_proportion(sum(part.before for part in parts), sum(part.after for part in parts))
    numbers = np.concatenate([part.numbers for part in parts])
    parts = [replace(part, numbers=numbers[:0]) for part in parts]
    return _together(parts, repeats(numbers))


def _judge_of(own: threading.local, options: CleanOptions, patience: Patience) -> NumberJudge:
    """Return this thread's judge: what one has learnt of a writing serves the thread's later partitions."""
    if not hasattr(own, "judge"):
        own.judge = NumberJudge.of(options, patience)
    judge: NumberJudge = own.judge
    return judge


def _counted(part: CleanedPart) -> _Done:
    tally = RejectTally.of(part.entries)
    return _Done(None, part.numbers, part.cells, part.blank, part.split, part.before, part.after, tally, part)


def _packed(part: CleanedPart) -> _Done:
    return replace(_counted(part), packed=pack(part.entries), part=None)


def _whole(done: _Done, found: Repeats) -> pd.DataFrame | None:
    firsts = np.full(len(done.numbers), -1, np.int64)
    firsts[found.positions] = found.firsts
    return None if done.part is None else done.part.with_firsts(firsts)


def _together(parts: list[_Done], found: Repeats) -> Entries:
    return Entries(
        None,
        PackedEntries([part.packed for part in parts if part.packed is not None], found),
        sum(part.cells for part in parts),
        sum(part.blank for part in parts),
        sum(part.split for part in parts),
        sum((part.rejects for part in parts), RejectTally()),
    )
