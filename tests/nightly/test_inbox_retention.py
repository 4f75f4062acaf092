"""--keep-days: personal data of old runs goes, summary.json and the report stay; unfinished runs are never touched."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta


def made_old(run, days):
    """Make a run look as if it had been finished so many days ago."""
    path = run / "summary.json"
    finished = datetime.now(UTC) - timedelta(days=days)
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"finished_at": finished.isoformat()}), "utf-8")


def test_old_runs_lose_their_personal_data(night):
    """Results, rejects, journal, log and source go; the summary and the report stay; younger runs are untouched."""
    night.drop("old.csv", 1001)
    night()
    night.drop("copy.csv", 1001)
    night.drop("young.csv", 1002)
    night("--verify", "--format", "both")
    old, young = night.run_folders()
    (old / "results (2).csv").write_text("held open once")
    (old / "notes.txt").write_text("somebody's own")
    made_old(old, 91)
    made_old(young, 89)
    before = sorted(path.name for path in young.iterdir())
    done = night("--keep-days", "90")
    assert done.code == 0
    assert sorted(path.name for path in old.iterdir()) == ["notes.txt", "report.html", "summary.json"]
    assert sorted(path.name for path in young.iterdir()) == before
    assert night.names("done") == ["young.csv"]
    listed = json.loads(night.run("history", night.runs, "--json")[1])
    assert [(run["run"], run["state"]) for run in listed] == [(young.name, "complete"), (old.name, "complete")]


def test_a_report_with_whole_numbers_goes_too(night):
    """Only a masked report is proof without personal data."""
    night.drop("a.csv", 1001)
    night("--report-numbers")
    [run] = night.run_folders()
    night("--keep-days", "0")
    assert sorted(path.name for path in run.iterdir()) == ["summary.json"]


def test_nothing_is_deleted_without_being_asked(night):
    """Off by default."""
    night.drop("a.csv", 1001)
    night()
    [run] = night.run_folders()
    made_old(run, 10000)
    before = sorted(path.name for path in run.iterdir())
    night()
    assert sorted(path.name for path in run.iterdir()) == before
    assert night.names("done") == ["a.csv"]


def test_an_unfinished_run_is_never_deleted(inbox, faulty):
    """However old it is: its numbers are still to be sent."""
    inbox.drop("a.csv", 1001)
    with faulty("add/code-500=1@2-4") as api:
        inbox("--attempts", "1")
        [run] = inbox.run_folders()
        made_old(run, 1000)
        assert inbox("--keep-days", "0", "--attempts", "1").code == 3
        assert (run / "journal.sqlite3").exists()
        assert inbox.names() == ["a.csv"]
        assert inbox("--keep-days", "0").code == 0
        assert sorted(path.name for path in run.iterdir()) == ["report.html", "summary.json"]
        assert len(api.entries()) == 1


def test_what_was_never_imported_is_not_deleted(night):
    """A file that failed holds people who are not on the list: somebody must see to it first."""
    night.drop("a.csv", text="Mobile\n" + "01 40 00 00 18\n" * 15 + "06 00 00 10 01\n" * 6)
    night.drop("b.csv", text="")
    night()
    [run] = night.run_folders()
    made_old(run, 1000)
    night("--keep-days", "0")
    assert (run / "rejects.csv").exists()
    assert night.names("failed") == ["a.csv", "a.csv.why.txt", "b.csv", "b.csv.why.txt"]


def test_undone_runs_are_finished(night):
    """What undo took off needs no keeping either."""
    night.drop("a.csv", 1001)
    night()
    [run] = night.run_folders()
    assert night.run("undo", run, "--reason", "wrong file", "--yes")[0] == 0
    made_old(run, 100)
    night("--keep-days", "90")
    assert sorted(path.name for path in run.iterdir()) == ["report.html", "summary.json"]


def test_runs_made_by_hand_are_not_ours_to_delete(night):
    """Only runs that this inbox started are cleared."""
    night.drop("elsewhere.csv", 1001).rename(night.program.folder / "elsewhere.csv")
    night()
    assert night.run("run", "elsewhere.csv", "--out", "inbox/runs/by-hand", "--yes")[0] == 0
    run = night.runs / "by-hand"
    made_old(run, 1000)
    night("--keep-days", "0")
    assert (run / "results.csv").exists()


def test_a_run_in_use_is_left_for_the_next_time(night):
    """Somebody verifies it at this moment."""
    from stopimport.runs.locks import folder_lock

    night.drop("a.csv", 1001)
    night()
    [run] = night.run_folders()
    with folder_lock(run):
        assert night("--keep-days", "0").code == 0
    assert (run / "results.csv").exists()
    night("--keep-days", "0")
    assert not (run / "results.csv").exists()


def test_a_summary_that_says_nothing_deletes_nothing(night):
    """Without a date nobody knows how old a run is."""
    night.drop("a.csv", 1001)
    night()
    [run] = night.run_folders()
    for broken in ("{", "[]", '{"state": "complete"}', '{"state": "complete", "finished_at": "soon"}'):
        (run / "summary.json").write_text(broken)
        assert night("--keep-days", "0").code == 0
        assert (run / "results.csv").exists()


def test_a_folder_of_the_day_that_is_not_empty_stays(night):
    """Only what the run brought is taken away."""
    night.drop("a.csv", 1001)
    night()
    kept = night.only("done").with_name("kept.txt")
    kept.write_text("somebody's own")
    night("--keep-days", "0")
    assert night.names("done") == ["kept.txt"]
