"""Who works on which file: `Claims` is the seam; records, renames and a ledger are what is behind it."""

from __future__ import annotations

import hashlib
import json
import os
import socket
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from stopimport.nightly.outcome import Action
from stopimport.nightly.wording import veiled

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from contextlib import AbstractContextManager
    from pathlib import Path

    from stopimport.nightly.outcome import FileOutcome
    from stopimport.remote.store import Entry
    from stopimport.runs.locks import Told

FOLDER = ".stopimport"
"""What we keep beside the files of an inbox."""
LEASE = 300.0
"""Seconds for which a claim holds unless it is renewed."""
MARGIN = 3.0
"""Seconds by which times that a store gives may be wrong: most give whole ones."""
RENEWALS = 5
"""How often a claim is renewed in a lease: an answer that is lost must not cost it."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One file of an inbox that may have to be imported."""

    id: str
    """Names this content under this name: it differs when somebody has written the file anew."""
    name: str
    entry: Entry | None = None
    """The file; None where only a run of ours knows of it."""


class Claim(Protocol):
    """A file that is ours for now; whoever claims it ends it by `finish` or `give_back`."""

    def entry(self) -> Entry | None:
        """Return the file to be fetched; None if there is none any more."""

    def finish(self, outcome: FileOutcome, sha256: str) -> str:
        """Write down that nothing is left to be done, and return where the file was moved; '' if it was not.

        Raises:
            RemoteError: it cannot be written down; once the claim has run out the file is offered again.
        """

    def give_back(self, run: str) -> None:
        """Let others have it; whoever has the run called `run` ('': there is none) comes first.

        Raises:
            RemoteError: the store cannot be reached; the claim runs out by itself.
        """


class Claims(Protocol):
    """What there is to do in one inbox, and whose it is."""

    warning: str
    """What somebody should know about how claims work here; '' if nothing."""

    def offers(self, ours: Collection[str]) -> list[Offer]:
        """Return the files that are complete and not done with, sorted by name; those that others work on, too.

        Args:
            ours: ids of files of which there are unfinished runs here: they were complete before.

        Raises:
            RemoteError: the store cannot be asked.
        """

    def claim(self, offer: Offer, *, ours: bool) -> Claim | None:
        """Take a file; None if somebody else has it, or is done with it.

        Args:
            offer: the file.
            ours: there is an unfinished run of it here.

        Raises:
            RemoteError: the store cannot be asked.
        """

    def known_ids(self) -> tuple[str, ...]:
        """Return what the next pass need not ask for again."""

    def hold(self, wait: float, told: Told) -> AbstractContextManager[None]:
        """Keep other passes out where claims do not work.

        Raises:
            FolderBusy: another pass is going on after `wait` seconds.
        """

    def is_over(self, offer: Offer) -> bool:
        """Whether nothing is left to be done for a file, wherever that was done."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who we are."""

    owner: str
    lost: Callable[[], object]
    """Called, from any thread, when a claim has run out while we were at work."""
    move: bool
    """Whether files are moved away once they are done with."""
    runs: Path
    settle: float
    known: tuple[str, ...] = ()
    """Ids of files that earlier passes knew to be done with."""


def own_name() -> str:
    """Return what this pass is called among all that work on an inbox."""
    return f"{socket.gethostname()} {os.getpid()} {uuid.uuid4().hex[:8]}"


def id_of(*facts: object) -> str:
    """Return the name of a record about what `facts` tell apart."""
    return hashlib.sha256(json.dumps(facts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def reason_of(outcome: FileOutcome) -> str:
    """Return why a file was not imported, for whoever put it there; '' if it was."""
    return "" if outcome.action is Action.DONE else veiled(outcome.plainly or outcome.why)
