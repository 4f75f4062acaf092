"""A few entries, masked, that show a person what cleaning made of the file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stopimport.reporting.previews import Example
from stopimport.text.masking import mask

if TYPE_CHECKING:
    import pandas as pd

_SHOWN = 2
"""Digits shown at either end."""
_LONGEST = 32
"""Characters of a cell shown."""
_LOOKED_AT = 1000
"""Characters of a cell that are masked; no more of one is shown anywhere."""
_MAILBOX = re.compile(r"(?<![^\s@])([^\s@])[^\s@]++(?=@)")


def examples(entries: pd.DataFrame, count: int = 3) -> tuple[Example, ...]:
    """Return up to `count` valid entries, masked.

    Entries with different repairs come first: they are the ones worth a look.
    """
    valid = entries["number"].notna().to_numpy(dtype=bool)
    repaired = valid & (entries["repairs"] != "").to_numpy(dtype=bool)
    different = entries.loc[repaired, "repairs"].drop_duplicates().index
    telling = entries.index.isin(different).nonzero()[0]
    chosen = dict.fromkeys(int(place) for place in [*telling[:count], *valid.nonzero()[0][:count]])
    rows = entries.iloc[sorted(list(chosen)[:count])]
    return tuple(
        Example(mask_cell(str(written))[:_LONGEST], mask(str(number)), str(repairs))
        for written, number, repairs in zip(rows["input"], rows["number"], rows["repairs"], strict=True)
    )


def mask_cell(text: str) -> str:
    """Return a cell with its digits hidden but the first and last two, whatever is between them.

    Of an e-mail address that somebody wrote there the name is hidden too.
    """
    cut, text = len(text) > _LOOKED_AT, _MAILBOX.sub(r"\1•••", text[:_LOOKED_AT])
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    # The last digits of a part are not those of the cell.
    hidden = set(places[_SHOWN:] if cut else places[_SHOWN:-_SHOWN])
    return "".join("•" if place in hidden else sign for place, sign in enumerate(text))
