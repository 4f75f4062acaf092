"""States of every page, made up, as the server's side would hand them over."""

from __future__ import annotations

import time
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from desk_states import corrections, desk

from stopimport.errors import ExitCode
from stopimport.loading.cells import FileRead
from stopimport.loading.preview import (
    ColumnPreview,
    FilePreview,
    FilesPreview,
    Filter,
    FilterValue,
    HeadRow,
    SheetPreview,
)
from stopimport.reporting.previews import CountryFit, Example, RejectedEntry, SendPreview, UndoPreview
from stopimport.runs.facts import DeletedFacts, RunFacts, UndoFacts, VerifyFacts
from stopimport.runs.history import PastRun
from stopimport.runs.summary import Counts, Summary
from stopimport.vocabulary import Reason, State
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
from stopimport.web.jobs import HoldState, JobState
from stopimport.web.keys import KeyState
from stopimport.web.past_runs import Download, Elsewhere, ListedRun, Run, RunSearch
from stopimport.web.texts import Problem, Text
from stopimport.web.uploads import Limits, UploadedFile
from stopimport.web.views.access import quit_page
from stopimport.web.views.draft import draft_page
from stopimport.web.views.render import PageHead
from stopimport.web.views.run import run_page
from stopimport.web.views.start import runs_page, start_page

NO_COUNTS = Counts(*[0] * len(fields(Counts)))


def text(words):
    """Return a text that is the same in both languages."""
    return Text({"en": words, "fr": words})


def page(*, sandbox=True, known=False, keyring=False, note=None, person=""):
    """Return what surrounds every page."""
    key = KeyState(known, "typed" if known else "", "3f1a92c0" if known else "", keyring=keyring)
    return PageHead("token", sandbox, key, "0.1.0", "/home/claire/stopimport-runs", note, person)


def problem(kind, words):
    """Return something that went wrong."""
    return Problem(kind, text(words))


