"""What all passes have in common: a vendor who asked to be left alone, pauses, and the address that is given."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stopimport.nightly.memory import Wait
from stopimport.text.language import _, fill

if TYPE_CHECKING:
    from stopimport.nightly.intake import WallClock
    from stopimport.nightly.memory import Memory
    from stopimport.pipeline.job import Context

log = logging.getLogger(__name__)


def waiting(memory: Memory, context: Context, clock: WallClock) -> str:
    """Return a sentence if the vendor asked an earlier pass to be left alone until later than now; else ''."""
    wait, now = memory.wait, clock.now()
    if wait is None or wait.aim != _aim(context) or not wait.left(now):
        return ""
    told = _("{vendor} asked to be left alone until {time}. Nothing was sent; the first pass after that goes on.")
    until = datetime.fromtimestamp(now + wait.left(now), UTC).astimezone()
    warning = fill(told, {"time": f"{until:%Y-%m-%d %H:%M}"})
    log.warning("%s", warning)
    return warning


def keep_wait(memory: Memory, context: Context, clock: WallClock, asked: float) -> None:
    """Remember for how long the vendor asked to be left alone; `memory` is still to be saved."""
    memory.wait = Wait(clock.now(), asked, _aim(context)) if asked else None


def pausing(clock: WallClock, context: Context) -> WallClock:
    """Return a clock whose pause a wish to stop ends at once."""

    def pause(seconds: float) -> None:
        with context.stop.breaking():
            clock.pause(seconds)

    return replace(clock, pause=pause)


def with_address(context: Context) -> Context:
    """Return the context with the address as one that somebody gave.

    A run is resumed at the address of its journal. One that somebody planted in the folder of runs could name any,
    and the key would go there; with the address given, only that one is used.
    """
    given = context.settings.changed(base_url=context.options.base_url, yes=True)
    return replace(context, settings=given)


def _aim(context: Context) -> str:
    """Return who is asked: what a vendor wants of one account is nothing to another."""
    options, key = context.options, context.key
    return "" if options.sandbox or key is None else f"{options.account or key.account} {options.base_url.rstrip('/')}"
