"""Small helpers of the nightly job's tests."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import mock

from stopimport.nightly.inbox import one_pass
from stopimport.nightly.intake import WallClock
from stopimport.pipeline.job import Context
from stopimport.runs.locks import place_lock
from stopimport.secrets import ApiKey
from stopimport.settings import Settings


class Hands:
    """Two clocks that the test sets: the wall's, and the one that nobody sets. `during` is what happens in a pause."""

    def __init__(self):
        self.wall, self.steady = 1_790_000_000.0, 5_000.0
        self.pauses = []
        self.during = lambda: None

    def pass_by(self, seconds):
        """Let time pass."""
        self.wall += seconds
        self.steady += seconds

    def pause(self, seconds):
        """Let the program's own pause pass."""
        self.pauses.append(seconds)
        self.during()
        self.pass_by(seconds)


def by_hand(night, hands, **settings):
    """Make one pass by the clocks `hands`, and return its result."""
    environment = night.program.environment
    with mock.patch.dict(os.environ, environment, clear=True):
        given = Settings({"settle": 60.0, "base_url": environment["STOPIMPORT_BASE_URL"], **settings})
        context = Context(given, ApiKey(environment["SMSPARTNER_API_KEY"], "test"))
        clock = WallClock(lambda: hands.wall, hands.pause, lambda: hands.steady)
        return one_pass(night.folder, context, clock)


def export(*numbers):
    """Return an export with French mobile numbers, each given by its last digits."""
    return "Mobile\n" + "".join(f"06 00 00 {number // 100:02} {number % 100:02}\n" for number in numbers)


@contextmanager
def same_inbox(inbox):
    """Hold the inbox, as another pass of the same user would."""
    with mock.patch.dict(os.environ, inbox.program.environment, clear=True), place_lock(inbox.folder):
        yield


@contextmanager
def read_only(folder):
    """Make `folder` a place where nobody can write; root can write everywhere but on a read-only mount."""
    if os.geteuid():
        folder.chmod(0o500)
        yield
        folder.chmod(0o700)
        return
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", folder], check=True)


@contextmanager
def full_disk(inbox, room):
    """Leave only so many kilobytes for what the inbox's command writes.

    Root gets a small file system that is full; for others no file may become larger.
    """
    if os.geteuid():
        limit = room * 1024
        inbox.before = (
            f"import os, resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
            " os.execv(sys.argv[1], sys.argv[1:])"
        )
        yield
        inbox.before = ""
        return
    filler = inbox.folder / ".filler"
    with filler.open("wb", buffering=0) as file:
        with suppress(OSError):
            while True:
                file.write(bytes(4096))
        file.truncate(max(file.tell() - room * 1024, 0))
    yield
    filler.unlink()


@contextmanager
def foreign(path):
    """Make a folder or link somebody else's; who is not root becomes somebody else instead."""
    if os.geteuid():
        with mock.patch("os.geteuid", return_value=12345):
            yield
        return
    os.lchown(path, 12345, 12345)
    yield
    os.lchown(path, 0, 0)


@contextmanager
def web_server(answer):
    """Give the address of a server on this machine.

    `answer` gets method, path and body of each call, and returns status and body, and perhaps headers.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, text, *headers = answer(self.command, self.path, body.decode())
            self.send_response(status)
            for name, value in (headers[0] if headers else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text.encode())

        do_POST = do_GET  # noqa: N815 - the server's name for it

        def log_message(self, *_args):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def forgetful(_method, path, _body):
    """Answer as an API that takes every number and lists none."""
    if "/add" in path:
        return 200, json.dumps({"success": True, "code": 200, "stopId": 7})
    return 200, json.dumps({"success": True, "code": 200, "nbData": 0, "data": []})
