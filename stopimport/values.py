"""Values of options that are written as text: what they mean, and what is none of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stopimport.errors import BadOption
from stopimport.text.language import N_

_RATE = re.compile(r"(\d+)\s*(?:/\s*(s|sec|second|min|minute))?", re.ASCII)


def parse_rate(text: str) -> tuple[int, float]:
    """Return calls and window in seconds of ``10``, ``10/s`` or ``30/min``.

    Raises:
        BadOption: for anything else, 0 included.
    """
    found = _RATE.fullmatch(text.strip())
    if not found or int(found[1]) < 1:
        raise BadOption("--rate", text, N_("a whole number of at least 1, such as 10/s or 30/min"))
    return int(found[1]), 60.0 if (found[2] or "").startswith("min") else 1.0


@dataclass(frozen=True, slots=True)
class RejectLimit:
    """`--max-rejects`: a share of each phone column (0 to 1), or a number over the whole run."""

    share: float | None = None
    number: int | None = None

    @classmethod
    def parse(cls, text: str) -> RejectLimit:
        """Read ``50%`` or ``37``.

        Raises:
            BadOption: for anything else.
        """
        found = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*%|(\d+)", text.strip(), re.ASCII)
        if found and found[2]:
            return cls(number=int(found[2]))
        if found and float(found[1].replace(",", ".")) <= 100:
            return cls(share=float(found[1].replace(",", ".")) / 100)
        raise BadOption("--max-rejects", text, N_("a number such as 100, or a percentage such as 50%"))


_SIZE = re.compile(r"(\d{1,12}(?:[.,]\d{1,6})?)\s*(?:([KMGT])?[BO])?", re.ASCII | re.IGNORECASE)
_UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}


def parse_size(text: str) -> int:
    """Return the bytes of ``500MB``, ``1.5 GB`` or, without a unit, ``1000000``.

    Raises:
        BadOption: for anything else, less than one byte included.
    """
    found = _SIZE.fullmatch(text.strip())
    size = int(float(found[1].replace(",", ".")) * _UNITS[(found[2] or "").upper()]) if found else 0
    if size < 1:
        raise BadOption("--max-file-size", text, N_("a size such as 500MB or 2GB"))
    return size


def parse_countries(text: str | None) -> tuple[str, ...]:
    """Return the codes of ``fr, be``; nothing without any."""
    return tuple(country.upper() for country in re.split(r"[,;\s]+", text or "") if country)


def without_password(address: str) -> str:
    """Return an address without its user and password."""
    return re.sub("(?<=//).*@", "***@", address, flags=re.DOTALL)


def parse_account(text: str | None) -> str | None:
    """Return the name of an account, blanks collapsed; None without one."""
    return " ".join(text.split()) or None if text else None
