"""When a call's bytes leave: after the pace has said that they may, and before it is told that they have."""

from __future__ import annotations

import asyncio
import time

import pytest
from rawserver import ADDED, KEY, QUICK, http, numbers, serving

from stopimport.sending.outcomes import SendOptions
from stopimport.sending.pace import Pace
from stopimport.smspartner.client import StopListClient

NOTHING = http(200, {"success": True, "code": 200, "nbData": 0, "data": []})


class Witness(Pace):
    """A pace that notes when it is asked and told."""

    def __init__(self):
        super().__init__(SendOptions(1000))
        self.asked, self.told = [], []

    def depart(self):
        """Note when it is asked whether bytes may leave."""
        self.asked.append(time.monotonic())
        return super().depart()

    def left(self, due=0.0):
        """Note when it is told that they have."""
        self.told.append(time.monotonic())
        super().left(due)


CALLS = {
    "add": lambda client: client.add(numbers(1)[0]),
    "list": lambda client: client.list(),
    "delete": lambda client: client.delete("7"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_bytes_leave_between_being_allowed_and_being_told(call):
    """As the kernel noted their arrival: with a new connection and with one that is open."""
    pace = Witness()

    async def calling():
        async with (
            serving(lambda made, _n: ADDED if made.method == "POST" else NOTHING) as server,
            StopListClient(KEY, server.url, pace=pace, timeouts=QUICK) as client,
        ):
            for _ in range(3):
                await call(client)
                await asyncio.sleep(0)
            return [made.at for made in server.calls]

    arrived = asyncio.run(calling())
    # The two clocks of this machine are compared within a tenth of a millisecond.
    exact = 0.0001
    for asked, at, told in zip(pace.asked, arrived, pace.told, strict=True):
        assert asked - exact < at < told + exact
