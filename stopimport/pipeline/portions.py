"""How large the partitions of large inputs are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Portion:
    """About so many rows, and so many bytes of text at most."""

    rows: int = 1 << 17
    bytes: int = 1 << 25
