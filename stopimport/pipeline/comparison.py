"""Comparing a run with the live stop list: which of its numbers are not on it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from shlex import quote
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode, StopimportError
from stopimport.pipeline.errors import NumbersMissing, PartialList
from stopimport.pipeline.job import utc_now
from stopimport.runs.digits import digits_of
from stopimport.runs.facts import VerifyFacts
from stopimport.vocabulary import Status, UndoStatus

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    import pandas as pd

    from stopimport.pipeline.job import Ended
    from stopimport.pipeline.listed import Listed
    from stopimport.runs.journal import Journal

log = logging.getLogger(__name__)

MISSING = "missing.csv"
_TAKEN_OFF = ("", UndoStatus.REMOVED.value, UndoStatus.ABSENT.value)
"""What undo says of numbers that need not be on the list; '': a call for it went out, and may have done its work."""
_UNSENT = (Status.FAILED.value, Status.NOT_SENT.value)
_WEIGHT = (
    ExitCode.BUG,
    ExitCode.ACCOUNT_REFUSED,
    ExitCode.INTERRUPTED,
    ExitCode.TERMINATED,
    ExitCode.INCOMPLETE,
    ExitCode.MISSING,
    ExitCode.OK,
)
"""Exit codes once sending has begun; the first that applies counts (the contract's order)."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a look at the live list says about a run."""

    exit_code: ExitCode
    error: StopimportError | None = None
    """The sentence for the user, where there is something to say."""
    missing: tuple[str, ...] | None = None
    """The numbers that should be on the list and are not; None: nothing can be concluded."""
    checked: int = 0
    """How many numbers were looked for."""
    entries: int | None = None
    """Entries that the list has; None: it could not be fetched."""
    partial: bool | None = None
    at: datetime = field(default_factory=utc_now)

    def facts(self) -> VerifyFacts:
        """Return what the run remembers of it."""
        missing = None if self.missing is None else len(self.missing)
        return VerifyFacts(self.at, self.exit_code, self.entries, self.partial, self.checked, missing)

    def weighed_with(self, ended: Ended) -> Ended:
        """Return how a run ended whose sending ended so: the weightier of both exit codes counts."""
        if _WEIGHT.index(self.exit_code) < _WEIGHT.index(ended.exit_code):
            return replace(ended, exit_code=self.exit_code, error=self.error, comparison=self)
        return replace(ended, comparison=self)


def compare(journal: Journal, folder: Path, listed: Listed) -> Comparison:
    """Look for the run's numbers on the list.

    Args:
        journal: the run's journal.
        folder: the run's folder, for the sentence about what is missing.
        listed: the list as it is now.
    """
    expected = _expected(journal)
    if listed.partial:
        error = PartialList(listed.entries)
        return Comparison(error.exit_code, error, entries=listed.entries, partial=True)
    missing = expected[~listed.holds(digits_of(expected["number"].tolist()))]
    log.info("Verified: %d numbers, %d missing, %d entries on the list", len(expected), len(missing), listed.entries)
    comparison = Comparison(ExitCode.OK, None, tuple(missing["number"]), len(expected), listed.entries, partial=False)
    if missing.empty:
        return comparison
    unsent = missing["status"].isin(_UNSENT).all() and not journal.facts.undo
    told = NumbersMissing(
        len(missing),
        len(expected),
        str(folder / MISSING),
        f"stopimport resume {quote(str(folder))}" if unsent else f"stopimport run {quote(str(folder / MISSING))}",
    )
    return replace(comparison, exit_code=told.exit_code, error=told)


def not_compared(error: StopimportError, exit_code: ExitCode | None = None) -> Comparison:
    """Return what is known without the list, which could not be fetched."""
    log.info("Not verified: %s", error)
    return Comparison(error.exit_code if exit_code is None else exit_code, error)


def _expected(journal: Journal) -> pd.DataFrame:
    """Return the outcomes of numbers that must be on the list: all but the refused and those that undo took off."""
    outcomes, undone = journal.outcomes(), journal.undo_outcomes()
    outcomes = outcomes[outcomes["status"] != Status.REFUSED.value]
    taken_off = undone.loc[undone["status"].isin(_TAKEN_OFF), "phoneNumber"]
    return outcomes if taken_off.empty else outcomes[~outcomes["number"].isin(taken_off)]
