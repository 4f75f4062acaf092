"""Many texts of one shape, read together: one says where the numbers are, and the digits of all are judged as columns.

It takes the steps of `split.CellReader` for all of them at once, and leaves to it what depends on more than the shape
and on whether numbers are complete; the tests prove that both say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from stopimport.cleaning.damage import is_decimal
from stopimport.cleaning.fast.plain import LEFT_OVER
from stopimport.cleaning.fast.shapes import shapes_of
from stopimport.cleaning.numbers import MIN_DIGITS
from stopimport.cleaning.repair import count_digits, is_blind, read_writings
from stopimport.cleaning.sidebyside import BETWEEN, BOUNDARY, ends_of
from stopimport.cleaning.split import BETWEEN_NUMBERS, COMMA, MOST_NUMBERS, SPLIT, parts_of
from stopimport.cleaning.verdict_columns import JudgedCells
from stopimport.cleaning.verdicts import NOT_A_PHONE_NUMBER, Grade, Verdict
from stopimport.vocabulary import Repair

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from stopimport.cleaning.fast.plain import PlainJudge
    from stopimport.cleaning.repair import Writing
    from stopimport.cleaning.verdict_columns import VerdictKinds

_FEW = 16
"""Fewer texts of a shape are read faster one by one."""
_ZERO = ord("0")
_SEVERAL = 2 * MIN_DIGITS
_MOST_DIGITS = 150
"""Of a text with numbers side by side that is read together with others."""


def read_alike(
    texts: list[str], repairs: list[frozenset[Repair]], as_written: list[bool], plain: PlainJudge
) -> Iterator[tuple[NDArray[np.intp], JudgedCells]]:
    """Yield the positions of texts of which it can be told what is in them together, and what it is.

    Args:
        texts: unwrapped, none of them blank.
        repairs: of the unwrapping.
        as_written: whether the unwrapping has changed nothing: else a cell is divided as it was written.
        plain: judges digits.
    """
    shapes, _ = shapes_of(pa.array(texts, pa.large_string()))
    kinds = {more: kind for kind, more in enumerate(dict.fromkeys(repairs))}
    around = np.fromiter(map(kinds.__getitem__, repairs), np.int64, len(repairs)) * 2 + np.array(as_written, bool)
    keys = shapes * (2 * len(kinds)) + around
    order = np.argsort(keys, kind="stable")
    reader = AlikeReader(plain)
    for group in np.split(order, np.flatnonzero(np.diff(keys[order])) + 1):
        if len(group) < _FEW:
            continue
        repaired, divide = repairs[group[0]], as_written[group[0]]
        digits = _digits_of([texts[at] for at in group.tolist()])
        for block in reader.read(texts[group[0]], digits, divide=divide and not repaired):
            yield group[block.cells], block.judged(plain.kinds, repaired)


def _digits_of(texts: list[str]) -> NDArray[np.uint8]:
    """Return the digits of texts that have equally many, a row for each."""
    signs = np.frombuffer("".join(texts).encode(), np.uint8) - _ZERO
    digits = signs[signs < 10]
    return digits.reshape(len(texts), len(digits) // len(texts))


@dataclass(frozen=True, slots=True)
class Column:
    """One entry of many cells."""

    kinds: NDArray[np.int32]
    """Below 0 where it is not known: `LEFT_OVER`, or `HOPELESS` for what is no valid number in any case."""
    numbers: NDArray[np.int64]

    def of(self, cells: NDArray[np.intp]) -> Column:
        """Return the entries of some of the cells."""
        return Column(self.kinds[cells], self.numbers[cells])


@dataclass(frozen=True, slots=True)
class Block:
    """Cells that have the same number of entries."""

    cells: NDArray[np.intp]
    """Their positions."""
    entries: tuple[Column, ...]

    @classmethod
    def of(cls, cells: NDArray[np.bool_], *columns: Column) -> Block:
        """Return the block of the cells that are marked."""
        positions = np.flatnonzero(cells)
        return cls(positions, tuple(column.of(positions) for column in columns))

    def judged(self, kinds: VerdictKinds, repairs: frozenset[Repair]) -> JudgedCells:
        """Return the entries cell by cell, with these repairs more."""
        inner = np.stack([column.kinds for column in self.entries], axis=1).ravel()
        numbers = np.stack([column.numbers for column in self.entries], axis=1).ravel()
        counts = np.full(len(self.cells), len(self.entries), np.int64)
        return JudgedCells(counts, kinds.all_repaired(inner, repairs), numbers)


@dataclass(frozen=True, slots=True)
class AlikeReader:
    """Reads texts of one shape."""

    plain: PlainJudge

    def read(self, text: str, digits: NDArray[np.uint8], *, divide: bool = True) -> Iterator[Block]:
        """Yield what is in cells of one shape, for those of which it can be told.

        Args:
            text: one of them, unwrapped and not blank.
            digits: one row a cell, with its digits.
            divide: the cells may be divided; else those are told alone that have one number.
        """
        if not is_blind(text):
            return
        writings = read_writings(text)
        whole = self._judged(writings[0], digits) if len(writings) == 1 else self._same(NOT_A_PHONE_NUMBER, digits)
        invalid = self._is_invalid(whole)
        single = digits.shape[1] < _SEVERAL
        yield Block.of((whole.kinds >= 0) & (single | ~invalid), whole)
        rest = np.flatnonzero(invalid)
        if single or not divide or not len(rest):
            return
        for block in self._parted(text, writings, digits[rest], whole.of(rest)):
            yield replace(block, cells=rest[block.cells])

    def _parted(self, text: str, writings: list[Writing], digits: NDArray[np.uint8], whole: Column) -> Iterator[Block]:
        """Yield what is in cells that are no number as a `whole`."""
        parts, divider = parts_of(text)
        if parts:
            if divider is not COMMA or not is_decimal(text):
                yield from self._divided([part.strip() for part in parts], digits)
        elif len(writings) > 1:
            yield from self._several(writings, digits, whole)
        elif count_digits(writings[0].core) < _SEVERAL:
            yield Block.of(whole.kinds >= 0, whole)
        else:
            yield from self._side_by_side(writings[0], digits, whole)

    def _divided(self, parts: list[str], digits: NDArray[np.uint8]) -> Iterator[Block]:
        """Read each part as a cell of its own; those cells are told whose parts are one number each."""
        if len(parts) > MOST_NUMBERS or any(part.startswith(("=", "'")) for part in parts):
            return
        columns, first = [], 0
        for part in parts:
            last = first + count_digits(part)
            columns.append(self._repaired(self._one_each(part, digits[:, first:last]), SPLIT))
            first = last
        yield Block.of(np.all([column.kinds >= 0 for column in columns], axis=0), *columns)

    def _one_each(self, text: str, digits: NDArray[np.uint8]) -> Column:
        """Read cells, and return the entry of those that have one."""
        found = Column(np.full(len(digits), LEFT_OVER, np.int32), np.zeros(len(digits), np.int64))
        for block in self.read(text, digits):
            if len(block.entries) == 1:
                found.kinds[block.cells] = block.entries[0].kinds
                found.numbers[block.cells] = block.entries[0].numbers
        return found

    def _several(self, writings: list[Writing], digits: NDArray[np.uint8], whole: Column) -> Iterator[Block]:
        """Read numbers with words between them: all are complete, or there is none."""
        if any(writing.reason or count_digits(writing.core) >= _SEVERAL for writing in writings):
            return
        columns, first = [], 0
        for writing in writings:
            columns.append(self._repaired(self._judged(writing, digits[:, first:]), SPLIT))
            first += count_digits(writing.core)
        yield Block.of(np.all([self._is_valid(column) for column in columns], axis=0), *columns)
        yield Block.of(np.any([self._is_invalid(column) for column in columns], axis=0), whole)

    def _side_by_side(self, writing: Writing, digits: NDArray[np.uint8], whole: Column) -> Iterator[Block]:
        """Cut a writing into complete numbers, where there is one way to do it; else it is what it is as a `whole`."""
        core = writing.core
        if (
            digits.shape[1] > _MOST_DIGITS
            or BOUNDARY.search(core)
            or any(map(partial(_divides, core), BETWEEN_NUMBERS))
        ):
            return
        tokens = [token for token in BETWEEN.split(core) if token]
        ways = _Ways(len(digits), len(tokens))
        counts = [count_digits(token) for token in tokens]
        for start in range(len(tokens) if all(counts) else 0):
            first, reached = sum(counts[:start]), ways.reaching(start)
            if not len(reached):
                continue
            for end in ends_of(tokens, counts, start):
                text = " ".join(tokens[start:end])
                if not is_blind(text):
                    return
                column = self._judged(read_writings(text)[0], digits[reached, first:])
                ways.add(start, end, reached, column, self._is_valid(column))
        found = ways.found()
        around = (writing.repairs & {Repair.TEXT_AROUND}) | SPLIT
        for cells, entries in found:
            yield Block(cells, tuple(self._repaired(column, around) for column in entries))
        yield Block.of(ways.none & (whole.kinds >= 0), whole)

    def _judged(self, writing: Writing, digits: NDArray[np.uint8]) -> Column:
        """Judge the first digits of cells, as many as the writing has."""
        if writing.reason is not None:
            return self._same(Verdict(reason=writing.reason, repairs=writing.repairs), digits)
        count = count_digits(writing.digits)
        kinds, numbers = self.plain.judge_rows(digits[:, :count], plus=writing.digits.startswith("+"))
        return self._repaired(Column(kinds, numbers), writing.repairs)

    def _same(self, verdict: Verdict, digits: NDArray[np.uint8]) -> Column:
        return Column(np.full(len(digits), self.plain.kinds.of(verdict), np.int32), np.zeros(len(digits), np.int64))

    def _repaired(self, column: Column, repairs: frozenset[Repair]) -> Column:
        return Column(self.plain.kinds.all_repaired(column.kinds, repairs), column.numbers)

    def _is_valid(self, column: Column) -> NDArray[np.bool_]:
        valid = np.array([kind.grade != Grade.INVALID for kind in self.plain.kinds.known] or [False], bool)
        found: NDArray[np.bool_] = (column.kinds >= 0) & valid[np.maximum(column.kinds, 0)]
        return found

    def _is_invalid(self, column: Column) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = ~self._is_valid(column) & (column.kinds != LEFT_OVER)
        return found


class _Ways:
    """The ways to cut the tokens of many cells into numbers; see `sidebyside`.

    Args:
        cells: how many.
        tokens: of each cell.
    """

    def __init__(self, cells: int, tokens: int) -> None:
        self._ways = np.zeros((tokens + 1, cells), np.int8)
        self._ways[0] = 1
        self._came = np.zeros((tokens + 1, cells), np.int32)
        self._entries: dict[tuple[int, int], Column] = {}
        self._unsure = np.zeros(cells, bool)

    def reaching(self, start: int) -> NDArray[np.intp]:
        """Return the cells in which numbers end where the token `start` begins."""
        return np.flatnonzero(self._ways[start] > 0)

    def add(self, start: int, end: int, reached: NDArray[np.intp], column: Column, valid: NDArray[np.bool_]) -> None:
        """Take the verdicts on the tokens from `start` to `end` of those cells, each start after all before it."""
        self._unsure[reached[column.kinds == LEFT_OVER]] = True
        through = reached[valid]
        self._ways[end, through] = np.minimum(2, self._ways[end, through] + self._ways[start, through])
        self._came[end, through] = start
        whole = Column(np.full(len(self._unsure), LEFT_OVER, np.int32), np.zeros(len(self._unsure), np.int64))
        whole.kinds[reached], whole.numbers[reached] = column.kinds, column.numbers
        self._entries[start, end] = whole

    @property
    def none(self) -> NDArray[np.bool_]:
        """The cells that have no or several ways, or are one number: these stay whole."""
        found: NDArray[np.bool_] = ~self._unsure & ((self._ways[-1] != 1) | (self._came[-1] == 0))
        return found

    def found(self) -> Iterator[tuple[NDArray[np.intp], list[Column]]]:
        """Yield cells that are cut in the same places, with their numbers."""
        cells = np.flatnonzero(~self._unsure & ~self.none)
        # Where a number ends, of each cell: walked back in all of them at once.
        ends = np.zeros((len(cells), len(self._ways)), bool)
        rows, places = np.arange(len(cells)), np.full(len(cells), len(self._ways) - 1)
        while len(rows):
            ends[rows, places] = True
            places = self._came[places, cells[rows]]
            rows, places = rows[places > 0], places[places > 0]
        for alike in _groups(ends):
            path = [0, *np.flatnonzero(ends[alike[0]]).tolist()]
            chosen = cells[alike]
            yield chosen, [self._entries[start, end].of(chosen) for start, end in pairwise(path)]


def _groups(rows: NDArray[np.bool_]) -> Iterator[NDArray[np.intp]]:
    """Yield the positions of rows that are equal."""
    if not len(rows):
        return
    if (rows == rows[0]).all():
        yield np.arange(len(rows))
        return
    packed = np.packbits(rows, axis=1)
    keys = np.ascontiguousarray(packed).view(f"V{packed.shape[1]}").ravel()
    _, group = np.unique(keys, return_inverse=True)
    order = np.argsort(group, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(group[order])) + 1)


def _divides(text: str, divider: re.Pattern[str]) -> bool:
    """Whether a sign that stands between numbers has enough digits on all its sides."""
    parts = [part for part in divider.split(text) if part.strip()]
    return len(parts) > 1 and all(count_digits(part) >= MIN_DIGITS for part in parts)
