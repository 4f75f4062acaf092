"""Our own results and rejects files, when they are given back to `run`.

A rejects file is read by `corrected`, else by `input`, and keeps the original places; a results file by `phoneNumber`.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from stopimport.text.blanks import blank
from stopimport.text.formulas import unmarked

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACE_COLUMNS = ("file", "sheet", "row", "column", "input")


class OwnFile(Enum):
    """Which of our files a table is; the value is the headers by which it is known."""

    REJECTS = (*PLACE_COLUMNS, "reason", "corrected")
    RESULTS = (*PLACE_COLUMNS, "phoneNumber", "status")


def recognise(headers: Sequence[str]) -> OwnFile | None:
    """Return which of our own files has these `headers`; people move columns, add some and leave some out."""
    return next((own for own in OwnFile if set(own.value) <= set(headers)), None)


def unescape(cells: Any) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    """Take off the `'` that our CSV writer puts before cells that a spreadsheet program would run as formulas."""
    return unmarked(pc.cast(cells, pa.large_string()))


def corrections(cells: Any) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    """Return what people wrote into the `corrected` column of a rejects file; null where they wrote nothing."""
    cells = pc.cast(cells, pa.large_string())
    return pc.if_else(blank(cells), pa.scalar(None, pa.large_string()), cells)
