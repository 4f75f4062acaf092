"""Judging columns of cells: each by the settings and the country of its row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.cleaning.countries import parse_countries, parse_region, read_country
from stopimport.cleaning.fast.alike import read_alike
from stopimport.cleaning.fast.plain import LEFT_OVER, PlainJudge
from stopimport.cleaning.fast.plans import plans
from stopimport.cleaning.fast.worthless import may_be_wrapped, worthless
from stopimport.cleaning.numbers import Acceptance
from stopimport.cleaning.patience import Patience
from stopimport.cleaning.split import MOST_CHARACTERS, CellReader, unwrapped
from stopimport.cleaning.verdict_columns import JudgedCells, VerdictKinds, put_together
from stopimport.cleaning.verdicts import NOT_A_PHONE_NUMBER, TOO_LONG_A_CELL
from stopimport.errors import BadOption
from stopimport.text.blanks import blank

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd
    from numpy.typing import NDArray

    from stopimport.cleaning.entries import CleanOptions
    from stopimport.cleaning.verdicts import Verdict
    from stopimport.vocabulary import Repair


_NOTHING = frozenset[Any]()
_FEW = 500
"""Texts that are read one by one between two looks at the time that it takes."""
_CHUNK = 1 << 17
"""Texts that are taken out of their column at a time: as objects of Python they need ten times the room."""


@dataclass(frozen=True, slots=True)
class NumberJudge:
    """The settings of cleaning, understood, and the kinds of verdicts met with them."""

    region: str
    acceptance: Acceptance
    kinds: VerdictKinds = field(default_factory=VerdictKinds)
    patience: Patience = field(default_factory=Patience, repr=False)
    _plain: dict[str | None, PlainJudge] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, options: CleanOptions, patience: Patience | None = None) -> NumberJudge:
        """Check and take the options; `patience` may be shared with other judges of the run.

        Raises:
            UnknownCountry: a country among them does not exist.
            BadOption: another value is none of those that it can be.
        """
        if options.line_types not in ("mobile", "any"):
            raise BadOption("--line-types", options.line_types, "mobile, any")
        if options.validity not in ("strict", "possible"):
            raise BadOption("--validity", options.validity, "strict, possible")
        acceptance = Acceptance(
            codes=parse_countries("--countries", options.countries),
            any_line=options.line_types == "any",
            possible=options.validity == "possible",
        )
        return cls(parse_region("--region", options.region), acceptance, patience=patience or Patience())

    def cells(self, texts: pa.Array, countries: pd.Series | None) -> JudgedCells:
        """Judge one column of cells; `countries` are the cells of the country column, if there is one."""
        if countries is None or countries.isna().all():
            return self._texts(texts, self.region)
        named = as_texts(countries).dictionary_encode()
        codes = named.indices.to_numpy()
        homes = [self._home(name) for name in named.dictionary.to_pylist()]
        parts = []
        for home in dict.fromkeys(homes):
            alike = np.array([other == home for other in homes])
            positions = np.flatnonzero(alike[codes])
            parts.append((positions, self._texts(texts.take(pa.array(positions)), home)))
        return put_together(len(texts), parts)

    def _home(self, country: str) -> str | None:
        return read_country(country) if country.strip() else self.region

    def _texts(self, texts: pa.Array, home: str | None) -> JudgedCells:
        """Judge cells of rows whose country is `home`; those longer than any cell are rejects unseen."""
        if (pc.max(pc.binary_length(texts)).as_py() or 0) <= MOST_CHARACTERS:
            return self._usual(texts, home)
        long = pc.greater(pc.utf8_length(texts), MOST_CHARACTERS)
        places = np.flatnonzero(pc.and_not(long, blank(texts)))
        others = np.flatnonzero(pc.invert(long))
        usual = self._usual(texts.take(pa.array(others)), home)
        return put_together(len(texts), [(places, self._rejects(len(places), TOO_LONG_A_CELL)), (others, usual)])

    def _rejects(self, count: int, verdict: Verdict) -> JudgedCells:
        """Return the columns of `count` cells with the same reject each."""
        kinds = np.full(count, self.kinds.of(verdict), np.int32)
        details = dict.fromkeys(range(count), verdict.detail) if verdict.detail else {}
        return JudgedCells(np.ones(count, np.int64), kinds, np.zeros(count, np.int64), details)

    def _usual(self, texts: pa.Array, home: str | None) -> JudgedCells:
        """Judge cells of a usual length: the plain ones together, then each distinct other text."""
        if home not in self._plain:
            self._plain[home] = PlainJudge(home, self.acceptance, self.kinds, plans())
        plain = self._plain[home]
        kinds, numbers = plain.judge(texts)
        done, left = np.flatnonzero(kinds >= 0), np.flatnonzero(kinds == LEFT_OVER)
        parts = [(done, JudgedCells.one_each(kinds[done], numbers[done]))]
        if len(left):
            distinct = texts.take(pa.array(left)).dictionary_encode()
            others = put_together(len(distinct.dictionary), list(self._in_chunks(distinct.dictionary, plain)))
            parts.append((left, others.take(distinct.indices.to_numpy().astype(np.int64))))
        return put_together(len(texts), parts)

    def _in_chunks(self, texts: pa.Array, plain: PlainJudge) -> Iterator[tuple[NDArray[np.intp], JudgedCells]]:
        for start in range(0, len(texts), _CHUNK):
            part = texts.slice(start, _CHUNK)
            yield np.arange(start, start + len(part)), self._others(part, plain)

    def _others(self, texts: pa.Array, plain: PlainJudge) -> JudgedCells:
        """Judge texts that are not plain: together if they become so when unwrapped, else each by itself."""
        empty, no_number = blank(texts).to_numpy(zero_copy_only=False), worthless(texts)
        filled, none = np.flatnonzero(~empty & ~no_number), np.flatnonzero(no_number & ~empty)
        chosen = texts.take(pa.array(filled))
        wrapped, written = may_be_wrapped(chosen), chosen.to_pylist()
        bare, repairs = list(written), [_NOTHING] * len(written)
        for at in np.flatnonzero(wrapped).tolist():
            bare[at], repairs[at] = unwrapped(written[at])
        kinds, numbers = np.full(len(filled), LEFT_OVER, np.int32), np.zeros(len(filled), np.int64)
        changed = pa.array([bare[at] for at in np.flatnonzero(wrapped).tolist()], pa.large_string())
        kinds[wrapped], numbers[wrapped] = plain.judge(changed)
        done, left = np.flatnonzero(kinds >= 0), np.flatnonzero(kinds < 0)
        kinds = self.kinds.repaired(kinds[done], [repairs[at] for at in done.tolist()])
        return put_together(
            len(texts),
            [
                (none, self._rejects(len(none), NOT_A_PHONE_NUMBER)),
                (filled[done], JudgedCells.one_each(kinds, numbers[done])),
                *((filled[left[at]], judged) for at, judged in self._odd(_Odd.of(left, written, bare, repairs), plain)),
            ],
        )

    def _odd(self, cells: _Odd, plain: PlainJudge) -> Iterator[tuple[NDArray[np.intp], JudgedCells]]:
        """Judge texts that are not plain in any way: those of one shape together, the others each by itself."""
        told = np.zeros(len(cells.bare), bool)
        for positions, judged in read_alike(cells.bare, cells.repairs, cells.as_written, plain):
            told[positions] = True
            yield positions, judged
        left, reader = np.flatnonzero(~told), CellReader(plain.verdict)
        for start in range(0, len(left), _FEW):
            few = left[start : start + _FEW]
            with self.patience.spending():
                verdicts = [reader.read_unwrapped(cells.texts[at], cells.bare[at], cells.repairs[at]) for at in few]
            yield few, JudgedCells.of(verdicts, self.kinds)


class _Odd(NamedTuple):
    """Texts that are not plain, and what is left of them when unwrapped."""

    texts: list[str]
    bare: list[str]
    repairs: list[frozenset[Repair]]
    as_written: list[bool]
    """Nothing but blanks around it was taken off."""

    @classmethod
    def of(cls, chosen: NDArray[np.intp], texts: list[str], bare: list[str], repairs: list[frozenset[Repair]]) -> _Odd:
        """Return the `chosen` ones."""
        places = chosen.tolist()
        kept, left = [texts[at] for at in places], [bare[at] for at in places]
        # What was not taken apart is the very same text, and has no blanks around it.
        as_written = [text is rest or text.strip() == rest for text, rest in zip(kept, left, strict=True)]
        return cls(kept, left, [repairs[at] for at in places], as_written)


def as_texts(column: pd.Series) -> pa.Array:
    """Return a column as one Arrow string array without nulls."""
    texts = pa.array(column if column.dtype == "str" else column.astype("str"))
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    texts = texts.cast(pa.large_string())
    return pc.fill_null(texts, "") if texts.null_count else texts
