"""States of the pages of the desk, made up: correcting rejects."""

from __future__ import annotations

from stopimport.pipeline.wishes import EntryPlace, Judged, Reject
from stopimport.web.corrections import Line
from stopimport.web.views.corrections import Work, corrections_page


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
