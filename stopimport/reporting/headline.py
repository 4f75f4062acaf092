"""The report's first sentence: what the run means for people, and what is left to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.reporting.messages import figure
from stopimport.text.language import N_, _
from stopimport.vocabulary import State

if TYPE_CHECKING:
    from stopimport.runs.summary import Summary

Words = tuple[str, str]
"""A sentence for one, and one for several."""

_SILENCED: Words = (N_("{count} person will get no more SMS"), N_("{count} people will get no more SMS"))
_PRACTISED: Words = (N_("{count} person would get no more SMS"), N_("{count} people would get no more SMS"))
_READY: Words = (N_("{count} number is ready to be sent"), N_("{count} numbers are ready to be sent"))
_LEFT: Words = (
    N_("{count} number is not on the stop list yet"),
    N_("{count} numbers are not on the stop list yet"),
)
_MISSING: Words = (
    N_("{count} number is missing from the stop list"),
    N_("{count} numbers are missing from the stop list"),
)
_UNDONE: Words = (N_("{count} person can get your SMS again"), N_("{count} people can get your SMS again"))
_LOOK: Words = (N_("{count} row needs a look"), N_("{count} rows need a look"))
_NO_LOOK = N_("no row needs a look")
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
        _clause(_LOOK, counts.to_correct, "look"),
    ]
    shown = [clause for clause in clauses if clause]
    if shown and shown[-1].tone != "look":
        shown.append(Clause(_(_NO_LOOK), "", "", "same"))
    return tuple(shown)


def _clause(words: Words, count: int, tone: str) -> Clause | None:
    if not count:
        return None
    before, _brace, after = _(words[count > 1]).partition("{count}")
    return Clause(before, figure(count), after, tone)
