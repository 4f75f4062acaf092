"""One pass over all entries and outcomes of a run: its figures, and the tables, a stretch at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stopimport.pipeline.stretches import stretches
from stopimport.reporting.counts import added_up, check_balance, codes, count, ordered, reasons_of
from stopimport.reporting.csvfile import csv_head, csv_lines
from stopimport.reporting.origins import Origins
from stopimport.reporting.rejectrows import ROWS
from stopimport.reporting.tables import RejectWriter, rejected, results_table
from stopimport.reporting.texts import TEXT, plain
from stopimport.runs.digits import among, digits_of
from stopimport.runs.facts import Reading
from stopimport.sidebyside import in_order
from stopimport.vocabulary import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import BinaryIO

    from numpy.typing import NDArray

    from stopimport.pipeline.job import Job
    from stopimport.pipeline.stretches import Stretch
    from stopimport.reporting.tables import Rejected
    from stopimport.runs.facts import RunFacts
    from stopimport.runs.summary import Counts


RESULTS, REJECTS, MISSING = "results.csv", "rejects.csv", "missing.csv"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted beside the figures."""

    files: Mapping[str, BinaryIO] = field(default_factory=dict)
    """Where `RESULTS`, `REJECTS` and `MISSING` go as CSV, those that are wanted."""
    missing: NDArray[np.int64] | None = None
    """The digits of the numbers whose rows of the results are the missing ones, ascending."""
    tables: bool = False
    """Whether results and rejects are wanted whole."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What the entries and outcomes of a run say."""

    counts: Counts
    by_reason: Mapping[str, int]
    codes: Mapping[str, int]
    origins: Origins
    sent_at: NDArray[np.float64]
    first_rejects: pa.Table
    rejected: int
    tables: Mapping[str, pa.Table]
    """``results`` and ``rejects``, where they were wanted."""


def survey(job: Job, wanted: Wanted) -> Survey:
    """Look at all entries and outcomes of a run.

    Raises:
        CountsUnbalanced: figures that must be equal are not.
        OSError: a file cannot be written.
    """
    facts = job.journal.facts
    found = _Surveying(facts, wanted)
    tasks = (partial(_looked_at, make, facts, wanted) for make in stretches(job))
    for piece in in_order(tasks):
        found.take(piece)
        # What the next stretch needs is seldom of the same sizes, and Arrow keeps what it has for itself.
        pa.default_memory_pool().release_unused()
    return found.done()


@dataclass(frozen=True, slots=True)
class _Figures:
    """What is kept of one stretch."""

    counts: Counts
    reasons: Counter[str]
    codes: Counter[str]
    origins: Origins
    sent_at: NDArray[np.float64]
    rows: int
    """Of the results."""
    results: pa.Table | None


@dataclass(frozen=True, slots=True)
class _Piece:
    """What one stretch says, and what is written of it."""

    figures: _Figures
    rejected: Rejected
    names: Sequence[str]
    """Columns of the results."""
    lines: Iterable[pa.Buffer]
    missing: Iterable[pa.Buffer]


def _looked_at(make: Callable[[], Stretch], facts: RunFacts, wanted: Wanted) -> _Piece:
    """Do what can be done of one stretch without knowing the others."""
    stretch = make()
    entries, outcomes = stretch.own_entries, stretch.own_outcomes
    results = results_table(stretch.entries, stretch.outcomes, keep=facts.keep).slice(stretch.ahead)
    sent_at = outcomes["sent_at"].to_numpy(dtype=np.float64)
    lines = csv_lines(results, facts.delimiter) if RESULTS in wanted.files else iter(())
    figures = _Figures(
        count(Reading(0, 0, 0, 0, 0), entries, outcomes),
        reasons_of(entries),
        Counter(codes(outcomes)),
        Origins.of(entries),
        sent_at[~np.isnan(sent_at)],
        results.num_rows,
        results if wanted.tables else None,
    )
    return _Piece(
        figures,
        rejected(entries, outcomes, stretch.others),
        results.column_names,
        lines if stretch.alone else list(lines),
        _missing(results, facts, wanted),
    )


def _missing(results: pa.Table, facts: RunFacts, wanted: Wanted) -> list[pa.Buffer]:
    """Return the lines of the missing numbers, where they are wanted."""
    if wanted.missing is None or MISSING not in wanted.files:
        return []
    chosen = among(digits_of(plain(results["phoneNumber"])), wanted.missing)
    return list(csv_lines(results.filter(pa.array(chosen)), facts.delimiter))


@dataclass(slots=True)
class _Surveying:
    """Takes what the stretches say, one after the other."""

    facts: RunFacts
    wanted: Wanted
    figures: list[_Figures] = field(default_factory=list)
    rejects: list[pa.Table] = field(default_factory=list)
    """The first ones, or all where they are wanted whole."""
    writer: RejectWriter = field(init=False)
    rows: int = 0
    rejected: int = 0

    def __post_init__(self) -> None:
        """Begin the rejects."""
        self.writer = RejectWriter(self.facts.keep)

    def take(self, piece: _Piece) -> None:
        """Write the tables' rows of one stretch, and keep its figures."""
        rejects = self.writer.table(piece.rejected)
        self._write(RESULTS, piece.names, piece.lines)
        self._write(MISSING, piece.names, piece.missing)
        if REJECTS in self.wanted.files:
            self._write(REJECTS, rejects.column_names, csv_lines(rejects, self.facts.delimiter))
        if self.wanted.tables or self.rejected < ROWS:
            self.rejects.append(rejects if self.wanted.tables else rejects.slice(0, ROWS))
        self.rows += piece.figures.rows
        self.rejected += rejects.num_rows
        self.figures.append(piece.figures)

    def _write(self, name: str, names: Sequence[str], lines: Iterable[pa.Buffer]) -> None:
        if (file := self.wanted.files.get(name)) is None:
            return
        if not self.figures:
            file.write(csv_head(names, self.facts.delimiter))
        file.writelines(lines)

    def done(self) -> Survey:
        """Return what all stretches say together, if it balances."""
        read, pieces = self.facts.read, self.figures
        figures = {name: getattr(read, name) for name in ("rows", "filtered", "cells", "blank", "split")}
        counts = replace(added_up(piece.counts for piece in pieces), **figures)
        check_balance(counts, results_rows=self.rows, rejects_rows=self.rejected, inputs=self.facts.inputs)
        reasons = sum((piece.reasons for piece in pieces), Counter({Reason.REFUSED_BY_API.value: counts.refused}))
        by_code = sum((piece.codes for piece in pieces), Counter())
        rejects = _under_each_other(self.rejects)
        return Survey(
            counts,
            ordered(reasons),
            {code: by_code[code] for code in sorted(by_code, key=int)},
            sum((piece.origins for piece in pieces), Origins()),
            np.concatenate([piece.sent_at for piece in pieces]),
            rejects.slice(0, ROWS),
            self.rejected,
            self._tables(rejects) if self.wanted.tables else {},
        )

    def _tables(self, rejects: pa.Table) -> dict[str, pa.Table]:
        results = [piece.results for piece in self.figures if piece.results is not None]
        return {"results": _under_each_other(results), "rejects": rejects}


def _under_each_other(tables: Sequence[pa.Table]) -> pa.Table:
    """Return tables of the same columns as one, whether a column is a dictionary in each of them or not."""
    if len(tables) < 2:
        return tables[0] if tables else pa.table({})
    return pa.concat_tables([pa.table({name: _text(table[name]) for name in table.column_names}) for table in tables])


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(TEXT) if pa.types.is_dictionary(column.type) else column
