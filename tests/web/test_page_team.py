"""A team behind a proxy that authenticates: whom it names is who acts, and nobody else is believed."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager

import httpx
import pytest
from effort import EXHAUSTIVE
from served import Served, csv_of, end, words

TRUST = ("--trust-header", "X-Forwarded-User", "--trusted-proxy", "127.0.0.1/32")
PUBLIC = ("--public-url", "https://stop.example.com")


class Person(Served):
    """What the proxy sends to the page for one person."""

    def __init__(self, process, listening, name):
        self.process, self.root = process, ""
        self.origin = "https://stop.example.com"
        headers = {"Host": "stop.example.com", "X-Forwarded-User": name}
        self.client = httpx.Client(base_url=listening, timeout=120, trust_env=False, headers=headers)
        self.csrf = re.search(r'name="csrf" value="([^"]+)"', self.client.get("/").text)[1]


@contextmanager
def team(program, *args, practice=("--sandbox",)):
    """Give what makes a person of a name, for a page that a team uses inside the ``with`` block."""
    process = program.start("web", "--no-open", "--json", *practice, "--runs", "runs", *TRUST, *PUBLIC, *args)
    people = []
    try:
        told = json.loads(process.stdout.readline())
        assert "https://stop.example.com" == told["url"]

        def person(name):
            people.append(Person(process, told["listening"], name))
            return people[-1]

        yield person
    finally:
        for one in people:
            one.client.close()
        end(process)


@pytest.fixture(scope="module")
def shared_team(tmp_path_factory, program_in):
    """A team's page for tests that change nothing on it."""
    with team(program_in(tmp_path_factory.mktemp("team"))) as person:
        yield person


@pytest.mark.process
@pytest.mark.parametrize(
    ("headers", "status", "said"),
    [
        ({}, 401, "does not say who you are"),
        ({"X-Forwarded-User": ""}, 401, "does not say who you are"),
        ({"X-Forwarded-User": "m" * 201}, 401, "does not say who you are"),
        ({"X-Forwarded-User": b"marie\x7f"}, 401, "does not say who you are"),
        ([("X-Forwarded-User", "marie"), ("X-Forwarded-User", "paul")], 401, "does not say who you are"),
        ({"X_Forwarded_User": "marie"}, 401, "does not say who you are"),
        ({"X-Forwarded-User": "marie", "Host": "127.0.0.1"}, 421, "only available at https://stop.example.com"),
        ({"X-Forwarded-User": "marie", "Host": "stop.example.com.evil.example"}, 421, "only available at"),
        ({"X-Forwarded-User": "marie"}, 200, "You are marie"),
        ({"X-Forwarded-User": "marie", "Host": "stop.example.com:443"}, 200, "You are marie"),
        ({"X-Forwarded-User": "Élodie  Nuñez".encode()}, 200, "You are Élodie Nuñez"),
        ({"X-Forwarded-User": "<b>marie</b>"}, 200, "You are <b>marie</b>"),
    ],
)
def test_the_proxy_says_who_asks(shared_team, headers, status, said):
    """One name, in one header, for the public address; or nothing is shown."""
    sent = headers if isinstance(headers, list) else list(headers.items())
    if "Host" not in dict(sent):
        sent = [("Host", "stop.example.com"), *sent]
    answer = httpx.get(shared_team("paul").client.base_url, headers=sent, trust_env=False)

    assert (status, True) == (answer.status_code, said in words(answer.text))
    assert ("csrf" in answer.text) == (status == 200)
    assert "set-cookie" not in answer.headers


@pytest.mark.process
def test_nobody_but_the_proxy_is_believed(shared_team):
    """The header from another address is worth nothing, and nothing is open to it: not even style and script."""
    marie = shared_team("marie")
    elsewhere = httpx.HTTPTransport(local_address="127.0.0.2")
    with httpx.Client(base_url=marie.client.base_url, headers=marie.client.headers, transport=elsewhere) as other:
        for path in ("/", "/body", "/static/page.css", "/nothing"):
            answer = other.get(path)
            assert (403, path) == (answer.status_code, path)
            assert "marie" not in answer.text

    assert 200 == marie.client.get("/static/page.css").status_code
    assert [404] * 3 == [marie.client.get(path).status_code for path in ("/alive", "/quit", "/reopen")]


