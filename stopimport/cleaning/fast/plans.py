"""The numbering plans of phonenumbers' metadata, as automata for each way of writing a number.

An automaton tells apart all strings between which `numbers.judge_digits` could make a difference: it knows every
pattern that is consulted there, in every reading (as it is, after the national prefix, after a calling code …).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import phonenumbers as pn

from stopimport.cleaning.fast.automaton import Automaton
from stopimport.cleaning.fast.patterns import ANYTHING, Graph
from stopimport.cleaning.french import FRANCE, FRENCH_ZONE, lost_plus_codes
from stopimport.cleaning.prefixes import international_prefix, national_prefixes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stopimport.cleaning.fast.patterns import Nodes

_LINES = (
    "general_desc", "fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip",
    "pager", "uan", "voicemail",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plans:
    """The automata made so far; they depend on the metadata alone."""

    graph: Graph = field(default_factory=Graph)
    _made: dict[tuple[int | str | None, int], Automaton] = field(default_factory=dict)

    def international(self, code: int, length: int) -> Automaton:
        """Return the automaton of what follows this calling code, `length` digits in all."""
        if (code, length) not in self._made:
            region = pn.region_code_for_country_code(code)
            self._made[code, length] = self._automaton(self._plan(code, region, _zone(code)), length)
        return self._made[code, length]

    def national(self, home: str | None, length: int) -> Automaton:
        """Return the automaton of `length` digits without international prefix in the country `home`."""
        if (home, length) not in self._made:
            self._made[home, length] = self._automaton(self._national(home) if home else (), length)
        return self._made[home, length]

    def _automaton(self, patterns: Iterable[Nodes], length: int) -> Automaton:
        return Automaton.of(self.graph, list(dict.fromkeys(patterns)), length)

    def _national(self, home: str) -> Iterator[Nodes]:
        graph, own = self.graph, pn.country_code_for_region(home)
        at_home = list(self._plan(own, home, _zone(own)))
        yield from at_home
        yield from (graph.after(nodes, 0) for nodes in at_home)
        dialled = graph.pattern(international_prefix(home), ANYTHING)
        yield dialled
        yield graph.after(dialled, 0)
        for code in lost_plus_codes(home):
            yield graph.digits(str(code), ANYTHING)
            asked = _zone(code) if code in (own, FRANCE) else (code,)
            for region in {pn.region_code_for_country_code(code), home if code == own else ""} - {""}:
                yield from (graph.digits(str(code), nodes) for nodes in self._plan(code, region, asked))

    def _plan(self, code: int, region: str, asked: tuple[int, ...]) -> Iterator[Nodes]:
        """Yield what is asked about the digits of a number with this calling code.

        Args:
            code: the calling code.
            region: the country whose way to write the national prefix counts.
            asked: the calling codes whose patterns the digits are compared with.
        """
        patterns = list(self._patterns(asked))
        yield from patterns
        for zeros in ("0", "00", "000"):
            yield self.graph.digits(zeros, ANYTHING)
        literals, pattern = national_prefixes(code, region)
        if pattern:
            yield self.graph.pattern(pattern, ANYTHING) - ANYTHING
        for literal in literals:
            yield self.graph.digits(literal, ANYTHING)
            yield self.graph.digits(literal + "0", ANYTHING)
            yield self.graph.digits(2 * literal, ANYTHING)
            yield from (self.graph.digits(literal, nodes) for nodes in patterns)

    def _patterns(self, codes: Iterable[int]) -> Iterator[Nodes]:
        """Yield the patterns of all countries with these calling codes."""
        for code in codes:
            for country in pn.region_codes_for_country_code(code):
                metadata = pn.PhoneMetadata.metadata_for_region_or_calling_code(code, country)
                if metadata is None:
                    continue
                yield from map(self.graph.pattern, _line_patterns(metadata))
                if metadata.leading_digits:
                    yield self.graph.pattern(metadata.leading_digits, ANYTHING)


@cache
def plans() -> Plans:
    """Return the automata of this process; the metadata does not change under it."""
    return Plans()


def _zone(code: int) -> tuple[int, ...]:
    return FRENCH_ZONE if code in FRENCH_ZONE else (code,)


def _line_patterns(metadata: pn.PhoneMetadata) -> Iterable[str]:
    lines = (getattr(metadata, line) for line in _LINES)
    return dict.fromkeys(line.national_number_pattern for line in lines if line and line.national_number_pattern)


def is_special(digits: str, home: str | None, code: int | None) -> bool:
    """Whether phonenumbers may do more with `digits` than an automaton sees.

    That is: take off an international prefix, two prefixes, or a national prefix that is no plain digits (such ones
    may hold an operator's code, or stand for other digits).

    Args:
        digits: what is after the calling code `code`, or without one in the country `home`.
        home: the country of the row.
        code: the calling code; None for digits without one.
    """
    if code is not None:
        return _has_pattern_prefix(digits, code, pn.region_code_for_country_code(code))
    if home is None:
        return False
    dialled = re.compile(international_prefix(home))
    own = pn.country_code_for_region(home)
    asked = (digits,) if digits.startswith("0") else (digits, "0" + digits)
    if any(dialled.match(written) or _has_pattern_prefix(written, own, home) for written in asked):
        return True
    after = [(code, digits.removeprefix(str(code))) for code in lost_plus_codes(home) if digits.startswith(str(code))]
    return any(
        _has_pattern_prefix(rest, code, region)
        or rest.startswith(tuple(2 * word for word in national_prefixes(code, region)[0]))
        for code, rest in after
        for region in (
            home if code == own else pn.region_code_for_country_code(code),
            pn.region_code_for_country_code(code),
        )
    )


def _has_pattern_prefix(digits: str, code: int, region: str) -> bool:
    pattern = national_prefixes(code, region)[1]
    match = re.match(pattern, digits) if pattern else None
    return match is not None and match.end() > 0
