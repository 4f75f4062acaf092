"""The clean stage: from cells to entries, all columns at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.cleaning.duplicates import first_positions
from stopimport.cleaning.entries import ENTRY_COLUMNS, FIRST, Cleaned, CleanedPart, CleanOptions
from stopimport.cleaning.errors import TooManyInCells
from stopimport.cleaning.judging import NumberJudge, as_texts
from stopimport.cleaning.verdict_columns import JudgedCells, put_together
from stopimport.cleaning.verdicts import Grade, Verdict, repair_words
from stopimport.vocabulary import Reason, Repair

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from stopimport.cleaning.verdict_columns import VerdictKind

_MISSING: dict[str, Callable[[int], object]] = {
    "source": lambda size: np.zeros(size, np.int32),
    "file": lambda size: _same("", size),
    "sheet": lambda size: _same("", size),
    "row": lambda size: np.arange(2, size + 2),
    "column": lambda size: _same("input", size),
}
"""Columns that a script's own frame may lack, and what is in them then: a table with one header line."""


_MOST_TIMES = 20
_USUAL = 10_000_000
"""Bytes that are no trouble, however many times as many they are."""


def clean(cells: pd.DataFrame, options: CleanOptions | None = None) -> Cleaned:
    """Turn cells into entries: the number of each, or the reason why it has none.

    Args:
        cells: the frame that the load stage makes (`loading.cells`), or any frame with a column ``input``.
        options: the settings; None for those of the contract.

    Returns:
        the frame of entries (`cleaning.entries`), its index counting from 0, and the counts that balance it.

    Raises:
        UnknownCountry: a country among the options does not exist.
        BadOption: another option has a value that it cannot have.
        TooManyInCells: the entries, each with its whole cell, would be too many times as large as the cells.
        TooOdd: too many cells have to be read one by one.
    """
    part = clean_part(cells, NumberJudge.of(options or CleanOptions()))
    return Cleaned(part.with_firsts(first_positions(part.numbers)), part.cells, part.blank, part.split)


def clean_part(cells: pd.DataFrame, judge: NumberJudge, total: int = 0) -> CleanedPart:
    """Turn some of the cells of a run into entries, of which only all together can say which are duplicates.

    Args:
        cells: as of `clean`.
        judge: the settings; no other thread may use it at the same time.
        total: bytes of all cells at most, where these are not all; `prove_proportion` is then asked about all, too.

    Raises:
        TooManyInCells, TooOdd: as `clean`.
    """
    texts = as_texts(cells["input"])
    judged = _with_corrections(cells, texts, judge)
    sizes = pc.binary_length(texts).to_numpy(zero_copy_only=False)
    before, after = int(sizes.sum()), int((sizes * judged.counts).sum())
    prove_proportion(max(before, total), after)
    judged = _with_broken_rows(cells, _with_problems(cells, judged, judge), judge)
    entries = _entries(cells, texts, judged, judge.kinds.known)
    return CleanedPart(entries, judged.numbers, len(cells), int((judged.counts == 0).sum()), before, after)


def judge(inputs: pd.Series, countries: pd.Series | None, options: CleanOptions) -> NDArray[np.int8]:
    """Tell for each text how far it is a phone number, to find phone columns by their content.

    Args:
        inputs: the texts of a column.
        countries: the country column's cells of the same rows, if there is one.
        options: the settings; what they accept plays no part.

    Returns:
        0 for no valid number in the text, 1 for valid numbers but no mobile one, 2 for at least one mobile number.
    """
    judge = NumberJudge.of(options)
    return judge.cells(as_texts(inputs), countries).best(judge.kinds)


