"""The report in a real browser: nothing is fetched, nobody is shut out, and it prints."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from effort import some
from report_pages import page_of

SCREENS = [("light", 1280), ("dark", 1280), ("light", 360), ("dark", 1600)]


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A report with all its parts, as a file."""
    path = tmp_path_factory.mktemp("run") / "report.html"
    path.write_text(page_of(numbers=40, rejects=60), "utf-8")
    return path


@pytest.fixture
def opened(browser, report):
    """Open the report on a screen; `requests` and `complaints` hold what the browser says."""
    contexts = []

    def on(scheme="light", width=1280):
        context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.requests, page.complaints = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(report.as_uri())
        return page

    yield on
    for context in contexts:
        context.close()


def shown(page, column):
    """Return the texts of a column's visible cells."""
    return page.locator(f"#reject-rows tbody tr:visible td.{column}").all_inner_texts()


@pytest.mark.parametrize(("scheme", "width"), some(SCREENS, by_day=[("light", 360)]))
def test_axe_finds_nothing(opened, scheme, width):
    """Axe, the checker of what people with disabilities need, finds no violation, on any screen, light or dark."""
    page = opened(scheme, width)
    page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    found = Axe().run(page).response["violations"]
    assert [] == [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize(("scheme", "width"), some(SCREENS, by_day=[("light", 360)]))
def test_nothing_is_fetched_and_nothing_is_blocked(opened, report, scheme, width):
    """The page loads itself alone, and nothing in it goes against its own policy."""
    page = opened(scheme, width)
    page.get_by_role("searchbox").fill("shop")
    assert {request for request in page.requests if not request.startswith("data:")} == {report.as_uri()}
    assert page.complaints == []


def test_the_policy_is_in_force(opened):
    """What somebody slips into the page does not run, and cannot send anything away."""
    page = opened()
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', '<img src=https://example.org/x onerror=window.ran=1>')"
    )
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)"
    )
    assert page.evaluate("fetch('https://example.org/').then(() => 'sent', () => 'blocked')") == "blocked"
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in page.complaints)


@pytest.mark.parametrize(("scheme", "width"), some(SCREENS, by_day=[("light", 360)]))
def test_nothing_sticks_out(opened, scheme, width):
    """The page is never wider than the screen; only the table of rows scrolls sideways, in itself."""
    page = opened(scheme, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_one_picture_fits_the_screen(opened):
    """Wide and narrow screens each get their own drawing, and a reader of the screen hears one of them."""
    for width, kind in ((1280, "wide"), (360, "narrow")):
        page = opened("light", width)
        assert page.locator("svg.flow:visible").count() == 1
        assert page.locator(f"svg.flow.{kind}:visible").count() == 1
        told = page.get_by_role("img", name=re.compile("From rows to outcomes")).get_attribute("aria-labelledby")
        assert "Rows read: " in page.locator(f"[id='{told.split()[1]}']").text_content()


def test_search_by_keyboard(opened):
    """Words narrow the table down, whatever their case and accents, and the number of rows left is told."""
    page = opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    while page.evaluate("document.activeElement.id") != "search":
        page.keyboard.press("Tab")
    page.keyboard.type("NEANT shop")
    assert set(shown(page, "file")) == {"shop.csv"}
    assert len(shown(page, "row")) == 10
    assert page.locator("output").inner_text() == "Rows shown: 10 of 64"
    page.keyboard.press("Control+A")
    page.keyboard.press("Delete")
    assert len(shown(page, "row")) == 64


def test_sort_by_keyboard(opened):
    """A column's head sorts up, down, and back to the files' order; numbers by value; the state is told."""
    page = opened()
    before = shown(page, "row")
    head = page.get_by_role("columnheader", name="Row", exact=True)
    head.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert shown(page, "row") == sorted(before, key=int)
    assert head.get_attribute("aria-sort") == "ascending"
    page.keyboard.press("Space")
    assert shown(page, "row") == sorted(before, key=int, reverse=True)
    assert head.get_attribute("aria-sort") == "descending"
    page.keyboard.press("Space")
    assert shown(page, "row") == before
    page.get_by_role("button", name="Reason").press("Enter")
    assert head.get_attribute("aria-sort") == "none"
    assert shown(page, "reason") == sorted(shown(page, "reason"), key=str.casefold)


def test_without_scripts_all_is_there(browser, report):
    """Where scripts are off the table is there whole, without a search that would not work."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator("#reject-rows tbody tr").count() == 64
    assert not page.get_by_role("searchbox").is_visible()
    assert page.locator("#reject-rows button").count() == 0
    context.close()


def test_it_prints_on_a4(opened):
    """Printed from a dark screen it is a few A4 pages on white, without the controls."""
    page = opened("dark")
    pdf = page.pdf(prefer_css_page_size=True)
    assert 3 <= len(re.findall(rb"/Type\s*/Page\b", pdf)) <= 7
    width, height = map(float, re.search(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", pdf).groups())
    assert (round(width), round(height)) == (595, 842) or (round(width), round(height)) == (596, 842)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.get_by_role("searchbox").is_visible()
    assert (
        page.locator("#reject-rows thead th").first.evaluate("head => getComputedStyle(head, '::before').content")
        == '"File"'
    )
