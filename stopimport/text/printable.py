"""Signs that a terminal or pipe cannot show, or would obey: written plainly."""

from __future__ import annotations

import codecs
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

_PLAIN = {"’": "'", "«": '"', "»": '"', "–": "-", "─": "-", "→": "->", "›": ">", "•": "*"}
"""What Unicode has no plainer form of."""
_SPACES = "\u00a0\u202f"
"""No-break spaces: French sets them, and Python calls them unprintable."""
_HANDLER = "stopimport-plain"


def write_plainly(streams: Iterable[TextIO]) -> None:
    """Let `streams` write what their encoding lacks with plainer signs, and what has none as ``?``."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_HANDLER)


def printable(text: str) -> str:
    """Return `text` on one line, without what could steer a terminal: file names and cells come from strangers."""
    return "".join(sign if sign.isprintable() or sign in _SPACES else "?" for sign in text)


def written_plainly(text: str, encoding: str) -> str:
    """Return `text` in signs that `encoding` has."""
    return text.encode(encoding, _HANDLER).decode(encoding)


def _plainer(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(map(_plain, lacking)), error.end


def _plain(sign: str) -> str:
    """Return a letter without its accent, a plain space for a narrow one; ``?`` where there is nothing like it."""
    plainest = unicodedata.normalize("NFKD", _PLAIN.get(sign, sign))
    return plainest.encode("ascii", "ignore").decode() or "?"


codecs.register_error(_HANDLER, _plainer)
