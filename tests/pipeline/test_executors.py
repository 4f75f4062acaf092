"""Whoever computes, and whatever becomes of them: results, rejects and summary are the same bytes."""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import count

import pytest
from effort import EXHAUSTIVE, some

import stopimport
from stopimport.errors import BadOption, ExitCode, StopimportError
from stopimport.loading.delimited import reader
from stopimport.loading.files import sources
from stopimport.loading.files.blocks import Blocks
from stopimport.loading.parts import Lines
from stopimport.pipeline import cluster, elsewhere, partwork
from stopimport.pipeline.cluster import computing
from stopimport.pipeline.errors import ClusterAway, ClusterIdle, NoDask
from stopimport.pipeline.job import Context, Nobody
from stopimport.pipeline.portions import Portion
from stopimport.pipeline.running import check
from stopimport.settings import Settings
from stopimport.sidebyside import threads

OWN = ("run", "started_at", "finished_at", "seconds")
"""What two runs of the same files differ in."""
WORDS = ("0600001001", "06 00 00 10 02", "+33600001003", "rien", "", "0600001004 / 0600001001", "0612", "06é", "néant")
ROWS = "".join(f"Zoé {at};{WORDS[at % 9]};{'BE' if at % 5 else ''};x\r\n" for at in range(900))
HEAD = "nom;portable;pays;nom\r\n"
TEXTS = {
    "plain": (HEAD + ROWS, {}),
    "kept columns": (HEAD + ROWS, {"keep": ["nom", "pays"], "column": ["portable"]}),
    "a country column": (HEAD + ROWS, {"country_column": "pays"}),
    "rows chosen": (HEAD + ROWS, {"where": ["pays=BE"]}),
    "no rows chosen in a part": (HEAD + ROWS + "y;0600001050;LU;\r\n", {"where": ["pays=LU"]}),
    "titles and a mark": ("\ufeffListe\r\n\r\n" + HEAD + ROWS, {}),
    "a named delimiter": ("sep=;\r\n" + HEAD + ROWS + "\r\n", {}),
    "quotes, no header": (ROWS.replace("Zoé", '"Zoé; ""Z"""'), {"column": ["2"], "no_header": True}),
    "one column": ("portable\n" + "".join(f"0600{at:06}\n" for at in range(2000)), {}),
    "not regular": (HEAD + ROWS + "x;0600001001\r\n", {}),
    "two tables": (HEAD + ROWS + ";;;\r\nclient;mobile;;\r\n" + "a;0600001077;;\r\n" * 300, {}),
}
BY_DAY = ("rows chosen", "not regular")
SENT = {"not regular": {bytes}}
"""What workers cannot read for themselves."""


class Inline(Executor):
    """Does tasks at once, as another process would: all that goes there and comes back is pickled."""

    def __init__(self, before=lambda _number: None):
        self.numbers = count()
        self.before = before
        self.sources = []

    def submit(self, do, /, task):
        """Do a task."""
        future = Future()
        try:
            self.before(next(self.numbers))
            sent = pickle.dumps((do, task))
            self.sources.append(type(task.source))
            arrived, copy = pickle.loads(sent)  # noqa: S301 - ours
            future.set_result(pickle.loads(pickle.dumps(arrived(copy))))  # noqa: S301 - ours
        except Exception as error:  # noqa: BLE001 - as executors do
            future.set_exception(error)
        return future


class Listening(Nobody):
    """Remembers what it was warned of."""

    def __init__(self):
        self.warned = []

    def warn(self, text):
        """Remember it."""
        self.warned.append(text)


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """Check a file by an executor, in parts; what a run's folder holds then, and what was told meanwhile."""
    monkeypatch.setattr(reader, "_SAMPLE", 1 << 9)
    monkeypatch.setattr(sources, "Blocks", partial(Blocks, size=1 << 12))
    numbers = count()

    def checked_(file, executor, **settings):
        out = tmp_path / f"run {next(numbers)}"
        chosen = {"out": out, "all_rows": True, "max_rejects": "100%", "country_column": "none", **settings}
        # What is compared with is read, cleaned and written as a whole.
        monkeypatch.setattr(sources, "LARGE", 1 << 13 if executor else 1 << 60)
        watcher = Listening()
        portion = Portion(rows=200) if executor else Portion(1 << 30, 1 << 60)
        context = Context(Settings(chosen), watcher=watcher, portion=portion, executor=executor)
        done = check([file], context)
        tables = [(out / name).read_bytes() for name in ("results.csv", "rejects.csv")]
        summary = json.loads((out / "summary.json").read_text("utf-8"))
        assert done.error is None
        return (tables, {name: value for name, value in summary.items() if name not in OWN}), watcher.warned

    return checked_


