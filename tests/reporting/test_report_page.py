"""The report: what it says, what it hides, and that it needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from report_frames import changed
from report_pages import facts_of, page_of

import stopimport.reporting
from stopimport.errors import ExitCode
from stopimport.reporting.examples import mask_cell
from stopimport.reporting.page import render
from stopimport.reporting.rejectrows import ROWS
from stopimport.runs.facts import UndoFacts, VerifyFacts
from stopimport.settings import Settings
from stopimport.text.language import speaking

WHEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
UNDO = UndoFacts("wrong file", WHEN, WHEN + timedelta(minutes=1), removed=20, absent=1, left=3, exit_code=ExitCode.OK)
VERIFY = VerifyFacts(WHEN, ExitCode.MISSING, entries=30, partial=False, checked=40, missing=2)


def text_of(page):
    """Return the words of a page as a person reads them."""
    body = re.sub(r"<(style|script)>.*?</\1>", "", page.partition("<body>")[2], flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def headline_of(page):
    """Return the headline's words."""
    found = re.search(r"<h1>(.*?)</h1>", page, re.DOTALL)[1]
    return " ".join(re.sub(r"<[^>]+>", "", found).split())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"state": "complete", "numbers": 7, "rejects": 3},
            "7 numbers will receive no more SMS; 3 rows need review.",
        ),
        ({"state": "complete", "numbers": 1, "rejects": 0}, "1 number will receive no more SMS; no row needs review."),
        ({"state": "complete", "numbers": 6, "rejects": 1}, "6 numbers will receive no more SMS; 1 row needs review."),
        (
            {"numbers": 10},
            "2 numbers are not on the stop list yet; 7 numbers will receive no more SMS; 13 rows need review.",
        ),
        (
            {"state": "complete", "numbers": 7, "rejects": 3, "sandbox": True},
            "7 numbers would receive no more SMS; 3 rows need review.",
        ),
        (
            {"state": "complete", "numbers": 7, "rejects": 3, "verify": VERIFY},
            "2 numbers are missing from the stop list; 7 numbers will receive no more SMS; 3 rows need review.",
        ),
        (
            {"state": "complete", "numbers": 36, "rejects": 0, "undo": UNDO},
            "21 numbers can receive your SMS again; 6 numbers will receive no more SMS; 3 rows need review.",
        ),
    ],
)
def test_the_headline_says_what_the_run_means(changes, said):
    """The weightiest first: how many people get no more SMS, what is missing, how many rows need review."""
    assert headline_of(page_of(**changes)) == said


def test_a_checked_run_has_sent_nothing():
    """After check the numbers are ready to be added, and the page says with which command."""
    facts = facts_of(numbers=5, state="checked", exit_code=ExitCode.OK)
    counts = replace(facts.summary.counts, added=0, not_sent=5)
    page = render(replace(facts, summary=replace(facts.summary, counts=counts), sent_at=facts.sent_at[:0]))
    assert headline_of(page).startswith("5 numbers are ready to be added; ")
    assert "stopimport resume runs" in text_of(page)


def test_an_empty_run_says_so():
    """Without any phone number there is no picture, and no figure in the headline."""
    page = page_of(numbers=0, rejects=0)
    assert headline_of(page) == "No phone number was found."
    assert "None: every phone number found is valid." in page


def test_every_reason_is_told_with_what_to_do():
    """Each reason is there with its count, meaning and remedy."""
    said = text_of(page_of())
    assert "Too short 4 Digits are missing for a number of this country. Complete the number in 'corrected'." in said
    assert "Refused by SMS Partner 4 SMS Partner answered code 9: not a valid number." in said


def test_numbers_are_masked():
    """No phone number is shown whole in the report unless asked for, and the page says which it is."""
    masked = facts_of(numbers=0, rejects=3)
    settings = Settings({"report_numbers": True}).in_force("run")
    whole = replace(masked, summary=changed(masked.summary, settings=settings))
    assert "06 •• •8 1" in render(masked)
    assert "06 39 98 1" not in render(masked)
    assert "Phone numbers are masked here" in render(masked)
    assert "06 39 98 1" in render(whole)
    assert "This report shows full phone numbers" in render(whole)
    assert "+3363998" not in render(facts_of())


