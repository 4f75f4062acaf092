"""Names and sentences as they may be shown to those who watch: on one line, without phone numbers."""

from __future__ import annotations

from stopimport.text.masking import mask_text


def plain(text: str) -> str:
    """Return `text` on one line, without characters that a terminal would obey."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def veiled(text: str) -> str:
    """Return `text` on one line, phone numbers in it masked."""
    return mask_text(plain(" ".join(text.split())))
