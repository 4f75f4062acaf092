"""10,000,000 rows, and on demand 50,000,000: as fast a row as 1,000,000, within bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import measure
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 1_000_000
TIMES, HUGE_TIMES = 10, 50


def figures(scratch: Path) -> Iterator[Figure]:
    """Yield time a row against that of a tenth of the rows, and the peak memory."""
    small, large = scratch / "small.csv", scratch / "large.csv"
    measure.python("benchmarks.generate", "french", ROWS, small)
    measure.python("benchmarks.generate", "french", ROWS * TIMES, large)
    one = measure.check(small, scratch / "one", times=2)
    ten = measure.check(large, scratch / "ten")
    facts = f"10,000,000 rows {ten}; 1,000,000 rows {one}"
    what = "10,000,000 rows: time a row / that of 1,000,000"
    yield Figure(what, ten.seconds / TIMES / one.seconds, "times", facts, at_most=1.0)
    yield Figure("10,000,000 rows: peak memory", ten.peak, "MB", "", at_most=800.0)


def huge(scratch: Path) -> Iterator[Figure]:
    """Yield the peak memory of 50,000,000 rows, and the time."""
    source = scratch / "huge.csv"
    measure.python("benchmarks.generate", "french", ROWS * HUGE_TIMES, source)
    usage = measure.check(source, scratch, "--max-file-size", "4GB")
    yield Figure(
        "50,000,000 rows: peak memory", usage.peak, "MB", f"{usage}, {usage.cpu:.0f} s of processors", at_most=2500.0
    )
