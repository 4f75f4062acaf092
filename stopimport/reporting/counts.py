"""Count what became of every cell, and prove that the figures balance."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import TYPE_CHECKING

from stopimport.reporting.errors import CountsUnbalanced
from stopimport.reporting.tables import final_codes
from stopimport.runs.summary import Counts
from stopimport.vocabulary import Reason, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from stopimport.loading.cells import FileRead
    from stopimport.runs.facts import Reading


def count(reading: Reading, entries: pd.DataFrame, outcomes: pd.DataFrame) -> Counts:
    """Return the figures of a run, each counted by itself: figures made from others would always balance.

    Args:
        reading: the figures of the stages before.
        entries: see `cleaning.entries`.
        outcomes: see `send.outcomes`.
    """
    by_status = outcomes["status"].value_counts()
    by_reason = entries["reason"].value_counts()
    return Counts(
        rows=reading.rows,
        filtered=reading.filtered,
        cells=reading.cells,
        blank=reading.blank,
        entries=len(entries),
        split=reading.split,
        rejected=len(entries) - int(by_reason.get("", 0)),
        duplicate=int((entries["duplicate_of"] >= 0).sum()),
        numbers=len(outcomes),
        added=int(by_status.get(Status.ADDED.value, 0)),
        already_listed=int(by_status.get(Status.ALREADY_LISTED.value, 0)),
        refused=int(by_status.get(Status.REFUSED.value, 0)),
        failed=int(by_status.get(Status.FAILED.value, 0)),
        not_sent=int(by_status.get(Status.NOT_SENT.value, 0)),
    )


def added_up(parts: Iterable[Counts]) -> Counts:
    """Return the figures of a run of which `parts` have those of its stretches."""
    names = [each.name for each in fields(Counts)]
    return Counts(*map(sum, zip(*([getattr(part, name) for name in names] for part in parts), strict=True)))


def check_balance(
    counts: Counts,
    *,
    results_rows: int,
    rejects_rows: int,
    inputs: Sequence[FileRead] = (),
) -> None:
    """Check every equation of the contract.

    Args:
        counts: the figures.
        results_rows: rows of the results table.
        rejects_rows: rows of the rejects table.
        inputs: the files read, to check `rows` and `cells` against what each sheet holds.

    Raises:
        CountsUnbalanced: two figures that must be equal are not; it names them.
    """
    of = counts
    numbers = of.added + of.already_listed + of.refused + of.failed + of.not_sent
    equations = [
        ("entries", of.entries, "cells - blank + split", of.cells - of.blank + of.split),
        ("entries", of.entries, "rejected + duplicate + numbers", of.rejected + of.duplicate + of.numbers),
        ("numbers", of.numbers, "added + already_listed + refused + failed + not_sent", numbers),
        ("rows of results", results_rows, "duplicate + numbers", of.duplicate + of.numbers),
        ("rows of rejects", rejects_rows, "rejected + refused", of.rejected + of.refused),
    ]
    sheets = [sheet for file in inputs for sheet in file.sheets if sheet.skipped is None]
    if inputs:
        equations.append(("rows", of.rows, "rows of the sheets read", sum(sheet.rows for sheet in sheets)))
    most = max((len(sheet.columns) for sheet in sheets), default=0)
    # With several phone columns the load stage alone knows which rows of which sheet or table were filtered.
    cells = min(max(of.cells, of.rows - of.filtered), (of.rows - of.filtered) * most)
    if inputs:
        equations.append(("cells", of.cells, "(rows - filtered) x phone columns", cells))
    for left, left_count, right, right_count in equations:
        if left_count != right_count:
            raise CountsUnbalanced(left, left_count, right, right_count)


def rejects_by_reason(entries: pd.DataFrame, refused: int) -> dict[str, int]:
    """Return how many rows of the rejects have each reason, in the order of the vocabulary; no zeros.

    Args:
        entries: see `cleaning.entries`.
        refused: numbers refused by the API.
    """
    return ordered(reasons_of(entries) | {Reason.REFUSED_BY_API.value: refused})


def reasons_of(entries: pd.DataFrame) -> Counter[str]:
    """Count the reasons of entries; that of the valid ones is ''."""
    return Counter({str(reason): int(count) for reason, count in entries["reason"].value_counts().items()})


def ordered(by_reason: Mapping[str, int]) -> dict[str, int]:
    """Return counted reasons in the order of the vocabulary; no zeros."""
    return {reason.value: int(by_reason[reason.value]) for reason in Reason if by_reason.get(reason.value)}


def codes(outcomes: pd.DataFrame) -> dict[str, int]:
    """Return how many numbers ended with each code, smallest code first; numbers without a code are not in it."""
    found = final_codes(outcomes).drop_null().value_counts().to_pylist()
    return {str(pair["values"]): pair["counts"] for pair in sorted(found, key=lambda pair: pair["values"])}
