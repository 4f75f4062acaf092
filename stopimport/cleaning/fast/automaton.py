"""Sorting digit strings by the patterns that they match, many at once.

Two strings of the same length that end in the same state match the same patterns. So phonenumbers says the same about
both, and one look at one of them is enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stopimport.cleaning.fast.patterns import ANY_DIGIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from stopimport.cleaning.fast.patterns import Graph, Nodes

_PATTERN_SHIFT = 32


@dataclass(frozen=True, slots=True)
class Automaton:
    """The states of strings of one length."""

    steps: tuple[NDArray[np.int32], ...]
    """For each digit: the next state, by ten times the state before plus the digit."""
    examples: tuple[str, ...]
    """For each state at the end, one string that ends there."""

    @classmethod
    def of(cls, graph: Graph, patterns: Sequence[Nodes], length: int) -> Automaton:
        """Build the automaton of strings of `length` digits and these `patterns`."""
        state = frozenset(number << _PATTERN_SHIFT | node for number, nodes in enumerate(patterns) for node in nodes)
        states, examples = [state], [""]
        steps = []
        for left in range(length - 1, -1, -1):
            index: dict[frozenset[int], int] = {}
            found: list[str] = []
            step = []
            for state, example in zip(states, examples, strict=True):
                for digit, following in enumerate(_followers(graph, state, left)):
                    if following not in index:
                        index[following] = len(index)
                        found.append(f"{example}{digit}")
                    step.append(index[following])
            steps.append(np.array(step, np.int32))
            states, examples = list(index), found
        return cls(tuple(steps), tuple(examples))

    def run(self, columns: Sequence[NDArray[np.uint8]]) -> NDArray[np.int32]:
        """Return the state in which each string ends; `columns` are the strings' first digits, second digits ….."""
        state = np.zeros(len(columns[0]), np.int32)
        for step, digits in zip(self.steps, columns, strict=True):
            state = step[state * 10 + digits]
        return state

    def end(self, digits: str) -> int:
        """Return the state in which one string ends."""
        state = 0
        for step, digit in zip(self.steps, digits, strict=True):
            state = step[state * 10 + int(digit)]
        return int(state)


def _followers(graph: Graph, state: frozenset[int], left: int) -> list[frozenset[int]]:
    """Return the state after each of the ten digits: what can still match with `left` more digits."""
    nodes = graph.nodes
    after_any: set[int] = set()
    after: list[set[int]] = [set() for _ in range(10)]
    for item in state:
        pattern = item >> _PATTERN_SHIFT << _PATTERN_SHIFT
        node = nodes[item - pattern]
        following = [pattern | other for other in node.following if nodes[other].lengths >> left & 1]
        if not following:
            continue
        if node.digits == ANY_DIGIT:
            after_any.update(following)
            continue
        for digit in range(10):
            if node.digits >> digit & 1:
                after[digit].update(following)
    common = frozenset(after_any)
    return [common.union(items) if items else common for items in after]
