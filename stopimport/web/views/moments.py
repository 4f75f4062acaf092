"""Times as proofs need them: to the second, with the zone."""

from __future__ import annotations

from datetime import datetime

from stopimport.text.language import _


def zoned(when: datetime | str) -> str:
    """Return a time by the clock on the wall, and how far that is from UTC; a text that is no time stays as it is."""
    try:
        moment = datetime.fromisoformat(when) if isinstance(when, str) else when
        local = moment.astimezone()
    except (ValueError, OverflowError):
        return str(when)
    offset = local.strftime("%z")
    return f"{local.strftime(_('%Y-%m-%d %H:%M'))}:{local.second:02} UTC{offset[:3]}:{offset[3:5]}"
