"""What must never be wrong with the figures."""

from __future__ import annotations

from stopimport.errors import ExitCode, StopimportError
from stopimport.text.language import N_


class CountsUnbalanced(StopimportError):
    """Two figures that must be equal by the contract are not: something was lost or counted twice."""

    left: str
    left_count: int
    right: str
    right_count: int
    exit_code = ExitCode.BUG
    template = N_(
        "The counts do not balance: {left} = {left_count:,}, but {right} = {right_count:,}. This is a bug in "
        "stopimport; please report it, and do not rely on this run's results."
    )
