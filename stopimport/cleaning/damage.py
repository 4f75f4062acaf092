"""Writings that no longer are a number: masked, cut off, with a wildcard, or the result of a sum.

They may still have the digits of some number, of a shorter or of another one: nobody wrote that number, so it is never
taken. The rules are the contract's (``not_a_phone_number``), and hold in every country; in doubt they reject.
"""

from __future__ import annotations

import re

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212\ufe63-"
_LETTER = r"[^\W\d_]"
_MARKS = (
    "*%#?\u2026\u2025\u22ef\ufffd"  # wildcards, ellipses, and what stands for a sign that was lost
    "\u2022\u2219\u25cf\u25cb\u25e6\u2023\u25a0\u25a1\u25aa\u25ab\u25ae\u25af\u2588\u2591\u2592\u2593\u2b24\u26aa\u26ab"
    "\u2217\u204e\u2731\u2732\u2605\u2606\u00d7\u2715\u2716\u2717\u2718\u2030\u066a\u00bf\u061f\u203d\ufe56\ufe5f\ufe61\ufe6a"
)
_MASKED = re.compile(
    rf"""[{re.escape(_MARKS)}]
    | \.\. | \u00b7\u00b7 | __ | [{DASHES}]{{3}}          # several signs in a row stand for what is not there
    | (?<!\w)_ | _(?!\w)                                  # SQL's wildcard for one sign
    | (?<!{_LETTER})(?:x|({_LETTER})\1+)(?!{_LETTER})     # xx, nn: letters in place of digits
    """,
    re.IGNORECASE | re.VERBOSE,
)
_INNER_BRACKETS = re.compile(r"[\[\]{}]")
"""Between digits they name several that may stand there: ``45[67]8``."""
_DECIMAL = re.compile(
    r"(?:0|[1-9]\d*+)[.,]\d++|[1-9]\d{0,2}(?P<group>[ '.,])\d{3}(?:(?P=group)\d{3})*+(?!(?P=group))[.,]\d{1,3}"
)


def is_masked(text: str) -> bool:
    """Tell whether signs or letters in `text` stand for digits that are not there."""
    return _MASKED.search(text) is not None


def is_decimal(text: str) -> bool:
    """Tell whether `text` is a number with decimals, perhaps with its thousands set apart."""
    return _DECIMAL.fullmatch(text) is not None


def is_sum(before: str, core: str, after: str, *, beside: bool) -> bool:
    """Tell whether digits are a negative number, as a spreadsheet program makes of ``+33-600001001``.

    A dash that leads a list, or divides a word from a number, is none: it stands apart, or the digits begin as those of
    a phone number do.

    Args:
        before: the signs before the digits, without a plus.
        core: the digits, and what stands between them.
        after: the signs after them.
        beside: words stood around all this.
    """
    sign = before.rstrip(" \t\n(")
    national = core.startswith("0")
    if sign and sign[-1] in DASHES:
        alone = not beside and len(sign.strip()) == 1
        glued = not before[len(sign) :].strip("(")
        return (glued and (alone or not national)) or (alone and not national)
    if beside or national or sign.endswith("+"):
        return False
    in_brackets = before.strip() == "(" and after.strip() == ")" and ")" not in core
    return in_brackets or _is_dash(after.strip())


def has_inner_brackets(core: str) -> bool:
    """Tell whether brackets between the digits of `core` say that one of several stands there."""
    return _INNER_BRACKETS.search(core) is not None


def _is_dash(sign: str) -> bool:
    return len(sign) == 1 and sign in DASHES
