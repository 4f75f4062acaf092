r"""phonenumbers' number patterns as graphs of digits, the raw material of `automaton`.

The patterns of the metadata are regular expressions of a small kind: digits, classes, ``\d``, groups, alternatives,
``?`` and counts. Each becomes a set of nodes; a node says which digits may come next and which nodes follow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

Nodes = frozenset[int]
END: Nodes = frozenset({0})
"""Nothing may follow."""
ANYTHING: Nodes = frozenset({1})
"""Any digits may follow."""
ANY_DIGIT = 0b11_1111_1111
_TOKEN = re.compile(r"\(\?:|[()|?$]|\\d|\d|\[[\d-]+\]|\{\d+(?:,\d+)?\}")


class UnknownPattern(ValueError):
    """A pattern of the metadata is of no kind that is understood here."""


class Node(NamedTuple):
    """One digit of a number: which digits it may be (bit 3: may be 3), and what follows."""

    digits: int
    following: Nodes
    lengths: int
    """How many digits can follow from here on, this one included (bit 9: nine)."""


@dataclass(frozen=True, slots=True)
class Graph:
    """All nodes made so far; the same node is made only once."""

    nodes: list[Node] = field(
        default_factory=lambda: [Node(0, frozenset(), 1), Node(ANY_DIGIT, ANYTHING, (1 << 64) - 1)]
    )
    _index: dict[tuple[int, Nodes], int] = field(default_factory=dict)
    _patterns: dict[tuple[str, Nodes], Nodes] = field(default_factory=dict)

    def pattern(self, pattern: str, following: Nodes = END) -> Nodes:
        """Return the first nodes of `pattern` with `following` after it; ``$`` ends a number before that.

        Raises:
            UnknownPattern: it cannot be understood.
        """
        if (pattern, following) not in self._patterns:
            tokens = _TOKEN.findall(pattern)
            if "".join(tokens) != pattern:
                raise UnknownPattern(pattern)
            self._patterns[pattern, following] = _Parser(self, tokens[::-1]).alternatives(following)
        return self._patterns[pattern, following]

    def digits(self, digits: str, following: Nodes) -> Nodes:
        """Return the first node of these `digits` with `following` after them."""
        for digit in reversed(digits):
            following = self.node(1 << int(digit), following)
        return following

    def after(self, nodes: Nodes, digit: int) -> Nodes:
        """Return what follows `nodes` after `digit`."""
        found = (self.nodes[node] for node in nodes)
        return frozenset().union(*(node.following for node in found if node.digits >> digit & 1))

    def node(self, digits: int, following: Nodes) -> Nodes:
        """Return the node for one digit out of `digits` and what follows it."""
        key = (digits, following)
        if key not in self._index:
            lengths = 0
            for node in following:
                lengths |= self.nodes[node].lengths
            self._index[key] = len(self.nodes)
            self.nodes.append(Node(digits, following, lengths << 1))
        return frozenset({self._index[key]})


@dataclass(frozen=True, slots=True)
class _Parser:
    """Reads tokens (the next one last) from right to left in meaning: each part is built onto what follows it."""

    graph: Graph
    tokens: list[str]

    def alternatives(self, following: Nodes) -> Nodes:
        found = self._sequence(following)
        while self.tokens and self.tokens[-1] == "|":
            self.tokens.pop()
            found |= self._sequence(following)
        return found

    def _sequence(self, following: Nodes) -> Nodes:
        parts: list[tuple[list[str], int, int]] = []
        while self.tokens and self.tokens[-1] not in ("|", ")"):
            part = self._part()
            parts.append((part, *self._count()))
        for part, least, most in reversed(parts):
            following = self._repeated(part, least, most, following)
        return following

    def _part(self) -> list[str]:
        """Take the tokens of one digit or group."""
        taken = [self.tokens.pop()]
        depth = int(taken[0].startswith("("))
        while depth:
            if not self.tokens:
                raise UnknownPattern("".join(taken))
            taken.append(self.tokens.pop())
            depth += taken[-1].startswith("(") - (taken[-1] == ")")
        return taken

    def _count(self) -> tuple[int, int]:
        if self.tokens and self.tokens[-1] == "?":
            self.tokens.pop()
            return 0, 1
        if self.tokens and self.tokens[-1].startswith("{"):
            least, _, most = self.tokens.pop()[1:-1].partition(",")
            return int(least), int(most or least)
        return 1, 1

    def _repeated(self, part: list[str], least: int, most: int, following: Nodes) -> Nodes:
        found = following
        for _ in range(most - least):
            found = self._once(part, found) | following
        for _ in range(least):
            found = self._once(part, found)
        return found

    def _once(self, part: list[str], following: Nodes) -> Nodes:
        if part == ["$"]:
            return END
        if part[0].startswith("("):
            return _Parser(self.graph, part[-2:0:-1]).alternatives(following)
        return self.graph.node(_digit_set(part[0]), following)


@cache
def _digit_set(token: str) -> int:
    """Return the digits that `token` stands for, as bits."""
    allowed = re.compile(token)
    return sum(1 << digit for digit in range(10) if allowed.fullmatch(str(digit)))
