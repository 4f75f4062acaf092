"""Claims behind SFTP: a file is taken by renaming it, which only one of many can do; nothing is ever overwritten.

A claimed file lies in ``.stopimport/``, and beside it a small file that grows as long as somebody is at work. Who sees
both the same for a lease, by the own clock, takes the file over by renaming it again.
"""

from __future__ import annotations

import asyncio
import logging
import re
import uuid
from contextlib import nullcontext, suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stopimport.nightly.intake import is_aside
from stopimport.nightly.moving import WHY
from stopimport.nightly.outcome import Action
from stopimport.nightly.record import DONE, FAILED
from stopimport.nightly.remote import claims
from stopimport.nightly.remote.claims import FOLDER, RENEWALS, Offer, id_of, reason_of
from stopimport.nightly.remote.looks import seen
from stopimport.nightly.wording import veiled
from stopimport.remote.errors import RemoteChanged, RemoteError, RemoteForbidden

if TYPE_CHECKING:
    from collections.abc import Collection
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from stopimport.nightly.intake import Arrival
    from stopimport.nightly.outcome import FileOutcome
    from stopimport.nightly.remote.claims import Holder
    from stopimport.nightly.remote.looks import Looks
    from stopimport.remote.address import Address
    from stopimport.remote.loop import Loop
    from stopimport.remote.sftp import SftpStore
    from stopimport.remote.store import Entry
    from stopimport.runs.locks import Told

_CLAIMED = re.compile(r"([0-9a-f]{32})\.([0-9a-f]{8})\.(.+)", re.DOTALL)
_LEASE = ".lease"
log = logging.getLogger(__name__)


class RenameClaims:
    """See `claims.Claims`."""

    warning = ""

    def __init__(self, store: SftpStore, inbox: Address, loop: Loop, holder: Holder, looks: Looks) -> None:
        self.store, self.inbox, self.loop, self.holder = store, inbox, loop, holder
        self._looks = looks
        self._expired: set[str] = set()
        self.base = inbox.path if not inbox.path or inbox.path.endswith("/") else f"{inbox.path}/"

    def prove(self) -> None:
        """Prove that files can be renamed here.

        Raises:
            RemoteForbidden: they cannot.
        """
        if not self.store.make_folder(self.base + FOLDER):
            raise RemoteForbidden(str(self.inbox))
        probe = f"{self.base}{FOLDER}/probe-{uuid.uuid4().hex}"
        self.store.write(probe, b"")
        try:
            if not self.store.rename(probe, f"{probe}-2"):
                raise RemoteForbidden(str(self.inbox))
        finally:
            for name in (probe, f"{probe}-2"):
                self.store.remove(name)

    def offers(self, ours: Collection[str]) -> list[Offer]:
        """Return complete files, and those that somebody has claimed."""
        listing = self.store.list(self.inbox.path)
        kept = self.store.list(self.base + FOLDER)
        claimed = {entry.address.name: entry for entry in (kept.files if kept else ())}
        found = []
        looks: list[Arrival] = []
        for name, entry in claimed.items():
            parts = _CLAIMED.fullmatch(name)
            if not parts or name.endswith(_LEASE):
                continue
            lease = claimed.get(f"{parts[1]}.{parts[2]}{_LEASE}")
            look = seen(f"{FOLDER}/{name}".replace("/", ":"), 0, 0.0, lease.mark if lease else "")
            looks.append(look)
            found.append((Offer(parts[1], parts[3], entry), look))
        entries = [entry for entry in (listing.files if listing else ()) if not is_aside(entry.address.name)]
        lying = [Offer(id_of(entry.address.name, entry.mark), entry.address.name, entry) for entry in entries]
        free = self._looks.complete(lying, ours, looks)
        memory, clock = self._looks.memory, self._looks.clock
        self._expired = {
            offer.entry.address.path for offer, look in found if offer.entry and memory.age(look, clock) >= claims.LEASE
        }
        return sorted([*free, *(offer for offer, _look in found)], key=lambda offer: offer.name)

    def claim(self, offer: Offer, *, ours: bool) -> RenameClaim | None:
        """Take a file by renaming it; a claimed one only once its claim has run out."""
        entry = offer.entry
        if entry is None:
            # Somebody took the file away. Its run has a lock of its own.
            return RenameClaim(self, offer, None, "") if ours else None
        if _is_claimed(entry) and entry.address.path not in self._expired:
            return None
        claim = f"{self.base}{FOLDER}/{offer.id}.{uuid.uuid4().hex[:8]}"
        target = f"{claim}.{offer.name}"
        self.store.write(claim + _LEASE, b"1")
        taken = False
        try:
            taken = self.store.rename(entry.address.path, target)
        finally:
            if not taken:
                self.store.remove(claim + _LEASE)
        if not taken:
            return None
        if _is_claimed(entry):
            self.store.remove(_lease_of(entry.address.path, offer.name))
        return RenameClaim(self, offer, replace(entry, address=entry.address.at(target)), claim + _LEASE)

    def is_over(self, offer: Offer) -> bool:  # noqa: ARG002 - the protocol's name
        """Whether it is done with: then it is no longer here, and nobody can tell."""
        return False

    def known_ids(self) -> tuple[str, ...]:
        """Return nothing: what is done with is elsewhere."""
        return ()

    def hold(self, wait: float, told: Told) -> AbstractContextManager[None]:  # noqa: ARG002 - the protocol's names
        """Keep nobody out: passes share the files."""
        return nullcontext()


