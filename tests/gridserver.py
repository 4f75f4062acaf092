"""A coordinator without a network: the arithmetic of `grid`, by a clock and with the faults that a test gives it."""

from __future__ import annotations

from dataclasses import asdict

import msgspec

from stopimport.sending import grid
from stopimport.sending.grid import Asker, KeeperAwayError, Mark


class GridServer:
    """What answers as the script does; a test of the script compares the two.

    Args:
        clock: tells the time here.
        ahead: what the server's clock shows more.
        passing: lets time pass.
        ways: give the seconds of each way, there and back in turn.
    """

    def __init__(self, clock, ahead, passing, ways):
        self.clock, self.ahead, self._passing, self._ways = clock, ahead, passing, ways
        self.away = False
        self.state, self.boot = None, "first"

    def __call__(self, _key, asked):
        """Answer."""
        if self.away:
            self._passing(0.5)
            raise KeeperAwayError("away")
        self._passing(next(self._ways))
        answer = self.answer(msgspec.msgpack.decode(asked))
        self._passing(next(self._ways))
        return msgspec.msgpack.encode(answer)

    def answer(self, asked):
        """Do what is asked."""
        now = self.clock() + self.ahead
        state = self.state
        if asked["op"] == "lost" or state is None or state.boot != self.boot or state.seen > now:
            state = self.state = grid.fresh(self.boot, asked["token"], now, asked["window"], asked["lag"])
        told = by_grid(state, asked, now)
        state.seen = now
        return told | {"now": now, "generation": state.generation}

    def close(self):
        """Close nothing."""


def by_grid(state, asked, now):
    """Return what `grid` answers to a request."""
    asker = Asker(asked["name"], asked["rate"], asked["window"], asked["adds"])
    mark = Mark(**asked["mark"]) if asked["mark"] else None
    match asked["op"]:
        case "deal":
            return asdict(grid.deal(state, asker, now, mark))
        case "join":
            return {"mark": asdict(grid.join(state, asker, now))}
        case "back":
            place = grid.back(state, asker, mark, now)
            return {"mark": place and asdict(place)}
        case "alone":
            return {"alone": mark is not None and grid.alone(state, mark)}
        case "hold":
            grid.hold(state, now, asked["seconds"], asked["http"])
        case "slow_down":
            grid.slow_down(state, now, asked["seconds"], asked["http"], asked["since"])
        case "pause":
            grid.pause(state, asker, now, on=asked["on"])
        case "leave" | "late" as op:
            getattr(grid, op)(state, asker, now)
    return {}
