"""Which files of an inbox are taken: those that are complete."""

from __future__ import annotations

import os
import socket

import pytest


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


def test_hidden_partial_and_lock_files_are_left_alone(night):
    """They are neither read nor moved, and nobody counts them as waiting."""
    names = [".hidden.csv", "A.CSV.FILEPART", "a.csv.crdownload", "a.csv.part", "a.tmp", "~$book.xlsx"]
    for name in names:
        night.drop(name, 1001)
    told = night().told
    assert night.names() == names
    assert told["files"]["waiting"] == 0
    assert night.api.calls.total == 0


def test_folders_are_told_of(night):
    """An inbox is not searched: what lies in folders stays there, and somebody is told."""
    (night.folder / "deep.csv").mkdir()
    (night.folder / ".hidden").mkdir()
    night.drop("deep.csv/a.csv", 1001)
    done = night()
    assert done.code == 0
    assert (night.folder / "deep.csv" / "a.csv").exists()
    assert night.api.calls.total == 0
    [told] = done.told["warnings"]
    assert told in done.err
    assert told.startswith("deep.csv is a folder")


def test_a_second_name_of_a_file_is_set_aside_unread(night):
    """An uploader who may not read a file of the service could still give it another name in the inbox."""
    secret = night.program.folder / "secret.csv"
    secret.write_text("Mobile\n06 00 00 10 01\n")
    os.link(secret, night.folder / "hard.csv")
    done = night()
    assert done.fates() == {"hard.csv": "set_aside"}
    assert "link" in done.told["set_aside"][0]["warning"]


@pytest.mark.parametrize("name", ["list.csv", "list.xlsx", "list"])
def test_a_file_of_terabytes_fails_at_once(night, name):
    """A sparse file is neither hashed nor read, and the others have their turn."""
    with (night.folder / name).open("wb") as file:
        file.truncate(4 << 40)
    night.drop("other.csv", 1001)
    done = night()
    assert done.fates() == {name: "failed", "other.csv": "done"}
    assert "--max-file-size" in done.told["runs"][0]["why"]


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
