"""SFTP, by asyncssh (EPL-2.0 or GPL-2.0): as `sftp` itself does it, with ~/.ssh, and never with a question."""

from __future__ import annotations

import asyncio
import stat
from contextlib import contextmanager, suppress
from functools import partial
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

import asyncssh

from stopimport import userfolders
from stopimport.errors import NoHome
from stopimport.loading.errors import FileTooBig
from stopimport.loading.files.archives import size_text
from stopimport.remote.address import Address, host_of
from stopimport.remote.errors import (
    BadCredentials,
    RemoteAway,
    RemoteChanged,
    RemoteForbidden,
    RemoteUnusable,
    UnknownHostKey,
)
from stopimport.remote.store import PATIENCE, PIECE, Entry, Listing
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stopimport.remote.loop import Loop

T = TypeVar("T")
_PORT = 22
_HOME = "~/"
_SYSTEM_HOSTS = Path("/etc/ssh/ssh_known_hosts")
_MISSING = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)
_REFUSED = (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect)


class SftpStore:
    """One user's view of one server; see `store.Store`. The connection is made anew when it has broken off."""

    def __init__(self, address: Address, loop: Loop) -> None:
        self._address, self._loop = address, loop
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    def look(self, path: str) -> Entry | None:
        """Return the file at `path`, links followed; None if there is none."""
        try:
            with self._told(path):
                facts = self._do(lambda sftp: sftp.stat(_there(path)))
        except _MISSING:
            return None
        return self._entry(path, facts) if _is_file(facts) else None

    def list(self, folder: str) -> Listing | None:
        """Return what is in `folder`; None if there is no such folder."""
        try:
            with self._told(folder):
                found = self._do(lambda sftp: sftp.readdir(_there(folder)))
        except (*_MISSING, asyncssh.SFTPNotADirectory):
            return None
        before = folder if not folder or folder.endswith("/") else f"{folder}/"
        files: list[Entry] = []
        folders, others = [], []
        for name, facts in sorted(((str(each.filename), each.attrs) for each in found), key=itemgetter(0)):
            if name in {".", ".."}:
                continue
            if _is_file(facts):
                files.append(self._entry(before + name, facts))
            elif stat.S_ISDIR(facts.permissions or 0):
                folders.append(name)
            else:
                others.append(name)
        return Listing(tuple(files), tuple(folders), tuple(others))

    def fetch(self, entry: Entry, target: BinaryIO, most: int) -> None:
        """Write the file into `target`; it must have the same size and time before and after."""
        path = entry.address.path
        if entry.size > most:
            raise FileTooBig(entry.address.name, size_text(most))
        try:
            with self._told(path):
                file = self._do(lambda sftp: sftp.open(_there(path), "rb"))
        except _MISSING:
            raise RemoteChanged(str(entry.address)) from None
        try:
            self._copy(file, entry, target)
        finally:
            # Not waited for: a server that gives nothing closes nothing either.
            self._loop.begin(_closed(file))

    def close(self) -> None:
        """Give up the connection."""
        connection, self._connection, self._sftp = self._connection, None, None

        async def abort() -> None:
            if connection:
                connection.abort()

        self._loop.begin(abort())

    # Beyond `Store`.

    def rename(self, path: str, target: str) -> bool:
        """Rename a file to a name that is free; False if it is gone, or the name is taken.

        Raises:
            RemoteForbidden: the server does not let us.
        """
        try:
            with self._told(target):
                # Without flags, which is never the kind that overwrites (posix-rename@openssh.com).
                self._do(lambda sftp: sftp.rename(_there(path), _there(target)))
        except _MISSING:
            return False
        except RemoteUnusable:
            # Servers have one answer for much: a name that is taken, a file that somebody else has renamed.
            if self.look(path) is not None and self.look(target) is None:
                raise
            return False
        return True

    def make_folder(self, path: str) -> bool:
        """Make a folder if there is none; whether there is one now."""
        try:
            with self._told(path):
                self._do(lambda sftp: sftp.mkdir(_there(path)))
        except (*_MISSING, RemoteUnusable):
            return self.list(path) is not None
        return True

    def write(self, path: str, data: bytes) -> None:
        """Write a small file of our own."""
        with self._told(path):
            self._do(partial(_write, path=_there(path), data=data))

    def remove(self, path: str) -> None:
        """Take a file of our own away; it is fine if there is none."""
        try:
            with self._told(path):
                self._do(lambda sftp: sftp.remove(_there(path)))
        except _MISSING:
            return

    async def grow(self, path: str, size: int, beside: str) -> bool:
        """Let a small file of our own have `size` bytes, from within the loop; False if `beside` is gone."""
        try:
            with self._told(path):
                await asyncio.wait_for(self._asked(partial(_write, path=_there(path), data=b"1" * size)), PATIENCE)
                await asyncio.wait_for(self._asked(lambda sftp: sftp.stat(_there(beside))), PATIENCE)
        except _MISSING:
            return False
        return True

    # Helpers.

    def _copy(self, file: asyncssh.SFTPClientFile, entry: Entry, target: BinaryIO) -> None:
        path, done = entry.address.path, 0
        # One byte more than there should be: a file that grows is not complete.
        while done <= entry.size:
            with self._told(path):
                piece = self._loop.call(file.read(min(PIECE, entry.size + 1 - done), done), PATIENCE)
            if not piece:
                break
            target.write(cast("bytes", piece))
            done += len(piece)
        with self._told(path):
            facts = self._loop.call(file.stat(), PATIENCE)
        if done != entry.size or self._entry(path, facts).mark != entry.mark:
            raise RemoteChanged(str(entry.address))

    def _entry(self, path: str, facts: asyncssh.SFTPAttrs) -> Entry:
        size, written = facts.size or 0, float(facts.mtime or 0)
        return Entry(self._address.at(path), size, written, f"{size}:{facts.mtime}:{facts.mtime_ns or 0}")

    def _do(self, ask: Any) -> Any:  # noqa: ANN401 - whatever the question brings
        return self._loop.call(self._asked(ask), PATIENCE)

    async def _asked(self, ask: Any) -> Any:  # noqa: ANN401 - whatever the question brings
        if self._sftp is None or self._connection is None or self._connection.is_closed():
            user, host, port = host_of(self._address)
            # No password and no passphrase: there is nobody to ask, and none may stand in an address.
            self._connection = await asyncssh.connect(
                host,
                port or (),
                username=user or (),
                known_hosts=_known_hosts(host),
                connect_timeout=15,
                login_timeout=30,
                keepalive_interval=15,
                keepalive_count_max=4,
                password_auth=False,
                kbdint_auth=False,
            )
            self._sftp = await self._connection.start_sftp_client(path_encoding="utf-8", path_errors="surrogateescape")
        return await ask(self._sftp)

    @contextmanager
    def _told(self, path: str) -> Iterator[None]:
        """Turn what asyncssh raises into our own errors, but for what callers expect: nothing there."""
        address, store = str(self._address.at(path)), self._address.store
        try:
            yield
        except (*_MISSING, asyncssh.SFTPNotADirectory):
            raise
        except asyncssh.HostKeyNotVerifiable:
            _user, host, port = host_of(self._address)
            raise UnknownHostKey(host, port or _PORT) from None
        except (asyncssh.PermissionDenied, *_REFUSED):
            raise RemoteForbidden(address) from None
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError, asyncssh.ConfigParseError):
            raise BadCredentials(store, Sentence(N_("a key or the configuration in ~/.ssh cannot be read"))) from None
        except (TimeoutError, asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection):
            self.close()
            raise RemoteAway(store, Sentence(N_("it does not answer in time"))) from None
        except asyncssh.SFTPError:
            raise RemoteUnusable(address, Sentence(N_("it answers with an error"))) from None
        except (OSError, asyncssh.Error):
            self.close()
            raise RemoteAway(store, Sentence(N_("there is no connection, or it broke off"))) from None


