"""Every fault of the line, for each of the three calls."""

from __future__ import annotations

import asyncio

import pytest
from rawserver import ADDED, KEY, QUICK, call, drip, drop, flood, hang, http, numbers, reset, truncated

from stopimport.sending.calls import Judgement
from stopimport.smspartner.client import StopListClient, Timeouts

NUMBER = numbers(1)[0]

FAULTS = {
    "dropped": drop,
    "reset": reset,
    "never answered": hang,
    "dripping": drip,
    "endless": flood,
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-",
    "huge head": b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    "truncated": truncated(),
    "truncated chunk": b"HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{",
    "empty": http(200),
    "no content": http(204),
    "page": http(200, "<!DOCTYPE html><html><body>Maintenance</body></html>"),
    "half a reply": http(200, '{"success": true, "co'),
    "broken compression": http(200, b"nonsense", Content_Encoding="gzip"),
    "contradiction": http(200, {"success": False, "code": 200}),
    "contradicting status": http(400, {"success": True, "code": 200}),
}
CALLS = {
    "add": lambda client: client.add(NUMBER),
    "delete": lambda client: client.delete("19"),
    "list": lambda client: client.list_now(),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("name", CALLS)
def test_every_fault_of_the_line_is_a_reply_in_doubt(name, fault):
    """A call whose answer never comes whole, or says nothing, is made once, in doubt, and explained."""
    small = Timeouts(call=0.3, list=0.3)
    reply, server = call(lambda _call, _n: FAULTS[fault], CALLS[name], timeouts=small)
    reply = reply[0] if name == "list" else reply

    assert (reply.judgement, reply.doubt, reply.sent, reply.code) == (Judgement.RETRY, True, True, None)
    assert reply.message
    assert "k3y" not in reply.message
    assert len(server.calls) == 1


@pytest.mark.parametrize("name", CALLS)
def test_a_reused_connection_that_drops_is_not_silently_tried_again(name):
    """The library would send a GET twice when a kept connection breaks off; the rate would not know."""

    async def twice(client):
        await client.add(NUMBER)
        return await CALLS[name](client)

    _, server = call(lambda _call, n: drop if n else ADDED, twice)

    assert len(server.calls) == 2
    assert server.connections == 1


@pytest.mark.parametrize("name", CALLS)
def test_a_refused_connection_was_not_sent(name):
    """Where no connection came about there is no doubt."""

    async def calling():
        async with StopListClient(KEY, "http://127.0.0.1:1/v1", timeouts=QUICK) as client:
            return await CALLS[name](client)

    reply = asyncio.run(calling())
    reply = reply[0] if name == "list" else reply

    assert (reply.judgement, reply.doubt, reply.sent, reply.http) == (Judgement.RETRY, False, False, 0)
    assert reply.message == "The connection to the server failed."


def test_a_server_name_that_does_not_exist_was_not_sent():
    """A name that cannot be found is said so."""

    async def calling():
        async with StopListClient(KEY, "https://nothing.invalid/v1", timeouts=QUICK) as client:
            return await client.add(NUMBER)

    reply = asyncio.run(calling())

    assert (reply.sent, reply.message) == (False, "The server's name could not be resolved.")


def test_a_huge_body_is_not_read_into_memory():
    """Of a body of 100 MB no more than the limit is read."""
    import tracemalloc

    async def measured(client):
        tracemalloc.start()
        reply = await client.add(NUMBER)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return reply, peak

    (reply, peak), _ = call(lambda _call, _n: flood, measured)

    assert reply.message == "The answer was larger than 1 MB, so it was not read."
    assert peak < 10_000_000


@pytest.mark.parametrize(("size", "judgement"), [(1_000_000, Judgement.DONE), (1_000_001, Judgement.RETRY)])
def test_bodies_may_have_one_megabyte(size, judgement):
    """A body of 1 MB is read, a larger one is not."""
    body = b'{"success": true, "code": 200, "stopId": 300}'.ljust(size)
    reply, _ = call(lambda _call, _n: http(200, body), lambda client: client.add(NUMBER))

    assert judgement is reply.judgement
