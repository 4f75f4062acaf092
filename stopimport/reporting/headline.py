"""The report's first sentence: what the run means for people, and what is left to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.reporting.messages import figure
from stopimport.text.language import N_, Plural, _
from stopimport.vocabulary import State

if TYPE_CHECKING:
    from stopimport.runs.summary import Summary

_SILENCED = Plural("{count} number will receive no more SMS", "{count} numbers will receive no more SMS")
_PRACTISED = Plural("{count} number would receive no more SMS", "{count} numbers would receive no more SMS")
_READY = Plural("{count} number is ready to be added", "{count} numbers are ready to be added")
_LEFT = Plural("{count} number is not on the stop list yet", "{count} numbers are not on the stop list yet")
_MISSING = Plural("{count} number is missing from the stop list", "{count} numbers are missing from the stop list")
_UNDONE = Plural("{count} number can receive your SMS again", "{count} numbers can receive your SMS again")
_REVIEW = Plural("{count} row needs review", "{count} rows need review")
_NO_REVIEW = N_("no row needs review")
_STOPPED = N_("Nothing was sent", N_("Nothing was added"))
_NOTHING = N_("No phone number was found")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of the headline; its figure is between `before` and `after`."""

    before: str
    count: str
    after: str
    tone: str
    """Name of the colour, as in `charts.Leaf`."""


def headline(summary: Summary) -> tuple[Clause, ...]:
    """Return the clauses of the headline, the weightiest first.

    Of a run that used the practice API it says what would be.
    """
    facts, counts = summary.facts, summary.counts
    if not counts.entries:
        return (Clause(_(_NOTHING), "", "", "out"),)
    taken_off = facts.undo.removed + facts.undo.absent if facts.undo else 0
    listed = counts.added + counts.already_listed - taken_off
    stopped = facts.exit_code is ExitCode.GUARD
    left = 0 if stopped or facts.undo else counts.left
    checked = facts.state is State.CHECKED
    clauses = [
        Clause(_(_STOPPED), "", "", "bad") if stopped else None,
        _clause(_UNDONE, taken_off, "wait"),
        _clause(_MISSING, facts.missing, "bad"),
        _clause(_READY if checked else _LEFT, left, "known" if checked else "bad"),
        _clause(_PRACTISED if facts.sandbox else _SILENCED, listed, "good"),
        _clause(_REVIEW, counts.to_correct, "look"),
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
