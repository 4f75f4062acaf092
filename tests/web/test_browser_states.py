"""Every page in every state, made up: nobody is shut out, nothing sticks out, both languages, light and dark."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import violations, window
from effort import EXHAUSTIVE, UNMEASURED
from web_states import everything, problem

from stopimport.text.language import reading_page, speaking
from stopimport.web.safety import CSP
from stopimport.web.views.render import TEMPLATES, render
from stopimport.web.views.start import error_page

WEB = TEMPLATES.parent
STATIC = {path.name: path for path in (WEB / "static").iterdir()}
STATIC["colours.css"] = WEB.parent / "reporting" / "templates" / "colours.css"
POLICY = {"Content-Security-Policy": CSP}
KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def drawn(language):
    """Return every page as HTML, by name."""
    with speaking(language), reading_page():
        made = {name: render(context, page) for name, (context, page) in everything().items()}
        made["error"] = render(error_page(problem("Stranger", "Open the page by its address."), 403), None)
        made["error-lost"] = render(error_page(problem("Stranger", "…"), 403, lost=True, shows=True), None)
    return made


@EXHAUSTIVE
@UNMEASURED
@pytest.mark.parametrize("half", [0, 1])
@pytest.mark.parametrize("width", [360, 1600])
def test_every_state(browser, width, half):
    """Axe finds no violation, the policy none either, and no page is wider than the screen: in French on phones.

    Light and dark differ by colours alone, so in the dark only the rule about these is tried once more.
    """
    made = drawn("fr" if width < 1000 else "en")

    def answer(route):
        name = Path(urlsplit(route.request.url).path).name
        if name in STATIC:
            route.fulfill(path=STATIC[name], content_type=KINDS[Path(name).suffix], headers=POLICY)
        elif name in {"body", "now"}:
            # What moves asks for its next state; here nothing comes.
            route.fulfill(status=204)
        else:
            route.fulfill(body=made[name], content_type="text/html; charset=utf-8", headers=POLICY)

    with window(browser, "light", width) as page:
        page.context.route("**/*", answer)
        for name in sorted(made)[half::2]:
            page.goto(f"http://127.0.0.1/{name}")
            page.locator("html.ready").wait_for()
            page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
            assert (name, []) == (name, violations(page))
            page.emulate_media(color_scheme="dark")
            assert (name, []) == (name, violations(page, "color-contrast"))
            page.emulate_media(color_scheme="light")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert page.locator("h1").count() == 1
            assert page.title().endswith(" – stopimport")


def test_every_state_is_french():
    """No word of English is left in a French page."""
    english = drawn("en")
    for name, page in drawn("fr").items():
        for words in ("Phone column", "Previous imports", "What to do next", "stop list?", "Resume draft", "Skip to"):
            assert words not in page, (name, words)
        assert page != english[name]
