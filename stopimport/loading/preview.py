"""What was understood of files, for a person, before anything is decided: headers, columns, first rows, filters.

`preview_files` makes these values; they are apart from it because the page's server shows them without reading files.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Meaning = Literal["", "subscribed", "gone"]
"""What a value says of the people, if its column is the status of a subscription."""


@dataclass(frozen=True, slots=True)
class HeadRow:
    """One of the first rows of a sheet."""

    number: int
    """As a spreadsheet program counts."""
    kind: Literal["title", "header", "data"]
    """Titles are above the header."""
    cells: tuple[str, ...]
    """As many as the sheet has columns; long ones are cut."""
    hidden: bool = False
    """Whether a spreadsheet program does not show it."""


@dataclass(frozen=True, slots=True)
class ColumnPreview:
    """One column of a sheet."""

    letter: str
    """As spreadsheet programs call it: ``C``."""
    label: str
    """Its header, or the letter where that is blank or occurs twice."""
    phone: bool = False
    """Whether it is taken as phone column."""
    candidate: bool = False
    """Whether it is one of several with equal claim: none of them is taken until somebody says which."""


@dataclass(frozen=True, slots=True)
class SheetPreview:
    """One sheet of a workbook or text file (name ''), or one of several tables below one another there."""

    name: str
    skipped: str = ""
    """As `cells.SheetRead.skipped`; '' if it is read."""
    rows: int = 0
    """Rows below the header."""
    kept: int = 0
    """Those of them that the conditions keep."""
    hidden: int = 0
    """Hidden rows among the kept that hold something and nobody has decided on."""
    header_row: int | None = None
    """Row of the headers as a spreadsheet program counts, None: there are none."""
    columns: tuple[ColumnPreview, ...] = ()
    why: str = ""
    """Why these phone columns: as `cells.Source.why`."""
    head: tuple[HeadRow, ...] = ()
    """A few lines above the header, the header, and the first rows below it."""
    part: int = 0
    """Which of the tables of its sheet, from 0."""
    begin: int = 1
    """Its first row, as a spreadsheet program counts."""


@dataclass(frozen=True, slots=True)
class FilePreview:
    """One input file."""

    name: str
    """``a.zip/inner.csv`` for a member of an archive."""
    workbook: bool
    encoding: str
    """'' for workbooks."""
    delimiter: str
    """The sign itself; '' for none and for workbooks."""
    sheets: tuple[SheetPreview, ...]


@dataclass(frozen=True, slots=True)
class FilterValue:
    """A value of a column that has few of them."""

    text: str
    """In its most frequent writing; '' for empty cells."""
    count: int
    """Rows with it, over all sheets that are read."""
    chosen: bool
    """Whether a condition in force keeps it."""
    means: Meaning = ""
    others: bool = False
    """Whether it stands for all values that are not named beside it: dates, say."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A column with few different values, good for choosing rows."""

    column: str
    values: tuple[FilterValue, ...]
    """The most frequent first."""
    active: bool
    """Whether some of its values are chosen, and only their rows are kept."""


@dataclass(frozen=True, slots=True)
class FilesPreview:
    """What was understood of the files."""

    files: tuple[FilePreview, ...]
    filters: tuple[Filter, ...]

    @property
    def rows(self) -> int:
        """Rows of all sheets that are read."""
        return sum(sheet.rows for file in self.files for sheet in file.sheets if not sheet.skipped)
