"""Plain drawing for a terminal: headings, lines of figures, paragraphs."""

from __future__ import annotations

import textwrap

from stopimport.text.printable import printable, written_plainly

NARROW, WIDE = 60, 80
"""Columns of text; wider, the eye loses the way from a label to its figure."""
_FIGURE = 12
"""Width of the column of figures."""


class Page:
    """Collects the lines of one printed page, `width` columns wide (within `NARROW` and `WIDE`)."""

    def __init__(self, width: int, *, colour: bool = False) -> None:
        self.width = min(max(width, NARROW), WIDE)
        self.colour = colour
        self.lines: list[str] = []

    def heading(self, text: str) -> None:
        """Start a section."""
        self.lines += ["", self._painted(text, "1"), "─" * self.width]

    def title(self, text: str, paint: str = "1") -> None:
        """Say the most important thing of the page."""
        self.lines += [self._painted(line, paint) for line in self._wrapped(text, "")]

    def figure(self, label: str, figure: str, *, paint: str = "") -> None:
        """Add a line of the table: what, and how many."""
        room = self.width - _FIGURE - 2
        first, *more = textwrap.wrap(printable(label), room, subsequent_indent="  ") or [""]
        line = f"  {first:<{room}}{figure:>{_FIGURE}}"
        self.lines += [self._painted(line, paint), *(f"  {rest}" for rest in more)]

    def note(self, text: str) -> None:
        """Add words that belong to the line above."""
        self.lines += self._wrapped(text, " " * 6)

    def text(self, text: str) -> None:
        """Add a paragraph."""
        self.lines += self._wrapped(text, "  ")

    def copyable(self, text: str, indent: int = 4) -> None:
        """Add a command or a path, in one piece however long it is."""
        self.lines.append(" " * indent + printable(text))

    def encodable(self, encoding: str) -> str:
        """Return the page in signs that `encoding` has."""
        return written_plainly("\n".join(self.lines).strip("\n") + "\n", encoding)

    def _wrapped(self, text: str, indent: str) -> list[str]:
        return textwrap.wrap(
            printable(text),
            self.width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _painted(self, text: str, paint: str) -> str:
        return f"\x1b[{paint}m{text}\x1b[0m" if paint and self.colour else text
