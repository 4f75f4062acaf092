"""A table of a sheet: columns that can be asked for by name, and rows that begin below the header."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from stopimport.loading.columns.compact import strings
from stopimport.loading.columns.words import LONGEST_HEADER, fold, looks_like_label
from stopimport.text.language import N_, Sentence
from stopimport.text.masking import mask_text

if TYPE_CHECKING:
    from stopimport.loading.own_files import OwnFile
    from stopimport.loading.raw import RawSheet

_SHOWN_COLUMNS = 30
_SHOWN_LENGTH = 60


def letters(index: int) -> str:
    """Return the letters of a spreadsheet's column, A for 0."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def place(file: str, sheet: str) -> Sentence | str:
    """Name a sheet for people."""
    return Sentence(N_("{file}, sheet '{sheet}'"), file=file, sheet=sheet) if sheet else file


@dataclass(frozen=True)
class Table:
    """One sheet or text file, or one of several tables below one another there, with what was found out about it.

    Not slotted, so that what is asked for often can be kept.
    """

    file: str
    sheet: RawSheet
    header: int | None
    """Record of the headers, from 0; None: there are none."""
    own: OwnFile | None = None
    """Which of our own files this is, or None."""
    part: int = 0
    """Which table of its sheet, from 0."""
    begin: int = 0
    """Record of its first title line, from 0, or of its header."""
    lead: int = 0
    """Records of title lines and headers above the data that stand below another table: they are rows left out."""
    start: int | None = None
    """Record in which the data begin where that is neither the one below the header nor the first of all."""
    stop: int | None = None
    """Record behind the data; None: they end with the sheet."""

    @property
    def first(self) -> int:
        """Record in which the data begin, from 0."""
        if self.start is not None:
            return self.start
        return 0 if self.header is None else self.header + 1

    @property
    def end(self) -> int:
        """Record behind the data."""
        return self.sheet.rows if self.stop is None else self.stop

    @property
    def rows(self) -> int:
        """Records of data."""
        return self.end - self.first

    @property
    def data(self) -> slice:
        """The data among the records of the sheet."""
        return slice(self.first, self.end)

    @property
    def place(self) -> Sentence | str:
        """The table's name for people."""
        sheet = place(self.file, self.sheet.name)
        if not self.part:
            return sheet
        return Sentence(N_("{place}, table from row {row}"), place=sheet, row=self.begin + 1)

    @cached_property
    def headers(self) -> tuple[str, ...]:
        """The headers' texts with blanks collapsed, long ones cut; '' everywhere where there is no header."""
        if self.header is None:
            return ("",) * len(self.sheet.columns)
        texts = (column[self.header].as_py() or "" for column in self.sheet.columns)
        return tuple(map(collapsed, texts))

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What each column is called: its header, or its letter where that is blank or occurs twice.

        A phone number in a header is masked: names of columns stand in messages, reports and summaries.
        """
        names = list(map(mask_text, self.headers))
        times = Counter(names)
        return tuple(name if name and times[name] == 1 else letters(index) for index, name in enumerate(names))

    def column(self, index: int) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
        """Return the data of one column as an Arrow array of strings."""
        return strings(self.stored(index))

    def stored(self, index: int) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
        """Return the same as it is kept (see `columns.compact`), for those who want some of it."""
        return self.sheet.columns[index].slice(self.first, self.rows)

    def named(self, name: str) -> tuple[int, ...]:
        """Return the columns called `name`: by header, else by letter, else by number."""
        wanted = fold(name)
        by_header = tuple(
            index
            for index, header in enumerate(self.headers)
            if header and wanted in {fold(header), fold(mask_text(header))}
        )
        if by_header or not wanted.isascii():
            return by_header
        count = len(self.headers)
        if wanted.isalpha() and len(wanted) <= 3:
            return tuple(index for index in range(count) if letters(index) == wanted.upper())
        if wanted.isdigit() and len(wanted) <= 5:
            return tuple(index for index in range(count) if index + 1 == int(wanted))
        return ()

    def known_labels(self) -> list[str]:
        """Return the names of the columns for a message: those with a header, or the letters where there is none.

        A first row of words is a header as soon as one of them is named; letters would make a reject of it.
        """
        if self.header is None and self.rows and not self.first:
            words = [" ".join((column[0].as_py() or "").split()) for column in self.sheet.columns]
            filled = [word for word in words if word]
            if filled and len(set(filled)) == len(filled) and all(looks_like_label(word) for word in filled):
                return filled
        pairs = zip(self.labels, self.headers, strict=True)
        return [label for label, header in pairs if header or not any(self.headers)]


def collapsed(header: str) -> str:
    """Return a header as a name: it goes into every row of our files, so that it must not be endless."""
    plain = " ".join(header[: 2 * LONGEST_HEADER].replace("\ufeff", "").split())
    return plain if len(plain) <= LONGEST_HEADER else plain[: LONGEST_HEADER - 1] + "…"


def shortened(names: list[str]) -> str:
    """Join names for a message: not endlessly many, none endlessly long, phone numbers masked."""
    masked = [mask_text(name[: 2 * _SHOWN_LENGTH]) for name in names[: _SHOWN_COLUMNS + 1]]
    shown = [name if len(name) <= _SHOWN_LENGTH else name[: _SHOWN_LENGTH - 1] + "…" for name in masked]
    return ", ".join(shown[:_SHOWN_COLUMNS] + ["…"] * (len(shown) > _SHOWN_COLUMNS)) or "-"
