"""Drafts and imports can be kept tidy: drafts outlive the program for a week, imports are found and deleted."""

from __future__ import annotations

import asyncio
import json
import os
import re
from datetime import UTC, datetime, timedelta

import pytest
from effort import EXHAUSTIVE
from served import csv_of, serving, words

from stopimport.pipeline.deleting import delete_personal
from stopimport.pipeline.job import Context
from stopimport.pipeline.running import run
from stopimport.pipeline.undoing import undo
from stopimport.runs.errors import DataDeleted, FolderBusy
from stopimport.runs.find import find
from stopimport.runs.folder import RunFolder
from stopimport.runs.history import look_at
from stopimport.runs.locks import folder_lock
from stopimport.runs.personal import delete_all
from stopimport.settings import Settings
from stopimport.web import kept_drafts
from stopimport.web.choices import Choices
from stopimport.web.keys import Keys
from stopimport.web.past_runs import PastRuns
from stopimport.web.people import who_asks
from stopimport.web.service import Service
from stopimport.web.uploads import UploadedFile, upload_folder

NOW = datetime(2026, 11, 22, 13, 4, 55, tzinfo=UTC)
EXPORT = "Nom;Mobile\nAubrac;0600001001\nNguyen;0600001002\nDupont;c.dupont@example.com\nSilva;06000\n"


class TestKeptDrafts:
    """What survives the end of the server, and for how long."""

    def service(self, folder, *, now=NOW, sandbox=True):
        """Return the service of a server that starts now."""
        (folder / "uploads").mkdir(exist_ok=True)
        settings = Settings({"sandbox": sandbox})
        return Service(settings, PastRuns(folder / "runs"), folder / "uploads", Keys({}), keeps=True, clock=lambda: now)

    def keep(self, folder, name, touched, *, sandbox=True):
        """Keep a draft that was touched at some time."""
        place = folder / "uploads" / name
        (place / "files").mkdir(parents=True)
        (place / "files" / "a.csv").write_bytes(csv_of(2))
        files, choices = (UploadedFile("a.csv", 100),), Choices(region="BE", where={"Ville": ("Lyon",)})
        kept_drafts.save(place, kept_drafts.KeptDraft(name, sandbox, files, choices, None, "fr", who_asks(), touched))
        return place

    def test_a_draft_is_as_it_was(self, tmp_path):
        """Files, choices and who dropped them are as they were before the restart."""
        self.keep(tmp_path, "d1", NOW - timedelta(days=6))
        service = self.service(tmp_path)
        service.restore()
        (draft,) = service.drafts()
        assert ("d1", "BE", {"Ville": ("Lyon",)}, who_asks()) == (
            draft.id,
            draft.choices.region,
            draft.choices.where,
            draft.by,
        )
        assert NOW + timedelta(days=1) == service.kept_until("d1")

    def test_a_week(self, tmp_path):
        """A draft that nobody has touched for a week is thrown away, with its files; one that somebody has is not."""
        old = self.keep(tmp_path, "old", NOW - timedelta(days=7, minutes=1))
        young = self.keep(tmp_path, "young", NOW - timedelta(days=6, hours=23))
        service = self.service(tmp_path)
        service.restore()
        asyncio.run(service.expire())
        assert (["young"], False, True) == ([one.id for one in service.drafts()], old.exists(), young.exists())

    def test_practice_and_earnest(self, tmp_path):
        """A draft of practice is none of a page in earnest, and stays for the next one in practice."""
        place = self.keep(tmp_path, "d1", NOW, sandbox=True)
        service = self.service(tmp_path, sandbox=False)
        service.restore()
        assert ((), True) == (service.drafts(), place.exists())

    def test_what_cannot_be_read(self, tmp_path):
        """What another version kept is left alone for a week."""
        place = self.keep(tmp_path, "d1", NOW)
        (place / "draft.json").write_text("{}")
        service = self.service(tmp_path, now=datetime.now(UTC))
        service.restore()
        assert ((), True) == (service.drafts(), place.exists())
        later = self.service(tmp_path, now=datetime.now(UTC) + timedelta(days=8))
        later.restore()
        assert not place.exists()

    def test_two_servers(self, tmp_path, monkeypatch):
        """A second server for the same folder of runs has a place of its own, which goes away with it."""
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
        with upload_folder(tmp_path / "runs") as (first, kept):
            with upload_folder(tmp_path / "runs") as (second, second_kept):
                assert (True, False, True) == (kept, second_kept, first != second)
            assert not second.exists()
        with upload_folder(tmp_path / "runs") as (again, kept):
            assert (first, True) == (again, kept)


@EXHAUSTIVE
@pytest.mark.kill
@pytest.mark.process
def test_a_draft_survives_a_killed_server(program):
    """The next start shows it with what was chosen; once it is added nothing of the upload is left."""
    belgian = "Mobile\n" + "".join(f"0470 00 00 {n:02}\n" for n in range(20))
    with serving(program, "--sandbox") as served:
        draft = served.enter().draft(("crm.csv", belgian.encode()))
        served.post(f"{draft}/options", {"set": "region", "region": "BE"})
        served.settled(draft)
        os.kill(served.process.pid, 9)
        served.process.wait()
    with serving(program, "--sandbox") as served:
        served.enter()
        page = words(served.client.get("/").text)
        assert "crm.csv" in page
        assert "Kept until" in page
        assert "Previous imports No imports yet" in page
        (draft,) = set(re.findall(r"/drafts/[\w-]{8,}(?=\")", served.client.get("/").text))
        assert "20 numbers to add" in served.settled(draft)
        way = served.send(draft)
        served.settled(way)
        assert [] == list((program.folder / "home").rglob("crm.csv"))


