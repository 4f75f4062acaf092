"""What makes two runs of the same files equal: the settings that decide which numbers come out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from stopimport.runs.facts import plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stopimport.settings import Settings

_APART = frozenset({"keep", "careful", "max_file_size", "lone", "ranged"})
"""Settings of reading that decide neither which numbers come out nor how."""
_YOUNGER = {"no_country": False, "left_out": ()}
"""Settings that older runs did not have, as these did it: left out so, for equal runs to stay equal."""


def cleaning_facts(settings: Settings) -> Mapping[str, Any]:
    """Return the settings that decide which numbers come out, as JSON has them, to tell equal runs from others."""
    options = asdict(settings.load_options()) | asdict(settings.clean_options())
    told = {name: value for name, value in options.items() if name not in _APART}
    found: Mapping[str, Any] = plain(
        {name: value for name, value in told.items() if name not in _YOUNGER or value != _YOUNGER[name]}
    )
    return found
