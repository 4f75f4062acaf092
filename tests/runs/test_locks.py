"""Two runs never do the same work at once, and no lock outlives its process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from stopimport.errors import ExitCode
from stopimport.runs.errors import FolderBusy, ForeignLock, NoFolder
from stopimport.runs.locks import folder_lock, is_running, place_lock, state_folder

if TYPE_CHECKING:
    from pathlib import Path

HOLDER = """
import sys
from pathlib import Path
from stopimport.runs.locks import folder_lock
with folder_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""
COUNTER = """
import sys
from pathlib import Path
from stopimport.runs import locks
from stopimport.runs.locks import folder_lock
locks.POLL = 0
folder = Path(sys.argv[1])
for _ in range(300):
    with folder_lock(folder, wait=60):
        counter = folder / "counter"
        counter.write_text(str(int(counter.read_text()) + 1))
"""


@pytest.fixture
def run(tmp_path) -> Path:
    """Return a run's folder."""
    folder = tmp_path / "2026-11-22T130455Z-export.csv"
    folder.mkdir()
    return folder


@pytest.fixture
def other(run):
    """Start another process that holds the run's folder."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, run], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def files_in(folder: Path) -> list[str]:
    """Return the names of all files below `folder`."""
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_a_folder_in_use_is_busy(other, run):
    """The error names the folder and the process that works in it; exit 7."""
    with pytest.raises(FolderBusy, match=str(other.pid)) as caught, folder_lock(run):
        pass
    assert caught.value.exit_code is ExitCode.BUSY
    assert is_running(run)


@pytest.mark.kill
def test_a_kill_frees_everything(other, run):
    """Locks vanish with a killed process, although their files are left; the next one takes them over."""
    other.send_signal(signal.SIGKILL)
    other.wait()
    assert not is_running(run)
    with folder_lock(run):
        assert is_running(run)


def test_waiting_until_it_is_free(other, run):
    """With --wait the second run starts when the first is done; it is told once who holds the lock."""
    told = []

    def hear(busy: Exception) -> None:
        told.append(str(busy))
        other.stdin.close()

    with folder_lock(run, wait=60, told=hear):
        pass
    assert len(told) == 1
    assert str(run) in told[0]


def test_nothing_is_left(run):
    """Once the lock is given up there is no lock file."""
    with folder_lock(run):
        assert len(files_in(run)) == 1
    assert files_in(run) == []


def test_only_the_owner_can_read_lock_files(run):
    """Lock files name runs, which is nobody else's business."""
    with folder_lock(run):
        assert [path.stat().st_mode & 0o077 for path in run.rglob("*")] == [0]


def test_the_same_process_cannot_hold_it_twice(run):
    """Two runs in one process (the page) keep apart as two processes do."""
    with folder_lock(run), pytest.raises(FolderBusy, match=str(os.getpid())), folder_lock(run):
        pass


def test_a_failed_attempt_leaves_the_lock_alone(other, run):
    """Whoever finds a lock taken neither removes its file nor changes what it says."""
    for _ in range(2):
        with pytest.raises(FolderBusy, match=str(other.pid)), folder_lock(run):
            pass
    assert is_running(run)


def test_a_lock_is_given_up_when_the_work_fails(run):
    """An error inside the block frees the folder."""
    with pytest.raises(ZeroDivisionError), folder_lock(run):
        raise ZeroDivisionError
    assert not is_running(run)
    assert files_in(run) == []


@pytest.mark.process
def test_no_two_at_once(run):
    """Many processes that take and remove the same lock file in turn never work at the same time."""
    (run / "counter").write_text("0")
    children = [subprocess.Popen([sys.executable, "-c", COUNTER, run]) for _ in range(4)]
    assert [child.wait() for child in children] == [0] * 4
    assert (run / "counter").read_text() == "1200"


def test_looking_does_not_disturb(run):
    """Somebody who keeps asking whether a run is going on does not keep it from starting."""
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            is_running(run)

    looker = threading.Thread(target=look)
    looker.start()
    try:
        for _ in range(30):
            with folder_lock(run, wait=30):
                pass
    finally:
        done.set()
        looker.join()
    assert files_in(run) == []


def test_a_broken_lock_file_is_no_obstacle(run):
    """Whatever a lock file says, only the lock counts."""
    (run / ".stopimport.lock").write_bytes(b"\xff\x00 nonsense")
    assert not is_running(run)
    with folder_lock(run):
        assert is_running(run)
    assert (run / ".stopimport.lock").read_bytes() == b"\xff\x00 nonsense", "it is not ours to empty"


def test_a_lock_file_that_says_nothing(run):
    """Who holds a lock may be unknown; that it is held is told all the same."""
    with folder_lock(run):
        (run / ".stopimport.lock").write_bytes(b"")
        with pytest.raises(FolderBusy, match="unknown"), folder_lock(run):
            pass


def test_a_missing_folder_is_told(tmp_path):
    """A folder that is not there is no run."""
    with pytest.raises(NoFolder, match="nowhere"), folder_lock(tmp_path / "nowhere"):
        pass
    assert not is_running(tmp_path / "nowhere")


@pytest.mark.parametrize("hold", [folder_lock, is_running])
def test_a_lock_never_touches_what_is_not_its_own(run, hold):
    """A link, a second name, a pipe or a folder is neither followed nor emptied."""
    treasure = run.parent / "treasure"
    lock = run / ".stopimport.lock"
    made = (
        lambda: lock.symlink_to(treasure),
        lambda: os.link(treasure, lock),
        lambda: os.mkfifo(lock),
        lock.mkdir,
    )
    for make in made:
        treasure.write_text("precious")
        make()
        if hold is is_running:
            is_running(run)
        else:
            with pytest.raises(ForeignLock, match=r"not a lock file that this program has made.*rm "), hold(run):
                pass
        assert treasure.read_text() == "precious"
        lock.rmdir() if lock.is_dir() else lock.unlink()


def test_a_lock_file_that_a_kill_left_is_taken(run):
    """What a holder wrote who is gone now keeps nobody out."""
    for left in ("", ' {"pid": 1, "run": null}'):
        (run / ".stopimport.lock").write_text(left)
        with folder_lock(run):
            assert is_running(run)


def test_the_lock_of_a_place_lies_in_the_state_folder(run):
    """Whoever may write the folder can neither take nor break its lock, however it is spelled."""
    (run / ".stopimport.lock").symlink_to("nowhere")
    with place_lock(run):
        assert {path.name for path in run.iterdir()} == {".stopimport.lock"}
        with pytest.raises(FolderBusy, match=str(os.getpid())), place_lock(run / ".." / run.name):
            pass
    assert not list(state_folder().glob("place-*"))
    with pytest.raises(NoFolder), place_lock(run / "nowhere"):
        pass
