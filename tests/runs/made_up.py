"""Facts of a made-up run."""

from __future__ import annotations

from datetime import UTC, datetime

from stopimport.runs.facts import RunFacts
from stopimport.vocabulary import State

FACTS = RunFacts(run="a run", state=State.RUNNING, started_at=datetime(2026, 11, 22, 13, 4, 55, tzinfo=UTC))
