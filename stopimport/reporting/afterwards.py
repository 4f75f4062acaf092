"""What `verify` and `undo` show a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stopimport.reporting.drawing import WIDE, Page
from stopimport.reporting.messages import figure
from stopimport.reporting.preview import time_needed
from stopimport.text.language import Plural, _, ngettext, translated
from stopimport.vocabulary import UNDO_STATUSES, UndoStatus

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from stopimport.reporting.previews import UndoPreview
    from stopimport.runs.facts import UndoFacts, VerifyFacts


def render_undo(
    plan: UndoPreview, *, width: int = WIDE, colour: bool = False, encoding: str = "utf-8", now: datetime | None = None
) -> str:
    """Return the printed preview of an undo; arguments as of `preview.render_preview`."""
    page = Page(width, colour=colour)
    if plan.to_remove:
        page.title(_("This is what will be taken off the stop list. Nothing has been taken off yet."))
    else:
        page.title(_("Nothing is left to take off the stop list."))
    page.text(_("Run: {run}").format(run=plan.run))
    page.text(_("Reason: {reason}").format(reason=plan.reason))
    if plan.examples:
        page.heading(_("Examples (masked)"))
        for number in plan.examples:
            page.copyable(number, indent=2)
    page.heading(_("Counts"))
    for label, count in (
        (_("No longer on the list"), plan.absent),
        (_("Kept on the list: not this run's, or a later run relies on them"), plan.left),
        (_("Already taken off"), plan.done),
    ):
        if count:
            page.figure(label, figure(count))
    page.figure(_("To be taken off"), figure(plan.to_remove), paint="1")
    page.heading(_("Taking off"))
    if plan.sandbox:
        page.text(_("From the practice list: nothing reaches {vendor}."))
    else:
        place = _("From {address}, account {account}.")
        page.text(place.format(address=plan.address, account=plan.account or "–"))
    if plan.to_remove:
        page.text(_("These numbers will be able to receive your SMS again."))
        page.text(time_needed(plan.to_remove, plan.seconds, now))
    return page.encodable(encoding)


def removing_line(plan: UndoPreview, now: datetime | None = None) -> str:
    """Return the same in a line, for logs and pipes."""
    if not plan.to_remove:
        return _("Nothing is left to take off the stop list.")
    numbers = ngettext(
        "{count} number will be taken off the stop list.",
        "{count} numbers will be taken off the stop list.",
        plan.to_remove,
    ).format(count=figure(plan.to_remove))
    return f"{numbers} {time_needed(plan.to_remove, plan.seconds, now)}"


def verified_line(verified: VerifyFacts) -> str:
    """Return what a verify without missing numbers says."""
    if not verified.checked:
        return _("Verified: none of this run's numbers has to be on the stop list.")
    found = Plural(
        "Verified: {checked:,} number should be on the stop list and is there (entries on the list: {entries:,}).",
        "Verified: all {checked:,} numbers that should be on the stop list are there (entries on the list: "
        "{entries:,}).",
        by="checked",
    )
    return translated(found, {"checked": verified.checked, "entries": verified.entries or 0})


def undone_text(undone: UndoFacts | None, files: Mapping[str, object], **page: Any) -> str:  # noqa: ANN401 - as of Page
    """Return what an undo has come to.

    Args:
        undone: what it did; None: there was nothing to undo.
        files: the files written, by name.
        page: `width`, `colour` and `encoding`, as of `render_undo`.
    """
    if undone is None:
        return _("Nothing to undo: this run added no number to the stop list.")
    encoding = page.pop("encoding", "utf-8")
    drawn = Page(page.pop("width", WIDE), **page)
    drawn.title(_("Not finished: some numbers still have to be taken off.") if undone.failed else _("Undone."))
    drawn.heading(_("What became of the numbers that the run had added"))
    for status, term in UNDO_STATUSES.items():
        count: int = getattr(undone, status.value)
        if count or status is UndoStatus.REMOVED:
            drawn.figure(_(term.title), figure(count))
            drawn.note(_(term.meaning))
    if "undo.csv" in files:
        drawn.heading(_("Files"))
        drawn.text(_("What was taken off"))
        drawn.copyable(str(files["undo.csv"]))
    return drawn.encodable(encoding)
