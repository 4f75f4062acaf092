"""What tests of the commands share: quick commands, and a stop list that answers by script."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from subprocess import CompletedProcess
from urllib.parse import parse_qs, urlsplit

import pytest
from inside import inside


class Quick:
    """The command in this process, always, and what it prints as text."""

    def __init__(self, program):
        self.program = program

    def __call__(self, *args, **variables):
        """Run a command to its end; `variables` are added to its environment."""
        environment = self.program.environment | variables
        code, out, err = inside(self.program.folder, environment, list(map(str, args)))
        return CompletedProcess(args, code, out.decode(), err.decode())

    def __getattr__(self, name):
        return getattr(self.program, name)


@pytest.fixture
def quick(program):
    """The command, quickly."""
    return Quick(program)


class Vendor:
    """A stop list whose answers tests can change: `entries` is what it lists, `odd` answers before it does."""

    def __init__(self):
        self.entries = []
        self.calls = []
        self.odd = {}
        self.announced = None
        self.url = ""

    def answer(self, endpoint, fields):
        """Return the body for a call, as the documentation has it."""
        self.calls.append(endpoint)
        if endpoint in self.odd:
            return self.odd[endpoint]
        if endpoint == "add":
            self.entries.append({"id": len(self.calls), "phoneNumber": fields["phoneNumber"], "createdAt": ""})
            return {"success": True, "code": 200, "stopId": len(self.calls)}
        if endpoint == "list":
            announced = len(self.entries) if self.announced is None else self.announced
            return {"success": True, "code": 200, "nbData": announced, "data": self.entries}
        left = [entry for entry in self.entries if str(entry["id"]) != fields["id"][0]]
        gone, self.entries = len(left) < len(self.entries), left
        return {"success": gone, "code": 200 if gone else 4}


@pytest.fixture
def vendor(program):
    """A stop list that answers by script; `program` reaches it."""
    vendor = Vendor()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            url = urlsplit(self.path)
            self._reply(vendor.answer(url.path.rpartition("/")[2], parse_qs(url.query)))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._reply(vendor.answer("add", json.loads(body)))

        def _reply(self, fields):
            body = json.dumps(fields).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        vendor.url = f"http://127.0.0.1:{server.server_port}/v1"
        program.environment |= {"SMSPARTNER_API_KEY": "practice-key", "STOPIMPORT_BASE_URL": vendor.url}
        try:
            yield vendor
        finally:
            server.shutdown()
            thread.join()
