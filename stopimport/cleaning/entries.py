"""What the clean stage makes: one row for each entry, with its number or the reason why it has none.

`ENTRY_COLUMNS` are the columns of the `entries` frame, in input order; the ``keep:`` columns of the cells follow.

| column | type | holds |
| --- | --- | --- |
| source, file, sheet, row, column, input | as in the cells | the place, and the whole cell as read |
| number | str | the E.164 form; null for a rejected entry |
| reason | category | a `vocabulary.Reason`, '' for a valid entry |
| repairs | category | the `vocabulary.Repair` words in order, joined by blanks ('' for none) |
| detail | str | facts for the message of a reject, such as the numbers that a territory's number could be |
| region | category | the number's region (ISO code such as FR, RE; '' where there is none), for the report |
| line | category | a `vocabulary.Line`; '' where there is none, for the report |
| duplicate_of | int64 | 0-based row of this frame of the first entry with this number; -1 for first ones, rejects |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

ENTRY_COLUMNS = (
    "source", "file", "sheet", "row", "column", "input",
    "number", "reason", "repairs", "detail", "region", "line", "duplicate_of",
)  # fmt: skip
FIRST = "duplicate_of"


@dataclass(frozen=True, slots=True)
class CleanOptions:
    """The settings of cleaning, named as the options of `run` and `check` (see the contract)."""

    region: str = "FR"
    """ISO code of the country of numbers without international prefix."""
    countries: tuple[str, ...] = ()
    """Accept only these (ISO codes, ``FR-METRO``); empty: all."""
    line_types: str = "mobile"
    validity: str = "strict"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """All that the clean stage knows: `entries` = cells - `blank` + `split`."""

    entries: pd.DataFrame
    cells: int
    blank: int
    split: int


@dataclass(frozen=True, slots=True)
class CleanedPart:
    """What the clean stage makes of some of the cells: `entries` lack `duplicate_of`, which only all together tell."""

    entries: pd.DataFrame
    numbers: NDArray[np.int64]
    """The entries' numbers without the plus; 0 for rejects."""
    cells: int
    blank: int
    before: int
    """Bytes of the cells."""
    after: int
    """The same, each as often as it has entries."""

    @property
    def split(self) -> int:
        """How many entries there are beyond one for each cell."""
        return len(self.entries) - (self.cells - self.blank)

    def with_firsts(self, firsts: NDArray[np.int64]) -> pd.DataFrame:
        """Return the frame of entries with `firsts` as its `duplicate_of`."""
        frame = self.entries.copy(deep=False)
        frame.insert(ENTRY_COLUMNS.index(FIRST), FIRST, firsts)
        return frame
