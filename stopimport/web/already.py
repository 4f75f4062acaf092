"""The page that runs already: a private record of it, so that a second start opens it instead of another page.

The record lies in the user's own state folder, and a page that it speaks of is believed only if it belongs to this user
and proves that it knows the record's secret: what listens at the port now may be somebody else's.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import os
import secrets
import stat
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from stopimport.errors import BusyError, NoHome
from stopimport.plainfiles import open_plain
from stopimport.runs.errors import LockUnusable
from stopimport.runs.locks import place_lock, state_folder
from stopimport.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

ALIVE = "/alive"
"""Where a page proves itself."""
_LARGEST = 10_000
_PATIENCE = 3.0
"""Seconds for a page to prove itself: it is on this machine."""
_STARTING = 20.0
"""Seconds that a page may take to start, for one that is started at the same time."""


class Record(msgspec.Struct, frozen=True):
    """A page that runs."""

    process: int
    port: int
    secret: str
    """By which it proves itself; the file is the user's alone."""
    address: str
    """The one-time address that opens it."""


def prove(secret: str, challenge: str) -> str:
    """Return what a page with this secret answers."""
    return hmac.digest(secret.encode(), challenge.encode(), "sha256").hex()


@dataclass(slots=True)
class Place:
    """Where the record of one page is: pages are the same if they show the same runs in the same way.

    Args:
        runs: the folder of runs.
        ways: all else that makes a difference.
    """

    runs: Path
    ways: Mapping[str, object]
    secret: str = field(default_factory=secrets.token_hex)
    """Of a page that is started here."""

    @property
    def file(self) -> Path:
        """The record."""
        told = json.dumps([__version__, str(self.runs.resolve()), self.ways], sort_keys=True, default=str)
        return state_folder() / "pages" / f"{hashlib.sha256(told.encode()).hexdigest()[:16]}.json"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep others from looking and starting in the ``with`` block, as long as that may take."""
        try:
            with place_lock(self.runs, wait=_STARTING):
                yield
        except (BusyError, LockUnusable, NoHome):
            # Two pages do no harm; none would.
            yield

    def running(self) -> Record | None:
        """Return the page that runs already, if one does and proves it."""
        record = self._read()
        return record if record and _proves(record) else None

    def record(self, address: str) -> None:
        """Remember the page of this process; where that cannot be, a second start opens another page."""
        record = Record(os.getpid(), urlsplit(address).port or 0, self.secret, address)
        with suppress(OSError, NoHome):
            self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            made = self.file.with_suffix(f".{os.getpid()}")
            with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(msgspec.json.encode(record))
            made.replace(self.file)

    def forget(self) -> None:
        """Take the record of the page of this process away."""
        record = self._read()
        if record is not None and record.secret == self.secret:
            with suppress(OSError):
                self.file.unlink()

    def _read(self) -> Record | None:
        with suppress(OSError, NoHome, msgspec.MsgspecError), open_plain(self.file, lone=True) as file:
            if _is_mine(os.fstat(file.fileno())):
                return msgspec.json.decode(file.read(_LARGEST), type=Record)
        return None


def _is_mine(facts: os.stat_result) -> bool:
    """Whether a file belongs to this user, and to nobody else in any way."""
    if sys.platform == "win32":
        return True
    return facts.st_uid == os.geteuid() and not stat.S_IMODE(facts.st_mode) & 0o077


def _proves(record: Record) -> bool:
    """Whether what listens at the port is the page that wrote the record."""
    challenge = secrets.token_hex()
    connection = http.client.HTTPConnection("127.0.0.1", record.port, timeout=_PATIENCE)
    try:
        connection.request("GET", f"{ALIVE}?challenge={challenge}")
        answer = connection.getresponse().read(_LARGEST).decode("ascii", "replace")
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return hmac.compare_digest(answer.encode(), prove(record.secret, challenge).encode())
