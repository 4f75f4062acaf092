"""Cleaning 1,000,000 rows: the whole command from start to files on disk, against pandas + phonenumbers in a loop."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from benchmarks import measure
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 1_000_000


def french(scratch: Path) -> Iterator[Figure]:
    """French numbers in nine writings."""
    yield from _against_loop(scratch, "french", 16.0)


def mixed(scratch: Path) -> Iterator[Figure]:
    """The same with 30 % foreign numbers of twenty countries and 5 % rubbish."""
    yield from _against_loop(scratch, "mixed", 13.0)


def _against_loop(scratch: Path, kind: str, goal: float) -> Iterator[Figure]:
    source = scratch / f"{kind}.csv"
    measure.python("benchmarks.generate", kind, ROWS, source)
    loop = measure.python("benchmarks.rivals.pandas_loop", source, scratch / "loop.csv")
    ours = measure.check(source, scratch, times=3)
    found, reference = measure.summary(scratch / "check-0")["counts"]["numbers"], json.loads(loop.output)["numbers"]
    if kind == "french" and found != reference:
        raise RuntimeError(f"check found {found} numbers, the loop {reference}: they do not do the same work")
    facts = f"check {ours}; loop {loop}"
    yield Figure(f"{kind}: 1,000,000 rows, loop / check", loop.seconds / ours.seconds, "times", facts, at_least=goal)
    facts = f"{found:,} numbers; the loop found {reference:,}"
    yield Figure(f"{kind}: peak memory", ours.peak, "MB", facts, at_most=800.0)