REJECTS = {Reason.NOT_MOBILE.value: 9, Reason.NOT_A_PHONE_NUMBER.value: 4, Reason.DIGITS_LOST.value: 1}
SAMPLES = {
    Reason.NOT_MOBILE.value: (RejectedEntry("export-crm.csv", "", 21, "05 60 00 00 11"),),
    Reason.NOT_A_PHONE_NUMBER.value: (RejectedEntry("export-crm.csv", "Feuil1", 16, "à rappeler"),),
    Reason.DIGITS_LOST.value: (RejectedEntry("export-crm.csv", "", 13, "3,36E+10"),),
}
FITS = (CountryFit("BE", 50, 50), CountryFit("PT", 46, 50))


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
        *(HeadRow(3 + index, "data", cells, hidden=index == 2) for index, cells in enumerate(people)),
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
    counts = replace(NO_COUNTS, rows=84, cells=84, blank=6, entries=78, rejected=14, duplicate=3)
    examples = (
        Example("06 00 00 10 01", "+33600001001", ""),
        Example("33600001004", "+33600001004", "international_prefix characters"),
    )
    notice = "export-crm.csv: 2 mobile numbers appear only in 'Tél. fixe', not in 'Mobile', and were not read."
    return Checked(
        replace(counts, numbers=numbers, not_sent=numbers),
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
    choices = made.pop("choices", Choices())
    return Draft("d1", "2026-11-22T130455Z-export-crm", files, choices, phase, **made)


WHEN = datetime(2026, 11, 22, 13, 4, 55, tzinfo=UTC)
NAME = "2026-11-22T130455Z-export-crm"
COUNTS = Counts(84, 0, 84, 6, 78, 0, 14, 3, 61, 52, 8, 1, 0, 0)


def run(state=State.COMPLETE, counts=COUNTS, downloads=3, **facts):
    """Return a run."""
    files = (("results.xlsx", "Results", True), ("rejects.xlsx", "Rejects, to be corrected", False))
    present = [Download(name, title, 21_000, first, opens=False) for name, title, first in files]
    present.append(Download("report.html", "Report", 61_000, first=False, opens=True))
    around = {name: facts.pop(name) for name in ("job", "elsewhere") if name in facts}
    made = {
        "finished_at": WHEN + timedelta(seconds=12),
        "exit_code": ExitCode.OK,
        "inputs": (FileRead("export-crm.csv", "", None, None, ()),),
        "account": "3f1a92c0",
        "base_url": "https://api.smspartner.fr/v1",
    }
    actions = facts.pop("actions", frozenset({"verify", "undo"}))
    known = RunFacts(run=NAME, state=state, started_at=WHEN, **(made | facts))
    past = PastRun(NAME, NAME, Summary(known, counts, REJECTS if downloads else {}))
    return Run(past, f"/home/claire/stopimport-runs/{NAME}", tuple(present[:downloads]), actions, **around)


def damaged_run():
    """Return a run of which nothing can be read."""
    past = PastRun(NAME, NAME, None, "journal.sqlite3 is damaged.")
    return Run(past, f"/home/claire/stopimport-runs/{NAME}")


def job(phase, command="send", **facts):
    """Return a run that goes on."""
    moving = {} if phase in ("starting", "asking") else {"total": 61, "done": 34, "per_second": 9.8}
    if moving:
        moving["by_status"] = {"removed": 34} if command == "undo" else {"added": 31, "already_listed": 3}
    going = {"downloads": 0, "actions": frozenset(), "finished_at": None, "exit_code": None}
    return run(State.RUNNING, job=JobState(command, phase, **(moving | facts)), **going)


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


def start(**facts):
    """Return the start page with runs of every state."""
    undo = UndoFacts("wrong export", WHEN, removed=52)
    verify = VerifyFacts(WHEN, ExitCode.MISSING, missing=3)
    runs = [
        *(ListedRun(run(state).past, job=None) for state in (State.RUNNING, State.COMPLETE, State.INTERRUPTED)),
        *(ListedRun(run(state).past, job=None) for state in (State.INCOMPLETE, State.ABORTED, State.CHECKED)),
        ListedRun(run(undo=undo).past, job=None),
        ListedRun(run(verify=verify).past, job=JobState("verify", "starting")),
        ListedRun(run(verify=verify).past, job=None),
        ListedRun(damaged_run().past, job=None),
    ]
    made = {"drafts": ((draft(), WHEN),), "runs": runs, "problem": None} | facts
    return start_page(made["drafts"], made["runs"], made["problem"], Limits(1024, 50))


def everything():
    """Return (context, page) of every page by a telling name, in the language in force."""
    plain, no_key, known = page(), page(sandbox=False), page(sandbox=False, known=True)
    status = preview().filters[1]
    chosen = FilterValue("Désinscrit", 70, chosen=True, means="gone")
    dates = FilterValue("", 9, chosen=True, means="gone", others=True)
    asked = {
        "status": StatusQuestion(text("…"), text("export-crm.csv"), "Statut SMS", (chosen, *status.values[1:], dates)),
        "hidden": HiddenRowsQuestion(text("…"), ((text("Feuil1"), 10), (text("Feuil2"), 2))),
        "column": ColumnQuestion(text("…")),
        "none": NoRowQuestion(text("…")),
        "rejects": RejectsQuestion(text("…"), "not_mobile", REJECTS, SAMPLES, FITS, ("export-crm.xlsx", "Avril")),
        "nothing": NothingValidQuestion(text("…"), "not_a_phone_number", {"not_a_phone_number": 4}, SAMPLES),
        "numbers": AmountQuestion(text("…"), 20_431),
    }
    two = preview(sheet("Mars"), sheet("Avril"), sheet("Mai", phone=-1, skipped="not selected"), workbook=True)
    left_out = replace(Choices(), left_out=(("export-crm.xlsx", "Mai"),))
    bad = (
        ("page.xls", text("page.xls is a web page (HTML), as some programs export it. Save it as .xlsx.")),
        ("names.csv", text("No column with phone numbers was found in names.csv.")),
    )
    book = preview(
        sheet("Novembre"),
        sheet("Archives", phone=-1, skipped="not selected"),
        sheet("Notes", phone=-1, skipped="hidden"),
        workbook=True,
    )
    stopped = problem("SendingEnded", "SMS Partner has given no usable answer for 5 minutes.")
    left = replace(COUNTS, added=25, not_sent=27)
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
                    "export-crm.xlsx is password-protected. Open it, save it without the password, and drop that file.",
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
        "draft-unusable": ("draft", plain, draft("refused", preview=None, problem=problem("…", "…"), unusable=bad)),
        "draft-asks-of-a-sheet": (
            "draft",
            plain,
            draft("asking", questions=(asked["rejects"],), preview=two, checked=checked(), choices=left_out),
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
            job(
                "sending", hold=HoldState(text("SMS Partner asks for fewer calls (HTTP 429)."), time.monotonic() + 600)
            ),
        ),
        "run-paused": ("run", plain, job("paused")),
        "run-stopping": ("run", plain, job("stopping")),
        "run-elsewhere": (
            "run",
            plain,
            run(State.RUNNING, actions=frozenset(), elsewhere=Elsewhere(61, 20, {"added": 20}, 9.5)),
        ),
        "run-verifying": ("run", plain, job("starting", "verify")),
        "run-complete": ("run", known, run()),
        "run-checked": (
            "run",
            no_key,
            run(State.CHECKED, replace(NO_COUNTS, entries=61, numbers=61, not_sent=61), actions=frozenset({"resume"})),
        ),
        "run-ended": (
            "run",
            plain,
            run(
                State.INCOMPLETE,
                left,
                exit_code=ExitCode.INCOMPLETE,
                actions=frozenset({"resume", "verify", "undo"}),
                job=JobState("send", "ended", problem=stopped),
            ),
        ),
        "run-missing": (
            "run",
            plain,
            run(verify=VerifyFacts(WHEN, ExitCode.MISSING, entries=70, partial=False, checked=60, missing=3)),
        ),
        "run-undone": (
            "run",
            plain,
            run(
                undo=UndoFacts("wrong export", WHEN, removed=50, absent=1, left=1),
                actions=frozenset({"verify"}),
            ),
        ),
        "run-damaged": ("run", plain, damaged_run()),
        "run-left": ("run", plain, run(State.INCOMPLETE, left, actions=frozenset({"resume", "delete"}))),
        "run-deleted": (
            "run",
            plain,
            run(downloads=0, deleted=DeletedFacts(WHEN, "claire"), actions=frozenset({"delete"})),
        ),
        "runs": (
            "runs",
            plain,
            runs_page(RunSearch("crm", WHEN.date(), None, "0600001001"), (ListedRun(run().past, job=None),)),
        ),
        "runs-none": ("runs", plain, runs_page(RunSearch("xyz"), ())),
        "undo-asks": ("run", plain, job("asking", "undo", undo=undo_preview())),
        "undo-going": ("run", plain, job("sending", "undo")),
        "start-team": ("start", page(sandbox=False, known=True, person="claire.dupont-martin@example.com"), start()),
        "quit": ("quit", plain, 0),
        "quit-working": ("quit", known, 2),
    }
    contexts = {"start": lambda one: one, "runs": lambda one: one, "draft": draft_page, "run": run_page}
    contexts["quit"] = quit_page
    all_of = {name: (contexts[kind](one), surrounding) for name, (kind, surrounding, one) in made.items()}
    return all_of | corrections(plain, no_key) | desk(plain, no_key, known)
