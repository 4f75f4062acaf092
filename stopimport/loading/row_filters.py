"""Which rows count: `--where`, hidden rows, and header lines repeated where files were glued together."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.errors import BadOption
from stopimport.loading.columns.cell_bytes import chunks_of, some_of
from stopimport.loading.columns.compact import strings
from stopimport.loading.columns.words import fold, written_as_number
from stopimport.loading.table import collapsed
from stopimport.text.language import N_, _, figures, quoted
from stopimport.text.masking import mask_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from stopimport.loading.table import Table

_SHOWN_VALUES = 12
_SHOWN_LENGTH = 40
_AROUND = " \t\r\n\v\f\xa0\ufeff"
"""Blanks and byte-order marks, which a header line may be repeated without."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One `--where`."""

    text: str
    """As the user wrote it."""
    name: str
    values: frozenset[str]
    """Folded; '' stands for an empty cell."""
    negated: bool

    def mask(self, table: Table) -> NDArray[np.bool_]:
        """Return which rows fulfil the condition; a table without the column has empty cells there."""
        columns = table.named(self.name)
        fulfilled = np.zeros(table.rows, np.bool_)
        for index in columns:
            cells = table.column(index)
            meant = [value for value in pc.unique(cells).to_pylist() if fold(value) in self.values]
            fulfilled |= pc.is_in(cells, value_set=pa.array(meant, cells.type)).to_numpy(zero_copy_only=False)
        if not columns and "" in self.values:
            fulfilled[:] = True
        return ~fulfilled if self.negated else fulfilled


def parse_condition(text: str, tables: Iterable[Table]) -> Condition:
    """Read one `--where`; the header may itself contain `=` if a table has such a column.

    Raises:
        BadOption: there is no `=`, or nothing before it.
    """
    readings = [reading for place, sign in enumerate(text) if sign == "=" for reading in _read(text, place)]
    readings = [reading for reading in readings if reading.name.strip()]
    if not readings:
        raise BadOption(
            "--where", text, N_("a condition such as 'Status=unsubscribed', with the column's header first")
        )
    known = [reading for reading in readings if any(table.named(reading.name) for table in tables)]
    return max(known, key=lambda reading: len(reading.name)) if known else readings[0]


def _read(text: str, place: int) -> list[Condition]:
    """Return what a condition may mean with its `=` at a place: the header may itself end in `!`."""
    values = frozenset(map(fold, text[place + 1 :].split("|")))
    plain = Condition(text, text[:place].strip(), values, negated=False)
    if not text[:place].endswith("!"):
        return [plain]
    negated = Condition(text, text[: place - 1].strip(), values, negated=True)
    return [negated, plain] if negated.name else []


def kept_rows(table: Table, conditions: Iterable[Condition]) -> NDArray[np.bool_]:
    """Return which rows fulfil all conditions."""
    kept = np.ones(table.rows, np.bool_)
    for condition in conditions:
        kept &= condition.mask(table)
    return kept


def hidden_rows(table: Table) -> NDArray[np.bool_]:
    """Return which rows of data are hidden."""
    if table.sheet.hidden is None:
        return np.zeros(table.rows, np.bool_)
    return table.sheet.hidden[table.data]


def holding_rows(table: Table, rows: NDArray[np.bool_]) -> int:
    """Count those of the `rows` that hold anything."""
    taken = pa.array(np.flatnonzero(rows))
    held = np.zeros(len(taken), np.bool_)
    for index in range(len(table.sheet.columns)):
        cells = pc.utf8_trim_whitespace(table.column(index).take(taken))
        held |= pc.not_equal(cells, "").to_numpy(zero_copy_only=False)
    return int(held.sum())


def repeated_headers(table: Table) -> NDArray[np.bool_]:
    """Return which rows repeat the header."""
    repeated = np.zeros(table.rows, np.bool_)
    headed = [index for index, header in enumerate(table.headers) if header]
    if not headed or not table.rows:
        return repeated
    # One column finds the candidates; the first one of a glued file carries that file's byte-order mark.
    last = table.sheet.columns[headed[-1]]
    raw = (last[table.header].as_py() or "").strip(_AROUND).lower()
    # A chunk at a time: trimmed and folded, a column stands in memory twice more.
    chunks = map(strings, chunks_of(table.stored(headed[-1])))
    same = [pc.equal(pc.utf8_lower(pc.utf8_trim(cells, _AROUND)), raw) for cells in chunks]
    candidates = np.flatnonzero(np.concatenate([each.to_numpy(zero_copy_only=False) for each in same]))
    columns = [some_of(table.stored(index), candidates).to_pylist() for index in range(len(table.headers))]
    wanted = list(map(fold, table.headers))
    for row, cells in zip(candidates, zip(*columns, strict=True), strict=True):
        # Where the header is blank, a page's number may stand, but no phone number: that row is data.
        pairs = zip(cells, wanted, strict=True)
        repeated[row] = all(
            fold(collapsed(cell)) == name if name else not written_as_number(cell) for cell, name in pairs
        )
    return repeated


def ragged_rows(table: Table) -> NDArray[np.bool_]:
    """Return which rows have the wrong number of cells (surplus empty ones do not matter, nor do blank rows)."""
    ragged = np.zeros(table.rows, np.bool_)
    if table.sheet.widths is None or not table.rows:
        return ragged
    widths = table.sheet.widths[table.data]
    usual = int(np.bincount(widths).argmax())
    fewest, most = usual, usual
    if table.header is not None:
        filled = [index + 1 for index, header in enumerate(table.headers) if header]
        fewest = max(filled, default=usual)
        most = max(usual, int(table.sheet.widths[table.header]))
    ragged = widths < fewest
    wide = np.flatnonzero(widths > most)
    for index in range(most, int(widths[wide].max(initial=0))):
        surplus = pc.not_equal(pc.utf8_trim_whitespace(table.column(index).take(pa.array(wide))), "")
        ragged[wide] |= surplus.to_numpy(zero_copy_only=False)
    places = np.flatnonzero(ragged)
    blank = np.ones(len(places), np.bool_)
    for index in range(len(table.sheet.columns)):
        cells = pc.utf8_trim_whitespace(table.column(index).take(pa.array(places)))
        blank &= pc.equal(cells, "").to_numpy(zero_copy_only=False)
    ragged[places[blank]] = False
    return ragged


def shown_values(tables: Iterable[Table], name: str) -> str:
    """List the values of a column with their counts, the most frequent first."""
    counts: Counter[str] = Counter()
    for table in tables:
        for index in table.named(name)[:1]:
            for item in pc.value_counts(table.column(index)).to_pylist():
                counts[" ".join(item["values"].split())] += item["counts"]
    return listed_values(counts)


def listed_values(counts: Counter[str]) -> str:
    """Write values with their counts for a message, phone numbers masked."""
    shown = []
    for value, count in counts.most_common(_SHOWN_VALUES):
        text = mask_text(value[: 2 * _SHOWN_LENGTH])
        text = text if len(text) <= _SHOWN_LENGTH else text[: _SHOWN_LENGTH - 1] + "…"
        shown.append(f"{quoted([text]) if text else _('(empty)')} ({figures(f'{count:,}')})")
    return ", ".join(shown + ["…"] * (len(counts) > _SHOWN_VALUES)) or "-"
