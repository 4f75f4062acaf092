"""Masking: phone numbers are personal data and never appear whole in a log."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"\+?\d(?:[ .\-]?\d){7,}")


def mask(number: str) -> str:
    """Return an E.164 number with its middle hidden: ``+33612345678`` gives ``+336••••••78``."""
    return number[:4] + "•" * max(len(number) - 6, 0) + number[-2:] if len(number) > 6 else "•" * len(number)


def mask_text(text: str) -> str:
    """Return `text` with every run of eight or more digits masked, for messages that come from outside."""
    return _DIGITS.sub(lambda match: mask(match.group()), text)
