"""Entries counted for the guards on them, partition by partition."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RejectTally:
    """Entries counted for the guards: what the rejected ones were rejected for, the first reason met first."""

    entries: int = 0
    sizes: Counter[int] = field(default_factory=Counter)
    """Entries by source (see `loading.cells`)."""
    by_source: Mapping[int, Counter[str]] = field(default_factory=dict)
    """Rejected ones by source and reason."""
    together: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, entries: pd.DataFrame) -> RejectTally:
        """Count a frame of entries."""
        sources = entries["source"].to_numpy()
        bad = np.flatnonzero(entries["number"].isna())
        reasons, rejected = entries["reason"].iloc[bad].astype("category").cat, sources[bad]
        codes, words = reasons.codes.to_numpy(), list(reasons.categories)
        by_source = {int(source): _met(codes[rejected == source], words) for source in np.unique(rejected)}
        sizes = np.bincount(sources)
        held = Counter({source: int(size) for source, size in enumerate(sizes) if size})
        return cls(len(entries), held, by_source, _met(codes, words))

    def __add__(self, after: RejectTally) -> RejectTally:
        """Return the count of these entries and of those `after` them."""
        sources = [*self.by_source, *(source for source in after.by_source if source not in self.by_source)]
        nothing: Counter[str] = Counter()
        return RejectTally(
            self.entries + after.entries,
            self.sizes + after.sizes,
            {source: self.by_source.get(source, nothing) + after.by_source.get(source, nothing) for source in sources},
            self.together + after.together,
        )


def _met(codes: NDArray[np.integer[Any]], words: Sequence[str]) -> Counter[str]:
    """Count the `words` that `codes` stand for, in the order in which they come."""
    different, first, counts = np.unique(codes, return_index=True, return_counts=True)
    return Counter({words[different[at]]: int(counts[at]) for at in np.argsort(first)})
