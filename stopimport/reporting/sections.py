"""Sections that the preview and the printed summary share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.reporting.messages import figure
from stopimport.text.language import _, quoted
from stopimport.vocabulary import REASONS, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stopimport.loading.cells import FileRead
    from stopimport.reporting.drawing import Page


def read_lines(page: Page, inputs: Sequence[FileRead]) -> None:
    """Add a line for each sheet: its rows, and the phone columns taken or why it was passed over."""
    for file in inputs:
        for sheet in file.sheets:
            place = f"{file.file} › {sheet.name}" if sheet.name else file.file
            if sheet.skipped is not None:
                page.figure(place, "–")
                page.note(_("skipped: {why}").format(why=_(sheet.skipped)))
                continue
            page.figure(place, figure(sheet.rows))
            if sheet.columns:
                page.note(_("phone column: {names}").format(names=quoted(sheet.columns)))


def reason_lines(page: Page, by_reason: Mapping[str, int]) -> None:
    """Add a line for each reason of rejects: how many, and what to do."""
    for reason, number in sorted(by_reason.items(), key=lambda item: -item[1]):
        term = REASONS[Reason(reason)]
        page.figure(_(term.title), figure(number))
        page.note(_(term.remedy))