async def _closed(file: asyncssh.SFTPClientFile) -> None:
    with suppress(OSError, asyncssh.Error):
        await file.close()


async def _write(sftp: asyncssh.SFTPClient, *, path: str, data: bytes) -> None:
    async with sftp.open(path, "wb") as file:
        await file.write(data)


def _known_hosts(host: str) -> list[str] | bytes:
    """Return the files of known hosts: those that ~/.ssh/config names, else the user's and the system's.

    Where there is none, nobody is known: asyncssh takes ``UserKnownHostsFile none`` for the wish to trust every server.

    Raises:
        NoHome: this user has no home.
    """
    home = userfolders.home()
    if home is None:
        raise NoHome
    folder = home / ".ssh"
    config = folder / "config"
    options = asyncssh.SSHClientConnectionOptions(host=host, config=[str(config)] if config.is_file() else None)
    chosen = cast("list[str] | None", options.known_hosts) or []
    named = [Path(name).expanduser() for name in chosen] or [folder / "known_hosts", _SYSTEM_HOSTS]
    return [str(path) for path in named if path.is_file()] or b""


def _there(path: str) -> str:
    """Return a path as the server takes it."""
    if path == _HOME.rstrip("/") or path.startswith(_HOME):
        return path[len(_HOME) :] or "."
    return f"/{path}"


def _is_file(facts: asyncssh.SFTPAttrs) -> bool:
    if facts.permissions is not None and stat.S_IFMT(facts.permissions):
        return stat.S_ISREG(facts.permissions)
    return facts.type == asyncssh.FILEXFER_TYPE_REGULAR
