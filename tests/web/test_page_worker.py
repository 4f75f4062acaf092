"""What the child does where no page is needed to see it: questions without an answer, checks that are thrown away."""

from __future__ import annotations

import json
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
from stopimport.web.worker import Watching


def test_a_question_that_nobody_answers_is_declined():
    """As long as it is open, nobody else can send for the account."""
    told = []
    watching = Watching(lambda event, **facts: told.append((event, facts)), StopRequest(), patience=0.01)
    preview = UndoPreview("run", "why", 3, 0, 0, 0, 1.0, "https://api.example/v1", "x", sandbox=False)

    assert not watching.confirm_undo(preview)
    assert [("undo_question", 3)] == [(event, facts["to_remove"]) for event, facts in told]


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
    """The end of the input is the end of it; what it prints is JSON, whatever libraries say."""
    (tmp_path / "crm.csv").write_bytes(csv_of(3))
    job = {"job": "check", "files": [str(tmp_path / "crm.csv")], "folder": str(tmp_path / "run"), "language": "fr"}
    job |= {"settings": {}, "picked": []}
    line = json.dumps(job).encode() + b"\n"
    ended = subprocess.run(
        [sys.executable, "-m", "stopimport.web.worker"], input=line, capture_output=True, check=False
    )
    events = [json.loads(line)["event"] for line in ended.stdout.splitlines()]

    assert ended.returncode in {0, 130}
    assert {"look", "checked"} >= set(events)
