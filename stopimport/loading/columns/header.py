"""Where a sheet's first headers are: below title lines, in the first row, or nowhere."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pyarrow as pa

from stopimport.loading.columns.contents import MOBILE, VALID, verdicts
from stopimport.loading.columns.words import (
    ColumnKind,
    begins_as_number,
    fold,
    is_example,
    is_placeholder,
    looks_like_label,
    looks_like_phone,
    read_header,
)
from stopimport.loading.errors import HeaderRowMissing
from stopimport.loading.own_files import recognise
from stopimport.loading.table import Table, place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stopimport.loading.cells import LoadOptions
    from stopimport.loading.columns.contents import Judge
    from stopimport.loading.raw import RawSheet

_PROSE = re.compile(r":(?:\s|$)|,\s")
_SEVERAL = 2
_HEAD = 60
_DATA = 20
MIN_DIGITS = 6
"""With fewer digits no cell can be a phone number."""


def make_table(file: str, sheet: RawSheet, options: LoadOptions, judge: Judge) -> Table:
    """Find the first headers of `sheet`, or take those that the options name.

    A row with a number where numbers stand below it is data, whatever words stand beside it: `judge` tells.

    Raises:
        HeaderRowMissing: `--header` names a row below the last one.
    """
    head = _rows(sheet)
    own = recognise([" ".join(cell.split()) for cell in head[0]]) if head else None
    if own:
        return Table(file, sheet, 0, own)
    if options.no_header or not sheet.rows:
        return Table(file, sheet, None)
    if options.header is not None:
        if options.header > sheet.rows:
            raise HeaderRowMissing(place(file, sheet.name), options.header, sheet.rows)
        return Table(file, sheet, options.header - 1)
    traits = traits_of(head, judge, named_columns(options))
    return Table(file, sheet, _find_header(head, _without_values(head, traits)))


def named_columns(options: LoadOptions) -> frozenset[str]:
    """Return the folded names of columns that the user speaks of: a row that has them is a header."""
    named = (*options.column, *options.keep, options.country_column or "")
    named += tuple(condition.replace("!=", "=").partition("=")[0] for condition in options.where)
    # Letters and numbers of columns stand in cells of the data, too.
    return frozenset(name for name in map(fold, named) if len(name) > 1 and not name.isdigit())


def _find_header(rows: list[tuple[str, ...]], traits: list[RowTraits]) -> int | None:
    """Return the row of the headers among the first `rows` of a sheet, or None."""
    numbers = [index for index, own in enumerate(traits) if own.phones]
    data = next((index for index in numbers if traits[index].mobile), numbers[0] if numbers else len(rows))
    width = max((own.filled for own in traits[data : data + _DATA] or traits), default=0)
    telling = [index for index in range(len(rows)) if _may_tell(index, traits, data)]
    telling = [index for index in telling if traits[index].filled > 1 or width < 2] or _lonely(telling, traits, data)
    if telling:
        # A header below numbers heads another table; see `blocks`.
        telling = [index for index in telling if index < data] or telling
        return max(telling, key=lambda index: (*traits[index].rank(), -index))
    return _untelling(rows, traits, data, width)


@dataclass(frozen=True, slots=True)
class RowTraits:
    """What one row looks like."""

    filled: int
    phones: frozenset[int]
    """Columns in which the cell is a phone number, or is written as one."""
    mobile: bool
    """One of them is a mobile number."""
    valid: frozenset[int]
    """Columns in which a valid number stands, perhaps in a sentence."""
    labels: int
    telling: frozenset[int]
    """Columns whose cell speaks of phone numbers, if it is a header."""
    named: int
    words: int
    """Cells that hold words known from headers."""
    pure: bool
    prose: bool
    """A cell is a sentence, or the label of what stands beside or below it."""

    def rank(self) -> tuple[int, bool, int, int]:
        """Return how much speaks for a header."""
        return self.named, self.pure, self.words, self.filled


def _rows(sheet: RawSheet) -> list[tuple[str, ...]]:
    return list(zip(*(column.slice(0, _HEAD).to_pylist() for column in sheet.columns), strict=True))


def traits_of(rows: Iterable[tuple[str, ...]], judge: Judge, named: frozenset[str]) -> list[RowTraits]:
    """Say what each of some rows looks like; `named` as of `named_columns`."""
    rows = list(rows)
    writings = {cell for row in rows for cell in row if sum(map(str.isdigit, cell)) >= MIN_DIGITS}
    judged = verdicts(judge, pa.array(sorted(writings), pa.string()))
    grades = dict(zip(judged.cells.to_pylist(), judged.judgement.tolist(), strict=True))
    return [_traits(row, grades, named) for row in rows]


def _without_values(rows: list[tuple[str, ...]], traits: list[RowTraits]) -> list[RowTraits]:
    """Take words that also stand beside numbers further down, in the same column, for the values that they are."""
    values: set[tuple[int, str]] = set()
    told = []
    for row, own in zip(reversed(rows), reversed(traits), strict=True):
        repeated = {index for index, cell in enumerate(row) if (index, fold(cell)) in values and cell.strip()}
        words = sum(read_header(row[index]).words > 0 for index in repeated)
        told.append(replace(own, telling=own.telling - repeated, words=own.words - words) if words else own)
        if own.phones:
            values |= {(index, fold(cell)) for index, cell in enumerate(row)}
    return told[::-1]


def _traits(row: tuple[str, ...], grades: Mapping[str, int], named: frozenset[str]) -> RowTraits:
    cells = {index: cell.strip() for index, cell in enumerate(row) if cell.strip()}
    examples = {index for index, cell in cells.items() if grades.get(row[index], 0) >= VALID and is_example(cell)}
    valid = frozenset(index for index, cell in enumerate(row) if grades.get(cell, 0) >= VALID) - examples
    claims = {index: read_header(cell) for index, cell in cells.items() if looks_like_label(cell) or index in examples}
    telling = frozenset(index for index, claim in claims.items() if claim.kind != ColumnKind.NONE)
    phones = frozenset(
        index for index, cell in cells.items() if looks_like_phone(cell) or (index in valid and begins_as_number(cell))
    )
    return RowTraits(
        filled=len(cells),
        phones=phones,
        mobile=any(grades.get(row[index], 0) == MOBILE for index in phones),
        valid=valid,
        labels=len(claims),
        telling=telling,
        named=sum(fold(cell) in named for cell in cells.values()) if named else 0,
        words=sum(claim.words > 0 for claim in claims.values()),
        pure=any(claims[index].pure for index in telling),
        prose=any(_PROSE.search(cell) for cell in cells.values()),
    )


def _is_data(index: int, traits: list[RowTraits]) -> bool:
    """Whether a row has a number in a column of numbers, so that it is no header."""
    below = frozenset().union(*(other.phones for other in traits[index + 1 :]))
    return bool(traits[index].valid & below if below else traits[index].valid)


def _may_tell(index: int, traits: list[RowTraits], data: int) -> bool:
    own = traits[index]
    below = frozenset().union(*(other.phones for other in traits[index + 1 :]))
    labelled = 2 * own.labels >= own.filled or (own.pure and below & own.telling)
    if (
        own.phones
        or _is_data(index, traits)
        or _is_prose(index, traits)
        or not (own.telling or own.named)
        or not labelled
    ):
        return False
    if index > data:
        # Title lines with a landline number in them are narrower than the header below.
        return not traits[data].mobile and own.filled > 1 and all(above.filled < own.filled for above in traits[:index])
    # A word such as 'mobile' in a cell of the data is no header: phone numbers stand in another column.
    return bool(own.named or own.words > 1 or not below or below & own.telling)


def _lonely(telling: list[int], traits: list[RowTraits], data: int) -> list[int]:
    """Accept a header that is alone in its row, if the numbers stand right under it."""
    below = traits[data].phones if data < len(traits) else frozenset()
    return [index for index in telling if not below or below & traits[index].telling]


def _is_prose(index: int, traits: list[RowTraits]) -> bool:
    """Whether a row is a sentence, or a label such as `Mobile du responsable :`: a header has several numbers below."""
    below = sum(bool(other.phones) for other in traits[index + 1 :])
    return traits[index].filled == 1 and traits[index].prose and below < _SEVERAL


def _untelling(rows: list[tuple[str, ...]], traits: list[RowTraits], data: int, width: int) -> int | None:
    """Find a header that says nothing of phone numbers: a full row of labels above the first number."""
    phones = traits[data].phones if data < len(traits) else frozenset()
    fitting = [
        index
        for index in range(data)
        if traits[index].filled
        and not _is_data(index, traits)
        and not _is_prose(index, traits)
        and traits[index].labels == traits[index].filled
        and 2 * traits[index].filled >= width
        and (traits[index].words > 1 or _heads(rows[index], phones, traits[index]))
    ]
    return max(fitting, key=lambda index: (traits[index].words, traits[index].filled, -index), default=None)


def _heads(row: tuple[str, ...], phones: frozenset[int], own: RowTraits) -> bool:
    """Whether the cells over the phone numbers are labels, and no words that stand for a missing number."""
    if not phones:
        return own.words > 0
    return all(row[index].strip() and not is_placeholder(row[index]) for index in phones)
