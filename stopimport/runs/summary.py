"""The run in figures, for programs: what is in ``summary.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from stopimport.runs.facts import RunFacts, facts_of, plain


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures of a run, named and ordered as in the contract."""

    rows: int
    filtered: int
    cells: int
    blank: int
    entries: int
    split: int
    rejected: int
    duplicate: int
    numbers: int
    added: int
    already_listed: int
    refused: int
    failed: int
    not_sent: int

    def as_dict(self) -> dict[str, int]:
        """Return the `counts` of ``summary.json``."""
        figures: dict[str, int] = plain(self)
        return figures

    @property
    def left(self) -> int:
        """Numbers that `resume` would send."""
        return self.failed + self.not_sent

    @property
    def to_correct(self) -> int:
        """Rows of the rejects."""
        return self.rejected + self.refused


_TOLD = ("run", "version", "command", "state", "exit_code", "started_at", "finished_at", "seconds", "inputs")
"""Facts that come before the figures, in the contract's order; `_TOLD_AFTER` those after them."""
_TOLD_AFTER = ("account", "account_name", "base_url", "notices")


@dataclass(frozen=True, slots=True)
class Summary:
    """All that the summary tells.

    One that was read from its file has the facts that are in it, and the others as their default.
    """

    facts: RunFacts
    counts: Counts
    rejects_by_reason: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, int] = field(default_factory=dict)

    def as_dict(self) -> Mapping[str, Any]:
        """Return ``summary.json`` as plain data, keys in the contract's order."""
        facts = plain(self.facts)
        requests = self.facts.requests
        made = {name: facts[name] for name in _TOLD}
        made |= {
            "seconds": round(self.facts.seconds, 3),
            "counts": self.counts.as_dict(),
            "rejects_by_reason": dict(self.rejects_by_reason),
            "codes": dict(self.codes),
            "by": self.facts.by,
            "sandbox": self.facts.sandbox,
            "requests": {"sent": requests.sent, "retried": requests.retried, "per_second": requests.per_second},
            "stop_list": facts["stop_list"],
        }
        made |= {name: facts[name] for name in _TOLD_AFTER}
        return made | {name: facts[name] for name in ("verify", "undo", "deleted") if facts[name]}

    def as_json(self) -> bytes:
        """Return the bytes of the file: UTF-8, indented, one line break at the end."""
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=2) + "\n"
        # A file name that is not valid Unicode becomes \udcXX, which is also how JSON writes it.
        return text.encode("utf-8", errors="backslashreplace")


class _Figures(msgspec.Struct):
    """What a summary.json holds beside facts; unlike them, it must."""

    counts: Counts
    rejects_by_reason: Mapping[str, int] = {}
    codes: Mapping[str, int] = {}


_OWN_KEYS = frozenset({"run", "state", "counts"})
"""What a summary.json of ours holds; a file of that name is not always one."""


def from_json(text: str | bytes) -> Summary | None:
    """Return the summary in a file's contents; None if it is another program's.

    Raises:
        ValueError: it is no JSON.
        msgspec.ValidationError: it is damaged.
    """
    found = json.loads(text)
    if not (isinstance(found, dict) and found.keys() >= _OWN_KEYS and isinstance(found["counts"], dict)):
        return None
    figures = msgspec.convert(found, _Figures)
    return Summary(facts_of(found), figures.counts, figures.rejects_by_reason, figures.codes)
