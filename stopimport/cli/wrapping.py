"""Messages on a terminal: broken between words at its width, and left whole for files and pipes."""

from __future__ import annotations

import re
import textwrap
from shutil import get_terminal_size
from typing import TextIO

_COMMAND = re.compile(r"(?<=:) (?=(?:stopimport|chmod) )")
"""Where a sentence ends in a command to copy."""
_OPTION = re.compile(r"""(?<![\w-])--[\w-]++ (?:"[^"]*+"|'[^']*+'|[^\s"']++)""")
_HELD = "\0"
"""Stands for a blank at which no line ends."""


def wrapped(text: str, stream: TextIO) -> str:
    """Return `text` as it is to be written to `stream`.

    On a terminal its lines end between words; a command at the end of the text gets a line of its own, which is never
    broken: it can be copied as it is. Nor does a line end between an option and its value.
    """
    if not stream.isatty():
        return text
    width = get_terminal_size().columns
    words, *command = _COMMAND.split(text, maxsplit=1)
    if not command or len(text) <= width:
        words, command = text, []
    words = _OPTION.sub(lambda found: found[0].replace(" ", _HELD), words)
    lines = textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False)
    return "\n".join([*lines, *(f"  {line}" for line in command)]).replace(_HELD, " ")
