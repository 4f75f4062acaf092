"""The `cells` frame, put together from the phone columns of all tables."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.loading.cells import CELL_COLUMNS, KEEP_PREFIX
from stopimport.loading.columns.cell_bytes import may_hold
from stopimport.loading.own_files import PLACE_COLUMNS, OwnFile, corrections, unescape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from stopimport.loading.table import Table

_TEXT = pa.large_string()
_CATEGORY = pa.dictionary(pa.int32(), pa.large_string())
_PROBLEMS = ("", "unreadable_cell")
_ERROR_VALUES = (
    r"(?i)^[\s\p{Zs}]*(?:#[¡¿]?\p{L}[\p{L}/0_ \p{Zs}]{0,24}[!?]|#(?:N/?A|N/?D|NV|N/?B|I/T|Н/Д|YOK|HIÁNYZIK|"
    r"NENÍ_K_DISPOZICI|GETTING_DATA|ERR(?:OR)?)"
    r"|(?:Err|Erreur|Error|Errore|Erro|Fehler|Fout|Fel|Fejl|Feil|Virhe|Chyba|Błąd|Hiba|Eroare|Ошибка)[\s\p{Zs}]?:"
    r"[\s\p{Zs}]?\d{3})[\s\p{Zs}]*$"
)
"""What spreadsheet programs show for an error: `#`, a word of their language and `!` or `?`, some without (ECMA-376,
part 1, 18.17.3, and its translations), or LibreOffice's numbers."""
_ERROR_SIGNS = b"#:"
"""Every one of these holds the one or the other."""


@dataclass(frozen=True, slots=True)
class Extract:
    """What is taken from one table."""

    table: Table
    indices: tuple[int, ...]
    """Its phone columns."""
    kept: NDArray[np.bool_]
    ragged: NDArray[np.bool_]
    country: int | None = None
    keep: tuple[int | None, ...] = ()
    """The table's column for each `--keep` name, or None."""
    escaped: bool = False
    """The table was written by us as CSV: text that could run as a formula carries a `'`."""
    sources: tuple[int, ...] = (0,)
    """Index of the source of each phone column."""

    @property
    def cells(self) -> int:
        """How many cells there are to take."""
        return int(self.kept.sum()) * len(self.indices)

    @property
    def bytes(self) -> int:
        """About how many bytes the texts to take have."""
        taken = [self.table.column(index) for index in (*self.indices, *self.keep) if index is not None]
        return sum(column.nbytes for column in taken)

    def narrowed(self) -> Extract:
        """Return the same without what else the table holds, which need not stay in memory."""
        if self.table.own is not None:
            return self
        sheet, first = self.table.sheet, self.table.first
        needed = {*self.indices, self.country, *self.keep}
        columns = (each if index in needed else each.slice(0, first) for index, each in enumerate(sheet.columns))
        return replace(self, table=replace(self.table, sheet=replace(sheet, columns=tuple(columns))))

    def between(self, start: int, stop: int) -> Extract:
        """Return what is taken from some of the rows, counted from the first one of data."""
        first = self.table.first
        table = replace(self.table, start=first + start, stop=first + min(stop, self.table.rows))
        return replace(self, table=table, kept=self.kept[start:stop], ragged=self.ragged[start:stop])


