"""The delimiter of text files: `;`, tab, `|`, `,` or none.

A digit, a letter, a plus or a space is never taken for a delimiter, and a comma that only occurs in decimals
(`612345678,0`) is none.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from stopimport.errors import BadOption
from stopimport.loading.columns.words import ColumnKind, looks_like_label, looks_like_phone, read_header
from stopimport.loading.delimited.tolerant import first_records
from stopimport.text.language import N_, _

CANDIDATES = (";", "\t", "|", ",")
"""In the order in which they are preferred: a comma is also found inside cells."""
_NAMES = {"tab": "\t", "\\t": "\t", "none": None, "semicolon": ";", "comma": ",", "pipe": "|"}
_FORBIDDEN = frozenset('+"\r\n\x00')
_DECIMAL = re.compile(r"\s*+[+\-]?(?:\d{6,}+,0{1,2}|\d,\d++[eE][+\-]?\d++)\s*+")
_HEAD = 30
_HALF, _NEARLY_ALL = 0.5, 0.9
"""Shares of lines that a delimiter divides alike."""
_SEP_LINE = re.compile(r'"?sep=(.)"?[ \t]*', re.IGNORECASE)


def chosen_delimiter(option: str) -> str | None:
    """Return the delimiter that `--delimiter` names; None: every line is one cell.

    Raises:
        BadOption: it is not one character, or one that phone numbers and quotes are made of.
    """
    if option.strip().lower() in _NAMES:
        return _NAMES[option.strip().lower()]
    if not usable(option):
        expected = _(N_("one character that is not a digit, letter, plus or quote, or 'tab', or 'none'"))
        raise BadOption("--delimiter", option, expected)
    return option


def usable(delimiter: str) -> bool:
    """Whether cells can be divided by `delimiter` without harm to numbers."""
    return len(delimiter) == 1 and delimiter.isascii() and not delimiter.isalnum() and delimiter not in _FORBIDDEN


def named_delimiter(line: str) -> str | None:
    """Return the delimiter that a first line such as `sep=;` names; None for any other line."""
    match = _SEP_LINE.fullmatch(line.rstrip("\r\n"))
    return match[1] if match and usable(match[1]) else None


def find_delimiter(lines: list[str]) -> str | None:
    """Return the delimiter of a text that begins with `lines`; None: every line is one cell."""
    lines = [line for line in lines if line.strip()]
    tallies = [_tally(lines, delimiter) for delimiter in CANDIDATES if _divides(lines, delimiter)]
    # A sentence with a comma may look like a header; not where another sign divides nearly every line.
    even = any(tally.share >= _NEARLY_ALL for tally in tallies)
    headed = [tally for tally in tallies if tally.headed and (tally.share >= _HALF or not even)]
    if headed:
        return max(headed, key=lambda tally: tally.share).delimiter
    regular = [tally for tally in tallies if tally.share >= _HALF]
    if any(_is_whole_header(line) for line in lines[:_HEAD]):
        # One telling header over one column; or a title over a table without header.
        regular = [tally for tally in regular if tally.share >= _NEARLY_ALL and 0 < tally.phones < 0.6 * tally.cells]
    if not regular:
        # Tables of several widths below one another: one number a row, which without the delimiter would be none.
        regular = [tally for tally in tallies if tally.delimiter != "," and tally.lone]
    if not regular:
        return None
    best = max(regular, key=lambda tally: (tally.phones, tally.share))
    # A tab stands between cells, never in a number.
    whole = sum(looks_like_phone(line) for line in lines if "\t" not in line.strip())
    return best.delimiter if best.phones > whole or not whole else None


def usual_width(lines: list[str], delimiter: str) -> int:
    """Return the number of cells that most records have (records that a delimiter divides, if there are any)."""
    return _usual(first_records(lines, delimiter))


def _usual(records: list[list[str]]) -> int:
    divided = Counter(len(record) for record in records if len(record) > 1)
    return max(divided, key=lambda width: divided[width]) if divided else 1


@dataclass(frozen=True, slots=True)
class _Tally:
    """What one candidate would make of the lines."""

    delimiter: str
    share: float
    """Records that get the usual number of cells, of all below the titles."""
    headed: bool
    """Whether one of the first lines becomes several cells, and one of them a header that tells of phone numbers."""
    phones: int
    cells: int
    lone: bool
    """Whether most records are divided, and none of them holds two numbers."""


def _divides(lines: list[str], delimiter: str) -> bool:
    holding = [line for line in lines if delimiter in line]
    return bool(holding) and not (delimiter == "," and all(_DECIMAL.fullmatch(line) for line in holding))


def _tally(lines: list[str], delimiter: str) -> _Tally:
    rows = first_records(lines, delimiter)
    width = _usual(rows)
    usual = [row for row in rows if len(row) == width > 1]
    phones = [sum(map(looks_like_phone, row)) for row in rows]
    titles = 0
    while len(rows[titles]) == 1 and not looks_like_phone(rows[titles][0]) and titles < min(_HEAD, len(rows) - 1):
        titles += 1
    return _Tally(
        delimiter,
        share=len(usual) / (len(rows) - titles),
        headed=any(len(row) > 1 and _is_header(row) for row in rows[:_HEAD]),
        phones=sum(phones),
        cells=sum(bool(cell.strip()) for row in rows for cell in row),
        lone=max(phones) == 1 and 2 * sum(len(row) > 1 for row in rows) > len(rows),
    )


def _is_header(row: list[str]) -> bool:
    if any(looks_like_phone(cell) for cell in row):
        return False
    return any(
        looks_like_label(cell) and read_header(cell).kind > ColumnKind.NONE and not _is_divided(cell) for cell in row
    )


def _is_divided(cell: str) -> bool:
    return any(delimiter in cell for delimiter in CANDIDATES)


def _is_whole_header(line: str) -> bool:
    claim = read_header(line)
    return claim.kind > ColumnKind.NONE and claim.pure and not _is_divided(line)
