"""What a sitting that was killed could not count itself: its calls and its time, as far as the journal knows them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stopimport.runs.journal import Journal


def count_killed(journal: Journal) -> None:
    """Add the calls of a killed sitting to those of the run; does nothing where the last sitting came to its end.

    What is counted are calls whose answer was written down; of those in flight at the kill nobody knows.
    """
    meta, counted = journal.meta, journal.meta["requests"]
    if meta["state"] != "running":
        return
    outcomes = journal.outcomes()
    attempts = outcomes["attempts"]
    sent = int(attempts.sum())
    if sent <= counted["sent"]:
        return
    began = datetime.fromisoformat(meta.get("finished_at") or meta["started_at"]).timestamp()
    times = outcomes["sent_at"][outcomes["sent_at"] >= began]
    seconds = 0.0 if times.empty else float(times.max() - times.min())
    journal.update_meta(
        seconds=meta["seconds"] + seconds,
        requests={
            "sent": sent,
            "retried": max(counted["retried"], int((attempts - 1).clip(lower=0).sum())),
            "seconds": counted["seconds"] + seconds,
        },
    )
