"""The vendor's sample clients work against the practice API: their exact bytes, recorded from the real programs.

The recordings of .NET follow its documented behaviour: `HttpClient` sends no header of its own but Host, and
`HttpWebRequest` waits for '100 Continue' before it sends the body.
"""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

COMPACT = b'{"apiKey":"practice-key","phoneNumber":"+33612345678"}'
SPACED = b'{"apiKey": "practice-key", "phoneNumber": "+33612345678"}'
HEADERS = {
    "curl": (
        b"Host: 127.0.0.1:8025\r\nUser-Agent: curl/7.88.1\r\nAccept: */*\r\n"
        b"Content-Type: application/json\r\nContent-Length: 54\r\n"
    ),
    "PHP": (
        b"Host: 127.0.0.1:8025\r\nAccept: */*\r\nContent-Length: 54\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n"
    ),
    "Node": (
        b"Content-Type: application/json\r\nContent-Length: 54\r\nHost: 127.0.0.1:8025\r\nConnection: keep-alive\r\n"
    ),
    "Java": (
        b"Content-Type: application/json\r\nUser-Agent: Java/17.0.15\r\nHost: 127.0.0.1:8025\r\n"
        b"Accept: text/html, image/gif, image/jpeg, */*; q=0.2\r\nConnection: keep-alive\r\nContent-Length: 57\r\n"
    ),
    "Go": (
        b"Host: 127.0.0.1:8025\r\nUser-Agent: Go-http-client/1.1\r\nContent-Length: 54\r\n"
        b"Content-Type: application/json\r\nAccept-Encoding: gzip\r\n"
    ),
    "Python": (
        b"Host: 127.0.0.1:8025\r\nUser-Agent: python-requests/2.34.2\r\nAccept-Encoding: gzip, deflate\r\n"
        b"Accept: */*\r\nConnection: keep-alive\r\nContent-Length: 57\r\n"
    ),
    "C#": b"Host: 127.0.0.1:8025\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 54\r\n",
}
BODIES = {"Java": SPACED, "Python": SPACED}
LINE = b"POST /v1/stop-sms/add HTTP/1.1\r\n"


def connect(caller):
    """Open a bare connection to the practice API."""
    address = urlsplit(caller.practice.url)
    return socket.create_connection((address.hostname, address.port), timeout=60)


def answer(listener):
    """Return one whole answer: status line, and body as announced."""
    received = listener.makefile("rb")
    status = received.readline()
    headers = dict(line.lower().split(b": ", 1) for line in iter(received.readline, b"\r\n"))
    return status.strip(), received.read(int(headers[b"content-length"]))


@pytest.mark.parametrize("client", HEADERS)
@pytest.mark.parametrize("pieces", ["whole", "split"])
def test_recorded_request_is_understood(caller, client, pieces):
    """The bytes that each sample sends put the number on the list, in one piece or head and body apart."""
    head, body = LINE + HEADERS[client] + b"\r\n", BODIES.get(client, COMPACT)
    with connect(caller) as listener:
        for piece in [head + body] if pieces == "whole" else [head, body]:
            listener.sendall(piece)

        assert answer(listener) == (b"HTTP/1.1 200 OK", b'{"success": true, "code": 200, "stopId": 1}')
    assert caller.numbers() == ["+33612345678"]


def test_visual_basic_waits_for_continue_and_gets_code_2(refuser):
    """The Visual Basic sample waits for '100 Continue'; its `phoneNumbers` is a missing number: code 2."""
    body = b'{"apiKey":"practice-key","phoneNumbers":"+33612345678"}'
    with connect(refuser) as listener:
        listener.sendall(
            LINE + b"Content-Type: application/json; charset=utf-8\r\nHost: 127.0.0.1:8025\r\n"
            b"Content-Length: %d\r\nExpect: 100-continue\r\nConnection: Keep-Alive\r\n\r\n" % len(body)
        )
        assert listener.recv(1000).startswith(b"HTTP/1.1 100 Continue\r\n")
        listener.sendall(body)

        status, text = answer(listener)
    assert status == b"HTTP/1.1 200 OK"
    assert b'"success": false, "code": 2' in text
    assert refuser.numbers() == []


def test_python_sample_as_printed_gets_code_2(refuser):
    """The Python sample as printed spells the field `phoneNumbers`: code 2."""
    body = SPACED.replace(b"phoneNumber", b"phoneNumbers")
    with connect(refuser) as listener:
        listener.sendall(LINE + HEADERS["Python"].replace(b"57", b"58") + b"\r\n" + body)

        assert b'"success": false, "code": 2' in answer(listener)[1]
