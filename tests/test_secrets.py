"""The API key: where it comes from, in which order, and that nothing shows it."""

from __future__ import annotations

import copy
import hashlib
import logging
import os
import pickle
import sys
import traceback
from pathlib import Path
from urllib.parse import quote, urlencode

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from stopimport.errors import BadKey, ExitCode, ForeignKeyFile, KeyFileUnreadable, NoKeyring, OpenKeyFile
from stopimport.secrets import ApiKey, find_key, forget_key, read_key_file, store_key

KEY = "5f7b2d0c9e4a1836d2c4b5a69788f0e1d2c3b4a5"


class Drawer(KeyringBackend):
    """A keyring that keeps passwords as long as the test runs."""

    priority = 1

    def __init__(self):
        super().__init__()
        self.kept = {}

    def get_password(self, service, username):
        """Return what is kept."""
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        """Keep it."""
        self.kept[service, username] = password

    def delete_password(self, service, username):
        """Forget it."""
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class Locked(Drawer):
    """A keyring whose owner is not there to unlock it."""

    def get_password(self, service, username, *_):
        """Refuse, with words that hold more than they should."""
        raise KeyringLocked(f"{service} {username} {KEY}")

    set_password = get_password


class Forgetful(Drawer):
    """A keyring that keeps nothing, as keyring's null backend."""

    def set_password(self, service, username, password):
        """Drop it."""


@pytest.fixture(autouse=True)
def drawer():
    """Use a keyring of the test's own."""
    before = keyring.get_keyring()
    backend = Drawer()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


@pytest.fixture
def key_file(tmp_path):
    """Return a maker of key files that only their owner can read."""

    def make(content: bytes | str = KEY, mode: int = 0o600, name: str = "key"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(mode)
        return path

    return make


def test_the_order_of_the_sources(tmp_path, key_file):
    """The variable comes before the file named, that before systemd's credentials, those before the keyring."""
    file, credential = key_file("from-file"), key_file("from-systemd", name="smspartner-api-key")
    store_key(ApiKey("from-keyring", "test"))
    environ = {"SMSPARTNER_API_KEY": "from-variable", "CREDENTIALS_DIRECTORY": str(tmp_path)}
    found = find_key(environ, file)
    assert (found.reveal(), found.source) == ("from-variable", "SMSPARTNER_API_KEY")
    del environ["SMSPARTNER_API_KEY"]
    found = find_key(environ, file)
    assert (found.reveal(), found.source) == ("from-file", str(file))
    found = find_key(environ)
    assert (found.reveal(), found.source) == ("from-systemd", str(credential))
    found = find_key({})
    assert (found.reveal(), found.source) == ("from-keyring", "stopimport keyring")
    assert find_key({}, keyring=False) is None


def test_a_check_refuses_a_key_file_that_a_run_would(program):
    """It sends nothing, but what is wrong with the settings is told on the first day."""
    program.write("m.csv", "Mobile\n0600001001\n")
    checked = program("check", "m.csv", STOPIMPORT_API_KEY_FILE=str(program.folder / "no-such-file"))
    assert checked.returncode == 2
    assert b"no-such-file" in checked.stderr


def test_no_key_anywhere(tmp_path):
    """Without any source there is no key, and that is no error here."""
    assert find_key({}) is None
    assert find_key({"SMSPARTNER_API_KEY": "  ", "CREDENTIALS_DIRECTORY": str(tmp_path)}) is None


@pytest.mark.parametrize(
    "content",
    [
        KEY,
        f"{KEY}\n",
        f"  {KEY}\r\n\r\n",
        f"\ufeff{KEY}\n",
        f"\ufeff{KEY}\r\n".encode("utf-16-le"),
        f"\ufeff{KEY}".encode("utf-16-be"),
    ],
)
def test_how_a_key_file_may_be_written(key_file, content):
    """Line ends, blanks, byte-order marks and Windows' UTF-16 do not belong to the key."""
    assert read_key_file(key_file(content)).reveal() == KEY


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o440, 0o644, 0o444])
def test_others_may_read_the_file(key_file, mode):
    """Only writing is what a key file is refused for; who may read it is its owner's business."""
    assert read_key_file(key_file(mode=mode)).reveal() == KEY


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o777])
def test_a_file_that_others_can_write_is_refused(key_file, mode):
    """A key that others can replace would send the numbers to somebody else's account: exit 2, how to correct it."""
    path = key_file(mode=mode)
    with pytest.raises(OpenKeyFile, match="chmod go-w") as caught:
        find_key({}, path)
    assert caught.value.exit_code is ExitCode.UNUSABLE
    assert str(path) in str(caught.value)
    assert KEY not in str(caught.value)


def test_a_credential_that_others_can_write_is_refused(tmp_path, key_file):
    """The rule holds for systemd's credentials too."""
    key_file(mode=0o666, name="smspartner-api-key")
    with pytest.raises(OpenKeyFile):
        find_key({"CREDENTIALS_DIRECTORY": str(tmp_path)})


def test_a_folder_where_anybody_can_put_files_is_refused(tmp_path, key_file):
    """In a folder that everybody can write the file can be replaced; a sticky one, as /tmp, protects it."""
    path = key_file()
    tmp_path.chmod(0o777)
    with pytest.raises(OpenKeyFile, match=str(tmp_path)):
        read_key_file(path)
    tmp_path.chmod(0o1777)
    assert read_key_file(path).reveal() == KEY


