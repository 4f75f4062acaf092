"""Claims in an object store: a record for each (key, etag, size), made and changed by conditional requests only.

Times are the store's own: how old a record is, the store says, and no machine's clock matters. A record of a file that
is done with holds as long as nobody writes the same content there again: then whether to import is asked anew.
"""

from __future__ import annotations

import time
import uuid
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from stopimport.nightly.intake import is_aside
from stopimport.nightly.remote import claims
from stopimport.nightly.remote.claims import FOLDER, Offer, id_of
from stopimport.nightly.remote.moving import move_away
from stopimport.nightly.remote.recorded import RecordClaim
from stopimport.nightly.remote.records import Record, State, as_json
from stopimport.remote.errors import RemoteForbidden

if TYPE_CHECKING:
    from collections.abc import Collection
    from contextlib import AbstractContextManager

    from stopimport.nightly.remote.claims import Holder
    from stopimport.remote.address import Address
    from stopimport.remote.loop import Loop
    from stopimport.remote.objects import ObjectStore, Version
    from stopimport.runs.locks import Told


@dataclass(frozen=True, slots=True)
class Probed:
    """What a store has shown of itself."""

    conditional: bool
    """Whether it keeps to conditions."""
    ahead: float
    """By how much its clock is ahead of our own steady one."""


def probe(store: ObjectStore, inbox: Address) -> Probed:
    """Try out whether the store keeps to conditions.

    Of two that make one object the second must fail, and so must one that changes it believing it to be another.

    Raises:
        RemoteForbidden: it lets us write nothing.
        RemoteError: it cannot be asked.
    """
    path = f"{_folder(inbox)}/probe-{uuid.uuid4().hex}"
    asked = time.monotonic()
    first = store.create(path, b"1")
    try:
        made = store.look(path)
        second = store.create(path, b"2")
        third = store.in_time(path, store.put(path, b"3", {"e_tag": '"made-up"', "version": "1"}))
    finally:
        with suppress(RemoteForbidden):
            # Who may not delete has one small object more after each pass, and nothing else suffers.
            store.delete(path)
    kept = first is not None and made is not None and second is None and third is None
    return Probed(kept, (made.time if made else time.time()) - asked)


@dataclass(frozen=True, slots=True)
class _Found:
    record: Record
    version: Version
    written: float
    """By the store's clock."""


