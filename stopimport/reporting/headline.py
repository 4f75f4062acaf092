"""The report's first sentence: what the run means for people, and what is left to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stopimport.errors import ExitCode
from stopimport.reporting.advice import missing_count
from stopimport.reporting.messages import figure
from stopimport.text.language import N_, Plural, _

if TYPE_CHECKING:
    from collections.abc import Mapping

_SILENCED = Plural("{count} number will receive no more SMS", "{count} numbers will receive no more SMS")
_PRACTISED = Plural("{count} number would receive no more SMS", "{count} numbers would receive no more SMS")
_READY = Plural("{count} number is ready to be added", "{count} numbers are ready to be added")
_LEFT = Plural("{count} number is not on the stop list yet", "{count} numbers are not on the stop list yet")
_MISSING = Plural("{count} number is missing from the stop list", "{count} numbers are missing from the stop list")
_UNDONE = Plural("{count} number can receive your SMS again", "{count} numbers can receive your SMS again")
_REVIEW = Plural("{count} row needs review", "{count} rows need review")
_NO_REVIEW = N_("no row needs review")
_STOPPED = N_("Nothing was sent")
_NOTHING = N_("No phone number was found")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the headline; its figure stands between `before` and `after`."""

    before: str
    count: str
    after: str
    tone: str
    """Name of the colour, as in `charts.Leaf`."""


def headline(summary: Mapping[str, Any], *, practice: bool) -> tuple[Clause, ...]:
    """Return the clauses of the headline, the weightiest first.

    Args:
        summary: see `report.summary`.
        practice: nothing reached the vendor.
    """
    counts = summary["counts"]
    if not counts["entries"]:
        return (Clause(_(_NOTHING), "", "", "out"),)
    undo = summary.get("undo") or {}
    taken_off = undo.get("removed", 0) + undo.get("absent", 0)
    listed = counts["added"] + counts["already_listed"] - taken_off
    stopped = summary["exit_code"] == ExitCode.GUARD
    left = 0 if stopped or undo else counts["failed"] + counts["not_sent"]
    checked = summary["state"] == "checked"
    clauses = [
        Clause(_(_STOPPED), "", "", "bad") if stopped else None,
        _clause(_UNDONE, taken_off, "wait"),
        _clause(_MISSING, missing_count(summary), "bad"),
        _clause(_READY if checked else _LEFT, left, "known" if checked else "bad"),
        _clause(_PRACTISED if practice else _SILENCED, listed, "good"),
        _clause(_REVIEW, counts["rejected"] + counts["refused"], "look"),
    ]
    shown = [clause for clause in clauses if clause]
    if shown and shown[-1].tone != "look":
        shown.append(Clause(_(_NO_REVIEW), "", "", "same"))
    return tuple(shown)


def _clause(words: Plural, count: int, tone: str) -> Clause | None:
    if not count:
        return None
    before, _brace, after = words.chosen({"count": count}).partition("{count}")
    return Clause(before, figure(count), after, tone)
