"""Where nothing can be claimed: what is done is kept in the folder of runs, and one pass works at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from stopimport.nightly.intake import is_aside
from stopimport.nightly.remote.claims import Offer, id_of
from stopimport.nightly.remote.records import Record, as_json, state_of
from stopimport.runs.locks import folder_lock
from stopimport.runs.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Collection
    from contextlib import AbstractContextManager

    from stopimport.nightly.outcome import FileOutcome
    from stopimport.nightly.remote.claims import Holder
    from stopimport.nightly.remote.looks import Looks
    from stopimport.remote.address import Address
    from stopimport.remote.store import Entry, Store
    from stopimport.runs.locks import Told


class LedgerClaims:
    """See `claims.Claims`."""

    def __init__(self, store: Store, inbox: Address, holder: Holder, warning: str, looks: Looks | None = None) -> None:
        """Begin; with `looks` files are complete after two of them, else as soon as they are listed."""
        self.warning = warning
        self._store, self._inbox, self._holder, self._looks = store, inbox, holder, looks
        self._path = holder.runs / f".elsewhere-{id_of(str(inbox))[:16]}.json"
        self.ended: dict[str, Record] = {}

    def hold(self, wait: float, told: Told) -> AbstractContextManager[None]:
        """Keep other passes out by the folder of runs, which has the ledger."""
        return folder_lock(self._holder.runs, wait=wait, told=told)

    def offers(self, ours: Collection[str]) -> list[Offer]:
        """Return the files that the ledger does not know."""
        self.ended = self._load()
        listing = self._store.list(self._inbox.path)
        files = [entry for entry in (listing.files if listing else ()) if not is_aside(entry.address.name)]
        found = {_id(entry): entry for entry in files}
        self.ended = {offer: told for offer, told in self.ended.items() if offer in found}
        new = [entry for offer, entry in found.items() if offer not in self.ended]
        offers = [Offer(_id(entry), entry.address.name, entry) for entry in new]
        return self._looks.complete(offers, ours) if self._looks else offers

    def claim(self, offer: Offer, *, ours: bool) -> LedgerClaim | None:  # noqa: ARG002 - the protocol's name
        """Take a file: there is nobody else."""
        return None if offer.id in self.ended else LedgerClaim(self, offer)

    def is_over(self, offer: Offer) -> bool:
        """Whether the ledger has it."""
        return offer.id in self.ended

    def known_ids(self) -> tuple[str, ...]:
        """Return nothing: the ledger has it all."""
        return ()

    def write(self, offer: Offer, record: Record) -> None:
        """Write down the end of a file; raises FileUnwritable."""
        self.ended[offer.id] = record
        data = as_json(self.ended, indent=2)
        write_whole(self._path, lambda aside: aside.write_bytes(data))

    def _load(self) -> dict[str, Record]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Record])
        except (OSError, ValueError, msgspec.MsgspecError):
            return {}


class LedgerClaim:
    """See `claims.Claim`."""

    def __init__(self, ledger: LedgerClaims, offer: Offer) -> None:
        self._ledger, self._offer = ledger, offer

    def entry(self) -> Entry | None:
        """Return the file as it was listed."""
        return self._offer.entry

    def finish(self, outcome: FileOutcome, sha256: str) -> str:
        """Write it down; nothing is moved."""
        run = outcome.folder.name if outcome.folder else ""
        record = Record(file=self._offer.name, state=state_of(outcome), sha256=sha256, run=run)
        self._ledger.write(self._offer, record)
        return ""

    def give_back(self, run: str) -> None:
        """Do nothing: it is offered again."""


def _id(entry: Entry) -> str:
    # Its time, too: the same content that is put there once more is looked at once more.
    return id_of(entry.address.path, entry.mark, entry.size, entry.time)
