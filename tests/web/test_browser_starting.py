"""Opening the page again, closing the program, and a team's page: in a real browser."""

from __future__ import annotations

import re
import socket
from contextlib import closing

import pytest
from browsing import PATIENCE, choose, ended, send, tab_to, violations, window
from effort import EXHAUSTIVE
from playwright.sync_api import expect
from served import Served, csv_of, end

BROWSER = """#!/bin/sh
cat "${1#file://}" > "$0.part" && mv "$0.part" "$0.shown"
"""


@EXHAUSTIVE
@pytest.mark.process
def test_a_page_that_is_lost_is_opened_again_and_closed(program, browser):
    """By the keyboard, on a narrow screen; the window that stays open says what to do."""
    tool = program.folder / "home" / "browser"
    program.write("home/browser", BROWSER)
    tool.chmod(0o700)
    process = program.start("web", "--sandbox", "--json", "--runs", "stopimport-runs", BROWSER=f"{tool} %s")
    shown = tool.with_name("browser.shown")
    try:
        served = Served(process)
        served.client.close()
        with window(browser, "dark", 390, locale="fr-FR") as page, window(browser) as other:
            page.goto(served.address)
            page.wait_for_url(re.compile(f"{served.root}/$"))

            other.goto(served.base + "/")
            assert [] == violations(other)
            shown.unlink(missing_ok=True)
            button = other.get_by_role("button", name="Open the page again")
            tab_to(other, button)
            other.keyboard.press("Enter")
            expect(other.get_by_role("heading", name="The page opens in a new window")).to_be_visible()
            until_there(shown, other)
            other.goto(re.search(r"url=(\S+)\"", shown.read_text("utf-8"))[1].replace("&amp;", "&"))
            expect(other.get_by_role("heading", name="Drafts").or_(other.locator("#drop"))).to_be_visible()

            link = page.get_by_role("link", name="Fermer le programme")
            tab_to(page, link)
            page.keyboard.press("Enter")
            expect(page.get_by_role("heading", name="Fermer le programme ?")).to_be_visible()
            assert [] == violations(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= 390
            page.get_by_role("button", name="Fermer le programme").click()
            expect(page.get_by_role("heading", name="Le programme est fermé")).to_be_visible()
            assert 0 == process.wait(PATIENCE / 1000)
            expect(other.locator("#lost")).to_contain_text("start it again the way you started it")
    finally:
        end(process)


def until_there(path, page):
    """Wait for a file that the program's browser makes."""
    for _again in range(600):
        if path.exists():
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"{path} never came")


@EXHAUSTIVE
@pytest.mark.process
def test_a_team_sees_who_is_sending(program, browser):
    """Each is greeted by name and has drafts of their own; who adds stands beside the import, while and after."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    origin = f"http://127.0.0.1:{port}"
    trust = ("--trust-header", "X-Forwarded-User", "--trusted-proxy", "127.0.0.1/32", "--public-url", origin)
    process = program.start(
        "web", "--sandbox", "--no-open", "--json", "--runs", "runs", "--rate", "20/s", "--port", port, *trust
    )
    crm = program.folder / "crm.csv"
    crm.write_bytes(csv_of(100))
    try:
        process.stdout.readline()
        marie, paul = (
            {"extra_http_headers": {"X-Forwarded-User": f"{name}@example.com"}} for name in ("marie", "paul")
        )
        with window(browser, "light", 390, **marie) as one, window(browser, "dark", 1280, **paul) as two:
            for page, name in ((one, "marie"), (two, "paul")):
                page.goto(origin)
                expect(page.get_by_text(f"You are {name}@example.com")).to_be_visible()
                expect(page.get_by_role("link", name="Close the program")).to_have_count(0)
            choose(one, crm)
            expect(two.get_by_text("No imports yet")).to_be_visible()
            send(one)
            row = two.get_by_role("listitem").filter(has_text="marie@example.com")
            row.get_by_role("link", name="Open").click()
            expect(two.locator(".lead").filter(has_text="marie@example.com")).to_be_visible()
            two.get_by_role("button", name="Stop").click()
            ended(two)
            ended(one)
            expect(one.locator("dt", has_text="Added by")).to_be_visible()
            assert [] == violations(one)
            assert one.evaluate("document.documentElement.scrollWidth") <= 390
    finally:
        end(process)