@pytest.mark.process
def test_a_form_is_one_persons(shared_team):
    """The token of another person, another site's request, or none at all changes nothing."""
    marie, paul = shared_team("marie"), shared_team("paul")
    french = {"language": "fr", "back": "/"}
    refused = [
        marie.post("/language", french | {"csrf": paul.csrf}),
        marie.post("/language", french, headers={"Origin": "https://evil.example"}),
        marie.post("/language", french, headers={"Origin": "http://stop.example.com"}),
        marie.post("/language", french, headers={"Sec-Fetch-Site": "cross-site"}),
        marie.client.post("/language", data=french),
    ]
    assert [403] * 5 == [answer.status_code for answer in refused]
    assert marie.csrf != paul.csrf

    assert 303 == marie.post("/language", french).status_code
    assert ["Vous êtes marie", "You are paul"] == [
        re.search(r"(Vous êtes|You are) \w+", words(one.client.get("/").text))[0] for one in (marie, paul)
    ]


@EXHAUSTIVE
@pytest.mark.process
def test_who_does_something_stands_in_all_that_is_kept(program):
    """Checked, added and undone by: on the page, in summary and report; a draft and its question are one person's."""
    with team(program, "--rate", "30/s") as person:
        marie, paul = person("marie@example.com"), person("paul@example.com")
        draft = marie.draft(("crm.csv", csv_of(60)))
        assert 404 == paul.client.get(draft).status_code
        assert ("crm.csv" in marie.client.get("/").text, "crm.csv" in paul.client.get("/").text) == (True, False)

        run = marie.post(f"{draft}/send").headers["location"]
        marie.asked(run)
        assert "marie@example.com has begun this" in words(paul.post(f"{run}/confirm").text)
        marie.post(f"{run}/confirm")
        assert "crm · marie@example.com" in words(paul.client.get(run).text).replace("crm.csv", "crm")
        assert "marie@example.com" in words(paul.client.get("/").text)
        paul.post(f"{run}/stop")
        paul.settled(run)
        paul.post(f"{run}/resume")
        paul.asked(run)
        paul.post(f"{run}/confirm")
        paul.settled(run)
        marie.post(f"{run}/undo", {"reason": "wrong file"})
        marie.asked(run)
        marie.post(f"{run}/confirm")
        shown = marie.settled(run)

    (folder,) = (program.folder / "runs").iterdir()
    summary, report = program.summary(folder), words((folder / "report.html").read_text("utf-8"))
    assert "marie@example.com" == summary["by"]
    assert "Started by marie@example.com" in report
    assert "Resumed by marie@example.com, paul@example.com" in report
    assert "(marie@example.com)" in report
    assert "Added by paul@example.com Undone by marie@example.com" in shown


@EXHAUSTIVE
@pytest.mark.process
def test_a_persons_note_is_told_to_nobody_else(program):
    """What became of a key that somebody typed."""
    with team(program, practice=()) as person:
        marie, paul = person("marie"), person("paul")
        marie.post("/key", {"key": "clé secrète", "back": "/"})
        told = ["is not valid" in one.client.get("/").text for one in (paul, marie, marie)]

    assert [False, True, False] == told


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--trust-header", "X-Forwarded-User"], "With --trust-header, --trusted-proxy, --public-url must be given"),
        (TRUST, "With --trust-header, --trusted-proxy, --public-url must be given"),
        (PUBLIC, "With --public-url, --trust-header, --trusted-proxy must be given"),
        (["--trusted-proxy", "10.0.0.0/8"], "With --trusted-proxy, --trust-header, --public-url must be given"),
        (["--listen", "0.0.0.0"], "With --listen, --trust-header, --trusted-proxy, --public-url must be given"),
        ([*TRUST, "--public-url", "http://stop.example.com"], "--public-url cannot be"),
        ([*TRUST, "--public-url", "https://stop.example.com/page"], "--public-url cannot be"),
        ([*TRUST, "--public-url", "https://marie:x@stop.example.com"], "--public-url cannot be"),
        ([*TRUST, "--public-url", "https://stop.example.com:port"], "--public-url cannot be"),
        ([*TRUST, *PUBLIC, "--trusted-proxy", "oauth2-proxy"], "--trusted-proxy cannot be 'oauth2-proxy'"),
        ([*TRUST, *PUBLIC, "--trust-header", "X Forwarded:"], "--trust-header cannot be 'X Forwarded:'"),
        ([*TRUST, *PUBLIC, "--listen", "localhost"], "--listen cannot be 'localhost'"),
    ],
)
def test_half_a_proxy_is_none(program, args, said):
    """All options about it are given, and can be understood, or nothing is served."""
    done = program("web", "--no-open", *args)

    assert 2 == done.returncode
    assert said in " ".join(done.stderr.decode().split())
