"""Masking: phone numbers are personal data and never appear whole in a log."""

from __future__ import annotations

import re
import traceback

_DIGITS = re.compile(r"\+?\d(?:[ .\-]?\d){7,}")

_DATE = re.compile(
    r"(?<![\d+])(?:19|20)\d\d([-_.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])"
    r"(?:[T_ -](?:[01]\d|2[0-3])[-_:.h]?[0-5]\d(?:[-_:.]?[0-5]\d)?|(?:[01]\d|2[0-3])[0-5]\d[0-5]\d)?(?!\d)"
)
"""A date, with a time or without, as exports and runs have them in their names: digits that are no phone number."""


def mask(number: str) -> str:
    """Return an E.164 number with its middle hidden: ``+33612345678`` gives ``+336••••••78``."""
    return number[:4] + "•" * max(len(number) - 6, 0) + number[-2:] if len(number) > 6 else "•" * len(number)


def mask_text(text: str) -> str:
    """Return `text` with every run of eight or more digits masked, for messages that come from outside; dates stay."""
    parts, end = [], 0
    for date in _DATE.finditer(text):
        parts += [_masked(text[end : date.start()]), date.group()]
        end = date.end()
    return "".join([*parts, _masked(text[end:])])


def masked_trace(error: BaseException) -> str:
    """Return the traceback of a bug, with which people report it, numbers masked."""
    return mask_text("".join(traceback.format_exception(error)))


def _masked(text: str) -> str:
    return _DIGITS.sub(lambda found: mask(found.group()), text)