def prove_proportion(before: int, after: int) -> None:
    """Refuse cells of so many bytes whose entries, each with its whole cell, would have too many.

    Raises:
        TooManyInCells: they would.
    """
    if after > max(before * _MOST_TIMES, _USUAL):
        raise TooManyInCells(after // before)


def _with_corrections(cells: pd.DataFrame, texts: pa.Array, judge: NumberJudge) -> JudgedCells:
    """Judge the cells, and in place of those that a person corrected what that person wrote."""
    countries = cells.get("country")
    if "corrected" not in cells or cells["corrected"].isna().all():
        return judge.cells(texts, countries)
    corrected = cells["corrected"].notna().to_numpy(dtype=bool)
    judged = judge.cells(pc.if_else(pa.array(corrected), as_texts(cells["corrected"]), texts), countries)
    by_hand = np.repeat(corrected, judged.counts)
    judged.kinds[by_hand] = judge.kinds.with_repair(judged.kinds[by_hand], Repair.CORRECTED)
    return judged


def changed_by_country(inputs: pd.Series, countries: pd.Series, options: CleanOptions) -> int:
    """Count the texts whose numbers come out otherwise if `countries` name the country of each."""
    judge = NumberJudge.of(options)
    texts = as_texts(inputs)
    alone, guided = judge.cells(texts, None), judge.cells(texts, countries)
    same = np.flatnonzero(alone.counts == guided.counts)
    cells = np.repeat(same, alone.counts[same])
    other = cells[alone.take(same).numbers != guided.take(same).numbers]
    return len(texts) - len(same) + len(np.unique(other))


def _with_problems(cells: pd.DataFrame, judged: JudgedCells, judge: NumberJudge) -> JudgedCells:
    """Put one reject in place of each cell that could not be read."""
    if "problem" not in cells:
        return judged
    unreadable = np.flatnonzero(cells["problem"] == Reason.UNREADABLE_CELL.value)
    return _replaced(judged, unreadable, Reason.UNREADABLE_CELL, judge)


def _with_broken_rows(cells: pd.DataFrame, judged: JudgedCells, judge: NumberJudge) -> JudgedCells:
    """Put one reject in place of each cell with text in a row of the wrong width without a valid number.

    A row whose phone cells are all blank gets one, in place of the first.
    """
    ragged = np.flatnonzero(cells["ragged"]) if "ragged" in cells else np.empty(0, np.int64)
    if not len(ragged):
        return judged
    place = [name for name in ("file", "sheet", "row") if name in cells]
    rows = cells.iloc[ragged].groupby(place, observed=True, sort=False).ngroup().to_numpy()
    rest = judged.take(ragged)
    grades, counts = np.zeros((2, rows.max() + 1), np.int64)
    np.maximum.at(grades, rows, rest.best(judge.kinds))
    np.add.at(counts, rows, rest.counts)
    first = np.zeros(len(ragged), bool)
    first[np.unique(rows, return_index=True)[1]] = True
    broken = (grades[rows] == Grade.INVALID) & ((rest.counts > 0) | (first & (counts[rows] == 0)))
    if "problem" in cells:
        broken &= (cells["problem"].iloc[ragged].astype("str") != Reason.UNREADABLE_CELL).to_numpy()
    return _replaced(judged, ragged[broken], Reason.BROKEN_ROW, judge)


def _replaced(judged: JudgedCells, cells: NDArray[np.int64], reason: Reason, judge: NumberJudge) -> JudgedCells:
    """Put one reject with this `reason` in place of whatever the `cells` hold."""
    if not len(cells):
        return judged
    others = np.delete(np.arange(len(judged.counts)), cells)
    kind = judge.kinds.of(Verdict(reason=reason))
    rejects = JudgedCells.one_each(np.full(len(cells), kind, np.int32), np.zeros(len(cells), np.int64))
    return put_together(len(judged.counts), [(others, judged.take(others)), (cells, rejects)])


def _entries(cells: pd.DataFrame, texts: pa.Array, judged: JudgedCells, kinds: list[VerdictKind]) -> pd.DataFrame:
    """Return the frame of entries, without `duplicate_of`."""
    columns = {name: cells[name] if name in cells else fill(len(cells)) for name, fill in _MISSING.items()}
    columns["input"] = pd.Series(texts, dtype="str")
    columns |= {str(name): cells[name] for name in cells if str(name).startswith("keep:")}
    frame = pd.DataFrame(
        {name: column.array if isinstance(column, pd.Series) else column for name, column in columns.items()}
    )
    if (judged.counts != 1).any():
        frame = frame.take(np.repeat(np.arange(len(cells)), judged.counts)).reset_index(drop=True)
    frame["number"] = _e164(judged.numbers)
    frame["reason"] = _words([kind.reason for kind in kinds], judged.kinds)
    frame["repairs"] = _words([repair_words(kind.repairs) for kind in kinds], judged.kinds)
    frame["region"] = _words([kind.region for kind in kinds], judged.kinds)
    frame["line"] = _words([kind.line for kind in kinds], judged.kinds)
    details = np.full(len(frame), "", object)
    details[list(judged.details)] = list(judged.details.values())
    frame["detail"] = pd.Series(details, dtype="str")
    kept = [name for name in frame.columns if name.startswith("keep:")]
    return frame[[*(name for name in ENTRY_COLUMNS if name != FIRST), *kept]]


def _words(words: list[str], kinds: NDArray[np.int32]) -> pd.Categorical:
    """Return the column of the words that the kinds have."""
    categories = list(dict.fromkeys(["", *words]))
    codes = np.array([categories.index(word) for word in words], np.int32)
    return pd.Categorical.from_codes(codes[kinds], categories=pd.Index(categories, dtype="str"))


def _e164(numbers: NDArray[np.int64]) -> pd.Series:
    """Return the numbers with their plus; null for 0."""
    digits = pc.cast(pa.array(numbers, mask=numbers == 0), pa.large_string())
    plus, nothing = (pa.scalar(text, pa.large_string()) for text in ("+", ""))
    return pd.Series(pc.binary_join_element_wise(plus, digits, nothing), dtype="str")


def _same(word: str, size: int) -> pd.Categorical:
    return pd.Categorical.from_codes(np.zeros(size, np.int8), categories=pd.Index([word], dtype="str"))
