"""The rule against cells that run: which texts get a leading ``'`` in our CSV files, and how it is taken off again.

A spreadsheet program takes a CSV cell that begins with ``=`` and the like for a formula. A cell of ``+`` and digits
only is a phone number and is written as it is. The patterns are RE2's, as Arrow's kernels read them.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

# White space of all kinds, and what is as invisible as that.
_BLANK = "[\x00-\x20\x7f-\xa0\u00ad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]"
_BREAKS = "\t\n\x0b\x0c\r\x85\u2028\u2029"
_SIGNS = r"=\-@|＝＋－＠｜"
_COULD_RUN = rf"(?:{_BLANK}*[{_SIGNS}{_BREAKS}]|{_BLANK}+\+|\+[0-9]*[^0-9]|\+$)"
COULD_RUN = f"^{_COULD_RUN}"
"""Matches a cell that could run as a formula."""


def marked(cells: Any) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    """Return `cells` (large strings without nulls) with a ``'`` before each one that could run as a formula."""
    could_run = pc.match_substring_regex(cells, COULD_RUN)
    if not pc.any(could_run).as_py():
        return cells
    mark, nothing = (pa.scalar(text, pa.large_string()) for text in ("'", ""))
    return pc.if_else(could_run, pc.binary_join_element_wise(mark, cells, nothing), cells)


def unmarked(cells: Any) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    """Return `cells` without the ``'`` that `marked` puts before them."""
    was_marked = pc.match_substring_regex(cells, f"^'{_COULD_RUN}")
    if not pc.any(was_marked).as_py():
        return cells
    return pc.if_else(was_marked, pc.utf8_slice_codeunits(cells, 1), cells)
