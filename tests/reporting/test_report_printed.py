"""What is printed before and after sending, for people on all kinds of terminals."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from report_frames import FACTS, FILE, changed, entries_of, outcomes_of

from stopimport.errors import ExitCode
from stopimport.loading.cells import SheetRead, Source
from stopimport.reporting.counts import count
from stopimport.reporting.drawing import WIDE
from stopimport.reporting.examples import examples
from stopimport.reporting.messages import about, duration, figure
from stopimport.reporting.previews import Example, SendPreview
from stopimport.reporting.readme import rejects_readme, results_readme
from stopimport.reporting.terminal import render, render_preview
from stopimport.runs.facts import Reading
from stopimport.runs.summary import Summary
from stopimport.vocabulary import REASONS, REPAIRS, STATUSES, State

NUMBERS = [f"+336399800{index:02}" for index in range(10)]
ENTRIES = entries_of([*((number, "") for number in NUMBERS), (NUMBERS[0], ""), (None, "too_short")])
STATES = ["added"] * 5 + ["already_listed", "already_listed", "refused", "failed", "not_sent"]
OUTCOMES = outcomes_of([{"number": n, "status": status} for n, status in zip(NUMBERS, STATES, strict=True)])
SHEETS = (
    SheetRead("Paris", 1012, ("Mobile",)),
    SheetRead("Bilan", skipped="no phone column"),
)
MADE = Summary(
    replace(FACTS, inputs=(replace(FILE, sheets=SHEETS),)),
    count(Reading(1012, 990, 22, 10, 0), ENTRIES, OUTCOMES),
    {"too_short": 1, "refused_by_api": 1},
)
FOLDER = Path("my runs")
FILES = {"results.csv": FOLDER / "results.csv", "rejects.csv": FOLDER / "rejects.csv"}
PLAN = SendPreview(
    to_send=8,
    already_listed=2,
    rows=1012,
    entries=12,
    rejects={"too_short": 1},
    seconds=8000.0,
    address="https://api.example/v1",
    account="deadbeef",
    sandbox=False,
    sources=(Source("crm.xlsx", "Paris", "Mobile", "header"),),
    examples=(Example("06 ••••••01", "+336••••••01", ""),),
)
NOW = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)


def figures(page):
    """Return the table's lines as label: figure."""
    lines = [line.strip().rsplit("  ", 1) for line in page.splitlines() if line.startswith("  ")]
    return {line[0].strip(): line[1].strip() for line in lines if len(line) == 2}


def test_the_summary_says_what_became_of_every_phone_number():
    """The figures under 'What became of the phone numbers' add up to all of them."""
    shown = figures(render(MADE, FILES))
    parts = {
        "Added to the stop list": "5",
        "Already listed": "2",
        "Duplicates: the same number as an earlier entry": "1",
        "To be corrected: not a valid number": "2",
        "Failed: no usable answer": "1",
        "Not sent yet": "1",
    }
    assert shown.items() >= parts.items()
    assert sum(map(int, parts.values())) == int(shown["All phone numbers found"]) == 12


def test_the_summary_says_what_was_read_and_passed_over():
    """Each sheet with its rows and phone column, or why it was skipped."""
    page = render(MADE, FILES)
    assert figures(page)["crm.csv › Paris"] == "1,012"
    assert "phone column: 'Mobile'" in page
    assert "skipped: no phone column" in page


def test_the_summary_says_what_needs_fixing_where_the_files_are_and_what_to_do():
    """Reasons with what to do, notices, paths, and the commands to go on with, ready to be copied."""
    page = render(MADE, FILES)
    assert "Complete the number in 'corrected'." in page
    assert "Café" in page
    assert "    my runs/results.csv\n" in page
    assert "    stopimport resume 'my runs'\n" in page
    assert "    stopimport run 'my runs/rejects.csv'\n" in page


def test_a_checked_run_says_how_to_send_it():
    """After check nothing is missing: the numbers are ready to be added by resume."""
    page = render(changed(MADE, state=State.CHECKED, exit_code=ExitCode.OK), FILES)
    assert page.startswith("Checked: nothing was added to the stop list.")
    assert figures(page)["Ready to be added"] == "1"
    assert "Send what was checked:" in page


def test_a_run_stopped_by_a_guard_is_not_to_be_resumed():
    """What a guard stopped must be looked at first."""
    page = render(changed(MADE, state=State.ABORTED, exit_code=ExitCode.GUARD), FILES)
    assert "resume" not in page.partition("What to do next")[2]
    assert "until the problem named in the message is settled" in page


