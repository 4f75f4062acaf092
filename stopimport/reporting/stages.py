"""The stations of the flow picture, made from a run's counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.reporting.charts import Leaf, Stage
from stopimport.text.language import _
from stopimport.vocabulary import REASONS, Reason, State

if TYPE_CHECKING:
    from stopimport.runs.summary import Summary


def stages(summary: Summary) -> tuple[Stage, ...]:
    """Return the way of a run's rows: rows, phone cells (where a row has several), entries, different numbers."""
    counts = summary.counts
    filtered = Leaf(_("Left out"), counts.filtered, "out")
    blank = Leaf(_("Empty cells"), counts.blank, "out")
    rows = Stage(_("Rows read"), counts.rows, (filtered,))
    cells: tuple[Stage, ...] = ()
    if counts.cells == counts.rows - counts.filtered:
        rows = Stage(rows.label, rows.count, (blank, filtered))
    else:
        cells = (Stage(_("Phone cells"), counts.cells, (blank,)),)
    split = Leaf(_("Extra numbers in a cell"), counts.split, "flow") if counts.split else None
    entries = Stage(_("Numbers found"), counts.entries, _lost(summary), split)
    return rows, *cells, entries, Stage(_("Distinct numbers"), counts.numbers, _outcomes(summary))


def _lost(summary: Summary) -> tuple[Leaf, ...]:
    """Return what happens to entries that are no number of their own."""
    by_reason = summary.rejects_by_reason
    rejected = [
        Leaf(_(REASONS[Reason(reason)].title), count, "look")
        for reason, count in sorted(by_reason.items(), key=lambda item: -item[1])
        if reason != Reason.REFUSED_BY_API
    ]
    return Leaf(_("Duplicates"), summary.counts.duplicate, "same"), *rejected


def _outcomes(summary: Summary) -> tuple[Leaf, ...]:
    counts = summary.counts
    checked = summary.facts.state is State.CHECKED
    return (
        Leaf(_("Added to the stop list"), counts.added, "good"),
        Leaf(_("Already on the stop list"), counts.already_listed, "known"),
        Leaf(_("Ready to be added") if checked else _("Not sent"), counts.not_sent, "known" if checked else "wait"),
        Leaf(_("Failed"), counts.failed, "bad"),
        Leaf(_("Refused by {vendor}"), counts.refused, "look"),
    )
