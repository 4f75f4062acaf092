"""Unusual characters made plain: other scripts' digits, special spaces, invisible characters."""

from __future__ import annotations

import unicodedata

_LINE_BREAKS = str.maketrans(dict.fromkeys("\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029", "\n"))
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_SMALL_PLUS = "\ufe62"
_COMPOSED = 256
"""Characters of the longest text whose letters and accents are put together before it is compared."""
_INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me"})


class _Plain(dict[int, str | None]):
    """What ``str.translate`` puts in place of a character, found out when it is first met."""

    def __missing__(self, code: int) -> str | None:
        plain = self[code] = _plain(chr(code))
        return plain


def _plain(char: str) -> str | None:
    if char in "\n\t" or " " <= char <= "~":
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    if ord(char) in _FULL_WIDTH:
        return chr(ord(char) - 0xFEE0)
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if char == _SMALL_PLUS:
        return "+"
    return None if category in _INVISIBLE else char


_PLAIN = _Plain()


def plain_characters(text: str) -> tuple[str, bool]:
    r"""Return `text` with unusual characters made plain, and whether there were any.

    Digits of any script become ASCII digits, full-width signs their twins, special spaces a space; invisible
    characters go. All line breaks become ``\n``, which is not a repair. Accented letters stay.
    """
    text = text.translate(_LINE_BREAKS) if not text.isprintable() else text
    if text.isascii() and text.isprintable():
        return text, False
    # Sorting marks takes as long as their number squared; no number has so many signs.
    composed = unicodedata.normalize("NFC", text) if len(text) <= _COMPOSED else text
    plain = composed.translate(_PLAIN)
    return plain, plain != composed
