"""The journal under fire: a full disk, a busy database, a sender that is faster than the disk, a kill."""

from __future__ import annotations

import random
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from effort import some
from made_up import FACTS

from stopimport.errors import ExitCode
from stopimport.runs.errors import DamagedJournal, JournalUnusable
from stopimport.runs.journal import Journal
from stopimport.sending.outcomes import Outcome
from stopimport.vocabulary import Status

SENDER = Path(__file__).with_name("kill_me.py")
SEEDS = range(4)


@contextmanager
def full_disk(path):
    """Let no file grow beyond the size that `path` has, as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _outcome(index: int) -> Outcome:
    return Outcome(index, Status.ADDED, 200, str(index), "m" * 200, 1, 1.0)


def test_a_full_disk_is_told_and_loses_nothing(path, make_entries):
    """On a full disk flush and reserve raise an error that names the file; with space again all outcomes are there."""
    with Journal.create(path, FACTS, make_entries(5_000)) as journal:
        journal.reserve(10)
        with full_disk(path):
            for index in range(5_000):
                journal.record(_outcome(index))
            with pytest.raises(JournalUnusable, match=r"journal\.sqlite3") as caught:
                journal.flush()
            assert caught.value.exit_code is ExitCode.UNUSABLE
            with pytest.raises(JournalUnusable):
                journal.reserve(5_000)
        journal.flush()
        assert (journal.outcomes()["status"] == "added").all()
        assert not journal.outcomes()["in_doubt"].any()


def test_a_mark_that_cannot_be_written_is_told(path, make_entries):
    """When the mark cannot be put on disk, reserve fails: no number goes out that could not be journalled."""
    with Journal.create(path, FACTS, make_entries(10)) as journal:
        journal.reserve(3)
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("ALTER TABLE run RENAME TO nowhere")
        with pytest.raises(DamagedJournal, match="run"):
            journal.reserve(9)


def test_closing_tells_what_could_not_be_written(path, make_entries):
    """A `with` block does not end quietly when outcomes are still unwritten."""
    Journal.create(path, FACTS, make_entries(3_000)).close()

    def work() -> None:
        with Journal.open(path) as journal:
            for index in range(3_000):
                journal.record(_outcome(index))

    with full_disk(path), pytest.raises(JournalUnusable):
        work()


def test_outcomes_reach_the_disk_by_themselves(journal, path):
    """A single outcome is committed soon, without anybody asking for it."""
    journal.record(_outcome(4))
    with closing(sqlite3.connect(path)) as other:
        while not other.execute("SELECT count(*) FROM outcomes").fetchone()[0]:
            pass
        assert other.execute("SELECT position, status FROM outcomes").fetchall() == [(4, "added")]


def test_at_most_two_hundred_outcomes_behind(path, make_entries):
    """While the disk does not answer, the sender is held rather than left to run ahead."""
    with Journal.create(path, FACTS, make_entries(1_000)) as journal:
        journal.reserve(1)
        taken = []
        held = threading.Event()

        def record_many() -> None:
            for index in range(1_000):
                if index == 200:
                    held.set()
                journal.record(_outcome(index))
                taken.append(index)

        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            sender = threading.Thread(target=record_many)
            sender.start()
            held.wait()
            behind = len(taken)
            other.execute("ROLLBACK")
        sender.join()
        assert behind == 200
        assert (journal.outcomes()["status"] == "added").all()


def test_many_threads_may_record_and_reserve(path, make_entries):
    """Outcomes and marks may come from several threads at once; none gets lost."""
    with Journal.create(path, FACTS, make_entries(2_000)) as journal:

        def work(first: int) -> None:
            for index in range(first, 2_000, 4):
                if index % 100 == first:
                    journal.reserve(index + 100)
                journal.record(_outcome(index))

        threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        outcomes = journal.outcomes()
        assert [str(index) for index in range(2_000)] == outcomes["stop_id"].tolist()


@pytest.mark.kill
@pytest.mark.process
@pytest.mark.parametrize("seed", some(SEEDS, by_day=1))
def test_a_kill_loses_no_more_than_a_batch(seed, path, make_entries):
    """Killed at any moment: what went out is known, all but the last 200 outcomes are there, going on works."""
    rng = random.Random(seed)
    Journal.create(path, FACTS, make_entries(2_500)).close()
    kills = 0
    while True:
        sent, recorded = path.with_name("sent"), path.with_name("recorded")
        for log in (sent, recorded):
            log.write_bytes(b"")
        until = rng.choice([1, 150, 400, 777, 1_100])
        stride = str(rng.randrange(50, 400))
        with subprocess.Popen([sys.executable, SENDER, path, stride], stdout=subprocess.PIPE) as child:
            if len(list(islice(child.stdout, until))) == until:
                child.send_signal(signal.SIGKILL)
            child.stdout.read()
        with Journal.open(path) as journal:
            outcomes = journal.outcomes()
        status, doubt = outcomes["status"].to_numpy(), outcomes["in_doubt"].to_numpy()
        out = np.fromfile(sent, np.int32)
        assert all(doubt[out] | (status[out] == "added"))
        done = np.fromfile(recorded, np.int32)
        assert (status[done[: max(len(done) - 200, 0)]] == "added").all()
        if child.returncode == 0:
            break
        kills += 1
        assert child.returncode == -signal.SIGKILL
    assert kills > 0
    assert (status == "added").all()
