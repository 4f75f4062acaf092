"""Where a file goes when its run has ended, and what the pass's exit code says."""

from __future__ import annotations

import grp
import os

import pytest
from nightly_helping import forgetful, web_server


def test_a_broken_file_does_not_hold_up_the_others(night):
    """It moves to failed/<day>/ with the reason in plain words; the others are imported; exit code 2."""
    night.drop("a.csv", 1001)
    (night.folder / "b.xlsx").write_bytes(b"PK\x03\x04 broken")
    night.drop("c.csv", 1002)
    done = night()
    assert done.code == 2
    assert done.fates() == {"a.csv": "done", "b.xlsx": "failed", "c.csv": "done"}
    assert night.names("failed") == ["b.xlsx", "b.xlsx.why.txt"]
    why = next((night.folder / "failed").glob("*/*.why.txt")).read_text("utf-8")
    assert "b.xlsx" in why
    assert why.strip() in done.err
    assert len(night.api.entries()) == 2
    assert len(night.run_folders()) == 2


def test_a_guard_moves_the_file_and_keeps_the_run(night):
    """Exit code 5: failed/ with plain words; the option for whoever runs the job; the folder with its rejects."""
    night.drop("landlines.csv", text="Mobile\n" + "01 40 00 00 18\n" * 15 + "06 00 00 10 01\n" * 6)
    done = night()
    assert done.code == 5
    assert night.names("failed") == ["landlines.csv", "landlines.csv.why.txt"]
    assert "15 of 21 entries" in next((night.folder / "failed").glob("*/*.why.txt")).read_text("utf-8")
    assert "--max-rejects" in done.err
    assert night.summaries()[0]["state"] == "aborted"
    assert night.api.calls.total == 0


def test_a_guard_without_cells_leaves_no_run(night):
    """Where the cells could not be read there is no folder, only the explanation."""
    night.drop("two.csv", text="Mobile 1;Mobile 2\n06 00 00 10 01;06 00 00 10 02\n06 00 00 10 03;06 00 00 10 04\n")
    assert night().code == 5
    assert night.names("failed") == ["two.csv", "two.csv.why.txt"]
    assert night.run_folders() == []


def test_a_quiet_night_is_done(night):
    """A file with headers only is imported: nothing was to be done."""
    night.drop("quiet.csv", text="Nom;Mobile\n")
    assert night().code == 0
    assert night.names("done") == ["quiet.csv"]


def test_a_file_with_numbers_left_stays_until_its_run_is_finished(inbox, faulty):
    """Exit code 3: the file stays with its run; the next pass resumes that run first, then moves the file."""
    inbox.drop("a.csv", 1001, 1002)
    inbox.drop("b.csv", 1003)
    with faulty("add/code-500=1@2-2") as api:
        first = inbox("--attempts", "1", "--concurrency", "1")
        assert first.code == 3
        assert first.fates() == {"a.csv": "waiting", "b.csv": "done"}
        assert inbox.names() == ["a.csv"]
        assert first.told["files"]["waiting"] == 1
        second = inbox()
        assert second.code == 0
        assert second.fates() == {"a.csv": "done"}
        assert len(api.entries()) == 3
    assert inbox.names("done") == ["a.csv", "b.csv"]
    assert len(inbox.run_folders()) == 2


def test_a_copy_of_a_file_with_an_unfinished_run_waits_with_it(inbox, faulty):
    """The same content under another name is not a new run while the first is unfinished; then it is set aside."""
    inbox.drop("a.csv", 1001)
    with faulty("add/code-500=1@2-4"):
        inbox("--attempts", "1")
        inbox.drop("copy.csv", 1001)
        assert inbox("--attempts", "1").fates() == {"a.csv": "waiting"}
        assert inbox().fates() == {"a.csv": "done", "copy.csv": "already_imported"}
    assert len(inbox.run_folders()) == 1


def test_a_run_is_finished_without_its_file(inbox, faulty):
    """The file of an unfinished run may be taken away: the run has all it needs."""
    path = inbox.drop("a.csv", 1001)
    with faulty("add/code-500=1@2-2") as api:
        inbox("--attempts", "1")
        path.unlink()
        assert inbox().fates() == {"a.csv": "done"}
        assert len(api.entries()) == 1
        assert inbox().fates() == {}


def test_an_account_stop_holds_up_everything(inbox, faulty):
    """Exit code 4: no file is touched and none begun after it; when the account works again all goes on."""
    inbox.drop("a.csv", 1001, 1002)
    inbox.drop("b.csv", 1003)
    with faulty("add/blocked=1@3-3") as api:
        first = inbox("--concurrency", "1")
        assert first.code == 4
        assert first.fates() == {"a.csv": "waiting"}
        assert inbox.names() == ["a.csv", "b.csv"]
        second = inbox()
        assert second.code == 0, second.err
        assert second.fates() == {"a.csv": "done", "b.csv": "done"}
        assert len(api.entries()) == 3
    assert len(inbox.run_folders()) == 2


