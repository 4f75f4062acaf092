"""The run's two tables, made from entries and outcomes: results (valid entries) and rejects (all others).

Columns and rules are those of the contract, section "The run's folder". All columns are text without nulls; those of
few different values are Arrow dictionaries, and stay so until a writer needs the text. One million entries take about
a quarter of a second, because every step works on whole columns.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.loading.cells import KEEP_PREFIX
from stopimport.reporting.errors import CountsUnbalanced
from stopimport.reporting.messages import refused_message, reject_message
from stopimport.reporting.texts import (
    TEXT,
    blank,
    columns_of,
    few,
    moments,
    outcome_texts,
    plain,
    scalar,
    taken,
    written,
)
from stopimport.vocabulary import Reason, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

PLACE = ("file", "sheet", "row", "column", "input")
_OFTEN = 1_000
FIXED_CODES = {Status.ADDED: 200, Status.ALREADY_LISTED: 3, Status.REFUSED: 9}
"""The code that belongs to a status, whatever was seen on the way (a repeated `add` that found our own first one)."""


@dataclass(frozen=True, slots=True)
class Match:
    """How entries and outcomes belong together."""

    valid: NDArray[np.bool_]
    first: NDArray[np.bool_]
    """The entry is the first one with its number."""
    outcome: NDArray[np.int64]
    """Row of the outcome of the entry's number; meaningless for rejected entries."""


def match(entries: pd.DataFrame, outcomes: pd.DataFrame) -> Match:
    """Return which outcome belongs to which entry.

    Raises:
        CountsUnbalanced: there is not exactly one outcome for each number.
    """
    valid = entries["number"].notna().to_numpy(dtype=bool)
    places = entries["duplicate_of"].to_numpy(dtype=np.int64)
    first = valid & (places < 0)
    numbers = int(first.sum())
    if numbers != len(outcomes):
        raise CountsUnbalanced("numbers", numbers, "outcomes", len(outcomes))
    outcome = np.cumsum(first) - 1
    duplicates = np.flatnonzero(valid & ~first)
    outcome[duplicates] = outcome[places[duplicates]]
    return Match(valid, first, outcome)


def final_codes(outcomes: pd.DataFrame) -> pa.Array:
    """Return the code of each outcome as int32: that of its status, else the last one seen, else null."""
    status = plain(columns_of(outcomes, ["status"])["status"]).dictionary_encode()
    words = [Status(word) for word in status.dictionary.to_pylist()]
    fixed = pa.array([FIXED_CODES.get(word) for word in words], pa.int32()).take(status.indices)
    seen = pa.array(outcomes["code"], pa.int32(), from_pandas=True)
    unsent = pa.array([word is Status.NOT_SENT for word in words], pa.bool_()).take(status.indices)
    return pc.if_else(unsent, pa.scalar(None, pa.int32()), pc.coalesce(fixed, seen))


def results_table(entries: pd.DataFrame, outcomes: pd.DataFrame, *, keep: Sequence[str]) -> pa.Table:
    """Return the results: one row for each valid entry, in input order.

    Args:
        entries: see `cleaning.entries`, with a ``keep:NAME`` column for each name in `keep`.
        outcomes: see `send.outcomes`; one row for each number, in the order of their first entries.
        keep: names of the kept columns, which follow the contract's columns.

    Raises:
        CountsUnbalanced: there is not exactly one outcome for each number.
    """
    matched = match(entries, outcomes)
    rows = np.flatnonzero(matched.valid)
    of_number = pa.array(matched.outcome[rows])
    # The place behind the last outcome stands for what is a duplicate's own.
    of_entry = pa.array(np.where(matched.first[rows], matched.outcome[rows], len(outcomes)))
    table = columns_of(entries, [*PLACE, "number", "repairs", *(KEEP_PREFIX + name for name in keep)], matched.valid)
    columns = {
        **{name: table[name] for name in PLACE},
        "phoneNumber": table["number"],
        "status": taken(outcome_texts(outcomes, "status"), of_entry, Status.DUPLICATE.value),
        "code": taken(written(final_codes(outcomes)), of_number),
        "stopId": taken(outcome_texts(outcomes, "stop_id"), of_number),
        "message": taken(outcome_texts(outcomes, "message"), of_entry, ""),
        "repairs": table["repairs"],
        "duplicateOf": _first_places(entries, rows),
        "attempts": taken(written(pa.array(outcomes["attempts"], pa.int32(), from_pandas=True)), of_entry, ""),
        "sentAt": taken(moments(outcomes["sent_at"].to_numpy(dtype=np.float64)), of_entry, ""),
    }
    return pa.table(columns | {name: table[KEEP_PREFIX + name] for name in keep})


