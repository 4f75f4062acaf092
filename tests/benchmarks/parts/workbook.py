"""Checking a 300,000-row workbook, against nothing but reading it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import measure
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 300_000


def figures(scratch: Path) -> Iterator[Figure]:
    """Yield the ratio of the whole command to calamine's bare reading, both whole processes."""
    source = scratch / "export.xlsx"
    measure.python("benchmarks.generate", "xlsx", ROWS, source)
    bare = measure.best(3, "benchmarks.rivals.calamine_read", source)
    ours = measure.check(source, scratch, "--format", "csv", times=3)
    facts = f"check {ours}; calamine {bare}"
    yield Figure("xlsx: 300,000 rows, check / bare read", ours.seconds / bare.seconds, "times", facts, at_most=1.3)
    yield Figure("xlsx: peak memory", ours.peak, "MB", "")
