"""Which call meets which fault: by chance, and the same with the same seed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from stopimport.sandbox.faults import FAULTS, Effect, Fault

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from stopimport.sandbox.options import FaultRule


@dataclass(frozen=True, slots=True)
class Struck:
    """A fault that a call meets."""

    name: str
    fault: Fault
    amount: float
    takes_effect: bool
    """Whether the call does its work before it is answered wrongly."""


class Chance:
    """Draws faults by the rules.

    The draw depends on the seed, the call's content and how often that content came before: with concurrent callers,
    whose order is never the same twice, every number still meets the same faults.

    Args:
        rules: tried in this order.
        seed: None for another course each time.
        seen: counts how often each content came, by its digest.
    """

    def __init__(self, rules: Sequence[FaultRule], seed: int | None, seen: Counter[bytes]) -> None:
        self._rules = tuple(rules)
        self._seed = secrets.token_bytes(16) if seed is None else str(seed).encode()[:64]
        self._seen = seen

    def draw(self, endpoint: str, number: int, content: bytes) -> Struck | None:
        """Return the fault that strikes call `number` (counted from 1), if any."""
        rules = [rule for rule in self._rules if rule.concerns(endpoint, number)]
        if not rules:
            return None
        digest = blake2b(endpoint.encode() + b"\n" + content, digest_size=16).digest()
        self._seen[digest] += 1
        drawn = blake2b(digest + str(self._seen[digest]).encode(), key=self._seed, digest_size=16).digest()
        lot = int.from_bytes(drawn[:8], "big") / 2**64
        for rule in rules:
            if lot < rule.rate:
                return _struck(rule, first_half=drawn[8] < 128)
            lot -= rule.rate
        return None


def _struck(rule: FaultRule, *, first_half: bool) -> Struck:
    fault = FAULTS[rule.name]
    amount = fault.amount if rule.amount is None else rule.amount
    takes_effect = fault.effect is Effect.ALWAYS or (fault.effect is Effect.SOMETIMES and first_half)
    return Struck(rule.name, fault, amount, takes_effect)
