"""Several runs of one account at once, killed again and again: nothing lost, nothing twice, and each undoes its own."""

from __future__ import annotations

import random
import signal
from collections import Counter

import pytest
from chain import practising
from effort import EXHAUSTIVE
from reckoning import SETTLED, balanced
from redisserver import NEEDS_REDIS, RedisServer

pytestmark = [EXHAUSTIVE, pytest.mark.kill]
FAULTS = (
    "add/drop=8%", "add/drop-before=12%", "add/drop-after=5%", "add/reset=4%", "add/gateway=3%", "add/code-500=3%",
    "add/half=2%", "add/truncated=3%", "add/slow=5%:0.05", "list/drop=10%", "list/partial=10%:4",
)  # fmt: skip
SHARES = {"a": range(100), "b": range(20, 120), "c": range(20, 120)}
"""The numbers of each run, most of which others have, too; in an order of its own."""
_MOST_SITTINGS = 40


def number(index):
    """Return the made-up number with this index."""
    return f"+336000{index:05}"


class Run:
    """One of the runs, and what goes on with it, on a machine of its own where there is a coordinator."""

    def __init__(self, program, start, name, url):
        self.name, self.sittings, self.over, self.process = name, 0, False, None
        self._program, self._start = program, start
        self._machine = {"STOPIMPORT_COORDINATOR": url, "XDG_STATE_HOME": str(program.folder / f"state-{name}")}
        self._machine = self._machine if url else {}
        numbers = random.Random(name).sample(SHARES[name], len(SHARES[name]))
        program.write(f"{name}.csv", "Mobile\n" + "".join(f"{number(index)}\n" for index in numbers))

    def __call__(self, *args):
        """Start a command on its machine."""
        common = dict(self._program.environment)
        self._program.environment |= self._machine
        try:
            return self._start(*args)
        finally:
            self._program.environment.clear()
            self._program.environment |= common

    def sit(self):
        """Start it, or what goes on with it."""
        self.sittings += 1
        assert self.sittings < _MOST_SITTINGS
        begun = (self._program.folder / self.name / "journal.sqlite3").exists()
        command = ["resume", self.name] if begun else ["run", f"{self.name}.csv", "--out", self.name]
        self.process = self(*command, "--attempts", 2, "--rate", "150/s", "--yes")

    def end(self):
        """Wait for the sitting's end: no bug, and what was written to its end balances."""
        ended = self.process.end()
        assert ended.killed or ended.returncode in {0, 3, 130, 143}, ended.told
        assert "Traceback" not in ended.told
        written = (self._program.folder / self.name / "summary.json").exists()
        # A signal may come before there is anything to write: other runs' calls are waited for, too.
        assert written or ended.killed or ended.returncode in {130, 143}, ended.told
        if written and not ended.killed:
            balanced(self._program, self.name)
        self.over = ended.returncode == 0


def sit_together(runs, api, dice):
    """Let all runs that are not over sit at once, and end one or two of them on the way, by force or in good order."""
    for run in runs:
        run.sit()
    seen = api.calls.total
    victims = dice.sample(runs, min(len(runs), dice.randint(1, 2)))
    for victim in victims:
        seen += dice.randint(1, 45)
        while victim.process.look() and api.calls.total < seen:
            pass
        victim.process.send(dice.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
    for run in runs:
        run.end()


def rows_by_number(program, run):
    """Return the rows of a run's numbers."""
    return {row["phoneNumber"]: row for row in program.rows(run) if row["status"] != "duplicate"}


def reckon(program, api, before):
    """Hold the results of all runs against the list, number by number, and return them."""
    listed = {entry.number: str(entry.id) for entry in api.entries()}
    results = {name: rows_by_number(program, name) for name in SHARES}
    assert listed.keys() == before.keys() | {number(index) for share in SHARES.values() for index in share}
    for name, rows in results.items():
        assert rows.keys() == {number(index) for index in SHARES[name]}
        assert {row["status"] for row in rows.values()} <= SETTLED - {"refused"}
        assert all(row["stopId"] in {"", listed[each]} for each, row in rows.items())
    added = Counter(each for rows in results.values() for each, row in rows.items() if row["status"] == "added")
    assert not added.keys() & before.keys(), "what was there before is nobody's"
    assert max(added.values()) == 1, "nothing is added by two"
    assert len(added) > len(listed) / 2, "most of it is somebody's"
    return results


@pytest.mark.parametrize(("keeper", "seed"), [("file", 0), pytest.param("redis", 1, marks=NEEDS_REDIS)])
def test_nothing_is_lost_and_nothing_is_anothers(program, forked, tmp_path, keeper, seed):
    """Three runs at once with numbers in common, killed and faulty; undone then, each takes nothing of another's."""
    server = RedisServer(tmp_path) if keeper == "redis" else None
    dice = random.Random(seed)
    try:
        with practising(tmp_path / "list", seed, *FAULTS) as (api, before):
            program.environment |= {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
            runs = [Run(program, forked.start, name, server and server.url) for name in SHARES]
            for _ in range(3):
                if left := [run for run in runs if not run.over]:
                    sit_together(left, api, dice)
            while left := [run for run in runs if not run.over]:
                for run in left:
                    run.sit()
                for run in left:
                    run.end()
            results = reckon(program, api, before)
            undone(dice.sample(runs, 3), results, api, before)
    finally:
        if server:
            server.kill()


def undone(runs, results, api, before):
    """Undo one run after the other: what it takes off was its own, and nobody else counts on it."""
    there = {entry.number for entry in api.entries()}
    for position, run in enumerate(runs):
        while (ended := run("undo", run.name, "--reason", "soak", "--yes").end()).returncode == 3:
            pass
        assert ended.returncode == 0, ended.told
        now = {entry.number for entry in api.entries()}
        gone, there = there - now, now
        assert gone <= {each for each, row in results[run.name].items() if row["status"] == "added"}
        others = {each for other in runs[position + 1 :] for each in results[other.name]}
        assert not gone & others, "another run counts on it"
        assert before.keys() <= now
