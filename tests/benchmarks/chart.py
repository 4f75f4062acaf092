"""The figures as a bar chart: how far each is towards its goal, the goal being one line for all."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.figures import Figure

_LABEL, _BAR, _VALUE, _LINE = 430, 420, 200, 26
_MOST = 2.0
"""Bars end at twice the goal: what is far beyond it need not dwarf the rest."""


def svg(figures: Sequence[Figure], machine: str) -> str:
    """Return the chart of all figures that have a goal."""
    shown = [figure for figure in figures if figure.reach is not None]
    width, height = _LABEL + _BAR + _VALUE, 70 + _LINE * len(shown)
    goal = _LABEL + _BAR / _MOST
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" font-family="sans-serif">',
            "<style>text { font-size: 13px }</style>",
            f'<rect width="100%" height="100%" fill="#fff"/><text x="10" y="22">{escape(machine)}</text>',
            f'<text x="{goal}" y="44" text-anchor="middle" fill="#555">goal</text>',
            *(_bar(figure, 54 + _LINE * position) for position, figure in enumerate(shown)),
            f'<path d="M{goal} 50V{height - 12}" stroke="#222" stroke-dasharray="4 3"/>',
            "</svg>\n",
        ]
    )


def _bar(figure: Figure, top: int) -> str:
    reach = figure.reach or 0.0
    width = _BAR * min(reach, _MOST) / _MOST
    label = f"{figure.text(figure.value)} ({figure.goal_text})"
    return (
        f'<text x="{_LABEL - 8}" y="{top + 14}" text-anchor="end">{escape(figure.what)}</text>'
        f'<rect x="{_LABEL}" y="{top}" width="{width:.0f}" height="{_LINE - 8}"'
        f' fill="{"#2b8a6e" if reach >= 1 else "#c8553d"}"/>'
        f'<text x="{_LABEL + _BAR + 8}" y="{top + 14}">{escape(label)}</text>'
    )
