"""The practice API as an ASGI application: routes, limit, latency and faults around the documented answers."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from array import array
from collections import Counter, deque
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING

from stopimport.sandbox.answers import Answer, Call, answer
from stopimport.sandbox.chance import Chance
from stopimport.sandbox.exchange import Exchange
from stopimport.sandbox.faults import reply

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from stopimport.sandbox.options import SandboxOptions
    from stopimport.sandbox.store import PracticeList

_PREFIX = "/v1/stop-sms/"
_METHODS = {"add": "POST", "list": "GET", "delete": "GET"}
_JSON = "application/json"


class Calls:
    """What the practice API has seen, for tests; no number and no key among it."""

    def __init__(self) -> None:
        self.by_endpoint: Counter[str] = Counter()
        self.by_fault: Counter[str] = Counter()
        self.by_content: Counter[bytes] = Counter()
        """How often each call came that a fault rule concerned, by a digest of what it asked for."""
        self.limited = 0
        """Calls answered with HTTP 429 because of the rate limit."""
        self.arrivals: array[float] = array("d")
        """`time.monotonic()` of every call's arrival."""
        self.in_flight = 0
        self.most_in_flight = 0

    @property
    def total(self) -> int:
        """Calls of the three endpoints so far."""
        return len(self.arrivals)


class RateLimit:
    """Lets `most` calls through in any second.

    Args:
        most: None for no limit.
    """

    def __init__(self, most: int | None) -> None:
        self._most = most
        self._taken: deque[float] = deque(maxlen=most)

    def wait(self, now: float) -> float:
        """Return 0 and count the call, or the seconds until there is room for one."""
        if self._most is None:
            return 0.0
        if len(self._taken) == self._most and now - self._taken[0] < 1:
            return 1 - (now - self._taken[0])
        self._taken.append(now)
        return 0.0


class PracticeApi:
    """The ASGI application.

    A plain one rather than starlette's router: three fixed routes, and benchmarks measure clients against it.

    Args:
        options: how it behaves.
        stop_list: what it serves.
    """

    def __init__(self, options: SandboxOptions, stop_list: PracticeList) -> None:
        self.calls = Calls()
        self.closing = asyncio.Event()
        self._options = options
        self._stop_list = stop_list
        self._limit = RateLimit(options.rate_limit)
        self._chance = Chance(options.rules(), options.seed, self.calls.by_content)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call."""
        exchange = Exchange(scope, receive, send, self.closing)
        path: str = scope["path"]
        endpoint = path.removeprefix(_PREFIX)
        method = _METHODS.get(endpoint) if path.startswith(_PREFIX) else None
        if method is None:
            await exchange.reply(_error("Not found"), _JSON, 404)
        elif scope["method"] != method:
            await exchange.reply(_error("Method not allowed"), _JSON, 405, {"Allow": method})
        else:
            await self._count(endpoint, exchange)

    async def _count(self, endpoint: str, exchange: Exchange) -> None:
        calls = self.calls
        now = monotonic()
        calls.by_endpoint[endpoint] += 1
        calls.arrivals.append(now)
        calls.in_flight += 1
        calls.most_in_flight = max(calls.most_in_flight, calls.in_flight)
        try:
            wait = self._limit.wait(now)
            if wait:
                calls.limited += 1
                await exchange.reply(_error("Too many requests"), _JSON, 429, {"Retry-After": str(max(ceil(wait), 1))})
            else:
                await self._serve(endpoint, calls.total, exchange)
        finally:
            calls.in_flight -= 1

    async def _serve(self, endpoint: str, number: int, exchange: Exchange) -> None:
        body = await exchange.body()
        if body is None:
            return
        request = exchange.request
        struck = self._chance.draw(endpoint, number, body or request.url.query.encode())
        if struck is None or struck.takes_effect:
            call = Call(endpoint, request.query_params, body, request.headers.get("content-type", ""))
            right = self._answer(call)
        else:
            right = Answer({})
        if self._options.latency:
            await exchange.pause(self._options.latency)
        if struck is None:
            await reply(exchange, right)
        else:
            self.calls.by_fault[struck.name] += 1
            await struck.fault.act(exchange, right, struck.amount)

    def _answer(self, call: Call) -> Answer:
        try:
            return answer(call, self._stop_list, self._options.key)
        except sqlite3.Error:
            # A full disk, say: what the vendor would call a passing fault.
            return Answer({"success": False, "code": 500, "message": "The list cannot be written"})


def _error(message: str) -> str:
    # No code: the vendor's table has none for these, so the HTTP status says it all.
    return json.dumps({"success": False, "message": message})
