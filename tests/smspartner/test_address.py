"""Where the calls go: addresses, certificates, proxies."""

from __future__ import annotations

import asyncio
import ssl
from base64 import b64encode

import pytest
from certificates import TEST_CERTIFICATE, TEST_KEY
from rawserver import ADDED, KEY, LISTED, QUICK, http, numbers, serving

from stopimport.errors import ExitCode
from stopimport.sending.calls import Judgement
from stopimport.sending.errors import BadAddress, BadCertificates, BadProxy
from stopimport.smspartner.client import StopListClient, check_way
from stopimport.smspartner.names import URL as VENDOR_URL

NUMBER = numbers(1)[0]


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    """TLS is always verified: no request reaches a server with a certificate of its own making."""
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    key.write_text(TEST_KEY)
    certificate.write_text(TEST_CERTIFICATE)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)

    async def calling():
        async with (
            serving(lambda _call, _n: ADDED, ssl=context) as server,
            StopListClient(KEY, server.url, timeouts=QUICK) as client,
        ):
            return await client.add(NUMBER), server.calls

    reply, calls = asyncio.run(calling())

    assert (reply.sent, calls) == (False, [])
    assert "certificate" in reply.message


@pytest.mark.parametrize(
    "url",
    [
        "http://api.smspartner.fr/v1",
        "http://localhost.example.org/v1",
        "http://127.0.0.1.example.org/v1",
        "http://0.0.0.0/v1",
        "ftp://127.0.0.1/v1",
        "api.smspartner.fr/v1",
        "https://",
        "https://me:secret@example.org/v1",
        "https://example.org/v1?x=1",
        "https://example.org/v1#x",
        "https://exa mple.org/v1",
        "http://[::1/v1",
        "https://example.org:99999999/v1",
        "",
    ],
)
def test_an_address_that_may_not_be_used_is_refused(url):
    """`http://` is for this machine only, and an address is nothing but an address."""
    with pytest.raises(BadAddress) as caught:
        StopListClient(KEY, url)

    assert caught.value.exit_code == ExitCode.UNUSABLE
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "base"),
    [
        (VENDOR_URL, VENDOR_URL),
        (f"{VENDOR_URL}/", VENDOR_URL),
        (f" {VENDOR_URL}// ", VENDOR_URL),
        ("http://localhost:8025/v1/", "http://localhost:8025/v1"),
        ("http://127.0.0.1:8025", "http://127.0.0.1:8025"),
        ("http://127.1.2.3/", "http://127.1.2.3"),
        ("http://[::1]:8025/v1", "http://[::1]:8025/v1"),
        ("HTTP://LOCALHOST/v1", "http://localhost/v1"),
    ],
)
def test_addresses_may_end_in_a_slash(url, base):
    """A trailing slash changes nothing, and this machine may be called without TLS."""
    assert base == StopListClient(KEY, url).base_url


def test_the_environments_proxy_is_used_but_never_for_this_machine(monkeypatch):
    """Corporate proxies are expected to work; a practice API on this machine is called directly."""

    async def calling():
        async with serving(lambda _call, _n: http(502)) as proxy, serving(lambda _call, _n: LISTED) as api:
            address = proxy.url.removesuffix("/v1")
            for name in ("http_proxy", "https_proxy"):
                monkeypatch.setenv(name, address)
                monkeypatch.setenv(name.upper(), address)
            async with StopListClient(KEY, api.url, timeouts=QUICK) as client:
                direct = await client.add(NUMBER)
            async with StopListClient(KEY, "https://nothing.invalid/v1", timeouts=QUICK) as client:
                through = await client.add(NUMBER)
            return direct, through, [call.method for call in proxy.calls]

    direct, through, methods = asyncio.run(calling())

    assert Judgement.LISTED is direct.judgement
    assert (methods, through.sent) == (["CONNECT"], False)


def test_a_proxy_learns_who_we_are_and_the_server_does_not(monkeypatch):
    """User and password of the proxy's address go to the proxy, as they are meant."""

    async def calling():
        async with serving(lambda _call, _n: http(407)) as proxy:
            place = proxy.url.removesuffix("/v1").removeprefix("http://")
            monkeypatch.setenv("https_proxy", f"http://us%40er:p%3Ass@{place}")
            async with StopListClient(KEY, "https://nothing.invalid/v1", timeouts=QUICK) as client:
                return await client.add(NUMBER), proxy.calls

    reply, calls = asyncio.run(calling())

    assert (reply.sent, reply.message) == (False, "The proxy could not connect to the server.")
    [call] = calls
    assert (call.method, call.headers["host"]) == ("CONNECT", "nothing.invalid")
    assert call.headers["proxy-authorization"] == "basic " + b64encode(b"us@er:p:ss").decode().lower()


def test_no_proxy_names_hosts_that_are_called_directly(monkeypatch):
    """`no_proxy` is heeded."""
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "nothing.invalid")

    async def calling():
        async with StopListClient(KEY, "https://nothing.invalid/v1", timeouts=QUICK) as client:
            return await client.add(NUMBER)

    assert asyncio.run(calling()).message == "The server's name could not be resolved."


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "ftp://x", "http://[::1"])
def test_a_proxy_that_cannot_be_used_is_named(monkeypatch, proxy):
    """The sentence names the variable, not its value, which may hold a password."""
    monkeypatch.setenv("https_proxy", proxy)
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    async def entering():
        async with StopListClient(KEY, VENDOR_URL):
            pass

    with pytest.raises(BadProxy, match="HTTPS_PROXY"):
        asyncio.run(entering())


@pytest.mark.parametrize(
    "host", ["127.0.0.1.1", "127.1", "127.0.0.999", "127.", "127.0.0.1.example.com", "localhost.example.com", "0.0.0.0"]
)
def test_what_only_looks_like_this_machine_is_not(host):
    """Without TLS the key goes to this machine alone, and to nothing that a resolver might lead elsewhere."""
    with pytest.raises(BadAddress):
        StopListClient(KEY, f"http://{host}/v1")


@pytest.mark.parametrize("port", ["-1", "65536", "99999", "x", "1e3"])
def test_ports_that_there_are_not(port):
    """An impossible port is told as a wrong address."""
    with pytest.raises(BadAddress):
        StopListClient(KEY, f"https://127.0.0.1:{port}/v1")


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE"])
def test_certificates_that_are_not_there(monkeypatch, variable, tmp_path):
    """A variable that names no certificates is told before anything is read."""
    (tmp_path / "empty.pem").touch()
    (tmp_path / "wrong.pem").write_text("no certificate")
    for name in ("nowhere.pem", "wrong.pem"):
        monkeypatch.setenv(variable, str(tmp_path / name))
        with pytest.raises(BadCertificates, match=f"{name}, which {variable} names, cannot be used"):
            check_way(VENDOR_URL)
