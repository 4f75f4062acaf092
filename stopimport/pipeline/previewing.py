"""What a person sees of files before anything is sent: what was understood of them, and samples of what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.cleaning.stage import judge
from stopimport.loading.preview_files import preview_files
from stopimport.reporting.examples import examples
from stopimport.reporting.previews import Example, RejectedEntry
from stopimport.runs.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import pandas as pd

    from stopimport.loading.preview import FilesPreview
    from stopimport.settings import Settings

_REJECTS = 3
"""Samples of each reason."""


@dataclass(frozen=True, slots=True)
class Samples:
    """A few entries of a run."""

    examples: tuple[Example, ...]
    """Valid ones, masked."""
    rejects: dict[str, tuple[RejectedEntry, ...]]
    """Rejected ones, by reason."""


def preview(files: Sequence[str | Path], settings: Settings) -> FilesPreview:
    """Say what is understood of `files`; that a phone column is missing or unclear is no error here.

    Raises:
        StopimportError: a file cannot be read, or an option names something that is not there.
    """
    options = settings.clean_options()
    return preview_files(files, settings.load_options(), lambda inputs, countries: judge(inputs, countries, options))


def samples(journal: Path) -> Samples:
    """Return a few entries of the run with this journal.

    Raises:
        StopimportError: the journal cannot be read.
    """
    with Journal.open(journal) as opened:
        entries = opened.entries()
    return Samples(examples(entries), _rejects(entries))


def _rejects(entries: pd.DataFrame) -> dict[str, tuple[RejectedEntry, ...]]:
    bad = entries[entries["number"].isna()]
    some = bad[bad.groupby("reason", observed=True).cumcount() < _REJECTS]
    found: dict[str, tuple[RejectedEntry, ...]] = {}
    for row in some.to_dict("records"):
        entry = RejectedEntry(str(row["file"]), str(row["sheet"]), int(row["row"]), str(row["input"]))
        found[str(row["reason"])] = (*found.get(str(row["reason"]), ()), entry)
    return found
