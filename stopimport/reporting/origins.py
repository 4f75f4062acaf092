"""Where the numbers come from: how many of each country, and of each kind of line."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from stopimport.text.language import _, language_in_force, ngettext
from stopimport.vocabulary import LINES, Line, Reason

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_SHOWN = 8
"""Countries shown by name; the others are counted together."""


@dataclass(frozen=True, slots=True)
class Share:
    """One bar: what, how many, and how long the bar is."""

    label: str
    count: int
    part: float
    """Of the longest bar, 0 to 1."""
    tone: str = "known"


@dataclass(frozen=True, slots=True)
class Origins:
    """What `countries` and `lines` count, of all entries or of some of them."""

    regions: Counter[str] = field(default_factory=Counter)
    """Different valid numbers by region."""
    accepted: Counter[str] = field(default_factory=Counter)
    """The same by kind of line; nothing in runs of older versions, whose entries do not tell it."""
    refused: Counter[str] = field(default_factory=Counter)
    """Entries rejected for their kind of line, by it."""

    @classmethod
    def of(cls, entries: pd.DataFrame) -> Origins:
        """Count a frame of `cleaning.entries`."""
        firsts = entries["number"].notna().to_numpy(dtype=bool) & (entries["duplicate_of"].to_numpy() < 0)
        regions = _counted(entries["region"], firsts)
        if "line" not in entries:
            return cls(regions)
        refused = (entries["reason"] == Reason.NOT_MOBILE.value).to_numpy(dtype=bool)
        return cls(regions, _counted(entries["line"], firsts), _counted(entries["line"], refused))

    def __add__(self, after: Origins) -> Origins:
        """Return the count of these entries and of those `after` them."""
        return Origins(self.regions + after.regions, self.accepted + after.accepted, self.refused + after.refused)


def countries(origins: Origins) -> tuple[Share, ...]:
    """Return the countries of the different valid numbers, most frequent first, the rare ones as one."""
    found = sorted(origins.regions.items(), key=lambda item: -item[1])
    if not found:
        return ()
    names = _names()
    rows = [(names.get(code, code) if code else _("Unknown country"), count) for code, count in found[:_SHOWN]]
    if len(found) == _SHOWN + 1:
        rows.append((names.get(found[-1][0], found[-1][0]), found[-1][1]))
    elif rest := found[_SHOWN:]:
        label = ngettext("{number} other country", "{number} other countries", len(rest)).format(number=len(rest))
        rows.append((label, sum(count for _code, count in rest)))
    longest = max(count for _label, count in rows)
    return tuple(Share(label, count, count / longest) for label, count in rows)


def lines(origins: Origins) -> tuple[Share, ...]:
    """Return the kinds of lines of the different valid numbers, then those of entries rejected for it."""
    accepted, refused = origins.accepted, origins.refused
    longest = max([*accepted.values(), *refused.values()], default=1)
    ordered = [line.value for line in Line] + [""]
    told = [Share(_label(line), accepted[line], accepted[line] / longest) for line in ordered if line in accepted]
    for line in ordered:
        if line in refused:
            label = _("{line}, rejected").format(line=_label(line))
            told.append(Share(label, refused[line], refused[line] / longest, "look"))
    return tuple(told)


def _counted(words: pd.Series, chosen: NDArray[np.bool_]) -> Counter[str]:
    column = words.astype("category").cat
    counts = np.bincount(column.codes.to_numpy()[chosen], minlength=len(column.categories))
    return Counter({str(word): int(count) for word, count in zip(column.categories, counts, strict=True) if count})


def _label(line: str) -> str:
    return _(LINES[Line(line)]) if line else _("Not in the numbering plan")


def _names() -> dict[str, str]:
    from babel import Locale  # noqa: PLC0415 - half of what a small report costs, and a run may have no numbers

    return dict(Locale.parse(language_in_force()).territories)
