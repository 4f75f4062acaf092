"""Which files of an inbox are taken: those that are complete."""

from __future__ import annotations

import os
import socket
import time

import pytest


def age(path, seconds):
    """Make a file look as if it had been written so many seconds ago."""
    moment = time.time() - seconds
    os.utime(path, (moment, moment))


def test_every_new_file_is_imported_once(night):
    """Each file is a run of its own, moves to done/<day>/, and its numbers end on the list."""
    night.drop("a.csv", 1001)
    night.drop("b.csv", 1002)
    first = night()
    assert first.code == 0, first.err
    assert first.fates() == {"a.csv": "done", "b.csv": "done"}
    assert [entry.number for entry in night.api.entries()] == ["+33600001001", "+33600001002"]
    assert [summary["inputs"][0]["file"] for summary in night.summaries()] == ["a.csv", "b.csv"]
    assert night.names() == []
    assert night.names("done") == ["a.csv", "b.csv"]
    assert night().fates() == {}
    assert len(night.run_folders()) == 2


def test_a_file_must_have_been_the_same_for_a_while(night):
    """A file that was written a moment ago waits for a later pass; one that is old enough is taken."""
    fresh, old = night.drop("fresh.csv", 1001), night.drop("old.csv", 1002)
    age(old, 61)
    code, _, _ = night.run("inbox", "inbox", "--quiet")
    assert code == 0
    assert night.names() == ["fresh.csv"]
    age(fresh, 61)
    assert night.run("inbox", "inbox")[0] == 0
    assert night.names() == []


def test_a_growing_file_is_taken_when_it_has_stopped_growing(night):
    """As long as something is appended the file stays; then all of it is imported."""
    path = night.drop("growing.csv", 1001)
    for number in (1002, 1003):
        with path.open("a") as file:
            file.write(f"06 00 00 10 {number % 100:02}\n")
        night.run("inbox", "inbox", "--settle", "30")
        assert night.names() == ["growing.csv"]
    age(path, 31)
    night.run("inbox", "inbox", "--settle", "30")
    assert len(night.api.entries()) == 3


@pytest.mark.parametrize("ahead", [5, 86400])
def test_a_time_ahead_of_the_clock_does_not_stall_a_file(night, ahead):
    """After a clock was set back a file is from the future: it is looked at twice, and taken if it is the same."""
    age(night.drop("future.csv", 1001), -ahead)
    started = time.monotonic()
    assert night.run("inbox", "inbox", "--settle", "0.2")[0] == 0
    assert time.monotonic() - started >= 0.2
    assert night.names("done") == ["future.csv"]


def test_a_clock_set_forward_takes_files_early_and_loses_nothing(night):
    """A file that looks older than it is was half there: the run remains, and what comes is a new run."""
    path = night.drop("early.csv", 1001)
    age(path, 3600)
    night.run("inbox", "inbox")
    night.drop("early.csv", 1001, 1002)
    age(path, 3600)
    night.run("inbox", "inbox")
    assert [entry.number for entry in night.api.entries()] == ["+33600001001", "+33600001002"]
    assert night.names("done") == ["early (2).csv", "early.csv"]


def test_hidden_partial_and_lock_files_are_left_alone(night):
    """They are neither read nor moved, and nobody counts them as waiting."""
    names = [".hidden.csv", "A.CSV.FILEPART", "a.csv.crdownload", "a.csv.part", "a.tmp", "~$book.xlsx"]
    for name in names:
        night.drop(name, 1001)
    told = night().told
    assert night.names() == names
    assert told["files"]["waiting"] == 0
    assert night.api.calls.total == 0


def test_folders_are_passed_over(night):
    """An inbox is not searched: what is in folders stays there."""
    (night.folder / "deep.csv").mkdir()
    night.drop("deep.csv/a.csv", 1001)
    assert night().code == 0
    assert (night.folder / "deep.csv" / "a.csv").exists()
    assert night.api.calls.total == 0


def test_links_and_special_files_are_set_aside_unread(night):
    """A link is moved itself, never what it points to; a pipe does not make anybody wait."""
    target = night.program.folder / "secret.csv"
    target.write_text("Mobile\n06 00 00 10 01\n")
    (night.folder / "link.csv").symlink_to(target)
    (night.folder / "dangling.csv").symlink_to("nowhere")
    os.mkfifo(night.folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as endpoint:
        endpoint.bind(str(night.folder / "socket"))
        night.drop("good.csv", 1002)
        done = night()
    aside = ["dangling.csv", "link.csv", "pipe.csv", "socket"]
    assert done.fates() == dict.fromkeys(aside, "set_aside") | {"good.csv": "done"}
    assert done.code == 0
    assert night.names("failed") == sorted([*aside, *(f"{name}.why.txt" for name in aside)])
    [link] = (night.folder / "failed").glob("*/link.csv")
    assert link.readlink() == target
    assert target.exists()
    assert [entry.number for entry in night.api.entries()] == ["+33600001002"]


ODD_NAMES = sorted(
    [
        "opt outs (final).csv",
        "désinscrits été – 日本.csv",
        "two\nlines.csv",
        "-",
        "--config",
        "*.csv",
        "[a].csv",
        "no ending",
        "x" * 250 + ".csv",
        "é" * 120 + ".csv",
        os.fsdecode(b"caf\xe9.csv"),
    ]
)


def test_odd_names_are_names(night):
    """Blanks, accents, line breaks, patterns, options and long names: all are imported and moved."""
    for number, name in enumerate(ODD_NAMES):
        night.drop(name, number)
    code, out, err = night.run("inbox", "inbox", "--settle", "0")
    assert code == 0, err
    assert len(out.splitlines()) == 1
    assert not err
    assert night.names() == []
    assert night.names("done") == ODD_NAMES
    assert len(night.api.entries()) == len(ODD_NAMES)


def test_odd_names_are_explained(night):
    """The explanation beside a file needs room in the name; a line break in a name begins no line of ours."""
    for number, name in enumerate(ODD_NAMES):
        night.drop(name, text=f"Nom\n{number}\n")
    code, out, err = night.run("inbox", "inbox", "--settle", "0")
    assert code == 2
    assert len(out.splitlines()) == 1
    assert len(err.splitlines()) == len(ODD_NAMES)
    found = night.names("failed")
    explained = [name.removesuffix(".why.txt") for name in found if name.endswith(".why.txt")]
    assert sorted(explained * 2) == sorted(name.removesuffix(".why.txt") for name in found)
    assert len(explained) == len(ODD_NAMES)
