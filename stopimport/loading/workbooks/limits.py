"""How much of a workbook is read: what lies beyond is refused in plain words, before memory or time run out.

A file of 50 MB may pack a thousand times as much. These bounds keep every workbook below 1.5 GB of memory and 20 s of
processor time; the largest exports that people have stay far below them.
"""

from __future__ import annotations

from dataclasses import dataclass

from stopimport.loading.errors import TooLarge
from stopimport.text.language import N_, Sentence

MOST_CELLS = 20_000_000
"""Cells of all sheets of a workbook, laid out as a table."""
MOST_TEXT = 400_000_000
"""Characters in all cells, a text that stands in many of them counted each time."""
MOST_IN_ONE = 64_000_000
"""Characters in one cell."""
MOST_STRINGS = 10_000_000
"""Texts in the table of shared ones."""
MOST_ELEMENTS = 10_000_000
"""XML elements that are looked at one by one."""
MOST_UNPACKED, UNPACKED_RATIO = 1_200_000_000, 24
"""Bytes that may come out of a workbook, or so many times its size where that is more."""
MOST_SHEETS = 2_000
CELLS = N_("it holds more than {most:,} cells")
TEXT = N_("its cells hold more than {most:,} characters")
ONE_TEXT = N_("one cell of it holds more than {most:,} characters")
STRINGS = N_("it holds more than {most:,} different texts")
ELEMENTS = N_("its XML holds more than {most:,} elements")
SHEETS = N_("it has more than {most:,} sheets")


@dataclass(slots=True)
class Budget:
    """What one workbook has used of its bounds, over all its sheets."""

    file: str
    cells: int = 0
    text: int = 0
    elements: int = 0

    def take_cells(self, number: int) -> None:
        """Count cells; raises `TooLarge`."""
        self.cells += number
        if self.cells > MOST_CELLS:
            self._refuse(CELLS, MOST_CELLS)

    def take_text(self, length: int) -> None:
        """Count characters; raises `TooLarge`."""
        self.text += length
        if self.text > MOST_TEXT:
            self._refuse(TEXT, MOST_TEXT)

    def take_elements(self, number: int) -> None:
        """Count XML elements; raises `TooLarge`."""
        self.elements += number
        if self.elements > MOST_ELEMENTS:
            self._refuse(ELEMENTS, MOST_ELEMENTS)

    def check_one_text(self, length: int) -> None:
        """Raise `TooLarge` if one cell has so many characters."""
        if length > MOST_IN_ONE:
            self._refuse(ONE_TEXT, MOST_IN_ONE)

    def check_strings(self, number: int) -> None:
        """Raise `TooLarge` if there are more than so many shared texts."""
        if number > MOST_STRINGS:
            self._refuse(STRINGS, MOST_STRINGS)

    def check_sheets(self, number: int) -> None:
        """Raise `TooLarge` if there are more than so many sheets."""
        if number > MOST_SHEETS:
            self._refuse(SHEETS, MOST_SHEETS)

    def _refuse(self, reason: str, most: int) -> None:
        raise TooLarge(self.file, Sentence(reason, most=most))
