"""A claim by a record, whoever keeps that: made, renewed while its file is at work, and ended as that ended."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from msgspec.structs import replace

from stopimport.errors import StopimportError
from stopimport.nightly.remote.claims import RENEWALS, reason_of
from stopimport.nightly.remote.records import State, state_of
from stopimport.nightly.wording import veiled

if TYPE_CHECKING:
    from concurrent.futures import Future

    from stopimport.nightly.outcome import FileOutcome
    from stopimport.nightly.remote.claims import Holder, Offer
    from stopimport.nightly.remote.records import Record
    from stopimport.remote.loop import Loop
    from stopimport.remote.store import Entry

V = TypeVar("V")
"""What tells one writing of a record from the next."""
log = logging.getLogger(__name__)


class Keeping(Protocol[V]):
    """Who keeps the records: an object store, or a coordinator."""

    loop: Loop
    holder: Holder

    @property
    def lease(self) -> float:
        """Seconds for which a claim holds unless it is renewed."""

    def fresh(self, record: Record) -> Record:
        """Return a claim's record with a new end of its lease."""

    def write(self, name: str, record: Record, version: V | None) -> V | None:
        """Write a record that must have `version`, and return its new one; None if it has another, or is gone."""

    async def written(self, name: str, record: Record, version: V | None) -> V | None:
        """Do what `write` does, in the loop."""

    def ours(self, name: str) -> V | None:
        """Return the version of a record that says that we are at work; None if it does not."""

    def ended(self, offer: Offer, record: Record, version: V | None) -> str:
        """Do what is to be done once a record is final (`version`: as it was written), and return where the file is."""


class RecordClaim(Generic[V]):
    """See `claims.Claim`; it is renewed in the background until it ends."""

    def __init__(self, kept: Keeping[V], offer: Offer, record: Record, version: V) -> None:
        self._kept, self._offer, self._record, self._version = kept, offer, record, version
        self._renewing: Future[None] = kept.loop.begin(self._renew())

    def entry(self) -> Entry | None:
        """Return the file as it was listed."""
        return self._offer.entry

    def holds(self) -> bool:
        """Renew the claim now, where its version stays the same; False if it is ours no more."""
        return self._kept.write(self._offer.id, self._kept.fresh(self._record), self._version) is not None

    def finish(self, outcome: FileOutcome, sha256: str) -> str:
        """Make the record final, and do what its keeper does then."""
        record = replace(
            self._record,
            state=state_of(outcome),
            until="",
            sha256=sha256,
            run=outcome.folder.name if outcome.folder else "",
            exit_code=int(outcome.exit_code),
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            why=reason_of(outcome),
        )
        return self._kept.ended(self._offer, record, self._end(record))

    def give_back(self, run: str) -> None:
        """Let whoever has the run, and once the lease has run out everybody, go on."""
        self._end(replace(self._record, state=State.WAITING, run=run))

    def _end(self, record: Record) -> V | None:
        self._renewing.cancel()
        version = self._kept.write(self._offer.id, record, self._version)
        if version is None and (renewed := self._kept.ours(self._offer.id)):
            # A renewal was on its way.
            version = self._kept.write(self._offer.id, record, renewed)
        if version is None:
            log.warning("The claim on %s had run out, and somebody else has it now", veiled(self._offer.name))
        return version

    async def _renew(self) -> None:
        """Renew the claim again and again; an error is tried again the next time."""
        while True:
            await asyncio.sleep(self._kept.lease / RENEWALS)
            try:
                version = await self._kept.written(self._offer.id, self._kept.fresh(self._record), self._version)
            except StopimportError:
                continue
            if version is None:
                self._kept.holder.lost()
                return
            self._version = version
