"""What the journal says became of each number, whatever was recorded in whatever order."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from effort import tries
from hypothesis import given
from hypothesis import strategies as st
from made_up import FACTS

from stopimport.runs.journal import Journal
from stopimport.sending.outcomes import OUTCOME_COLUMNS, Outcome
from stopimport.vocabulary import Status

COUNT = 12


def test_before_anything_is_sent(journal):
    """A fresh journal: every number not_sent, nothing in doubt, no calls made."""
    outcomes = journal.outcomes()
    assert list(OUTCOME_COLUMNS) == list(outcomes.columns)
    assert journal.numbers() == outcomes["number"].tolist()
    assert {"not_sent"} == set(outcomes["status"])
    assert not outcomes["in_doubt"].any()
    assert not journal.made_calls


def test_types_of_the_columns(journal):
    """The outcomes have the documented types, recorded or not."""
    expected = {
        "number": "str", "status": "str", "code": "Int32", "stop_id": "str", "message": "str", "attempts": "int32",
        "sent_at": "float64", "in_doubt": "bool",
    }  # fmt: skip
    assert expected == {name: str(kind) for name, kind in journal.outcomes().dtypes.items()}
    journal.record(Outcome(3, Status.ADDED, 200, "300", "", 1, 1.5))
    assert expected == {name: str(kind) for name, kind in journal.outcomes().dtypes.items()}


def test_an_outcome_comes_back_whole(path, journal):
    """Every field of an outcome is there after the journal was closed and opened again."""
    journal.record(
        Outcome(7, Status.FAILED, 500, "812", "Réessayez « plus tard » \0 \ud800", 5, 1.79e9 + 0.123, in_doubt=True)
    )
    journal.close()
    with Journal.open(path) as again:
        row = again.outcomes().iloc[7].to_dict()
    assert row == {
        "number": "+33639000007", "status": "failed", "code": 500, "stop_id": "812",
        "message": "Réessayez « plus tard » \0 ?", "attempts": 5, "sent_at": 1.79e9 + 0.123, "in_doubt": True,
    }  # fmt: skip


def test_a_code_beyond_all_codes_is_no_code(journal):
    """A code that no column can hold is left out, and spoils nothing else."""
    journal.record(Outcome(0, Status.FAILED, 10**30, message="odd"))
    assert journal.outcomes()["code"].isna().all()
    assert journal.outcomes()["message"][0] == "odd"


def test_below_the_mark_without_an_answer_is_in_doubt(path, journal):
    """A run that ended between mark and answer has in doubt what may have gone out, and nothing else."""
    journal.reserve(5)
    journal.record(Outcome(1, Status.ADDED, 200))
    journal.close()
    with Journal.open(path) as again:
        assert np.flatnonzero(again.outcomes()["in_doubt"]).tolist() == [0, 2, 3, 4]
        assert again.made_calls


def test_a_new_sitting_brings_old_failures_in_doubt_as_the_mark_passes_them(path, journal):
    """A number that failed before is in doubt again once it may have gone out again; a final one never is."""
    journal.reserve(4)
    for index, status in enumerate([Status.ADDED, Status.FAILED, Status.REFUSED, Status.FAILED]):
        journal.record(Outcome(index, status, attempts=1))
    journal.close()
    with Journal.open(path) as again:
        again.reserve(2)
        again.close()
    with Journal.open(path) as third:
        outcomes = third.outcomes()
        assert np.flatnonzero(outcomes["in_doubt"]).tolist() == [1]
        assert outcomes["status"][:4].tolist() == ["added", "failed", "refused", "failed"]


def test_doubts_outlive_sittings(path, journal):
    """What was in doubt stays so over later sittings until an outcome settles it."""
    journal.reserve(6)
    journal.close()
    with Journal.open(path) as again:
        again.reserve(1)
        again.record(Outcome(0, Status.ADDED, 200))
        assert np.flatnonzero(again.outcomes()["in_doubt"]).tolist() == [1, 2, 3, 4, 5]


def test_found_on_the_list(journal):
    """Numbers of the list fetched first are already_listed with their id, no attempt and no time."""
    journal.record_listed(np.array([2, 5]), ["19", ""])
    rows = journal.outcomes().iloc[[2, 5]]
    assert rows["status"].tolist() == ["already_listed"] * 2
    assert rows["code"].tolist() == [3, 3]
    assert rows["stop_id"].tolist() == ["19", ""]
    assert rows["attempts"].tolist() == [0, 0]
    assert rows["sent_at"].isna().all()


def test_fetches_are_remembered_in_order(path, journal):
    """Each fetch of the stop list is written down with what came of it."""
    journal.note_fetch("no")
    journal.note_fetch("partial", 17)
    journal.close()
    with Journal.open(path) as again:
        assert [(fetch.fetched, fetch.entries) for fetch in again.fetches()] == [("no", None), ("partial", 17)]


@dataclass
class Model:
    """The journal's rule, said plainly, number by number."""

    outcomes: dict[int, tuple[str, int | None, str, int, bool]] = field(default_factory=dict)
    sitting_of: dict[int, int] = field(default_factory=dict)
    mark: int = 0
    sitting: int = 0
    seated: bool = False

    def reserve(self, upto: int) -> None:
        """The first one after opening keeps the doubts and begins a sitting."""
        if not self.seated:
            for index in range(COUNT):
                status, code, stop_id, attempts, doubt = self.of(index)
                if doubt:
                    self.outcomes[index] = (status, code, stop_id, attempts, True)
                    self.sitting_of[index] = self.sitting
            self.mark, self.sitting, self.seated = 0, self.sitting + 1, True
        self.mark = max(self.mark, upto)

    def record(self, outcome: Outcome) -> None:
        """The last one counts."""
        facts = (outcome.status.value, outcome.code, outcome.stop_id, outcome.attempts, outcome.in_doubt)
        self.outcomes[outcome.index] = facts
        self.sitting_of[outcome.index] = self.sitting

    def of(self, index: int) -> tuple[str, int | None, str, int, bool]:
        """What became of the number, as far as is known."""
        status, code, stop_id, attempts, doubt = self.outcomes.get(index, ("not_sent", None, "", 0, False))
        if index < self.mark and status in {"failed", "not_sent"} and self.sitting_of.get(index, -1) < self.sitting:
            doubt = True
        return (status, code, stop_id, attempts, doubt)


