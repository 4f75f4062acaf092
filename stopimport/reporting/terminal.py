"""The summary printed at the end of a run, for a person: what was read, what came of it, what to do next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.reporting.advice import excel_hint, next_steps, what_it_is
from stopimport.reporting.afterwards import verified_line
from stopimport.reporting.drawing import WIDE, Page
from stopimport.reporting.messages import decimal, duration, figure
from stopimport.reporting.preview import render_preview
from stopimport.reporting.sections import read_lines, reason_lines
from stopimport.text.language import _
from stopimport.vocabulary import State

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from stopimport.runs.summary import Summary
    from stopimport.vocabulary import Tone

__all__ = ["render", "render_preview"]

_GREEN, _YELLOW, _RED = "32;1", "33;1", "31;1"
_PAINT: Mapping[Tone, str] = {"good": _GREEN, "known": _GREEN, "wait": _YELLOW, "bad": _RED}


def render(
    summary: Summary,
    files: Mapping[str, Path],
    *,
    width: int = WIDE,
    colour: bool = False,
    encoding: str = "utf-8",
) -> str:
    """Return the printed summary in the language in force.

    Args:
        summary: the run.
        files: the files really written, by the names that they should have (``results.csv`` …), all in the run's
            folder.
        width: columns of the terminal.
        colour: whether to use colours.
        encoding: what the stream encodes; signs that it cannot are written plainly.
    """
    page = Page(width, colour=colour)
    state = summary.facts.state_now
    page.title(_(state.sentence), _PAINT[state.tone])
    _read(page, summary)
    _outcome(page, summary)
    _rejects(page, summary.rejects_by_reason)
    if summary.facts.notices:
        page.heading(_("Please note"))
        for notice in summary.facts.notices:
            page.text(f"• {notice}")
    _files(page, files if summary.facts.missing else {name: files[name] for name in files if name != "missing.csv"})
    _next(page, summary, files)
    return page.encodable(encoding)


def _read(page: Page, summary: Summary) -> None:
    counts = summary.counts
    page.heading(_("What was read (rows)"))
    read_lines(page, summary.facts.inputs)
    if counts.filtered:
        page.figure(_("Rows left out, on request or because they repeat the header"), figure(counts.filtered))
    if counts.blank:
        page.figure(_("Rows without a phone number (empty cells)"), figure(counts.blank))


def _outcome(page: Page, summary: Summary) -> None:
    counts = summary.counts
    checked = summary.facts.state is State.CHECKED
    lines = [
        (_("Added to the stop list"), counts.added, _GREEN),
        (_("Already listed"), counts.already_listed, ""),
        (_("Duplicates: the same number as an earlier entry"), counts.duplicate, ""),
        (_("To be corrected: not a valid number"), counts.to_correct, _YELLOW),
        (_("Failed: no usable answer"), counts.failed, _RED),
        (_("Ready to be added") if checked else _("Not sent yet"), counts.not_sent, "" if checked else _YELLOW),
    ]
    page.heading(_("What became of the phone numbers"))
    for label, number, paint in lines:
        if number or (label == lines[0][0] and not checked):
            page.figure(label, figure(number), paint=paint if number else "")
    page.figure(_("All phone numbers found"), figure(counts.entries), paint="1")
    verified, requests = summary.facts.verify, summary.facts.requests
    if verified and verified.exit_code is ExitCode.OK:
        page.text(verified_line(verified))
    if requests.sent:
        page.text(
            _("Calls to {address}: {calls}, {again} of them repeated; {rate} per second; {time} in all.").format(
                calls=figure(requests.sent),
                address=summary.facts.base_url,
                again=figure(requests.retried),
                rate=decimal(requests.per_second),
                time=duration(summary.facts.seconds),
            )
        )


def _rejects(page: Page, by_reason: Mapping[str, int]) -> None:
    if by_reason:
        page.heading(_("What to correct, and why"))
        reason_lines(page, by_reason)


def _files(page: Page, files: Mapping[str, Path]) -> None:
    if not files:
        return
    page.heading(_("Files"))
    for name, path in files.items():
        page.text(what_it_is(name))
        page.copyable(str(path))
    if hint := excel_hint(files):
        page.text(hint)


def _next(page: Page, summary: Summary, files: Mapping[str, Path]) -> None:
    steps = next_steps(summary, files)
    if steps:
        page.heading(_("What to do next"))
    for step in steps:
        page.text(step.words)
        if step.command:
            page.copyable(step.command)
