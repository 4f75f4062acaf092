"""What the child does where no page is needed to see it: questions without an answer, checks that are thrown away."""

from __future__ import annotations

import subprocess
import sys

import pytest
from served import csv_of

from stopimport.pipeline.discarding import discard
from stopimport.pipeline.job import Context
from stopimport.pipeline.running import check, run
from stopimport.pipeline.stop_request import StopRequest
from stopimport.reporting.previews import UndoPreview
from stopimport.runs.errors import FolderBusy, FolderTaken, ForeignJournal
from stopimport.runs.locks import folder_lock
from stopimport.settings import Settings
from stopimport.web.child.messages import Checked, CheckTask, FilesRead, UndoAsks, encode, read_event
from stopimport.web.child.watcher import PageWatcher


def test_a_question_that_nobody_answers_is_declined():
    """As long as it is open, nobody else can send for the account."""
    told = []
    watcher = PageWatcher(told.append, StopRequest(), patience=0.01)
    preview = UndoPreview("run", "why", 3, 0, 0, 0, 1.0, "https://api.example/v1", "x", sandbox=False)

    assert not watcher.confirm_undo(preview)
    assert [UndoAsks(preview)] == told


@pytest.fixture
def checked(tmp_path):
    """The folder of a run that was only checked."""
    (tmp_path / "crm.csv").write_bytes(csv_of(3))
    return check([tmp_path / "crm.csv"], Context(Settings({"out": str(tmp_path / "run")}))).folder


def test_a_check_can_be_thrown_away(checked):
    """Nothing of it is left; what somebody else put beside it is."""
    (checked / "notes.txt").write_text("mine")
    discard(checked)
    assert ["notes.txt"] == [path.name for path in checked.iterdir()]
    (checked / "notes.txt").unlink()
    discard(checked)

    assert not checked.exists()
    discard(checked)


def test_what_was_sent_cannot_be_thrown_away(tmp_path):
    """It is the record of what was done."""
    (tmp_path / "crm.csv").write_bytes(csv_of(3))
    folder = run([tmp_path / "crm.csv"], Context(Settings({"out": str(tmp_path / "run"), "sandbox": True}))).folder
    before = sorted(folder.iterdir())
    with pytest.raises(FolderTaken):
        discard(folder)

    assert before == sorted(folder.iterdir())


def test_what_others_use_is_left_alone(checked):
    """A run that somebody works on, a journal that is none of ours."""
    with folder_lock(checked), pytest.raises(FolderBusy):
        discard(checked)
    (checked / "journal.sqlite3").write_text("no journal")
    with pytest.raises(ForeignJournal):
        discard(checked)

    assert (checked / "results.csv").exists()


@pytest.mark.process
def test_a_check_whose_server_is_gone_ends_at_once(tmp_path):
    """The end of the input is the end of it; what it prints are events, whatever libraries say."""
    (tmp_path / "crm.csv").write_bytes(csv_of(3))
    task = CheckTask((str(tmp_path / "crm.csv"),), str(tmp_path / "run"), {}, (), "fr", "marie")
    ended = subprocess.run(
        [sys.executable, "-m", "stopimport.web.child.worker"], input=encode(task), capture_output=True, check=False
    )
    events = [type(read_event(line)) for line in ended.stdout.splitlines()]

    assert ended.returncode in {0, 130}
    assert {FilesRead, Checked} >= set(events)
