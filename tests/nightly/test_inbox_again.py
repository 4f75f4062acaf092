"""The same content dropped again: set aside only where a run has done all that this one would do."""

from __future__ import annotations

import gzip
import json
import zipfile

import pytest


def test_what_was_imported_is_set_aside_without_a_call(night):
    """After success: done/ with an explanation that names the run, no call, no new run, exit code 0."""
    night.drop("a.csv", 1001)
    night()
    calls = night.api.calls.total
    night.drop("a.csv", 1001)
    night.drop("renamed.csv", 1001)
    done = night()
    assert done.code == 0
    assert done.fates() == {"a.csv": "already_imported", "renamed.csv": "already_imported"}
    assert night.api.calls.total == calls
    [run] = night.run_folders()
    assert night.names("done") == ["a (2).csv", "a (2).csv.why.txt", "a.csv", "renamed.csv", "renamed.csv.why.txt"]
    assert run.name in next((night.folder / "done").glob("*/renamed.csv.why.txt")).read_text()


def test_twins_in_one_pass_are_imported_once(night):
    """The second of two equal files in the same pass is set aside."""
    night.drop("a.csv", 1001)
    night.drop("b.csv", 1001)
    assert night().fates() == {"a.csv": "done", "b.csv": "already_imported"}


def test_again_overrules(night):
    """--again imports it once more."""
    night.drop("a.csv", 1001)
    night()
    night.drop("a.csv", 1001)
    done = night("--again")
    assert done.fates() == {"a.csv": "done"}
    assert done.told["counts"]["already_listed"] == 1
    assert len(night.run_folders()) == 2


def test_after_a_failure_it_is_a_new_try(night):
    """A file that a guard stopped may be dropped again, with another setting or without."""
    landlines = "Mobile\n" + "01 40 00 00 18\n" * 15 + "06 00 00 10 01\n" * 6
    night.drop("a.csv", text=landlines)
    assert night().code == 5
    night.drop("a.csv", text=landlines)
    assert night().code == 5
    night.drop("a.csv", text=landlines)
    done = night("--max-rejects", "90%")
    assert done.code == 0
    assert done.fates() == {"a.csv": "done"}


def test_after_undo_it_is_imported_again(night):
    """Whoever undid a run and drops its file again wants it imported."""
    night.drop("a.csv", 1001)
    night()
    [run] = night.run_folders()
    code, _, err = night.run("undo", run, "--reason", "wrong file", "--yes")
    assert code == 0, err
    assert night.api.entries() == []
    night.drop("a.csv", 1001)
    assert night().fates() == {"a.csv": "done"}
    assert len(night.api.entries()) == 1


def test_an_unfinished_run_that_was_undone_gives_its_file_back(inbox, faulty):
    """Somebody undid what an unfinished run had sent: the night after, its file is not imported behind their back."""
    inbox.drop("a.csv", 1001, 1002)
    with faulty("add/code-500=1@3-3") as api:
        assert inbox("--attempts", "1", "--concurrency", "1").code == 3
        [run] = inbox.run_folders()
        assert inbox.run("undo", run, "--reason", "wrong file", "--yes")[0] == 0
        done = inbox()
        assert done.fates() == {"a.csv": "set_aside"}
        assert api.entries() == []
        assert inbox.names("failed") == ["a.csv", "a.csv.why.txt"]
        inbox.drop("a.csv", 1001, 1002)
        assert inbox().fates() == {"a.csv": "done"}
        assert len(api.entries()) == 2


@pytest.mark.parametrize(
    "other", [["--region", "BE"], ["--column", "Mobile"], ["--line-types", "any"], ["--countries", "FR"]]
)
def test_other_settings_of_cleaning_find_other_numbers(night, other):
    """With other settings of reading or cleaning the content is new."""
    night.drop("a.csv", 1001)
    night()
    night.drop("a.csv", 1001)
    assert night(*other, "--max-rejects", "100%").fates() != {"a.csv": "already_imported"}


@pytest.mark.parametrize("other", [["--rate", "100/s"], ["--keep", "Mobile"], ["--format", "xlsx"]])
def test_settings_of_sending_and_output_do_not_matter(night, other):
    """What finds the same numbers is the same import."""
    night.drop("a.csv", 1001)
    night()
    night.drop("a.csv", 1001)
    assert night(*other).fates() == {"a.csv": "already_imported"}


def test_another_account_has_another_list(inbox, faulty, night):
    """What one account has, another lacks: a practice run or the shop's sister is no reason to leave people out."""
    night.drop("a.csv", 1001)
    assert night("--sandbox").code == 0
    night.drop("a.csv", 1001)
    assert night().fates() == {"a.csv": "done"}
    with faulty() as other:
        inbox.drop("a.csv", 1001)
        assert inbox().fates() == {"a.csv": "done"}
        assert len(other.entries()) == 1


def test_an_archive_is_known_by_its_own_hash(night):
    """A packed file dropped again is set aside like any other."""
    for _ in range(2):
        (night.folder / "a.csv.gz").write_bytes(gzip.compress(b"Mobile\n06 00 00 10 01\n", mtime=0))
        with zipfile.ZipFile(night.folder / "b.zip", "w") as archive:
            archive.writestr(zipfile.ZipInfo("inner.csv"), "Mobile\n06 00 00 10 02\n")
        done = night()
    assert done.fates() == {"a.csv.gz": "already_imported", "b.zip": "already_imported"}


@pytest.mark.process
def test_a_file_that_changes_while_it_is_imported_is_a_new_run(night):
    """The old run remains; the file stays, and its new content is imported by the next pass."""
    path = night.drop("a.csv", *range(1000, 1040))
    process = night.start("--rate", "20/s")
    while night.api.calls.by_endpoint["add"] < 2 and process.poll() is None:
        pass
    with path.open("a") as file:
        file.write("06 00 00 20 01\n")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert json.loads(out)["runs"][0]["moved_to"] is None
    assert night.names() == ["a.csv"]
    done = night()
    assert done.fates() == {"a.csv": "done"}
    assert [summary["counts"]["numbers"] for summary in night.summaries()] == [40, 41]
    assert len(night.api.entries()) == 41


def test_a_damaged_run_proves_nothing(night):
    """A run whose journal is broken does not keep the same content from being imported."""
    night.drop("a.csv", 1001)
    night()
    (night.run_folders()[0] / "journal.sqlite3").write_bytes(b"SQLite format 3\0 and then rubbish")
    night.drop("a.csv", 1001)
    assert night().fates() == {"a.csv": "done"}
