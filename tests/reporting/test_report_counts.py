"""The counts: each figure, the balance, and what is told when it does not hold."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from report_frames import FILE, entries_of, outcomes_of, runs

from stopimport.errors import ExitCode
from stopimport.loading.cells import SheetRead
from stopimport.reporting.counts import check_balance, codes, count, rejects_by_reason
from stopimport.reporting.errors import CountsUnbalanced
from stopimport.reporting.tables import rejects_table, results_table
from stopimport.runs.facts import Reading
from stopimport.runs.summary import Counts

A, B, C, D, E = (f"+3363998000{digit}" for digit in "12345")
ENTRIES = entries_of(
    [(A, ""), (B, ""), (A, ""), (None, "too_short"), (C, ""), (None, "digits_lost"), (D, ""), (E, ""), (C, "")]
)
OUTCOMES = outcomes_of(
    [
        {"number": A, "status": "added", "code": 200},
        {"number": B, "status": "already_listed"},
        {"number": C, "status": "refused", "code": 9},
        {"number": D, "status": "failed", "code": 90},
        {"number": E, "status": "not_sent"},
    ]
)
READING = Reading(rows=12, filtered=2, cells=10, blank=3, split=2)
INPUTS = (replace(FILE, sheets=(SheetRead("A", 12, ("Mobile",)), SheetRead("B", skipped="x"))),)


def test_each_figure_is_counted():
    """The figures have the contract's names and order."""
    assert count(READING, ENTRIES, OUTCOMES).as_dict() == {
        "rows": 12,
        "filtered": 2,
        "cells": 10,
        "blank": 3,
        "entries": 9,
        "split": 2,
        "rejected": 2,
        "duplicate": 2,
        "numbers": 5,
        "added": 1,
        "already_listed": 1,
        "refused": 1,
        "failed": 1,
        "not_sent": 1,
    }


def test_reasons_are_those_of_the_rejects_file():
    """Numbers refused by the API count as rejects too, so that the figures add up to the file's rows."""
    assert rejects_by_reason(ENTRIES, 1) == {"digits_lost": 1, "too_short": 1, "refused_by_api": 1}
    assert rejects_by_reason(entries_of([]), 0) == {}


def test_codes_are_the_final_ones_over_the_numbers():
    """A code for each number that has one, as in the results; keys are strings, smallest first."""
    assert list(codes(OUTCOMES).items()) == [("3", 1), ("9", 1), ("90", 1), ("200", 1)]


def test_a_run_in_balance_passes():
    """All equations of the contract hold for a right run."""
    check_balance(count(READING, ENTRIES, OUTCOMES), results_rows=7, rejects_rows=3, inputs=INPUTS)


@pytest.mark.parametrize("figure", [field.name for field in fields(Counts) if field.name != "filtered"])
def test_a_figure_that_is_one_off_is_found(figure):
    """No single figure can be wrong without the balance telling it, as a bug."""
    counts = count(READING, ENTRIES, OUTCOMES)
    wrong = replace(counts, **{figure: getattr(counts, figure) + 1})
    with pytest.raises(CountsUnbalanced) as caught:
        check_balance(wrong, results_rows=7, rejects_rows=3, inputs=INPUTS)
    assert caught.value.exit_code is ExitCode.BUG


def test_a_wrong_number_of_filtered_rows_is_found():
    """Cells = (rows - filtered) x phone columns, where all sheets have as many phone columns."""
    with pytest.raises(CountsUnbalanced, match=r"cells = 10, but .* = 9"):
        check_balance(
            replace(count(READING, ENTRIES, OUTCOMES), filtered=3), results_rows=7, rejects_rows=3, inputs=INPUTS
        )


@pytest.mark.parametrize(
    ("results", "rejects", "named"), [(6, 3, "rows of results = 6"), (7, 2, "rows of rejects = 2")]
)
def test_a_table_that_lost_a_row_is_found(results, rejects, named):
    """The tables must have as many rows as the counts say."""
    with pytest.raises(CountsUnbalanced, match=named):
        check_balance(count(READING, ENTRIES, OUTCOMES), results_rows=results, rejects_rows=rejects, inputs=INPUTS)


@given(runs())
def test_the_counts_of_any_run_balance(run):
    """Whatever is valid, rejected, double, refused or unsent: tables and figures agree."""
    entries, outcomes = run
    counts = count(Reading(len(entries), 0, len(entries), 0, 0), entries, outcomes)
    rejects = rejects_table(entries, outcomes, keep=())
    check_balance(
        counts,
        results_rows=results_table(entries, outcomes, keep=()).num_rows,
        rejects_rows=rejects.num_rows,
        inputs=[replace(FILE, sheets=(SheetRead("", len(entries), ("Mobile",)),))],
    )
    in_file = {}
    for reason in rejects["reason"].to_pylist():
        in_file[reason] = in_file.get(reason, 0) + 1
    assert rejects_by_reason(entries, counts.refused) == in_file
