"""Moving objects that are done with: by copy, a look at the copy, and only then the end of the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.nightly.moving import WHY
from stopimport.remote.errors import RemoteChanged

if TYPE_CHECKING:
    from stopimport.remote.objects import ObjectStore
    from stopimport.remote.store import Entry


def move_away(store: ObjectStore, entry: Entry, target: str, why: str) -> bool:
    """Move an object to the key `target`, with a file beside it that says `why` where there is something to say.

    It may be called again after a kill. Returns whether the object was there to be moved.

    Raises:
        RemoteError: the store cannot be asked; the object is where it was.
    """
    path = entry.address.path
    if not _is_same(store.look(path), entry):
        return False
    try:
        store.copy(path, target)
    except RemoteChanged:
        return False
    copied = store.look(target)
    if copied is None or copied.size != entry.size or not _same_content(copied, entry):
        # Written anew while it was copied: what is there now is a new file.
        store.delete(target)
        return False
    if why:
        store.create(target + WHY, f"{why}\n".encode())
    if not _is_same(store.look(path), entry):
        return False
    store.delete(path)
    return True


def _is_same(found: Entry | None, entry: Entry) -> bool:
    return found is not None and (found.mark, found.size) == (entry.mark, entry.size)


def _same_content(copied: Entry, entry: Entry) -> bool:
    """Whether a copy has the etag of the first, where both are hashes of the content.

    That of an upload in parts (with a dash) is not, and stores other than S3 make a new one for each object.
    """
    if entry.address.scheme != "s3" or "-" in entry.mark or "-" in copied.mark:
        return True
    return copied.mark == entry.mark
