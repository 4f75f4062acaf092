"""States of every page, made up, as the server's side would hand them over."""

from __future__ import annotations

import time

from stopimport.loading.preview import (
    ColumnPreview,
    FilePreview,
    FilesPreview,
    Filter,
    FilterValue,
    HeadRow,
    SheetPreview,
)
from stopimport.reporting.previews import Example, RejectedEntry, SendPreview, UndoPreview
from stopimport.runs.find import Find, Search
from stopimport.vocabulary import Reason
from stopimport.web.child.messages import Checked
from stopimport.web.child.questions import (
    AmountQuestion,
    ColumnQuestion,
    HiddenRowsQuestion,
    NoRowQuestion,
    NothingValidQuestion,
    RejectsQuestion,
    StatusQuestion,
)
from stopimport.web.choices import Choices
from stopimport.web.drafts import Draft
from stopimport.web.jobs import Hold, JobState
from stopimport.web.keys import KeyState
from stopimport.web.past_runs import Download, Elsewhere, Run, RunLine
from stopimport.web.texts import Problem, Text
from stopimport.web.uploads import Limits, UploadedFile
from stopimport.web.views.draft import draft_page
from stopimport.web.views.render import Page
from stopimport.web.views.run import run_page
from stopimport.web.views.search import search_page
from stopimport.web.views.start import start_page

NAMES = (
    "rows filtered cells blank entries split rejected duplicate numbers added already_listed refused failed not_sent"
)
ZERO = dict.fromkeys(NAMES.split(), 0)


def text(words):
    """Return a text that is the same in both languages."""
    return Text({"en": words, "fr": words})


def page(*, sandbox=True, known=False, keyring=False, note=None):
    """Return what surrounds every page."""
    key = KeyState(known, "typed" if known else "", "3f1a92c0" if known else "", keyring)
    return Page("token", sandbox, key, "0.1.0", "/home/claire/stopimport-runs", note)


def problem(kind, words):
    """Return something that went wrong."""
    return Problem(kind, text(words))


REJECTS = {Reason.NOT_MOBILE.value: 9, Reason.NOT_A_PHONE_NUMBER.value: 4, Reason.DIGITS_LOST.value: 1}
SAMPLES = {
    Reason.NOT_MOBILE.value: (RejectedEntry("export-crm.csv", "", 21, "05 60 00 00 11"),),
    Reason.NOT_A_PHONE_NUMBER.value: (RejectedEntry("export-crm.csv", "Feuil1", 16, "à rappeler"),),
    Reason.DIGITS_LOST.value: (RejectedEntry("export-crm.csv", "", 13, "3,36E+10"),),
}


def sheet(name="", *, phone=5, candidates=(), skipped=""):
    """Return a sheet of seven columns."""
    labels = ("N° client", "Civilité", "Nom", "Prénom", "Tél. fixe", "Portable", "Statut SMS")
    columns = tuple(
        ColumnPreview("ABCDEFG"[index], label, index == phone, index in candidates)
        for index, label in enumerate(labels)
    )
    people = (
        ("10401", "Mme", "Aubrac", "Hélène", "05 60 00 00 11", "06 00 00 10 01", "Désinscrit"),
        ("10403", "M.", "Bréguet", "Loïc", "02 40 00 00 12", "+33 6 00 00 10 02", "Désinscrit"),
        ("10407", "Mme", "de La Tour du Pin-Chambly", "Anne-Sophie", "", "0600001003", "Abonné"),
        ("10411", "M.", "Nguyen", "Thierry", "", "33600001004", "Désinscrit"),
        ("10412", "M.", "Da Silva", "José", "01 40 00 00 19", "06.00.00.10.05", "Désinscrit"),
    )
    head = (
        HeadRow(1, "title", ("Export CRM – Liste des désabonnements SMS", "", "", "", "", "", "")),
        HeadRow(2, "header", labels),
        *(HeadRow(3 + index, "data", cells) for index, cells in enumerate(people)),
    )
    return SheetPreview(name, skipped, 84, 84, 0, 2, columns, "" if phone < 0 else "header", head)


def preview(*sheets, workbook=False):
    """Return what was understood of one file."""
    values = (
        FilterValue("Désinscrit", 70, chosen=False, means="gone"),
        FilterValue("Abonné", 12, chosen=False, means="subscribed"),
        FilterValue("", 2, chosen=False),
    )
    file = FilePreview(
        "export-crm.xlsx" if workbook else "export-crm.csv",
        workbook,
        "" if workbook else "windows-1252",
        "" if workbook else ";",
        sheets or (sheet(),),
    )
    titles = (FilterValue("Mme", 44, chosen=False), FilterValue("M.", 40, chosen=False))
    return FilesPreview((file,), (Filter("Civilité", titles, active=False), Filter("Statut SMS", values, active=False)))


