"""Who may use the page: its user alone, from the page itself."""

from __future__ import annotations

import http.client
import re
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from served import csv_of, serving, words

PAGES = ["/", "/body", "/find", "/drafts/x", "/drafts/x/body", "/runs/x", "/runs/x/files/summary.json", "/nothing"]
CHANGING = ["/drafts", "/drafts/x/send", "/drafts/x/options", "/drafts/x/discard", "/runs/x/undo", "/runs/x/confirm"]
PAGES += ["/find/now?number=0600001001", "/certificate?number=0600001001", "/drafts/x/rejects", "/runs/x/rejects"]
CHANGING += ["/drafts/x/rejects", "/drafts/x/rejects/use", "/drafts/x/rejects/columns", "/runs/x/rejects"]
CHANGING += ["/runs/x/rejects/use", "/find/look", "/find/add"]
CHANGING += ["/key", "/key/forget", "/language"]
HEADERS = {
    "content-security-policy": "default-src 'none'",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}


def test_nobody_without_the_cookie_sees_anything(shared_page):
    """Whoever knows only the port gets a sentence, and no token of a form."""
    for path in PAGES:
        answer = httpx.get(shared_page.base + path, trust_env=False)
        assert (403, path) == (answer.status_code, path)
        assert "works once" in words(answer.text)
        assert 'name="csrf"' not in answer.text


@pytest.mark.process
def test_the_one_time_address_works_once(program):
    """The address that opened the page opens it to nobody else; the terminal shows the next one."""
    with serving(program, "--sandbox") as served:
        first = served.client.get(served.address)
        again = httpx.get(served.address, trust_env=False)

    assert (200, 403) == (first.status_code, again.status_code)
    cookie = first.headers["set-cookie"]
    assert cookie.startswith(f"stopimport-{served.port}=")
    assert {"HttpOnly", "SameSite=Strict", f"Path={served.root}/"} <= set(cookie.split("; "))
    assert len(served.root) > 20
    assert f"url={served.root}/" in first.text
    assert "set-cookie" not in again.headers


@pytest.mark.process
def test_the_next_address_is_shown(program):
    """Another browser can be let in."""
    process = program.start("web", "--no-open", "--sandbox")
    try:
        first = re.search(r"http://\S+", process.stdout.readline().decode())[0]
        process.stdout.readline()
        assert 200 == httpx.get(first, trust_env=False).status_code
        second = re.search(r"http://\S+", process.stdout.readline().decode())[0]
        assert 200 == httpx.get(second, trust_env=False).status_code
    finally:
        process.terminate()
        process.communicate(timeout=60)
    assert 0 == process.returncode


@pytest.mark.process
def test_a_wrong_token_opens_nothing(program):
    """Nor does it use the right one up."""
    with serving(program, "--sandbox") as served:
        for token in ("", "x", "é", "%00", "x" * 5000):
            assert 403 == httpx.get(f"{served.base}/?token={token}", trust_env=False).status_code
        assert 200 == httpx.get(served.address, trust_env=False).status_code


def test_cookies_of_other_programs_do_not_matter(shared_page):
    """Cookies know no ports: what another program of this machine has set comes along."""
    (name, value) = next(iter(shared_page.client.cookies.items()))
    for other in ('a={"b": "c, d"}; ', "x y=z; ", "é; ", "=; "):
        answer = httpx.get(
            f"{shared_page.base}/", headers={"Cookie": f"{other}{name}={value}".encode()}, trust_env=False
        )
        assert (200, other) == (answer.status_code, other)


def test_another_host_is_refused(shared_page):
    """A name that was made to lead here (DNS rebinding) leads nowhere, cookie or not."""
    for host in ("evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}"):
        for path in ("/", "/static/page.css"):
            answer = shared_page.client.get(path, headers={"Host": host.format(port=shared_page.port)})
            assert (421, host) == (answer.status_code, host)


def test_this_machine_has_three_names(shared_page):
    """All of them mean the same page."""
    for name in ("localhost", "127.0.0.1", "[::1]"):
        assert 200 == shared_page.client.get("/", headers={"Host": f"{name}:{shared_page.port}"}).status_code


FOREIGN = [
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "same-site"},
    {},
]


def test_what_changes_something_comes_from_the_page(shared_page):
    """Cookie and token are not enough: the request must come from the page itself."""
    for foreign in FOREIGN:
        headers = {name: value.format(port=shared_page.port) for name, value in foreign.items()}
        for path in CHANGING:
            answer = shared_page.client.post(path, data={"csrf": shared_page.csrf, "language": "fr"}, headers=headers)
            assert (403, path, foreign) == (answer.status_code, path, foreign)
    assert 'lang="en"' in shared_page.client.get("/").text


