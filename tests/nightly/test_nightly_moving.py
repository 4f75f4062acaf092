"""Moving files: names never overwrite each other."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stopimport.nightly import moving

NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=80).filter(
    lambda name: name not in {".", ".."} and len(os.fsencode(name)) <= 255
)


@given(name=NAMES, explained=st.booleans())
def test_every_name_is_given_once(tmp_path_factory, name, explained):
    """Reserved three times, a name gives three files with the same ending, each with a free explanation."""
    folder = tmp_path_factory.mktemp("names")
    taken = [moving.reserve(folder, name, explained=explained) for _ in range(3)]
    assert len({*taken, *map(moving.why_of, taken)}) == 6
    if explained:
        for target in taken:
            moving.explain(target, "why")


def test_a_name_whose_explanation_exists_is_passed_over(tmp_path):
    """A file called like an explanation is not overwritten either."""
    (tmp_path / "a.csv.why.txt").write_text("mine")
    assert moving.reserve(tmp_path, "a.csv").name == "a (2).csv"


def test_a_name_that_is_given_up_is_free_again(tmp_path):
    """What could not be moved leaves nothing behind."""
    target = moving.reserve(tmp_path, "a.csv", explained=True)
    moving.explain(target, "why")
    moving.give_up(target)
    assert list(tmp_path.iterdir()) == []


def test_nothing_but_reservations_is_given_up(tmp_path):
    """A file with content stays whatever happens."""
    target = tmp_path / "a.csv"
    target.write_text("content")
    moving.give_up(target)
    assert target.exists()


@pytest.fixture
def other_disk():
    """A folder on another file system: the one in memory that every Linux has."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


def test_a_file_moves_to_another_disk(tmp_path, other_disk):
    """Where done/ is a disk of its own the file is copied, then taken away."""
    source = tmp_path / "a.csv"
    source.write_text("content")
    target = moving.reserve(other_disk / "today", source.name)
    moving.put(source, target)
    assert target.read_text() == "content"
    assert not source.exists()


@pytest.mark.parametrize("trouble", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_what_cannot_be_moved_whole_leaves_no_half(tmp_path, other_disk, trouble):
    """The disk is full, or somebody stops the copy: there is the file where it was, and nothing elsewhere."""
    source = tmp_path / "a.csv"
    source.write_text("content")
    target = moving.reserve(other_disk, source.name)

    def half(_source, copy, **_more):
        copy.write(b"cont")
        raise trouble

    with mock.patch("shutil.copyfileobj", half), pytest.raises(type(trouble)):
        moving.put(source, target)
    moving.give_up(target)
    assert source.read_text() == "content"
    assert list(other_disk.iterdir()) == []


def test_what_a_kill_left_of_a_copy_is_taken_away(tmp_path, other_disk):
    """The half copy has no name that anybody trusts, and goes with the reservation."""
    source = tmp_path / "a.csv"
    source.write_text("content")
    target = moving.reserve(other_disk, source.name)

    def killed(_source, copy, **_more):
        copy.write(b"cont")
        raise SystemExit

    with mock.patch("shutil.copyfileobj", killed), mock.patch("pathlib.Path.unlink"), pytest.raises(SystemExit):
        moving.put(source, target)
    assert target.stat().st_size == 0
    assert [path.name for path in other_disk.iterdir() if path != target] == [".a.csv.part"]
    moving.give_up(target)
    assert list(other_disk.iterdir()) == []


def test_a_file_that_is_written_while_it_is_copied_stays(tmp_path, other_disk):
    """Its end would be lost with the name that it is written under."""
    source = tmp_path / "a.csv"
    source.write_text("content")
    target = moving.reserve(other_disk, source.name)

    def grown(_source, copy, **_more):
        copy.write(b"content")
        source.write_text("content and more")

    with mock.patch("shutil.copyfileobj", grown), pytest.raises(OSError, match="busy"):
        moving.put(source, target)
    assert source.read_text() == "content and more"
    assert target.read_text() == ""


def test_a_link_never_becomes_a_copy(tmp_path, other_disk):
    """On another disk a link cannot be put, and what it points to is not copied."""
    link = tmp_path / "link"
    link.symlink_to(Path(__file__))
    target = moving.reserve(other_disk, "link")
    with pytest.raises(OSError, match="cross-device"):
        moving.put(link, target)
    assert link.is_symlink()
    assert target.stat().st_size == 0
