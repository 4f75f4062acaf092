"""What tests of the nightly job share: an inbox, the command that empties it, and practice APIs with faults."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from dataclasses import dataclass

import pytest
from effort import MEASURING
from inside import inside
from nightly_helping import export

from stopimport.runs.locks import FOLDER_LOCK
from stopimport.sandbox.faults import FAULTS
from stopimport.sandbox.options import SandboxOptions, parse_fault
from stopimport.sandbox.server import running


@dataclass
class Pass:
    """What one call of the command gave."""

    code: int
    told: dict
    """What `--json` printed."""
    err: str

    def fates(self):
        """Return what became of each file."""
        return {file["file"]: file["action"] for file in self.told["runs"] + self.told["set_aside"]}


class Inbox:
    """An inbox; called, it is emptied by the real command, in this process."""

    def __init__(self, program):
        self.program = program
        self.folder = program.folder / "inbox"
        self.folder.mkdir()
        self.runs = self.folder / "runs"
        self.before = ""
        """Python code that starts the command in a process of its own, where that is wanted."""

    def __call__(self, *args, **variables):
        """Run one pass over files of any age, and return what it told."""
        code, out, err = self.run("inbox", "inbox", "--settle", "0", "--json", *args, **variables)
        return Pass(code, json.loads(out), err)

    def run(self, *args, **variables):
        """Run any command, and return its exit code and what it printed."""
        environment = self.program.environment | variables
        if self.before:
            command = [sys.executable, "-c", self.before, *self.program.command(*args)]
            done = subprocess.run(
                command, cwd=self.program.folder, env=environment, capture_output=True, check=False, text=True
            )
            return done.returncode, done.stdout, done.stderr
        # The process that reads is killed in the end, and what it measured with it.
        bare = {name: value for name, value in environment.items() if name not in MEASURING}
        code, out, err = inside(self.program.folder, bare, list(map(str, args)))
        return code, out.decode(), err.decode()

    def start(self, *args, **variables):
        """Start a pass as a process of its own."""
        return self.program.start("inbox", "inbox", "--settle", "0", "--json", *args, **variables)

    def drop(self, name, *numbers, text=None):
        """Put a file into the inbox: an export with these numbers, or any text. Return its path."""
        path = self.folder / name
        path.write_text(export(*numbers) if text is None else text, encoding="utf-8")
        return path

    def names(self, under="."):
        """Return the names of the files in `under`, or in each day's folder below it; a lock is none."""
        pattern = "*" if under == "." else "*/*"
        found = [path.name for path in (self.folder / under).glob(pattern) if not path.is_dir()]
        return sorted(name for name in found if name != FOLDER_LOCK)

    def only(self, under):
        """Return the only file in each day's folder below `under` that is no explanation."""
        [path] = [path for path in (self.folder / under).glob("*/*") if not path.name.endswith(".why.txt")]
        return path

    def run_folders(self):
        """Return the runs' folders, oldest first."""
        return sorted(self.runs.iterdir())

    def summaries(self):
        """Return the runs' summaries, oldest first."""
        return [json.loads((run / "summary.json").read_text("utf-8")) for run in self.run_folders()]


@pytest.fixture
def inbox(program):
    """An inbox without a way to the API."""
    return Inbox(program)


@pytest.fixture
def night(inbox, reach):
    """An inbox whose command reaches a practice API that behaves, `night.api`."""
    inbox.api = reach
    return inbox


@pytest.fixture
def faulty(inbox):
    """Return what runs a practice API with faults, such as ``add/code-500=1``, that the inbox's command reaches."""

    @contextlib.contextmanager
    def make(*rules, latency=0.0):
        faults = tuple(parse_fault(rule, frozenset(FAULTS)) for rule in rules)
        with running(SandboxOptions(faults=faults, latency=latency)) as api:
            inbox.program.environment |= {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
            yield api

    return make
