"""What the API may ask for or answer beside the documentation, and what the commands make of it."""

from __future__ import annotations

import asyncio
import shutil
import threading
from contextlib import contextmanager

import pytest
from rawserver import ADDED, http, serving

EXPORT = "Mobile\n0600001001\n0600001002\n0600001003\n"
FAST = "--rate=1000/s"
EMPTY = http(200, {"success": True, "code": 200, "nbData": 0, "data": []})


@contextmanager
def answering(program, script):
    """Run a raw server whose calls are answered by `script`, and let `program` reach it."""
    loop, ready, done = asyncio.new_event_loop(), threading.Event(), asyncio.Event()
    servers = []

    async def serve():
        async with serving(script) as server:
            servers.append(server)
            ready.set()
            await done.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    ready.wait()
    program.environment |= {"SMSPARTNER_API_KEY": "k3y", "STOPIMPORT_BASE_URL": servers[0].url}
    try:
        yield servers[0]
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join()
        loop.close()


def called(server, endpoint):
    """Return the calls of one endpoint."""
    return [call for call in server.calls if call.path.endswith(f"/{endpoint}")]


def test_a_wait_asked_for_by_the_list_holds_the_numbers_too(quick):
    """`Retry-After` holds whatever would be called next, also where the list is given up and the numbers follow."""
    quick.write("export.csv", EXPORT)
    with answering(
        quick, lambda call, _n: http(503, Retry_After="1") if call.path.endswith("list") else ADDED
    ) as server:
        told = quick("run", "export.csv", "--out", "r", FAST, "--attempts", "1")
    assert told.returncode == 0, told.stderr
    assert called(server, "add")[0].at - called(server, "list")[0].at >= 1
    assert "Waiting 1 s: SMS Partner asks to wait (HTTP 503)" in told.stderr


def test_a_long_wait_asked_for_by_the_list_ends_the_run(quick):
    """A `Retry-After` beyond 5 minutes ends the run `incomplete` before anything is sent; `resume` finishes it.

    Not before that time has passed: till then no run of the account makes a call.
    """
    quick.write("export.csv", EXPORT)
    answers = {"list": http(429, Retry_After="3600"), "add": ADDED}
    with answering(quick, lambda call, _n: answers[call.path.rpartition("/")[2]]) as server:
        told = quick("run", "export.csv", "--out", "r", FAST)
        assert (told.returncode, called(server, "add")) == (3, [])
        assert "asks to wait 60 minutes" in told.stderr
        assert "stopimport resume r" in told.stderr
        summary = quick.summary("r")
        assert (summary["state"], summary["exit_code"], summary["counts"]["not_sent"]) == ("incomplete", 3, 3)
        answers["list"], calls = EMPTY, len(server.calls)
        early = quick("resume", "r", FAST)
        assert (early.returncode, "asks to wait 60 minutes" in early.stderr, len(server.calls)) == (3, True, calls)
        shutil.rmtree(quick.folder / "home/.local/state/stopimport/accounts")  # as if it had passed
        assert quick("resume", "r", FAST).returncode == 0
    assert quick.summary("r")["counts"]["added"] == 3


@pytest.mark.parametrize("body", ["nope", {"success": False, "code": 77, "message": "Nein"}])
def test_why_there_is_no_list_is_told_once(quick, body):
    """That every number is sent for want of a list is a notice of one plain sentence, and its reason."""
    quick.write("export.csv", EXPORT)
    with answering(quick, lambda call, _n: http(200, body) if call.path.endswith("list") else ADDED):
        assert quick("run", "export.csv", "--out", "r", FAST, "--attempts", "1").returncode == 0
    (notice,) = quick.summary("r")["notices"]
    assert notice.startswith("The stop list could not be fetched, so every number is sent. ")
    assert notice.count("could not be fetched") == 1