@pytest.mark.parametrize("width", [20, 60, 72, 80, 200])
def test_lines_fit_the_terminal(width):
    """No line but paths and commands is wider than the terminal, from 60 columns up, and none is very wide."""
    for page in (render(MADE, FILES, width=width), render_preview(PLAN, width=width, now=NOW)):
        assert max(len(line) for line in page.splitlines()) <= min(max(width, 60), WIDE)


def test_colours_come_only_when_asked_for():
    """Without colours there is no escape code; with them the words are the same."""
    plain, coloured = render(MADE, FILES), render(MADE, FILES, colour=True)
    assert "\x1b" not in plain
    assert "\x1b[33;1m" in coloured


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "cp850"])
def test_the_page_can_be_printed_on_any_stream(encoding):
    """Signs that the stream does not have are written plainly."""
    for page in (render(MADE, FILES, encoding=encoding), render_preview(PLAN, now=NOW, encoding=encoding)):
        assert page.encode(encoding)
        assert ("────" if encoding == "cp850" else "----") in page
        assert "?" not in page
        assert "????" not in page


def test_names_cannot_steer_the_terminal():
    """File names and column names come from strangers: control characters in them are not printed."""
    evil = changed(MADE, inputs=(replace(FILE, file="a\x1b[2Jb\r.csv", sheets=SHEETS),))
    assert "a?[2Jb?.csv › Paris" in render(evil, FILES)


def test_the_preview_shows_column_examples_counts_and_time():
    """Files, chosen column and why, counts that add up, masked examples, how long it takes and when it is done."""
    page = render_preview(PLAN, now=NOW)
    shown = figures(page)
    assert "crm.xlsx › Paris › Mobile\n      chosen by its header" in page
    assert "06 ••••••01  →  +336••••••01" in page
    assert [shown[name] for name in ("Rows read", "Phone numbers found", "To be added")] == ["1,012", "12", "8"]
    assert shown["Duplicates: the same number as an earlier entry"] == "1"
    assert "account deadbeef" in page
    words = " ".join(page.split())
    assert "about 2 h 10 min; it will be done on 2026-11-23 at 00:13" in words


def test_the_preview_of_the_practice_api_says_so():
    """A rehearsal cannot be taken for the real thing."""
    assert "practice API: nothing reaches SMS Partner" in render_preview(replace(PLAN, sandbox=True), now=NOW)


def test_examples_are_masked_and_show_different_repairs():
    """Corrected numbers come first, each repair once; no example shows a whole number, however it is written."""
    entries = entries_of(
        [
            {"number": NUMBERS[0], "input": "06 39 98 00 00"},
            {"number": NUMBERS[1], "input": "639980001", "repairs": "leading_zero"},
            {"number": NUMBERS[2], "input": "639980002", "repairs": "leading_zero"},
            (None, "too_short"),
            {"number": NUMBERS[3], "input": "06/39/98/00/03", "repairs": "separators"},
        ]
    )
    assert examples(entries) == (
        ("06 •• •• •• 00", "+336••••••00", ""),
        ("63•••••01", "+336••••••01", "leading_zero"),
        ("06/••/••/••/03", "+336••••••03", "separators"),
    )
    assert examples(entries_of([])) == ()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "less than a second"),
        (4, "4 s"),
        (200, "3 min 20 s"),
        (7500, "2 h 05 min"),
        (100_000, "1 d 3 h"),
        (3000, "50 min"),
        (7200, "2 h"),
        (86_400, "1 d"),
    ],
)
def test_time_spans_are_told_in_two_units(seconds, words):
    """The two largest units that say something."""
    assert duration(seconds) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "less than a second"),
        (4.4, "about 4 s"),
        (63, "about 1 min 05 s"),
        (200, "about 3 min"),
        (2950, "about 50 min"),
        (7980, "about 2 h 10 min"),
        (100_000, "about 1 d 4 h"),
    ],
)
def test_estimates_are_rounded(seconds, words):
    """Nobody waits by the second; what takes no time is not 'about' that."""
    assert about(seconds) == words


def test_figures_have_their_thousands_set_apart():
    """1234567 is easier to read as 1,234,567."""
    assert figure(1_234_567) == "1,234,567"


def test_the_read_me_explains_every_column_and_word():
    """Counts, all columns (the kept ones too), and all words of the vocabulary are in the 'Read me'."""
    counts = count(Reading(1012, 990, 22, 10, 0), ENTRIES, OUTCOMES)
    results = [row[0] for row in results_readme(counts, run="r", keep=["customer"])]
    rejects = {row[0]: row[1:] for row in rejects_readme(counts, {"too_short": 1}, run="r")}
    assert {"sentAt", "customer", *STATUSES, *REPAIRS} <= set(results)
    assert {"corrected", *REASONS} <= set(rejects)
    assert rejects["Added to the stop list"] == ("5",)
