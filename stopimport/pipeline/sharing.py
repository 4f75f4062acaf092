"""The part of an account's rate that a run gets: all runs of an account on this machine share it, and send at once."""

from __future__ import annotations

import hashlib
import time
import uuid
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from stopimport.runs.errors import LockUnusable
from stopimport.runs.slotfile import SlotFile, slot_file
from stopimport.sending.grid import Asker, KeeperAwayError
from stopimport.sending.shared_pace import SharedPace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from stopimport.sending.outcomes import SendOptions

_PATIENCE = 5.0
"""Seconds for which others may keep us from joining them."""


@contextmanager
def sharing(account: str, options: SendOptions, *, run: Path | None = None, adds: bool = False) -> Iterator[SharedPace]:
    """Be one of the account's senders inside the ``with`` block.

    Args:
        account: its name, or its key's hash.
        options: the rate that is asked for; the lowest of all senders' holds.
        run: the folder of the run that sends; None: no run does.
        adds: it puts numbers on the list.

    Raises:
        LockUnusable: the account's file in the state folder cannot be used.
    """
    path = slot_file(account)
    name = hashlib.sha256(str(run.resolve()).encode("utf-8", "replace")).hexdigest()[:16] if run else uuid.uuid4().hex
    asker = Asker(name, options.rate, options.window, adds)
    with closing(SlotFile(path, options.window)) as slots:
        pace = SharedPace(slots, asker)
        _join(pace, path)
        try:
            yield pace
        finally:
            pace.close()


def prove_sharing(account: str, options: SendOptions) -> None:
    """Prove, before anything is sent, that the account's file in the state folder can be used.

    Raises:
        LockUnusable: it cannot.
    """
    SlotFile(slot_file(account), options.window).close()


def _join(pace: SharedPace, path: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            pace.join()
        except KeeperAwayError as error:
            if time.monotonic() > until:
                raise LockUnusable(str(path), str(error)) from error
            time.sleep(0.05)
        else:
            return