@pytest.fixture
def practised(tmp_path):
    """A practice run with rejects, in its folder of runs."""
    (tmp_path / "a.csv").write_text(EXPORT, encoding="utf-8")
    chosen = {"sandbox": True, "out": str(tmp_path / "runs" / "one"), "format": "both", "report_numbers": True}
    return run([tmp_path / "a.csv"], Context(Settings(chosen))).folder


class TestDeleting:
    """The personal data goes, or everything."""

    def test_the_proof_is_kept(self, practised):
        """Summary and report stay, and neither holds a number, an address or a name; a second time changes nothing."""
        before = json.loads((practised / "summary.json").read_text("utf-8"))
        delete_personal(practised, "claire")
        assert {"summary.json", "report.html"} == {path.name for path in practised.iterdir()}
        after = json.loads((practised / "summary.json").read_text("utf-8"))
        assert ("claire", before["counts"]) == (after["deleted"]["by"], after["counts"])
        proof = (practised / "summary.json").read_text("utf-8") + (practised / "report.html").read_text("utf-8")
        for personal in ("0600001001", "600001002", "c.dupont@example.com", "06000", "Aubrac"):
            assert personal not in re.sub(r"[\s\u00a0]", "", proof)
        delete_personal(practised, "somebody else")
        assert after == json.loads((practised / "summary.json").read_text("utf-8"))

    def test_what_is_said_afterwards(self, practised):
        """History tells the figures and that it was deleted, find that it cannot be searched, undo why it cannot be."""
        delete_personal(practised, "claire")
        past = look_at(RunFolder(practised))
        assert (2, "claire", None) == (past.summary.counts.added, past.as_dict()["deleted"]["by"], past.problem)
        search = find("+33600001001", practised.parent, practice=True)
        assert ((), 1) == (search.found, len(search.problems))
        with pytest.raises(DataDeleted, match=r"was deleted on .* can no longer be resumed, compared or undone"):
            undo(practised, Context(Settings({"reason": "x"})))

    def test_all_of_it(self, practised):
        """Nothing of ours is left; what else lies in the folder stays."""
        (practised / "notes.txt").write_text("mine")
        delete_all(practised)
        assert ["notes.txt"] == [path.name for path in practised.iterdir()]

    def test_somebody_is_at_it(self, practised):
        """A run that goes on is not deleted."""
        with folder_lock(practised):
            for delete in (delete_all, lambda path: delete_personal(path, "claire")):
                with pytest.raises(FolderBusy):
                    delete(practised)
        assert (practised / "journal.sqlite3").exists()

    def test_undo_of_another(self, program, reach):
        """Whoever undoes a run is told that a deleted one beside it may rely on the same numbers."""
        (program.folder / "a.csv").write_bytes(csv_of(3))
        for name in ("first", "second"):
            assert 0 == program("run", "a.csv", "--out", f"runs/{name}", "--yes").returncode
        delete_personal(program.folder / "runs" / "second", "claire")
        assert 0 == program("undo", "runs/first", "--reason", "x", "--yes").returncode
        notices = json.loads((program.folder / "runs" / "first" / "summary.json").read_text("utf-8"))["notices"]
        assert any("rely on the numbers taken off: 'second'" in notice for notice in notices)
        assert [] == reach.entries()


@EXHAUSTIVE
def test_found_and_deleted_on_the_page(program, practising):
    """An import is found by file, day and number; its data is deleted, then all of it."""
    for name, first in (("mars.csv", 0), ("avril.csv", 10)):
        practising.settled(practising.send(practising.draft((name, csv_of(3, first)))))

    def found(**asked):
        page = practising.client.get("/runs", params=asked).text
        return sorted(set(re.findall(r"/runs/[\w-]+-(\w+\.csv)\"", page)))

    today = datetime.now().astimezone().date()
    assert ["avril.csv", "mars.csv"] == found()
    assert ["mars.csv"] == found(file="MARS")
    assert ["avril.csv"] == found(number="06 11 00 00 10")
    assert ["avril.csv", "mars.csv"] == found(first=str(today - timedelta(days=1)), last=str(today + timedelta(days=1)))
    assert [] == found(last=str(today - timedelta(days=2)))
    assert "cannot be read as one phone number" in words(practising.client.get("/runs?number=abc").text)
    (run_path,) = {
        f"/runs/{path.name}" for path in (program.folder / "stopimport-runs").iterdir() if "mars" in path.name
    }
    assert 422 == practising.post(f"{run_path}/delete", {"what": "all"}).status_code
    practising.post(f"{run_path}/delete", {"what": "personal", "sure": "1"})
    page = words(practising.client.get(run_path).text)
    assert "The personal data of this import was deleted on" in page
    assert "results.xlsx" not in page
    assert 200 == practising.client.get(f"{run_path}/files/report.html").status_code
    practising.post(f"{run_path}/delete", {"what": "all", "sure": "1"})
    assert 404 == practising.client.get(run_path).status_code
    assert ["avril.csv"] == found()
