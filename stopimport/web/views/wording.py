"""How the page says probable causes, and runs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stopimport.text.language import N_, _
from stopimport.vocabulary import REASONS, Reason

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIKELY: Mapping[str, str] = {
    Reason.NOT_A_PHONE_NUMBER: N_("It is probably not the phone column. Choose another one below."),
    Reason.NOT_MOBILE: N_("They look like landlines, or like numbers of another country. Check column and country."),
    Reason.INVALID_NUMBER: N_("They are probably numbers of another country. Check the country."),
    Reason.TOO_SHORT: N_("They are probably numbers of another country, or truncated. Check the country."),
    Reason.TOO_LONG: N_("They are probably numbers of another country. Check the country."),
    Reason.DIGITS_LOST: N_("A spreadsheet program rounded them. Export the file again with the column as text."),
    Reason.UNKNOWN_COUNTRY: N_("Their country could not be understood. Check the country."),
}
FIND_TITLE = N_("Where did a number come from?")
_STARTED = re.compile(r"\d{4}-\d\d-\d\dT\d{6}Z-")


def likely_cause(reason: str) -> str:
    """Return the probable cause of many rejects, by their most frequent reason; '' for none."""
    if reason in _LIKELY:
        return _(_LIKELY[reason])
    return _(REASONS[Reason(reason)].meaning) if reason else ""


def short_name(run: str) -> str:
    """Return a run's name without the time that it begins with."""
    return _STARTED.sub("", run) or run
