"""The part of an account's rate that a run gets: all runs of an account share it, and send at once.

Those of one machine share it by a file in the user's state folder, those of several by a coordinator.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stopimport.runs.coordinator import open_coordinator
from stopimport.runs.errors import CoordinatorUnusable, LockUnusable
from stopimport.runs.redis_script import Address
from stopimport.runs.slotfile import SlotFile, slot_file
from stopimport.sending.grid import Asker, KeeperAwayError
from stopimport.sending.shared_pace import SharedPace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from stopimport.pipeline.job import Context
    from stopimport.runs.coordinator import Coordinator
    from stopimport.sending.outcomes import SendOptions

_NOBODY = "none"
"""As a coordinator: that no other machine sends for the account any more."""
_PATIENCE = 5.0
"""Seconds for which others may keep us from joining them."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose rate is shared, and by what."""

    name: str
    """Its name, or its key's hash."""
    coordinator: str | None = field(default=None, repr=False)
    """What `--coordinator` says."""

    @property
    def address(self) -> str | None:
        """The address of the server that deals out its slots; None: a file on this machine does."""
        given = (self.coordinator or "").strip()
        return None if given.lower() in {"", _NOBODY} else given


@contextmanager
def sharing(
    account: Account, options: SendOptions, *, sender: str | None = None, adds: bool = False
) -> Iterator[SharedPace]:
    """Be one of the account's senders inside the ``with`` block.

    Args:
        account: whose rate it is.
        options: the rate that is asked for; the lowest of all senders' holds.
        sender: who sends, as `sender_of` calls it; None: no run does.
        adds: it puts numbers on the list.

    Raises:
        LockUnusable: the account's file in the state folder cannot be used.
        BadCoordinator, NoRedis, CoordinatorUnusable: the coordinator cannot be used.
    """
    asker = Asker(sender or uuid.uuid4().hex, options.rate, options.window, adds)
    with closing(_keeper(account, options)) as keeper:
        pace = SharedPace(keeper, asker)
        _join(pace, account)
        try:
            yield pace
        finally:
            pace.close()


def keeper_of(context: Context) -> str:
    """Return the coordinator of `context` without its password; '' without one.

    Raises:
        BadCoordinator: it is no address.
    """
    coordinator = Account("", context.options.coordinator).address
    return str(Address.parse(coordinator)) if coordinator else ""


def sender_of(run: Path, started: datetime) -> str:
    """Return what a run is called among the account's senders: the same in all its sittings, and nobody else's.

    Its folder alone would not do: containers on several machines have the same folders.
    """
    return hashlib.sha256(f"{run.resolve()} {started.isoformat()}".encode("utf-8", "replace")).hexdigest()[:16]


def prove_sharing(account: Account, options: SendOptions) -> None:
    """Prove, before anything is sent, that whoever deals out the account's slots can be asked.

    Raises:
        LockUnusable, BadCoordinator, NoRedis, CoordinatorUnusable: as `sharing` raises them.
    """
    _keeper(account, options).close()


def _keeper(account: Account, options: SendOptions) -> SlotFile | Coordinator:
    if account.address:
        return open_coordinator(account.address, account.name, options.window)
    return SlotFile(slot_file(account.name), options.window)


def _join(pace: SharedPace, account: Account) -> None:
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            pace.join()
        except KeeperAwayError as error:
            if time.monotonic() > until:
                raise _unusable(account, error) from error
            time.sleep(0.05)
        else:
            return


def _unusable(account: Account, error: KeeperAwayError) -> LockUnusable | CoordinatorUnusable:
    if account.address:
        return CoordinatorUnusable(error.args[0])
    return LockUnusable(str(slot_file(account.name)), str(error))
