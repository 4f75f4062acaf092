"""Signs that a terminal or pipe cannot show, written plainly instead of as question marks."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

_PLAIN = {"\u00a0": " ", "\u202f": " ", "’": "'", "«": '"', "»": '"', "–": "-", "…": "...", "→": "->", "›": ">"}
_HANDLER = "stopimport-plain"


def write_plainly(streams: Iterable[TextIO]) -> None:
    """Let `streams` write what their encoding lacks with plainer signs, and what has none as ``?``."""
    codecs.register_error(_HANDLER, _plainer)
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_HANDLER)


def _plainer(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(_PLAIN.get(sign, "?") for sign in lacking), error.end
