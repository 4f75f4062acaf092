"""The first rows of the rejects, as the report shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.reporting.examples import mask_cell
from stopimport.text.language import N_, _
from stopimport.text.masking import mask_text
from stopimport.vocabulary import REASONS, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pyarrow as pa

ROWS = 1000
"""Rows shown; a page with all of a million would open in no browser."""
_LONGEST = 120
"""Characters of a cell shown."""
_HEADS: Mapping[str, str] = {
    "file": N_("File"),
    "sheet": N_("Sheet"),
    "row": N_("Row"),
    "column": N_("Column"),
    "input": N_("Cell"),
    "reason": N_("Reason"),
    "detail": N_("Detail"),
}
_LEFT_OUT = frozenset({"file", "sheet", "column", "detail"})
"""Columns left out where they say the same in every row, or nothing."""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column."""

    name: str
    text: str
    number: bool
    """Whether it is sorted by value."""


@dataclass(frozen=True, slots=True)
class RejectRows:
    """The table of rejects."""

    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    total: int
    href: str = ""
    """Where the whole file is, seen from the report."""
    file: str = ""


def reject_rows(rejects: pa.Table, total: int, *, whole: bool) -> RejectRows:
    """Return the first rows of the rejects; columns that say the same in every row, or nothing, are left out.

    Args:
        rejects: see `tables.rejects_table`; the first `ROWS` are enough.
        total: how many there are.
        whole: show phone numbers whole; else their middle is hidden.
    """
    first = rejects.slice(0, ROWS)
    columns = {name: [str(text) for text in first[name].to_pylist()] for name in _HEADS if name != "detail"}
    columns["detail"] = [_detail(*told) for told in zip(columns["reason"], first["message"].to_pylist(), strict=True)]
    if not whole:
        columns["input"] = [mask_cell(text) for text in columns["input"]]
        columns["detail"] = [mask_text(text) for text in columns["detail"]]
    columns["input"] = [text if len(text) <= _LONGEST else text[:_LONGEST] + "…" for text in columns["input"]]
    columns["reason"] = [_(REASONS[Reason(reason)].title) for reason in columns["reason"]]
    shown = [name for name in _HEADS if name not in _LEFT_OUT or len(set(columns[name])) > 1]
    heads = tuple(Head(name, _(_HEADS[name]), name == "row") for name in shown)
    rows = zip(*([_printable(text) for text in columns[name]] for name in shown), strict=True)
    return RejectRows(heads, tuple(rows), total)


def _detail(reason: str, message: str) -> str:
    """Return what the message says beyond the reason's own words, which are above the table."""
    term = REASONS[Reason(reason)]
    return message.removeprefix(_(term.meaning)).removesuffix(_(term.remedy)).strip()


def _printable(text: str) -> str:
    """Return `text` in one line, without what could steer its reader's eye, such as marks that turn the direction."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
