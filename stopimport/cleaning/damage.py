"""Writings that no longer are a number: masked, cut off, with a wildcard, or the result of a sum.

They may still have the digits of some number, of a shorter or of another one: nobody wrote that number, so it is never
taken. The rules are the contract's (``not_a_phone_number``), and hold in every country; in doubt they reject.
"""

from __future__ import annotations

import re

DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\u2e3a\u2e3b\ufe58\ufe63-"
_LETTER = r"[^\W\d_]"
_MARKS = (
    r"*%#?\u2026\u2025\u22ee-\u22f1\ufe19\ufffd"  # wildcards, ellipses, and what stands for a sign that was lost
    r"\u00bf\u061f\u203d\u2047-\u2049\u2753-\u2755\ufe56\u2030\u066a\ufe6a\ufe5f"
    r"\u066d\u203b\u204e\u2051\u2055\u2217\u22c6\u2605\u2606\u2722-\u274b\ufe61"  # stars
    r"\u2022\u2023\u2219\u2580-\u25ff\u2610\u2612\u26aa\u26ab\u2b1b\u2b1c\u2b24\u2b2e\u2b2f"  # bullets, boxes, shapes
    r"\u00d7\u2573\u274c\u2715-\u2718\U0001f780-\U0001f7ff"
    # Small, circled and broken digits: the number lacks them, or has one too many.
    r"\u00b2\u00b3\u00b9\u00bc-\u00be\u2070\u2074-\u2079\u2080-\u2089\u2150-\u215f\u2189\u2460-\u249b\u24ea-\u24ff"
    r"\u2776-\u2793\u3251-\u325f\u32b1-\u32bf\U0001f100-\U0001f10c"
)
_POINTS, _ANY_DASH = r"[.\u00b7\u2024\u3002\u30fb]", rf"[{DASHES}]"
_MASKED = re.compile(
    rf"""[{_MARKS}]
    | {_POINTS}\s*{_POINTS} | __ | (?:{_ANY_DASH}\s*){{3}}   # several signs in a row stand for what is not there
    | {_ANY_DASH}{{2}}\s*$
    | (?<!\w)_ | _(?!\w)                                  # SQL's wildcard for one sign
    | \\{_LETTER}                                         # a regular expression's
    | (?<!{_LETTER})(?:x|({_LETTER})\1+)(?!{_LETTER})     # xx, nn: letters in place of digits
    """,
    re.IGNORECASE | re.VERBOSE,
)
_BULLET = re.compile(
    r"\s*[*\u00b7\u2022\u2023\u2219\u2460-\u249b\u24ea-\u24ff\u25a0-\u25ff\u2605\u2606\u2715-\u2718\u274c\u2776-\u2793]"
    r"\s+(?=[^\W_]|[+(])"
)
"""One sign before the text, apart from it, begins an item of a list, or says something about it."""
_INNER_BRACKETS = re.compile(r"[\[\]{}]")
"""Between digits they name several that may stand there: ``45[67]8``."""
_SET_APART = re.compile(r"[\[{]0[\]}]|^\d{1,5}[\]}](?=\s)|(?<=\s)[\[{](?=(?:[^\[\]{}\d]*+\d){6})")
"""Brackets that do not: around a trunk zero, a calling code in front, another number."""
_POINT = "[.,\u066b\u00b7]"
_DECIMAL = re.compile(
    rf"(?:0|[1-9]\d*+){_POINT}\d++"
    rf"|[1-9]\d{{0,2}}(?P<group>[ '.,\u2019\u02bc\u00b4`\u066c_])\d{{3}}(?:(?P=group)\d{{3}})*+"
    rf"(?!(?P=group)){_POINT}\d{{1,3}}"
)


def is_masked(text: str) -> bool:
    """Tell whether signs or letters in `text` stand for digits that are not there."""
    bullet = _BULLET.match(text)
    return _MASKED.search(text[bullet.end() :] if bullet else text) is not None


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
    return _INNER_BRACKETS.search(_SET_APART.sub("", core)) is not None


def _is_dash(sign: str) -> bool:
    return len(sign) == 1 and sign in DASHES
