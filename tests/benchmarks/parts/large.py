"""10,000,000 rows: as fast a row as 1,000,000, within bounded memory; and sending them. On demand 50,000,000."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import measure
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 1_000_000
TIMES, HUGE_TIMES = 10, 50
_SECONDS = 20
"""For which numbers are sent."""


def figures(scratch: Path) -> Iterator[Figure]:
    """Yield time a row against that of a tenth of the rows, and the peak memory of checking and of sending."""
    small, large = scratch / "small.csv", scratch / "large.csv"
    measure.python("benchmarks.generate", "french", ROWS, small)
    measure.python("benchmarks.generate", "french", ROWS * TIMES, large)
    one = measure.check(small, scratch / "one", times=2)
    ten = measure.check(large, scratch / "ten")
    facts = f"10,000,000 rows {ten}; 1,000,000 rows {one}"
    what = "10,000,000 rows: time a row / that of 1,000,000"
    yield Figure(what, ten.seconds / TIMES / one.seconds, "times", facts, at_most=1.0)
    yield Figure("10,000,000 rows: peak memory", ten.peak, "MB", "", at_most=800.0)
    yield _sent(scratch, large)


def huge(scratch: Path) -> Iterator[Figure]:
    """Yield the peak memory of 50,000,000 rows, and the time."""
    source = scratch / "huge.csv"
    measure.python("benchmarks.generate", "french", ROWS * HUGE_TIMES, source)
    usage = measure.check(source, scratch, "--max-file-size", "4GB")
    facts = f"{usage}, {usage.cpu:.0f} s of processors"
    yield Figure("50,000,000 rows: peak memory", usage.peak, "MB", facts, at_most=2500.0)


def _sent(scratch: Path, large: Path) -> Figure:
    """Send the first of them as fast as it goes, and write everything out: what is left makes no difference."""
    with measure.sandbox() as (_, url):
        measure.check(large, scratch / "sent", "--base-url", url)
        run = scratch / "sent" / "check-0"
        usage = measure.python(
            "stopimport", "resume", run, "--yes", "--quiet", "--rate", "100000/s", stop_after=_SECONDS
        )
    facts = f"{usage}; {measure.summary(run)['counts']['added']:,} of them sent, then stopped"
    return Figure("sending 10,000,000 numbers: peak memory", usage.peak, "MB", facts, at_most=500.0)
