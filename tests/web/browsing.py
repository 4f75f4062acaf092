"""A real browser on the page: what its tests share."""

from __future__ import annotations

import re
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from served import serving

PATIENCE = 90_000
"""Milliseconds; the machine may be very busy."""
expect.set_options(timeout=PATIENCE)


@contextmanager
def window(browser, scheme="light", width=1280, **more):
    """Give a window of its own; what goes against the page's policy, and every fault of its script, fails the test."""
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, accept_downloads=True, **more
    )
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    complaints, fetched = [], []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: fetched.append(request.url))
    try:
        yield page
    finally:
        context.close()
    # A server that was closed, or refused something on purpose, is no fault of the page.
    told = re.compile(r"Failed to load resource|Response Status Error|htmx:(sendError|afterRequest)")
    assert [] == [text for text in complaints if not told.match(text)]
    assert [] == [url for url in fetched if not url.startswith(("http://127.0.0.1", "data:"))]


@pytest.fixture
def practice_page(program):
    """A page in practice mode whose address nobody has opened yet; it sends slowly enough to be watched."""
    with serving(program, "--sandbox", "--rate", "40/s") as served:
        yield served


@pytest.fixture
def visit(browser):
    """Open pages of a server in windows that are closed at the end; see `window`."""
    opened = []

    def of(served, *args, **more):
        holder = window(browser, *args, **more)
        page = holder.__enter__()
        opened.append(holder)
        page.goto(served.address)
        page.wait_for_url(re.compile(r"/$"))
        return page

    yield of
    for holder in reversed(opened):
        holder.__exit__(None, None, None)


def violations(page, *rules):
    """Return what axe, the checker of what people with disabilities need, finds wrong, by some rules or all."""
    # A heading may be there while the style is still on its way.
    page.wait_for_load_state("load")
    options = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found = Axe().run(page, options=options).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


def choose(page, *files):
    """Choose files by the file field, and wait until they are read."""
    page.set_input_files("#files", files)
    page.wait_for_url(re.compile("/drafts/"))
    settled(page)


def settled(page):
    """Wait until a draft is no longer being read."""
    expect(page.locator("#stage")).not_to_have_attribute("data-step", re.compile("reading"))


def send(page):
    """Go on from a draft that is ready, and agree."""
    page.get_by_role("button", name=re.compile("Continue|Continuer")).click()
    page.wait_for_url(re.compile("/runs/"))
    page.locator("#yes").click()


def ended(page):
    """Wait for the end of a run."""
    expect(page.locator("#stage")).to_have_attribute("data-step", re.compile("^ended:"))


def focused(page):
    """Return the text of what has the focus."""
    return page.locator(":focus").inner_text()


def tab_to(page, target, most=60):
    """Press Tab until `target` has the focus."""
    for _press in range(most):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"not reached by Tab: {target}")
