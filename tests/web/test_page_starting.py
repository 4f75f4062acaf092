"""Starting and ending a page that is one person's own: once, found again, lost and opened again, closed by a button."""

from __future__ import annotations

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import pytest
from effort import EXHAUSTIVE
from served import PATIENCE, Served, csv_of, end, serving, words

from stopimport.web.already import Place

WAY = ("web", "--sandbox", "--no-open", "--json", "--runs", "stopimport-runs")
BROWSER = """#!/bin/sh
cat "${1#file://}" > "$0.part" && mv "$0.part" "$0.shown"
"""


@pytest.fixture
def desktop(program):
    """Give the command a browser, and what that was told to show: the address to which the file leads."""
    browser = program.folder / "home" / "browser"
    program.write("home/browser", BROWSER)
    browser.chmod(0o700)
    program.environment["BROWSER"] = f"{browser} %s"

    def shown():
        told = Path(f"{browser}.shown")
        until = time.monotonic() + PATIENCE
        while not told.exists():
            assert time.monotonic() < until, "nothing was shown"
            time.sleep(0.05)
        text = told.read_text("utf-8")
        told.unlink()
        return re.search(r"url=(\S+)\"", text)[1].replace("&amp;", "&")

    return shown


@pytest.mark.process
def test_a_second_start_shows_the_page_that_runs(program, desktop):
    """Its address is told and opened, and the command ends."""
    with serving(program, "--sandbox") as served:
        again = program(*WAY)
        shown = program("web", "--sandbox", "--runs", "stopimport-runs", "--lang", "fr")
        assert (0, {"url": served.address}) == (again.returncode, json.loads(again.stdout))
        assert f"La page est déjà ouverte ; cette adresse fonctionne une seule fois : {served.address}" in " ".join(
            shown.stdout.decode().replace("\u202f", " ").replace("\u00a0", " ").split()
        )
        assert served.address == desktop()

        served.enter()
        assert served.address != (latest := json.loads(program(*WAY).stdout)["url"])
        assert 200 == httpx.get(latest, trust_env=False).status_code


@EXHAUSTIVE
@pytest.mark.process
@pytest.mark.parametrize("others", [["--sandbox", "--region", "BE"], ["--sandbox", "--runs", "other"], []])
def test_what_shows_or_does_something_else_is_another_page(program, others):
    """Other settings, other runs, or sending for real."""
    with serving(program, "--sandbox") as served:
        other = program.start("web", "--no-open", "--json", "--runs", "stopimport-runs", *others)
        assert served.port != Served(other).port
        end(other)


@EXHAUSTIVE
@pytest.mark.process
def test_two_clicks_start_one_page(program):
    """Whoever starts while the other one starts waits for it, and shows it."""
    both = [program.start(*WAY) for _ in range(2)]
    told = {json.loads(process.stdout.readline())["url"] for process in both}
    assert 1 == len(told)
    assert [0, 0] == [end(process) for process in both]


class Stranger(BaseHTTPRequestHandler):
    """Whoever listens at the port now: it answers whatever comes."""

    def do_GET(self):
        """Claim to be the page."""
        self.server.heard.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"0" * 64)

    def log_message(self, *_args):
        """Say nothing."""


def test_a_record_is_believed_only_if_it_is_ours_and_its_page_proves_itself(tmp_path, monkeypatch):
    """Not a page of somebody else at that port, not a record that others can read or that is a link, not rubbish."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    place = Place(tmp_path, {"sandbox": True})
    assert place.running() is None

    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        server.heard = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        place.record(f"http://127.0.0.1:{server.server_port}/secret/?token=t")
        assert 0o600 == place.file.stat().st_mode & 0o777
        assert place.running() is None
        server.shutdown()
    assert 1 == len(server.heard)
    assert place.secret not in server.heard[0]
    assert "secret/" not in server.heard[0]

    assert place.running() is None
    place.file.write_text("{}")
    assert place.running() is None
    place.file.chmod(0o644)
    assert place.running() is None
    place.file.rename(tmp_path / "elsewhere")
    place.file.symlink_to(tmp_path / "elsewhere")
    assert place.running() is None


@EXHAUSTIVE
@pytest.mark.process
def test_a_record_that_others_can_read_is_not_used(program):
    """A second page starts; neither is in the other's way."""
    with serving(program, "--sandbox") as served:
        [record] = (program.folder / "home/.local/state/stopimport/pages").iterdir()
        record.chmod(0o640)
        with serving(program, "--sandbox") as other:
            assert served.port != other.port
        assert 200 == served.client.get(served.address).status_code