class RecordClaims:
    """See `claims.Claims`."""

    warning = ""

    def __init__(self, store: ObjectStore, inbox: Address, loop: Loop, holder: Holder, ahead: float) -> None:
        """Begin; the store's clock is `ahead` of our own steady one."""
        self.store, self.inbox, self.loop, self.holder = store, inbox, loop, holder
        self.known = set(holder.known)
        self._ahead = ahead

    def offers(self, ours: Collection[str]) -> list[Offer]:  # noqa: ARG002 - the protocol's name
        """Return the objects without a final record, sorted by name."""
        listing = self.store.list(self.inbox.path)
        kept = self.store.list(_folder(self.inbox))
        written = {entry.address.name.removesuffix(".json"): entry.time for entry in kept.files} if kept else {}
        found = []
        for entry in listing.files if listing else ():
            if is_aside(entry.address.name):
                continue
            offer = Offer(id_of(entry.address.path, entry.mark, entry.size), entry.address.name, entry)
            if offer.id in written and self._is_settled(offer, written[offer.id]):
                continue
            found.append(offer)
        self.known &= written.keys()
        return found

    def claim(self, offer: Offer, *, ours: bool) -> RecordClaim[Version] | None:
        """Take an object by its record."""
        record = self._claimed(offer)
        found = self._read(offer.id)
        if found is None:
            version = self.write(offer.id, record, None)
        elif self._is_free(found, offer, ours=ours):
            version = self.write(offer.id, record, found.version)
        else:
            return None
        return RecordClaim(self, offer, record, version) if version else None

    def known_ids(self) -> tuple[str, ...]:
        """Return the ids of records that are final."""
        return tuple(sorted(self.known))

    def hold(self, wait: float, told: Told) -> AbstractContextManager[None]:  # noqa: ARG002 - the protocol's names
        """Keep nobody out: passes share the files."""
        return nullcontext()

    def is_over(self, offer: Offer) -> bool:
        """Whether there is a final record."""
        found = self._read(offer.id)
        return found is not None and found.record.final

    def path_of(self, name: str) -> str:
        """Return the key of a record."""
        return f"{_folder(self.inbox)}/{name}.json"

    def move(self, offer: Offer, record: Record, version: Version) -> str:
        """Move an object that is done with, and return its new address; '' if it is no longer there.

        Where it goes is written down first, so that whoever goes on after a kill writes to the same place.
        """
        if not record.moved_to:
            record = replace(record, moved_to=self._target(offer, record))
            if self.write(offer.id, record, version) is None:
                return ""
        assert offer.entry, "nothing else is moved"  # noqa: S101 - for the type checker
        if not move_away(self.store, offer.entry, record.moved_to, record.why):
            return ""
        return str(self.inbox.at(record.moved_to))

    def write(self, name: str, record: Record, version: Version | None) -> Version | None:
        """Write a record that must have `version` (None: must not be there), and return its new one; else None."""
        return self.store.in_time(self.path_of(name), self.written(name, record, version))

    async def written(self, name: str, record: Record, version: Version | None) -> Version | None:
        """Do what `write` does, in the loop.

        A request whose answer was lost is sent again by the library, and then fails for what itself has written: so it
        is looked at. Each text is written once only (`turn`).
        """
        data = as_json(replace(record, turn=uuid.uuid4().hex))
        path = self.path_of(name)
        new = await self.store.put(path, data, version)
        if new is None and (found := await self.store.get(path)) and found[0] == data:
            return found[2]
        return new

    def ours(self, name: str) -> Version | None:
        """Return the version of a record that says that we are at work; None if it does not."""
        found = self._read(name)
        told = found and (found.record.state, found.record.owner)
        return found.version if found and told == (State.CLAIMED, self.holder.owner) else None

    def fresh(self, record: Record) -> Record:
        """Return a claim's record with a new end of its lease."""
        until = datetime.fromtimestamp(self._now() + claims.LEASE, UTC)
        return replace(record, until=until.isoformat(timespec="seconds"))

    @property
    def lease(self) -> float:
        """Seconds for which a claim holds unless it is renewed."""
        return claims.LEASE

    def ended(self, offer: Offer, record: Record, version: Version | None) -> str:
        """Move an object whose record has become final, if that is wanted, and return its new address."""
        self.known.add(offer.id)
        return self.move(offer, record, version) if version and self.holder.move and offer.entry else ""

    # Helpers.

    def _is_settled(self, offer: Offer, written: float) -> bool:
        """Whether an object has a final record that is not older than itself; what is left to be moved is moved."""
        assert offer.entry, "it was listed"  # noqa: S101 - for the type checker
        if offer.entry.time > written:
            return False
        if offer.id in self.known and not self.holder.move:
            return True
        found = self._read(offer.id)
        if found is None or not found.record.final:
            return False
        self.known.add(offer.id)
        if self.holder.move:
            self.move(offer, found.record, found.version)
        return True

    def _is_free(self, found: _Found, offer: Offer, *, ours: bool) -> bool:
        if found.record.final:
            return offer.entry is not None and offer.entry.time > found.written
        if found.record.state is State.WAITING and ours:
            return True
        return self._now() - found.written > claims.LEASE + claims.MARGIN

    def _claimed(self, offer: Offer) -> Record:
        record = self.fresh(Record(state=State.CLAIMED, owner=self.holder.owner, key=offer.name))
        if entry := offer.entry:
            return replace(record, key=entry.address.path, etag=entry.mark, size=entry.size)
        return record

    def _read(self, name: str) -> _Found | None:
        found = self.store.read(self.path_of(name))
        if found is None:
            return None
        data, entry, version = found
        try:
            record = msgspec.json.decode(data, type=Record)
        except (ValueError, msgspec.MsgspecError):
            # Whoever can write here can take the files away as well: a record that is none holds for a lease.
            record = Record()
        return _Found(record, version, entry.time)

    def _now(self) -> float:
        return time.monotonic() + self._ahead

    def _target(self, offer: Offer, record: Record) -> str:
        """Return a free key to move an object to; the record's id in it keeps it from everybody else's."""
        day = datetime.fromtimestamp(self._now(), UTC).date().isoformat()
        folder = "/".join(filter(None, (self.inbox.path.strip("/"), record.state, day)))
        plain = f"{folder}/{offer.name}"
        return plain if self.store.look(plain) is None else f"{folder}/{offer.id[:8]}-{offer.name}"


def _folder(inbox: Address) -> str:
    return "/".join(filter(None, (inbox.path.strip("/"), FOLDER)))
