"""What a person sees before sending: the files and columns, the counts, examples, how long it will take."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from stopimport.reporting.drawing import WIDE, Page
from stopimport.reporting.messages import about, decimal, figure
from stopimport.reporting.sections import reason_lines
from stopimport.text.language import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from stopimport.loading.cells import Source
    from stopimport.reporting.previews import Example, SendPreview

_WHY: Mapping[str, str] = {
    "option": N_("given with --column"),
    "picked": N_("chosen on the page"),
    "header": N_("chosen by its header"),
    "content": N_("chosen by its content"),
    "rejects file": N_("a rejects file: 'corrected' where filled in, otherwise 'input'"),
}


def render_preview(
    plan: SendPreview,
    *,
    width: int = WIDE,
    colour: bool = False,
    encoding: str = "utf-8",
    now: datetime | None = None,
) -> str:
    """Return the printed preview in the language in force.

    Args:
        plan: what is about to be sent.
        width: columns of the terminal.
        colour: whether to use colours.
        encoding: what the stream encodes; signs that it cannot are written plainly.
        now: the time in the person's own time zone; None: the clock's.
    """
    page = Page(width, colour=colour)
    if plan.to_send:
        page.title(_("This is what will be added to the stop list. Nothing has been sent yet."))
    else:
        page.title(_("Nothing is left to send."))
    _columns(page, plan.sources)
    _examples(page, plan.examples)
    _figures(page, plan)
    if plan.rejects:
        page.heading(_("What will be rejected, and why"))
        reason_lines(page, plan.rejects)
    _sending(page, plan, now)
    return page.encodable(encoding)


def sending_line(plan: SendPreview, now: datetime | None = None) -> str:
    """Return the same in a line, for logs and pipes; arguments as above."""
    if not plan.to_send:
        return _("Nothing is left to send.")
    numbers = ngettext(
        "{count} number will be added to the stop list.",
        "{count} numbers will be added to the stop list.",
        plan.to_send,
    ).format(count=figure(plan.to_send))
    return f"{numbers} {time_needed(plan.to_send, plan.seconds, now)}"


def _columns(page: Page, sources: Sequence[Source]) -> None:
    page.heading(_("Phone columns"))
    for source in sources:
        page.text(" › ".join(part for part in (source.file, source.sheet, source.column) if part))
        if source.why in _WHY:
            page.note(_(_WHY[source.why]))


def _examples(page: Page, examples: Sequence[Example]) -> None:
    if not examples:
        return
    page.heading(_("Examples (masked)"))
    width = max(len(written) for written, _number, _repairs in examples)
    for written, number, _repairs in examples:
        page.copyable(f"{written:<{width}}  →  {number}", indent=2)


def _figures(page: Page, plan: SendPreview) -> None:
    page.heading(_("Counts"))
    for label, number in (
        (_("Rows read"), plan.rows),
        (_("Phone numbers found"), plan.entries),
        (_("Rejected: not a valid number"), plan.rejected),
        (_("Duplicates: the same number as an earlier entry"), plan.duplicates),
        (_("Already on the stop list, or dealt with before"), plan.already_listed),
    ):
        page.figure(label, figure(number))
    page.figure(_("To be added"), figure(plan.to_send), paint="1")


def _sending(page: Page, plan: SendPreview, now: datetime | None) -> None:
    page.heading(_("Sending"))
    if plan.sandbox:
        page.text(_("To the practice API: nothing reaches {vendor}."))
    else:
        place = _("To {address}, account {account}.")
        page.text(place.format(address=plan.address, account=plan.account or "–"))
    if plan.to_send:
        page.text(time_needed(plan.to_send, plan.seconds, now))


def time_needed(calls: int, seconds: float, now: datetime | None = None) -> str:
    """Return how long `calls` calls take, and when they will be done.

    Args:
        calls: one at least.
        seconds: what they take at the rate in force.
        now: the time in the person's own time zone; None: the clock's.
    """
    done = (now or datetime.now().astimezone()) + timedelta(seconds=seconds)
    forecast = _("At a rate of {rate}/s this takes {time}; it will be done on {day} at {hour}.")
    return forecast.format(
        rate=decimal(calls / seconds),
        time=about(seconds),
        day=done.strftime(_("%Y-%m-%d")),
        hour=f"{done:%H:%M}",
    )
