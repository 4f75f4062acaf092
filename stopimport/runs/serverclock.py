"""What a server's answers say of its clock."""

from __future__ import annotations

_DRIFT = 0.0005
"""What two clocks may go apart in a second."""
_GRAIN = 2e-6
"""Seconds below which no clock is exact."""


class ServerClock:
    """Where the server's clock lies beside ours: our time is its time plus something from `low` to `high`."""

    def __init__(self) -> None:
        self.low = self.high = 0.0
        self._known_at: float | None = None

    @property
    def width(self) -> float:
        """Seconds that are not known."""
        return self.high - self.low

    def learn(self, sent: float, theirs: float, arrived: float) -> bool:
        """Learn from an answer that it was `theirs` there between two of our moments; False: a clock was set."""
        low, high = sent - theirs, arrived - theirs
        known, self._known_at = self._known_at, sent
        if known is not None:
            drift = (arrived - known) * _DRIFT + _GRAIN
            # Where neither bound fits the other answer any more no clock that only drifts explains both.
            if max(low, self.low - drift) > min(high, self.high + drift):
                self.low, self.high = low, high
                return False
            low, high = max(low, self.low - drift), min(high, self.high + drift)
        self.low, self.high = low, high
        return True
