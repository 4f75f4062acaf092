"""The summary printed at the end of a run, for a person: what was read, what came of it, what to do next."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stopimport.errors import ExitCode
from stopimport.language import N_, _
from stopimport.report.drawing import WIDE, Page
from stopimport.report.messages import duration, figure
from stopimport.report.preview import render_preview
from stopimport.report.sections import read_lines, reason_lines
from stopimport.vocabulary import EXIT_CODES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["render", "render_preview"]

_STATES: Mapping[str, str] = {
    "complete": N_("Done: every valid number is on the stop list."),
    "incomplete": N_("Not finished: some numbers are not on the stop list yet."),
    "aborted": N_("Stopped: nothing more is sent until what the message names is settled."),
    "interrupted": N_("Interrupted: some numbers are not on the stop list yet."),
    "checked": N_("Checked: nothing was added to the stop list."),
}
_FILES: Mapping[str, str] = {
    "results": N_("Results, one row for each valid entry"),
    "rejects": N_("Rejects, to be corrected"),
    "report": N_("Report"),
    "missing": N_("Missing numbers"),
    "undo": N_("What was taken off again"),
    "summary": N_("Figures, for programs"),
}
_GREEN, _YELLOW, _RED = "32;1", "33;1", "31;1"
_PAINT = {"complete": _GREEN, "checked": _GREEN, "incomplete": _YELLOW, "interrupted": _YELLOW, "aborted": _RED}


def render(
    summary: Mapping[str, Any],
    files: Mapping[str, Path],
    *,
    width: int = WIDE,
    colour: bool = False,
    encoding: str = "utf-8",
) -> str:
    """Return the printed summary in the language in force.

    Args:
        summary: see `report.summary`.
        files: the files really written, by the names that they should have (``results.csv`` …), all in the run's
            folder.
        width: columns of the terminal.
        colour: whether to use colours.
        encoding: what the stream encodes; signs that it cannot are written plainly.
    """
    page = Page(width, colour=colour)
    state = summary["state"]
    page.title(_(_STATES[state]), _PAINT[state])
    _read(page, summary)
    _outcome(page, summary)
    _rejects(page, summary["rejects_by_reason"])
    if summary["notices"]:
        page.heading(_("Please note"))
        for notice in summary["notices"]:
            page.text(f"• {notice}")
    _files(page, files)
    _next(page, summary, files)
    return page.encodable(encoding)


def _read(page: Page, summary: Mapping[str, Any]) -> None:
    counts = summary["counts"]
    page.heading(_("What was read (rows)"))
    read_lines(page, summary["inputs"])
    if counts["filtered"]:
        page.figure(_("Rows left out, as asked or because they repeat the header"), figure(counts["filtered"]))
    if counts["blank"]:
        page.figure(_("Rows without a phone number (empty cells)"), figure(counts["blank"]))


def _outcome(page: Page, summary: Mapping[str, Any]) -> None:
    counts = summary["counts"]
    checked = summary["state"] == "checked"
    lines = [
        (_("Added to the stop list"), counts["added"], _GREEN),
        (_("There already"), counts["already_listed"], ""),
        (_("Duplicates: the same number as an earlier entry"), counts["duplicate"], ""),
        (_("Need fixing: no valid number"), counts["rejected"] + counts["refused"], _YELLOW),
        (_("Failed: no usable answer"), counts["failed"], _RED),
        (_("Ready to be sent") if checked else _("Not sent yet"), counts["not_sent"], "" if checked else _YELLOW),
    ]
    page.heading(_("What became of the phone numbers"))
    for label, number, paint in lines:
        if number or (label == lines[0][0] and not checked):
            page.figure(label, figure(number), paint=paint if number else "")
    page.figure(_("All phone numbers found"), figure(counts["entries"]), paint="1")
    requests = summary["requests"]
    if requests["sent"]:
        page.text(
            _("{calls} calls to {address} ({again} repeated), {rate} a second; {time} altogether.").format(
                calls=figure(requests["sent"]),
                address=summary["base_url"],
                again=figure(requests["retried"]),
                rate=requests["per_second"],
                time=duration(summary["seconds"]),
            )
        )


def _rejects(page: Page, by_reason: Mapping[str, int]) -> None:
    if by_reason:
        page.heading(_("What needs fixing, and why"))
        reason_lines(page, by_reason)


def _files(page: Page, files: Mapping[str, Path]) -> None:
    if not files:
        return
    page.heading(_("Files"))
    for name, path in files.items():
        label = _FILES.get(name.partition(".")[0])
        page.text(_(label) if label else name)
        page.copyable(str(path))


def _next(page: Page, summary: Mapping[str, Any], files: Mapping[str, Path]) -> None:
    counts, code = summary["counts"], summary["exit_code"]
    steps: list[tuple[str, str]] = []
    if code in {ExitCode.ACCOUNT_REFUSED, ExitCode.GUARD}:
        steps.append((_(EXIT_CODES[ExitCode(code)].remedy), ""))
    folder = next((path.parent for path in files.values()), Path(summary["run"]))
    resume = f"stopimport resume {shlex.quote(str(folder))}"
    if summary["state"] == "checked" and counts["not_sent"]:
        steps.append((_("Send what was checked:"), resume))
    elif code != ExitCode.GUARD and counts["failed"] + counts["not_sent"]:
        steps.append((_("Finish the run:"), resume))
    rejects = next((path for name, path in files.items() if name.startswith("rejects.")), None)
    if rejects is not None and summary["rejects_by_reason"]:
        told = _("Write the right numbers into the column 'corrected' of the rejects file, save it, then:")
        steps.append((told, f"stopimport run {shlex.quote(str(rejects))}"))
    if steps:
        page.heading(_("What to do next"))
    for words, command in steps:
        page.text(words)
        if command:
            page.copyable(command)
