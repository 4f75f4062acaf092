"""Claims in an object store: a record for each (key, etag, size), made and changed by conditional requests only.

Times are the store's own: how old a record is, the store says, and no machine's clock matters. A record of a file that
is done with holds as long as nobody writes the same content there again: then whether to import is asked anew.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
import uuid
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stopimport.nightly.intake import is_aside
from stopimport.nightly.outcome import Action
from stopimport.nightly.remote import claims
from stopimport.nightly.remote.claims import FOLDER, RENEWALS, Offer, id_of, reason_of
from stopimport.nightly.remote.moving import move_away
from stopimport.nightly.wording import veiled
from stopimport.remote.errors import RemoteError, RemoteForbidden

if TYPE_CHECKING:
    from collections.abc import Collection
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from stopimport.nightly.outcome import FileOutcome
    from stopimport.nightly.remote.claims import Holder
    from stopimport.remote.address import Address
    from stopimport.remote.loop import Loop
    from stopimport.remote.objects import ObjectStore, Version
    from stopimport.remote.store import Entry
    from stopimport.runs.locks import Told

_CLAIMED, _WAITING, _DONE, _FAILED = "claimed", "waiting", "done", "failed"
_FINAL = frozenset({_DONE, _FAILED})
log = logging.getLogger(__name__)


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
class _Record:
    facts: dict[str, Any]
    version: Version
    written: float
    """By the store's clock."""

    @property
    def final(self) -> bool:
        return self.facts.get("state") in _FINAL


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

    def claim(self, offer: Offer, *, ours: bool) -> RecordClaim | None:
        """Take an object by its record."""
        facts = self._facts(offer)
        record = self._read(offer.id)
        if record is None:
            version = self.write(offer.id, facts, None)
        elif self._is_free(record, offer, ours=ours):
            version = self.write(offer.id, facts, record.version)
        else:
            return None
        return RecordClaim(self, offer, facts, version) if version else None

    def known_ids(self) -> tuple[str, ...]:
        """Return the ids of records that are final."""
        return tuple(sorted(self.known))

    def hold(self, wait: float, told: Told) -> AbstractContextManager[None]:  # noqa: ARG002 - the protocol's names
        """Keep nobody out: passes share the files."""
        return nullcontext()

    def is_over(self, offer: Offer) -> bool:
        """Whether there is a final record."""
        record = self._read(offer.id)
        return record is not None and record.final

    def path_of(self, record: str) -> str:
        """Return the key of a record."""
        return f"{_folder(self.inbox)}/{record}.json"

    def move(self, offer: Offer, facts: dict[str, Any], version: Version) -> str:
        """Move an object that is done with, and return its new address; '' if it is no longer there.

        Where it goes is written down first, so that whoever goes on after a kill writes to the same place.
        """
        if not facts.get("moved_to"):
            facts = facts | {"moved_to": self._target(offer, facts)}
            if self.write(offer.id, facts, version) is None:
                return ""
        target = str(facts["moved_to"])
        assert offer.entry, "nothing else is moved"  # noqa: S101 - for the type checker
        if not move_away(self.store, offer.entry, target, str(facts.get("why", ""))):
            return ""
        return str(self.inbox.at(target))

    def write(self, record: str, facts: dict[str, Any], version: Version | None) -> Version | None:
        """Write a record that must have `version` (None: must not be there), and return its new one; else None."""
        return self.store.in_time(self.path_of(record), self.written(record, facts, version))

    async def written(self, record: str, facts: dict[str, Any], version: Version | None) -> Version | None:
        """Do what `write` does, in the loop.

        A request whose answer was lost is sent again by the library, and then fails for what itself has written: so it
        is looked at. Each text is written once only (`turn`).
        """
        data = json.dumps(facts | {"turn": uuid.uuid4().hex}, ensure_ascii=False).encode("utf-8", "replace")
        path = self.path_of(record)
        new = await self.store.put(path, data, version)
        if new is None and (found := await self.store.get(path)) and found[0] == data:
            return found[2]
        return new

    def ours(self, record: str) -> Version | None:
        """Return the version of a record that says that we are at work; None if it does not."""
        found = self._read(record)
        told = found and (found.facts.get("state"), found.facts.get("owner"))
        return found.version if found and told == (_CLAIMED, self.holder.owner) else None

    def fresh(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Return a claim's facts with a new end of its lease."""
        until = datetime.fromtimestamp(self._now() + claims.LEASE, UTC)
        return facts | {"until": until.isoformat(timespec="seconds")}

    # Helpers.

    def _is_settled(self, offer: Offer, written: float) -> bool:
        """Whether an object has a final record that is not older than itself; what is left to be moved is moved."""
        assert offer.entry, "it was listed"  # noqa: S101 - for the type checker
        if offer.entry.time > written:
            return False
        if offer.id in self.known and not self.holder.move:
            return True
        record = self._read(offer.id)
        if record is None or not record.final:
            return False
        self.known.add(offer.id)
        if self.holder.move:
            self.move(offer, record.facts, record.version)
        return True

    def _is_free(self, record: _Record, offer: Offer, *, ours: bool) -> bool:
        if record.final:
            return offer.entry is not None and offer.entry.time > record.written
        if record.facts.get("state") == _WAITING and ours:
            return True
        return self._now() - record.written > claims.LEASE + claims.MARGIN

    def _facts(self, offer: Offer) -> dict[str, Any]:
        entry = offer.entry
        told = {"key": entry.address.path, "etag": entry.mark, "size": entry.size} if entry else {"key": offer.name}
        return self.fresh({"state": _CLAIMED, "owner": self.holder.owner, **told})

    def _read(self, record: str) -> _Record | None:
        found = self.store.read(self.path_of(record))
        if found is None:
            return None
        data, entry, version = found
        try:
            facts = json.loads(data)
        except ValueError:
            facts = {}
        # Whoever can write here can take the files away as well: a record that is none holds for a lease.
        return _Record(facts if isinstance(facts, dict) else {}, version, entry.time)

    def _now(self) -> float:
        return time.monotonic() + self._ahead

    def _target(self, offer: Offer, facts: dict[str, Any]) -> str:
        """Return a free key to move an object to; the record's id in it keeps it from everybody else's."""
        day = datetime.fromtimestamp(self._now(), UTC).date().isoformat()
        folder = "/".join(filter(None, (self.inbox.path.strip("/"), str(facts["state"]), day)))
        plain = f"{folder}/{offer.name}"
        return plain if self.store.look(plain) is None else f"{folder}/{offer.id[:8]}-{offer.name}"


class RecordClaim:
    """See `claims.Claim`; it is renewed in the background until it ends."""

    def __init__(self, kept: RecordClaims, offer: Offer, facts: dict[str, Any], version: Version) -> None:
        self._kept, self._offer, self._facts, self._version = kept, offer, facts, version
        self._renewing: Future[None] = kept.loop.begin(self._renew())

    def entry(self) -> Entry | None:
        """Return the object as it was listed."""
        return self._offer.entry

    def finish(self, outcome: FileOutcome, sha256: str) -> str:
        """Make the record final, and move the object if that is wanted."""
        failed = outcome.action in {Action.FAILED, Action.SET_ASIDE}
        told = {
            "state": _FAILED if failed else _DONE,
            "sha256": sha256,
            "run": outcome.folder.name if outcome.folder else "",
            "exit_code": int(outcome.exit_code),
            "time": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        if why := reason_of(outcome):
            told["why"] = why
        facts = {name: self._facts[name] for name in ("key", "etag", "size", "owner") if name in self._facts} | told
        version = self._end(facts)
        self._kept.known.add(self._offer.id)
        if version and self._kept.holder.move and self._offer.entry:
            return self._kept.move(self._offer, facts, version)
        return ""

    def give_back(self, run: str) -> None:
        """Let whoever has the run, and once the lease has run out everybody, go on."""
        self._end(self._facts | {"state": _WAITING, "run": run})

    def _end(self, facts: dict[str, Any]) -> Version | None:
        self._renewing.cancel()
        version = self._kept.write(self._offer.id, facts, self._version)
        if version is None and (renewed := self._kept.ours(self._offer.id)):
            # A renewal was on its way.
            version = self._kept.write(self._offer.id, facts, renewed)
        if version is None:
            log.warning("The claim on %s had run out, and somebody else has it now", veiled(self._offer.name))
        return version

    async def _renew(self) -> None:
        """Renew the claim again and again; an error is tried again the next time."""
        while True:
            await asyncio.sleep(claims.LEASE / RENEWALS)
            try:
                version = await self._kept.written(self._offer.id, self._kept.fresh(self._facts), self._version)
            except RemoteError:
                continue
            if version is None:
                self._kept.holder.lost()
                return
            self._version = version


def _folder(inbox: Address) -> str:
    return "/".join(filter(None, (inbox.path.strip("/"), FOLDER)))
