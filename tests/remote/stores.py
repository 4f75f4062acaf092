"""Real stores for tests: moto's S3 server, Debian's OpenSSH server, and servers that behave badly."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import httpx

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


class Bucket:
    """A bucket of moto's server, filled and looked at by plain HTTP."""

    def __init__(self, url, name):
        self.url, self.name = url, name
        # moto wants to see that somebody signs, not how.
        signed = "AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
        self.client = httpx.Client(base_url=f"{url}/{name}", headers={"Authorization": signed}, trust_env=False)
        self.client.put("").raise_for_status()

    def put(self, key, text, **headers):
        """Write an object."""
        data = text if isinstance(text, bytes) else text.encode()
        self.client.put(f"/{key}", content=data, headers=headers).raise_for_status()

    def get(self, key):
        """Return an object's content; None if there is none."""
        found = self.client.get(f"/{key}")
        return found.content if found.status_code == 200 else None

    def delete(self, key):
        """Take an object away."""
        self.client.delete(f"/{key}").raise_for_status()

    def keys(self, prefix=""):
        """Return the keys that begin with `prefix`."""
        found = self.client.get("", params={"list-type": "2", "prefix": prefix}).raise_for_status().text
        return [part.partition("</Key>")[0] for part in found.split("<Key>")[1:]]

    @property
    def environment(self):
        """What the program needs to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": "AKIAMADEUPKEY",
            "AWS_SECRET_ACCESS_KEY": "made-up-secret",
            "AWS_REGION": "eu-west-3",
            "NO_PROXY": "127.0.0.1",
        }


def free_port():
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Account:
    """What a user has in ~/.ssh: a key, and the keys of hosts."""

    def __init__(self, home):
        self.folder = home / ".ssh"
        self.folder.mkdir(parents=True, mode=0o700)
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        path = self.folder / "id_ed25519"
        self.key.write_private_key(path)
        path.chmod(0o600)

    def know(self, host_key, port):
        """Take a server's key for known."""
        line = f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}"
        (self.folder / "known_hosts").write_text(line)


class Server:
    """OpenSSH's server on this machine, which shows `folder`."""

    def __init__(self, work, account):
        self.folder = work / "served"
        self.folder.mkdir()
        self.port = free_port()
        self.host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.host_key.write_private_key(work / "host_key")
        (work / "host_key").chmod(0o600)
        account.key.write_public_key(work / "authorized_keys")
        account.know(self.host_key, self.port)
        self.work = work
        self._process = None

    @property
    def address(self):
        """Its address, without a path."""
        return f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}"

    def at(self, name=""):
        """Return the address of what is in its folder."""
        return f"{self.address}{self.folder}/{name}"

    def start(self, *options):
        """Start it, and wait until it listens."""
        settings = {
            "HostKey": self.work / "host_key",
            "AuthorizedKeysFile": self.work / "authorized_keys",
            "ListenAddress": f"127.0.0.1:{self.port}",
            "PidFile": "none",
            "StrictModes": "no",
            "UsePAM": "no",
            "PasswordAuthentication": "no",
            "MaxStartups": "100",
            "Subsystem": " ".join(["sftp", "internal-sftp", *options]),
        }
        config = self.work / "sshd_config"
        config.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        if not os.geteuid():
            Path("/run/sshd").mkdir(exist_ok=True)
        self._process = subprocess.Popen([SSHD, "-D", "-e", "-f", config], stderr=subprocess.DEVNULL)
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                assert self._process.poll() is None, "sshd does not start"
                time.sleep(0.02)
            else:
                return

    def stop(self):
        """Stop it, and all its connections."""
        if self._process:
            self._process.terminate()
            self._process.wait()
            self._process = None

    @contextmanager
    def started(self, *options):
        """Run it inside the ``with`` block."""
        self.start(*options)
        try:
            yield self
        finally:
            self.stop()
