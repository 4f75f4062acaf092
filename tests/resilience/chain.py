"""A run and its resumptions, killed on the way, against a practice API whose list is known."""

from __future__ import annotations

import signal
from contextlib import closing, contextmanager

from reckoning import balanced

from stopimport.runs.journal import Journal
from stopimport.sandbox.faults import FAULTS
from stopimport.sandbox.options import SandboxOptions, parse_fault
from stopimport.sandbox.server import running
from stopimport.sandbox.store import PracticeList

NUMBERS = 90
REFUSED = 3
"""So many of them are numbers that the API refuses."""
KEY = "k3y/of+a=kind"
_EVERY = 8
"""Each so-many-th number is on the list before the run."""
_MOST_SITTINGS = 40


def number(index):
    """Return the made-up number with this index; the last ones are in no numbering plan."""
    return f"+336000{index:05}" if index < NUMBERS - REFUSED else f"+337100{index:05}"


def written(index):
    """Return the same number as people write it."""
    national = f"0{number(index)[3:]}"
    forms = [national, number(index), " ".join(national[i : i + 2] for i in range(0, 10, 2)), national[1:]]
    return forms[index % len(forms)]


def export():
    """Return a file with every number, some of them twice, and with what is none."""
    cells = [written(index) for index in range(NUMBERS - 2)]
    cells[10:10] = ["néant", "", number(3), "06 00 00"]
    cells += [written(20), f"{number(NUMBERS - 2)} / {number(NUMBERS - 1)}", number(NUMBERS - 1)]
    return "Mobile\n" + "".join(f"{cell}\n" for cell in cells)


@contextmanager
def practising(file, seed, *faults):
    """Run a practice API that has some of the numbers already, and give it with their ids."""
    valid = range(0, NUMBERS - REFUSED, _EVERY)
    with closing(PracticeList(file)) as stop_list:
        before = {number(index): str(stop_list.add(number(index))) for index in valid}
    rules = tuple(parse_fault(rule, FAULTS) for rule in faults)
    with running(SandboxOptions(key=KEY, seed=seed, state=file, faults=rules)) as api:
        yield api, before


class Chain:
    """A run and what goes on with it, each sitting a process.

    Args:
        program: the command's folder and environment.
        start: starts a command in a process.
        api: the practice API.
        attempts: tries per number and sitting.
    """

    def __init__(self, program, start, api, attempts):
        self.program, self.api, self.attempts = program, api, attempts
        self.options = []
        self.sittings = 0
        self._start = start
        program.environment |= {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        program.write("export.csv", export())

    def sit(self, **fate):
        """Start the run, or what goes on with it."""
        self.sittings += 1
        assert self.sittings < _MOST_SITTINGS
        begun = (self.program.folder / "r" / "journal.sqlite3").exists()
        command = ["resume", "r"] if begun else ["run", "export.csv", "--out", "r", "--validity", "possible"]
        return self._start(*command, "--attempts", self.attempts, *self.options, **fate)

    def killed_after(self, calls, signum=signal.SIGKILL):
        """Go on until the practice API has seen so many more calls, then send a signal; say whether it still ran."""
        process, seen = self.sit(), self.api.calls.total
        while process.look() and self.api.calls.total < seen + calls:
            pass
        process.send(signum)
        return self._check(process.end()).returncode not in {0, 3}

    def killed_at(self, step):
        """Go on until a step of the work; say whether it came so far."""
        return self._check(self.sit(die_at=step).end()).killed

    def finish(self):
        """Go on until nothing is left."""
        while self._check(self.sit().end()).returncode:
            pass

    def fetches(self):
        """Return what came of each time that the list was fetched."""
        with Journal.open(self.program.folder / "r" / "journal.sqlite3") as journal:
            return [fetch.fetched for fetch in journal.fetches()]

    def _check(self, ended):
        """Whatever happened: no bug, and what was written to its end balances."""
        assert ended.killed or ended.returncode in {0, 3, 130, 143}, ended.told
        assert "Traceback" not in ended.told
        if not ended.killed:
            balanced(self.program, "r")
        return ended
