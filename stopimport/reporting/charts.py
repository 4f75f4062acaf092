"""Geometry of the report's flow picture: bands from rows to outcomes, as wide as their counts.

It only computes; the template draws. Everything is in units of the picture's own coordinates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Leaf:
    """What became of a part of the flow."""

    label: str
    count: int
    tone: str
    """Name of the colour (see the style): ``good``, ``known``, ``same``, ``look``, ``wait``, ``bad`` or ``out``."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One station of the flow: what parts here, and what else joins. The rest flows on to the next station."""

    label: str
    count: int
    leaves: tuple[Leaf, ...] = ()
    joining: Leaf | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The shape of a picture."""

    width: float
    tall: float
    """Height of the largest station."""
    leaf_x: float
    """Where the outcomes are."""
    bar: float
    """Width of a station's bar."""
    pitch: float
    """Least distance between two outcomes: a line of text."""
    lines: bool
    """Whether each station's label needs a line of its own, because the stations are too close."""


WIDE = Frame(width=960, tall=230, leaf_x=640, bar=10, pitch=24, lines=False)
NARROW = Frame(width=360, tall=170, leaf_x=120, bar=8, pitch=22, lines=True)
_HAIR = 1.5
"""Least width of a band, so that a single number can be seen."""
_LINE = 17.0
_GAP = 8.0
_JOINING = 2.5 * _LINE
"""Room for the label of a station below what joins."""
_FIGURE = 9.0
"""Width of a digit."""


@dataclass(frozen=True, slots=True)
class Box:
    """A bar with its label."""

    x: float
    y: float
    width: float
    height: float
    label: str
    count: int
    tone: str
    label_x: float
    label_y: float


@dataclass(frozen=True, slots=True)
class Band:
    """A band between two bars."""

    path: str
    tone: str


@dataclass(frozen=True, slots=True)
class Flow:
    """The drawn flow."""

    frame: Frame
    height: float
    count_x: float
    """Where the outcomes' counts end, seen from their bars."""
    stations: tuple[Box, ...]
    leaves: tuple[Box, ...]
    bands: tuple[Band, ...]


def flow(stages: Sequence[Stage], frame: Frame) -> Flow:
    """Lay out the flow through `stages`; all that does not part at a stage reaches the next one.

    Args:
        stages: at least one, of which at least one has a count.
        frame: the picture's shape.
    """
    return _StagesDrawing(stages, frame).drawn()


class _StagesDrawing:
    def __init__(self, stages: Sequence[Stage], frame: Frame) -> None:
        self.stages, self.frame = stages, frame
        self.scale = frame.tall / max(1, *(stage.count for stage in stages))
        self.top = _GAP + _LINE * (len(stages) if frame.lines else 2)
        step = frame.leaf_x / len(stages)
        self.xs = [step * place for place in range(len(stages))]
        self.bands: list[Band] = []
        self.boxes: list[Box] = []
        self.leaves: list[Box] = []

    def drawn(self) -> Flow:
        joins = next((place for place, stage in enumerate(self.stages) if stage.joining), 0)
        for place, stage in enumerate(self.stages):
            self.boxes.append(self._station(place, stage, below=place < joins))
        outs = [self._part(place) for place in range(len(self.stages))]
        self._leaves(outs)
        bottom = max([box.y + box.height for box in self.boxes] + [leaf.y + leaf.height for leaf in self.leaves])
        last = max((leaf.label_y + self.frame.pitch / 2 for leaf in self.leaves), default=0.0)
        height = max(bottom, last) + _GAP
        longest = max((len(f"{leaf.count:,}") for leaf in self.leaves), default=0)
        return Flow(
            self.frame,
            round(height),
            _GAP + longest * _FIGURE,
            tuple(self.boxes),
            tuple(self.leaves),
            tuple(self.bands),
        )

    def _thick(self, count: float) -> float:
        return max(count * self.scale, _HAIR) if count else 0.0

    def _station(self, place: int, stage: Stage, *, below: bool) -> Box:
        """Return the bar of a station; those before one that something joins are below what joins."""
        x, y = self.xs[place], self.top
        if below:
            joining = next(other.joining.count for other in self.stages if other.joining)
            y += self._thick(joining) + _JOINING
        label_y = y - _GAP if below else self._label_y(place)
        return Box(x, y, self.frame.bar, self._thick(stage.count), stage.label, stage.count, "flow", x, label_y)

    def _label_y(self, place: int) -> float:
        """Return where the label of a station at the top is."""
        return self.top - _GAP - (_LINE * (len(self.stages) - 1 - place) if self.frame.lines else 0.0)

    def _part(self, place: int) -> list[float]:
        """Draw the bands to the next station; return where the bands of its own leaves begin."""
        stage, box = self.stages[place], self.boxes[place]
        at = box.y
        if place + 1 < len(self.stages):
            following, target = self.stages[place + 1], self.boxes[place + 1]
            passed = self.scale * (stage.count - sum(leaf.count for leaf in stage.leaves))
            arriving = self.scale * (following.count - (following.joining.count if following.joining else 0))
            to = target.y
            if following.joining:
                to += self._join(following.joining, place, target)
            self._band(box, (at, at + passed), target.x, (to, to + arriving), "flow")
            at += passed
        starts = []
        for leaf in stage.leaves:
            starts.append(at)
            at += self.scale * leaf.count
        return starts

    def _join(self, leaf: Leaf, place: int, target: Box) -> float:
        """Draw what joins, above the station before; return how much of the target it takes up."""
        x, height = self.xs[place], self._thick(leaf.count)
        box = Box(x, self.top, self.frame.bar, height, leaf.label, leaf.count, leaf.tone, x, self._label_y(place))
        self.boxes.append(box)
        self._band(box, (box.y, box.y + height), target.x, (target.y, target.y + height), leaf.tone)
        return height

    def _leaves(self, starts: list[list[float]]) -> None:
        """Draw all outcomes in one column: those of the last station first, so that no band crosses another."""
        y = self.top
        for place in reversed(range(len(self.stages))):
            for leaf, start in zip(self.stages[place].leaves, starts[place], strict=True):
                height = self._thick(leaf.count)
                if not height:
                    continue
                room = max(height, self.frame.pitch)
                at = y + (room - height) / 2
                box = Box(
                    self.frame.leaf_x, at, self.frame.bar, height, leaf.label, leaf.count, leaf.tone,
                    self.frame.leaf_x + self.frame.bar, y + room / 2,
                )  # fmt: skip
                self.leaves.append(box)
                # A rare one begins as thin as it is, so that all bands fit their station, and widens to a hair.
                begins = (start, start + self.scale * leaf.count)
                self._band(self.boxes[place], begins, box.x, (at, at + height), leaf.tone)
                y += room + 2

    def _band(self, source: Box, start: tuple[float, float], x: float, end: tuple[float, float], tone: str) -> None:
        left = source.x + source.width
        bend = (left + x) / 2
        (a, b), (c, d) = start, end
        path = (
            f"M{left:.1f} {a:.1f}C{bend:.1f} {a:.1f} {bend:.1f} {c:.1f} {x:.1f} {c:.1f}"
            f"L{x:.1f} {d:.1f}C{bend:.1f} {d:.1f} {bend:.1f} {b:.1f} {left:.1f} {b:.1f}Z"
        )
        self.bands.append(Band(path, tone))
