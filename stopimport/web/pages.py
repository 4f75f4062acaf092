"""From state to HTML: the pages and their parts, in the language in force."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stopimport import vendor
from stopimport.reporting.messages import decimal, duration, figure
from stopimport.templating import environment_of
from stopimport.text.language import LANGUAGES, _, language_in_force
from stopimport.web import draftview, runview, sentences
from stopimport.web.words import words

if TYPE_CHECKING:
    import jinja2

    from stopimport.web.state import Draft, Page, Problem, Run, Search, Start

_TEMPLATES = Path(__file__).parent / "templates"


def start(page: Page, start: Start) -> str:
    """Return the start page: dropping files, drafts and runs, looking for a number, the key."""
    return _render("start.html", page, _start(start), back="/")


def start_body(page: Page, start: Start) -> str:
    """Return the part of the start page that changes by itself: drafts and runs."""
    return _render("start_stage.html", page, _start(start), back="/")


def draft(page: Page, draft: Draft) -> str:
    """Return the page of a draft: what was understood, and what would happen."""
    return _render("draft.html", page, draftview.view(draft), back=f"/drafts/{draft.id}")


def draft_body(page: Page, draft: Draft) -> str:
    """Return the part of a draft's page that changes."""
    return _render("draft_stage.html", page, draftview.view(draft), back=f"/drafts/{draft.id}")


def run(page: Page, run: Run) -> str:
    """Return the page of a run: its question, its progress, or its end."""
    return _render("run.html", page, runview.view(run), back=f"/runs/{run.name}")


def run_body(page: Page, run: Run) -> str:
    """Return the part of a run's page that changes."""
    return _render("run_stage.html", page, runview.view(run), back=f"/runs/{run.name}")


def find(page: Page, search: Search) -> str:
    """Return the page that looks for a number in all runs."""
    return _render("find.html", page, runview.found(search), back="/")


def error(page: Page | None, problem: Problem, status: int) -> str:
    """Return the page of something that cannot be done; `page` is None for somebody who is not known."""
    title = _("There is no such page") if status == 404 else _("That did not work")
    return _render("error.html", page, {"title": title, "told": str(problem.text)}, back="/")


def opening(language: str) -> str:
    """Return the answer to the address with the one-time token: it leads to the start page."""
    return _environment().get_template("opening.html").render(language=language, w=words())


def _start(start: Start) -> dict[str, Any]:
    moving = any(one.phase == "reading" for one in start.drafts) or any(one.state == "running" for one in start.runs)
    return {
        "title": words()["start_title"],
        "start": start,
        "moving": moving,
        "told": str(start.problem.text) if start.problem else "",
        "drafts": [(one, ", ".join(file.name for file in one.files)) for one in start.drafts],
        "runs": [
            (one, runview.short(one.name), *sentences.state_told(one.state), runview.line(one)) for one in start.runs
        ],
    }


def _render(template: str, page: Page | None, context: dict[str, Any], *, back: str) -> str:
    language = page.language if page else language_in_force()
    other = next(one for one in LANGUAGES if one != language)
    return (
        _environment()
        .get_template(template)
        .render(
            context,
            page=page,
            language=language,
            other=other,
            back=back,
            w=words(),
        )
    )


@cache
def _environment() -> jinja2.Environment:
    environment = environment_of(_TEMPLATES)
    environment.filters |= {
        "figure": figure,
        "decimal": decimal,
        "duration": duration,
        "moment": _moment,
        "size": _size,
        "remedy": sentences.remedy_told,
    }
    environment.globals["vendor"] = vendor
    return environment


def _moment(iso: str) -> str:
    """Return a time as the clock on the wall shows it; what is no time is left as it is."""
    with suppress(ValueError, OverflowError):
        return datetime.fromisoformat(iso).astimezone().strftime(_("%Y-%m-%d %H:%M"))
    return iso


def _size(count: int) -> str:
    """Return the size of a file in the unit that fits."""
    if count < 1_000_000:
        return _("{size} kB").format(size=figure(max(1, round(count / 1000))))
    return _("{size} MB").format(size=decimal(count / 1_000_000))
