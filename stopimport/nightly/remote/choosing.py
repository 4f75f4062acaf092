"""How files of an inbox that lies elsewhere are claimed: as its store allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from stopimport.nightly.remote.by_ledger import LedgerClaims
from stopimport.nightly.remote.looks import Looks
from stopimport.nightly.wording import plain
from stopimport.remote.address import SFTP
from stopimport.remote.errors import RemoteForbidden
from stopimport.text.language import N_, _

if TYPE_CHECKING:
    from stopimport.nightly.intake import WallClock
    from stopimport.nightly.memory import Memory
    from stopimport.nightly.remote.claims import Claims, Holder
    from stopimport.remote.address import Address
    from stopimport.remote.objects import ObjectStore
    from stopimport.remote.opening import Stores
    from stopimport.remote.sftp import SftpStore

_READ_ONLY = N_("{inbox} cannot be written, so what is done is kept in {runs}. Let one machine at a time work on it.")
_NO_CONDITIONS = N_(
    "{inbox} lies in a store that ignores conditions, so what is done is kept in {runs}. Let one machine at a time "
    "work on it."
)


def claims_for(inbox: Address, stores: Stores, holder: Holder, memory: Memory, clock: WallClock) -> Claims:
    """Try out how the store of `inbox` can be shared, and return that.

    Raises:
        RemoteError: the store cannot be used.
    """
    store = stores.of(inbox)
    if inbox.scheme == SFTP:
        from stopimport.nightly.remote.by_rename import RenameClaims  # noqa: PLC0415 - asyncssh, an extra

        looks = Looks(store, memory, clock, holder.settle)
        renaming = RenameClaims(cast("SftpStore", store), inbox, stores.loop, holder, looks)
        try:
            renaming.prove()
        except RemoteForbidden:
            return LedgerClaims(store, inbox, holder, _told(_READ_ONLY, inbox, holder), looks)
        return renaming
    from stopimport.nightly.remote.by_record import RecordClaims, probe  # noqa: PLC0415 - obstore, an extra

    objects = cast("ObjectStore", store)
    try:
        probed = probe(objects, inbox)
    except RemoteForbidden:
        return LedgerClaims(store, inbox, holder, _told(_READ_ONLY, inbox, holder))
    if not probed.conditional:
        return LedgerClaims(store, inbox, holder, _told(_NO_CONDITIONS, inbox, holder))
    return RecordClaims(objects, inbox, stores.loop, holder, probed.ahead)


def _told(template: str, inbox: Address, holder: Holder) -> str:
    return _(template).format(inbox=plain(str(inbox)), runs=plain(str(holder.runs)))
