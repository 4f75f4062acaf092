"""How the work grows with what comes in, at every door of reading and cleaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from growth import STEEPEST, exponents

from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def figures(scratch: Path) -> Iterator[Figure]:
    """The exponent of processor time for each door."""
    for door, exponent in exponents(scratch):
        yield Figure(f"growth: {door}", exponent, "exponent", "1 is proportional, 2 the square", at_most=STEEPEST)
