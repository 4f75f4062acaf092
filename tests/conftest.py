"""What tests of the whole program share: the real command in a folder and an environment of its own."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from multiprocessing import get_all_start_methods
from subprocess import CompletedProcess

import pytest
from chromium import browser  # noqa: F401 - a fixture
from effort import MEASURING, UNMEASURED, choose_profile, is_measured
from inside import inside
from redisserver import redis  # noqa: F401 - a fixture

from stopimport.sandbox.options import SandboxOptions
from stopimport.sandbox.server import running

ALONE = {"PYTHONPATH", "PYTHONIOENCODING", "TZ"}
"""What counts only when a process starts: with one of these the command needs one of its own."""
MARKS = {
    **dict.fromkeys(("forked", "keyring", "page", "practice_page", "practising", "shared_page", "spawn"), "process"),
    "browser": "browser",
}
"""Fixtures that start processes, or a browser."""
KEPT = ("PATH", "SYSTEMROOT", "TMPDIR", *MEASURING)


def pytest_addoption(parser):
    """Let `make test-all` ask for everything."""
    parser.addoption("--exhaustive", action="store_true", help="try all that there is, as `make test-all` does")


def pytest_configure(config):
    """Choose how much is tried, before tests are imported."""
    choose_profile("many" if config.getoption("--exhaustive") else "few")
    _hear_signals()


def _hear_signals():
    """Undo what whoever started us in the background ignores: the commands that tests interrupt would inherit it."""
    for name, handler in (("SIGINT", signal.default_int_handler), ("SIGHUP", signal.SIG_DFL)):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, handler)


def pytest_collection_modifyitems(config, items):
    """Mark tests by the fixtures that they use, and leave out by day what only the full run tries."""
    for item in items:
        for mark in {MARKS[name] for name in MARKS.keys() & set(item.fixturenames)}:
            item.add_marker(mark)
    if config.getoption("--exhaustive"):
        for item in items:
            if not is_measured(item):
                item.add_marker(UNMEASURED)
        return
    left_out = [item for item in items if item.get_closest_marker("exhaustive")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("exhaustive")]


def pytest_xdist_auto_num_workers():
    """Run twice as many tests at once as there are processors: most of them wait for servers and timers."""
    return 2 * (os.cpu_count() or 1)


KEYRING = '''
"""A keyring that keeps passwords in a file, for tests."""
import json
from pathlib import Path
from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

DRAWER = Path(__file__).with_name("drawer.json")


class Drawer(KeyringBackend):
    priority = 1

    def _kept(self):
        return json.loads(DRAWER.read_text()) if DRAWER.exists() else {}

    def get_password(self, service, username):
        return self._kept().get(f"{service} {username}")

    def set_password(self, service, username, password):
        DRAWER.write_text(json.dumps(self._kept() | {f"{service} {username}": password}))

    def delete_password(self, service, username):
        kept = self._kept()
        if kept.pop(f"{service} {username}", None) is None:
            raise PasswordDeleteError(username)
        DRAWER.write_text(json.dumps(kept))
'''


class Program:
    """The command `stopimport`, run as a user would, in `folder`.

    By day a command that is waited for runs in this process, which spares a second for its start; with ``--exhaustive``
    it has one of its own, forked from one that has imported everything; `process` and `start` always start a fresh one.
    """

    def __init__(self, folder, *, alone=True):
        self.folder = folder
        self.alone = alone
        self.environment = {name: os.environ[name] for name in KEPT if name in os.environ} | {
            "HOME": str(folder / "home"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            "LANG": "C.UTF-8",
            "COLUMNS": "100",
        }

    def __call__(self, *args, stdin="", **variables):
        """Run a command to its end; `variables` are added to its environment."""
        environment = self.environment | variables
        # To measure what it reaches takes half a second more; other tests of the same commands do.
        bare = {name: value for name, value in environment.items() if name not in MEASURING}
        if ALONE & environment.keys() or (self.alone and "forkserver" not in get_all_start_methods()):
            return self._run(args, bare, stdin)
        if self.alone:
            import forked  # it looks for all modules there are, which by day nobody needs

            return forked.run(list(map(str, args)), self.folder, bare, _bytes(stdin))
        return CompletedProcess(args, *inside(self.folder, environment, list(map(str, args)), _bytes(stdin)))

    def process(self, *args, stdin="", **variables):
        """Run a command to its end in a process of its own."""
        return self._run(args, self.environment | variables, stdin)

    def _run(self, args, environment, stdin):
        return subprocess.run(
            self.command(*args),
            cwd=self.folder,
            env=environment,
            input=_bytes(stdin),
            capture_output=True,
            check=False,
            timeout=240,
        )

    def start(self, *args, **variables):
        """Start a command and return its process."""
        return subprocess.Popen(
            self.command(*args),
            cwd=self.folder,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def command(self, *args):
        """Return the command line."""
        return [sys.executable, "-m", "stopimport", *map(str, args)]

    def write(self, name, text, encoding="utf-8"):
        """Write a file into the folder and return its name."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return name

    def rows(self, run, name="results.csv"):
        """Return the rows of one of a run's CSV files as dictionaries."""
        with (self.folder / run / name).open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
            file.seek(0)
            delimiter = next(sign for sign in ";\t|," if f"file{sign}sheet" in first)
            return list(csv.DictReader(file, delimiter=delimiter))

    def summary(self, run):
        """Return a run's summary."""
        return json.loads((self.folder / run / "summary.json").read_text("utf-8"))


def _bytes(text):
    return text if isinstance(text, bytes) else text.encode()


@pytest.fixture(scope="session")
def program_in(pytestconfig):
    """Give the command in any folder."""
    return lambda folder: Program(folder, alone=pytestconfig.getoption("--exhaustive"))


@pytest.fixture
def program(tmp_path, program_in, request):
    """The command, in a folder of its own."""
    made = program_in(tmp_path)
    if request.node.get_closest_marker(UNMEASURED.name):
        made.environment = {name: value for name, value in made.environment.items() if name not in MEASURING}
    return made


@pytest.fixture
def practice():
    """A practice API that behaves; `program` reaches it by `reach`."""
    with running(SandboxOptions()) as api:
        yield api


@pytest.fixture
def reach(program, practice):
    """Let `program` send to `practice`, and return that."""
    program.environment |= {"SMSPARTNER_API_KEY": practice.key, "STOPIMPORT_BASE_URL": practice.url}
    return practice


@pytest.fixture
def keyring(program):
    """Give the command a keyring of its own; returns what is kept in it."""
    program.write("library/drawer_keyring.py", KEYRING)
    program.environment |= {
        "PYTHONPATH": str(program.folder / "library"),
        "PYTHON_KEYRING_BACKEND": "drawer_keyring.Drawer",
    }

    def kept():
        drawer = program.folder / "library" / "drawer.json"
        return list(json.loads(drawer.read_text()).values()) if drawer.exists() else []

    return kept
