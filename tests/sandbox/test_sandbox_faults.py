"""The practice API misbehaves as told: every fault of the table, on the wire."""

from __future__ import annotations

import json
import re
import socket
from contextlib import suppress
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import httpx
import pytest

from stopimport.sandbox.faults import FAULTS, Effect

PAGE = rb"content-type: text/html.*<h1>"
REPLIES = {
    "error": rb"HTTP/1.1 500 .*" + PAGE,
    "gateway": rb"HTTP/1.1 502 .*" + PAGE,
    "unavailable": rb"HTTP/1.1 503 .*retry-after: 1\r\n.*",
    "too-many": rb"HTTP/1.1 429 .*retry-after: \w{3}, .* GMT\r\n.*",
    "code-500": rb'HTTP/1.1 200 .*"success": false, "code": 500',
    "blocked": rb'HTTP/1.1 200 .*"success": false, "code": 30',
    "forbidden": rb"HTTP/1.1 403 .*" + PAGE,
    "not-found": rb"HTTP/1.1 404 .*" + PAGE,
    "redirect": rb"HTTP/1.1 302 .*location: /moved\r\n",
    "html": rb"HTTP/1.1 200 .*" + PAGE,
    "empty": rb"HTTP/1.1 200 .*content-length: 0\r\n.*\r\n\r\n$",
    "half": rb'HTTP/1.1 200 .*content-length: 21\r\n.*\r\n\r\n{"success": true, "co$',
    "truncated": rb'HTTP/1.1 200 .*content-length: 43\r\n\r\n{"success": true, "co$',
    "malformed": rb'{\n    "success": true,\n    "code": 200\n    "stopId": 1\n}$',
    "xml": rb"<result>\s*<entry>true</entry>\s*<entry>200</entry>\s*<entry>1</entry>\s*</result>\s*$",
    "strings": rb'{"success": "true", "code": "200", "stopId": "1"}$',
    "contradiction": rb'{"success": false, "code": 200, "stopId": 1}$',
    "bad-request": rb"HTTP/1.1 200 .*",
    "partial": rb'{"success": true, "code": 200, "stopId": 1}$',
    "slow": rb'{"success": true, "code": 200, "stopId": 1}$',
    "drip": rb'content-length: 43\r\nconnection: close\r\n\r\n{"success": true, "code": 200, "stopId": 1}$',
    "silence": rb"^$",
    "huge": rb"x{1000000}",
    "junk": rb"^SSH-2.0-practice\r\n\x00\x01\x02\x03$",
    "drop": rb"^$",
    "drop-before": rb"^$",
    "drop-after": rb"^$",
    "reset": rb"^reset$",
}
QUICK = {"slow": ":0.01", "drip": ":0.001", "silence": ":0.01", "huge": ":2"}


def raw_add(caller, number):
    """Call `add` over a bare socket and return all that came back, ``reset`` if it ended in a reset."""
    address = urlsplit(caller.practice.url)
    body = json.dumps({"apiKey": caller.practice.key, "phoneNumber": number})
    request = (
        f"POST /v1/stop-sms/add HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n{body}"
    )
    received = b""
    with socket.create_connection((address.hostname, address.port), timeout=60) as listener:
        listener.sendall(request.encode())
        try:
            while piece := listener.recv(1 << 20):
                received += piece
        except ConnectionResetError:
            return b"reset"
    return received


def statuses(caller, numbers):
    """Call `add` for each number and return {number: HTTP status}."""
    return {number: caller.add(number).status_code for number in numbers}


def mobiles(count):
    """Return made-up numbers."""
    return [f"+336{12345000 + tail}" for tail in range(count)]


