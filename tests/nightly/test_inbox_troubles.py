"""Read-only folders, full disks, and folders that others can write: clear words, nothing lost, nobody obeyed."""

from __future__ import annotations

import json
import os
import subprocess
from unittest import mock

import pytest
from effort import EXHAUSTIVE
from nightly_helping import foreign, full_disk, read_only

from stopimport.nightly import record as records


@pytest.fixture
def small_disk(inbox):
    """Put the inbox on a disk of 2 MB; only root can, and needs it for `full_disk`."""
    if os.geteuid():
        yield
        return
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", inbox.folder], check=True)
    yield
    subprocess.run(["umount", inbox.folder], check=True)


def test_a_read_only_inbox_is_told_before_anything_is_sent(night):
    """Exit code 2 and one sentence; the file is where it was."""
    night.drop("a.csv", 1001)
    with read_only(night.folder):
        code, out, err = night.run("inbox", "inbox", "--settle", "0")
    assert code == 2
    assert "Nothing is lost" in err or "writable" in err
    assert not out
    assert night.names() == ["a.csv"]
    assert night.api.calls.total == 0


@pytest.mark.parametrize("closed", ["done", "failed", "runs"])
def test_a_folder_that_cannot_be_written_is_told_before_anything_is_sent(night, closed):
    """The folders that files and runs go to are tried first."""
    night.drop("a.csv", 1001)
    (night.folder / closed).mkdir()
    with read_only(night.folder / closed):
        code, _, err = night.run("inbox", "inbox", "--settle", "0")
    assert code == 2
    assert str(night.folder / closed) in err
    assert night.api.calls.total == 0
    assert night().code == 0


@pytest.mark.process
def test_a_file_that_cannot_be_moved_is_moved_later(night):
    """The run is complete, so it is not sent again: the next pass that can moves the file."""
    night.drop("a.csv", 1001)
    night.drop("b.csv", text="Nom\nDupont\n")
    day = subprocess.run(["date", "+%Y-%m-%d"], check=True, capture_output=True, text=True).stdout.strip()
    for name in ("done", "failed"):
        (night.folder / name).mkdir()
        (night.folder / name / day).write_text("in the way")
    first = night()
    assert first.code == 2
    assert first.fates() == {"a.csv": "waiting", "b.csv": "waiting"}
    assert "cannot be moved" in first.err
    calls = night.api.calls.total
    for name in ("done", "failed"):
        (night.folder / name / day).unlink()
    second = night()
    assert second.fates() == {"a.csv": "done", "b.csv": "failed"}
    assert night.api.calls.total == calls


@pytest.mark.usefixtures("small_disk")
@pytest.mark.parametrize("room", [0, 1, 12, 24, 40, 64])
def test_a_full_disk_loses_nothing(night, room):
    """Wherever the room ends, nothing is sent unrecorded, no file goes astray, and a later pass finishes the job."""
    night.drop("a.csv", *range(1000, 1040))
    for name in ("done", "failed", "runs"):
        (night.folder / name).mkdir()
    with full_disk(night, room):
        code, _, err = night.run("inbox", "inbox", "--settle", "0", "--rate", "1000/s")
        assert code in ({2} if room < 24 else {0, 2})
        assert "Traceback" not in err
        if code:
            assert "No space left" in err or "full" in err or "too large" in err
            assert [name for name in night.names() if name != ".filler"] == ["a.csv"]
    after = night("--rate", "1000/s")
    assert after.code == 0, after.err
    assert night.names("done") == ["a.csv"]
    assert len(night.api.entries()) == 40
    assert night.api.calls.by_endpoint["add"] == 40


def test_settings_are_never_read_from_the_inbox(night):
    """Whoever drops files must not choose where the key goes: not by --config, not from a home that is the inbox."""
    config = night.drop("stopimport.toml", text='base-url = "http://127.0.0.1:1/v1"\n')
    config.chmod(0o600)
    code, _, err = night.run("inbox", "inbox", "--settle", "0", "--config", str(config))
    assert code == 2
    assert "stopimport.toml" in err
    home = night.folder / ".config" / "stopimport"
    home.mkdir(parents=True)
    config.rename(home / "stopimport.toml")
    code, _, err = night.run("inbox", "inbox", "--settle", "0", HOME=str(night.folder))
    assert code == 2
    night.drop("a.csv", 1001)
    assert night().code == 0, "without being named, such a file means nothing"
    key = night.drop(".key", text="practice-key")
    key.chmod(0o600)
    code, _, err = night.run("inbox", "inbox", STOPIMPORT_API_KEY_FILE=str(key), SMSPARTNER_API_KEY="")
    assert code == 2
    assert "practice-key" not in err


