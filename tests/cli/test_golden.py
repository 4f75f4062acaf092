"""Runs that the program 0.1.0 made, one in each state: this version opens them and goes on with them as that one did.

How they were made is in `data/golden/make.py`.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from effort import EXHAUSTIVE

from stopimport.pipeline.correcting import correct, rejects_of
from stopimport.pipeline.job import Context
from stopimport.pipeline.wishes import Wish
from stopimport.runs.digits import e164
from stopimport.runs.journal import Journal
from stopimport.secrets import ApiKey

PACKED = Path(__file__).parents[1] / "data" / "golden" / "0.1.0.zip"
FAST = "--rate=1000/s"
LATER = {"by", "sandbox", "account_name"}
"""What a summary of that version did not tell."""


@pytest.fixture
def golden(quick, vendor):
    """The runs in the folder of `quick`; all that were sent went to `vendor`, whose list is empty."""
    with zipfile.ZipFile(PACKED) as packed:
        packed.extractall(quick.folder)
        quick.said = {name: json.loads(packed.read(f"{name}.json")) for name in ("history", "find")}
    for path in quick.folder.glob("*/journal.sqlite3"):
        change(path, lambda facts: facts | ({"base_url": vendor.url} if facts["base_url"][:5] == "http:" else {}))
    return vendor


def facts_of(path):
    """Return what a journal knows of its run, as it is on disk."""
    with closing(sqlite3.connect(path)) as connection:
        return json.loads(connection.execute("SELECT meta FROM run").fetchone()[0])


def change(path, work):
    """Change what a journal knows of its run, as no version of the program does."""
    changed = json.dumps(work(facts_of(path)))
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE run SET meta = ?", (changed,))


def list_all(quick, vendor, run):
    """Put what a run added on the list, under the ids that it got."""
    with Journal.open(quick.folder / run / "journal.sqlite3") as journal:
        outcomes = journal.outcomes()
    added = outcomes[outcomes["status"] == "added"]
    vendor.entries = [
        {"id": int(stop_id), "phoneNumber": number, "createdAt": ""}
        for number, stop_id in zip(added["number"], added["stop_id"], strict=True)
    ]


def keys_of(data):
    """Return the keys of nested data in their order, without values; of lists those of the first item."""
    if isinstance(data, dict):
        return {name: keys_of(value) for name, value in data.items()}
    return [keys_of(data[0])] if isinstance(data, list) and data else None


@pytest.mark.usefixtures("golden")
def test_history_and_find_say_the_same(quick):
    """Every run is listed with the same state and figures, and a number is found in the same places."""
    for run in quick.said["history"]:
        path = quick.folder / run["folder"] / "journal.sqlite3"
        run["base_url"] = facts_of(path)["base_url"]
    said = json.loads(quick("history", ".", "--json").stdout)
    assert [run["run"] for run in said if run["sandbox"]] == ["practised"]
    assert quick.said["history"] == [{name: run[name] for name in run if name not in LATER} for run in said]
    found = json.loads(quick("find", "0600001001", ".", "--json", "--practice").stdout)
    assert quick.said["find"] == [{name: one[name] for name in one if name not in LATER} for one in found]
    proved = json.loads(quick("find", "0600001001", ".", "--json").stdout)
    assert proved == [one for one in found if not one["sandbox"]]
    assert len(proved) < len(found)


@pytest.mark.usefixtures("golden")
def test_people_see_the_same_list(quick):
    """The printed list names each run, with what `verify` and `undo` did to it."""
    said = quick("history", ".").stdout
    lines = said.splitlines()
    endings = {run["run"]: lines[lines.index(run["run"]) + 1].split()[2:] for run in quick.said["history"]}
    assert endings == {
        "practised": ["complete", "0", "practice", "run,", "verified"],
        "checked": ["checked", "0"],
        "empty": ["checked", "0"],
        "guarded": ["aborted", "5"],
        "complete": ["complete", "0"],
        "missing": ["complete", "0", "1", "missing"],
        "refused": ["aborted", "4"],
        "undone": ["complete", "0", "undone"],
        "undoing": ["complete", "0", "undo", "unfinished"],
        "incomplete": ["incomplete", "3"],
        "interrupted": ["interrupted", "130"],
        "killed": ["interrupted"],
    }


@pytest.mark.parametrize("run", ["checked", "empty", "incomplete", "interrupted", "killed", "refused", "practised"])
def test_a_run_is_resumed(quick, golden, run):
    """What was left is sent, nothing twice, and the summary has the keys that it had."""
    if run not in {"checked", "empty", "refused", "practised"}:
        list_all(quick, golden, run)
    if run in {"checked", "empty"}:
        change(quick.folder / run / "journal.sqlite3", lambda facts: facts | {"base_url": golden.url})
    before = facts_of(quick.folder / run / "journal.sqlite3")
    done = quick("resume", run, FAST)
    assert done.returncode == 0, done.stderr
    after, made = facts_of(quick.folder / run / "journal.sqlite3"), quick.summary(run)
    assert (after["state"], after["exit_code"]) == ("complete", 0)
    assert after.keys() >= before.keys()
    numbers = [entry["phoneNumber"] for entry in golden.entries]
    assert len(numbers) == len(set(numbers)) == (0 if run == "practised" else made["counts"]["numbers"])
    with zipfile.ZipFile(PACKED) as packed:
        like = json.loads(packed.read("complete/summary.json"))
    assert list(like) == [name for name in made if name not in LATER]
    assert made.keys() >= LATER
    assert made["requests"]["sent"] == made["counts"]["added"] or run in {"incomplete", "interrupted", "killed"}


@EXHAUSTIVE
def test_its_rejects_are_corrected(quick, golden):
    """What that version rejected can be corrected now; the run goes on from there."""
    list_all(quick, golden, "complete")
    folder = quick.folder / "complete"
    listed, before = len(golden.entries), quick.summary("complete")["counts"]
    rejects = rejects_of(folder / "journal.sqlite3")
    wish = Wish(rejects.rows(0, 1)[0].place, "06 00 00 19 99")
    assert correct(folder, [wish], Context(key=ApiKey("practice-key", "a test"))) is not None
    assert quick("resume", "complete", FAST).returncode == 0
    after = quick.summary("complete")["counts"]
    assert after == before | {name: before[name] + 1 for name in ("numbers", "added")} | {
        "rejected": before["rejected"] - 1
    }
    assert len(golden.entries) == listed + 1


@pytest.mark.parametrize("run", ["guarded", "undone", "undoing"])
@pytest.mark.usefixtures("golden")
def test_what_must_not_be_resumed_is_not(quick, run):
    """A run that a guard stopped, or that was undone, stays as it is."""
    before = facts_of(quick.folder / run / "journal.sqlite3")
    assert quick("resume", run).returncode == 2
    assert before == facts_of(quick.folder / run / "journal.sqlite3")


@pytest.mark.parametrize(("run", "code"), [("complete", 6), ("missing", 0), ("undone", 0), ("practised", 0)])
def test_a_run_is_verified(quick, golden, run, code):
    """The comparison finds what is missing, and is in the summary under the keys that it had."""
    if run == "missing":
        list_all(quick, golden, run)
    done = quick("verify", run)
    assert done.returncode == code, done.stderr
    with zipfile.ZipFile(PACKED) as packed:
        like = json.loads(packed.read("missing/summary.json"))
    assert keys_of(like["verify"]) == keys_of(quick.summary(run)["verify"])
    assert (quick.folder / run / "report.html").is_file()


@pytest.mark.parametrize(("run", "removed"), [("complete", 3), ("undoing", 4), ("practised", 4), ("interrupted", 5)])
def test_a_run_is_undone(quick, golden, run, removed):
    """What it added leaves the list; an undo that was begun keeps its beginning."""
    list_all(quick, golden, run)
    # Each went to a list of its own, with the same ids, so that others beside it would seem to count on its entries.
    for other in quick.folder.iterdir():
        if other.is_dir() and other.name not in {run, "home"}:
            shutil.rmtree(other)
    if run == "undoing":
        with Journal.open(quick.folder / run / "journal.sqlite3") as journal:
            gone = e164(journal.undone(["removed"])).to_pylist()
        assert gone
        golden.entries = [entry for entry in golden.entries if entry["phoneNumber"] not in gone]
    before = facts_of(quick.folder / run / "journal.sqlite3").get("undo")
    done = quick("undo", run, "--reason", "wrong file, ticket 4711", FAST)
    assert done.returncode == 0, done.stderr
    undo = quick.summary(run)["undo"]
    assert (undo["removed"], undo["exit_code"]) == (removed, 0)
    with zipfile.ZipFile(PACKED) as packed:
        like = json.loads(packed.read("undone/summary.json"))
    assert list(like["undo"]) == [name for name in undo if name != "by"]
    assert before is None or before["started_at"] == undo["started_at"]
    assert run == "practised" or golden.entries == []


@pytest.mark.usefixtures("golden")
def test_the_inbox_knows_what_was_imported(quick):
    """A file whose content a run of 0.1.0 imported, with the same settings, is not imported again."""
    (quick.folder / "inbox").mkdir()
    (quick.folder / "inbox" / "export.csv").write_bytes((quick.folder / "export.csv").read_bytes())
    runs = quick.folder / "runs"
    runs.mkdir()
    (quick.folder / "complete").rename(runs / "complete")
    chosen = ["--where", "Statut=STOP", "--keep", "Client", "--max-rejects", "80%", "--settle", "0", "--runs", "runs"]
    done = quick("inbox", "inbox", *chosen, "--json")
    (file,) = json.loads(done.stdout)["set_aside"]
    assert (file["action"], file["run"]) == ("already_imported", "complete")


def test_a_new_run_has_the_same_keys(quick, golden):
    """A run made now knows of itself what one of 0.1.0 did, under the same keys: that version can go on with it."""
    chosen = ["--where", "Statut=STOP", "--keep", "Client", "--max-rejects", "80%", FAST]
    assert quick("run", "export.csv", "--out", "new", "--verify", *chosen).returncode == 0
    old, new = (keys_of(facts_of(quick.folder / run / "journal.sqlite3")) for run in ("missing", "new"))
    assert set(old) <= set(new)
    assert old == {name: keys for name, keys in new.items() if name in old}
    old, new = (quick.summary(run) for run in ("missing", "new"))
    assert list(old) == [name for name in new if name not in LATER]
    new = {name: value for name, value in new.items() if name not in LATER}
    assert keys_of(old) == keys_of(new)
    assert golden.calls.count("add") == 4
