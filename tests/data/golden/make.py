"""How `0.1.0.zip` was made: the runs of the program 0.1.0, one in each state, by its own commands.

Run with that version only: what it makes is what later versions must be able to open.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import httpx

from stopimport.sandbox.faults import FAULTS
from stopimport.sandbox.options import SandboxOptions, parse_fault
from stopimport.sandbox.server import running

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stopimport.sandbox.server import Practice

KEY = "practice-key"
STORED = ("journal.sqlite3", "summary.json", "sandbox.sqlite3", "missing.csv", "undo.csv")
EXPORT = (
    "Client;Mobile;Statut\nC-1;06 00 00 10 01;STOP\nC-2;600001002;STOP\nC-3;0600001003 / 0600001004;STOP\n"
    "C-4;+33600001001;STOP\nC-5;néant;STOP\nC-6;;STOP\nC-7;0600001009;abonné\nC-8;01 23 45 67 89;STOP\n"
)
MANY = "Mobile\n" + "".join(f"06000020{number:02}\n" for number in range(40))
CHOSEN = ("--where", "Statut=STOP", "--keep", "Client", "--max-rejects", "80%", "--rate", "1000/s")
WHY = ("--reason", "wrong file, ticket 4711", "--rate", "1000/s")


class Maker:
    """Runs commands in a folder, where each run is called by its state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        home = {"HOME": str(folder / "home"), "LANG": "C.UTF-8"}
        self.environment = {"PATH": os.environ["PATH"], "SMSPARTNER_API_KEY": KEY} | home
        (folder / "export.csv").write_text(EXPORT, "utf-8")
        (folder / "many.csv").write_text(MANY, "utf-8")
        (folder / "empty.csv").write_text("Mobile\n", "utf-8")

    def start(self, *args: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start a command."""
        command = [sys.executable, "-m", "stopimport", *args]
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
        )

    def __call__(self, code: int, *args: str, **variables: str) -> str:
        """Run a command that must end with `code`, and return what it printed."""
        process = self.start(*args, **variables)
        out, err = process.communicate()
        assert process.returncode == code, (args, process.returncode, err.decode())
        return out.decode()

    @contextmanager
    def practice(self, *faults: str) -> Iterator[Practice]:
        """Let the commands reach a practice API with these faults."""
        rules = tuple(parse_fault(fault, frozenset(FAULTS)) for fault in faults)
        with running(SandboxOptions(key=KEY, faults=rules)) as api:
            self.environment["STOPIMPORT_BASE_URL"] = api.url
            yield api

    def end_by(self, signum: int, run: str) -> None:
        """Send many numbers slowly, and end that by a signal once some have gone out."""
        with self.practice() as api:
            process = self.start("run", "many.csv", "--out", run, "--rate", "20/s")
            while len(api.entries()) < 5:
                assert process.poll() is None
            process.send_signal(signum)
            process.communicate()


def put_on(api: Practice, number: str) -> None:
    """Put a number on the list as somebody else would."""
    body = {"apiKey": KEY, "phoneNumber": number}
    httpx.post(f"{api.url}/stop-sms/add", json=body, trust_env=False).raise_for_status()


def take_off(api: Practice, stop_id: str) -> None:
    """Take an entry off the list as somebody else would."""
    query = {"apiKey": KEY, "id": stop_id}
    httpx.get(f"{api.url}/stop-sms/delete", params=query, trust_env=False).raise_for_status()


def make(maker: Maker) -> None:
    """Make a run in each state."""
    maker(0, "run", "export.csv", "--out", "practised", "--sandbox", "--verify", *CHOSEN)
    maker(0, "check", "export.csv", "--out", "checked", *CHOSEN)
    maker(0, "check", "empty.csv", "--out", "empty")
    maker(5, "check", "export.csv", "--out", "guarded", "--where", "Statut=STOP", "--max-rejects", "1")
    with maker.practice() as api:
        put_on(api, "+33600001002")
        maker(0, "run", "export.csv", "--out", "complete", *CHOSEN)
    with maker.practice() as api:
        maker(0, "run", "export.csv", "--out", "missing", *CHOSEN)
        take_off(api, "2")
        maker(6, "verify", "missing")
        maker(4, "run", "export.csv", "--out", "refused", *CHOSEN, SMSPARTNER_API_KEY="another-key")
    with maker.practice():
        maker(0, "run", "export.csv", "--out", "undone", *CHOSEN)
        maker(0, "undo", "undone", *WHY)
    with maker.practice("delete/error=1@2"):
        maker(0, "run", "export.csv", "--out", "undoing", *CHOSEN)
        maker(3, "undo", "undoing", *WHY, "--attempts", "1")
    with maker.practice("add/error=1@3"):
        maker(3, "run", "export.csv", "--out", "incomplete", *CHOSEN, "--attempts", "1")


def main() -> None:
    """Make the runs, and put what tests need of them into one file, with what the program says of them."""
    target = Path(__file__).with_name("0.1.0.zip")
    with TemporaryDirectory() as scratch:
        maker = Maker(Path(scratch))
        make(maker)
        maker.end_by(signal.SIGINT, "interrupted")
        maker.end_by(signal.SIGKILL, "killed")
        said = {
            "history.json": maker(0, "history", ".", "--json"),
            "find.json": maker(0, "find", "0600001001", ".", "--json"),
        }
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, text in said.items():
                packed.writestr(name, json.dumps(json.loads(text), indent=1))
            packed.writestr("export.csv", EXPORT)
            for path in sorted(maker.folder.glob("*/*")):
                if path.name in STORED:
                    packed.write(path, path.relative_to(maker.folder))


if __name__ == "__main__":
    main()
