"""What a part finds out: one figure, and the goal that it is held against."""

from __future__ import annotations

from dataclasses import dataclass

_FORMATS = {
    "times": "{:.2f} x",
    "%": "{:.1f} %",
    "MB": "{:,.0f} MB",
    "s": "{:.2f} s",
    "ms": "{:.3f} ms",
    "exponent": "{:.2f}",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table and one bar of the chart."""

    what: str
    value: float
    unit: str
    """``times``, ``%``, ``MB``, ``s`` or ``ms``; anything else is written behind the number."""
    facts: str
    """The measurements that the value was worked out from."""
    at_least: float | None = None
    """The goal, where more is better."""
    at_most: float | None = None
    """The goal, where less is better."""

    @property
    def goal(self) -> float | None:
        """The value to reach, or None for a figure that is only shown."""
        return self.at_most if self.at_least is None else self.at_least

    @property
    def reach(self) -> float | None:
        """How far the value is towards its goal; 1 and above is met, whichever way is better."""
        if self.at_least is not None:
            return self.value / self.at_least
        return self.at_most / max(self.value, 1e-9) if self.at_most is not None else None

    def text(self, value: float) -> str:
        """Return `value` in this figure's unit."""
        return _FORMATS.get(self.unit, "{:,.0f} " + self.unit).format(value)

    @property
    def goal_text(self) -> str:
        """The goal as people read it, blank without one."""
        return "" if self.goal is None else f"{'<=' if self.at_least is None else '>='} {self.text(self.goal)}"
