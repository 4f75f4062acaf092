"""A look at the bytes of a column: whether a sign may be in it costs a tenth of what a pattern takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa


def may_hold(column: Any, signs: bytes) -> bool:  # noqa: ANN401 - pyarrow's arrays have no types
    """Whether one of the ASCII `signs` is in a column of strings, or beside it in the same memory."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    texts = [np.frombuffer(data, np.uint8) for chunk in chunks if (data := chunk.buffers()[2])]
    return any((text == sign).any() for text in texts for sign in signs)
