"""The fixed words of the report, marked for translation; the template holds none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.text.language import N_, _

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "title": N_("Report of {run}"),
    "then": N_("; "),
    "pair": N_("{label}: {text}"),
    "skip": N_("Skip to the rows that need review"),
    "next": N_("What to do next"),
    "nothing": N_("Nothing. Keep the folder as proof of what was done."),
    "open": N_("Which file to open"),
    "notices": N_("Please note"),
    "flow": N_("From rows to outcomes"),
    "flow_note": N_("The width of each band is its count; very small counts are drawn as a thin line."),
    "figures": N_("In figures"),
    "what": N_("What"),
    "count": N_("Count"),
    "reasons": N_("Why rows need review, and what to do"),
    "sending": N_("Numbers sent over time", N_("Numbers added over time")),
    "origins": N_("Countries and line types"),
    "countries": N_("Countries"),
    "lines": N_("Line types"),
    "numbers": N_("Numbers"),
    "rejects": N_("The rows that need review"),
    "none": N_("None: every phone number found is valid."),
    "search": N_("Search these rows"),
    "table": N_("Table, scrollable"),
    "shown": N_("Rows shown: {shown} of {all}"),
    "record": N_("For the record"),
    "about": N_("The run", N_("The import")),
    "settings": N_("Settings"),
    "settings_note": N_("Settings changed from their default come first, marked with a dot."),
    "inputs": N_("Files read"),
    "fingerprint": N_("Fingerprint of the file's contents: the same fingerprint means the same file"),
    "masked": N_(
        "Phone numbers are masked here; the files of the run show them in full.",
        N_("Phone numbers are masked here; the files of the import show them in full."),
    ),
    "whole": N_("This report shows full phone numbers, which are personal data. Share it with care."),
    "end": N_(
        "Made by stopimport {version} from the run's journal; this file needs no network and sends nothing.",
        N_(
            "Made from the import's journal (version {version} of stopimport); this file needs no network and sends "
            "nothing."
        ),
    ),
}


def words() -> dict[str, str]:
    """Return the report's fixed words in the language in force."""
    return {name: _(text) for name, text in _WORDS.items()}