def test_every_form_needs_its_token(shared_page):
    """A form without the token of the page does nothing."""
    for path in CHANGING:
        files = {"files": ("a.csv", b"Mobile\n0611000000\n")} if path == "/drafts" else None
        for token in ({}, {"csrf": "wrong"}, {"csrf": ""}):
            answer = shared_page.client.post(path, data=token, files=files, headers={"Origin": shared_page.origin})
            assert (403, path, token) == (answer.status_code, path, token)


def test_nothing_stays_of_files_that_came_without_a_token(shared_program, shared_page):
    """They are not even read."""
    files = {"files": ("a.csv", csv_of(3))}
    assert 403 == shared_page.client.post("/drafts", files=files, headers={"Origin": shared_page.origin}).status_code

    uploads = shared_program.folder / "home" / ".local" / "state" / "stopimport" / "uploads"
    assert [] == [path for path in uploads.rglob("*") if path.is_file() and path.name != ".stopimport.lock"]
    assert [] == list((shared_program.folder / "stopimport-runs").iterdir())


def test_other_methods_are_refused(shared_page):
    """There is nothing to be put or deleted."""
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert 405 == shared_page.client.request(method, "/", headers={"Origin": shared_page.origin}).status_code


def test_every_answer_has_its_headers(shared_page):
    """Whatever the status: what is shown is not kept, not framed, and runs nothing of others."""
    answers = [shared_page.client.get(path) for path in (*PAGES, "/static/page.css", "/static/nothing.css")]
    answers += [httpx.get(shared_page.base, trust_env=False), shared_page.post("/language", {"language": "xx"})]
    answers.append(shared_page.client.get("/", headers={"Host": "evil.example"}))

    for answer in answers:
        assert HEADERS == {name: answer.headers[name].partition(";")[0] for name in HEADERS}
        assert "server" not in answer.headers
        assert "unsafe" not in answer.headers["content-security-policy"]
    assert {200, 286, 403, 404, 421, 422} == {answer.status_code for answer in answers}


SNEAKY = [
    "/static/..%2fapp.py",
    "/static/%2e%2e/app.py",
    "/static/../../etc/passwd",
    "/static/",
    "/runs/..",
    "/runs/..%2f..",
    "/runs/%2e%2e/files/passwd",
    "/runs/{run}/files/journal.sqlite3",
    "/runs/{run}/files/run.log",
    "/runs/{run}/files/..%2f..%2fsecret.txt",
    "/runs/{run}/files/%00",
    "/runs/{run}%00",
    "/runs/secret.txt",
    "/runs/%2fetc",
    "/runs/./",
]


def test_no_path_of_a_browser_reaches_the_disk(program, practising):
    """Runs are found by name and files from a fixed list; a run's journal and log are for programs."""
    program.write("secret.txt", "very secret")
    program.write("stopimport-runs/secret.txt", "very secret")
    done = program("check", program.write("a.csv", csv_of(2)), "--json")
    run = re.search(rb'"run": "([^"]+)"', done.stdout)[1].decode()
    assert 200 == practising.client.get(f"/runs/{run}/files/summary.json").status_code
    (program.folder / "stopimport-runs" / run / "journal.sqlite3").stat()

    for path in SNEAKY:
        status, content = _raw(practising, practising.root + path.format(run=run))
        assert status in {404, 405}, path
        assert b"very secret" not in content


def _raw(served, path):
    """Ask for a path just as it is written, which clients clean otherwise."""
    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)) as connection:
        cookie = "; ".join(f"{name}={value}" for name, value in served.client.cookies.items())
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        return answer.status, answer.read()


def test_only_this_machine_is_listened_to(program):
    """There is no option to be reached from elsewhere."""
    told = program("web", "--no-open", "--host", "0.0.0.0")

    assert 2 == told.returncode
    assert b"--host" in told.stderr


def test_a_port_in_use_is_told(shared_program, shared_page):
    """A sentence, and exit code 2."""
    told = shared_program("web", "--no-open", "--port", str(shared_page.port))

    assert (2, True) == (told.returncode, str(shared_page.port).encode() in told.stderr)


def test_the_key_is_nowhere(program, page, practice):
    """It is in no page, and in neither the command line nor the environment of a child."""
    draft = page.draft(("a.csv", csv_of(200)))
    run = page.send(draft)
    (child,) = page.children()
    key = practice.key.encode()
    process = Path(f"/proc/{child}")

    assert key not in (process / "cmdline").read_bytes()
    assert key not in (process / "environ").read_bytes()
    assert key.decode() not in page.client.get("/").text + page.client.get(run).text
    assert b"a.csv" not in (process / "cmdline").read_bytes()