@pytest.fixture
def file(tmp_path):
    """A file of some parts."""
    path = tmp_path / "liste.csv"
    path.write_bytes((HEAD + ROWS).encode())
    return path


@pytest.mark.parametrize("case", some(TEXTS, by_day=BY_DAY))
def test_others_make_the_same(tmp_path, checked, case):
    """The lines that they read for themselves, or the cells that they are sent, come to the same."""
    text, settings = TEXTS[case]
    path = tmp_path / "liste.csv"
    path.write_bytes(text.encode())
    executor = Inline()
    assert checked(path, executor, **settings) == checked(path, None, **settings)
    assert len(executor.sources) > 2
    assert set(executor.sources) == SENT.get(case, {Lines})


def test_a_part_is_a_note_that_shows_nothing(checked, file):
    """What is sent says where the cells are, not what they are; logs of clusters may hold its writing."""
    seen = []

    class Looking(Inline):
        def submit(self, do, /, task):
            seen.append(repr(task))
            return super().submit(do, task)

    checked(file, Looking(), keep=["nom"])
    assert not any("0600" in text or "Zoé" in text or "nom" in text for text in seen)


def test_workers_that_see_another_file_get_the_cells(checked, file, caplog):
    """What was hashed is what is read, wherever that is: a file of the same size and times is not enough."""
    expected, _none = checked(file, None)

    def changed(number):
        if number == 1:
            times = file.stat()
            file.write_bytes(file.read_bytes().replace(b"0600001001", b"0600001009"))
            os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))

    caplog.set_level(logging.INFO)
    executor = Inline(changed)
    assert checked(file, executor) == (expected, [])
    assert "the cells are sent to them" in caplog.text
    assert set(executor.sources) == {Lines, bytes}


class Odd(Exception):
    """What a library raises; its text might be anything."""


def broken(at):
    """Return an executor whose tasks fail from one on."""

    def fail(number):
        if number >= at:
            raise Odd("+33600001001")

    return Inline(fail)


def test_what_workers_lose_is_done_here(checked, file, caplog):
    """It is told with its number of parts, not with what a library says."""
    expected, _none = checked(file, None)
    found, warned = checked(file, broken(2))
    assert found == expected
    assert warned[0].startswith("4 parts of 6 were not cleaned by the workers, but by this process.")
    assert "Odd" in caplog.text
    assert "600001001" not in caplog.text


def test_an_executor_that_is_gone_costs_nothing(checked, file):
    """One that takes no tasks any more, and one that never answers."""
    expected, _none = checked(file, None)

    class Closed(Inline):
        def submit(self, do, /, task):
            if len(self.sources) == 1:
                raise RuntimeError("cannot schedule new futures after shutdown")
            return super().submit(do, task)

    assert checked(file, Closed())[0] == expected


def test_a_silent_executor_is_given_up(checked, file, monkeypatch):
    """No part is waited for for ever."""
    expected, _none = checked(file, None)
    monkeypatch.setattr(elsewhere, "_SECONDS", 0.01)

    class Silent(Executor):
        def __init__(self):
            self.futures = []

        def submit(self, _do, /, _task):
            self.futures.append(Future())
            return self.futures[-1]

    silent = Silent()
    found, warned = checked(file, silent)
    assert found == expected
    assert len(warned) == 1
    assert all(future.cancelled() for future in silent.futures)


def test_other_versions_are_not_trusted(checked, file, monkeypatch):
    """A worker with other numbering plans would judge otherwise."""
    expected, _none = checked(file, None)

    class Younger(Inline):
        def submit(self, do, /, task):
            with monkeypatch.context() as there:
                there.setattr(partwork, "VERSIONS", ("0.1.0", "7.0"))
                return super().submit(do, task)

    found, warned = checked(file, Younger())
    assert found == expected
    assert warned[0].startswith("6 parts of 6")


def test_an_error_of_cleaning_is_the_same_everywhere(tmp_path, checked):
    """What ends a run ends it in the same words."""
    path = tmp_path / "liste.csv"
    path.write_text("portable\n" + (" / ".join(f"06000{at:05}" for at in range(99)) + "\n") * 150, "utf-8")
    words = []
    for executor in (Inline(), None):
        with pytest.raises(StopimportError) as error:
            checked(path, executor)
        words.append(str(error.value))
    assert words[0] == words[1]


def test_the_time_for_odd_texts_counts_over_all_workers(checked, file, monkeypatch):
    """What each of them spends is spent by the run."""
    monkeypatch.setattr("stopimport.cleaning.patience._SECONDS", 1e-9)
    with pytest.raises(StopimportError, match="cells"):
        checked(file, Inline())


