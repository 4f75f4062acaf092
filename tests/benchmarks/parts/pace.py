"""`--rate 100/s` on a server 80 ms away: the limit is used, and never exceeded as the server sees it."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from benchmarks import measure
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

RATE = 100
CALLS = 2_000


def figures(scratch: Path) -> Iterator[Figure]:
    """Yield the use of the limit after the first second, and the fullest second after it."""
    numbers, notes = scratch / "numbers.txt", scratch / "arrivals.txt"
    numbers.write_text("".join(f"+336100{n:05}\n" for n in range(CALLS)), encoding="utf-8")
    with measure.server("benchmarks.slow_server", 80, notes) as (_, url):
        measure.python(
            *("stopimport", "run", numbers, "--yes", "--quiet", "--base-url", url, "--out", scratch / "run"),
            *("--rate", f"{RATE}/s"),
        )
    every = sorted(float(line) for line in notes.read_text(encoding="utf-8").split())
    arrivals = every[bisect_left(every, every[0] + 1) :]
    use = used(arrivals, RATE)
    facts = f"{len(every):,} calls in {every[-1] - every[0]:.2f} s"
    yield Figure("pace: use of --rate 100/s at 80 ms", 100 * use, "%", facts, at_least=97.0)
    facts = "as the server sees it, after the first second"
    yield Figure("pace: most calls in any second", fullest(arrivals), "calls", facts, at_most=RATE)


def used(arrivals: Sequence[float], rate: int) -> float:
    """Return the share of a rate a second that was used between the first arrival and the last."""
    return (len(arrivals) - 1) / (arrivals[-1] - arrivals[0]) / rate


def fullest(arrivals: Sequence[float]) -> int:
    """Return the most arrivals in any window of one second."""
    return max(bisect_left(arrivals, arrived + 1) - first for first, arrived in enumerate(arrivals))
