"""Try a bundle as people use it: its terminal, its reader of an inbox, and one import through its page.

`make bundle` runs it on what it has built; the tests' own talk with a page (tests/web/served.py) must be importable.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import unquote

from served import csv_of, serving

_SECONDS = 120


class Bundle:
    """The program, in a folder of its own."""

    def __init__(self, program: Path, folder: Path) -> None:
        self.program, self.folder = program, folder
        # No Python of this machine is to be found from within.
        self.environment = {"HOME": str(folder), "PATH": os.defpath, "LANG": "C.UTF-8"}

    def run(self, *args: str, **variables: str) -> str:
        """Run a command to its good end, and return what it prints."""
        command, environment = [str(self.program), *args], self.environment | variables
        done = subprocess.run(  # noqa: S603 - a command line of ours
            command, cwd=self.folder, env=environment, capture_output=True, check=False, timeout=_SECONDS
        )
        if done.returncode:
            sys.exit(f"{command} ended with {done.returncode}: {done.stderr.decode()}")
        return done.stdout.decode()

    def start(self, *args: str) -> subprocess.Popen[bytes]:
        """Start a command."""
        command = [str(self.program), *args]
        return subprocess.Popen(  # noqa: S603 - as above
            command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE
        )


def terminal(bundle: Bundle) -> str:
    """Try the terminal: French, and an inbox, whose files a part of its own reads."""
    version = bundle.run("--version").strip()
    _must("Utilisation" in bundle.run("--lang", "fr", "check", "--help"), "it speaks no French")
    (bundle.folder / "inbox").mkdir()
    (bundle.folder / "inbox" / "crm.csv").write_bytes(csv_of(3))
    bundle.run("inbox", "inbox", "--sandbox", "--settle", "0")
    _must(len(list((bundle.folder / "inbox" / "done").rglob("crm.csv"))) == 1, "the inbox was not imported")
    return version


def network(bundle: Bundle) -> None:
    """Try a run over the network, to the practice API of another process."""
    with bundle.start("sandbox", "--port", "0", "--key", "practice-key") as practice:
        try:
            assert practice.stdout, "it has a pipe"  # noqa: S101 - for the reader
            lines = (line.decode() for line in practice.stdout)
            url = next(found[0] for line in lines if (found := re.search(r"http://\S+/v1", line)))
            (bundle.folder / "net.csv").write_bytes(csv_of(3, 100))
            bundle.run("run", "net.csv", "--yes", "--verify", "--base-url", url, SMSPARTNER_API_KEY="practice-key")
        finally:
            practice.terminate()


def page(bundle: Bundle) -> None:
    """Try the page: a part of its own reads, another one sends."""
    with serving(bundle, "--sandbox", "--rate", "100/s") as served:
        run = served.enter().send(served.draft(("crm.csv", csv_of(25))))
        served.settled(run)
        _must(served.client.get("/static/page.css").is_success, "style is missing")
        served.post("/quit")
        _must(served.process.wait(_SECONDS) == 0, "the button does not close it")
    folder = bundle.folder / "stopimport-runs" / unquote(run.removeprefix("/runs/"))
    counts = json.loads((folder / "summary.json").read_text("utf-8"))["counts"]
    _must(counts["added"] == 25, f"not all were added: {counts}")
    _must((folder / "report.html").exists(), "there is no report")


def _must(good: object, problem: str) -> None:
    if not good:
        sys.exit(f"The bundle does not work: {problem}")


def main() -> None:
    """Try the bundle that the command line names."""
    program = Path(sys.argv[1]).resolve()
    size = sum(file.stat().st_size for file in program.parent.rglob("*") if file.is_file() and not file.is_symlink())
    with tempfile.TemporaryDirectory() as folder:
        bundle = Bundle(program, Path(folder))
        version = terminal(bundle)
        network(bundle)
        page(bundle)
    sys.stdout.write(f"{version}: {program.parent} works, {size / 1e6:.0f} MB\n")


if __name__ == "__main__":
    main()
