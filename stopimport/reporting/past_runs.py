"""Past runs and found numbers as a person reads them on a terminal."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.reporting.drawing import WIDE, Page
from stopimport.reporting.messages import figure
from stopimport.text.language import _
from stopimport.vocabulary import STATUSES, UNDO_STATUSES, State, Status, UndoStatus

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stopimport.runs.facts import RunFacts
    from stopimport.runs.find import Find, Search, Undone
    from stopimport.runs.history import PastRun

_LEAST = 8
"""Width of a column of figures, if its figures are short."""
_NAME = 19


def render_history(runs: Sequence[PastRun], place: str, *, width: int = WIDE, encoding: str = "utf-8") -> str:
    """Return the table of runs in the language in force: a few lines for each."""
    page = Page(width)
    if not runs:
        page.title(_("There are no runs in {folder}.").format(folder=place))
        return page.encodable(encoding)
    headings = [_("Rows"), _("Added"), _("Listed"), _("Rejects"), _("Failed"), _("Not sent")]
    table = [_figures(run) for run in runs]
    widths = [max(_LEAST, *(len(cell) + 1 for cell in column)) for column in zip(headings, *table, strict=True)]
    page.heading(_("Runs in {folder}: {count}").format(count=figure(len(runs)), folder=place))
    page.lines.append(f"  {_('Started'):<{_NAME}}{_('State'):<14}{_('Exit code')}")
    page.lines.append("  " + _row(headings, widths))
    for run, figures in zip(runs, table, strict=True):
        page.lines.append("")
        page.copyable(run.run, 0)
        page.lines.append(_ending(run))
        if run.summary is not None:
            page.lines.append("  " + _row(figures, widths))
        if run.problem:
            page.text(run.problem)
    return page.encodable(encoding)


def render_search(search: Search, place: str, *, width: int = WIDE, encoding: str = "utf-8") -> str:
    """Return what a search found in the language in force, or a sentence that it found nothing."""
    page = Page(width)
    facts = {"number": search.number, "runs": figure(search.runs), "folder": place}
    if not search.found:
        page.title(_("{number} is in no run in {folder} (runs searched: {runs}).").format(**facts))
        _tell_passed(page, search)
        return page.encodable(encoding)
    facts["count"] = figure(len(search.found))
    page.title(_("{number} in {folder}: entries found: {count}, runs searched: {runs}").format(**facts))
    folder = ""
    for one in search.found:
        if one.folder != folder:
            mark = f" ({_('practice run')})" if one.sandbox else ""
            page.heading(f"{_second(one.startedAt)}  {one.run}{mark}")
            folder = one.folder
        _entry(page, one)
    _tell_passed(page, search)
    return page.encodable(encoding)


def _tell_passed(page: Page, search: Search) -> None:
    if search.practice:
        page.text(_("Practice runs passed over: {count} (--practice).").format(count=figure(search.practice)))


def _entry(page: Page, one: Find) -> None:
    place = one.file if not one.sheet else f"{one.file} › {one.sheet}"
    page.text(
        _("{place}, row {row}, column '{column}': {input}").format(
            place=place, row=one.row, column=one.column, input=one.input
        )
    )
    if one.status == Status.DUPLICATE:
        page.note(_("The same number as an earlier entry: {place}").format(place=one.duplicateOf))
        return
    page.note(_result(one))
    if one.message:
        page.note(one.message)
    if one.undo is not None:
        page.note(_undone(one.undo))


def _result(one: Find) -> str:
    term = STATUSES[Status(one.status)]
    facts = []
    if one.sentAt:
        facts.append(_("sent {moment}").format(moment=_second(one.sentAt)))
    if one.code is not None:
        facts.append(_("code {code}").format(code=one.code))
    if one.stopId:
        facts.append(_("stopId {id}").format(id=one.stopId))
    # The meanings speak of the vendor, whom practice never reaches.
    told = _(term.title) if one.sandbox else f"{_(term.title)} – {_(term.meaning)}"
    return told + (f" ({', '.join(facts)})" if facts else "")


def _undone(undo: Undone) -> str:
    if not undo.status:
        told = _("An undo call for this number has no answer yet; run the same undo again.")
    else:
        told = _("Undo: {meaning}").format(meaning=_(UNDO_STATUSES[UndoStatus(undo.status)].meaning))
    when = f" ({_second(undo.removedAt)})" if undo.removedAt else ""
    return f"{told}{when} {undo.message}".rstrip()


def _figures(run: PastRun) -> list[str]:
    if run.summary is None:
        return [""] * 6
    of = run.summary.counts
    numbers = (of.rows, of.added, of.already_listed, of.to_correct, of.failed, of.not_sent)
    return [figure(number) for number in numbers]


def _ending(run: PastRun) -> str:
    """Return the line that says when a run began, and how it ended."""
    if run.summary is None:
        return f"  {'':<{_NAME}}{_(State.UNREADABLE)}"
    facts = run.summary.facts
    code = "" if facts.exit_code is None else str(facts.exit_code)
    return f"  {_minute(facts.started_at):<{_NAME}}{_(facts.state):<14}{code:<5}{_marks(facts)}".rstrip()


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def _marks(facts: RunFacts) -> str:
    """Return what was done with a run after it had ended."""
    marks = [_("practice run")] if facts.sandbox else []
    marks += [_("personal data deleted")] if facts.deleted else []
    missing = facts.verify.missing if facts.verify else None
    if missing is not None:
        marks.append(_("{count} missing").format(count=figure(missing)) if missing else _("verified"))
    if facts.undo:
        marks.append(_("undone") if facts.undo.exit_code is ExitCode.OK else _("undo unfinished"))
    return ", ".join(marks)


def _minute(moment: datetime) -> str:
    """Return a time as the clock on the wall shows it."""
    return moment.astimezone().strftime(_("%Y-%m-%d %H:%M"))


def _second(moment: str) -> str:
    """Return a time with seconds and its offset from UTC: it is told to somebody else."""
    try:
        local = datetime.fromisoformat(moment).astimezone()
    except (ValueError, OverflowError):
        # Of a run without journal the time is what is written in the file of results.
        return ""
    return f"{local.strftime(_('%Y-%m-%d %H:%M:%S'))}{local.isoformat()[-6:]}"
