"""A run in a real browser: pause, stop, going on, taking back, finding, the key, and what other programs do."""

from __future__ import annotations

import re

import pytest
from browsing import choose, ended, send, window
from effort import EXHAUSTIVE
from playwright.sync_api import expect
from served import csv_of, end, serving

KEY = "practice-key"


def export(count=40):
    """Return a file to choose with `count` numbers."""
    return {"name": "export.csv", "mimeType": "text/csv", "buffer": csv_of(count)}


@pytest.fixture
def slow(program):
    """A page in practice mode that sends four numbers per second."""
    with serving(program, "--sandbox", "--rate", "4/s") as served:
        yield served


def figure(page):
    """Return how many numbers are done."""
    return int(page.locator("progress").get_attribute("value"))


@EXHAUSTIVE
def test_pause_and_continue(slow, visit):
    """Paused, the figures stand still; continued, they go on, and the run comes to its end."""
    page = visit(slow)
    choose(page, export(20))
    send(page)
    page.locator("#do-pause").click()
    expect(page.locator("h1")).to_have_text("Paused")
    expect(page.locator("h1")).to_be_focused()
    expect(page.locator("#do-pause")).to_have_count(0)
    stood = figure(page)
    for _look in range(2):
        with page.expect_response("**/body"):
            pass
    assert figure(page) - stood <= 4
    page.locator("#do-continue").click()
    ended(page)
    expect(page.locator("h1")).to_contain_text("20 numbers would receive no more SMS")


@EXHAUSTIVE
def test_stop_and_send_the_rest(slow, visit):
    """A stopped run keeps what was done; the rest, and only the rest, is sent from the same page."""
    page = visit(slow)
    choose(page, export(24))
    send(page)
    expect(page.locator("progress")).to_have_attribute("value", re.compile("[1-9]"))
    page.locator("#do-stop").click()
    ended(page)
    assert "Stopped, as you asked. Nothing is lost" in page.locator(".said:visible").inner_text()
    expect(page.locator("h1")).to_contain_text("numbers are not on the stop list yet")
    page.get_by_role("button", name="Add the rest").click()
    expect(page.locator("h1")).to_contain_text(re.compile(r"Add (1?\d|2[0-3]) numbers? to the stop list\?"))
    page.locator("#yes").click()
    ended(page)
    expect(page.locator("h1")).to_contain_text("24 numbers would receive no more SMS")


@EXHAUSTIVE
def test_the_browser_is_closed_and_opened_again(slow, visit, browser):
    """A run goes on without a window, and is found again on the start page."""
    page = visit(slow)
    choose(page, export(24))
    send(page)
    expect(page.locator("progress")).to_be_visible()
    address = page.url
    cookies = page.context.storage_state()
    page.close()
    with window(browser, storage_state=cookies) as again:
        again.goto(f"{slow.base}/")
        expect(again.locator(".runs .state").first).to_have_text("Running")
        again.locator(".runs a").first.click()
        assert again.url == address
        ended(again)
        expect(again.locator("h1")).to_contain_text("24 numbers would receive no more SMS")


@EXHAUSTIVE
def test_take_it_back_and_find(practice_page, visit):
    """Undo asks for a reason, shows what it will do, and does it; a found number tells all of that."""
    page = visit(practice_page)
    choose(page, export(5))
    send(page)
    ended(page)
    page.get_by_text("Undo this import").click()
    page.get_by_label("Reason, kept with the import").fill("wrong export")
    page.get_by_role("button", name="Show what would be removed").click()
    expect(page.locator("h1")).to_have_text("Take 5 numbers off the stop list?")
    expect(page.locator("#stage")).to_contain_text("wrong export")
    page.locator("#yes").click()
    ended(page)
    expect(page.locator("h1")).to_contain_text("5 numbers can receive your SMS again")
    page.get_by_role("link", name="Back to the start page").click()
    page.get_by_label("Phone number, in any format").fill("06 11 00 00 00")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("h2")).to_contain_text("+33611000000 was found here")
    expect(page.locator(".found")).to_contain_text("export.csv, row 2, column Mobile: 0611000000")
    expect(page.locator(".found")).to_contain_text("The number was taken off the stop list.")
    page.get_by_label("Phone number, in any format").fill("not a number")
    page.get_by_role("button", name="Find").click()
    expect(page.locator("h2")).to_contain_text("cannot be read as one phone number")


@EXHAUSTIVE
def test_comparing(practice_page, visit):
    """A run is compared with the stop list, and the outcome is told."""
    page = visit(practice_page)
    choose(page, export(5))
    send(page)
    ended(page)
    page.get_by_role("button", name="Compare with the stop list").click()
    expect(page.locator("#stage")).to_contain_text("All 5 numbers are on the stop list.")


@EXHAUSTIVE
@pytest.mark.process
def test_wrong_key_then_the_right_one(program, practice, visit):
    """A wrong key is refused in plain words where it is typed, and nothing can be sent; the right one goes on."""
    with serving(program, "--base-url", practice.url) as served:
        page = visit(served)
        choose(page, export(3))
        expect(page.locator("#go-on")).to_be_disabled()
        page.get_by_label("API key").fill("no-such-key-at-all")
        page.get_by_role("button", name="Use this key").click()
        expect(page.get_by_role("alert").filter(has_text="This key is not used")).to_contain_text("Check the key")
        assert "SMSPARTNER_API_KEY" not in page.content()
        assert "no-such-key-at-all" not in page.content()
        expect(page.locator("#go-on")).to_be_disabled()
        page.get_by_label("API key").fill(practice.key)
        page.get_by_label("Name of the account").fill("Boutique Lyon")
        page.get_by_role("button", name="Use this key").click()
        expect(page.get_by_text("Account Boutique Lyon")).to_be_visible()
        assert practice.key not in page.content()
        send(page)
        ended(page)
        expect(page.locator("h1")).to_contain_text("3 numbers will receive no more SMS")


@EXHAUSTIVE
@pytest.mark.process
def test_a_run_of_a_terminal_is_watched(program, visit):
    """What a terminal sends is shown live, without anything to press."""
    program.write("export.csv", csv_of(40))
    with serving(program, "--sandbox") as served:
        page = visit(served)
        process = program.start("run", "export.csv", "--sandbox", "--yes", "--rate", "2/s", "--quiet")
        try:
            page.locator(".runs .state", has_text="Running").wait_for()
            page.locator(".runs a").first.click()
            expect(page.locator("h1")).to_have_text("Another program is working on it")
            expect(page.locator("progress")).to_have_attribute("value", re.compile("[1-9]"))
            assert page.locator("#stage button").count() == 0
            ended(page)
            expect(page.locator("h1")).to_contain_text("40 numbers would receive no more SMS")
        finally:
            process.communicate(timeout=60)


@EXHAUSTIVE
def test_the_program_is_closed(slow, visit):
    """A page whose program was closed says so, and what to do."""
    page = visit(slow)
    choose(page, export(24))
    send(page)
    expect(page.locator("progress")).to_be_visible()
    end(slow.process)
    expect(page.get_by_text("The program is not responding.")).to_be_visible()
