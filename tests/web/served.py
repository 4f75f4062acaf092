"""A page that is really served, and a browser's part of the talk with it, without a browser."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

PATIENCE = 120.0


class Served:
    """The command `stopimport web`, and a client that was let in."""

    def __init__(self, process):
        self.process = process
        self.address = json.loads(process.stdout.readline())["url"]
        self.base = self.address.partition("/?")[0]
        self.origin, slash, root = self.base.rpartition("/")
        self.root = slash + root
        self.port = int(self.origin.rpartition(":")[2])
        hooks = {"response": [self._inside]}
        self.client = httpx.Client(base_url=self.base, timeout=PATIENCE, trust_env=False, event_hooks=hooks)
        self.csrf = ""

    def enter(self):
        """Open the page by its one-time address."""
        assert 200 == self.client.get(self.address).status_code
        self.csrf = re.search(r'name="csrf" value="([^"]+)"', self.client.get("/").text)[1]
        return self

    def post(self, path, data=None, headers=None, **more):
        """Send a form as the page's own would be sent."""
        sent = {"csrf": self.csrf, **(data or {})}
        return self.client.post(path, data=sent, headers={"Origin": self.origin, **(headers or {})}, **more)

    def drop(self, *files, headers=None):
        """Drop files, given as (name, content), and return the answer."""
        parts = [("csrf", (None, self.csrf)), *(("files", (name, content)) for name, content in files)]
        return self.client.post("/drafts", files=parts, headers={"Origin": self.origin, **(headers or {})})

    def _inside(self, answer):
        """Let tests speak of paths inside of the page: where an answer leads is one."""
        for name in {"location", "hx-redirect"} & answer.headers.keys():
            assert answer.headers[name].startswith(f"{self.root}/"), answer.headers[name]
            answer.headers[name] = answer.headers[name].removeprefix(self.root)

    def draft(self, *files):
        """Drop files, wait until they are read, and return the draft's path."""
        answer = self.drop(*files)
        assert 303 == answer.status_code, answer.text
        path = answer.headers["location"]
        self.settled(path)
        return path

    def settled(self, path):
        """Wait until nothing changes by itself any more, and return the text of that part of the page."""
        return self.until(path, lambda answer: answer.status_code == 286)

    def until(self, path, fits):
        """Look at a part of the page until it fits, and return its text."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            answer = self.client.get(f"{path}/body")
            assert answer.status_code in {200, 286}, answer.text
            if fits(answer):
                return words(answer.text)
            time.sleep(0.1)
        raise AssertionError(words(answer.text))

    def asked(self, run):
        """Wait for the question before something is sent or taken off."""
        return self.until(run, lambda answer: "/confirm" in answer.text)

    def send(self, draft, **confirm):
        """Send a draft that is ready, and return the path of its run."""
        run = self.post(f"{draft}/send").headers["location"]
        assert run.startswith("/runs/"), run
        self.asked(run)
        self.post(f"{run}/confirm", confirm)
        return run

    def children(self):
        """Return the ids of the processes that the server has started and that still live."""
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                facts = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(facts[1]) == self.process.pid and facts[0] != "Z":
                found.append(int(stat.parent.name))
        return found


@contextmanager
def serving(program, *args, **variables):
    """Give a page that is served inside the ``with`` block."""
    process = program.start("web", "--no-open", "--json", "--runs", "stopimport-runs", *args, **variables)
    try:
        served = Served(process)
        with served.client:
            yield served
    finally:
        end(process)


def end(process, signum=signal.SIGTERM):
    """End a server and return its exit code."""
    if process.poll() is None:
        os.kill(process.pid, signum)
    process.communicate(timeout=PATIENCE)
    return process.returncode


def words(text):
    """Return the words of a page."""
    text = re.sub(r"<(script|style|title).*?</\1>", " ", text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def csv_of(count, first=0):
    """Return an export with `count` different numbers."""
    rows = "".join(f"Client {n};{6_11_00_00_00 + first + n:010}\n" for n in range(count))
    return f"Nom;Mobile\n{rows}".encode()
