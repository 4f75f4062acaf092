"""Object stores, by obstore: S3 and what speaks like it, Google Cloud Storage, Azure Blob Storage."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import obstore
from obstore import exceptions
from obstore.store import AzureStore, GCSStore, S3Store

from stopimport.loading.errors import FileTooBig
from stopimport.loading.files.archives import size_text
from stopimport.remote import signing
from stopimport.remote.address import OBJECTS, Address
from stopimport.remote.errors import (
    BadCredentials,
    NoBucket,
    NoCredentials,
    RemoteAway,
    RemoteChanged,
    RemoteError,
    RemoteForbidden,
    RemoteUnusable,
    WrongRegion,
)
from stopimport.remote.store import PATIENCE, PIECE, Entry, Listing
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator

    from obstore import GetOptions

    from stopimport.remote.loop import Loop

T = TypeVar("T")
Version = dict[str, str]
"""What a conditional request names: an etag, a generation."""
_KINDS: dict[str, Callable[..., S3Store | GCSStore | AzureStore]] = {"s3": S3Store, "gs": GCSStore, "az": AzureStore}
_RETRY = {"max_retries": 4, "retry_timeout": timedelta(seconds=45)}
_METADATA = ("169.254.169.254", "metadata.google.internal", "169.254.170.2")
"""Where roles of machines and containers are asked for, after everything else."""
_FORBIDDEN = ("401 Unauthorized", "403 Forbidden", "ExpiredToken", "InvalidAccessKeyId", "InvalidToken")
_REGION = ("AuthorizationHeaderMalformed", "redirect", "PermanentRedirect")
_GONE = (exceptions.PreconditionError, FileNotFoundError)
_NO_ETAG = "~"
"""Begins the mark of an object without an etag."""
_STRANGE_NAME = N_("there is a name in it with an empty part, or with '.' or '..' as one; rename what is called so")


class ObjectStore:
    """One bucket or container; see `store.Store`, and what conditional requests make possible beyond it."""

    def __init__(self, address: Address, loop: Loop) -> None:
        """Raise BadCredentials where what is set up cannot be used."""
        self._address, self._loop = address, loop
        config, provider = signing.config_of(address)
        options = {"timeout": f"{PATIENCE:.0f}s", "connect_timeout": "10s"}
        if signing.is_plain_http(config):
            options["allow_http"] = "true"
        more = {"credential_provider": provider} if provider else {}
        try:
            self._bucket = _KINDS[address.scheme](
                address.place, config=config, client_options=options, retry_config=_RETRY, **more
            )
        except (exceptions.BaseError, ValueError, FileNotFoundError):
            # What obstore says may show what it has read.
            problem = Sentence(N_("what is set up for {cloud} cannot be read"), cloud=OBJECTS[address.scheme])
            raise BadCredentials(address.store, problem) from None

    def look(self, path: str) -> Entry | None:
        """Return the object with the key `path`; None if there is none."""
        try:
            with self._told(path):
                return self._entry(self._do(lambda: obstore.head_async(self._bucket, path)))
        except (FileNotFoundError, ValueError):
            return None

    def list(self, folder: str) -> Listing | None:
        """Return what is below the prefix `folder`, up to the next slash; None if there is nothing."""
        prefix = folder.strip("/")
        try:
            with self._told(folder):
                found = self._do(lambda: obstore.list_with_delimiter_async(self._bucket, prefix or None))
        except (FileNotFoundError, ValueError):
            return None
        files = sorted((self._entry(meta) for meta in found["objects"]), key=lambda entry: entry.address.name)
        folders = sorted({name for path in found["common_prefixes"] if (name := path.rstrip("/").rpartition("/")[2])})
        # An object that is called as the folder itself is how some tools make one.
        files = [entry for entry in files if entry.address.path != prefix]
        return Listing(tuple(files), tuple(folders)) if files or folders or not prefix else None

    def fetch(self, entry: Entry, target: BinaryIO, most: int) -> None:
        """Write the object into `target`, as long as it has the same etag."""
        if entry.size > most:
            raise FileTooBig(entry.address.name, size_text(most))
        target.writelines(
            self._piece(entry, start, min(start + PIECE, entry.size)) for start in range(0, entry.size, PIECE)
        )

    def close(self) -> None:
        """There is nothing to give up: each request is for itself."""

    # Beyond `Store`.

    def create(self, path: str, data: bytes) -> Version | None:
        """Make an object that must not exist yet, and return its version; None if it does."""
        return self.in_time(path, self.put(path, data))

    def read(self, path: str) -> tuple[bytes, Entry, Version] | None:
        """Return a small object's content, and what it is; None if there is none."""
        return self.in_time(path, self.get(path))

    def in_time(self, path: str, work: Coroutine[Any, Any, T]) -> T:
        """Do `work`, which asks about `path`; raises RemoteAway where there is no answer in time."""
        with self._told(path):
            return self._loop.call(work, PATIENCE)

    async def put(self, path: str, data: bytes, version: Version | None = None) -> Version | None:
        """Write an object that must have `version` (None: must not exist yet), and return its new one.

        None if it has another: somebody else was faster.
        """
        mode: Any = version or "create"
        with self._told(path):
            try:
                put = await obstore.put_async(self._bucket, path, data, mode=mode, use_multipart=False)
            except (exceptions.AlreadyExistsError, exceptions.PreconditionError, FileNotFoundError):
                return None
        return _version(put)

    async def get(self, path: str) -> tuple[bytes, Entry, Version] | None:
        """Do what `read` does, in the loop."""
        with self._told(path):
            try:
                got = await obstore.get_async(self._bucket, path)
                data, meta = bytes(await got.bytes_async()), got.meta
            except (FileNotFoundError, ValueError):
                return None
        return data, self._entry(meta), _version(meta)

    def copy(self, source: str, target: str) -> None:
        """Copy an object within the store; raises `RemoteChanged` if there is none."""
        try:
            with self._told(source):
                self._do(lambda: obstore.copy_async(self._bucket, source, target))
        except FileNotFoundError:
            raise RemoteChanged(str(self._address.at(source))) from None

    def delete(self, path: str) -> None:
        """Take an object away; it is fine if there is none."""
        try:
            with self._told(path):
                self._do(lambda: obstore.delete_async(self._bucket, path))
        except FileNotFoundError:
            return

    # Helpers.

    def _do(self, ask: Callable[[], Awaitable[T]]) -> T:
        async def asked() -> T:
            # obstore wants to be called where a loop is running.
            return await ask()

        return self._loop.call(asked(), PATIENCE)

    def _piece(self, entry: Entry, start: int, end: int) -> bytes:
        options: GetOptions = {"range": (start, end)}
        if not entry.mark.startswith((_NO_ETAG, "W/")):
            options["if_match"] = f'"{entry.mark}"'

        async def get() -> bytes:
            return bytes(
                await (await obstore.get_async(self._bucket, entry.address.path, options=options)).bytes_async()
            )

        try:
            with self._told(entry.address.path):
                data = self._do(get)
        except _GONE:
            raise RemoteChanged(str(entry.address)) from None
        if len(data) != end - start:
            raise RemoteChanged(str(entry.address))
        return data

    def _entry(self, meta: Any) -> Entry:  # noqa: ANN401 - obstore's own types are not there at run time
        written = meta["last_modified"].timestamp()
        # Azure gives them with quotation marks in one answer, and without in another.
        mark = (meta["e_tag"] or "").strip('"') or f"{_NO_ETAG}{meta['size']}:{written}"
        return Entry(self._address.at(meta["path"]), int(meta["size"]), written, mark)

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """Turn what obstore raises into our own errors, but for what callers expect: nothing there, a condition."""
        address = str(self._address.at(path))
        try:
            yield
        except (FileNotFoundError, exceptions.PreconditionError, exceptions.AlreadyExistsError):
            raise
        except TimeoutError:
            raise RemoteAway(self._address.store, Sentence(N_("it does not answer in time"))) from None
        except exceptions.InvalidPathError:
            raise RemoteUnusable(address, Sentence(_STRANGE_NAME)) from None
        except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
            raise RemoteForbidden(address) from None
        except exceptions.BaseError as error:
            raise self._meant(address, str(error)) from None

    def _meant(self, address: str, said: str) -> RemoteError:
        """Return what an answer means that obstore has no class for; what it says itself is shown to nobody."""
        store = self._address.store
        said = said.partition("Debug source")[0]
        for words, meant in (
            (_METADATA, NoCredentials(store)),
            (("404 Not Found",), NoBucket(store)),
            (_REGION, WrongRegion(store)),
            (_FORBIDDEN, RemoteForbidden(address)),
            (("builder error",), RemoteAway(store, Sentence(N_("its endpoint is no https:// address")))),
            (("HTTP error",), RemoteAway(store, Sentence(N_("there is no connection, or it broke off")))),
        ):
            if any(word in said for word in words):
                return meant
        return RemoteUnusable(store, Sentence(N_("it answers with an error")))


def _version(facts: Any) -> Version:  # noqa: ANN401 - obstore's own types are not there at run time
    return {name: facts[name] for name in ("e_tag", "version") if facts[name]}
