"""The figures as a table of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figures import Figure

_HEAD = ("what", "measured", "goal", "", "from")
_NUMERIC = (1, 2)


def lines(figures: Sequence[Figure]) -> str:
    """Return the table: one line a figure, with `met` or `missed` where there is a goal."""
    rows = [_HEAD] + [
        (figure.what, figure.text(figure.value), figure.goal_text, _verdict(figure), figure.facts) for figure in figures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    rows.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column in _NUMERIC else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def _verdict(figure: Figure) -> str:
    if figure.reach is None:
        return ""
    return "met" if figure.reach >= 1 else "missed"
