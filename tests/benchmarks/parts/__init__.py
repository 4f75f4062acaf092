"""The parts of the bench: each yields its figures, given a scratch folder."""

from __future__ import annotations

from benchmarks.parts import cleaning, growth, large, listed, pace, sending, shared, start, workbook

PARTS = {
    "clean": cleaning.french,
    "mixed": cleaning.mixed,
    "workbook": workbook.figures,
    "large": large.figures,
    "listed": listed.figures,
    "send": sending.figures,
    "pace": pace.figures,
    "shared": shared.figures,
    "start": start.figures,
    "growth": growth.figures,
    "huge": large.huge,
}
ON_DEMAND = frozenset({"huge"})
"""Those that are measured only where they are named: they take minutes, and gigabytes of disk."""
