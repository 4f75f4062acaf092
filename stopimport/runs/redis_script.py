"""The way to a Redis or Valkey server that keeps an account's slots: its address, and the script there, by redis-py."""

from __future__ import annotations

import ssl
import time
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import unquote, urlsplit

from stopimport.runs.errors import BadCoordinator, CoordinatorUnusable, NoRedis
from stopimport.sending.grid import KeeperAwayError
from stopimport.text.language import N_, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable

_TRIES, _PAUSE = 3, 0.3
"""At the beginning; and the seconds between them."""
_BEGINNING, SCRIPT = "server.lua", "coordinator.lua"
_SECONDS = 0.5
"""How long an answer is waited for: nothing else happens in the meantime."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the coordinator is."""

    host: str
    port: int
    database: int
    username: str | None
    password: str | None
    tls: bool

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read ``redis://[user:password@]host[:port][/database]``; ``rediss://`` is the same by TLS.

        Raises:
            BadCoordinator: it is none.
        """
        try:
            url = urlsplit(text.strip())
            port = url.port or 6379
            database = url.path.strip("/") or "0"
        except ValueError:
            raise BadCoordinator from None
        sound = url.scheme in {"redis", "rediss"} and url.hostname and not url.query and not url.fragment
        if not sound or not (database.isascii() and database.isdigit()):
            raise BadCoordinator
        user, password = (unquote(part) if part else None for part in (url.username, url.password))
        return cls(url.hostname or "", port, int(database), user, password, url.scheme == "rediss")

    def __str__(self) -> str:
        """Return it without user and password."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'rediss' if self.tls else 'redis'}://{host}:{self.port}/{self.database}"


class Script(Protocol):
    """Runs the script at the server."""

    def __call__(self, key: str, asked: bytes, *more: str) -> bytes:
        """Return the answer; `more` are keys beside the first.

        Raises:
            KeeperAwayError: there is none.
        """

    def close(self) -> None:
        """Close the connection."""


def connect(address: Address, script: str = SCRIPT) -> Script:
    """Return what runs a script of ours at `address`; no connection is opened yet.

    Raises:
        NoRedis: the extra is missing.
    """
    try:
        import redis  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise NoRedis from None
    return _Redis(redis, address, script)


class _Redis:
    """The script at a server, by redis-py."""

    def __init__(self, redis: Any, address: Address, script: str) -> None:  # noqa: ANN401 - the module
        self._address = address
        self._away = (redis.ConnectionError, redis.TimeoutError, OSError)
        self._refused = redis.RedisError
        tls = {"ssl": True, "ssl_cert_reqs": "required", "ssl_check_hostname": True} if address.tls else {}
        self._client = redis.Redis(
            address.host,
            address.port,
            address.database,
            address.password,
            username=address.username,
            socket_timeout=_SECONDS,
            socket_connect_timeout=_SECONDS,
            # What was sent may have been done: whoever asks again does so knowingly.
            retry=redis.retry.Retry(redis.backoff.NoBackoff(), 0),
            protocol=2,
            **tls,
        )
        texts = [files(__package__).joinpath(name).read_text("utf-8") for name in (_BEGINNING, script)]
        self._script = self._client.register_script("\n".join(texts))

    def __call__(self, key: str, asked: bytes, *more: str) -> bytes:
        try:
            return bytes(self._script(keys=[key, *more], args=[asked]))
        except self._away as error:
            raise KeeperAwayError(self._why(error)) from None
        except (self._refused, TypeError) as error:
            raise KeeperAwayError(Sentence(_REFUSES, address=str(self._address), problem=_first_word(error))) from None

    def close(self) -> None:
        self._client.close()

    def _why(self, error: BaseException) -> Sentence:
        """Return why there is no answer, without the library's words: they might repeat what the address has."""
        causes = [error, error.__cause__, error.__context__]
        if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes):
            return Sentence(_NO_TRUST, address=str(self._address))
        if any(isinstance(cause, ssl.SSLError) for cause in causes):
            return Sentence(_NO_TLS, address=str(self._address))
        words = type(error).__name__
        if words.startswith("Authentication"):
            return Sentence(_NO_ENTRY, address=str(self._address))
        return Sentence(_SILENT, address=str(self._address))


_SILENT = N_("{address} does not answer")
_REFUSES = N_("{address} refuses what is asked of it ({problem})")
_NO_ENTRY = N_("{address} does not accept the user or the password")
_NO_TRUST = N_("the TLS certificate of {address} is not trusted")
_NO_TLS = N_("{address} does not speak TLS")
ODD = N_("its answers make no sense")


def _first_word(error: BaseException) -> str:
    """Return the kind of a refusal: Redis begins its messages with it (``WRONGPASS``, ``NOPERM``, ``READONLY``)."""
    word = str(error).split(" ", 1)[0]
    return word if word.isupper() and word.isalpha() else type(error).__name__


def until_it_answers(ask: Callable[[], object], script: Script) -> None:
    """Ask a few times, until the server answers.

    Raises:
        CoordinatorUnusable: it does not; the connection is closed.
    """
    for left in reversed(range(_TRIES)):
        try:
            ask()
        except KeeperAwayError as error:
            if not left:
                script.close()
                raise CoordinatorUnusable(error.args[0]) from None
            time.sleep(_PAUSE)
        else:
            return