INDICES = st.integers(0, COUNT - 1)
OUTCOMES = st.builds(
    Outcome,
    INDICES,
    st.sampled_from([status for status in Status if status is not Status.DUPLICATE]),
    st.none() | st.integers(1, 500),
    st.sampled_from(["", "300", "x7"]),
    attempts=st.integers(0, 9),
    in_doubt=st.booleans(),
)
STEPS = st.one_of(
    st.tuples(st.just("reserve"), st.integers(1, COUNT)),
    st.tuples(st.just("record"), OUTCOMES),
    st.tuples(st.just("listed"), st.lists(INDICES, unique=True)),
    st.tuples(st.just("reopen"), st.none()),
)


@pytest.fixture(scope="module")
def twelve(make_entries) -> pd.DataFrame:
    """Return entries with twelve numbers."""
    return make_entries(COUNT)


@given(steps=st.lists(STEPS, max_size=12))
@tries(40)
def test_the_journal_keeps_its_rule(twelve, steps):
    """Whatever is reserved, recorded, found listed and reopened: each number's outcome is what the plain rule says."""
    model = Model()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "journal.sqlite3"
        journal = Journal.create(path, FACTS, twelve)
        for kind, what in [*steps, ("reopen", None)]:
            if kind == "reserve":
                journal.reserve(what)
                model.reserve(what)
            elif kind == "record":
                journal.record(what)
                model.record(what)
            elif kind == "listed":
                journal.record_listed(np.array(what, np.int64), [str(index) for index in what])
                for index in what:
                    model.record(Outcome(index, Status.ALREADY_LISTED, 3, str(index)))
            else:
                journal.close()
                journal = Journal.open(path)
                model.seated = False
        columns = ("status", "code", "stop_id", "attempts", "in_doubt")
        found = journal.outcomes()
        journal.close()
    rows = [tuple(None if value is pd.NA else value for value in row) for row in found[list(columns)].to_numpy()]
    assert [model.of(index) for index in range(COUNT)] == rows
    assert all(math.isnan(value) for value in found["sent_at"])
