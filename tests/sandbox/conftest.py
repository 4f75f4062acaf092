"""A practice API of its own for every test that asks for one."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from stopimport.sandbox.faults import FAULTS
from stopimport.sandbox.options import SandboxOptions, parse_fault
from stopimport.sandbox.server import running


class Caller:
    """A running practice API and an ordinary HTTP client of it."""

    def __init__(self, practice, client):
        self.practice = practice
        self.client = client

    def add(self, number, **fields):
        """Call `add` and return the response."""
        body = {"apiKey": self.practice.key, "phoneNumber": number, **fields}
        return self.client.post("/stop-sms/add", json=body)

    def get(self, endpoint, **query):
        """Call `list` or `delete` and return the response."""
        return self.client.get(f"/stop-sms/{endpoint}", params={"apiKey": self.practice.key, **query})

    def numbers(self):
        """Return the numbers on the list, in its order."""
        return [entry.number for entry in self.practice.entries()]


@contextmanager
def calling(options):
    """Run a practice API and give its caller."""
    with running(options) as practice, httpx.Client(base_url=practice.url, trust_env=False) as client:
        yield Caller(practice, client)


@pytest.fixture
def start():
    """Start practice APIs with the options given, faults as they are written on the command line."""
    with ExitStack() as stack:

        def make(*faults, **options):
            rules = tuple(parse_fault(text, FAULTS) for text in faults)
            return stack.enter_context(calling(SandboxOptions(faults=rules, **options)))

        yield make


@pytest.fixture
def caller(start):
    """A practice API that behaves."""
    return start()


@pytest.fixture(scope="module")
def refuser():
    """A practice API for calls that it refuses, so that its list stays empty; shared, for speed."""
    with calling(SandboxOptions()) as caller:
        yield caller


SERVE = """
import resource
import sys
from pathlib import Path
from stopimport.sandbox.options import SandboxOptions
from stopimport.sandbox.server import serve
state = Path(sys.argv[1]) if sys.argv[1:] else None
if sys.argv[2:]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
serve(SandboxOptions(port=0, state=state), on_ready=lambda url: print(url, flush=True))
"""


@pytest.fixture
def spawn():
    """Start `serve` in a process of its own and wait for its address; what still runs at the end is killed.

    The arguments are the state file, and the most bytes that a file of the process may have.
    """
    with ExitStack() as stack:

        def make(*arguments):
            command = [sys.executable, "-c", SERVE, *map(str, arguments)]
            process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            stack.callback(process.kill)
            return process, process.stdout.readline().strip()

        yield make
