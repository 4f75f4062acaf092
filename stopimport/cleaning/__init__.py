"""From cells to entries: every phone number repaired, judged and compared, or rejected with its reason.

The stage is imported when it is first used: who reads a single number (`single`) does without pandas.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stopimport.cleaning.entries import ENTRY_COLUMNS, Cleaned, CleanOptions

if TYPE_CHECKING:
    from stopimport.cleaning.stage import clean, judge

__all__ = ["ENTRY_COLUMNS", "CleanOptions", "Cleaned", "clean", "judge"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - functions
    """Import a function of the stage when it is first used."""
    if name not in __all__:
        raise AttributeError(name)
    from stopimport.cleaning import stage  # noqa: PLC0415 - the point of this function

    return getattr(stage, name)
