"""The cells of one sheet while they are read one by one, and the columns that they make."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from stopimport.loading.errors import DamagedFile, TooSpread
from stopimport.loading.workbooks.celltext import empty_column
from stopimport.loading.workbooks.markup import BAD_XML
from stopimport.loading.workbooks.scan.shape import MOST_COLUMNS, MOST_ROWS
from stopimport.text.language import Sentence

if TYPE_CHECKING:
    from stopimport.loading.workbooks.limits import Budget

_MOST_PLACES = 60_000_000
"""Rows times columns that hold something: about 4 bytes each, even where nothing stands."""
_MOST_AREA = 1 << 30
"""Rows times all columns: each empty column has to be looked at too, though it takes no memory."""

_AT_ONCE = 4096
"""Cells put one by one before they are counted."""
_MOST_EQUAL = 8_000_000
"""Equal cells written as one."""
_MOST_UNREADABLE = 100_000
"""Error values written as one cell; more is no table."""


@dataclass(slots=True)
class Cells:
    """The cells of one sheet; rows and columns are counted from 0."""

    sheet: str
    budget: Budget
    hidden: list[tuple[int, int]] = field(default_factory=list)
    """Hidden rows, each range as first and one past last."""
    unreadable: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """By column: the rows of error values, and of formulas without a stored result."""
    zero_formulas: int = 0
    """Formulas whose result is 0."""
    formulas: int = 0
    """All formulas with a result."""
    rows: int = 0
    width: int = 0
    _singles: int = 0
    _single_text: int = 0
    _single_row: int = -1
    _places: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    _texts: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))

    def put(self, rows: range, columns: range, text: str) -> None:
        """Note a text in each cell of a block; raises `DamagedFile`, `TooLarge` or `TooSpread`."""
        if columns.stop > MOST_COLUMNS:
            raise DamagedFile(self.budget.file, Sentence(BAD_XML))
        times = len(rows) * len(columns)
        if times > _MOST_EQUAL:
            raise TooSpread(self.budget.file, self.sheet)
        self.budget.take_cells(times)
        self.budget.take_text(times * len(text))
        for column in columns:
            self._places[column] += rows
            self._texts[column] += [text] * len(rows)
        self._check(rows, columns)

    def _check(self, rows: range, columns: range) -> None:
        if rows.stop > MOST_ROWS or columns.stop > MOST_COLUMNS:
            raise DamagedFile(self.budget.file, Sentence(BAD_XML))
        self.rows, self.width = max(self.rows, rows.stop), max(self.width, columns.stop)
        if self.rows * len(self._places) > _MOST_PLACES or self.rows * self.width > _MOST_AREA:
            raise TooSpread(self.budget.file, self.sheet)

    def put_one(self, row: int, column: int, text: str) -> None:
        """Note a text in one cell; raises as `put`, though not at once: most cells come this way."""
        if column >= MOST_COLUMNS:
            raise DamagedFile(self.budget.file, Sentence(BAD_XML))
        self._places[column].append(row)
        self._texts[column].append(text)
        self._singles += 1
        self._single_text += len(text)
        self._single_row = max(self._single_row, row)
        if self._singles >= _AT_ONCE or len(text) > _AT_ONCE:
            self.settle()

    def settle(self) -> None:
        """Check all that was put one by one; raises as `put`."""
        self.budget.take_cells(self._singles)
        self.budget.take_text(self._single_text)
        self._singles = self._single_text = 0
        self._check(range(self._single_row, self._single_row + 1), range(max(self._places, default=-1) + 1))

    def put_unreadable(self, rows: range, columns: range, text: str) -> None:
        """Note an error value or a formula without result in each cell of a block; raises as `put`."""
        if len(rows) * len(columns) > _MOST_UNREADABLE:
            raise TooSpread(self.budget.file, self.sheet)
        self.put(rows, columns, text)
        for column in columns:
            self.unreadable[column] += rows

    def columns(self) -> list[Any]:
        """Return the columns as Arrow arrays; those that hold nothing are one array. Raises as `put`."""
        self.settle()
        empty = empty_column(self.rows)
        return [self._column(column) if column in self._places else empty for column in range(self.width)]

    def _column(self, column: int) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
        places, texts = self._places.pop(column), self._texts.pop(column)
        if len(places) == self.rows and places[0] == 0 and places == list(range(self.rows)):
            return pa.chunked_array([pa.array(texts, pa.string())])
        positions = np.zeros(self.rows, dtype=np.int32)
        positions[places] = np.arange(1, len(texts) + 1, dtype=np.int32)
        return pa.chunked_array([pa.array(["", *texts], pa.string()).take(pa.array(positions))])
