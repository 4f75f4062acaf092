"""A raw socket server that answers by script, and the helpers of the tests around it."""

from __future__ import annotations

import asyncio
import json
import math
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from arrivals import arrival, listening

from stopimport.sending.outcomes import SendOptions
from stopimport.sending.sender import SendPlan, Surroundings, send
from stopimport.sending.turns import Coming, Turn
from stopimport.smspartner.client import StopListClient, Timeouts

KEY = "k3y-0f-the-Tests/ä"
QUICK = Timeouts(connect=2, call=2, list=2)
FAST = SendOptions(rate=100_000)


@dataclass(frozen=True)
class Call:
    """One request as the server saw it."""

    at: float
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    connection: int

    @property
    def number(self):
        """The number of an `add`."""
        return json.loads(self.body)["phoneNumber"]


def http(status=200, body=b"", **headers):
    """Return the bytes of an HTTP answer; `body` may be bytes, text or something for JSON."""
    if not isinstance(body, bytes):
        body = (body if isinstance(body, str) else json.dumps(body)).encode()
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


ADDED = http(200, {"success": True, "code": 200, "stopId": 300})
LISTED = http(200, {"success": False, "code": 3, "message": "Number is already in stop list"})
REFUSED = http(400, {"success": False, "code": 9, "error": [{"elementId": "x", "message": "Numéro invalide"}]})
WRONG_KEY = http(200, {"success": False, "code": 10, "message": "Invalid API key"})


async def drop(_call, _writer):
    """Close the connection without an answer."""


async def reset(_call, writer):
    """Reset the connection without an answer."""
    writer.transport.abort()


async def hang(_call, _writer):
    """Never answer."""
    await asyncio.Event().wait()


async def drip(_call, writer):
    """Send a byte every now and then, for ever."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def flood(_call, writer):
    """Send an endless body."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n")
    with suppress(ConnectionError):
        for _ in range(1000):
            writer.write(b" " * 100_000)
            await writer.drain()


def truncated(call_body=b'{"success": true, "co'):
    """Return the bytes of an answer that ends too early."""
    return b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 500\r\n\r\n" + call_body


class RawServer:
    """Answers each request by what `script` returns for it.

    `script` takes the call and how many came before it, and returns bytes to send (the connection stays open if they
    are a whole answer) or one of the faults above.
    """

    def __init__(self, script):
        self.script = script
        self.calls = []
        self.connections = 0
        self.open = 0
        self.most_open = 0
        self.url = ""

    async def handle(self, reader, writer):
        """Serve one connection."""
        connection = self.connections = self.connections + 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                lines = head.split("\r\n")
                headers = dict(line.lower().split(": ", 1) for line in lines[1:] if line)
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                method, target, _ = lines[0].split(" ")
                url = urlsplit(target)
                call = Call(arrival(writer), method, url.path, parse_qs(url.query), headers, body, connection)
                self.calls.append(call)
                self.open += 1
                self.most_open = max(self.open, self.most_open)
                try:
                    reaction = self.script(call, len(self.calls) - 1)
                    if asyncio.iscoroutine(reaction):
                        reaction = await reaction
                    if not isinstance(reaction, bytes):
                        await reaction(call, writer)
                        return
                finally:
                    self.open -= 1
                writer.write(reaction)
                await writer.drain()
                if b"Connection: close" in reaction or not reaction.startswith(b"HTTP/1.1"):
                    return
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def serving(script, ssl=None):
    """Run a `RawServer` on a free port of this machine."""
    raw = RawServer(script)
    tasks = set()

    def connected(reader, writer):
        task = asyncio.ensure_future(raw.handle(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, sock=listening(), ssl=ssl)
    raw.url = f"{'https' if ssl else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    try:
        yield raw
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class FastClock:
    """A clock that runs `speed` times as fast as the machine's."""

    def __init__(self, speed=200):
        self.speed = speed

    def monotonic(self):
        """Return the faster time."""
        return time.monotonic() * self.speed

    def time(self):
        """Return the wall clock's time."""
        return time.time()

    async def wait(self, event, seconds):
        """Wait for `event`, or a shorter while."""
        with suppress(TimeoutError):
            async with asyncio.timeout(None if seconds == math.inf else seconds / self.speed):
                await event.wait()


@dataclass
class Book:
    """A recorder that keeps what it is given."""

    outcomes: dict = field(default_factory=dict)
    marks: list = field(default_factory=list)
    holds: list = field(default_factory=list)
    shown: list = field(default_factory=list)

    def reserve(self, upto):
        """Keep a mark."""
        self.marks.append(upto)

    def record(self, outcome):
        """Keep an outcome, which must be below the mark."""
        assert outcome.index < self.marks[-1]
        self.outcomes[outcome.index] = outcome

    def outcome(self, outcome):
        """Keep what was shown."""
        self.shown.append(outcome)

    def holding(self, reason, seconds):
        """Keep a hold."""
        self.holds.append((str(reason), seconds))

    def __getitem__(self, index):
        return self.outcomes[index]

    def statuses(self):
        """Return the statuses in the order of the numbers."""
        return [str(self.outcomes[index].status) for index in sorted(self.outcomes)]


def numbers(count):
    """Return made-up numbers of the fiction range."""
    return [f"+336399{index:05d}" for index in range(count)]


def coming(count, indices=None, calls_before=None, doubtful=()):
    """Return those at `indices` as they are sent: calls that were made for some before, and those in doubt."""
    every, calls = numbers(count), calls_before or {}
    chosen = range(count) if indices is None else indices
    turns = [Turn(at, every[at], calls.get(at, 0), doubt=at in doubtful) for at in chosen]
    return Coming(turns, len(turns))


@dataclass
class Played:
    """What a play came to."""

    result: object
    book: Book
    server: RawServer


def play(script, count=1, *, options=FAST, around=None, client=None, known=None, **plan):
    """Send `count` numbers to a server with this script.

    `around`, `client` and `plan` are fields of Surroundings, arguments of StopListClient and fields of SendPlan;
    `known` are arguments of `coming`.
    """

    async def playing():
        book = Book()
        surroundings = Surroundings(**{"clock": FastClock(), "progress": book, **(around or {})})
        chosen, those = SendPlan(**plan), coming(count, **(known or {}))
        async with serving(script) as server:
            settings = {"base_url": server.url, "timeouts": QUICK, **(client or {})}
            async with StopListClient(KEY, **settings) as caller:
                result = await send(those, caller, options=options, recorder=book, plan=chosen, around=surroundings)
        return Played(result, book, server)

    return asyncio.run(playing())


def call(script, use, **settings):
    """Return what `use(client)` returns with a server of this script, and the server."""

    async def calling():
        async with (
            serving(script) as server,
            StopListClient(KEY, server.url, **{"timeouts": QUICK, **settings}) as client,
        ):
            return await use(client), server

    return asyncio.run(calling())
