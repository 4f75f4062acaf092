"""The run in figures, for programs: what stands in ``summary.json``."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from stopimport.reporting.counts import Counts


@dataclass(frozen=True, slots=True)
class RunFacts:
    """All that the summary tells, in the contract's order."""

    run: str
    version: str
    command: str
    state: str
    exit_code: int
    started_at: datetime
    """With time zone."""
    finished_at: datetime
    """With time zone."""
    seconds: float
    inputs: Sequence[Mapping[str, Any]]
    """One object a file, as the contract lists it."""
    counts: Counts
    rejects_by_reason: Mapping[str, int]
    codes: Mapping[str, int]
    sent: int = 0
    retried: int = 0
    sending_seconds: float = 0.0
    """From the first call's start to the last answer, over all sittings."""
    list_fetched: str = "no"
    """``yes``, ``no`` or ``partial``."""
    list_entries: int | None = None
    account: str | None = None
    base_url: str = ""
    notices: Sequence[str] = ()
    later: Mapping[str, Any] = field(default_factory=dict)
    """`verify` and `undo`, once there is something to tell."""


def summary(facts: RunFacts) -> dict[str, Any]:
    """Return ``summary.json`` as plain data, keys in the contract's order."""
    per_second = round(facts.sent / facts.sending_seconds, 2) if facts.sending_seconds > 0 else 0.0
    made = {
        "run": facts.run,
        "version": facts.version,
        "command": facts.command,
        "state": facts.state,
        "exit_code": int(facts.exit_code),
        "started_at": facts.started_at.isoformat(timespec="milliseconds"),
        "finished_at": facts.finished_at.isoformat(timespec="milliseconds"),
        "seconds": round(facts.seconds, 3),
        "inputs": [dict(file) for file in facts.inputs],
        "counts": facts.counts.as_dict(),
        "rejects_by_reason": dict(facts.rejects_by_reason),
        "codes": dict(facts.codes),
        "requests": {"sent": facts.sent, "retried": facts.retried, "per_second": per_second},
        "stop_list": {"fetched": facts.list_fetched, "entries": facts.list_entries},
        "account": facts.account,
        "base_url": facts.base_url,
        "notices": list(facts.notices),
    }
    return made | {name: facts.later[name] for name in ("verify", "undo") if name in facts.later}


def as_json(made: Mapping[str, Any]) -> bytes:
    """Return a summary as the bytes of its file: UTF-8, indented, one line break at the end."""
    text = json.dumps(made, ensure_ascii=False, indent=2) + "\n"
    # A file name that is no valid Unicode becomes \udcXX, which is also how JSON writes it.
    return text.encode("utf-8", errors="backslashreplace")
