"""What a sitting that was killed could not count itself: its calls and its time, as far as the journal knows them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stopimport.runs.facts import Requests
from stopimport.vocabulary import State

if TYPE_CHECKING:
    from stopimport.runs.journal import Journal


def count_killed(journal: Journal) -> None:
    """Add the calls of a killed sitting to those of the run; does nothing where the last sitting came to its end.

    What is counted are calls whose answer was written down; of those in flight at the kill nobody knows.
    """
    facts, counted = journal.facts, journal.facts.requests
    if facts.state is not State.RUNNING:
        return
    made = journal.calls_since((facts.finished_at or facts.started_at).timestamp())
    if made.sent <= counted.sent:
        return
    seconds = made.seconds
    requests = Requests(made.sent, max(counted.retried, made.retried), counted.seconds + seconds)
    journal.update(replace(facts, seconds=facts.seconds + seconds, requests=requests))
