"""`--alert-rejects`: a warning when much of a file is rejected, long before the guard of `--max-rejects`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stopimport.errors import BadOption
from stopimport.text.language import N_, Plural, translated

if TYPE_CHECKING:
    from stopimport.runs.summary import Counts


def parse_alert(text: str | None) -> float | None:
    """Return the share (0 to 1) of ``10%`` or ``10``; None without one.

    Raises:
        BadOption: it is none.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*%?", str(text).strip(), re.ASCII)
    share = float(found[1].replace(",", ".")) / 100 if found else 2.0
    if share > 1:
        raise BadOption("--alert-rejects", str(text), N_("a percentage such as 10%"))
    return share


def alert(file: str, counts: Counts, share: float | None) -> str:
    """Return the warning about a file with these counts, or '' if there is nothing to warn of."""
    rejected, entries = counts.to_correct, counts.entries
    if share is None or rejected <= share * entries:
        return ""
    warning = Plural(
        "{file}: {rejected:,} of {entries:,} entries was rejected, more than --alert-rejects {share:g}%.",
        "{file}: {rejected:,} of {entries:,} entries were rejected, more than --alert-rejects {share:g}%.",
        by="rejected",
    )
    return translated(warning, {"file": file, "rejected": rejected, "entries": entries, "share": share * 100})
