"""Which rows of the chosen tables are imported, and what is to be told about the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow.compute as pc

from stopimport.loading.columns.cell_bytes import chunks_of
from stopimport.loading.columns.elsewhere import mobile_numbers_elsewhere
from stopimport.loading.columns.names import only
from stopimport.loading.columns.status import still_subscribed
from stopimport.loading.columns.words import fold
from stopimport.loading.errors import HiddenRows, WhereKeepsNothing
from stopimport.loading.frame import Extract
from stopimport.loading.row_filters import (
    hidden_rows,
    holding_rows,
    kept_rows,
    ragged_rows,
    repeated_headers,
    shown_values,
)
from stopimport.loading.table import shortened
from stopimport.text.language import N_, Plural, Sentence, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stopimport.errors import GuardError
    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.columns.choice import Choice
    from stopimport.loading.columns.contents import Judge
    from stopimport.loading.row_filters import Condition
    from stopimport.loading.table import Table


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of one table."""

    table: Table
    choice: Choice
    kept: NDArray[np.bool_]
    ragged: NDArray[np.bool_]
    where: int
    """Rows that the conditions keep."""
    hidden: int
    """Hidden rows that hold something and nobody has decided on."""
    repeated: int

    def extract(
        self, options: LoadOptions, keep: tuple[str, ...], sources: tuple[int, ...], *, workbook: bool
    ) -> Extract:
        """Say what goes into the `cells` frame."""
        return Extract(
            self.table,
            self.choice.indices,
            self.kept,
            self.ragged,
            only(self.table, options.country_column),
            tuple(only(self.table, name) for name in keep),
            escaped=self.table.own is not None and not workbook,
            sources=sources,
        )


def select(table: Table, choice: Choice, options: LoadOptions, conditions: Sequence[Condition]) -> Selection:
    """Choose the rows of one table."""
    repeated = repeated_headers(table)
    wanted = kept_rows(table, conditions) & ~repeated
    hidden = hidden_rows(table)
    undecided = hidden & wanted if options.hidden is None else np.zeros_like(hidden)
    return Selection(
        table,
        choice,
        kept=wanted & ~hidden if options.hidden == "skip" else wanted,
        ragged=ragged_rows(table),
        where=int(wanted.sum()),
        hidden=holding_rows(table, undecided) if undecided.any() else 0,
        repeated=int(repeated.sum()),
    )


def guards(selections: Sequence[Selection], options: LoadOptions, conditions: Sequence[Condition]) -> list[GuardError]:
    """Return what must stop a run."""
    found: list[GuardError] = []
    hidden = [selection for selection in selections if selection.hidden]
    if hidden:
        places = shortened([f"{selection.table.place}: {selection.hidden}" for selection in hidden])
        by_place = tuple((selection.table.place, selection.hidden) for selection in hidden)
        found.append(HiddenRows(sum(selection.hidden for selection in hidden), places, by_place))
    rows = sum(selection.table.rows - selection.repeated for selection in selections)
    kept = sum(selection.where for selection in selections)
    if conditions and rows and not kept and not options.where_none:
        tables = [selection.table for selection in selections]
        values = [f"{condition.name}: {shown_values(tables, condition.name)}" for condition in conditions]
        asked = " ".join(f'--where "{condition.text}"' for condition in conditions)
        found.append(WhereKeepsNothing(asked, rows, "; ".join(dict.fromkeys(values))))
    if not options.all_rows and (options.careful or not conditions):
        decided = {fold(condition.name) for condition in conditions}
        for selection in selections:
            told = still_subscribed(selection.table, selection.choice.indices, selection.kept, selection.ragged)
            found += [guard for guard in told if fold(guard.column) not in decided]
    return found


def notices(selection: Selection, options: LoadOptions, judge: Judge) -> list[Sentence]:
    """Return what to tell about the rows and cells of one table."""
    table = selection.table
    told = []
    if selection.repeated:
        text = Plural(
            "{place}: {count:,} repeated header line was left out.",
            "{place}: {count:,} repeated header lines were left out.",
        )
        told.append(Sentence(text, place=table.place, count=selection.repeated))
    ragged = int((selection.ragged & selection.kept).sum())
    if ragged:
        text = Plural(
            "{place}: {count:,} row has too few or too many cells.",
            "{place}: {count:,} rows have too few or too many cells.",
        )
        told.append(Sentence(text, place=table.place, count=ragged))
    if table.rows and not any(_holds(table, index) for index in selection.choice.indices):
        empty = N_(
            "{place}: column '{column}' is empty. If the numbers are in another column, name it with --column.",
            N_("{place}: column '{column}' is empty. If the numbers are in another column, choose that one."),
        )
        column = ", ".join(table.labels[index] for index in selection.choice.indices)
        told.append(Sentence(empty, place=table.place, column=column))
    country = only(table, options.country_column)
    missed, elsewhere = mobile_numbers_elsewhere(table, selection.choice, selection.kept, country, judge)
    if missed:
        text = Plural(
            "{place}: {count:,} mobile number appears only in {columns}, not in '{column}', and was not read.",
            "{place}: {count:,} mobile numbers appear only in {columns}, not in '{column}', and were not read.",
        )
        chosen, others = (
            [table.labels[index] for index in indices] for indices in (selection.choice.indices, elsewhere)
        )
        told.append(Sentence(text, place=table.place, count=missed, columns=quoted(others), column=", ".join(chosen)))
    return told


def _holds(table: Table, index: int) -> bool:
    chunks = chunks_of(table.column(index))
    return table.own is not None or any(
        pc.any(pc.not_equal(pc.utf8_trim_whitespace(chunk), "")).as_py() for chunk in chunks
    )
