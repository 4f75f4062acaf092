"""The practice API as a server: starts, tells its address, counts, limits, delays, and ends cleanly."""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import httpx
import pytest

from stopimport.sandbox.app import RateLimit
from stopimport.sandbox.errors import SandboxAddressRefused, SandboxAddressTaken
from stopimport.sandbox.options import FaultRule, SandboxOptions
from stopimport.sandbox.server import running, serve

NUMBER = "+33612345678"


def unused(_url):
    """Stand in where nothing gets ready."""
    raise AssertionError


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ends_cleanly_on_a_signal(spawn, number):
    """SIGINT and SIGTERM end the server with exit code 0, even while a caller keeps its connection open."""
    process, url = spawn()
    with httpx.Client(trust_env=False) as client:
        assert client.get(f"{url}/stop-sms/list").json()["code"] == 1
        process.send_signal(number)
        assert process.wait(30) == 0
    assert process.stdout.read() == ""


def test_port_in_use_is_told():
    """A port that another program uses is refused with exit code 2 and the way out."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SandboxAddressTaken, match=f"Port {port} .*--port") as error:
            serve(SandboxOptions(port=port), on_ready=unused)
    assert error.value.exit_code == 2


def test_address_of_another_machine_is_told():
    """An address that this machine has not is refused."""
    with pytest.raises(SandboxAddressRefused, match=r"192\.0\.2\.1"):
        serve(SandboxOptions(host="192.0.2.1"), on_ready=unused)


def test_in_process_server_takes_a_free_port_and_gives_it_back():
    """Two run side by side, both on this machine's own address; afterwards nothing is left of them."""
    threads = threading.active_count()
    handlers = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with running(SandboxOptions()) as one, running(SandboxOptions()) as two:
        assert one.url != two.url
        assert urlsplit(one.url).hostname == "127.0.0.1"
        assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers

    assert threading.active_count() == threads
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{one.url}/stop-sms/list", trust_env=False)


def test_ending_sleeps_nowhere(monkeypatch):
    """A server that is told to end wakes by that, and waits for no clock, also while callers keep their connection."""
    slept = []
    monkeypatch.setattr(asyncio, "sleep", slept.append)
    with httpx.Client(trust_env=False) as client, running(SandboxOptions()) as practice:
        assert client.get(f"{practice.url}/stop-sms/list").json()["code"] == 1

    assert [] == slept


def test_ends_with_calls_in_flight():
    """Ending does not wait for answers that would take hours: calls in flight get theirs at once."""
    with socket.socket() as listener:
        with running(SandboxOptions(faults=(FaultRule("drip", 1, amount=3600, endpoint="list"),))) as practice:
            address = urlsplit(practice.url)
            listener.connect((address.hostname, address.port))
            listener.sendall(b"GET /v1/stop-sms/list HTTP/1.1\r\nHost: x\r\n\r\n")
            received = listener.recv(1000)
        while piece := listener.recv(1000):
            received += piece
    assert received.endswith(b'{"success": false, "code": 1, "message": "API key is required"}')


def test_calls_are_counted(caller):
    """Calls are counted by endpoint with their times of arrival; unknown paths are no calls."""
    before = time.monotonic()
    caller.add(NUMBER)
    caller.add(NUMBER)
    caller.get("list")
    caller.client.get("/elsewhere")
    calls = caller.practice.calls

    assert calls.by_endpoint == {"add": 2, "list": 1}
    assert calls.total == 3
    assert before <= calls.arrivals[0] <= calls.arrivals[1] <= calls.arrivals[2] <= time.monotonic()
    assert (calls.in_flight, calls.most_in_flight) == (0, 1)


def test_latency_delays_answers(start):
    """No answer comes before the latency has passed, and calls wait side by side."""
    caller = start(latency=0.2)
    before = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(caller.add, [f"+3361234567{tail}" for tail in range(4)]))

    assert time.monotonic() - before >= 0.2
    assert caller.practice.calls.most_in_flight > 1


def test_rate_limit_counts_any_second():
    """As many calls as allowed pass in any second; calls turned away do not count."""
    limit = RateLimit(3)

    assert [limit.wait(now) == 0 for now in (0.0, 0.5, 0.9, 0.95, 1.0, 1.4, 1.5)] == [
        True, True, True, False, True, False, True,
    ]  # fmt: skip
    assert limit.wait(1.75) == pytest.approx(0.15)


def test_no_rate_limit():
    """Without a limit every call passes."""
    limit = RateLimit(None)

    assert all(limit.wait(0.0) == 0 for _ in range(100))


def test_calls_above_the_rate_limit_are_turned_away(start):
    """Calls above the limit get HTTP 429 with Retry-After and do nothing."""
    caller = start(rate_limit=2)
    numbers = [f"+336123456{tail:02}" for tail in range(40)]
    responses = {number: caller.add(number) for number in numbers}
    calls = caller.practice.calls
    away = [response for response in responses.values() if response.status_code == 429]

    # Two in each second that the calls took, and two more in the one that had begun.
    assert len(numbers) - len(away) <= 2 * (calls.arrivals[-1] - calls.arrivals[0]) + 2
    assert calls.limited == len(away) > 0
    assert {response.headers["retry-after"] for response in away} == {"1"}
    assert caller.numbers() == [number for number, response in responses.items() if response.status_code == 200]


def test_logs_hold_no_number_and_no_key(start, caplog):
    """Nothing that the server logs, at any level, holds a number or the key."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx", "httpcore"):
        caplog.set_level(logging.CRITICAL, logger=name)
    caller = start(key="very-secret")
    caller.add(NUMBER)
    caller.add("+12")
    caller.get("list")
    caller.get("delete", id=1)
    address = urlsplit(caller.practice.url)
    with socket.create_connection((address.hostname, address.port)) as listener:
        listener.sendall(b"GET very-secret +33612345678\r\n\r\n")
        assert listener.recv(100).startswith(b"HTTP/1.1 400")

    assert "very-secret" not in caplog.text
    assert "612345678" not in caplog.text


def test_callers_who_leave_do_no_harm(start, caplog):
    """A caller who hangs up in the middle of the request or of the answer ends its call, and nothing is logged."""
    caller = start("list/drip=1:0.001")
    address = urlsplit(caller.practice.url)
    for request in (
        b"POST /v1/stop-sms/add HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 90\r\n\r\n",
        b"GET /v1/stop-sms/list HTTP/1.1\r\nHost: x\r\n\r\n",
    ):
        with socket.create_connection((address.hostname, address.port)) as listener:
            listener.sendall(request)
            assert listener.recv(12) in (b"HTTP/1.1 100", b"HTTP/1.1 200")

    assert caller.add(NUMBER).json()["code"] == 200
    assert caller.practice.calls.by_endpoint == {"add": 2, "list": 1}
    assert caplog.text == ""