def partitions(extracts: Sequence[Extract], rows: int, size: int) -> list[tuple[Extract, ...]]:
    """Cut what is taken into partitions of about `rows` rows and `size` bytes at most, in input order.

    Repaired rejects stay together: their rows are named by the files that they came from.
    """
    total = sum(extract.table.rows for extract in extracts)
    count = max(-(-total // rows), sum(extract.bytes for extract in extracts) // size, 1)
    if count == 1 or any(extract.table.own is OwnFile.REJECTS for extract in extracts):
        return [tuple(extracts)]
    return list(_cut(extracts, -(-total // count)))


def _cut(extracts: Sequence[Extract], most: int) -> Iterator[tuple[Extract, ...]]:
    parts: list[Extract] = []
    room = most
    for extract in extracts:
        start = 0
        while start < extract.table.rows:
            taken = min(room, extract.table.rows - start)
            parts.append(extract.between(start, start + taken))
            start, room = start + taken, room - taken
            if not room:
                yield tuple(parts)
                parts, room = [], most
    if parts:
        yield tuple(parts)


def make_frame(extracts: Sequence[Extract], keep: Sequence[str]) -> pd.DataFrame:
    """Return the `cells` frame (see `cells.CELL_COLUMNS`)."""
    schema = pa.schema(
        [
            ("source", pa.int32()),
            ("file", _CATEGORY),
            ("sheet", _CATEGORY),
            ("row", pa.int64()),
            ("column", _CATEGORY),
            ("input", _TEXT),
            ("problem", _CATEGORY),
            ("ragged", pa.bool_()),
            ("country", _TEXT),
            ("corrected", _TEXT),
            *((f"{KEEP_PREFIX}{name}", _TEXT) for name in keep),
        ]
    )
    parts = [_cells(extract, schema) for extract in extracts if extract.kept.any()]
    table = pa.concat_tables([schema.empty_table(), *parts]).unify_dictionaries()
    columns = {name: _to_pandas(table[name]) for name in schema.names}
    return pd.DataFrame(columns, columns=[*CELL_COLUMNS, *schema.names[len(CELL_COLUMNS) :]])


def _to_pandas(column: pa.ChunkedArray) -> Any:  # noqa: ANN401 - pandas' arrays have no common type
    if column.type == _TEXT:
        return pd.Series(column, dtype="str")
    if column.type == _CATEGORY:
        whole = column.combine_chunks()
        if isinstance(whole, pa.ChunkedArray):
            whole = whole.chunk(0)
        return pd.Categorical.from_codes(whole.indices.to_numpy(), pd.Index(whole.dictionary.to_pylist(), dtype="str"))
    return column.to_numpy()


def _cells(extract: Extract, schema: pa.Schema) -> pa.Table:
    rows = np.flatnonzero(extract.kept)
    parts = [
        _column_cells(extract, position, None if len(rows) == extract.table.rows else pa.array(rows), schema)
        for position in range(len(extract.indices))
    ]
    if len(parts) == 1:
        return parts[0]
    order = np.arange(len(rows))[:, None] + np.arange(len(parts)) * len(rows)
    return pa.concat_tables(parts).unify_dictionaries().take(pa.array(order.ravel()))


def _column_cells(extract: Extract, position: int, taken: pa.Array | None, schema: pa.Schema) -> pa.Table:
    """Return the cells of one phone column of one table; `taken` are its rows, None for all of them."""
    table = extract.table
    index = extract.indices[position]

    def text(column: int | None) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
        if column is None:
            return None
        cells = table.column(column) if taken is None else table.column(column).take(taken)
        return unescape(cells) if extract.escaped else cells

    inputs = text(index)
    rows, corrected = len(inputs), None
    numbers = np.arange(table.rows)[extract.kept] + table.first + 1
    places: dict[str, pa.Array | pa.ChunkedArray] = {
        "file": _constant(table.file, rows),
        "sheet": _constant(table.sheet.name, rows),
        "row": pa.array(numbers, pa.int64()),
        "column": _constant(table.labels[index], rows),
    }
    if table.own is OwnFile.REJECTS and table.headers[index] == "corrected":
        original = {name: text(table.headers.index(name)) for name in PLACE_COLUMNS}
        corrected, inputs = corrections(inputs), original["input"]
        places = {name: pc.cast(original[name], _TEXT).dictionary_encode() for name in ("file", "sheet", "column")}
        places["row"] = _original_rows(original["row"], numbers)
    columns = {
        "source": pa.repeat(pa.scalar(extract.sources[position], pa.int32()), rows),
        **places,
        "input": inputs,
        "problem": _problems(extract, index, inputs if corrected is None else pc.coalesce(corrected, inputs)),
        "ragged": pa.array(extract.ragged[extract.kept]),
        "country": text(extract.country),
        "corrected": corrected,
    }
    for name, column in zip(schema.names[len(columns) :], extract.keep, strict=True):
        columns[name] = text(column) if column is not None else pa.repeat(pa.scalar("", _TEXT), rows)
    return pa.table(
        [_typed(columns[item.name], item.type, rows) for item in schema],
        schema=schema,
    )


def _typed(column: Any, wanted: pa.DataType, rows: int) -> Any:  # noqa: ANN401 - pyarrow's arrays have no types
    if column is None:
        return pa.nulls(rows, wanted)
    return column if column.type == wanted else column.cast(wanted)


def _constant(value: str, rows: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows, np.int32)), pa.array([value], _TEXT))


def _original_rows(cells: Any, numbers: NDArray[np.int64]) -> pa.Array:  # noqa: ANN401 - Arrow
    """Read the rows of a rejects file; where somebody spoilt one, the cell's own row stands for it."""
    rows = pd.to_numeric(pd.Series(cells, dtype="str"), errors="coerce").to_numpy(np.float64, na_value=np.nan)
    known = np.isfinite(rows)
    return pa.array(np.where(known, np.where(known, rows, 0).astype(np.int64), numbers), pa.int64())


def _problems(extract: Extract, index: int, inputs: Any) -> pa.DictionaryArray:  # noqa: ANN401 - Arrow
    unreadable = np.zeros(len(inputs), np.bool_)
    if may_hold(inputs, _ERROR_SIGNS):
        unreadable = pc.match_substring_regex(inputs, _ERROR_VALUES).to_numpy(zero_copy_only=False)
    mask = extract.table.sheet.unreadable.get(index)
    if mask is not None:
        unreadable = unreadable | mask[extract.table.data][extract.kept]
    return pa.DictionaryArray.from_arrays(pa.array(unreadable.astype(np.int32)), pa.array(_PROBLEMS, _TEXT))