@EXHAUSTIVE
@pytest.mark.process
def test_a_button_closes_the_program(program):
    """It says what happens to an import that is going on, which is then stopped cleanly and can be finished later."""
    with serving(program, "--sandbox", "--rate", "5/s") as served:
        served.enter()
        assert "in progress" not in words(served.client.get("/quit").text)
        run = served.send(served.draft(("crm.csv", csv_of(200))))
        served.until(run, lambda answer: "Added" in words(answer.text))
        told = words(served.client.get("/quit").text)
        assert "1 import is in progress. It is stopped cleanly: what was added stays added" in told
        assert 403 == served.post("/quit", {"csrf": "another"}).status_code
        assert "The program has been closed" in words(served.post("/quit").text)
        assert 0 == served.process.wait(PATIENCE)

    [folder] = [path for path in (program.folder / "stopimport-runs").iterdir() if path.is_dir()]
    summary = program.summary(folder)
    assert "interrupted" == summary["state"]
    assert summary["counts"]["added"]
    assert [] == list((program.folder / "home/.local/state/stopimport/pages").iterdir())


@EXHAUSTIVE
@pytest.mark.process
def test_a_browser_without_access_gets_a_button(program, desktop):
    """The page opens again on the person's own desktop, for nobody else, and not for another site."""
    process = program.start("web", "--sandbox", "--json", "--runs", "stopimport-runs")
    try:
        served = Served(process)
        assert served.address == desktop()
        with served.client:
            lost = served.client.get("/")
            assert (403, True) == (lost.status_code, 'action="/reopen"' in lost.text)
            assert "terminal" not in words(lost.text)
            assert "--" not in words(lost.text)
            ask = f"{served.origin}/reopen"
            refused = [
                httpx.post(ask, headers=headers, trust_env=False).status_code
                for headers in ({}, {"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "same-site"})
            ]
            assert [403] * 3 == refused
            opened = httpx.post(ask, headers={"Origin": served.origin}, trust_env=False)
            assert "opens in a new window" in words(opened.text)
            assert "set-cookie" not in opened.headers
            assert served.address == desktop()
            assert 409 == httpx.post(ask, headers={"Origin": served.origin}, trust_env=False).status_code
            assert 200 == served.client.get(served.address).status_code
    finally:
        end(process)


@EXHAUSTIVE
@pytest.mark.process
@pytest.mark.parametrize(
    ("variables", "args", "place"),
    [
        ({}, [], "home/Documents/stopimport-runs"),
        ({"XDG_DOCUMENTS_DIR": "{folder}/Papiere"}, [], "Papiere/stopimport-runs"),
        ({"STOPIMPORT_RUNS": "{folder}/set"}, [], "set"),
        ({"STOPIMPORT_RUNS": "{folder}/set"}, ["--runs", "given"], "given"),
    ],
)
def test_runs_lie_in_the_documents(program, variables, args, place):
    """Wherever the page is started; what somebody sets goes before. Runs that lie there of old are told."""
    program.write("stopimport-runs/old/summary.json", "{}")
    variables = {name: value.format(folder=program.folder) for name, value in variables.items()}
    process = program.start("web", "--sandbox", "--no-open", "--json", *args, **variables)
    json.loads(process.stdout.readline())
    process.terminate()
    said = process.communicate(timeout=PATIENCE)[1].decode()

    assert (program.folder / place).is_dir()
    assert ("There are runs in stopimport-runs here, too" in said) == place.endswith("stopimport-runs")
