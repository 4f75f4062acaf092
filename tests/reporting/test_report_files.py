"""Files appear whole or not at all, for their owner only, and never under the hands of a spreadsheet program."""

from __future__ import annotations

import grp
import os
import stat

import pytest

from stopimport.runs.errors import FileUnwritable, GroupUnusable
from stopimport.runs.whole_files import write_whole


def mode(path):
    """Return the permission bits of a file."""
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_is_its_owners_only(tmp_path):
    """Files are 0600 whatever the umask, also where one of another mode was before."""
    path = tmp_path / "results.csv"
    path.write_text("old")
    path.chmod(0o644)
    before = os.umask(0)
    try:
        assert write_whole(path, lambda aside: aside.write_bytes(b"new")) == path
    finally:
        os.umask(before)
    assert (path.read_bytes(), mode(path)) == (b"new", 0o600)


def test_nobody_can_read_the_file_while_it_is_written(tmp_path):
    """The file that is being filled is 0600 from its first byte."""
    seen = []
    write_whole(tmp_path / "results.csv", lambda aside: seen.append((aside.parent, mode(aside))))
    assert seen == [(tmp_path, 0o600)]


def test_a_group_may_read_it_when_asked(tmp_path):
    """With a group the file is 0640 and the group's."""
    group = grp.getgrgid(os.getgid())
    path = write_whole(tmp_path / "results.csv", lambda aside: aside.write_bytes(b"x"), group=group.gr_name)
    assert (mode(path), path.stat().st_gid) == (0o640, group.gr_gid)


def test_an_unknown_group_is_told_and_nothing_is_written(tmp_path):
    """A group that does not exist is an error that names it."""
    with pytest.raises(GroupUnusable, match="no-such-group"):
        write_whole(tmp_path / "results.csv", lambda aside: aside.write_bytes(b"x"), group="no-such-group")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("error", [ValueError("bug"), KeyboardInterrupt()])
def test_a_writer_that_breaks_off_leaves_the_old_file(tmp_path, error):
    """Whole or not at all: what was there before stays, and no half file is left."""
    path = tmp_path / "results.csv"
    path.write_bytes(b"old")

    def break_off(aside):
        aside.write_bytes(b"half")
        raise error

    with pytest.raises(type(error)):
        write_whole(path, break_off)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("results.csv", b"old")]


def test_what_a_killed_process_left_is_replaced(tmp_path):
    """The file aside of a process that was killed does not stay, and does not get in the way."""
    left = []
    write_whole(tmp_path / "results.csv", left.append)
    left[0].write_bytes(b"half")
    write_whole(tmp_path / "results.csv", lambda aside: aside.write_bytes(b"new"))
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("results.csv", b"new")]


@pytest.mark.parametrize("lock", [".~lock.results.csv#", "~$results.csv"])
def test_a_file_open_in_a_spreadsheet_program_is_left_alone(tmp_path, lock):
    """While LibreOffice or Excel shows the file (their lock file says so), the new one gets a name beside it."""
    path = tmp_path / "results.csv"
    path.write_bytes(b"open")
    (tmp_path / lock).touch()
    assert write_whole(path, lambda aside: aside.write_bytes(b"new")) == tmp_path / "results (2).csv"
    assert write_whole(path, lambda aside: aside.write_bytes(b"newer")) == tmp_path / "results (3).csv"
    assert path.read_bytes() == b"open"
    assert (tmp_path / "results (2).csv").read_bytes() == b"new"
    assert mode(tmp_path / "results (2).csv") == 0o600


def test_a_file_that_the_system_does_not_let_go_is_left_alone(tmp_path):
    """On Windows an open file cannot be replaced; the new one gets a name beside it."""
    path = tmp_path / "results.csv"
    path.write_bytes(b"open")

    def like_windows(source, target):
        if target == path:
            raise PermissionError(13, "The process cannot access the file")
        source.replace(target)

    written = write_whole(path, lambda aside: aside.write_bytes(b"new"), replace=like_windows)
    assert (written.name, written.read_bytes(), path.read_bytes()) == ("results (2).csv", b"new", b"open")


def test_a_folder_that_is_gone_is_told(tmp_path):
    """What cannot be written is an error that names the file and says what to do."""
    with pytest.raises(FileUnwritable, match=r"gone/results\.csv cannot be written: No such file"):
        write_whole(tmp_path / "gone" / "results.csv", lambda aside: aside.write_bytes(b"x"))


def test_a_full_disk_is_told_and_the_old_file_stays(tmp_path):
    """A write that fails for want of space leaves the old file and names the new one."""
    path = tmp_path / "results.csv"
    path.write_bytes(b"old")

    def onto_a_full_disk(_aside):
        with open("/dev/full", "wb", buffering=0) as file:  # noqa: PTH123 - a device of the system
            file.write(b"x")

    with pytest.raises(FileUnwritable, match="No space left"):
        write_whole(path, onto_a_full_disk)
    assert path.read_bytes() == b"old"