def test_a_file_of_somebody_else_is_refused(key_file, monkeypatch):
    """Who owns the key's file can put another key into it, whoever may write it now."""
    path = key_file()
    if os.geteuid() == 0:
        os.chown(path, 12345, 12345)
    else:
        monkeypatch.setattr(os, "geteuid", lambda: 12345)
    with pytest.raises(ForeignKeyFile, match=r"belongs to another user.*chown") as caught:
        read_key_file(path)
    assert caught.value.exit_code is ExitCode.UNUSABLE


def test_a_key_is_not_read_from_a_pipe(tmp_path):
    """Nobody waits for what a pipe or a device would give."""
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path / "pipe", Path("/dev/zero"), Path("/dev/full")):
        with pytest.raises(KeyFileUnreadable, match="a device or a pipe"):
            read_key_file(path)


def test_a_file_that_is_not_there(tmp_path):
    """A key file that was named must be readable; it is not skipped in silence."""
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(KeyFileUnreadable, match="api_key_file"):
            find_key({}, path)


@pytest.mark.parametrize(
    "wrong",
    ["", "\n", f"{KEY} {KEY}", f"{KEY}\n{KEY}", f"a\0{KEY}", f"“{KEY}”", f"{KEY}\x1b[31m!", f"{KEY}\u200bx", KEY * 200],
    ids=["nothing", "blank", "two words", "two lines", "NUL", "quotes", "control", "invisible", "long"],
)  # fmt: skip
def test_what_cannot_be_a_key(key_file, wrong):
    """Something else than a key is refused with its source and without being shown, even in the traceback."""
    path = key_file(wrong)
    with pytest.raises(BadKey) as caught:
        find_key({}, path)
    shown = "".join(traceback.format_exception(caught.value))
    assert str(path) in str(caught.value)
    assert caught.value.exit_code is ExitCode.UNUSABLE
    assert KEY not in shown


def test_a_wrong_variable_is_named():
    """The error says which variable holds what cannot be a key."""
    with pytest.raises(BadKey, match="SMSPARTNER_API_KEY"):
        find_key({"SMSPARTNER_API_KEY": f"{KEY} {KEY}"})


def test_a_key_does_not_show_itself(caplog):
    """Printing, formatting, logging, copying and pickling give no key away."""
    key = ApiKey(KEY, "test")
    logging.getLogger("stopimport").warning("calling with %s, %r", key, key)
    for text in (str(key), repr(key), f"{key}", f"{key!s:>80}", repr([key]), repr({"key": key}), caplog.text):
        assert KEY not in text
        assert "source" in text
    for leak in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="never pickled"):
            leak(key)


def test_the_account_is_the_beginning_of_the_keys_hash():
    """The account is named by the first 8 hex digits of the key's SHA-256."""
    assert hashlib.sha256(KEY.encode()).hexdigest()[:8] == ApiKey(f" {KEY}\n", "test").account


@given(st.text(), st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8), st.text())
def test_a_key_is_hidden_in_any_text(before, key, after):
    """No text that went through `hide_in` holds the key, plainly or as in an address."""
    api_key = ApiKey(key, "test")
    for form in (key, quote(key, safe=""), quote(key), urlencode({"apiKey": key}).removeprefix("apiKey=")):
        assert form not in api_key.hide_in(f"{before}{form}{after}")


def test_the_keyring_keeps_and_forgets(drawer):
    """`account set` and `account forget`: stored, found, forgotten once."""
    store_key(ApiKey(KEY, "typed"))
    assert list(drawer.kept.values()) == [KEY]
    assert find_key({}).reveal() == KEY
    assert forget_key() is True
    assert forget_key() is False
    assert find_key({}) is None


def test_a_locked_keyring_stops_no_run(caplog):
    """A keyring that fails counts as none when a key is looked for, and its words are not logged."""
    keyring.set_keyring(Locked())
    caplog.set_level("DEBUG")
    assert find_key({}) is None
    assert KEY not in caplog.text
    assert "KeyringLocked" in caplog.text


@pytest.mark.parametrize("act", [lambda: store_key(ApiKey(KEY, "typed")), forget_key], ids=["set", "forget"])
def test_a_locked_keyring_is_told_when_it_is_meant(act):
    """Storing and forgetting say that the keyring failed, in words of our own."""
    keyring.set_keyring(Locked())
    with pytest.raises(NoKeyring, match="KeyringLocked") as caught:
        act()
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_keyring_that_keeps_nothing_is_told():
    """Storing is believed only when the key can be read back."""
    keyring.set_keyring(Forgetful())
    with pytest.raises(NoKeyring, match="did not store"):
        store_key(ApiKey(KEY, "typed"))


def test_without_the_package_there_is_no_keyring(monkeypatch):
    """Where somebody took it out, a run finds no key there, and `account set` says where else to put it."""
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert find_key({}) is None
    with pytest.raises(NoKeyring, match=r"not installed\. Put the key into SMSPARTNER_API_KEY"):
        store_key(ApiKey(KEY, "typed"))