def test_a_planted_run_sends_no_key_elsewhere(night, faulty):
    """A run in the inbox's own folder of runs that names another address is refused."""
    night.drop("a.csv", 1001)
    with faulty("add/code-500=1@2-2") as elsewhere:
        assert night("--attempts", "1").code == 3
        calls = elsewhere.calls.total
        with faulty() as ours:
            done = night()
            assert done.code == 2
            assert done.fates() == {"a.csv": "waiting"}
            assert ours.calls.total == 0
        assert elsewhere.calls.total == calls


def test_runs_of_other_users_count_for_nothing(night):
    """A folder that somebody else put among the runs is neither resumed nor believed."""
    night.drop("a.csv", 1001)
    night()
    [run] = night.run_folders()
    records.write(run, records.Record("..", "b.csv", "0" * 64))
    night.drop("a.csv", 1001)
    with foreign(run):
        assert night().fates() == {"a.csv": "done"}


@pytest.mark.parametrize("name", ["done", "failed", "runs"])
def test_links_of_other_users_are_not_followed(night, name):
    """A link in the place of a folder of ours would take people's data elsewhere."""
    elsewhere = night.program.folder / "elsewhere"
    elsewhere.mkdir()
    link = night.folder / name
    link.symlink_to(elsewhere)
    night.drop("a.csv", 1001)
    with foreign(link):
        code, _, err = night.run("inbox", "inbox", "--settle", "0")
    assert code == 2
    assert "link" in err
    assert list(elsewhere.iterdir()) == []
    assert night().code == 0, "the administrator's own link is fine"


@pytest.mark.parametrize("name", ["done", "failed", "runs"])
def test_folders_of_other_users_are_refused(night, name):
    """A folder that somebody else made is not written to: exit code 2, with the command that puts it aside."""
    folder = night.folder / name
    folder.mkdir()
    night.drop("a.csv", 1001)
    with foreign(folder):
        code, _, err = night.run("inbox", "inbox", "--settle", "0")
    assert code == 2
    assert f"mv {folder}" in " ".join(err.split()) or "another user" in err
    assert list(folder.iterdir()) == []
    assert night.names() == ["a.csv"]


@pytest.mark.parametrize("mode", [0o777, 0o757, 0o1777, 0o702])
@pytest.mark.parametrize("name", ["done", "failed", "runs"])
def test_folders_that_others_can_write_are_refused(night, name, mode):
    """A folder of ours that anybody can write is refused, with the command that mends it."""
    folder = night.folder / name
    folder.mkdir()
    folder.chmod(mode)
    night.drop("a.csv", 1001)
    code, _, err = night.run("inbox", "inbox", "--settle", "0")
    assert code == 2
    assert "chmod go-w" in err
    assert night.api.calls.total == 0
    folder.chmod(mode & ~0o022)
    assert night().fates() == {"a.csv": "done"}


def test_a_disk_that_keeps_no_rights_is_used(night, monkeypatch):
    """On a share or a memory stick all folders and files say that anybody can write them, whatever is asked for."""
    genuine = os.open

    def mounted(path, flags, *mode, **more):
        descriptor = genuine(path, flags, *mode, **more)
        if str(path).startswith(f"{night.folder}/") and flags & os.O_CREAT:
            os.fchmod(descriptor, 0o777)
        return descriptor

    for name in ("done", "failed", "runs"):
        (night.folder / name).mkdir()
        (night.folder / name).chmod(0o777)
    night.drop("a.csv", 1001)
    assert night().code == 2
    monkeypatch.setattr(os, "open", mounted)
    assert night().fates() == {"a.csv": "done"}


