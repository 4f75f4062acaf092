"""`history`: the runs of a folder of runs, newest first, whatever state they are in."""

from __future__ import annotations

import json
import shutil
import time

import pytest

from stopimport.sandbox.options import SandboxOptions
from stopimport.sandbox.server import running

EXPORT = "Mobile\n06 00 00 10 01\n600001002\n+33600001001\nnéant\n"
KEYS = (
    "run folder state command started_at finished_at exit_code counts account account_name base_url verify undo by "
    "sandbox problem"
)


def listed(quick, *args):
    """Return the runs that `history --json` lists."""
    done = quick("history", *args, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def export(quick):
    """A small file to import."""
    return quick.write("export.csv", EXPORT)


@pytest.mark.usefixtures("reach")
def test_runs_are_listed_newest_first(quick, export):
    """Each run has its name, state, exit code and counts; the last one that began is first."""
    quick("check", export, "--out", "runs/a-checked")
    quick("run", export, "--out", "runs/b-sent")
    quick("run", export, "--out", "runs/c-guard", "--column", "Mobile", "--max-rejects", "0")
    runs = listed(quick, "runs")
    assert [(run["run"], run["state"], run["exit_code"]) for run in runs] == [
        ("c-guard", "aborted", 5),
        ("b-sent", "complete", 0),
        ("a-checked", "checked", 0),
    ]
    assert all(list(run) == KEYS.split() for run in runs)
    summary = quick.summary("runs/b-sent")
    for name in ("counts", "started_at", "finished_at", "account", "base_url", "command"):
        assert runs[1][name] == summary[name]


@pytest.mark.usefixtures("reach")
def test_the_default_folder_is_that_of_the_runs(quick, export):
    """Without DIR the folder is stopimport-runs, where `run` puts its runs."""
    quick("run", export)
    (run,) = listed(quick)
    assert run["run"].endswith("-export.csv")
    assert run["folder"] == f"stopimport-runs/{run['run']}"


def test_a_run_lists_itself(quick, export):
    """DIR may be the folder of one run."""
    quick("check", export, "--out", "runs/one")
    assert [run["run"] for run in listed(quick, "runs/one")] == ["one"]


@pytest.mark.parametrize("width", ["60", "80", "200"])
def test_the_table_fits_the_terminal(quick, export, width):
    """From 60 columns on, the table shows each run's time, state, exit code and counts without a broken line."""
    quick("check", export, "--out", "runs/one")
    done = quick("history", "runs", COLUMNS=width)
    lines = done.stdout.splitlines()
    assert all(len(line) <= max(int(width), 60) for line in lines)
    after = lines[lines.index("one") + 1 :]
    assert after[0].split()[2:] == ["checked", "0"]
    assert after[1].split() == ["4", "0", "0", "1", "0", "2"]


def test_what_is_no_run_is_passed_over(quick, export):
    """Folders and files that are no runs are not listed, not even one with a summary.json of another program."""
    quick("check", export, "--out", "runs/one")
    (quick.folder / "runs" / "notes").mkdir()
    quick.write("runs/list.txt", "hello")
    quick.write("runs/other/summary.json", '{"run": 1}')
    assert [run["run"] for run in listed(quick, "runs")] == ["one"]


@pytest.mark.usefixtures("reach")
def test_a_run_without_journal_is_listed(quick, export):
    """Of an aged run nothing but the summary may be left; it is listed by that."""
    quick("run", export, "--out", "runs/old")
    before = listed(quick, "runs")
    for path in (quick.folder / "runs" / "old").iterdir():
        if path.name != "summary.json":
            path.unlink()
    assert listed(quick, "runs") == before


@pytest.mark.parametrize("name", ["journal.sqlite3", "summary.json"])
def test_damaged_runs_are_named(quick, export, name):
    """A run that cannot be read is listed with what is wrong, and the others with it."""
    quick("check", export, "--out", "runs/good")
    quick("check", export, "--out", "runs/bad")
    for path in (quick.folder / "runs" / "bad").iterdir():
        path.unlink()
    (quick.folder / "runs" / "bad" / name).write_bytes(b"rubbish")
    good, bad = listed(quick, "runs")
    assert (good["run"], good["problem"]) == ("good", None)
    assert (bad["run"], bad["state"], bad["counts"]) == ("bad", None, None)
    assert name in bad["problem"]
    assert name in quick("history", "runs").stdout


def test_a_damaged_journal_leaves_the_figures(quick, export):
    """Where the journal is damaged the summary still tells the figures."""
    quick("check", export, "--out", "runs/one")
    (before,) = listed(quick, "runs")
    path = quick.folder / "runs" / "one" / "journal.sqlite3"
    path.write_bytes(path.read_bytes()[:100] + b"x" * 5000)
    (after,) = listed(quick, "runs")
    assert after["counts"] == before["counts"]
    assert "journal.sqlite3" in after["problem"]


def test_without_summary_the_journal_is_counted(quick, reach, export):
    """A run whose summary was not written (yet) is counted from its journal, with the same result."""
    quick("run", export, "--out", "runs/first")
    quick.write("more.csv", EXPORT + "06 00 00 10 03\n01 23 45 67 89\n")
    quick("run", "more.csv", "--out", "runs/second", "--line-types", "any")
    shutil.copytree(quick.folder / "runs", quick.folder / "bare")
    for path in (quick.folder / "bare").glob("*/summary.json"):
        path.unlink()
    runs, bare = listed(quick, "runs"), listed(quick, "bare")
    assert [run["counts"] for run in bare] == [run["counts"] for run in runs]
    assert [run["state"] for run in bare] == ["complete", "complete"]
    assert {name for name, count in runs[0]["counts"].items() if count} >= {"added", "already_listed", "refused"}
    assert len(reach.entries()) == 3


@pytest.mark.kill
@pytest.mark.process
def test_running_and_killed_runs(quick, export):
    """A run that somebody is at is `running`; one that was killed is `interrupted`, and its numbers not sent."""
    with running(SandboxOptions(port=0, latency=600)) as slow:
        address = {"SMSPARTNER_API_KEY": slow.key, "STOPIMPORT_BASE_URL": slow.url}
        process = quick.start("run", export, "--out", "runs/one", **address)
        try:
            deadline = time.monotonic() + 60
            while not (quick.folder / "runs/one/run.log").exists() and time.monotonic() < deadline:
                quick("history", "runs")
            (run,) = listed(quick, "runs")
            assert (run["state"], run["exit_code"], run["finished_at"]) == ("running", None, None)
            process.kill()
            process.communicate()
            (run,) = listed(quick, "runs")
            assert (run["state"], run["exit_code"]) == ("interrupted", None)
            assert (run["counts"]["rows"], run["counts"]["rejected"], run["counts"]["not_sent"]) == (4, 1, 2)
        finally:
            process.kill()
            process.communicate()


def test_verified_and_undone_runs_are_marked(quick, reach, export):
    """What `verify` and `undo` did to a run is in the list."""
    quick("run", export, "--out", "runs/one")
    assert quick("verify", "runs/one").returncode == 0
    assert "verified" in quick("history", "runs").stdout
    assert quick("undo", "runs/one", "--reason", "a test", "--yes").returncode == 0
    assert "verified, undone" in quick("history", "runs").stdout
    (run,) = listed(quick, "runs")
    assert run["verify"]["missing"] == 0
    assert run["undo"]["removed"] == 2
    assert not reach.entries()


def test_an_empty_folder_has_no_runs(quick):
    """A folder without runs is no error."""
    (quick.folder / "runs").mkdir()
    assert listed(quick, "runs") == []
    assert "no runs" in quick("history", "runs").stdout


@pytest.mark.parametrize("args", [(), ("nowhere",), ("export.csv",)])
@pytest.mark.usefixtures("export")
def test_a_missing_folder_is_told(quick, args):
    """A folder that does not exist, or is a file, is exit code 2 with a sentence that names it."""
    done = quick("history", *args)
    assert done.returncode == 2
    assert (args[0] if args else "stopimport-runs") in done.stderr
    failed = quick("history", *args, "--json")
    assert json.loads(failed.stdout)["exit_code"] == 2
