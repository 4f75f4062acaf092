"""An SFTP server that behaves badly: it drips, cuts off, and says one thing and does another."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager

import asyncssh
from stores import free_port

from stopimport.remote.loop import Loop

CONTENT = b"Mobile\n06 00 00 10 01\n06 00 00 10 02\n"
FAR = "/in/a.csv"
READING = threading.Event()
"""Set once somebody reads."""


class Bad(asyncssh.SFTPServer):
    """Serves one file, `/in/a.csv`, with the fault that the class has."""

    fault = ""
    names = ("a.csv",)

    def _facts(self):
        size = {"short": len(CONTENT) + 5, "long": len(CONTENT) - 5}.get(self.fault, len(CONTENT))
        return asyncssh.SFTPAttrs(size=size, permissions=0o100644, mtime=1_700_000_000, atime=1_700_000_000)

    def stat(self, path):
        """Describe the file; there is nothing else."""
        if path in {b"/in", b"/in/"}:
            return asyncssh.SFTPAttrs(permissions=0o040755)
        if path != FAR.encode():
            raise asyncssh.SFTPNoSuchFile("none")
        return self._facts()

    lstat = stat

    def fstat(self, file_obj):  # noqa: ARG002 - the library's names
        """Describe the open file."""
        return self._facts()

    async def scandir(self, path):  # noqa: ARG002 - as above
        """List names that a server makes up."""
        for name in self.names:
            yield asyncssh.SFTPName(name.encode(), attrs=self._facts())

    def open(self, path, pflags, attrs):  # noqa: ARG002 - as above
        """Open the file for reading only."""
        if pflags & asyncssh.FXF_WRITE or path != FAR.encode():
            raise asyncssh.SFTPPermissionDenied("no")
        return object()

    def close(self, file_obj):
        """Do nothing."""

    def mkdir(self, path, attrs):  # noqa: ARG002 - as above
        """Refuse."""
        raise asyncssh.SFTPPermissionDenied("no")

    async def read(self, file_obj, offset, size):  # noqa: ARG002 - as above
        """Give what the fault leaves of the content."""
        if self.fault == "cut":
            self.channel.get_connection().abort()
        READING.set()
        if self.fault == "drip":
            await asyncio.sleep(3600)
        if self.fault == "error":
            raise asyncssh.SFTPFailure("\x1b]0;+33600001001\x07 made up")
        return CONTENT[offset : offset + size]


@contextmanager
def bad_server(account, fault="", names=("a.csv",)):
    """Give the address of such a server, known to `account`."""
    kind = type("Bad", (Bad,), {"fault": fault, "names": names})
    loop, port = Loop(), free_port()
    host_key = asyncssh.generate_private_key("ssh-ed25519")
    account.know(host_key, port)

    class Login(asyncssh.SSHServer):
        """Lets everybody in."""

        def begin_auth(self, username):  # noqa: ARG002 - as above
            return False

    async def listen():
        return await asyncssh.listen(
            "127.0.0.1", port, server_host_keys=[host_key], server_factory=Login, sftp_factory=kind
        )

    server = loop.call(listen(), 10)
    try:
        yield f"sftp://somebody@127.0.0.1:{port}"
    finally:
        loop.call(asyncio.sleep(0, server.close()), 10)
        loop.close()