def test_no_cluster_is_said_before_anything_is_read(tmp_path, monkeypatch):
    """Exit code 2 and one sentence: no address, nobody there, the extra missing."""
    with pytest.raises(BadOption, match="such as tcp://scheduler:8786, or 'local'"):
        stopimport.check(tmp_path / "none.csv", dask="scheduler")
    monkeypatch.setattr(cluster, "_SECONDS", 0.2)
    with pytest.raises(ClusterAway, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9\."):
        stopimport.check(tmp_path / "none.csv", dask="tcp://127.0.0.1:9")


def test_the_extra_may_be_missing(monkeypatch):
    """The sentence says what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(NoDask, match=r"pip install 'stopimport\[dask\]'"),
        computing(Context(Settings({"dask": "local"}))),
    ):
        pass


@EXHAUSTIVE
@pytest.mark.process
def test_processes_make_the_same(checked, file):
    """A pool of Python's own; a process of it is killed, which ends that pool."""
    expected, _none = checked(file, None)
    with ProcessPoolExecutor(2) as pool:
        assert checked(file, pool) == (expected, [])
        os.kill(next(iter(pool._processes)), signal.SIGKILL)
        found, warned = checked(file, pool)
    assert found == expected
    assert warned


@EXHAUSTIVE
@pytest.mark.kill
def test_a_killed_worker_of_a_cluster_costs_nothing(checked, file):
    """Dask, two processes, one of them killed while they work."""
    distributed = pytest.importorskip("distributed")
    expected, _none = checked(file, None)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0") as workers,
        distributed.Client(workers) as client,
    ):
        executor = client.get_executor()
        assert checked(file, executor) == (expected, [])
        one = next(iter(client.run(os.getpid).values()))

        class Killing(Executor):
            def submit(self, do, /, task, numbers=count()):  # noqa: B008 - one for all calls
                future = executor.submit(do, task)
                if next(numbers) == 2:
                    os.kill(one, signal.SIGKILL)
                return future

        assert checked(file, Killing(), region="BE")[0] == checked(file, None, region="BE")[0]


@EXHAUSTIVE
@pytest.mark.process
def test_a_cluster_without_workers_is_no_help(tmp_path, monkeypatch):
    """Nothing is begun that nobody would do."""
    distributed = pytest.importorskip("distributed")
    monkeypatch.setattr(cluster, "_SECONDS", 1.0)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as idle,
        pytest.raises(ClusterIdle, match="has no workers"),
    ):
        stopimport.check(tmp_path / "none.csv", dask=idle.scheduler_address)


@EXHAUSTIVE
@pytest.mark.process
def test_strangers_cannot_use_a_cluster_of_our_own():
    """Whoever else is on this machine can open connections, but has not the certificate of this command."""
    distributed = pytest.importorskip("distributed")
    with cluster._client("local") as executor:
        address = executor._client.scheduler.address
        with pytest.raises(OSError, match="certificate does not match"):
            distributed.Client(address, timeout=3, security=distributed.Security.temporary())
        assert executor.submit(len, "abc").result(60) == 3


@EXHAUSTIVE
@pytest.mark.process
def test_an_interrupt_ends_its_cluster_quietly(program, tmp_path):
    """Ctrl-C in a terminal reaches all processes; what they have to say of it is one sentence."""
    psutil = pytest.importorskip("psutil")
    command = program.command("check", "-", "--out", "run", "--dask", "local")
    with subprocess.Popen(
        command, cwd=tmp_path, env=program.environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        whole = psutil.Process(process.pid)
        while sum("spawn_main" in " ".join(child.cmdline()) for child in whole.children()) < threads():
            assert process.poll() is None
            time.sleep(0.1)
        # While it starts its workers it hears of none itself.
        while process.poll() is None:
            os.killpg(process.pid, signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
        told = process.stderr.read()
    assert process.returncode == ExitCode.INTERRUPTED
    assert told == b"stopimport: Interrupted before anything was sent or changed.\n"


@EXHAUSTIVE
@pytest.mark.process
def test_the_command_starts_a_cluster(program, tmp_path):
    """`--dask local`, as typed; and nothing of Dask's own on either stream."""
    program.write("liste.csv", "portable\n" + "".join(f"0600{at:06}\n" for at in range(200_000)))
    outs = []
    for name, options in (("alone", ()), ("dask", ("--dask", "local"))):
        done = program.process("check", "liste.csv", "--out", name, "--json", *options)
        assert (done.returncode, done.stderr) == (0, b"")
        outs.append([(tmp_path / name / table).read_bytes() for table in ("results.csv", "rejects.csv")])
        assert json.loads(done.stdout)["counts"]["numbers"] == 200_000
    assert outs[0] == outs[1]
