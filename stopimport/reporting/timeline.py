"""Geometry of the report's picture of the sending: numbers sent over time, and the rate limit that held.

Time in which nothing was sent between two sittings of a run (a `resume` the next morning) is cut out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stopimport.runs.facts import SittingPace

_NICE = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400)
_FEWEST = 3
"""With fewer bars than this, a picture says no more than a sentence."""


@dataclass(frozen=True, slots=True)
class Plot:
    """The shape of a picture."""

    width: float
    height: float
    bars: int
    """How many bars there may be."""
    left: float = 44
    right: float = 8
    top: float = 26
    bottom: float = 24
    gap: float = 18
    """Between two sittings."""


WIDE = Plot(width=960, height=220, bars=150)
NARROW = Plot(width=360, height=190, bars=60)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One sitting as drawn: a stepped area, and the line of its limit."""

    area: str
    limit: str
    """'' where the limit is not known."""
    left: float
    right: float
    begun: float
    """Unix time of its first call."""
    ended: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A figure on the axis."""

    y: float
    value: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """The drawn sending."""

    plot: Plot
    unit: float
    """The axis counts numbers in so many seconds."""
    bucket: float
    """Seconds that one step covers."""
    sittings: tuple[Sitting, ...]
    ticks: tuple[Tick, ...]
    base: float
    """Height of the zero line."""


def timeline(sent_at: NDArray[np.float64], paces: Sequence[SittingPace], plot: Plot) -> Timeline | None:
    """Lay out when numbers were sent.

    Args:
        sent_at: Unix times of calls; NaN for numbers without one.
        paces: the limits of the run's sittings, in order of time; they may be unknown.
        plot: the picture's shape.

    Returns:
        the layout, or None where so little time passed that there is nothing to see.
    """
    parts = _parts(sent_at[~np.isnan(sent_at)], [pace.started_at for pace in paces[1:]])
    if not parts:
        return None
    window = max((pace.window for pace in paces), default=1.0)
    spans = [(float(part.min()), float(part.max())) for part in parts]
    bucket = _bucket(sum(ended - begun for begun, ended in spans), window, plot.bars)
    steps = [_steps(part - begun, bucket) * (window / bucket) for part, (begun, _) in zip(parts, spans, strict=True)]
    if sum(map(len, steps)) < _FEWEST:
        return None
    limits = [_limit(begun, paces, window) for begun, _ended in spans]
    return _TimelineDrawing(plot, window, bucket).drawn(spans, steps, limits)


def _parts(times: NDArray[np.float64], later: Sequence[float]) -> list[NDArray[np.float64]]:
    """Return the times of each sitting that has any; `later` is when the sittings after the first one began."""
    if not later:
        return [times] if len(times) else []
    sitting = np.searchsorted(np.array(later), times, "right")
    return [times[sitting == place] for place in np.unique(sitting)]


def _steps(seconds: NDArray[np.float64], bucket: float) -> NDArray[np.float64]:
    """Return how many calls are in each step; `seconds` are counted from the sitting's first call."""
    counts: NDArray[np.int64] = np.bincount((seconds / bucket).astype(np.int64))
    return counts.astype(np.float64)


def _bucket(seconds: float, window: float, bars: int) -> float:
    """Return the length of a step: a whole number of windows, so that no step can exceed a limit that was kept."""
    return window * next((nice for nice in _NICE if seconds / (nice * window) <= bars), _NICE[-1])


def _limit(begun: float, paces: Sequence[SittingPace], unit: float) -> float | None:
    pace = next((pace for pace in reversed(paces) if pace.started_at <= begun), paces[0] if paces else None)
    return pace.rate / pace.window * unit if pace else None


@dataclass(frozen=True, slots=True)
class _TimelineDrawing:
    plot: Plot
    unit: float
    bucket: float

    def drawn(
        self,
        spans: Sequence[tuple[float, float]],
        steps: Sequence[NDArray[np.float64]],
        limits: Sequence[float | None],
    ) -> Timeline:
        plot = self.plot
        highest = max(float(values.max()) for values in steps)
        top = max(highest, *(limit for limit in (*limits, 0.0) if limit is not None))
        base = plot.height - plot.bottom
        room = plot.width - plot.left - plot.right - plot.gap * (len(spans) - 1)
        step = room / sum(map(len, steps))
        x, sittings = plot.left, []
        for (begun, ended), values, limit in zip(spans, steps, limits, strict=True):
            right = x + step * len(values)
            line = f"M{x:.1f} {self._y(limit, top):.1f}H{right:.1f}" if limit is not None else ""
            area = self._area(values, x, step, top)
            sittings.append(Sitting(area, line, x, right, begun, ended))
            x = right + plot.gap
        marks = {0.0, *(limit for limit in limits if limit is not None)}
        if highest < top * 0.8:
            marks.add(highest)
        ticks = tuple(Tick(self._y(value, top), value) for value in sorted(marks))
        return Timeline(plot, self.unit, self.bucket, tuple(sittings), ticks, base)

    def _y(self, value: float, top: float) -> float:
        base = self.plot.height - self.plot.bottom
        return base - (base - self.plot.top) * value / top

    def _area(self, values: NDArray[np.float64], x: float, step: float, top: float) -> str:
        base = self.plot.height - self.plot.bottom
        path = [f"M{x:.1f} {base:.1f}"]
        for place, value in enumerate(values.tolist()):
            path.append(f"V{self._y(value, top):.1f}H{x + step * (place + 1):.1f}")
        return "".join([*path, f"V{base:.1f}Z"])
