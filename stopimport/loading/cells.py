"""What the load stage makes: the cells of all phone columns, and what was read where.

`CELL_COLUMNS` are the columns of the `cells` frame, one row for each phone cell that is not filtered out (blank cells
too), in input order: by file, sheet, row, phone column. Text columns are Arrow strings.

| column | type | holds |
| --- | --- | --- |
| source | int32 | index into `Loaded.sources`: the phone column the cell was read from |
| file, sheet, column | category | the cell's place as shown to people; in a repaired rejects file the original place |
| row | int64 | record number as a spreadsheet program shows it (original place likewise) |
| input | str | the whole cell as read, never null, '' for an empty one |
| problem | category | '' or 'unreadable_cell' (error value, formula without result) |
| ragged | bool | the row has the wrong number of cells |
| country | str | the row's cell of `--country-column`; null where there is no such column |
| corrected | str | what a person wrote into a rejects file, to be read in place of `input`; null where nobody did |

After them one ``str`` column for each `--keep` name, called ``keep:NAME``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from stopimport.loading.raw import ZEROS_NOTICE

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from stopimport.errors import GuardError
    from stopimport.loading.columns.country import CountryColumn
    from stopimport.loading.frame import Extract
    from stopimport.loading.parts import Part
    from stopimport.text.language import Sentence

CELL_COLUMNS = ("source", "file", "sheet", "row", "column", "input", "problem", "ragged", "country", "corrected")
KEEP_PREFIX = "keep:"
MOST_BYTES = 10**9
"""Of a file, where nobody says otherwise."""


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """The settings of reading, named as the options of `run` and `check` (see the contract)."""

    column: tuple[str, ...] = ()
    sheet: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    where_none: bool = False
    """Whether a `where` that keeps no row is fine (``--where-none ok``)."""
    all_rows: bool = False
    hidden: str | None = None
    """``skip``, ``include``, or None: hidden rows stop the run."""
    header: int | None = None
    no_header: bool = False
    encoding: str | None = None
    delimiter: str | None = None
    country_column: str | None = None
    no_country: bool = False
    """True (``--country-column none``): columns that look like one are to be ignored."""
    keep: tuple[str, ...] = ()
    picked: tuple[tuple[str, str, int, tuple[int, ...]], ...] = ()
    """Phone columns pointed at in a preview, for those tables instead of `column`: file, sheet, which of the tables
    below one another there, places of the columns, all from 0."""
    left_out: tuple[tuple[str, str], ...] = ()
    """Sheets left out in a preview: file, sheet."""
    careful: bool = False
    """Whether conditions on other columns leave open the question about people who are still subscribed: whoever ticks
    a value has not thought of the others, as whoever writes a condition has."""
    max_file_size: int = MOST_BYTES
    """Bytes."""
    lone: bool = False
    """The files are other people's: no link is followed, and no file read that has another name elsewhere."""
    ranged: bool = False
    """Whether others are to read parts of large texts again (see `files.ranges`)."""


@dataclass(frozen=True, slots=True)
class Source:
    """One phone column of one sheet, as read."""

    file: str
    sheet: str
    column: str
    why: str = ""
    """Why this column was taken, for the preview: ``option``, ``picked``, ``header``, ``content`` or
    ``rejects file``."""


@dataclass(frozen=True, slots=True)
class SheetRead:
    """One sheet of a workbook, or the one table of a text file (name '')."""

    name: str
    rows: int = 0
    """Records below the header (all of them, filtered ones too); 0 when skipped."""
    columns: tuple[str, ...] = ()
    """The phone columns taken."""
    skipped: str | None = None
    """Why nothing was read from it (``hidden``, ``no phone column``, ``not asked for``, ``empty``), or None."""


@dataclass(frozen=True, slots=True)
class FileRead:
    """One input file, for the summary."""

    file: str
    sha256: str
    encoding: str | None
    """None for a workbook."""
    delimiter: str | None
    sheets: tuple[SheetRead, ...]

    @property
    def workbook(self) -> bool:
        """Whether it is a workbook; else it is text."""
        return self.encoding is None


@dataclass(frozen=True, slots=True)
class Loaded:
    """All that the load stage knows."""

    extracts: tuple[Extract, ...]
    """What is taken from each table; `cells` are made of it."""
    files: tuple[FileRead, ...]
    sources: tuple[Source, ...]
    rows: int
    filtered: int
    keep: tuple[str, ...] = ()
    """Names of the kept columns, as they head the ``keep:`` columns."""
    notices: tuple[Sentence, ...] = ()
    guards: tuple[GuardError, ...] = field(default=())
    """What must stop a run although the cells could be read (hidden rows, a `where` that keeps nothing …)."""
    country_columns: tuple[CountryColumn, ...] = ()
    """Columns that may name the country of each row, where nobody said which one does."""

    @property
    def seems_uncalculated(self) -> bool:
        """Whether a sheet was found of which probably no program ever calculated the formulas."""
        return any(notice.template == ZEROS_NOTICE for notice in self.notices)

    @property
    def bytes(self) -> int:
        """About how many bytes the texts to take have."""
        return sum(extract.bytes for extract in self.extracts)

    @property
    def cells(self) -> pd.DataFrame:
        """All cells, as a new frame."""
        from stopimport.loading.frame import make_frame  # noqa: PLC0415 - pandas, which the settings do without

        return make_frame(self.extracts, self.keep)

    def partitions(self, rows: int, size: int) -> list[Callable[[], pd.DataFrame]]:
        """Return what makes the cells of each partition of about `rows` rows and `size` bytes at most, in order."""
        from stopimport.loading.frame import make_frame, partitions  # noqa: PLC0415 - pandas, which the settings do without

        return [partial(make_frame, part, self.keep) for part in partitions(self.extracts, rows, size)]

    def parts(self, rows: int, size: int) -> list[Part]:
        """Return the same with what others need to make them; large texts are cut as they were read."""
        from stopimport.loading.parts import parts  # noqa: PLC0415 - pandas, which the settings do without

        return parts(self.extracts, self.keep, rows, size)
