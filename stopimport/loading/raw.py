"""What the readers make of one file: every record and every cell as text, nothing judged yet.

Both readers (`delimited`, `workbook`) return the same shapes, so that headers, columns and rows are found in one place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stopimport.text.language import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from stopimport.loading.files.ranges import Range
    from stopimport.text.language import Sentence

ZEROS_NOTICE = N_(
    "{place}: all {number:,} formulas have the result 0: probably no program ever calculated them. Open the workbook "
    "in Excel or LibreOffice, save it, and import it again."
)


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet of a workbook, or the one table of a text file (name '').

    Record 1 is the first line or the first spreadsheet row; rows after the last one that holds anything are not there.
    """

    name: str
    rows: int
    columns: tuple[Any, ...]
    """One Arrow string array (plain or chunked, large or not, perhaps as `columns.compact` has it) a column, A first,
    each `rows` long; '' where a cell is empty or missing, never null."""
    widths: NDArray[np.int32] | None = None
    """Cells of each record of a text file as written, empty ones too; None: all records are regular."""
    unreadable: Mapping[int, NDArray[np.bool_]] = field(default_factory=dict)
    """By column index: which rows hold an error value, or a formula without a stored result."""
    hidden: NDArray[np.bool_] | None = None
    """Which rows are hidden; None: none."""
    skipped: str | None = None
    """Why the sheet was not read (``hidden``), or None."""
    ranges: tuple[Range, ...] = ()
    """Where its last records lie in a text file of which others are to read parts, in order and without a gap."""


@dataclass(frozen=True, slots=True)
class RawFile:
    """One input file as read."""

    file: str
    """The name that people see: `a.zip/inner.csv` for a member of an archive."""
    sha256: str
    workbook: bool
    sheets: tuple[RawSheet, ...]
    encoding: str | None = None
    delimiter: str | None = None
    notices: tuple[Sentence, ...] = ()
