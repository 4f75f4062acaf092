"""Following the sending: a tqdm bar on a terminal, a plain line every 10 seconds elsewhere."""

from __future__ import annotations

import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click
from tqdm import tqdm

from stopimport.cli.wrapping import wrapped
from stopimport.reporting.messages import about, duration, figure
from stopimport.text.language import Plural, _, figures, fill, translated
from stopimport.vocabulary import STATUSES, UNDO_STATUSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stopimport.sending.outcomes import Progress, Settled
    from stopimport.text.language import Sentence

_TITLES = {str(status): term.title for terms in (STATUSES, UNDO_STATUSES) for status, term in terms.items()}
EVERY = 10.0
"""Seconds between two plain lines."""


class _Told(tqdm):  # type: ignore[misc] # tqdm has no types
    """tqdm's bar, its figures as the language in force writes them."""

    @property
    def format_dict(self) -> dict[str, object]:
        """What `bar_format` is filled with."""
        found = super().format_dict
        done, total, rate = found["n"], found["total"], found["rate"]
        if not rate and found["elapsed"]:
            rate = done / found["elapsed"]
        left = about((total - done) / rate) if rate else "–"
        told = fill(
            _("{done:,} of {total:,}, {rate:.0f}/s, {left} left"),
            {"done": done, "total": total, "rate": rate or 0.0, "left": left},
        )
        return {**found, "share": figures(format(done / total, "4.0%")), "told": told}


class Bar:
    """A progress bar with rate, time left and, where not all numbers have the same fate, counts."""

    def __init__(self, total: int, stream: TextIO) -> None:
        self._counts: Counter[str] = Counter()
        looks = "{share} |{bar}| {told}{postfix}"
        self._bar = _Told(total=total, file=stream, dynamic_ncols=True, mininterval=0.2, bar_format=looks)

    def outcome(self, outcome: Settled) -> None:
        """Move on by one number."""
        self._counts[outcome.status] += 1
        if self._bar.update():
            self._bar.set_postfix_str(self._fates(), refresh=False)

    def holding(self, reason: Sentence, seconds: float) -> None:
        """Say above the bar why nothing moves."""
        self._bar.write(wrapped(_held(reason, seconds), self._bar.fp), file=self._bar.fp)

    def close(self) -> None:
        """Leave the finished bar on the screen."""
        self._bar.set_postfix_str(self._fates())
        self._bar.close()

    def _fates(self) -> str:
        return _spell(self._counts) if len(self._counts) > 1 else ""


class Lines:
    """Plain lines for logs and pipes."""

    def __init__(self, total: int, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._counts: Counter[str] = Counter()
        self._total, self._stream, self._clock = total, stream, clock
        self._started = self._told = clock()

    def outcome(self, outcome: Settled) -> None:
        """Count, and tell when it is time again."""
        self._counts[outcome.status] += 1
        if self._clock() - self._told >= EVERY:
            self._tell()

    def holding(self, reason: Sentence, seconds: float) -> None:
        """Tell why nothing moves."""
        click.echo(wrapped(_held(reason, seconds), self._stream), file=self._stream)

    def close(self) -> None:
        """Say nothing more: the summary follows."""

    def _tell(self) -> None:
        self._told = self._clock()
        done = self._counts.total()
        left = (self._told - self._started) / done * (self._total - done)
        click.echo(
            translated(
                Plural(
                    "{done:,} of {total:,} number, {left} left ({counts})",
                    "{done:,} of {total:,} numbers, {left} left ({counts})",
                    by="total",
                ),
                {"done": done, "total": self._total, "left": about(left), "counts": _spell(self._counts)},
            ),
            file=self._stream,
        )


def _held(reason: Sentence, seconds: float) -> str:
    return _("Waiting {time}: {reason}").format(time=duration(seconds), reason=reason)


class _Silent:
    def outcome(self, outcome: Settled) -> None:
        """Pass over it."""

    def holding(self, reason: Sentence, seconds: float) -> None:
        """Pass over it."""

    def close(self) -> None:
        """Nothing to close."""


@contextmanager
def follow(total: int, stream: TextIO, *, silent: bool) -> Iterator[Progress]:
    """Give the progress that fits `stream`, and close it at the end."""
    shown = _Silent() if silent or not total else Bar(total, stream) if stream.isatty() else Lines(total, stream)
    try:
        yield shown
    finally:
        shown.close()


def _spell(counts: Counter[str]) -> str:
    return ", ".join(f"{_(_TITLES[status]).lower()} {figure(count)}" for status, count in counts.most_common())
