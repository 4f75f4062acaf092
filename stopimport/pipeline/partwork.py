"""The work on one part of all cells: the same for a thread of this process, another process, another machine."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

import phonenumbers
import pyarrow as pa

from stopimport.cleaning.judging import NumberJudge
from stopimport.cleaning.patience import Patience
from stopimport.cleaning.stage import clean_part
from stopimport.errors import StopimportError
from stopimport.loading.files.ranges import NotThereError
from stopimport.pipeline.tally import RejectTally
from stopimport.runs.outcome_table import from_blob, to_blob
from stopimport.runs.partitions import Packed, pack
from stopimport.version import __version__

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from stopimport.cleaning.entries import CleanedPart, CleanOptions
    from stopimport.loading.parts import Lines

VERSIONS = (__version__, phonenumbers.__version__)
"""What decides on a number beside the settings."""
_own = threading.local()


class Undone(Enum):
    """Why somebody else could not do a part."""

    NOT_THERE = "the file is not there"
    OTHER_VERSION = "other versions of the program or of phonenumbers"


@dataclass(frozen=True, slots=True)
class Done:
    """One part, cleaned: nothing of it is as large as its cells are, but what is packed."""

    packed: Packed | None
    numbers: NDArray[np.int64]
    cells: int
    blank: int
    split: int
    before: int
    after: int
    rejects: RejectTally
    part: CleanedPart | None = None
    spent: float = 0.0
    """Seconds for which somebody else read odd texts one by one."""


@dataclass(frozen=True, slots=True)
class Task:
    """A part for somebody else, with all that it takes: it shows nothing of what it holds."""

    source: Lines | bytes = field(repr=False)
    """Where the cells are to be read, or these themselves."""
    options: CleanOptions
    total: int
    """Bytes of all cells of the run."""
    versions: tuple[str, str] = VERSIONS


def counted(part: CleanedPart) -> Done:
    """Return a part with its figures, and with its entries as they are."""
    tally = RejectTally.of(part.entries)
    return Done(None, part.numbers, part.cells, part.blank, part.split, part.before, part.after, tally, part)


def packed(cells: pd.DataFrame, judge: NumberJudge, total: int) -> Done:
    """Clean the cells of a part, of `total` bytes in all parts, and pack its entries; errors as `clean_part`."""
    part = clean_part(cells, judge, total)
    return replace(counted(part), packed=pack(part.entries), part=None)


def sent_along(cells: pd.DataFrame) -> bytes:
    """Return cells as they are sent to somebody who cannot read the file."""
    blob: bytes = to_blob(pa.Table.from_pandas(cells, preserve_index=False)).to_pybytes()
    return blob


def work(task: Task) -> Done | Undone | StopimportError:
    """Do a task, wherever this runs.

    Nothing is raised, for whoever watches over workers writes errors and their arguments into logs.
    """
    if task.versions != VERSIONS:
        return Undone.OTHER_VERSION
    try:
        cells = from_blob(task.source).to_pandas() if isinstance(task.source, bytes) else task.source.cells()
    except NotThereError:
        return Undone.NOT_THERE
    patience = Patience(task.total)
    try:
        done = packed(cells, replace(_judge(task.options), patience=patience), task.total)
    except StopimportError as error:
        return error
    return replace(done, spent=patience.spent)


def _judge(options: CleanOptions) -> NumberJudge:
    """Return this thread's judge: what one has learnt of a writing serves the thread's later parts."""
    known: dict[CleanOptions, NumberJudge] = _own.__dict__.setdefault("judges", {})
    if options not in known:
        known.clear()
        known[options] = NumberJudge.of(options)
    return known[options]
