"""What the tests of the report start from: entries, outcomes, the facts of a run; hand-made or generated."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from stopimport.errors import ExitCode
from stopimport.loading.cells import FileRead
from stopimport.reporting.counts import count
from stopimport.runs.facts import Reading, Requests, RunFacts, StopListFetch
from stopimport.runs.summary import Summary
from stopimport.vocabulary import Fetched, Reason, State, Status

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
OWN_REASONS = [reason.value for reason in Reason if reason is not Reason.REFUSED_BY_API]
OUTCOME_STATUSES = [status.value for status in Status if status is not Status.DUPLICATE]


def entries_of(rows, **keep):
    """Make an entries frame of (number or None, reason) pairs or of dicts; duplicates are found by number."""
    first_of, made = {}, []
    for index, row in enumerate(rows):
        given = row if isinstance(row, dict) else {"number": row[0], "reason": row[1]}
        number = given.get("number")
        made.append(
            {
                "source": 0,
                "file": "crm.csv",
                "sheet": "",
                "row": index + 2,
                "column": "Mobile",
                "input": number or "?",
                "number": number,
                "reason": "",
                "repairs": "",
                "detail": "",
                "region": "FR" if number else "",
                "line": "mobile" if number else "",
                "duplicate_of": first_of.setdefault(number, index) if number and number in first_of else -1,
            }
            | given
        )
        if number:
            first_of.setdefault(number, index)
    names = ["source", "file", "sheet", "row", "column", "input", "number", "reason", "repairs", "detail", "region"]
    frame = pd.DataFrame(made, columns=[*names, "line", "duplicate_of"])
    texts = dict.fromkeys(("input", "number", "detail"), "str")
    words = dict.fromkeys(("file", "sheet", "column", "reason", "repairs", "region", "line"), "category")
    frame = frame.astype({"source": "int32", "row": "int64", "duplicate_of": "int64"} | texts | words)
    for name, values in keep.items():
        frame[f"keep:{name}"] = pd.Series(values, dtype="str")
    return frame


def outcomes_of(rows):
    """Make an outcomes frame of dicts; what a dict leaves out is as for a number that was never sent."""
    plain = {"number": "", "status": "not_sent", "code": None, "stop_id": "", "message": "", "attempts": 0}
    frame = pd.DataFrame([plain | {"sent_at": np.nan, "in_doubt": False} | row for row in rows])
    if frame.empty:
        frame = pd.DataFrame(columns=[*plain, "sent_at", "in_doubt"])
    texts = dict.fromkeys(("number", "status", "stop_id", "message"), "str")
    return frame.astype(texts | {"code": "Int32", "attempts": "int32", "sent_at": "float64", "in_doubt": "bool"})


@st.composite
def runs(draw):
    """Generate the entries and outcomes of a whole run."""
    pool = [f"+3363998{index:04d}" for index in range(8)]
    entry = st.one_of(
        st.tuples(st.sampled_from(pool), st.just("")),
        st.tuples(st.none(), st.sampled_from(OWN_REASONS)),
    )
    entries = entries_of(draw(st.lists(entry, max_size=30)))
    numbers = list(dict.fromkeys(entries["number"].dropna()))
    statuses = draw(st.lists(st.sampled_from(OUTCOME_STATUSES), min_size=len(numbers), max_size=len(numbers)))
    outcomes = outcomes_of(
        [{"number": number, "status": status} for number, status in zip(numbers, statuses, strict=True)]
    )
    return entries, outcomes


COUNTS = count(Reading(1, 0, 1, 0, 0), entries_of([("+33639980001", "")]), outcomes_of([{"number": "+33639980001"}]))
FILE = FileRead("crm.csv", "00", "utf-8", ";", ())
FACTS = RunFacts(
    run="2026-11-22T130455Z-crm",
    version="1.0.0",
    command="run",
    state=State.INCOMPLETE,
    exit_code=ExitCode.INCOMPLETE,
    started_at=datetime(2026, 11, 22, 13, 4, 55, tzinfo=UTC),
    finished_at=datetime(2026, 11, 22, 14, 5, 0, tzinfo=timezone(timedelta(hours=1))),
    seconds=5.00049,
    inputs=(FILE,),
    requests=Requests(30, 2, 4.0),
    stop_list=StopListFetch(Fetched.NO, None),
    notices=("Café",),
)
MADE = Summary(FACTS, COUNTS, {}, {"200": 1})


def changed(summary, **facts):
    """Return a summary with other facts."""
    return replace(summary, facts=replace(summary.facts, **facts))