def test_a_group_of_uploaders_cannot_write_either(night):
    """A group's folder is refused, but where the group is this user's alone."""
    folder = night.folder / "done"
    folder.mkdir()
    folder.chmod(0o775)
    night.drop("a.csv", 1001)
    with mock.patch("stopimport.nightly.ownership._is_group_of_one", return_value=False):
        assert night.run("inbox", "inbox", "--settle", "0")[0] == 2
    with mock.patch("stopimport.nightly.ownership._is_group_of_one", return_value=True):
        assert night().code == 0


def test_a_day_that_others_prepared_is_refused(night):
    """Somebody who puts a link where today's folder belongs gets no file: it stays, and the run is not lost."""
    night.drop("a.csv", 1001)
    assert night().code == 0
    [day] = (night.folder / "done").iterdir()
    day.rename(day.with_name("kept"))
    elsewhere = night.program.folder / "elsewhere"
    elsewhere.mkdir()
    day.symlink_to(elsewhere)
    night.drop("b.csv", 1002)
    with foreign(day):
        done = night()
    assert done.fates() == {"b.csv": "waiting"}
    assert "link" in done.told["runs"][0]["why"]
    assert list(elsewhere.iterdir()) == []
    day.unlink()
    assert night().fates() == {"b.csv": "done"}
    assert night.api.calls.by_endpoint["add"] == 2


def test_what_the_job_makes_is_its_own_whatever_the_umask(night):
    """Folders that the job makes itself are never writable to others."""
    night.drop("a.csv", 1001)
    night.drop("bad.csv", text="no numbers\n")
    before = os.umask(0)
    try:
        night()
    finally:
        os.umask(before)
    made = [path for name in ("done", "failed", "runs") for path in (night.folder / name).rglob("*")]
    assert made
    assert not [path for path in made if path.lstat().st_mode & 0o022]


@pytest.mark.parametrize("what", ["link", "file", "pipe", "folder"])
def test_an_uploader_cannot_hold_or_misuse_the_lock(night, what):
    """What lies in the inbox under the old name of its lock neither stops a pass nor is emptied."""
    treasure = night.program.folder / "treasure"
    treasure.write_text("precious")
    lock = night.folder / ".stopimport.lock"
    make = {
        "link": lambda: lock.symlink_to(treasure),
        "file": lambda: lock.write_text("mine"),
        "pipe": lambda: os.mkfifo(lock),
        "folder": lock.mkdir,
    }
    make[what]()
    night.drop("a.csv", 1001)
    assert night().fates() == {"a.csv": "done"}
    assert treasure.read_text() == "precious"


def test_a_record_names_nothing_outside_of_the_inbox(tmp_path):
    """A record that somebody has tampered with is none."""
    records.write(tmp_path, records.Record("..", "a.csv", "0" * 64, source="done/2026-01-01/a.csv"))
    assert records.read(tmp_path)
    text = json.loads((tmp_path / "inbox.json").read_text())
    changes = [
        {"file": "../a.csv"},
        {"source": "../a.csv"},
        {"source": "done/../../a.csv"},
        {"source": "/etc/x/y"},
        {"copies": ["done/2026-01-01/../x"]},
        {"copies": 7},
        {"file": 7},
        {"more": ""},
    ]
    for change in changes:
        (tmp_path / "inbox.json").write_text(json.dumps(text | change))
        assert records.read(tmp_path) is None


def test_there_must_be_an_inbox(night):
    """Exit code 2 for a folder that does not exist, or is none."""
    code, _out, told = night.run("inbox", "nowhere")
    assert code == 2
    assert "share" in told
    (night.program.folder / "file").write_text("")
    assert night.run("inbox", "file")[0] == 2
    (night.folder / "done").write_text("")
    assert night.run("inbox", "inbox")[0] == 2


@EXHAUSTIVE
def test_a_coordinator_that_is_away_is_no_files_fault(night):
    """Nothing is sent, the files stay, the pass ends with exit code 2 and says why; the next one imports them."""
    pytest.importorskip("redis")
    for name, number in (("a.csv", 1001), ("b.csv", 1002)):
        night.drop(name, number)
    code, out, err = night.run("inbox", "inbox", "--settle", "0", "--coordinator", "redis://:s3cret@127.0.0.1:1")
    assert code == 2
    assert "redis://127.0.0.1:1/0 does not answer" in out + err
    assert "s3cret" not in out + err
    assert night.names() == ["a.csv", "b.csv"]
    assert night.api.calls.total == 0
    assert night().code == 0