@pytest.mark.parametrize("name", FAULTS)
def test_fault_on_the_wire(start, name):
    """Each fault answers exactly what it promises, and takes the number never, always or half of the times."""
    caller = start(f"{name}=1{QUICK.get(name, '')}", seed=1)
    first, *others = mobiles(12)

    assert re.search(REPLIES[name], raw_add(caller, first), re.DOTALL)
    for number in others:
        raw_add(caller, number)
    taken = len(caller.numbers())
    if FAULTS[name].effect is Effect.SOMETIMES:
        assert 0 < taken < 12
    else:
        assert taken == (12 if FAULTS[name].effect is Effect.ALWAYS else 0)
    assert caller.practice.calls.by_fault == {name: 12}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_strike_all_endpoints(start, name):
    """`list` and `delete` misbehave just as `add` does, and the server lives on."""
    quick = QUICK.get(name, "")
    caller = start(f"list/{name}=1{quick}@2-2", f"delete/{name}=1{quick}@3-3")
    caller.add("+33612345678")

    for endpoint in ("list", "delete"):
        with suppress(httpx.TransportError):
            caller.get(endpoint, id=9)

    assert caller.practice.calls.by_fault == {name: 2}
    assert caller.get("list").json()["nbData"] == 1


def test_same_seed_same_faults_in_any_order(start):
    """With the same seed each number meets the same fault, whatever the order of the calls; with another, another."""
    numbers = mobiles(60)
    first = statuses(start(error_rate=0.4, seed=7), numbers)
    backwards = statuses(start(error_rate=0.4, seed=7), numbers[::-1])
    other = statuses(start(error_rate=0.4, seed=8), numbers)

    assert first == backwards
    assert first != other


def test_every_repetition_draws_again(start):
    """A number that met a fault can get through when it is sent again."""
    caller = start(error_rate=0.5, seed=3)
    numbers = mobiles(20)
    courses = [[caller.add(number).status_code for _ in range(12)] for number in numbers]

    assert all({200, 500} == set(course) for course in courses)


def test_share_of_faults(start):
    """The share of faulty calls is about the rate given."""
    caller = start(error_rate=0.25, seed=5)

    failed = list(statuses(caller, mobiles(400)).values()).count(500)

    assert 70 <= failed <= 130
    assert caller.practice.calls.by_fault["error"] == failed


def test_one_call_meets_one_fault_at_most(start):
    """Rates add up: rules share the calls between them."""
    caller = start("html=0.5", error_rate=0.5, seed=5)
    for number in mobiles(100):
        caller.add(number)

    assert caller.practice.calls.by_fault.total() == 100
    assert set(caller.practice.calls.by_fault) == {"error", "html"}


def test_dropped_connections_leave_the_caller_in_doubt(start):
    """`--drop-rate` drops connections before or after the number was taken."""
    caller = start(drop_rate=1.0, seed=2)
    for number in mobiles(20):
        assert raw_add(caller, number) == b""

    assert 0 < len(caller.numbers()) < 20


def test_rule_for_a_stretch_of_calls(start):
    """A rule with FIRST and LAST strikes these calls only, counted from 1."""
    caller = start("code-500=1@3-5")

    codes = [caller.add(number).json()["code"] for number in mobiles(7)]

    assert codes == [200, 200, 500, 500, 500, 200, 200]


def test_account_blocked_after_some_calls(start):
    """`blocked=1:CODE@N` refuses the account from call N on, with an accented message."""
    caller = start("blocked=1:20@3")

    answers = [caller.add(number).json() for number in mobiles(5)]

    assert [answer["code"] for answer in answers] == [200, 200, 20, 20, 20]
    assert answers[-1]["message"] == "Accès refusé"


def test_retry_after_as_date(start):
    """The date of `Retry-After` is its seconds after the answer's own date, rounded down to seconds."""
    headers = start("too-many=1:90").add("+33612345678").headers

    ahead = parsedate_to_datetime(headers["retry-after"]) - parsedate_to_datetime(headers["date"])
    assert 89 <= ahead.total_seconds() <= 95


def test_partial_list_counts_more_than_it_gives(start):
    """A partial list announces all entries and gives fewer."""
    caller = start("list/partial=1:2")
    for number in mobiles(5):
        caller.add(number)

    answer = caller.get("list").json()

    assert (answer["nbData"], len(answer["data"])) == (5, 3)


def test_refusals_with_http_400(start):
    """`bad-request` gives refusals HTTP 400 and leaves the body as it is."""
    response = start("bad-request=1").add("12")

    assert (response.status_code, response.json()["code"]) == (400, 9)
