"""What is sent, found on the list, verified and undone a block at a time comes out as it does at once."""

from __future__ import annotations

import csv
import json
from collections import Counter
from contextlib import closing
from dataclasses import replace

import pytest
from effort import some

from stopimport.pipeline.comparison import MISSING
from stopimport.pipeline.job import Context
from stopimport.pipeline.portions import Portion
from stopimport.pipeline.running import resume, run
from stopimport.pipeline.undoing import UNDO, undo
from stopimport.pipeline.verifying import verify
from stopimport.runs.journal import Journal
from stopimport.sandbox.faults import FAULTS
from stopimport.sandbox.options import SandboxOptions, parse_fault
from stopimport.sandbox.server import running
from stopimport.sandbox.store import PracticeList
from stopimport.secrets import ApiKey
from stopimport.settings import Settings

AT_ONCE = Portion(rows=1 << 30, bytes=1 << 60)
NUMBERS = 24
CELLS = [f"06000010{at:02}" for at in range(NUMBERS)]
CELLS[7:7] = ["rien", "", CELLS[3], "06 00 00 10 02", "0600001000 / 0600001001", f"+336000010{NUMBERS - 1}"]
REFUSED = "+33710000001"
"""In no numbering plan, but of the right length."""
FILE = "\n".join(["portable", *CELLS, REFUSED, CELLS[20]])
FAULTY = ("add/code-500=10%", "add/drop-before=8%", "add/drop-after=8%", "add/half=6%", "delete/drop=30%")
TIMES = {"sentAt", "removedAt"}


def rows(path):
    """Return a table without its times; None if it is not there."""
    if not path.exists():
        return None
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [
            {name: cell for name, cell in row.items() if name not in TIMES}
            for row in csv.DictReader(file, delimiter=";")
        ]


def tables(folder):
    """Return all tables of a run's folder, and its counts."""
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    told = [summary[name] for name in ("state", "counts", "codes", "rejects_by_reason", "notices")]
    return [*told, *(rows(folder / name) for name in ("results.csv", "rejects.csv", MISSING, UNDO))]


class Chain:
    """A run and what is done with it, in partitions of so many rows."""

    def __init__(self, place, portion, seed, faults):
        place.mkdir()
        self.file, self.folder, self.list = place / "liste.csv", place / "run", place / "list"
        self.file.write_text(FILE, "utf-8")
        with closing(PracticeList(self.list)) as stop_list:
            for at in range(0, NUMBERS, 5):
                stop_list.add(f"+336000010{at:02}")
        self.options = SandboxOptions(
            seed=seed, state=self.list, faults=tuple(parse_fault(rule, FAULTS) for rule in faults)
        )
        self.portion, self.seen = portion, []

    def context(self, api, **settings):
        """Return what surrounds each command."""
        given = {"out": self.folder, "base_url": api.url, "rate": "1000/s", "concurrency": 1, "reason": "a test"}
        every = {**given, "attempts": 1, "validity": "possible", **settings}
        return Context(Settings(every), ApiKey(api.key, "a test"), portion=self.portion)

    def done(self, api, command, what, **settings):
        """Do one thing, and remember what there is then."""
        for path in self.folder.parent.glob("*/journal.sqlite3"):
            # The practice API has another address each time.
            with Journal.open(path) as journal:
                journal.update(replace(journal.facts, base_url=api.url))
        result = command(what, self.context(api, **settings))
        self.seen.append((result.exit_code, str(result.error).replace(str(self.folder), "run"), tables(self.folder)))

    def go(self):
        """Do everything, with somebody who takes numbers off the list in between; return what there was each time."""
        with running(self.options) as api:
            self.done(api, run, [self.file])
            self.done(api, resume, self.folder)
        with closing(PracticeList(self.list)) as stop_list:
            for entry in stop_list.entries()[::6]:
                stop_list.delete(entry.id)
        with running(replace(self.options, faults=())) as api:
            self.done(api, resume, self.folder)
            self.done(api, verify, self.folder)
            other = self.folder.with_name("other.csv")
            other.write_text("\n".join(["portable", *CELLS[::3]]), "utf-8")
            assert run([other], self.context(api, out=self.folder.with_name("other"))).exit_code == 0
        with running(self.options) as api:
            self.done(api, undo, self.folder)
            self.done(api, verify, self.folder)
        with running(replace(self.options, faults=())) as api:
            self.done(api, undo, self.folder, even_if_needed=True)
            self.seen.append([entry.number for entry in api.entries()])
        return self.seen


@pytest.mark.parametrize(("size", "seed"), some([(1, 1), (3, 2), (5, 3), (11, 4)], by_day=[(11, 4)]))
def test_blocks_change_nothing(tmp_path, size, seed):
    """Sending with faults, going on, comparing and taking back: the same outcomes, tables and counts."""
    expected = Chain(tmp_path / "at once", AT_ONCE, seed, FAULTY).go()
    assert expected == Chain(tmp_path / "in blocks", Portion(rows=size), seed, FAULTY).go()
    first, _second, last, *_later = [step[2][1] for step in expected[:-1]]
    undone = [Counter(row["status"] for row in step[2][-1]) for step in (expected[-4], expected[-2])]
    assert min(undone[0]["left"], undone[0]["removed"], undone[0]["absent"]) > 0
    assert undone[1]["left"] < undone[0]["left"], "only what others added anew stays"
    assert first["failed"] > 0
    assert (last["failed"], last["refused"], last["numbers"]) == (0, 1, NUMBERS + 1)
