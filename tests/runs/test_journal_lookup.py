"""Looking into journals without loading them: where did this number come from?"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from effort import tries
from hypothesis import given
from hypothesis import strategies as st
from made_up import FACTS

from stopimport.runs.errors import NoRun
from stopimport.runs.journal import Journal
from stopimport.runs.lookup import may_contain, peek, sightings
from stopimport.sending.outcomes import Outcome
from stopimport.vocabulary import State, Status


def test_peek_gives_the_facts(path, journal):
    """What a run knows about itself can be read while it is going on."""
    journal.update(replace(journal.facts, state=State.COMPLETE))
    assert peek(path) == replace(FACTS, state=State.COMPLETE)


@pytest.mark.parametrize("count", [1, 4_096, 4_097, 10_000])
def test_every_number_is_found_and_no_other(path, make_entries, count):
    """The index knows the numbers of the run, the first and last of each of its parts too, and none beside them."""
    with Journal.create(path, FACTS, make_entries(count)) as journal:
        numbers = journal.numbers()
    step = max(count // 50, 1)
    wanted = {*numbers[::step], numbers[0], numbers[-1], *numbers[4_095:4_098]}
    assert all(may_contain(path, number) for number in wanted)
    assert not any(may_contain(path, f"+33640{index:06d}") for index in range(0, count, step))
    assert not may_contain(path, "+1")


@given(digits=st.sets(st.text("0123456789", min_size=1, max_size=17), min_size=1, max_size=40))
@tries(30)
def test_numbers_of_any_length_are_found(tmp_path_factory, make_entries, digits):
    """A number of any length that E.164 or a numbering plan allows is found by its digits."""
    numbers = sorted({f"+4{rest}" for rest in digits})
    entries = make_entries(len(numbers))
    entries = entries[entries["number"].notna() & (entries["duplicate_of"] < 0)].reset_index(drop=True)
    entries["number"] = pd.Series(numbers, dtype="str")
    path = tmp_path_factory.mktemp("run") / "journal.sqlite3"
    Journal.create(path, FACTS, entries).close()
    assert all(may_contain(path, number) for number in numbers)
    assert [number for number in numbers if not sightings(path, number)] == []


def test_sightings_tell_place_and_outcome(path, journal):
    """Each entry with the number is given with its place, and what became of the number, duplicates too."""
    journal.record(Outcome(5, Status.ADDED, 200, "300", "hm", 2, 1_790_000_000.5))
    journal.flush()
    first, second = sightings(path, "+33639000005")
    assert (
        first.file, first.sheet, first.row, first.column, first.input,
    ) == ("désabonnés.csv", "", 9, "Téléphone", "0639000005")  # fmt: skip
    assert (
        first.status, first.code, first.stop_id, first.message, first.attempts, first.sent_at, first.in_doubt,
    ) == ("added", 200, "300", "hm", 2, 1_790_000_000.5, False)  # fmt: skip
    assert (first.duplicate, second.duplicate) == (False, True)
    assert (second.row, second.status) == (10, "added")


def test_sightings_agree_with_the_outcomes(path, journal):
    """For every number, looked up alone, the outcome is that of the whole frame."""
    journal.record_listed(np.array([4, 8]), ["19", "20"])
    journal.reserve(7)
    journal.record(Outcome(2, Status.REFUSED, 9, attempts=1, sent_at=3.0))
    outcomes = journal.outcomes()
    for number, status, doubt in zip(outcomes["number"], outcomes["status"], outcomes["in_doubt"], strict=True):
        seen = sightings(path, number)
        assert {(status, doubt)} == {(one.status, one.in_doubt) for one in seen}


def test_a_number_longer_than_the_index_is_not_mistaken(path, make_entries):
    """The index keeps 18 digits; whether a longer number is really there, the entries decide."""
    entries = make_entries(1)
    entries["number"] = pd.Series(["+4123456789012345678"], dtype="str")
    Journal.create(path, FACTS, entries).close()
    assert may_contain(path, "+5123456789012345678")
    assert sightings(path, "+5123456789012345678") == []
    assert len(sightings(path, "+4123456789012345678")) == 1


@pytest.mark.process
def test_looking_loads_no_pandas(path, journal):
    """A look-up loads nothing that would take longer than the looking, even where the number is found."""
    journal.flush()
    code = (
        "import sys, pathlib; from stopimport.runs.lookup import sightings;"
        "print(len(sightings(pathlib.Path(sys.argv[1]), '+33639000005')), 'pandas' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True).stdout
    assert said == "2 False\n"


def test_a_number_that_is_not_there_has_no_sightings(path, journal):
    """A number of no entry gives nothing, and so does one that differs in a leading digit only."""
    assert len(journal.numbers()) == 30
    assert sightings(path, "+33640000000") == []


def test_looking_where_there_is_no_run(tmp_path):
    """A folder that is no run is told as such."""
    for look in (peek, lambda path: may_contain(path, "+33639980000")):
        with pytest.raises(NoRun):
            look(tmp_path / "journal.sqlite3")
