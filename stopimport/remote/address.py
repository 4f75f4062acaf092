"""Addresses: ``s3://bucket/key``, ``gs://…``, ``az://…``, ``sftp://user@host:port/path``.

What stands behind bucket or host is taken as it is, as the clouds' own tools do: nothing in it is decoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from stopimport.remote.errors import BadRemoteAddress, SecretInAddress
from stopimport.text.language import N_
from stopimport.text.printable import printable

OBJECTS = {"s3": "S3", "gs": "Google Cloud Storage", "az": "Azure Blob Storage"}
"""Kinds of object stores, and what people call them."""
SFTP = "sftp"
_SHAPE = re.compile(rf"({'|'.join([*OBJECTS, SFTP])})://([^/]*)/?(.*)", re.IGNORECASE | re.DOTALL)
_PLACE = re.compile(r"(?:(?P<user>.+)@)?(?P<host>\[[0-9a-fA-F:.]+\]|[^@:\[\]\s]+)(?::(?P<port>[0-9]{1,5}))?")
_BUCKET = re.compile(r"[A-Za-z0-9$][A-Za-z0-9._-]{1,221}")
_BAD_PLACE = N_("it names no bucket or host")


@dataclass(frozen=True, slots=True)
class Address:
    """Where something lies."""

    scheme: str
    place: str
    """The bucket or container; of SFTP the host, with user and port as they were given."""
    path: str = ""
    """Without the slash that is before it. Behind SFTP it begins at the root, or with ``~/`` at the user's home."""

    @property
    def store(self) -> str:
        """The address without its path: whoever has the same is served by the same connection."""
        return f"{self.scheme}://{self.place}"

    @property
    def name(self) -> str:
        """The last part."""
        return self.path.rstrip("/").rpartition("/")[2] or self.place

    def at(self, path: str) -> Address:
        """Return another address in the same store."""
        return replace(self, path=path)

    def __str__(self) -> str:
        # As people see it: what is behind an address, a server may have made up.
        return printable(f"{self.store}/{self.path}")


def is_address(text: object) -> bool:
    """Whether `text` is an address rather than a path on this machine."""
    return isinstance(text, str) and _SHAPE.match(text) is not None


def parse(text: str) -> Address:
    """Read an address.

    Raises:
        BadRemoteAddress: it cannot be one.
        SecretInAddress: it holds a password, which others could see in the list of processes.
    """
    found = _SHAPE.fullmatch(text)
    if not found:
        raise BadRemoteAddress(text, N_("it does not begin with s3://, gs://, az:// or sftp://"))
    scheme, place, path = found[1].lower(), found[2], found[3]
    if scheme == SFTP:
        _prove_host(place, path)
    elif "@" in place or ":" in place:
        raise SecretInAddress(scheme) if "@" in place else BadRemoteAddress(text, _BAD_PLACE)
    elif not _BUCKET.fullmatch(place):
        raise BadRemoteAddress(text, _BAD_PLACE)
    return Address(scheme, place, path)


def host_of(address: Address) -> tuple[str | None, str, int | None]:
    """Return user, host and port of an SFTP address, None where it has none."""
    found = _PLACE.fullmatch(address.place)
    assert found, "parsed before"  # noqa: S101 - for the type checker
    return found["user"], found["host"].strip("[]"), int(found["port"]) if found["port"] else None


def _prove_host(place: str, path: str) -> None:
    user, _at, host = place.rpartition("@")
    if ":" in user:
        raise SecretInAddress(SFTP)
    found = _PLACE.fullmatch(place)
    # A name that begins with a dash would be an option to whatever program it is handed to.
    if not found or host.startswith("-") or not 0 < int(found["port"] or 22) < 1 << 16:
        raise BadRemoteAddress(f"{SFTP}://{place}/{path}", _BAD_PLACE)
