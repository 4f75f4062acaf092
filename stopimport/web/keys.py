"""The API key of the page: entered once, kept in the system's keyring or in memory, never sent back."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from stopimport.errors import NoKeyring
from stopimport.secrets import SERVICE, ApiKey, find_key, forget_key, need_keyring, store_key, stored_name
from stopimport.web.errors import NotNow

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LONGEST = 100
"""Characters of an account's name."""


@dataclass(frozen=True, slots=True)
class KeyState:
    """What the page may know of the API key: never the key."""

    known: bool
    """Whether there is a key."""
    source: Literal["", "typed", "keyring", "given"] = ""
    """Typed on the page and in memory only, kept in the system's keyring, or given to the server at its start (variable
    or file): then the page cannot forget it."""
    account: str = ""
    """What names the account in summaries: 8 hex digits."""
    name: str = ""
    """How the account is called; '' where nobody said it."""
    keyring: bool = False
    """Whether a key typed now can be kept in the system keyring."""


class Keys:
    """The key in force, and where it came from.

    Args:
        environ: the process's environment.
        api_key_file: the setting of that name.
        account: the account's name, if the settings have one: then no other can be given.

    Raises:
        StopimportError: what is there cannot be a key, or its file cannot be used.
    """

    def __init__(
        self, environ: Mapping[str, str] = os.environ, api_key_file: Path | None = None, account: str | None = None
    ) -> None:
        self.key: ApiKey | None = find_key(environ, api_key_file)
        self._source: Literal["", "typed", "keyring", "given"] = ""
        if self.key is not None:
            self._source = "keyring" if self.key.source.startswith(SERVICE) else "given"
        self._fixed = account or ""
        self.name = self._fixed or (stored_name() if self._source == "keyring" else "")
        self._can_keep = _can_keep()

    def enter(self, key: ApiKey, *, keep: bool, name: str = "") -> None:
        """Take a key that somebody typed; where there is a keyring it can be kept there.

        Args:
            key: it.
            keep: whether to keep it.
            name: how the person calls the account.

        Raises:
            NoKeyring: the keyring did not keep it; it is in force all the same.
        """
        self.key, self._source = key, "typed"
        self.name = self._fixed or " ".join(name.split())[:_LONGEST]
        if keep and self._can_keep:
            store_key(key, self.name)
            self._source = "keyring"

    def forget(self) -> None:
        """Forget the key.

        Raises:
            NotNow: it was given to the server at its start.
            NoKeyring: the keyring cannot be used.
        """
        if self._source == "given":
            raise NotNow
        if self._source == "keyring":
            forget_key()
        self.key, self._source, self.name = None, "", self._fixed

    @property
    def given_account(self) -> str:
        """What names the account of a key that was given to the server at its start; '' without one."""
        return self.key.account if self.key and self._source == "given" else ""

    def state(self) -> KeyState:
        """Return what the page may know."""
        if self.key is None:
            return KeyState(known=False, keyring=self._can_keep)
        return KeyState(
            known=True, source=self._source, account=self.key.account, name=self.name, keyring=self._can_keep
        )


def _can_keep() -> bool:
    """Whether there is a keyring that keeps what it is given."""
    try:
        need_keyring()
        import keyring  # noqa: PLC0415 - an optional extra

        # Backends that only refuse, or forget, have no priority.
        return bool(keyring.get_keyring().priority > 0)
    except (NoKeyring, Exception):  # noqa: BLE001 - every backend has faults of its own
        return False
