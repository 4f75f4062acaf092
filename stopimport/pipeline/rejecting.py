"""Where much is rejected: which entries, why, and the countries whose numbers they may be."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pandas as pd

from stopimport.cleaning.stage import clean
from stopimport.pipeline.glance import sampled
from stopimport.reporting.counts import rejects_by_reason
from stopimport.reporting.previews import CountryFit
from stopimport.runs.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.cleaning.entries import CleanOptions
    from stopimport.reporting.previews import RejectedEntry
    from stopimport.settings import Settings

_NEAR = (
    *("FR", "BE", "CH", "LU", "DE", "ES", "IT", "PT", "GB", "NL", "IE", "AT", "PL", "RO"),
    *("MA", "DZ", "TN", "SN", "CI", "CM", "RE", "GP", "MQ", "GF", "YT", "NC", "PF", "CA"),
)
"""Countries whose numbers are to be expected in files of this region, the likelier ones first."""
_TRIED = 200
"""So many entries say which countries are worth a count."""
_OFFERED = 3
_FITS, _NEARLY_AS_GOOD = 0.5, 0.9
"""Share of all entries that must fit to be offered, and of what fits the best one."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """The rejected entries of one phone column, or of all."""

    reasons: dict[str, int]
    samples: dict[str, tuple[RejectedEntry, ...]]
    countries: tuple[CountryFit, ...]


def rejected(journal: Path, source: int | None, settings: Settings) -> Rejected:
    """Return what is rejected in the run with this journal.

    Args:
        journal: the run's.
        source: index of the phone column; None: all of them.
        settings: those that it was made with.

    Raises:
        StopimportError: the journal cannot be read.
    """
    with Journal.open(journal) as opened:
        entries = opened.entries()
    if source is not None:
        entries = entries[entries["source"] == source]
    fits = fitting_countries(entries, settings.clean_options())
    return Rejected(dict(rejects_by_reason(entries, 0)), sampled(entries), fits)


def fitting_countries(entries: pd.DataFrame, options: CleanOptions) -> tuple[CountryFit, ...]:
    """Return the countries by which far more cells would hold valid numbers, the best first."""
    cells = entries.drop_duplicates(["file", "sheet", "row", "column"])
    inputs = cells["input"].reset_index(drop=True)
    valid = int(cells["number"].notna().sum())
    some = inputs.iloc[:: max(len(inputs) // _TRIED, 1)]
    others = [region for region in _NEAR if region != options.region]
    tried = {region: _valid(some, replace(options, region=region)) for region in others}
    best = sorted(others, key=lambda region: -tried[region])[:_OFFERED]
    fits = [CountryFit(region, _valid(inputs, replace(options, region=region)), len(inputs)) for region in best]
    most = max((each.fit for each in fits), default=0)
    good = max(_FITS * len(inputs), _NEARLY_AS_GOOD * most, valid + 1)
    return tuple(sorted((each for each in fits if each.fit >= good), key=lambda each: -each.fit))


def _valid(inputs: pd.Series[str], options: CleanOptions) -> int:
    entries = clean(pd.DataFrame({"input": inputs}), options).entries
    return int(entries.loc[entries["number"].notna(), "row"].nunique())
