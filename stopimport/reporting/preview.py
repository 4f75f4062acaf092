"""What a person sees before sending: the files and columns, the counts, examples, how long it will take."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from stopimport.reporting.drawing import WIDE, Page
from stopimport.reporting.messages import about, decimal, figure
from stopimport.reporting.sections import reason_lines
from stopimport.text.language import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WHY: Mapping[str, str] = {
    "option": N_("given with --column"),
    "picked": N_("chosen on the page"),
    "header": N_("chosen by its header"),
    "content": N_("chosen by its content"),
    "rejects file": N_("a rejects file: 'corrected' where filled in, otherwise 'input'"),
}


class Plan(Protocol):
    """What is about to be sent."""

    @property
    def facts(self) -> Mapping[str, Any]:
        """`sources` (file, sheet, column, why), `read` (see `counts.Reading`), `base_url`, `account`, `sandbox`."""

    @property
    def to_send(self) -> int:
        """Numbers that will be sent."""

    @property
    def already_listed(self) -> int:
        """Numbers of the run that need no call."""

    @property
    def seconds(self) -> float:
        """How long the sending will take at the rate in force."""

    @property
    def examples(self) -> Sequence[tuple[str, str, str]]:
        """See `report.examples`."""

    @property
    def rejects(self) -> Mapping[str, int]:
        """Rejected entries by reason."""


def render_preview(
    plan: Plan,
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
    _columns(page, plan.facts["sources"])
    _examples(page, plan.examples)
    _figures(page, plan)
    if plan.rejects:
        page.heading(_("What will be rejected, and why"))
        reason_lines(page, plan.rejects)
    _sending(page, plan, now)
    return page.encodable(encoding)


def sending_line(plan: Plan, now: datetime | None = None) -> str:
    """Return the same in a line, for logs and pipes; arguments as above."""
    if not plan.to_send:
        return _("Nothing is left to send.")
    numbers = ngettext(
        "{count} number will be added to the stop list.",
        "{count} numbers will be added to the stop list.",
        plan.to_send,
    ).format(count=figure(plan.to_send))
    return f"{numbers} {time_needed(plan.to_send, plan.seconds, now)}"


def _columns(page: Page, sources: Sequence[Mapping[str, Any]]) -> None:
    page.heading(_("Phone columns"))
    for source in sources:
        page.text(" › ".join(part for part in (source["file"], source["sheet"], source["column"]) if part))
        if source["why"] in _WHY:
            page.note(_(_WHY[source["why"]]))


def _examples(page: Page, examples: Sequence[tuple[str, str, str]]) -> None:
    if not examples:
        return
    page.heading(_("Examples (masked)"))
    width = max(len(written) for written, _number, _repairs in examples)
    for written, number, _repairs in examples:
        page.copyable(f"{written:<{width}}  →  {number}", indent=2)


def _figures(page: Page, plan: Plan) -> None:
    read = plan.facts["read"]
    entries = read["cells"] - read["blank"] + read["split"]
    rejected = sum(plan.rejects.values())
    page.heading(_("Counts"))
    for label, number in (
        (_("Rows read"), read["rows"]),
        (_("Phone numbers found"), entries),
        (_("Rejected: not a valid number"), rejected),
        (_("Duplicates: the same number as an earlier entry"), entries - rejected - plan.already_listed - plan.to_send),
        (_("Already on the stop list, or dealt with before"), plan.already_listed),
    ):
        page.figure(label, figure(number))
    page.figure(_("To be added"), figure(plan.to_send), paint="1")


def _sending(page: Page, plan: Plan, now: datetime | None) -> None:
    page.heading(_("Sending"))
    if plan.facts["sandbox"]:
        page.text(_("To the practice API: nothing reaches {vendor}."))
    else:
        place = _("To {address}, account {account}.")
        page.text(place.format(address=plan.facts["base_url"], account=plan.facts["account"] or "–"))
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
