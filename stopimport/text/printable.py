"""Signs that a terminal or pipe cannot show, or would obey: written plainly."""

from __future__ import annotations

import codecs
import json
import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

_PLAIN = {"’": "'", "«": '"', "»": '"', "–": "-", "─": "-", "→": "->", "›": ">", "•": "*"}
"""What Unicode has no plainer form of."""
_SPACES = "\u00a0\u202f"
"""No-break spaces: French sets them, and Python calls them unprintable."""
_OBEYED = re.compile("[\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""C1 control characters, what turns the direction of writing, halves of characters: JSON leaves them as they are."""
_HANDLER = "stopimport-plain"


def write_plainly(streams: Iterable[TextIO]) -> None:
    """Let `streams` write what their encoding lacks with plainer signs, and what has none as ``?``."""
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=_HANDLER)


def json_text(data: object, indent: int | None = None) -> str:
    """Return `data` as JSON that no terminal obeys, and that every encoding of Unicode can hold."""
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(data, ensure_ascii=False, indent=indent))


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
