"""Servers that are not quite the API: what `run` makes of them."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

GOOD = "Mobile\n06 00 00 10 01\n06 00 00 10 02\n"


@pytest.fixture
def server():
    """A small server that adds every number, has no list, and can be told to redirect or to be elsewhere."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self, status, body=None, **headers):
            data = json.dumps(body).encode() if body else b""
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self):
            self.answer(404)

        def do_POST(self):
            number = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["phoneNumber"]
            if self.server.mode == "adds":
                self.server.numbers.append(number)
                self.answer(200, {"success": True, "code": 200, "stopId": len(self.server.numbers)})
            else:
                self.answer(302, Location="https://example.org/elsewhere")

        def log_message(self, *_):
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.numbers, server.mode = [], "adds"
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def address(server):
    """Return what reaches the server."""
    return {"SMSPARTNER_API_KEY": "key", "STOPIMPORT_BASE_URL": f"http://127.0.0.1:{server.server_port}/v1"}


def test_without_a_list_every_number_is_sent(program, server):
    """If the stop list cannot be fetched, the run says so and sends everything."""
    program.write("good.csv", GOOD)
    done = program("run", "good.csv", "--out", "r", **address(server))
    assert done.returncode == 0, done.stderr.decode()
    assert sorted(server.numbers) == ["+33600001001", "+33600001002"]
    summary = program.summary("r")
    assert summary["stop_list"]["fetched"] == "no"
    assert any("stop list" in notice for notice in summary["notices"])


def test_a_redirect_stops_the_run_and_names_the_address(program, server):
    """Redirects are never followed: the run is aborted, exit 3, and the message names the address."""
    server.mode = "redirects"
    program.write("good.csv", GOOD)
    done = program("run", "good.csv", "--out", "r", **address(server))
    assert done.returncode == 3
    assert f"127.0.0.1:{server.server_port}" in done.stderr.decode()
    assert program.summary("r")["state"] == "aborted"
    assert program.summary("r")["counts"]["not_sent"] == 2
