"""Judging columns of cells: each by the settings and the country of its row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from stopimport.cleaning.countries import parse_countries, parse_region, read_country
from stopimport.cleaning.fast.plain import LEFT_OVER, PlainJudge
from stopimport.cleaning.fast.plans import plans
from stopimport.cleaning.fast.worthless import worthless
from stopimport.cleaning.numbers import Acceptance
from stopimport.cleaning.split import MOST_CHARACTERS, CellReader, unwrapped
from stopimport.cleaning.verdict_columns import JudgedCells, VerdictKinds, put_together
from stopimport.cleaning.verdicts import NOT_A_PHONE_NUMBER, TOO_LONG_A_CELL
from stopimport.errors import BadOption
from stopimport.text.blanks import blank

if TYPE_CHECKING:
    import pandas as pd

    from stopimport.cleaning.entries import CleanOptions
    from stopimport.cleaning.verdicts import Verdict


@dataclass(frozen=True, slots=True)
class NumberJudge:
    """The settings of cleaning, understood, and the kinds of verdicts met with them."""

    region: str
    acceptance: Acceptance
    kinds: VerdictKinds = field(default_factory=VerdictKinds)
    _plain: dict[str | None, PlainJudge] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, options: CleanOptions) -> NumberJudge:
        """Check and take the options.

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
        return cls(parse_region("--region", options.region), acceptance)

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
            others = self._others(distinct.dictionary, plain)
            parts.append((left, others.take(distinct.indices.to_numpy().astype(np.int64))))
        return put_together(len(texts), parts)

    def _others(self, texts: pa.Array, plain: PlainJudge) -> JudgedCells:
        """Judge texts that are not plain: together if they become so when unwrapped, else each by itself."""
        empty, no_number = blank(texts).to_numpy(zero_copy_only=False), worthless(texts)
        filled, none = np.flatnonzero(~empty & ~no_number), np.flatnonzero(no_number & ~empty)
        written = texts.take(pa.array(filled)).to_pylist()
        found = [unwrapped(text) for text in written]
        bare, repairs = [text for text, _ in found], [repair for _, repair in found]
        kinds, numbers = plain.judge(pa.array(bare, pa.large_string()))
        done, left = np.flatnonzero(kinds >= 0), np.flatnonzero(kinds < 0)
        kinds = self.kinds.repaired(kinds[done], [repairs[position] for position in done])
        reader = CellReader(plain.verdict)
        verdicts = [reader.read_unwrapped(written[at], bare[at], repairs[at]) for at in left]
        return put_together(
            len(texts),
            [
                (none, self._rejects(len(none), NOT_A_PHONE_NUMBER)),
                (filled[done], JudgedCells.one_each(kinds, numbers[done])),
                (filled[left], JudgedCells.of(verdicts, self.kinds)),
            ],
        )


def as_texts(column: pd.Series) -> pa.Array:
    """Return a column as one Arrow string array without nulls."""
    texts = pa.array(column if column.dtype == "str" else column.astype("str"))
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    texts = texts.cast(pa.large_string())
    return pc.fill_null(texts, "") if texts.null_count else texts
