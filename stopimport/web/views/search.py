"""What the page shows that says where a number came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from stopimport.reporting.messages import figure
from stopimport.text.language import _
from stopimport.vocabulary import STATUSES, UNDO_STATUSES, Status, UndoStatus
from stopimport.web.views.wording import FIND_TITLE

if TYPE_CHECKING:
    from stopimport.runs.find import Find, Search
    from stopimport.web.texts import Problem


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Looking for a number in all runs."""

    template: ClassVar[str] = "find.html"
    title: str
    back: str
    asked: str
    """As typed; '' before anything is looked for."""
    answer: str
    """What came of it, in a sentence; '' before that."""
    entries: tuple[tuple[Find, str, str], ...]
    """Each entry with the number, what became of it, and what undo did with it ('' for nothing)."""
    problems: tuple[str, ...]
    """What could not be searched, and why."""


def search_page(asked: str, search: Search | None, problem: Problem | None = None) -> SearchPage:
    """Return what the page of a search shows.

    Args:
        asked: as typed, '' for nothing.
        search: what was found; None: nothing was looked for.
        problem: why nothing could be looked for.
    """
    return SearchPage(
        title=_(FIND_TITLE),
        back="/",
        asked=asked,
        answer=str(problem.text) if problem else _answer(search) if search else "",
        entries=tuple((one, _became(one), _undo_became(one)) for one in search.found) if search else (),
        problems=search.problems if search else (),
    )


def _answer(search: Search) -> str:
    if search.found:
        told = _("{number} was found here (imports searched: {runs}).")
    else:
        told = _("{number} is in no import (imports searched: {runs}).")
    return told.format(number=search.number, runs=figure(search.runs))


def _became(one: Find) -> str:
    """Return what became of a found entry."""
    if one.status == Status.DUPLICATE:
        return _("The same number as an earlier entry: {place}").format(place=one.duplicateOf)
    title = _(STATUSES[Status(one.status)].title)
    return f"{title} – {one.message}" if one.message else title


def _undo_became(one: Find) -> str:
    if not one.undo:
        return ""
    status = one.undo.status
    return _(UNDO_STATUSES[UndoStatus(status)].meaning) if status else _("Undo has not dealt with it yet.")
