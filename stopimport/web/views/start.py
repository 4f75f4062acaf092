"""What the start page shows, and those of answers that are no page of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from stopimport.reporting.messages import figure
from stopimport.text.language import _, ngettext
from stopimport.vocabulary import State
from stopimport.web.people import is_team
from stopimport.web.views.wording import FIND_TITLE, short_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from stopimport.runs.summary import Counts
    from stopimport.web.drafts import Draft
    from stopimport.web.past_runs import ListedRun, RunSearch
    from stopimport.web.texts import Problem
    from stopimport.web.uploads import Limits


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in the list."""

    name: str
    title: str
    """The name without the time that it begins with."""
    started_at: datetime | None
    word: str
    """Of its state."""
    tone: str
    """The colour of that."""
    counts: str
    """What it came to, in a few words."""
    by: str
    """Who adds its numbers, or did so last; '' where the page is one person's own."""
    practice: bool
    """Whether nothing of it reached the vendor."""


@dataclass(frozen=True, slots=True)
class StartPage:
    """Dropping files, drafts and runs, looking for a number, the key."""

    template: ClassVar[str] = "start.html"
    part: ClassVar[str] = "start_stage.html"
    title: str
    back: str
    """Where the forms of the frame lead back to."""
    drafts: tuple[tuple[str, str, datetime | None], ...]
    """Id, names of the files, and how long it is kept, of those that are not sent yet."""
    runs: tuple[RunRow, ...]
    """Newest first."""
    moving: bool
    """Whether something changes by itself soon."""
    problem: Problem | None
    """The folder of runs cannot be read."""
    most_megabytes: int
    """Of all files dropped at once."""
    find_title: str
    """Of the part that looks for a number."""


@dataclass(frozen=True, slots=True)
class RunsPage:
    """Looking for imports by file, day and number."""

    template: ClassVar[str] = "runs.html"
    title: str
    back: str
    asked: RunSearch
    first: str
    last: str
    """The days as the fields of a form have them."""
    answer: str
    """How many were found, in a sentence; or why nothing could be looked for."""
    runs: tuple[RunRow, ...]
    """Newest first."""


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Something that cannot be done."""

    template: ClassVar[str] = "error.html"
    title: str
    back: str
    problem: Problem
    lost: bool
    """Whether a browser has no access, or no longer."""
    shows: bool
    """Whether the program can open the page in the person's usual browser."""


@dataclass(frozen=True, slots=True)
class OpeningPage:
    """The answer to the address with the one-time token: it leads to the start page."""

    template: ClassVar[str] = "opening.html"


def runs_page(asked: RunSearch, runs: Sequence[ListedRun], problem: Problem | None = None) -> RunsPage:
    """Return what the page shows that looks for imports.

    Args:
        asked: what was asked.
        runs: those that fit, newest first.
        problem: why nothing could be looked for.
    """
    found = ngettext("{count} import found", "{count} imports found", len(runs)).format(count=figure(len(runs)))
    return RunsPage(
        title=_("Search imports"),
        back="/",
        asked=asked,
        first=asked.first.isoformat() if asked.first else "",
        last=asked.last.isoformat() if asked.last else "",
        answer=str(problem.text) if problem else found,
        runs=tuple(map(_row, runs)),
    )


def start_page(
    drafts: Sequence[tuple[Draft, datetime | None]],
    runs: Sequence[ListedRun],
    problem: Problem | None,
    limits: Limits,
) -> StartPage:
    """Return what the start page shows.

    Args:
        drafts: those that are not sent yet, and how long each is kept (None: as long as the program runs).
        runs: newest first.
        problem: the folder of runs cannot be read.
        limits: of what can be dropped.
    """
    return StartPage(
        title=_("Add everyone who replied STOP to the stop list"),
        back="/",
        drafts=tuple((one.id, ", ".join(file.name for file in one.files), until) for one, until in drafts),
        runs=tuple(map(_row, runs)),
        moving=any(one.phase == "reading" for one, _until in drafts) or any(one.state is State.RUNNING for one in runs),
        problem=problem,
        most_megabytes=limits.megabytes,
        find_title=_(FIND_TITLE),
    )


def error_page(problem: Problem, status: int, *, lost: bool = False, shows: bool = False) -> ErrorPage:
    """Return the page of something that cannot be done, by the HTTP status of the answer."""
    title = _("Open the page again") if lost else _("Page not found") if status == 404 else _("That did not work")
    return ErrorPage(title, "/", problem, lost, shows)


def _row(run: ListedRun) -> RunRow:
    name, summary = run.past.run, run.past.summary
    return RunRow(
        name,
        short_name(name),
        summary.facts.started_at if summary else None,
        _(run.state.word),
        run.state.tone,
        _counts(summary.counts) if summary else "",
        run.by if is_team() else "",
        practice=summary is not None and summary.facts.sandbox,
    )


def _counts(counts: Counts) -> str:
    parts = [
        (counts.added, _("added: {count}")),
        (counts.already_listed, _("already listed: {count}")),
        (counts.to_correct, _("rejected: {count}")),
        (counts.left, _("not added: {count}")),
    ]
    return " · ".join(text.format(count=figure(count)) for count, text in parts if count) or _("no phone numbers")
