"""Is a number on the account's stop list now?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from stopimport.pipeline.fetching import fetch_into
from stopimport.pipeline.listed import Gathering
from stopimport.runs.digits import digits_of
from stopimport.sending.stop_list import Entries

if TYPE_CHECKING:
    from stopimport.pipeline.job import Context


@dataclass(frozen=True, slots=True)
class ListedNow:
    """What the list says of a number."""

    listed: bool
    stop_id: str
    """'' for none."""
    created_at: str
    """When it was put on the list, in the API's words; '' where it does not say."""
    partial: bool
    """The API gave only part of its list: that a number is not in it says nothing."""


def look(number: str, context: Context) -> ListedNow:
    """Fetch the account's stop list, and return what it says of `number` (E.164).

    Raises:
        StopimportError: there is no key, or the list cannot be fetched.
        KeyboardInterrupt: somebody asked to stop.
    """
    entries, gathering = Entries(), Gathering(digits_of([number]))
    fetched = fetch_into(entries, context)
    for part in entries.parts:
        gathering.take(part)
    listed = gathering.done(fetched)
    there = bool(listed.holds(gathering.wanted)[0])
    (stop_id,) = listed.ids_of(gathering.wanted)
    return ListedNow(there, stop_id, _created(entries, stop_id) if there else "", listed.partial)


def _created(entries: Entries, stop_id: str) -> str:
    """Return when the first entry with this id was put on the list."""
    for part in entries.parts:
        place = pc.index(part.stop_ids, stop_id).as_py()
        if place >= 0:
            return str(part.created_at[place])
    return ""
