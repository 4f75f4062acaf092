"""Small helpers of the tests of inboxes that lie elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys

from stopimport.nightly.remote import claims

SHORT = (
    "import stopimport.nightly.remote.claims as claims; claims.LEASE, claims.MARGIN = {lease}, 1.5;"
    " from stopimport.cli import main; main()"
)
"""Starts the command with a shorter lease, which tests can wait for."""
PATIENCE = 450
"""Seconds for all files of three machines: each costs a run, and the machine may be busy."""


def export(*numbers):
    """Return an export with French mobile numbers."""
    return "Mobile\n" + "".join(f"06 00 00 {number // 100:02} {number % 100:02}\n" for number in numbers)


class Night:
    """The nightly job of one machine; called, it makes a pass in this process."""

    def __init__(self, program, address, machine="here"):
        self.program, self.address = program, address
        self.runs = program.folder / "runs"
        self.environment = {"XDG_STATE_HOME": str(program.folder / "state" / machine)}

    def arguments(self, *args):
        """Return a pass's command line."""
        return ["inbox", self.address, "--runs", self.runs, "--settle", "0", "--rate", "1000/s", "--json", *args]

    def __call__(self, *args, **variables):
        """Make one pass, and return its exit code, what it told, and its errors."""
        done = self.program(*self.arguments(*args), **self.environment, **variables)
        return done.returncode, json.loads(done.stdout), done.stderr.decode()

    def fates(self, *args, **variables):
        """Make one pass that must go well, and return what became of each file."""
        code, told, err = self(*args, **variables)
        assert code == 0, (told, err)
        return {file["file"]: file["action"] for file in told["runs"] + told["set_aside"]}

    def start(self, *args, lease=300):
        """Start a pass as a process of its own, with a lease of so many seconds."""
        command = [sys.executable, "-c", SHORT.format(lease=lease), *map(str, self.arguments(*args))]
        return subprocess.Popen(
            command,
            cwd=self.program.folder,
            env=self.program.environment | self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def summaries(self):
        """Return the runs' summaries."""
        found = [path / "summary.json" for path in sorted(self.runs.iterdir()) if path.is_dir()]
        return [json.loads(path.read_text("utf-8")) for path in found if path.exists()]


def sharing(nights, listed, wanted, monkeypatch):
    """Let three machines work, kill the first when a tenth is done, and let the second finish.

    Args:
        nights: the machines.
        listed: returns how many numbers are on the list.
        wanted: how many there are to be.
        monkeypatch: shortens the lease for passes in this process.
    """
    first, *others = [night.start() for night in nights]
    while listed() < wanted // 10 and first.poll() is None:
        pass
    first.kill()
    first.communicate()
    for process in others:
        _out, err = process.communicate(timeout=PATIENCE)
        assert not process.returncode, err
    # What the dead one has claimed is free once its lease has run out: a short one, now that nobody else is at work.
    monkeypatch.setattr(claims, "LEASE", 1.0)
    monkeypatch.setattr(claims, "MARGIN", 1.5)
    while nights[1]()[1]["files"]["waiting"]:
        pass
