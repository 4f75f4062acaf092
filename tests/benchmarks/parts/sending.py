"""Sending without a practical limit, journal on, against the vendor's sample and a bare loop on the same server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from benchmarks import measure
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CALLS = 10_000
SAMPLE_CALLS = 2_000
CONCURRENCY = 32


def figures(scratch: Path) -> Iterator[Figure]:
    """Yield calls a second against both, and the CPU time of a call."""
    numbers = scratch / "numbers.txt"
    numbers.write_text("".join(f"+336100{n:05}\n" for n in range(CALLS)), encoding="utf-8")
    sample = _rival("requests_loop", SAMPLE_CALLS)
    bare = max((_rival("httpx_loop", CALLS, CONCURRENCY) for _ in range(2)), key=_rate)
    ours = max((_ours(numbers, scratch / f"run-{n}") for n in range(2)), key=_rate)
    # What a run takes beside its calls, a check takes too.
    idle = measure.check(numbers, scratch)
    facts = f"run {_rate(ours):,.0f} calls/s, {ours['peak']:,.0f} MB"
    yield Figure(
        "send: calls/s, run / vendor's sample",
        _rate(ours) / _rate(sample),
        "times",
        f"{facts}; sample {_rate(sample):,.0f} calls/s",
        at_least=6.0,
    )
    yield Figure(
        f"send: share of a bare httpx-aiohttp loop, {CONCURRENCY} in flight",
        100 * _rate(ours) / _rate(bare),
        "%",
        f"{facts}; bare loop {_rate(bare):,.0f} calls/s",
        at_least=164.0,
    )
    cpu = 1000 * (ours["cpu"] - idle.cpu) / CALLS
    yield Figure("send: CPU time a call", cpu, "ms", f"bare loop {1000 * bare['cpu'] / CALLS:.3f} ms")


def _rate(usage: dict[str, Any]) -> float:
    return usage["calls"] / usage["seconds"]


def _rival(name: str, calls: int, *more: object) -> dict[str, Any]:
    with measure.sandbox() as (_, url):
        return json.loads(measure.python(f"benchmarks.rivals.{name}", url, measure.KEY, calls, *more).output)


def _ours(numbers: Path, out: Path) -> dict[str, Any]:
    with measure.sandbox() as (_, url):
        usage = measure.python(
            *("stopimport", "run", numbers, "--yes", "--quiet", "--base-url", url, "--out", out),
            *("--no-skip-listed", "--rate", "100000/s", "--concurrency", CONCURRENCY),
        )
    summary = measure.summary(out)
    if summary["counts"]["added"] != CALLS:
        raise RuntimeError(f"the run added {summary['counts']} instead of {CALLS}")
    requests = summary["requests"]
    seconds = requests["sent"] / requests["per_second"]
    return {"calls": requests["sent"], "seconds": seconds, "cpu": usage.cpu, "peak": usage.peak}
