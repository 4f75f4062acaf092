"""Comparing a run with the live stop list: which of its numbers are not on it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from shlex import quote
from typing import TYPE_CHECKING

import numpy as np

from stopimport.errors import ExitCode, StopimportError
from stopimport.pipeline.errors import NumbersMissing, PartialList
from stopimport.pipeline.job import utc_now
from stopimport.pipeline.survey import MISSING
from stopimport.runs.digits import among
from stopimport.runs.facts import VerifyFacts
from stopimport.vocabulary import Status, UndoStatus

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from numpy.typing import NDArray

    from stopimport.pipeline.job import Ended
    from stopimport.pipeline.listed import Listed
    from stopimport.runs.journal import Journal

log = logging.getLogger(__name__)

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
    missing: NDArray[np.int64] | None = None
    """The digits of the numbers that should be on the list and are not, ascending; None: nothing can be concluded."""
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
    if listed.partial:
        error = PartialList(listed.entries)
        return Comparison(error.exit_code, error, entries=listed.entries, partial=True)
    missing, checked, unsent = _looked_for(journal, listed)
    log.info("Verified: %d numbers, %d missing, %d entries on the list", checked, len(missing), listed.entries)
    comparison = Comparison(ExitCode.OK, None, missing, checked, listed.entries, partial=False)
    if not len(missing):
        return comparison
    unsent = unsent and not journal.facts.undo
    told = NumbersMissing(
        len(missing),
        checked,
        str(folder / MISSING),
        f"stopimport resume {quote(str(folder))}" if unsent else f"stopimport run {quote(str(folder / MISSING))}",
    )
    return replace(comparison, exit_code=told.exit_code, error=told)


def not_compared(error: StopimportError, exit_code: ExitCode | None = None) -> Comparison:
    """Return what is known without the list, which could not be fetched."""
    log.info("Not verified: %s", error)
    return Comparison(error.exit_code if exit_code is None else exit_code, error)


def _looked_for(journal: Journal, listed: Listed) -> tuple[NDArray[np.int64], int, bool]:
    """Look on the list for all numbers but the refused ones and those that undo took off.

    Returns:
        the digits of the missing ones, ascending; how many were looked for; whether none of the missing was ever sent.
    """
    taken_off, missing, checked, unsent = journal.undone(_TAKEN_OFF), [np.empty(0, np.int64)], 0, True
    for block in journal.blocks():
        statuses = journal.outcomes_between(block.start, block.stop)["status"]
        digits = journal.digits(block)
        expected = (statuses != Status.REFUSED.value).to_numpy(dtype=bool) & ~among(digits, taken_off)
        gone = expected & ~listed.holds(digits)
        checked += int(expected.sum())
        unsent = unsent and bool(statuses[gone].isin(_UNSENT).all())
        missing.append(digits[gone])
    every = np.concatenate(missing)
    every.sort()
    return every, checked, unsent
