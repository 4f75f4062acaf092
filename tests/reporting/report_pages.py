"""Reports to look at: rendered from hand-made runs, without a program around them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from report_frames import FACTS, FILE, entries_of, outcomes_of

from stopimport.reporting.counts import count, rejects_by_reason
from stopimport.reporting.origins import Origins
from stopimport.reporting.page import PageFacts, render
from stopimport.reporting.tables import rejects_table
from stopimport.runs.facts import Reading, SittingPace, StopListFetch
from stopimport.runs.summary import Summary
from stopimport.settings import Settings
from stopimport.vocabulary import Fetched, State

START = 1_795_352_695.0
"""2026-11-22 13:04:55 UTC."""
STATUSES = ["added"] * 6 + ["already_listed", "refused", "failed", "not_sent"]
REJECTS = [("too_short", "06 39 98 1"), ("digits_lost", "3,36E+10"), ("not_a_phone_number", "<b>néant</b>")]


def facts_of(*, numbers=40, rejects=12, state="incomplete", **changes):
    """Make what the report shows of a run with so many numbers and rejects; `changes` go over its facts."""
    valid = [(f"+3363998{index:04d}", "") for index in range(numbers)]
    wrong = [
        {"reason": REJECTS[index % 3][0], "input": REJECTS[index % 3][1], "file": ("crm.csv", "shop.csv")[index % 2]}
        for index in range(rejects)
    ]
    entries = entries_of([*valid, *valid[:1], *wrong])
    outcomes = outcomes_of(
        [
            {"number": number, "status": STATUSES[index % 10], "attempts": 1, "sent_at": START + index / 4}
            for index, (number, _reason) in enumerate(valid)
        ]
    )
    counts = count(Reading(len(entries) + 3, 1, len(entries) + 2, 2, 0), entries, outcomes)
    facts = replace(
        FACTS,
        state=State(state),
        inputs=(replace(FILE, sha256="ab" * 32),),
        settings=Settings({"rate": "4/s", "where": ("Statut=STOP",)}).in_force("run"),
        sittings=(SittingPace(START, 4, 1.0),),
        stop_list=StopListFetch(Fetched.YES, None),
        account="deadbeef",
        base_url="https://api.smspartner.fr/v1",
    )
    made = Summary(replace(facts, **changes), counts, rejects_by_reason(entries, counts.refused), {"200": 1})
    files = {name: Path("runs") / name for name in ("results.csv", "rejects.csv", "summary.json")}
    rejected = rejects_table(entries, outcomes, keep=())
    sent_at = outcomes["sent_at"].to_numpy(dtype="float64")
    return PageFacts(made, files, Origins.of(entries), sent_at, rejected, len(rejected))


def page_of(**facts):
    """Render the report of such a run."""
    return render(facts_of(**facts))