class RenameClaim:
    """See `claims.Claim`; its lease grows in the background until it ends."""

    def __init__(self, kept: RenameClaims, offer: Offer, entry: Entry | None, lease: str) -> None:
        self._kept, self._offer, self._entry, self._lease = kept, offer, entry, lease
        self._renewing: Future[None] | None = kept.loop.begin(self._renew()) if entry else None

    def entry(self) -> Entry | None:
        """Return the file where it lies now; None if it was written while it was claimed."""
        if self._entry is None:
            return None
        found = self._kept.store.look(self._entry.address.path)
        if found is None or found.mark != self._entry.mark:
            raise RemoteChanged(str(self._kept.inbox.at(self._kept.base + self._offer.name)))
        return self._entry

    def finish(self, outcome: FileOutcome, sha256: str) -> str:  # noqa: ARG002 - the protocol's name
        """Rename the file to where files go that are done with, and say why where there is something to say."""
        if self._entry is None:
            return ""
        store, base = self._kept.store, self._kept.base
        folder = FAILED if outcome.action in {Action.FAILED, Action.SET_ASIDE} else DONE
        day = f"{base}{folder}/{datetime.now(UTC).astimezone().date().isoformat()}"
        store.make_folder(base + folder)
        store.make_folder(day)
        names = (
            self._offer.name,
            f"{self._offer.id[:8]}-{self._offer.name}",
            f"{uuid.uuid4().hex[:8]}-{self._offer.name}",
        )
        for name in names:
            target = f"{day}/{name}"
            if store.look(target) is None and store.rename(self._entry.address.path, target):
                if why := reason_of(outcome):
                    store.write(target + WHY, f"{why}\n".encode())
                self._end()
                return str(self._kept.inbox.at(target))
        log.warning("The claim on %s had run out, and somebody else has it now", veiled(self._offer.name))
        self._end()
        return ""

    def give_back(self, run: str) -> None:  # noqa: ARG002 - the protocol's name
        """Rename the file to what it was called; where that name is taken, the claim runs out by itself."""
        if self._entry is None:
            return
        name = self._kept.base + self._offer.name
        if self._kept.store.look(name) is None:
            self._kept.store.rename(self._entry.address.path, name)
        self._end()

    def _end(self) -> None:
        if self._renewing:
            self._renewing.cancel()
        with suppress(RemoteError):
            self._kept.store.remove(self._lease)

    async def _renew(self) -> None:
        assert self._entry, "else there is no lease"  # noqa: S101 - for the type checker
        turn = 1
        while True:
            await asyncio.sleep(claims.LEASE / RENEWALS)
            turn += 1
            try:
                if not await self._kept.store.grow(self._lease, turn, self._entry.address.path):
                    self._kept.holder.lost()
                    return
            except RemoteError:
                continue


def _is_claimed(entry: Entry) -> bool:
    return entry.address.path.rpartition("/")[0].endswith(FOLDER)


def _lease_of(path: str, name: str) -> str:
    return path.removesuffix(f".{name}") + _LEASE
