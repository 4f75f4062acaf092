"""Files of an inbox are read in a process apart: what brings it down goes to failed/, and the pass goes on."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from effort import some

from stopimport.apart import reader
from stopimport.apart.limits import Limits

MEMORY = "memory than a file of its size needs"
TIME = "time than a file of its size needs"
DOWN = "brings the reader down"


@pytest.fixture
def fresh(monkeypatch):
    """Return what gives the inbox a reader of its own, with any command line."""
    started = []

    def give(command=reader.COMMAND):
        started.append(reader.ReaderProcess(command))
        monkeypatch.setattr(reader, "reader_process", lambda: started[-1])

    yield give
    for process in started:
        process.end()


@pytest.fixture
def bad(night, fresh):
    """An inbox whose reader does what the names of its files say."""
    fresh([sys.executable, "-P", str(Path(__file__).with_name("bad_reader.py"))])
    return night


@pytest.mark.parametrize(
    ("deed", "told"),
    some(
        [
            ("eat", MEMORY),
            ("eat-outside", DOWN),
            ("spin", TIME),
            ("abort", DOWN),
            ("fall", DOWN),
            ("leave", DOWN),
            ("kill-all", MEMORY),
        ],
        by_day=[("spin", TIME), ("abort", DOWN)],
    ),
)
def test_what_brings_the_reader_down_fails_and_the_pass_goes_on(bad, deed, told):
    """The file is put away with a plain word, the files before and after it are imported."""
    for number, name in enumerate(("a.csv", f"{deed}.csv", "z.csv")):
        bad.drop(name, 1001 + number)
    done = bad()
    assert done.fates() == {"a.csv": "done", f"{deed}.csv": "failed", "z.csv": "done"}
    assert done.code == 2
    [why] = (bad.folder / "failed").glob("*/*.why.txt")
    assert told in why.read_text("utf-8")
    assert [entry.number for entry in bad.api.entries()] == ["+33600001001", "+33600001003"]
    assert len(bad.run_folders()) == 2


def test_who_takes_too_long_is_not_waited_for(bad, monkeypatch):
    """Whoever only waits takes no processor's time, and is ended by the clock."""
    monkeypatch.setattr(Limits, "patience", 5.0)
    bad.drop("wait.csv", 1001)
    bad.drop("z.csv", 1002)
    done = bad()
    assert done.fates() == {"wait.csv": "failed", "z.csv": "done"}
    assert TIME in done.told["runs"][0]["why"]


def test_a_bug_with_one_file_does_not_hold_up_the_others(bad, fresh):
    """Exit code 1, with a traceback; the file stays, the others are imported, and no number is shown."""
    bad.drop("err.csv", 6666)
    bad.drop("z.csv", 1002)
    done = bad()
    assert done.code == 1
    assert done.fates() == {"err.csv": "waiting", "z.csv": "done"}
    assert "Traceback" in done.err
    assert "RuntimeError" in done.err
    assert "please report it" in done.err
    assert "0600006666" not in done.err
    assert len(bad.run_folders()) == 1
    fresh()
    assert bad().fates() == {"err.csv": "done"}


@pytest.mark.parametrize("deed", ["open", "shout"])
def test_nothing_that_a_reader_says_stops_the_pass(bad, deed):
    """Files without end have one, and what libraries print is no message."""
    bad.drop(f"{deed}.csv", 1001)
    bad.drop("z.csv", 1002)
    assert bad().fates()["z.csv"] == "done"


def test_one_process_reads_all_files_until_it_has_kept_too_much(bad, monkeypatch):
    """Files share a process, which costs nothing; what one leaves behind in it is nothing to the next."""
    talk, used = reader._talk, []
    monkeypatch.setattr(reader, "_talk", lambda process, task: used.append(process.pid) or talk(process, task))
    for number, name in enumerate(("a.csv", "b.csv", "keep.csv", "z.csv")):
        bad.drop(name, 1001 + number)
    assert set(bad().fates().values()) == {"done"}
    assert used[0] == used[1] == used[2] != used[3]


def test_the_reader_never_has_the_key(night, fresh, monkeypatch):
    """Neither its environment nor its task has the key, though the run is sent with it."""
    fresh()
    known = []
    talk = reader._talk

    def listen(process, task):
        known.append(Path(f"/proc/{process.pid}/environ").read_bytes() + reader.encode(task))
        return talk(process, task)

    monkeypatch.setattr(reader, "_talk", listen)
    night.drop("a.csv", 1001)
    assert night().fates() == {"a.csv": "done"}
    [told] = known
    assert b"PATH" in told
    assert night.api.key.encode() not in told


def test_nothing_is_imported_from_the_inbox(night, fresh):
    """Started where the files lie, the reader takes none of them for a module of Python's."""
    fresh()
    for name in ("json.py", "pandas.py", "stopimport.py", "msgspec.py"):
        (night.folder / name).write_text("import os; os.mkdir('taken')")
    night.drop("a.csv", 1001)
    night.program.folder = night.folder
    _, out, _ = night.run("inbox", ".", "--settle", "0", "--json")
    assert {"a.csv": "done"}.items() <= {run["file"]: run["action"] for run in json.loads(out)["runs"]}.items()
    assert not (night.folder / "taken").exists()


def test_limits_grow_with_the_files():
    """Up to 50 MB a file may take 1.5 GB and 20 s; a larger one more, by its size."""
    small, usual, large = (Limits.of(size) for size in (0, 50 * 10**6, 500 * 10**6))
    assert small == usual
    assert (15 * 10**8, 21) == (usual.memory, usual.seconds)
    assert (15 * 10**9, 201) == (large.memory, large.seconds)
