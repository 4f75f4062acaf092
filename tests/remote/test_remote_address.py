"""Addresses: what is one, and what it means."""

from __future__ import annotations

import sys

import pytest

from stopimport.remote.address import Address, host_of, is_address, parse
from stopimport.remote.errors import BadRemoteAddress, SecretInAddress
from stopimport.remote.signing import config_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://exports/crm/a.csv", Address("s3", "exports", "crm/a.csv")),
        ("S3://exports", Address("s3", "exports")),
        ("s3://exports/", Address("s3", "exports")),
        ("gs://exports.shop.example/a b%20?.csv", Address("gs", "exports.shop.example", "a b%20?.csv")),
        ("az://exports/crm/", Address("az", "exports", "crm/")),
        ("az://$web/a.csv", Address("az", "$web", "a.csv")),
        ("sftp://crm@sftp.example/in/", Address("sftp", "crm@sftp.example", "in/")),
        ("sftp://crm@shop.example@sftp.example:2222/in", Address("sftp", "crm@shop.example@sftp.example:2222", "in")),
        ("sftp://[2001:db8::1]:2222/~/in", Address("sftp", "[2001:db8::1]:2222", "~/in")),
    ],
)
def test_addresses_are_read(text, expected):
    """Nothing is decoded, and the kind's name may be in capitals."""
    assert expected == parse(text)


def test_user_host_and_port():
    """An SFTP address may leave out user and port."""
    assert host_of(parse("sftp://sftp.example/in")) == (None, "sftp.example", None)
    assert host_of(parse("sftp://a@b@[2001:db8::1]:2222/")) == ("a@b", "2001:db8::1", 2222)


@pytest.mark.parametrize(
    "text", ["a.csv", "C:/a.csv", "s3:/exports/a.csv", "https://exports/a.csv", "my/s3://x/y", "-"]
)
def test_paths_are_no_addresses(text):
    """What does not begin as an address is a path."""
    assert not is_address(text)


@pytest.mark.parametrize(
    "text",
    ["s3://", "s3:///a.csv", "s3://a/b.csv", "s3://-x/b.csv", "sftp:///in", "sftp://-oProxy=x/in", "sftp://a:0/in"],
)
def test_what_cannot_be_an_address_is_refused(text):
    """No bucket, no host, or an option in disguise."""
    with pytest.raises(BadRemoteAddress):
        parse(text)


@pytest.mark.parametrize(
    "text", ["sftp://crm:geheim@sftp.example/in", "s3://AKIA:geheim@exports/a.csv", "az://x:geheim@y/z"]
)
def test_a_password_is_refused_and_not_shown(text, program):
    """Others see addresses in the list of processes; the sentence does not repeat it."""
    with pytest.raises(SecretInAddress):
        parse(text)
    done = program("check", text)
    assert done.returncode == 2
    assert b"geheim" not in done.stdout + done.stderr


@pytest.mark.parametrize(("address", "library"), [("s3://exports/a.csv", "obstore"), ("sftp://x/a.csv", "asyncssh")])
def test_without_the_extra_the_command_to_install_it_is_told(program, address, library, monkeypatch):
    """Exit code 2, and pip's command."""
    program.alone = False
    monkeypatch.setitem(sys.modules, library, None)
    for module in ("stopimport.remote.objects", "stopimport.remote.sftp"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    done = program("check", address)
    assert done.returncode == 2
    assert b"pip install 'stopimport[remote]'" in done.stderr


def test_azure_is_told_by_its_own_variables():
    """Those of Azure's command line, a connection string, or its emulator."""
    address = parse("az://exports/a.csv")
    for environment, expected in (
        ({"AZURE_STORAGE_ACCOUNT": "shop", "AZURE_STORAGE_KEY": "k=="}, {"account_name": "shop", "account_key": "k=="}),
        (
            {"AZURE_STORAGE_CONNECTION_STRING": "AccountName=shop;AccountKey=k==;EndpointSuffix=core.windows.net"},
            {"account_name": "shop", "account_key": "k=="},
        ),
        (
            {"AZURE_STORAGE_ACCOUNT": "shop", "AZURE_STORAGE_SAS_TOKEN": "sv=1"},
            {"account_name": "shop", "sas_key": "sv=1"},
        ),
    ):
        assert (expected, None) == config_of(address, environment)


def test_google_is_asked_as_its_own_tools_ask():
    """A service account's file is read where the variable says; one that is none is a plain sentence."""
    assert config_of(parse("gs://exports/a.csv"), {}) == ({}, None)


def test_a_broken_service_account_is_one_sentence(program):
    """What is in the file is not shown."""
    pytest.importorskip("obstore")
    program.write("account.json", '{"type": "service_account", "private_key": "geheim"}')
    done = program("check", "gs://exports/a.csv", GOOGLE_APPLICATION_CREDENTIALS=str(program.folder / "account.json"))
    assert done.returncode == 2
    assert b"geheim" not in done.stderr
    assert b"Google Cloud Storage cannot be read" in done.stderr