def rejects_table(entries: pd.DataFrame, outcomes: pd.DataFrame, *, keep: Sequence[str]) -> pa.Table:
    """Return the rejects, in input order: each rejected entry, and the first entry of each refused number.

    Arguments and errors are those of `results_table`. Messages are in the language in force.
    """
    matched = match(entries, outcomes)
    others = np.bincount(matched.outcome[matched.valid], minlength=len(outcomes)) - 1
    return RejectWriter(keep).table(rejected(entries, outcomes, others))


@dataclass(frozen=True, slots=True)
class Rejected:
    """The entries that are rejects, in input order."""

    entries: pd.DataFrame
    refused: NDArray[np.bool_]
    """Which of them the API refused."""
    others: NDArray[np.int64]
    """For each of those how many more entries have its number."""


def rejected(entries: pd.DataFrame, outcomes: pd.DataFrame, others: NDArray[np.int64]) -> Rejected:
    """Return which entries are rejects; `others` says for each outcome how many more entries have its number."""
    valid = entries["number"].notna().to_numpy(dtype=bool)
    first = valid & (entries["duplicate_of"].to_numpy(dtype=np.int64) < 0)
    refused_numbers = (outcomes["status"] == Status.REFUSED.value).to_numpy(dtype=bool)
    refused = np.zeros(len(entries), dtype=bool)
    refused[np.flatnonzero(first)[refused_numbers]] = True
    kept = ~valid | refused
    return Rejected(entries if kept.all() else entries[kept], refused[kept], others[refused_numbers])


class RejectWriter:
    """Makes the rejects table of one stretch of entries after the other."""

    def __init__(self, keep: Sequence[str]) -> None:
        """Take the names of the kept columns."""
        self._keep = keep
        self._told: Counter[tuple[str, str] | int] = Counter()
        """How often each sentence stands there, by reason and detail, or by how many more entries a number has."""

    def table(self, found: Rejected) -> pa.Table:
        """Return the rejects of the next stretch. Messages are in the language in force."""
        kept = [KEEP_PREFIX + name for name in self._keep]
        table = columns_of(found.entries, [*PLACE, "reason", "detail", *kept])
        by_api = pa.array(found.refused)
        reasons = pc.if_else(by_api, scalar(Reason.REFUSED_BY_API.value), plain(table["reason"]))
        columns = {
            **{name: table[name] for name in PLACE},
            "reason": few(reasons),
            "message": self._messages(reasons, plain(table["detail"]), found),
            "code": few(pc.if_else(by_api, scalar("9"), scalar(""))),
            "corrected": blank(table.num_rows),
        }
        return pa.table(columns | {name: table[KEEP_PREFIX + name] for name in self._keep})

    def _messages(self, reasons: pa.Array, details: pa.Array, found: Rejected) -> pa.DictionaryArray:
        """Return the sentence of each reject; one is made for each pair of reason and detail.

        A sentence stands `_OFTEN` times at most: nobody reads more of the same, and they would make a file many times
        as large as what was read.
        """
        pairs = pc.binary_join_element_wise(reasons, details, scalar("\n")).dictionary_encode()
        keys: list[tuple[str, str] | int] = []
        sentences = []
        for pair in pairs.dictionary.to_pylist():
            reason, _line, detail = pair.partition("\n")
            keys.append((reason, detail))
            sentences.append(reject_message(Reason(reason), detail))
        codes = pairs.indices.to_numpy().astype(np.int32)
        different, which = np.unique(found.others, return_inverse=True)
        codes[found.refused] = len(sentences) + which
        sentences += [refused_message(int(number)) for number in different]
        keys += different.tolist()
        counts = np.bincount(codes, minlength=len(keys)).tolist()
        for code, key in enumerate(keys):
            left = max(_OFTEN - self._told[key], 0)
            if counts[code] > left:
                codes[np.flatnonzero(codes == code)[left:]] = len(sentences)
            self._told[key] += counts[code]
        return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array([*sentences, ""], TEXT))


def _first_places(entries: pd.DataFrame, rows: NDArray[np.int64]) -> pa.Array:
    """Return ``file:sheet:row`` of the first entry for the duplicates among `rows`, '' for the others."""
    firsts = entries["duplicate_of"].to_numpy(dtype=np.int64)[rows]
    is_duplicate = firsts >= 0
    if not is_duplicate.any():
        return blank(len(rows))
    places, which = np.unique(firsts[is_duplicate], return_inverse=True)
    table = columns_of(entries[["file", "sheet", "row"]].iloc[places], ["file", "sheet", "row"])
    told = pc.binary_join_element_wise(*(plain(column) for column in table.columns), scalar(":"))
    indices = np.full(len(rows), len(told), dtype=np.int32)
    indices[is_duplicate] = which
    return pa.DictionaryArray.from_arrays(pa.array(indices), pa.concat_arrays([told, pa.array([""], TEXT)]))
