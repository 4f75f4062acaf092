"""Is a number on the account's stop list now?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.pipeline.fetching import fetch
from stopimport.pipeline.listed import Listed

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
    stop_list = fetch(context)
    listed = Listed.of(stop_list)
    there = bool(listed.holds([number])[0])
    (stop_id,) = listed.ids_of([number])
    created = next((entry.created_at for entry in stop_list.entries if there and entry.stop_id == stop_id), "")
    return ListedNow(there, stop_id, created, stop_list.partial)
