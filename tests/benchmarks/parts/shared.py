"""One account's rate for 1, 2 and 4 senders, each with `--rate 100/s`: by the file of one machine, and by Redis."""

from __future__ import annotations

import sys
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING

from redisserver import PROGRAM, RedisServer

from benchmarks import measure
from benchmarks.figures import Figure
from benchmarks.parts.pace import fullest, used

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

RATE = 100
CALLS = 1_500
"""Of all senders together."""
SENDERS = (1, 2, 4)
_FEW = 20


def figures(scratch: Path) -> Iterator[Figure]:
    """Yield, for each keeper and number of senders: use of the limit, most calls in any second, CPU time a call."""
    yield from _kept_by("a file", scratch / "file", nullcontext())
    if PROGRAM is None:
        sys.stdout.write("shared: there is no redis-server, so only the file is measured\n")
        return
    (scratch / "redis").mkdir()
    yield from _kept_by("Redis", scratch / "redis", _redis(scratch / "redis"))


@contextmanager
def _redis(scratch: Path) -> Iterator[str]:
    server = RedisServer(scratch)
    try:
        yield server.url
    finally:
        server.kill()


def _kept_by(what: str, scratch: Path, keeper: AbstractContextManager[str | None]) -> Iterator[Figure]:
    with keeper as url:
        options = ("--coordinator", url) if url else ()
        for count in SENDERS:
            yield from _senders(f"shared by {what}, {count} of them", scratch / str(count), count, options)


def _senders(what: str, scratch: Path, count: int, options: tuple[str, ...]) -> Iterator[Figure]:
    scratch.mkdir(parents=True)
    notes, files = scratch / "arrivals.txt", [scratch / f"numbers-{sender}.txt" for sender in range(count)]
    _write(scratch / "few.txt", 9, _FEW)
    for sender, file in enumerate(files):
        _write(file, sender, CALLS // count)
    with measure.server("benchmarks.slow_server", 20, notes) as (_, address):
        idle = measure.python(*_run(scratch / "few.txt", address, options)).cpu
        first = len(_times(notes))
        usages = measure.together(*(_run(file, address, options) for file in files))
    arrivals = sorted(_times(notes)[first:])
    facts = f"{len(arrivals):,} calls in {arrivals[-1] - arrivals[0]:.2f} s"
    yield Figure(f"{what}: use of the limit", 100 * used(arrivals, RATE), "%", facts, at_least=95.0)
    yield Figure(f"{what}: most calls in any second", fullest(arrivals), "calls", "as they arrived", at_most=RATE)
    cpu = 1000 * (sum(usage.cpu for usage in usages) - count * idle) / (len(arrivals) - count * _FEW)
    yield Figure(f"{what}: CPU time a call", cpu, "ms", f"beyond the {idle:.2f} s of a run of {_FEW} calls")


def _write(file: Path, sender: int, count: int) -> None:
    file.write_text("".join(f"+33610{sender}{n:05}\n" for n in range(count)), encoding="utf-8")


def _run(file: Path, address: str, options: tuple[str, ...]) -> tuple[object, ...]:
    """Return the command that imports a file."""
    where = ("--base-url", address, "--out", file.with_suffix(".run"))
    return ("stopimport", "run", file, "--yes", "--quiet", "--rate", f"{RATE}/s", *where, *options)


def _times(notes: Path) -> list[float]:
    return [float(line) for line in notes.read_text(encoding="utf-8").split()]
