"""The page on a machine with other users: what they, and sites at other ports, can do to it."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from contextlib import ExitStack, suppress

import httpx
import pytest
from served import csv_of, words

from stopimport.web.already import Place
from stopimport.web.connections import MOST, is_of_another_user

ASK = r"""
exec 3<>/dev/tcp/127.0.0.1/$0
printf 'GET /static/page.css HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' $0 >&3
head -1 <&3
"""


def test_no_path_that_can_be_guessed_is_the_pages(shared_page):
    """Without the secret path not even the cookie opens anything, and who lacks it does not learn it."""
    cookies = dict(shared_page.client.cookies.items())
    for path in (
        "",
        "/",
        "/body",
        "/find",
        shared_page.root,
        shared_page.root[:-1] + "/",
        shared_page.root.lower() + "/",
    ):
        answer = httpx.get(shared_page.origin + path, cookies=cookies, trust_env=False)
        assert (403, path) == (answer.status_code, path)
        assert shared_page.root not in answer.text.replace(path or "-", "")


def test_the_cookie_does_not_go_to_other_ports(shared_page):
    """Cookies know no ports: a site at another port of this machine gets it for no path that it can lead to."""
    [cookie] = list(shared_page.client.cookies.jar)
    assert cookie.path == f"{shared_page.root}/"
    assert "cookie" not in shared_page.client.build_request("GET", "http://127.0.0.1:9/").headers


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0 or not shutil.which("bash"), reason="only for root")
def test_another_user_is_not_let_in(shared_page):
    """Not even with the right address: the system says whose the other end of a connection is."""
    ask = ["bash", "-c", ASK, str(shared_page.port)]
    here, there = (subprocess.run(ask, capture_output=True, check=True, user=user).stdout for user in (0, 12345))
    assert b" 200 " in here
    assert b" 403 " in there


def test_whose_a_connection_is():
    """Both ends of one within this process are this user's; nothing is said of one that there is not."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert not is_of_another_user(client.getsockname(), server.getsockname()[1])
    assert not is_of_another_user(("127.0.0.1", 1), 2)


def test_half_open_connections_keep_nobody_out(shared_page):
    """Whoever opens many connections and says nothing makes room for those who say something."""
    with ExitStack() as stack:
        for _ in range(MOST + 20):
            one = stack.enter_context(socket.create_connection(("127.0.0.1", shared_page.port)))
            one.sendall(b"GET / HTTP/1.1\r\nX: ")
        assert 200 == shared_page.client.get("/").status_code


def test_headers_have_a_bound(shared_page):
    """Short headers without end are not kept: the connection ends."""
    with socket.create_connection(("127.0.0.1", shared_page.port), timeout=60) as one, suppress(ConnectionError):
        one.sendall(b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 20_000)
        answer = b"".join(iter(lambda: one.recv(1 << 16), b""))
        assert answer.startswith(b"HTTP/1.1 400")
    assert 200 == shared_page.client.get("/").status_code


@pytest.mark.parametrize("length", [257, 5000])
def test_a_long_boundary_is_no_fault_of_ours(shared_page, length):
    """A boundary that no browser makes is refused with a sentence."""
    boundary = "x" * length
    headers = {"Origin": shared_page.origin, "X-CSRF-Token": shared_page.csrf}
    headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
    answer = shared_page.client.post("/drafts", content=b"--x--", headers=headers)
    assert 422 == answer.status_code
    assert "bug" not in answer.text


@pytest.mark.process
def test_one_of_several_orders_at_once_is_taken(program, practising):
    """Four times 'undo' at the same moment begin one job, and leave no child behind that nobody hears."""
    draft = practising.draft(("crm.csv", csv_of(3)))
    run = practising.send(draft)
    practising.settled(run)
    before = len(practising.children())

    async def ask_all():
        headers = {"Origin": practising.origin}
        form = {"csrf": practising.csrf, "reason": "a test"}
        cookies = dict(practising.client.cookies.items())
        async with httpx.AsyncClient(cookies=cookies, timeout=60, trust_env=False) as client:
            asking = [client.post(f"{practising.base}{run}/undo", data=form, headers=headers) for _ in range(4)]
            return [answer.status_code for answer in await asyncio.gather(*asking)]

    assert [303, 409, 409, 409] == sorted(asyncio.run(ask_all()))
    practising.asked(run)
    assert before + 1 == len(practising.children())
    practising.post(f"{run}/confirm")
    assert "undone" in practising.settled(run).lower() or "removed" in practising.settled(run).lower()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give files away")
def test_a_record_of_another_user_is_not_used(tmp_path, monkeypatch, shared_page):
    """Not even if its page is there, and proves itself."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    place = Place(tmp_path, {})
    place.record(shared_page.address)
    os.chown(place.file, 12345, 12345)
    assert place.running() is None


def test_without_a_browser_there_is_no_button(shared_page):
    """Who wants none gets none opened, and is told where the address is."""
    lost = httpx.get(shared_page.base + "/", trust_env=False)
    assert "reopen" not in lost.text
    assert "shown where the program was started" in words(lost.text)
    asked = httpx.post(f"{shared_page.origin}/reopen", headers={"Origin": shared_page.origin}, trust_env=False)
    assert 409 == asked.status_code