def checked(numbers=61):
    """Return what would happen."""
    counts = ZERO | {"rows": 84, "cells": 84, "blank": 6, "entries": 78, "rejected": 14, "duplicate": 3}
    examples = (
        Example("06 00 00 10 01", "+33600001001", ""),
        Example("33600001004", "+33600001004", "international_prefix characters"),
    )
    notice = "export-crm.csv: 2 mobile numbers stand only in the column 'Tél. fixe'."
    return Checked(
        counts | {"numbers": numbers, "not_sent": numbers},
        REJECTS,
        SAMPLES,
        examples,
        10.0,
        (notice,),
        workbook=True,
    )


def draft(phase="ready", **facts):
    """Return a draft of one file."""
    made = {"preview": preview(), "checked": checked() if phase == "ready" else None} | facts
    files = (UploadedFile("export-crm.csv", 18_400),)
    return Draft("d1", "2026-11-22T130455Z-export-crm", files, Choices(), phase, **made)


def run(state="complete", **facts):
    """Return a run."""
    counts = ZERO | {"rows": 84, "cells": 84, "blank": 6, "entries": 78, "rejected": 14, "duplicate": 3, "numbers": 61}
    counts |= {"added": 52, "already_listed": 8, "refused": 1}
    files = (("results.xlsx", "Results", True), ("rejects.xlsx", "Rejects, to be corrected", False))
    downloads = [Download(name, text(title), 21_000, first, opens=False) for name, title, first in files]
    downloads.append(Download("report.html", text("Report"), 61_000, first=False, opens=True))
    made = {
        "folder": "/home/claire/stopimport-runs/2026-11-22T130455Z-export-crm",
        "started_at": "2026-11-22T13:04:55.000+00:00",
        "finished_at": "2026-11-22T13:05:07.000+00:00",
        "exit_code": 0,
        "counts": counts,
        "rejects": REJECTS,
        "inputs": (UploadedFile("export-crm.csv", 0),),
        "notices": (),
        "why": "",
        "sandbox": False,
        "account": "3f1a92c0",
        "address": "https://api.smspartner.fr/v1",
        "downloads": tuple(downloads),
        "actions": frozenset({"verify", "undo"}),
    }
    return Run(name="2026-11-22T130455Z-export-crm", state=state, **(made | facts))


def job(phase, command="send", **facts):
    """Return a run that goes on."""
    moving = {} if phase in ("starting", "asking") else {"total": 61, "done": 34, "per_second": 9.8}
    if moving:
        moving["by_status"] = {"removed": 34} if command == "undo" else {"added": 31, "already_listed": 3}
    empty = {"downloads": (), "actions": frozenset(), "rejects": {}, "finished_at": ""}
    return run("running", job=JobState(command, phase, **(moving | facts)), **empty)


def send_preview(count=61):
    """Return what is about to be sent."""
    entries = count + 8 + 3 + sum(REJECTS.values())
    vendor = "https://api.smspartner.fr/v1"
    return SendPreview(count, 8, entries + 6, entries, REJECTS, count / 10, vendor, "3f1a92c0", sandbox=False)


def undo_preview():
    """Return what is about to be taken off."""
    examples = ("+33•••••••01", "+33•••••••02")
    vendor = "https://api.smspartner.fr/v1"
    return UndoPreview("run", "wrong export", 52, 1, 2, 0, 5.2, vendor, "3f1a92c0", sandbox=False, examples=examples)


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
    undone = {"status": "removed", "removedAt": ""}
    sent = {"status": "added", "duplicateOf": "", "attempts": 1, "sentAt": "2026-11-22T13:05:01+00:00"}
    again = {"status": "duplicate", "duplicateOf": "export-crm.csv::3", "attempts": None, "sentAt": ""}
    entries = (Find(**common, **sent, undo=undone), Find(**common, **again, undo=None))
    return Search("+33600001001", entries, 12, ())


def start(**facts):
    """Return the start page with runs of every state."""
    counts = run().counts
    states = ("running", "complete", "interrupted", "incomplete", "aborted", "undone", "missing")
    runs = [
        RunLine(f"2026-11-{22 - at}T130455Z-export", state, "2026-11-22T13:04:55+00:00", counts, here=False)
        for at, state in enumerate(states)
    ]
    runs.append(RunLine("old", "unreadable", "", None, here=False))
    made = {"drafts": (draft(),), "runs": runs, "problem": None} | facts
    return start_page(made["drafts"], made["runs"], made["problem"], Limits(1024, 50))


