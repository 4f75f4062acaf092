"""The desk in a real browser: typed numbers, what was new, the history of a number and its certificate."""

from __future__ import annotations

import re

import pytest
from browsing import ended, send, settled, violations
from effort import EXHAUSTIVE
from playwright.sync_api import expect
from served import serving

from stopimport.runs.history import history

MAIL = "Bonjour,\nvoici les numéros :\n06 00 00 10 01\n06 00 00 10 02, 06 00 00 10 03\nCordialement\n"


@pytest.fixture
def account_page(program, reach):
    """A page with a key, whose account is at the practice API of the test (`reach`)."""
    with serving(program, "--rate", "40/s") as served:
        yield served


def listed_before(program, number):
    """Put a number on the list, as another program did long ago."""
    program.write("before.csv", f"Mobile\n{number}\n")
    assert program("run", "before.csv", "--out", "elsewhere/r", "--rate", "100/s").returncode == 0


def typed(page, text):
    """Type numbers on the start page, and wait until they are understood."""
    page.locator("#typed").fill(text)
    page.get_by_role("button", name="Review these numbers").click()
    page.wait_for_url(re.compile("/drafts/"))
    settled(page)


def home(page):
    """Go back to the start page."""
    page.locator(".brand").click()
    page.locator("#typed").wait_for()


def look_for(page, text):
    """Look for a number from the start page."""
    home(page)
    page.locator("#number").fill(text)
    page.get_by_role("button", name="Find").click()
    page.locator("#now").wait_for()


def facts_of(part):
    """Return names and values of a list of facts."""
    names, values = part.locator("dt").all_inner_texts(), part.locator("dd").all_inner_texts()
    return dict(zip(names, values, strict=True))


@EXHAUSTIVE
def test_a_day_at_the_desk(account_page, visit, program, reach):
    """A mail's numbers are imported, asked about, proved, and one more is added; the same mail again is noticed."""
    listed_before(program, "+33600001003")
    page = visit(account_page)
    typed(page, MAIL)
    assert page.locator("#earlier").count() == 0
    send(page)
    ended(page)
    expect(page.locator("#new")).to_have_text("2 numbers added, 1 was already there.")
    in_the_history(page)
    one_more(page, reach)
    home(page)
    typed(page, MAIL)
    (first,) = (run for run in history(program.folder / "stopimport-runs") if run.summary.counts.already_listed)
    told = page.locator("section:has(#earlier)")
    expect(told).to_contain_text(f"typed-numbers.txt was imported on {first.started.astimezone():%Y-%m-%d %H:%M}")
    expect(told).to_contain_text(f"by {first.summary.facts.by}.")
    assert [] == violations(page)


def in_the_history(page):
    """Find a number in another writing, see it on the list, and print what happened."""
    look_for(page, "0033 6 00 00 10 02")
    expect(page.locator("#now")).to_contain_text("It is on the stop list now.")
    facts = facts_of(page.locator(".found li"))
    assert facts["Answer of SMS Partner"] == "code 200, entry 3"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC[+-]\d\d:\d\d", facts["Time"])
    assert [] == violations(page)
    page.get_by_role("link", name="Certificate to print").click()
    expect(page.locator("h1")).to_have_text("Certificate for +33600001002")
    proof = facts_of(page.locator(".certificate section").first)
    assert (
        proof["In the file"] == "typed-numbers.txt, row 4, column voici les numéros :: 06 00 00 10 02, 06 00 00 10 03"
    )
    assert re.fullmatch(r"[0-9a-f]{64}", proof["SHA-256 of typed-numbers.txt"])
    page.emulate_media(media="print")
    expect(page.locator("header")).to_be_hidden()
    expect(page.locator("#print")).to_be_hidden()
    expect(page.locator("#issued")).to_be_visible()
    page.emulate_media(media="screen")


def one_more(page, reach):
    """A number that is not there is added in an import of its own; a landline cannot be."""
    look_for(page, "06 00 00 10 09")
    expect(page.locator("#now")).to_contain_text("It is not on the stop list now.")
    page.get_by_role("button", name="Add this number").click()
    expect(page.locator("h1")).to_contain_text("Add 1 number to the stop list?")
    page.locator("#yes").click()
    ended(page)
    assert "+33600001009" in {entry.number for entry in reach.entries()}
    look_for(page, "01 42 68 53 00")
    page.get_by_role("button", name="Add this number").click()
    expect(page.get_by_role("alert").filter(has_text="not a mobile number")).to_be_visible()
