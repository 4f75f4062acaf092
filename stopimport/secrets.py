"""The API key: where it comes from, and an object that does not show it by accident.

Sources, in this order: the environment variable (`vendor.KEY_VARIABLE`), the file of the setting ``api_key_file``, the
file named `vendor.KEY_NAME` in ``$CREDENTIALS_DIRECTORY`` (systemd's ``LoadCredential=``), the system keyring.
"""

from __future__ import annotations

import codecs
import hashlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote, quote_plus

from stopimport.errors import BadKey, ForeignKeyFile, KeyFileUnreadable, NoKeyring, OpenKeyFile
from stopimport.permissions import is_of_others, open_to_others
from stopimport.plainfiles import open_plain
from stopimport.text.language import N_, Sentence
from stopimport.vendor import KEY_NAME, KEY_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType

SERVICE = "stopimport"
"""What the keyring keeps the key for; the user name there is the key's name."""
_NAME = "account-name"
"""The user name there under which it keeps how the person calls the account of the key."""
HIDDEN = "•••"
_LONGEST = 4096
_log = logging.getLogger(__name__)


class ApiKey:
    """An API key and where it came from. Only `reveal` gives the key itself."""

    __slots__ = ("_key", "source")

    def __init__(self, key: str, source: str) -> None:
        """Take a key as somebody wrote it down; blanks, line ends and a byte-order mark around it are left out.

        Raises:
            BadKey: nothing is left, or there are characters in it that no key has.
        """
        self._key = key.strip("\ufeff \t\r\n\v\f\0\u00a0")
        self.source = source
        problem = _problem(self._key)
        if problem:
            raise BadKey(source, problem)

    def reveal(self) -> str:
        """Return the key, to be put into a call."""
        return self._key

    @property
    def account(self) -> str:
        """What names the account in summaries and locks: the first 8 hex digits of the key's SHA-256."""
        return hashlib.sha256(self._key.encode()).hexdigest()[:8]

    def hide_in(self, text: str) -> str:
        """Return `text` without the key, also where it is written as in an address."""
        for form in {self._key, quote(self._key, safe=""), quote(self._key), quote_plus(self._key)}:
            text = text.replace(form, HIDDEN)
        return text

    def __repr__(self) -> str:
        return f"ApiKey({HIDDEN}, source={self.source!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError("an API key is never pickled")


def _problem(key: str) -> Sentence | None:
    if not key:
        return Sentence(N_("it is empty"))
    if len(key) > _LONGEST:
        return Sentence(N_("it is longer than any key"))
    if not (key.isascii() and key.isprintable()) or " " in key:
        return Sentence(N_("it contains spaces, line breaks or special characters"))
    return None


def find_key(environ: Mapping[str, str], api_key_file: Path | None = None, *, keyring: bool = True) -> ApiKey | None:
    """Return the API key from the first source that has one, or None.

    Args:
        environ: the process's environment.
        api_key_file: the setting of that name.
        keyring: whether to ask the system's keyring in the end, which takes a tenth of a second.

    Raises:
        BadKey: the source has something that cannot be a key.
        KeyFileUnreadable: the file named cannot be read.
        ForeignKeyFile, OpenKeyFile: that file is not this user's alone.
    """
    if environ.get(KEY_VARIABLE, "").strip():
        return ApiKey(environ[KEY_VARIABLE], KEY_VARIABLE)
    if api_key_file is not None:
        return read_key_file(api_key_file)
    credentials = environ.get("CREDENTIALS_DIRECTORY")
    if credentials and (Path(credentials) / KEY_NAME).exists():
        return read_key_file(Path(credentials) / KEY_NAME)
    return _from_keyring() if keyring else None


def read_key_file(path: Path) -> ApiKey:
    """Return the API key that is all that is in the file `path`.

    Raises:
        KeyFileUnreadable: the file cannot be read.
        ForeignKeyFile: it belongs to somebody else.
        OpenKeyFile: others can write it, or put another one in its place.
        BadKey: what is in it cannot be a key.
    """
    try:
        with open_plain(path) as file:
            facts = os.fstat(file.fileno())
            if is_of_others(facts):
                raise ForeignKeyFile(str(path))
            if opening := open_to_others(path, facts):
                raise OpenKeyFile(str(path), str(opening))
            data = file.read(_LONGEST + 1)
    except OSError as error:
        raise KeyFileUnreadable(str(path), error.strerror or str(error)) from error
    # Windows' tools write text files as UTF-16 with a mark.
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return ApiKey(data.decode("utf-16" if marked else "utf-8", errors="replace"), str(path))


def need_keyring() -> None:
    """Make sure that a key can be stored, before anybody is asked for one.

    Raises:
        NoKeyring: the package is not installed.
    """
    _keyring()


def store_key(key: ApiKey, name: str = "") -> None:
    """Put `key` into the system keyring, and how the person calls its account; '' for not at all.

    Raises:
        NoKeyring: there is none, or it did not keep the key.
    """
    keyring = _keyring()
    try:
        keyring.set_password(SERVICE, KEY_NAME, key.reveal())
        kept = keyring.get_password(SERVICE, KEY_NAME) == key.reveal()
        _store_name(keyring, name)
    except Exception as error:  # noqa: BLE001 - every backend has faults of its own
        raise NoKeyring(type(error).__name__) from None
    if not kept:
        raise NoKeyring(Sentence(N_("it did not store the key")))


def _store_name(keyring: ModuleType, name: str) -> None:
    if name:
        keyring.set_password(SERVICE, _NAME, name)
    elif keyring.get_password(SERVICE, _NAME) is not None:
        keyring.delete_password(SERVICE, _NAME)


def stored_name() -> str:
    """Return how the person calls the account of the key in the system keyring; '' where that is not known."""
    try:
        return _keyring().get_password(SERVICE, _NAME) or ""
    except Exception:  # noqa: BLE001 - every backend has faults of its own, and none may stop a run
        return ""


def forget_key() -> bool:
    """Take the key out of the system keyring, and return whether there was one.

    Raises:
        NoKeyring: there is no keyring.
    """
    keyring = _keyring()
    try:
        if keyring.get_password(SERVICE, KEY_NAME) is None:
            return False
        keyring.delete_password(SERVICE, KEY_NAME)
        _store_name(keyring, "")
    except Exception as error:  # noqa: BLE001 - every backend has faults of its own
        raise NoKeyring(type(error).__name__) from None
    return True


def _from_keyring() -> ApiKey | None:
    try:
        key = _keyring().get_password(SERVICE, KEY_NAME)
    except NoKeyring:
        return None
    except Exception as error:  # noqa: BLE001 - every backend has faults of its own, and none may stop a run
        _log.info("the system keyring cannot be used: %s", type(error).__name__)
        return None
    return ApiKey(key, SERVICE + " keyring") if key else None


def _keyring() -> ModuleType:
    try:
        import keyring  # noqa: PLC0415 - an optional extra
    except ImportError:
        raise NoKeyring(Sentence(N_("the package keyring is not installed"))) from None
    return keyring