def test_names_in_addresses_are_masked():
    """What somebody wrote in the place of a number is personal data too; the report outlives the run's files."""
    assert mask_cell("zoe.martin@example.org") == "z•••@example.org"
    assert mask_cell("06 12 34 56 78, z@example.org") == "06 •• •• •• 78, z@example.org"


def test_cells_cannot_become_part_of_the_page():
    """What is in the input is shown as text, never read as HTML."""
    page = page_of()
    assert "&lt;b&gt;néant&lt;/b&gt;" in page
    assert "<b>" not in page


def test_the_first_thousand_rejects_are_shown():
    """The table ends after so many rows and links to the file with all."""
    page = page_of(numbers=0, rejects=ROWS + 5)
    assert page.count('<td class="reason">') == ROWS
    assert "Rows shown: 1,000 of 1,005" in text_of(page)
    assert '<a href="rejects.csv">rejects.csv</a>' in page


def test_links_lead_to_the_files_really_written():
    """A file that got another name is linked by that; signs that mean something in addresses are escaped."""
    facts = facts_of()
    beside = facts.files["rejects.csv"].with_name("rejects (2)#.csv")
    page = render(replace(facts, files=dict(facts.files) | {"rejects.csv": beside}))
    assert 'href="rejects%20%282%29%23.csv"' in page


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["results.csv", "rejects.csv"], "Next time, --format xlsx (or both) gives you a workbook."),
        (["results.csv", "results.xlsx", "rejects.xlsx"], "With Excel, open the .xlsx file"),
        (["results.xlsx", "rejects.xlsx"], None),
    ],
)
def test_people_with_excel_are_pointed_to_the_workbook(names, said):
    """Of a CSV file Excel makes 2,62E+11; where there is a workbook, it is the one to open and to correct."""
    facts = facts_of()
    files = {name: facts.files["results.csv"].with_name(name) for name in names}
    page = text_of(render(replace(facts, files=files)))
    assert said in page if said else "With Excel" not in page
    assert ("stopimport run runs/rejects.xlsx" in page) == ("rejects.xlsx" in names)


def test_the_audit_trail_is_there():
    """Settings that were given are marked; files are there with their SHA-256; verify and undo are told."""
    said = text_of(page_of(verify=VERIFY, undo=UNDO))
    assert "--rate • 4/s" in said
    assert "--where • Statut=STOP" in said
    assert "--attempts 5" in said
    assert "ab" * 32 in said
    assert "40 numbers looked up, 2 missing" in said
    assert "Reason: wrong file" in said


def test_an_undone_run_is_not_to_be_resumed():
    """After undo the page says so, and names the command only where something is left to take off."""
    done, unfinished = (text_of(page_of(undo=replace(UNDO, failed=failed))) for failed in (0, 2))
    assert "Undone: the numbers that this run had added are off the stop list again." in done
    assert "stopimport resume" not in done + unfinished
    assert "stopimport undo runs --reason 'wrong file'" in unfinished


def test_only_its_own_style_and_script_may_run():
    """The policy names both by their hashes and allows nothing else; there is no style attribute and no address."""
    page = page_of()
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)[1]
    for kind in ("style", "script"):
        (text,) = re.findall(rf"<{kind}>(.*?)</{kind}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(r"\sstyle=|\son\w+=|unsafe|@import|url\(", page)
    assert set(re.findall(r'(?:src|href)="(?!#)([^"]*)"', page)) == {"data:,", "results.csv", "rejects.csv"}


def test_the_template_holds_no_words():
    """All that people read comes from the catalogue: between the template's tags are names and figures only."""
    source = (stopimport.reporting.page._TEMPLATES / "report.html").read_text("utf-8")
    bare = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", source, flags=re.DOTALL)
    assert set(bare.split()) == {"stopimport", "SHA-256", "·", "•"}


def test_the_page_names_its_language():
    """Screen readers pronounce it by the language it is written in."""
    with speaking("en"):
        assert '<html lang="en">' in page_of()
