"""Cells that hold nothing: white space, or what databases export in place of a missing value."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_NOTHING = ("", "\\N", "NULL")
"""MySQL writes ``\\N``, other databases ``NULL``; only so: a name may be written like it in another case."""


def blank(cells: Any) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    """Say which `cells` (an Arrow array of text without nulls) hold nothing."""
    return pc.is_in(pc.utf8_trim_whitespace(cells), value_set=pa.array(_NOTHING, cells.type))
