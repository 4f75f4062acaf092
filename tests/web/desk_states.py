"""States of the pages of the desk, made up: correcting rejects, the history of a number, its certificate."""

from __future__ import annotations

from datetime import UTC, datetime

from stopimport.loading.cells import FileRead
from stopimport.pipeline.wishes import EntryPlace, Judged, Reject
from stopimport.runs.corrections import Correction
from stopimport.runs.facts import RunFacts, UndoFacts
from stopimport.runs.find import Find, Search, Undone
from stopimport.vocabulary import State
from stopimport.web.child.messages import Looked
from stopimport.web.corrections import Line
from stopimport.web.desk import Look, Trace
from stopimport.web.texts import Problem, Text
from stopimport.web.views.corrections import Work, corrections_page
from stopimport.web.views.search import Asked, certificate_page, search_page

WHEN = datetime(2026, 11, 22, 13, 4, 55, tzinfo=UTC)


def line(at, text="", judged=None, found="", aside=""):
    """Return a rejected entry with what is written for it."""
    place = EntryPlace("export-crm.csv", "Feuil1", at + 2, "Portable", 0)
    detail = "+262692000001, +590692000001" if at == 1 else ""
    reject = Reject(place, "" if at == 2 else "06 00 00", "too_short", detail, ("A. Leroy", "C-1"), "", "")
    return Line(at, reject, text, aside, judged or Judged(), found)


def lines():
    """Return one rejected entry in each state."""
    good = Judged("+33600001001", region="FR")
    return (
        line(0, "06 00 00 10 01", good, "good"),
        line(1, "06 00 00 10 01", good, "same"),
        line(2, "06 00 00 10 01", good, "listed"),
        line(3, "06 00", Judged(reason="too_short"), "bad"),
        line(4, "0600001001 / 0600001002", Judged(several=True), "bad"),
        line(5, aside="no answer"),
        line(6),
    )


def corrections(plain, no_key):
    """Return (context, page) of the pages of corrections by a telling name."""
    keep = ("Nom", "Client")
    run, draft = Work("/runs/r", draft=False, needs_key=True), Work("/drafts/d", draft=True, columns=(("Nom", True),))
    return {
        "correct-run": (corrections_page(run, lines(), keep, 10_000, (3, 1), 7), no_key),
        "correct-draft": (corrections_page(draft, lines(), keep, 7, (1, 0), 1), plain),
        "correct-nothing": (corrections_page(draft, (), (), 0, (0, 0), 1), plain),
    }


def found():
    """Return two entries with a number, one undone."""
    common = {
        "run": "2026-11-22T130455Z-export-crm",
        "folder": "/home/claire/stopimport-runs/2026-11-22T130455Z-export-crm",
        "startedAt": "2026-11-22T13:04:55+00:00",
        "file": "export-crm.csv",
        "sheet": "",
        "row": 3,
        "column": "Portable",
        "input": "06 00 00 10 01",
        "phoneNumber": "+33600001001",
        "code": 200,
        "stopId": "s1",
        "message": "",
    }
    undone = Undone("removed", 200, "", "")
    sent = {"status": "added", "duplicateOf": "", "attempts": 1, "sentAt": "2026-11-22T13:05:01+00:00"}
    again = {"status": "duplicate", "duplicateOf": "export-crm.csv::3", "attempts": None, "sentAt": ""}
    entries = (Find(**common, **sent, undo=undone), Find(**common, **again, undo=None))
    return Search("+33600001001", entries, 12, ())


def traces(search):
    """Return what is known of the runs of the entries: of the first one all, of the second one nothing."""
    one, two = search.found
    file = FileRead("export-crm.csv", "c0ffee" * 10 + "0000", "utf-8", ";", ())
    facts = RunFacts(
        run=one.run,
        state=State.COMPLETE,
        started_at=WHEN,
        inputs=(file,),
        account="3f1a92c0",
        account_name="Paris",
        base_url="https://api.example.com/v1",
        by="claire",
        undo=UndoFacts("wrong export", WHEN, removed=1, by="paul"),
    )
    written = Correction(1, "corrected", "06 00", "too_short", "", "06 00 00 10 01", one.phoneNumber, "claire", 1.0)
    return (Trace(one, facts, written), Trace(two, None, None))


def desk(plain, no_key, known):
    """Return (context, page) of the pages of the complaint desk by a telling name."""
    search = found()
    number, history = search.number, traces(search)
    nothing = Search(number, runs=4, problems=("old cannot be searched.",), practice=2)
    there = Look(number, Looked(listed=True, stop_id="s1", created_at="2026-11-22", partial=False), at=WHEN)
    absent = Look(number, Looked(listed=False, stop_id="", created_at="", partial=False), at=WHEN)
    failed = Look(number, problem=Problem("ListUnavailable", Text({"en": "…", "fr": "…"})), at=WHEN)
    asked = {
        "empty": (Asked(""), plain),
        "some": (Asked("06 00 00 10 01", search, history, there, key=True), known),
        "looking": (Asked("06 00 00 10 01", search, history, Look(number), key=True), known),
        "absent": (Asked("06 00 00 10 01", nothing, (), absent, refused="…", key=True), known),
        "failed": (Asked("06 00 00 10 01", nothing, (), failed, key=True), known),
        "no-key": (Asked("06 00 00 10 01", nothing), no_key),
        "practice": (Asked("06 00 00 10 01", nothing, practice=True), plain),
        "wrong": (Asked("abc", problem=Problem("NoNumber", Text({"en": "…", "fr": "…"}))), plain),
    }
    made = {f"find-{name}": (search_page(one), surrounding) for name, (one, surrounding) in asked.items()}
    return made | {
        "certificate": (certificate_page(search, history, there, "claire", WHEN, practice=False), known),
        "certificate-practice": (certificate_page(nothing, (), None, "claire", WHEN, practice=True), plain),
    }
