"""How the practice API behaves, and how its settings are written on the command line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stopimport.errors import BadOption
from stopimport.text.language import N_

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class FaultRule:
    """One way to misbehave, and how often."""

    name: str
    """A key of `faults.FAULTS`."""
    rate: float
    """Share of the calls, 0 to 1."""
    amount: float | None = None
    """What the fault measures (seconds, a code, megabytes); None: its default."""
    endpoint: str = ""
    """Only calls of this endpoint; empty: all three."""
    first: int = 1
    """Only from this call on, counted from 1 over all endpoints."""
    last: int | None = None
    """Only up to this call; None: for ever."""

    def concerns(self, endpoint: str, call: int) -> bool:
        """Whether the rule may strike this call."""
        return self.endpoint in ("", endpoint) and self.first <= call and (self.last is None or call <= self.last)


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """The settings of one practice API.

    Raises:
        BadOption: if one is outside its bounds.
    """

    host: str = "127.0.0.1"
    """The address to listen on; by default only this machine can call."""
    port: int = 8025
    """0 takes any free one."""
    key: str = "practice-key"
    """The one API key that is accepted."""
    latency: float = 0.0
    """Seconds between taking a call and answering it."""
    rate_limit: int | None = None
    """Calls in any second above which HTTP 429 is answered; None: no limit."""
    error_rate: float = 0.0
    """Share of the calls answered with HTTP 500 and an error page."""
    drop_rate: float = 0.0
    """Share of the calls whose connection is dropped without an answer, the number taken or not."""
    seed: int | None = None
    """Makes faults reproducible: the n-th call with the same content always meets the same one."""
    state: Path | None = None
    """The SQLite file that keeps the list; None: it lives in memory."""
    faults: tuple[FaultRule, ...] = ()
    """More ways to misbehave (`parse_fault` reads them); a call meets at most one fault."""

    def __post_init__(self) -> None:
        if not 0 <= self.port <= 65535:
            raise BadOption("--port", str(self.port), N_("a number from 0 to 65535"))
        if not self.key:
            raise BadOption("--key", self.key, N_("at least one character"))
        if not 0 <= self.latency <= 3600:
            raise BadOption("--latency", str(self.latency), _LATENCY)
        if self.rate_limit is not None and self.rate_limit < 1:
            raise BadOption("--rate-limit", str(self.rate_limit), N_("a whole number of at least 1"))
        for option, rate in (("--error-rate", self.error_rate), ("--drop-rate", self.drop_rate)):
            if not 0 <= rate <= 1:
                raise BadOption(option, str(rate), _SHARE)

    def rules(self) -> tuple[FaultRule, ...]:
        """Return all fault rules, those of `error_rate` and `drop_rate` first."""
        plain = (FaultRule("error", self.error_rate), FaultRule("drop", self.drop_rate))
        return (*(rule for rule in plain if rule.rate), *self.faults)


_LATENCY = N_("seconds such as 0.08, or milliseconds such as 80ms")
_SHARE = N_("a share such as 0.05 or 5%")
_ENDPOINTS = ("add", "list", "delete")
_FAULT = N_("[ENDPOINT/]NAME=RATE[:AMOUNT][@FIRST[-LAST]], such as html=5% or list/slow=1:3@100-200")
_FAULT_FORM = re.compile(
    r"(?:(?P<endpoint>\w+)/)?(?P<name>[a-z0-9-]+)=(?P<rate>[\d.]+%?)"
    r"(?::(?P<amount>\d+(?:\.\d+)?))?(?:@(?P<first>\d+)(?:-(?P<last>\d+))?)?",
    re.ASCII,
)
_SHARE_FORM = re.compile(r"(\d+(?:\.\d+)?)\s*(%)?", re.ASCII)


def parse_latency(text: str) -> float:
    """Return the seconds of ``0.08``, ``0.08s`` or ``80ms``.

    Raises:
        BadOption: for anything else.
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s)?", text.strip(), re.ASCII)
    if not found:
        raise BadOption("--latency", text, _LATENCY)
    return float(found[1]) / (1000 if found[2] == "ms" else 1)


def parse_share(option: str, text: str) -> float:
    """Return the share, 0 to 1, of ``0.05`` or ``5%``.

    Raises:
        BadOption: for anything else; it names `option`.
    """
    found = _SHARE_FORM.fullmatch(text.strip())
    share = float(found[1]) / (100 if found[2] else 1) if found else 2.0
    if share > 1:
        raise BadOption(option, text, _SHARE)
    return share


def parse_fault(text: str, names: Collection[str]) -> FaultRule:
    """Return the rule that one ``--fault`` asks for; ``@100`` means from call 100 on, ``@100-100`` that one only.

    `names` are the faults that exist (the keys of `faults.FAULTS`, which is heavy to import).

    Raises:
        BadOption: if it has another form, or names a fault or endpoint that does not exist (then it says which do).
    """
    found = _FAULT_FORM.fullmatch(text.strip())
    if not found:
        raise BadOption("--fault", text, _FAULT)
    if found["name"] not in names:
        raise BadOption("--fault", found["name"], ", ".join(sorted(names)))
    if found["endpoint"] and found["endpoint"] not in _ENDPOINTS:
        raise BadOption("--fault", found["endpoint"], ", ".join(_ENDPOINTS))
    return FaultRule(
        name=found["name"],
        rate=parse_share("--fault", found["rate"]),
        amount=float(found["amount"]) if found["amount"] else None,
        endpoint=found["endpoint"] or "",
        first=int(found["first"] or 1),
        last=int(found["last"]) if found["last"] else None,
    )