def test_a_wrong_key_makes_no_heap_of_runs(night):
    """Night after night with a wrong key is one run, and the right key finishes it."""
    night.drop("a.csv", 1001)
    for _ in range(2):
        assert night(SMSPARTNER_API_KEY="wrong").code == 4
    assert len(night.run_folders()) == 1
    assert night().code == 0
    assert night.names("done") == ["a.csv"]


def test_no_key_is_an_account_stop(inbox):
    """Without a key nothing is sent, and the file stays."""
    inbox.drop("a.csv", 1001)
    assert inbox().code == 4
    assert inbox.names() == ["a.csv"]


def test_missing_numbers_are_done(inbox):
    """Exit code 6: `--verify` found numbers missing; the file is done, and the pass says so."""
    inbox.drop("a.csv", 1001)
    with web_server(forgetful) as url:
        way = {"SMSPARTNER_API_KEY": "practice-key", "STOPIMPORT_BASE_URL": f"{url}/v1"}
        done = inbox("--verify", **way)
        assert done.code == 6
        assert done.fates() == {"a.csv": "done"}
        assert inbox.names("done") == ["a.csv"]
        inbox.drop("again.csv", 1001)
        assert inbox(**way).fates() == {"again.csv": "done"}, "what the list lacks is not imported already"


@pytest.mark.parametrize("option", [["--rate", "0"], ["--alert-rejects", "many"], ["--alert-rejects", "101%"]])
def test_a_wrong_setting_blames_no_file(night, option):
    """Exit code 2 before anything is done."""
    night.drop("a.csv", 1001)
    code, _, err = night.run("inbox", "inbox", "--settle", "0", *option)
    assert code == 2
    assert option[0] in err
    assert night.names() == ["a.csv"]


@pytest.mark.parametrize(
    "option", [["--region", "XX"], ["--encoding", "klingon"], ["--base-url", "http://example.org"]]
)
def test_a_setting_that_fails_each_file_ends_the_pass(night, option):
    """Exit code 2; files that could be imported with the right setting stay where they are."""
    night.drop("a.csv", 1001)
    night.drop("b.csv", 1002)
    assert night(*option).code == 2
    assert night.names() == ["a.csv", "b.csv"]
    assert night.api.calls.total == 0


def test_names_never_overwrite_each_other(night):
    """Files of the same name get a number, and so do their explanations."""
    for number in (1001, 1002, 1003):
        night.drop("export.csv", number)
        night()
    assert night.names("done") == ["export (2).csv", "export (3).csv", "export.csv"]
    texts = [(night.folder / "done").glob(f"*/{name}") for name in night.names("done")]
    assert len({next(found).read_text() for found in texts}) == 3
    for text in ("", "Nom\nDupont\n"):
        night.drop("bad.csv", text=text)
        night()
    night.drop("bad (3).csv.why.txt", text="")
    night()
    assert night.names("failed") == [
        "bad (2).csv", "bad (2).csv.why.txt", "bad (3).csv.why.txt", "bad (3).csv.why.txt.why.txt", "bad.csv",
        "bad.csv.why.txt",
    ]  # fmt: skip


def test_the_runs_may_lie_where_uploaders_cannot_read(night):
    """--runs names another folder, made for its owner alone."""
    night.drop("a.csv", 1001)
    assert night("--runs", "elsewhere/runs").code == 0
    runs = night.program.folder / "elsewhere" / "runs"
    assert runs.stat().st_mode & 0o777 == 0o700
    assert len(list(runs.iterdir())) == 1
    assert not night.runs.exists()
    night.drop("again.csv", 1001)
    assert night("--runs", "elsewhere/runs").fates() == {"again.csv": "already_imported"}


def test_a_group_can_open_the_results(night):
    """--group: marketing reads the runs; everything else of the run belongs to its owner alone."""
    night.drop("a.csv", 1001)
    group = "users" if os.geteuid() == 0 else grp.getgrgid(os.getgid()).gr_name
    assert night("--group", group).code == 0
    [run] = night.run_folders()
    for path, mode in ((night.runs, 0o750), (run, 0o750), (run / "results.csv", 0o640), (run / "inbox.json", 0o640)):
        assert path.stat().st_mode & 0o777 == mode
        assert path.group() == group
    assert night("--group", "no-such-group", "--runs", "more").code == 2


def test_each_run_takes_the_settings_of_reading_and_cleaning(night):
    """The options of `run` hold for each file."""
    night.drop("a.csv", text="Nom;Mobile;Ref\nA;06 00 00 10 01;R1\nB;01 40 00 00 18;R2\n")
    assert night("--keep", "Ref", "--line-types", "any", "--format", "xlsx").code == 0
    [run] = night.run_folders()
    assert (run / "results.xlsx").exists()
    assert night.summaries()[0]["counts"]["numbers"] == 2
