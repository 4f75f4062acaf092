"""States of every page, made up, as the server's side would hand them over."""

from __future__ import annotations

from stopimport.vocabulary import REASONS, Reason
from stopimport.web.state import (
    Checked,
    Column,
    Download,
    Draft,
    Elsewhere,
    Example,
    File,
    Filter,
    Found,
    KeyState,
    Live,
    Look,
    Options,
    Page,
    Problem,
    Question,
    RejectExample,
    Rejects,
    Row,
    Run,
    RunLine,
    Search,
    SendPreview,
    Sheet,
    Start,
    Text,
    UndoPreview,
    UploadedFile,
    Value,
)

NAMES = (
    "rows filtered cells blank entries split rejected duplicate numbers added already_listed refused failed not_sent"
)
ZERO = dict.fromkeys(NAMES.split(), 0)


def text(words):
    """Return a text that is the same in both languages."""
    return Text({"en": words, "fr": words})


def page(language="en", *, sandbox=True, known=False, keyring=False, note=None):
    """Return what surrounds every page."""
    key = KeyState(known, "typed" if known else "", "3f1a92c0" if known else "", keyring)
    return Page(language, "token", sandbox, key, "0.1.0", "/home/claire/stopimport-runs", note)


def problem(kind, words, **facts):
    """Return something that went wrong."""
    return Problem(
        kind, text(words), 2, {name: text(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}
    )


def rejects():
    """Return rejected entries of three reasons."""
    cells = {
        Reason.NOT_A_PHONE_NUMBER: "à rappeler",
        Reason.NOT_MOBILE: "05 60 00 00 11",
        Reason.DIGITS_LOST: "3,36E+10",
    }
    return tuple(
        Rejects(
            reason.value,
            text(REASONS[reason].title),
            text(REASONS[reason].meaning),
            text(REASONS[reason].remedy),
            count,
            (RejectExample("export-crm.csv", "", 12 + count, "Portable", cells[reason], ""),),
        )
        for reason, count in ((Reason.NOT_MOBILE, 9), (Reason.NOT_A_PHONE_NUMBER, 4), (Reason.DIGITS_LOST, 1))
    )


def sheet(name="", *, phone=5, candidates=(), skipped=""):
    """Return a sheet of seven columns."""
    labels = ("N° client", "Civilité", "Nom", "Prénom", "Tél. fixe", "Portable", "Statut SMS")
    columns = tuple(
        Column(f"0.{name}.{index}", "ABCDEFG"[index], label, index == phone, index in candidates)
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
        Row(1, "title", ("Export CRM – Liste des désabonnements SMS", "", "", "", "", "", "")),
        Row(2, "header", labels),
        *(Row(3 + index, "data", cells) for index, cells in enumerate(people)),
    )
    return Sheet(name, 84, 84, 0, 2, columns, "" if phone < 0 else "header", head, skipped)


def look(*sheets, workbook=False):
    """Return what was understood of one file."""
    values = (
        Value("s:1", "Désinscrit", 70, chosen=False, means="gone"),
        Value("s:2", "Abonné", 12, chosen=False, means="subscribed"),
        Value("s:3", "", 2, chosen=False),
    )
    file = File(
        "export-crm.xlsx" if workbook else "export-crm.csv",
        workbook,
        "" if workbook else "windows-1252",
        "" if workbook else ";",
        sheets or (sheet(),),
    )
    titles = (Value("c:1", "Mme", 44, chosen=False), Value("c:2", "M.", 40, chosen=False))
    return Look(
        (file,), (Filter("c", "Civilité", titles, active=False), Filter("s", "Statut SMS", values, active=False))
    )


def checked(numbers=61):
    """Return what would happen."""
    counts = ZERO | {"rows": 84, "cells": 84, "blank": 6, "entries": 78, "rejected": 14, "duplicate": 3}
    examples = (
        Example("06 00 00 10 01", "+33600001001", ()),
        Example("33600001004", "+33600001004", (text("International prefix"),)),
    )
    notice = "export-crm.csv: 2 mobile numbers stand only in the column 'Tél. fixe'."
    return Checked(
        counts | {"numbers": numbers, "not_sent": numbers},
        rejects(),
        examples,
        numbers / 10,
        10.0,
        (notice,),
        workbook=True,
    )


def draft(phase="ready", **facts):
    """Return a draft of one file."""
    made = {"options": Options(), "look": look(), "checked": checked() if phase == "ready" else None} | facts
    return Draft("d1", "2026-11-22T130455Z-export-crm", (UploadedFile("export-crm.csv", 18_400),), phase, **made)


def question(kind, **facts):
    """Return a question."""
    return Question(kind, text("…"), **facts)


WHEN = "2026-11-23T10:00:00+00:00"


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
        "rejects": rejects(),
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


def live(phase, job="send", **facts):
    """Return a run that goes on."""
    moving = (
        {} if phase in ("starting", "asking") else {"total": 61, "done": 34, "per_second": 9.8, "seconds_left": 2.8}
    )
    if moving:
        moving["by_status"] = {"removed": 34} if job == "undo" else {"added": 31, "already_listed": 3}
    empty = {"downloads": (), "actions": frozenset(), "rejects": (), "finished_at": ""}
    return run("running", live=Live(job, phase, **(moving | facts)), **empty)


def send_preview(count=61, *, typing=False):
    """Return the question before sending."""
    return SendPreview(
        count, 8, 84, 78, 3, rejects(), (), count / 10, "3f1a92c0", "https://api.smspartner.fr/v1", typing
    )


def undo_preview(*, typing=False):
    """Return the question before undo."""
    return UndoPreview(52, 1, 2, 0, ("+33•••••••01", "+33•••••••02"), 5.2, "wrong export", typing)


def found():
    """Return two entries with a number, one undone."""
    made = (
        "2026-11-22T130455Z-export-crm",
        "2026-11-22T13:04:55+00:00",
        "export-crm.csv",
        "",
        3,
        "Portable",
        "06 00 00 10 01",
    )
    first = Found(
        *made, "added", 200, "s1", "", "", "2026-11-22T13:05:01+00:00", {"status": "removed", "removedAt": ""}
    )
    again = Found(*made, "duplicate", 200, "s1", "", "export-crm.csv::3", "", None)
    return Search("06 00 00 10 01", "+33600001001", (first, again), 12)


def start(**facts):
    """Return the start page with runs of every state."""
    counts = run().counts
    states = ("running", "complete", "interrupted", "incomplete", "aborted", "undone", "missing")
    runs = [
        RunLine(f"2026-11-{22 - at}T130455Z-export", state, "2026-11-22T13:04:55+00:00", counts, here=False)
        for at, state in enumerate(states)
    ]
    runs.append(RunLine("old", "unreadable", "", None, here=False))
    made = {"drafts": (draft(),), "runs": tuple(runs), "most_megabytes": 1024, "most_files": 50}
    return Start(**(made | facts))


def everything():
    """Return (page of `stopimport.web.pages`, page, state) by a telling name."""
    plain, no_key, known = page(), page(sandbox=False), page(sandbox=False, known=True)
    status = look().filters[1]
    asked = {
        "status": question(
            "StillSubscribed",
            place=text("export-crm.csv"),
            column="Statut SMS",
            filter="s",
            values=(Value("s:1", "Désinscrit", 70, chosen=True, means="gone"), *status.values[1:]),
        ),
        "hidden": question("HiddenRows", rows=12, places=((text("Feuil1"), 10), (text("Feuil2"), 2))),
        "column": question("AmbiguousColumn", place=text("export-crm.csv")),
        "none": question("WhereKeepsNothing"),
        "rejects": question(
            "TooManyRejects",
            place=text("export-crm.csv"),
            column="Portable",
            rejected=70,
            entries=84,
            likely="not_mobile",
        ),
        "nothing": question(
            "NothingValid", place=text("export-crm.csv"), column="Nom", entries=84, likely="not_a_phone_number"
        ),
        "numbers": question("TooManyNumbers", numbers=20_431, most=10_000),
    }
    book = look(
        sheet("Novembre"),
        sheet("Archives", phone=-1, skipped="not asked for"),
        sheet("Notes", phone=-1, skipped="hidden"),
        workbook=True,
    )
    stopped = problem(
        "SendingEnded", "…", why="SMS Partner has given no usable answer for 5 minutes.", left=27, folder="x"
    )
    left = run().counts | {"added": 25, "not_sent": 27}
    return {
        "start": ("start", plain, start()),
        "start-empty-key": ("start", page(sandbox=False, keyring=True), start(drafts=(), runs=())),
        "start-known-note": ("start", page(sandbox=False, known=True, note=text("The key is kept.")), start()),
        "draft-reading": ("draft", plain, draft("reading", look=None)),
        "draft-ready": ("draft", known, draft()),
        "draft-no-key": ("draft", no_key, draft(needs_key=True)),
        "draft-book": ("draft", plain, draft(look=book)),
        "draft-again": ("draft", plain, draft("reading", checked=checked())),
        "draft-refused": (
            "draft",
            plain,
            draft(
                "refused",
                look=None,
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
                look=look(sheet(phone=-1, skipped="no phone column")),
                problem=problem("NoPhoneColumn", "…", place="export-crm.csv", columns="A"),
            ),
        ),
        **{
            f"draft-asks-{name}": (
                "draft",
                plain,
                draft(
                    "asking",
                    questions=(one,),
                    look=look(sheet(candidates=(4, 5), phone=-1)) if name == "column" else look(),
                ),
            )
            for name, one in asked.items()
        },
        "run-starting": ("run", plain, live("starting")),
        "run-asks": ("run", known, live("asking", send=send_preview())),
        "run-asks-typing": ("run", plain, live("asking", send=send_preview(20_431, typing=True), mistyped=True)),
        "run-sending": ("run", plain, live("sending")),
        "run-held": (
            "run",
            plain,
            live("sending", hold=text("SMS Partner asks for fewer calls (HTTP 429)."), hold_seconds=12.0),
        ),
        "run-paused": ("run", plain, live("paused")),
        "run-stopping": ("run", plain, live("stopping")),
        "run-elsewhere": (
            "run",
            plain,
            run("running", actions=frozenset(), elsewhere=Elsewhere(61, 20, {"added": 20}, 9.5, 4.0)),
        ),
        "run-verifying": ("run", plain, live("starting", "verify")),
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
                live=Live("send", "ended", problem=stopped),
            ),
        ),
        "run-missing": ("run", plain, run("missing", verify={"at": WHEN, "missing": 3, "checked": 60, "exit_code": 6})),
        "run-undone": (
            "run",
            plain,
            run(
                "undone",
                undo={"reason": "wrong export", "started_at": WHEN, "removed": 50, "absent": 1, "left": 1, "failed": 0},
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
                rejects=(),
                exit_code=None,
                damaged="journal.sqlite3 is damaged.",
            ),
        ),
        "undo-asks": ("run", plain, live("asking", "undo", undo=undo_preview())),
        "undo-going": ("run", plain, live("sending", "undo")),
        "find-empty": ("find", plain, Search("")),
        "find-some": ("find", plain, found()),
        "find-none": (
            "find",
            plain,
            Search("0600001001", "+33600001001", runs=4, problems=("old cannot be searched.",)),
        ),
        "find-wrong": ("find", plain, Search("abc", problem=problem("NoNumber", "…", text="abc", why="not a number"))),
    }
