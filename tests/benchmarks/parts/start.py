"""The small things that are done most often."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import measure
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def figures(scratch: Path) -> Iterator[Figure]:
    """Yield the time of ``--help``, of checking 100 rows, and of a pass over an inbox that has nothing new."""
    asked = measure.best(5, "stopimport", "--help")
    yield Figure("start: stopimport --help", asked.seconds, "s", "fastest of 5", at_most=0.3)
    source = scratch / "small.csv"
    measure.python("benchmarks.generate", "french", 100, source)
    checked = measure.check(source, scratch, times=3)
    yield Figure("start: check of 100 rows", checked.seconds, "s", f"fastest of 3; {checked.peak:.0f} MB", at_most=0.6)
    inbox = scratch / "inbox"
    inbox.mkdir()
    source.rename(inbox / source.name)
    options = ("--sandbox", "--settle", "0", "--rate", "1000/s", "--runs", scratch / "runs")
    measure.python("stopimport", "inbox", inbox, *options)
    passed = measure.best(5, "stopimport", "inbox", inbox, *options)
    yield Figure(
        "start: inbox with nothing new", passed.seconds, "s", f"fastest of 5; {passed.peak:.0f} MB", at_most=0.3
    )
