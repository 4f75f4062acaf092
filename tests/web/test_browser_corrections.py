"""Correcting rejects on the page, in a real browser: by mouse, by keys, by pasting, on a wide and a narrow screen."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

from browsing import ended, send, settled, violations
from effort import EXHAUSTIVE
from playwright.sync_api import expect

from stopimport.runs.history import history

EXPORT = (
    "Nom;Client;Mobile\nA. Leroy;C-1;0600001001\nB. Petit;C-2;06 00 00\nC. Noir;C-3;voir mari\n"
    "D. Blanc;C-4;0142685300\nE. Roux;C-5;0600001005\nF. Brun;C-6;06 00 00 10 0\nG. Vert;C-7;à demander\n"
)
PASTE = """(field, text) => {
    const transfer = new DataTransfer();
    transfer.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", {clipboardData: transfer, bubbles: true, cancelable: true}));
}"""


def choose(page, text, name="clients.csv"):
    """Choose a file whose share of rejects nobody asks about: it is small."""
    page.set_input_files("#files", {"name": name, "mimeType": "text/csv", "buffer": text.encode()})
    page.wait_for_url(re.compile("/drafts/"))
    settled(page)


def told(page, at):
    """Return what the page says of what was written for a reject."""
    return page.locator(f"#told-{at}")


def the_run(program):
    """Return the one run that there is."""
    (run,) = history(program.folder / "stopimport-runs")
    return run


def corrections_of(program):
    """Return what the journal keeps of the corrections."""
    path = program.folder / "stopimport-runs" / the_run(program).run / "journal.sqlite3"
    with closing(sqlite3.connect(path)) as journal:
        return journal.execute("SELECT kind, input, reason, written, number FROM corrections ORDER BY entry").fetchall()


def in_the_draft(page):
    """Correct one of five rejects of a draft, set another one aside, and import."""
    choose(page, EXPORT)
    page.locator("#correct").click()
    expect(page.locator("#grid tbody tr")).to_have_count(5)
    # The names help: they are shown, and the choice is remembered.
    page.locator("#columns summary").click()
    page.get_by_label("Nom").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#line-0 td").first).to_have_text("B. Petit")
    # Typed, judged, left by the keys of a spreadsheet.
    page.locator("#n0").fill("06 00 00 10 02")
    expect(told(page, 0)).to_contain_text("+33600001002, France. A valid number.")
    page.keyboard.press("Enter")
    expect(page.locator("#n1")).to_be_focused()
    page.keyboard.type("0600001001")
    expect(told(page, 1)).to_contain_text("Already in this import")
    page.keyboard.press("Escape")
    expect(told(page, 1)).not_to_contain_text("Already")
    expect(page.locator("#n1")).to_have_value("")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#a1")).to_be_focused()
    page.keyboard.type("no answer")
    expect(page.locator("#sum")).to_have_text("1 number corrected · 1 set aside")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#a0")).to_be_focused()
    assert [] == violations(page)
    page.locator("#use").click()
    page.wait_for_url(re.compile(r"/drafts/[\w-]+$"))
    settled(page)
    expect(page.locator("#stage")).to_contain_text("Corrected by you: 1")
    send(page)
    ended(page)


def in_the_run(page):
    """Correct two more when it is over, by pasting a column."""
    page.locator("#correct").click()
    expect(page.locator("#grid tbody tr")).to_have_count(4)
    expect(page.locator("#a0")).to_have_value("no answer")
    expect(page.locator("#line-1 td").first).to_have_text("D. Blanc")
    page.locator("#grid[data-ready]").wait_for()
    page.locator("#n1").evaluate(PASTE, "0600001004\tx\n+32 470 00 00 01\n06\n")
    expect(told(page, 1)).to_contain_text("+33600001004, France. A valid number.")
    expect(told(page, 2)).to_contain_text("+32470000001, Belgium. A valid number.")
    expect(page.locator("#n3")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#news")).to_have_text("3 cells filled, 2 valid numbers")
    page.get_by_role("button", name="Add the 2 corrected numbers").click()
    page.wait_for_url(re.compile(r"/runs/[^/]+$"))
    expect(page.locator("h1")).to_contain_text("Add 2 numbers to the stop list?")
    page.locator("#yes").click()
    ended(page)


@EXHAUSTIVE
def test_a_draft_and_then_its_run_are_corrected(practice_page, visit, program):
    """What is typed is judged at once; it goes from the rejects to the results, in the draft and after the import."""
    page = visit(practice_page)
    in_the_draft(page)
    in_the_run(page)
    run = the_run(program)
    rows = program.rows(f"stopimport-runs/{run.run}")
    assert [(row["row"], row["input"], row["repairs"], row["status"], row["Nom"]) for row in rows] == [
        ("2", "0600001001", "", "added", "A. Leroy"),
        ("3", "06 00 00", "corrected", "added", "B. Petit"),
        ("5", "0142685300", "corrected", "added", "D. Blanc"),
        ("6", "0600001005", "", "added", "E. Roux"),
        ("7", "06 00 00 10 0", "corrected", "added", "F. Brun"),
    ]
    rejects = program.rows(f"stopimport-runs/{run.run}", "rejects.csv")
    assert [row["row"] for row in rejects] == ["4", "8"]
    assert (run.summary.counts.rejected, run.summary.counts.added) == (2, 5)
    assert corrections_of(program) == [
        ("corrected", "06 00 00", "too_short", "06 00 00 10 02", "+33600001002"),
        ("set_aside", "voir mari", "not_a_phone_number", "no answer", ""),
        ("corrected", "0142685300", "not_mobile", "0600001004", "+33600001004"),
        ("corrected", "06 00 00 10 0", "invalid_number", "+32 470 00 00 01", "+32470000001"),
    ]
