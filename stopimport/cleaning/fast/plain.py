"""The fast path: plain cells judged as columns of digits.

This is the one place that does not ask phonenumbers about each number. It sorts the digits with the automata of `plans`
and asks about one string of each sort. The verdicts are those of `numbers.judge_digits`, which the tests
prove. What is not plain enough is left over for `split`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import phonenumbers as pn
import pyarrow as pa

from stopimport.cleaning.fast.plain_bytes import read_bytes
from stopimport.cleaning.fast.plans import Plans, is_special
from stopimport.cleaning.numbers import MIN_DIGITS, judge_digits
from stopimport.cleaning.prefixes import international_prefix
from stopimport.cleaning.verdicts import NOT_A_PHONE_NUMBER, Grade, Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from stopimport.cleaning.fast.automaton import Automaton
    from stopimport.cleaning.fast.plain_bytes import PlainCells
    from stopimport.cleaning.numbers import Acceptance
    from stopimport.cleaning.verdict_columns import VerdictKinds

_Number = TypeVar("_Number", int, "NDArray[np.int64]")
LEFT_OVER, BLANK, HOPELESS = -1, -2, -4
"""In place of a kind: a cell that is not plain enough; one that holds nothing; one that is no valid number."""
_UNKNOWN = -3
_CHUNK = 1 << 17
_MAX_DIGITS = 18
"""More do not fit into 64 bits, and no number has as many."""
_SURELY_TOO_MANY = 61
"""A plus and two zeros, 8 digits to dial abroad, 3 of a calling code, 15 twice to choose an operator, 17 of a number:
no more are taken off or read by phonenumbers, whatever the country."""
_PLUS, _ZERO = b"+0"
_SIDE_BY_SIDE = 2 * MIN_DIGITS
_NATIONAL = 32
"""Keys of writings below this are counts of national digits; `_key` has the others."""


@dataclass(frozen=True, slots=True)
class _Writing:
    """One way to write a number: so many digits in a country, or after a prefix and a calling code."""

    automaton: Automaton
    before: str
    """``+33``, ``0033`` or nothing."""
    code: int | None
    verdicts: dict[int, Verdict]
    """For each state of the automaton that was met, the verdict on its example."""
    kinds: NDArray[np.int32]
    """For each state the kind of its verdict; `_UNKNOWN` until it is met."""
    complete: NDArray[np.bool_]
    """Whether it is a valid number, accepted or not."""
    base: NDArray[np.int64]
    """The calling code of the number that comes out, followed by zeros."""
    modulus: NDArray[np.int64]
    """What is left of the digits when divided by this comes after the calling code."""

    @classmethod
    def of(cls, automaton: Automaton, before: str, code: int | None) -> _Writing:
        size = len(automaton.examples)
        return cls(
            automaton, before, code, {},
            np.full(size, _UNKNOWN, np.int32), np.zeros(size, bool), np.zeros(size, np.int64), np.ones(size, np.int64),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlainJudge:
    """Judges the plain cells of rows whose country is `home` (ISO code; None: not known)."""

    home: str | None
    acceptance: Acceptance
    kinds: VerdictKinds
    plans: Plans = field(repr=False)
    _writings: dict[int, _Writing] = field(default_factory=dict, repr=False)

    def judge(self, texts: pa.Array) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the kind and the number (E.164 without plus, 0 for none) of each cell in an array of large strings."""
        kinds = np.empty(len(texts), np.int32)
        numbers = np.empty(len(texts), np.int64)
        for start in range(0, len(texts), _CHUNK):
            part = slice(start, start + _CHUNK)
            kinds[part], numbers[part] = self._chunk(read_bytes(texts.slice(start, _CHUNK)))
        return kinds, numbers

    def judge_rows(self, digits: NDArray[np.uint8], *, plus: bool) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Return the same for rows of digits, all with a plus before them or none.

        `HOPELESS` are those that are no valid number in any case, where it is not known why.
        """
        count = digits.shape[1]
        if count > _MAX_DIGITS:
            kinds = LEFT_OVER if plus else self._hopeless(digits)
            return np.broadcast_to(kinds, len(digits)).astype(np.int32), np.zeros(len(digits), np.int64)
        text = np.full((len(digits), count + plus), _PLUS, np.uint8)
        text[:, plus:] = digits + _ZERO
        offsets = np.arange(len(digits) + 1, dtype=np.int64) * text.shape[1]
        texts = pa.LargeStringArray.from_buffers(len(digits), pa.py_buffer(offsets), pa.py_buffer(text))
        return self.judge(texts)

    def _hopeless(self, digits: NDArray[np.uint8]) -> NDArray[np.int32] | int:
        """Return the kinds of strings that have more digits than a number: rejects, `HOPELESS` or left over."""
        count = digits.shape[1]
        if count > _SURELY_TOO_MANY:
            return HOPELESS
        automaton = self.plans.national(self.home, count)
        states = automaton.run(list(digits.T))
        kinds = np.full(len(automaton.examples), LEFT_OVER, np.int32)
        for state in np.unique(states).tolist():
            example = automaton.examples[state]
            judged = judge_digits(example, self.home, self.acceptance)
            if judged.grade == Grade.INVALID and not judged.number and not is_special(example, self.home, None):
                kinds[state] = HOPELESS if judged.detail else self.kinds.of(judged)
        # Behind two zeros there may be a calling code, which the national automaton does not see.
        return np.where((digits[:, 0] == 0) & (digits[:, 1] == 0), LEFT_OVER, kinds[states])

    def verdict(self, digits: str) -> Verdict:
        """Return the verdict of `numbers.judge_digits` on one string of digits, perhaps with a plus in front."""
        key, rest = self._key(digits)
        if key:
            writing = self._writing(key)
            state = writing.automaton.end(rest)
            if writing.kinds[state] == _UNKNOWN:
                self._ask(writing, state)
            if writing.kinds[state] != LEFT_OVER:
                return _with_digits(writing.verdicts[state], rest)
        return judge_digits(digits, self.home, self.acceptance)

    def _key(self, digits: str) -> tuple[int, str]:
        """Return the key of the writing of `digits` (0: left over), and the digits that count."""
        count = len(digits) - digits.startswith("+")
        if not MIN_DIGITS <= count <= _MAX_DIGITS:
            return 0, ""
        zeros = digits.startswith("00") and digits[2] != "0"
        if not zeros and digits[0] != "+":
            return count, digits
        rest = digits[2 if zeros else 1 :]
        code = int(_CODES[int(rest[:3])])
        if not code or (zeros and not self._dials_00()):
            return 0, ""
        rest = rest[len(str(code)) :]
        return _key(code, int(zeros), len(rest)), rest

    def _dials_00(self) -> bool:
        return self.home is None or international_prefix(self.home) == "00"

    def _chunk(self, cells: PlainCells) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        kinds = np.full(len(cells.plain), LEFT_OVER, np.int32)
        numbers = np.zeros(len(kinds), np.int64)
        kinds[cells.plain & (cells.count < MIN_DIGITS)] = self.kinds.of(NOT_A_PHONE_NUMBER)
        kinds[cells.plain & cells.blank] = BLANK
        rows = np.flatnonzero(cells.plain & (cells.count >= MIN_DIGITS) & (cells.count <= _MAX_DIGITS))
        keys, first = self._keys(cells, rows)
        for key in np.flatnonzero(np.bincount(keys, minlength=1)[1:]) + 1:
            chosen = np.flatnonzero(keys == key)
            alike = rows[chosen]
            writing = self._writing(int(key))
            kind, complete, number = self._read(writing, cells.digits, first[chosen])
            if cells.count[alike[0]] >= _SIDE_BY_SIDE:
                kind = np.where(complete | ~cells.spaced[alike], kind, LEFT_OVER)
            kinds[alike], numbers[alike] = kind, number
        return kinds, numbers

    def _keys(self, cells: PlainCells, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return for each row the key of its writing (0: left over), and where the digits that count begin."""
        digits, first, count = cells.digits, cells.first[rows], cells.count[rows]
        plus = cells.plus[rows]
        zeros = ~plus & (digits[first] == 0) & (digits[first + 1] == 0) & (digits[first + 2] != 0)
        national = ~plus & ~zeros
        skipped = 2 * zeros
        at = first + skipped
        codes = _CODES[digits[at] * np.int64(100) + digits[at + 1] * np.int64(10) + digits[at + 2]]
        code_digits = 1 + (codes > 9) + (codes > 99)
        keys = np.where(national, count, _key(codes, zeros.astype(np.int64), count - skipped - code_digits))
        keys[~national & ((codes == 0) | (zeros & (not self._dials_00())))] = 0
        return keys, np.where(national, first, at + code_digits)

    def _writing(self, key: int) -> _Writing:
        if key not in self._writings:
            if key < _NATIONAL:
                self._writings[key] = _Writing.of(self.plans.national(self.home, key), "", None)
            else:
                written, length = divmod(key, _NATIONAL)
                code, zeros = divmod(written, 2)
                before = f"{'00' if zeros else '+'}{code}"
                self._writings[key] = _Writing.of(self.plans.international(code, length), before, code)
        return self._writings[key]

    def _read(
        self, writing: _Writing, digits: NDArray[np.uint8], first: NDArray[np.int64]
    ) -> tuple[NDArray[np.int32], NDArray[np.bool_], NDArray[np.int64]]:
        """Return kinds, completeness and numbers of the cells whose digits begin at `first`."""
        columns = [digits[first + place] for place in range(len(writing.automaton.steps))]
        states = writing.automaton.run(columns)
        for state in np.unique(states[writing.kinds[states] == _UNKNOWN]):
            self._ask(writing, int(state))
        values = np.zeros(len(first), np.int64)
        for column in columns:
            values *= 10
            values += column
        return writing.kinds[states], writing.complete[states], writing.base[states] + values % writing.modulus[states]

    def _ask(self, writing: _Writing, state: int) -> None:
        """Ask about one string that ends in this state, and note the verdict for all of them."""
        example = writing.automaton.examples[state]
        verdict = judge_digits(writing.before + example, self.home, self.acceptance)
        code, national = _parted(verdict.number)
        if verdict.detail or is_special(example, self.home, writing.code) or not example.endswith(national):
            writing.kinds[state] = LEFT_OVER
            return
        writing.verdicts[state] = verdict
        writing.kinds[state] = self.kinds.of(verdict)
        writing.complete[state] = verdict.grade != Grade.INVALID
        writing.modulus[state] = 10 ** len(national)
        writing.base[state] = code * writing.modulus[state]


def _key(code: _Number, zeros: _Number, length: _Number) -> _Number:
    """Return the key of a calling code, after zeros or a plus, with `length` digits to follow."""
    return (code * 2 + zeros) * _NATIONAL + length


def _with_digits(verdict: Verdict, digits: str) -> Verdict:
    """Return the verdict on a string of digits with the last ones of `digits` in place of its own."""
    if not verdict.number:
        return verdict
    code, national = _parted(verdict.number)
    number = f"+{code}{digits[-len(national) :]}"
    return replace(verdict, number=number)


def _parted(number: str) -> tuple[int, str]:
    """Part an E.164 number into its calling code and the rest ('' into 0 and '')."""
    if not number:
        return 0, ""
    code = int(_CODES[int(number[1:4])])
    return code, number[1 + len(str(code)) :]


def _codes() -> NDArray[np.int64]:
    """Return the calling code for each beginning of three digits; 0 where there is none."""
    codes = np.zeros(1000, np.int64)
    for code in pn.supported_calling_codes():
        width = 10 ** (3 - len(str(code)))
        codes[code * width : (code + 1) * width] = code
    return codes


_CODES = _codes()