def everything():
    """Return (context, page) of every page by a telling name, in the language in force."""
    plain, no_key, known = page(), page(sandbox=False), page(sandbox=False, known=True)
    status = preview().filters[1]
    chosen = FilterValue("Désinscrit", 70, chosen=True, means="gone")
    asked = {
        "status": StatusQuestion(text("…"), text("export-crm.csv"), "Statut SMS", (chosen, *status.values[1:])),
        "hidden": HiddenRowsQuestion(text("…"), ((text("Feuil1"), 10), (text("Feuil2"), 2))),
        "column": ColumnQuestion(text("…")),
        "none": NoRowQuestion(text("…")),
        "rejects": RejectsQuestion(text("…"), "not_mobile"),
        "nothing": NothingValidQuestion(text("…"), "not_a_phone_number"),
        "numbers": AmountQuestion(text("…"), 20_431),
    }
    book = preview(
        sheet("Novembre"),
        sheet("Archives", phone=-1, skipped="not asked for"),
        sheet("Notes", phone=-1, skipped="hidden"),
        workbook=True,
    )
    stopped = problem("SendingEnded", "SMS Partner has given no usable answer for 5 minutes.")
    left = run().counts | {"added": 25, "not_sent": 27}
    made = {
        "start": ("start", plain, start()),
        "start-empty-key": ("start", page(sandbox=False, keyring=True), start(drafts=(), runs=())),
        "start-known-note": ("start", page(sandbox=False, known=True, note=text("The key is kept.")), start()),
        "draft-reading": ("draft", plain, draft("reading", preview=None)),
        "draft-ready": ("draft", known, draft()),
        "draft-no-key": ("draft", no_key, draft()),
        "draft-book": ("draft", plain, draft(preview=book)),
        "draft-again": ("draft", plain, draft("reading", checked=checked())),
        "draft-refused": (
            "draft",
            plain,
            draft(
                "refused",
                preview=None,
                problem=problem(
                    "EncryptedFile",
                    "export-crm.xlsx is protected with a password. Open it, save it without it, and drop that file.",
                ),
            ),
        ),
        "draft-no-column": (
            "draft",
            plain,
            draft(
                "refused",
                preview=preview(sheet(phone=-1, skipped="no phone column")),
                problem=problem("NoPhoneColumn", "…"),
            ),
        ),
        **{
            f"draft-asks-{name}": (
                "draft",
                plain,
                draft(
                    "asking",
                    questions=(one,),
                    preview=preview(sheet(candidates=(4, 5), phone=-1)) if name == "column" else preview(),
                ),
            )
            for name, one in asked.items()
        },
        "run-starting": ("run", plain, job("starting")),
        "run-asks": ("run", known, job("asking", send=send_preview())),
        "run-asks-typing": ("run", plain, job("asking", send=send_preview(20_431), mistyped=True)),
        "run-sending": ("run", plain, job("sending")),
        "run-held": (
            "run",
            plain,
            job("sending", hold=Hold(text("SMS Partner asks for fewer calls (HTTP 429)."), time.monotonic() + 600)),
        ),
        "run-paused": ("run", plain, job("paused")),
        "run-stopping": ("run", plain, job("stopping")),
        "run-elsewhere": (
            "run",
            plain,
            run("running", actions=frozenset(), elsewhere=Elsewhere(61, 20, {"added": 20}, 9.5, 4.0)),
        ),
        "run-verifying": ("run", plain, job("starting", "verify")),
        "run-complete": ("run", known, run()),
        "run-checked": (
            "run",
            no_key,
            run("checked", actions=frozenset({"resume"}), counts=ZERO | {"entries": 61, "numbers": 61, "not_sent": 61}),
        ),
        "run-ended": (
            "run",
            plain,
            run(
                "incomplete",
                exit_code=3,
                counts=left,
                actions=frozenset({"resume", "verify", "undo"}),
                job=JobState("send", "ended", problem=stopped),
            ),
        ),
        "run-missing": ("run", plain, run("missing", verify={"missing": 3, "checked": 60, "exit_code": 6})),
        "run-undone": (
            "run",
            plain,
            run(
                "undone",
                undo={"reason": "wrong export", "removed": 50, "absent": 1, "left": 1, "failed": 0},
                actions=frozenset({"verify"}),
            ),
        ),
        "run-damaged": (
            "run",
            plain,
            run(
                "unreadable",
                counts=None,
                actions=frozenset(),
                downloads=(),
                rejects={},
                exit_code=None,
                damaged="journal.sqlite3 is damaged.",
            ),
        ),
        "undo-asks": ("run", plain, job("asking", "undo", undo=undo_preview())),
        "undo-going": ("run", plain, job("sending", "undo")),
        "find-empty": ("find", plain, ("", None)),
        "find-some": ("find", plain, ("06 00 00 10 01", found())),
        "find-none": (
            "find",
            plain,
            ("0600001001", Search("+33600001001", runs=4, problems=("old cannot be searched.",))),
        ),
        "find-wrong": ("find", plain, ("abc", None, problem("NoNumber", "…"))),
    }
    contexts = {"start": lambda one: one, "draft": draft_page, "run": run_page, "find": lambda one: search_page(*one)}
    return {name: (contexts[kind](one), surrounding) for name, (kind, surrounding, one) in made.items()}
