"""`find`: when did you take my number?"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys

import pytest

EXPORT = 'Nom;Mobile\nA;06 00 00 10 01\nB;600001002\nC;"=""0600001001"""\nD;néant\n'
KEYS = (
    "run folder startedAt file sheet row column input phoneNumber status code stopId message duplicateOf attempts "
    "sentAt undo sandbox"
)


def found(quick, *args):
    """Return what `find --json` finds."""
    done = quick("find", *args, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def one(quick, reach):
    """A run that added two numbers, and the list that they are on."""
    quick.write("export.csv", EXPORT)
    assert quick("run", "export.csv", "--out", "runs/one").returncode == 0
    return reach


def test_place_and_outcome_are_those_of_the_results(quick, one):
    """Each entry with the number is found, with the words of the results file."""
    rows = quick.rows("runs/one")
    entries = found(quick, "0600001001", "runs")
    assert [list(entry) for entry in entries] == [KEYS.split()] * 2
    for entry, row in zip(entries, [rows[0], rows[2]], strict=True):
        for name in set(row) & set(KEYS.split()) - {"input"}:
            assert (str(entry[name]) if entry[name] is not None else "") == row[name]
    assert [entry["status"] for entry in entries] == ["added", "duplicate"]
    assert entries[1]["input"] == '="0600001001"'
    assert [entry.number for entry in one.entries()] == ["+33600001001", "+33600001002"]


@pytest.mark.usefixtures("one")
@pytest.mark.parametrize(
    "writing", ["06 00 00 10 01", "+33600001001", "0033 6 00 00 10 01", "600001001", "33600001001", "06.00.00.10.01"]
)
def test_any_writing_is_understood(quick, writing):
    """NUMBER is read as a cell would be."""
    assert len(found(quick, writing, "runs")) == 2


@pytest.mark.usefixtures("one")
def test_people_read_it_at_a_glance(program):
    """The answer names run, file, row, what became of the number, when by the clock on the wall, and its id."""
    text = program("find", "0600001002", "runs", COLUMNS="60", TZ="XYZ-4").stdout.decode()
    for fact in ("+33600001002", "one", "export.csv", "row 3", "'Mobile'", "600001002", "Added", "stopId 2", "+04:00"):
        assert fact in text
    assert all(len(line) <= 60 for line in text.splitlines())


@pytest.mark.usefixtures("one")
def test_the_story_is_told_from_its_beginning(quick):
    """Several runs are told oldest first."""
    quick("run", "export.csv", "--out", "runs/a-later-one")
    entries = found(quick, "0600001002", "runs")
    assert [(entry["run"], entry["status"]) for entry in entries] == [
        ("one", "added"),
        ("a-later-one", "already_listed"),
    ]


@pytest.mark.usefixtures("one")
def test_a_run_may_be_searched_alone(quick):
    """DIR may be the folder of one run."""
    assert len(found(quick, "0600001002", "runs/one")) == 1


@pytest.mark.usefixtures("reach")
def test_region_says_where_a_number_belongs(quick):
    """--region is the country of a NUMBER without international prefix."""
    quick.write("be.csv", "Mobile\n+32470000001\n")
    quick("run", "be.csv", "--out", "runs/be")
    assert found(quick, "0470 00 00 01", "runs", "--region", "BE")
    assert not found(quick, "0470 00 00 01", "runs")


@pytest.mark.usefixtures("reach")
def test_refused_numbers_are_found(quick):
    """A number that the API refused was taken from a file as well."""
    quick.write("fix.csv", "Mobile\n01 23 45 67 89\n06 00 00 10 01\n")
    quick("run", "fix.csv", "--out", "runs/one", "--line-types", "any")
    (entry,) = found(quick, "+33123456789", "runs")
    assert (entry["status"], entry["code"]) == ("refused", 9)


def test_what_undo_did_is_told(quick, one):
    """A number that was taken off again says so."""
    assert quick("undo", "runs/one", "--reason", "a test", "--yes").returncode == 0
    (entry,) = found(quick, "0600001002", "runs")
    assert entry["status"] == "added"
    assert (entry["undo"]["status"], entry["undo"]["code"]) == ("removed", 200)
    assert entry["undo"]["removedAt"] > entry["sentAt"]
    assert "taken off the stop list" in quick("find", "0600001002", "runs").stdout
    assert not one.entries()


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_without_journal_the_results_are_searched(quick, one, kind):
    """A run whose journal is gone is searched by what people read of it, with the same answer."""
    quick("run", "export.csv", "--out", "runs/again", "--format", kind)
    quick("undo", "runs/one", "--reason", "a test", "--yes", "--even-if-needed")
    before = [found(quick, number, "runs") for number in ("0600001001", "0600001002", "0600001003")]
    for path in (quick.folder / "runs").glob("*/journal.sqlite3"):
        path.unlink()
    assert [found(quick, number, "runs") for number in ("0600001001", "0600001002", "0600001003")] == before
    assert [len(entries) for entries in before] == [4, 2, 0]
    assert not one.entries()


@pytest.mark.usefixtures("one")
def test_what_cannot_be_searched_is_named(quick):
    """A damaged journal is named, and the results searched instead; a run of which only figures are left is named."""
    shutil.copytree(quick.folder / "runs" / "one", quick.folder / "runs" / "two")
    (quick.folder / "runs/one/journal.sqlite3").write_bytes(b"rubbish")
    for name in ("journal.sqlite3", "results.csv"):
        (quick.folder / "runs/two" / name).unlink()
    done = quick("find", "0600001002", "runs", "--json")
    assert done.returncode == 0
    assert [entry["run"] for entry in json.loads(done.stdout)] == ["one"]
    assert "runs/one/journal.sqlite3" in done.stderr
    assert "runs/two" in done.stderr


@pytest.mark.usefixtures("one")
def test_not_found_is_an_answer(quick):
    """A number that is in no run is told in a sentence, and is no error."""
    done = quick("find", "06 00 00 10 09", "runs")
    assert done.returncode == 0
    assert "+33600001009 is in no run in runs" in done.stdout
    assert found(quick, "06 00 00 10 09", "runs") == []


@pytest.mark.usefixtures("one")
@pytest.mark.parametrize("number", ["", "hello", "06 12", "06 00 00 10 01 / 06 00 00 10 02", "+33 6 00 00 10 01 22 33"])
def test_what_is_no_number_is_told(quick, number):
    """A NUMBER that is none, or several, is exit code 2."""
    done = quick("find", number, "runs")
    assert done.returncode == 2
    assert "--region" in done.stderr


def test_a_missing_folder_is_told(quick):
    """A folder that does not exist is exit code 2."""
    done = quick("find", "0600001001", "nowhere")
    assert done.returncode == 2
    assert "nowhere" in done.stderr


@pytest.mark.process
@pytest.mark.usefixtures("one")
def test_looking_needs_nothing_heavy(program):
    """Neither a miss nor the list of runs loads pandas or Arrow: a hundred runs are searched in under a second."""
    code = (
        "import sys; from stopimport.cli.program import execute; import stopimport.cli.commands;"
        "assert execute(sys.argv[1:]) == 0; assert not {'pandas', 'pyarrow', 'numpy', 'httpx'} & set(sys.modules)"
    )
    for command in (["find", "0600001009", "runs"], ["history", "runs"], ["config", "show"], ["config", "path"]):
        subprocess.run(
            [sys.executable, "-c", code, *command], cwd=program.folder, env=program.environment, check=True, timeout=60
        )
