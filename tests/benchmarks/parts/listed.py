"""Importing 1,000,000 rows whose numbers are all on the stop list: it is fetched, and nothing is left to send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import measure
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROWS = 1_000_000


def figures(scratch: Path) -> Iterator[Figure]:
    """Yield time and peak memory."""
    source, state = scratch / "french.csv", scratch / "list.sqlite3"
    measure.python("benchmarks.generate", "french", ROWS, source)
    measure.check(source, scratch)
    measure.python("benchmarks.list_run", scratch / "check-0", state)
    with measure.sandbox("--state", state) as (_, url):
        usages = [
            measure.python(
                *("stopimport", "run", source, "--yes", "--quiet", "--base-url", url, "--out", scratch / f"run-{n}"),
            )
            for n in range(2)
        ]
    counts = measure.summary(scratch / "run-0")["counts"]
    if counts["already_listed"] != counts["numbers"]:
        raise RuntimeError(f"the run ended with {counts} instead of all listed")
    ours = min(usages, key=lambda usage: usage.seconds)
    facts = f"{counts['numbers']:,} numbers; {ours}, {ours.cpu:.1f} s of processors"
    yield Figure("listed: run of 1,000,000 rows, all on the list", ours.seconds, "s", facts, at_most=8.0)
    yield Figure("listed: peak memory", ours.peak, "MB", "", at_most=600.0)
