"""All entries of a run: cleaned at once where they are few, in partitions side by side where they are many."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stopimport.cleaning.duplicates import Repeats, repeats
from stopimport.cleaning.judging import NumberJudge
from stopimport.cleaning.patience import Patience
from stopimport.cleaning.stage import clean_part, prove_proportion
from stopimport.pipeline.elsewhere import Elsewhere
from stopimport.pipeline.partwork import Done, counted, packed
from stopimport.pipeline.tally import RejectTally
from stopimport.runs.partitions import PackedEntries
from stopimport.sidebyside import in_order

if TYPE_CHECKING:
    from concurrent.futures import Executor

    import pandas as pd

    from stopimport.cleaning.entries import CleanOptions
    from stopimport.loading.cells import Loaded
    from stopimport.loading.parts import Part
    from stopimport.pipeline.portions import Portion
    from stopimport.text.language import Sentence


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
class CleanedParts:
    """The cells of all files, cleaned part by part."""

    parts: list[Done]
    told: Sentence | None = None
    """What is to be told about who did it."""


def clean_parts(
    loaded: Loaded, options: CleanOptions, portion: Portion, executor: Executor | None = None
) -> CleanedParts:
    """Clean the cells of all files; `loaded` is needed no more for what `put_together` does.

    Args:
        loaded: them.
        options: the settings.
        portion: how much is cleaned at once.
        executor: who does it where there is much; None: threads of this process.

    Raises:
        UnknownCountry, BadOption, TooManyInCells, TooOdd: as `cleaning.stage.clean`.
    """
    total = sum(extract.bytes for extract in loaded.extracts)
    patience = Patience(total)
    first = NumberJudge.of(options, patience)
    parts = loaded.parts(portion.rows, portion.bytes)
    if len(parts) == 1:
        return CleanedParts([counted(clean_part(parts[0].make(), first))])
    # What the other columns took is free by now; Arrow would keep it for itself.
    pa.default_memory_pool().release_unused()
    own = threading.local()

    def here(part: Part) -> Done:
        return packed(part.make(), _judge_of(own, options, patience), total)

    if executor is None:
        return CleanedParts(list(in_order(partial(here, part) for part in parts)))
    elsewhere = Elsewhere(executor, options, total, patience, here)
    return CleanedParts(list(elsewhere.done(parts)), elsewhere.told(len(parts)))


def put_together(cleaned: CleanedParts) -> Entries:
    """Find the duplicates among all parts, which are used up.

    Raises:
        TooManyInCells: as `clean_parts`.
    """
    parts = cleaned.parts
    if len(parts) == 1 and parts[0].part is not None:
        found = repeats(parts[0].numbers)
        return replace(_together(parts, found), whole=_whole(parts[0], found))
    prove_proportion(sum(part.before for part in parts), sum(part.after for part in parts))
    numbers = np.concatenate([part.numbers for part in parts])
    # Each of them stands in memory once.
    parts[:] = [replace(part, numbers=numbers[:0]) for part in parts]
    return _together(parts, repeats(numbers))


def _judge_of(own: threading.local, options: CleanOptions, patience: Patience) -> NumberJudge:
    """Return this thread's judge: what one has learnt of a writing serves the thread's later partitions."""
    if not hasattr(own, "judge"):
        own.judge = NumberJudge.of(options, patience)
    judge: NumberJudge = own.judge
    return judge


def _whole(done: Done, found: Repeats) -> pd.DataFrame | None:
    firsts = np.full(len(done.numbers), -1, np.int64)
    firsts[found.positions] = found.firsts
    return None if done.part is None else done.part.with_firsts(firsts)


def _together(parts: list[Done], found: Repeats) -> Entries:
    return Entries(
        None,
        PackedEntries([part.packed for part in parts if part.packed is not None], found),
        sum(part.cells for part in parts),
        sum(part.blank for part in parts),
        sum(part.split for part in parts),
        sum((part.rejects for part in parts), RejectTally()),
    )
