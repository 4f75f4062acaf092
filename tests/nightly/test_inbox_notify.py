"""The message of the morning: who is told, of what, in which form; and what it never holds."""

from __future__ import annotations

import json
import re
import socketserver
import threading
from contextlib import contextmanager

import pytest
from nightly_helping import Hands, by_hand, export, web_server

HIDDEN_NAME = "0600001001 clients.csv"


@pytest.fixture
def told(night):
    """What a webhook of this machine is told; `told.url` is its address."""

    class Told(list):
        url = ""
        status = 200

    messages = Told()

    def answer(_method, path, body):
        messages.append((path, json.loads(body)))
        return messages.status, ""

    with web_server(answer) as url:
        messages.url = url
        yield messages


def test_a_pass_that_needs_somebody_is_told_once(night, told):
    """Which file, why in plain words, who has to act, what was imported; no phone number and no key."""
    night.drop("good.csv", 1001, 1002)
    night.drop(HIDDEN_NAME, text="Nom\nDupont\n")
    night.drop("many.csv", *range(1100, 1105))
    done = night("--max-numbers", "3", "--notify", f"{told.url}/somewhere")
    assert done.code == 2
    [(path, message)] = told
    assert path == "/somewhere"
    assert message["exit_code"] == 2
    first, second = message["items"]
    assert first["file"] == "06••••••01 clients.csv" or "1001" not in first["file"]
    assert "No column with phone numbers was found" in first["why"]
    assert second["file"] == "many.csv"
    assert "5 numbers" in second["why"]
    assert all("dropped" in item["who"] for item in message["items"])
    assert message["imported"] == ["good.csv: 2 numbers added, 0 already on the list, 0 rejected."]
    text = json.dumps(message)
    assert "good.csv" in message["text"]
    assert "--" not in text
    assert "practice-key" not in text
    assert not re.search(r"0600001001|33600001", text)
    assert not done.told["warnings"]


def test_a_quiet_pass_tells_nobody(night, told):
    """What went well needs nobody; nor does an empty inbox."""
    night.drop("good.csv", 1001)
    assert night("--notify", told.url).code == 0
    assert night("--notify", told.url).code == 0
    assert told == []


def test_a_folder_is_told_of_once(night, told):
    """It lies there night after night; a new one is news."""
    (night.folder / "deep").mkdir()
    for _ in range(2):
        assert night("--notify", told.url).code == 0
    assert [item["file"] for _path, message in told for item in message["items"]] == ["deep"]
    (night.folder / "deeper").mkdir()
    night("--notify", told.url)
    assert [item["file"] for _path, message in told for item in message["items"]] == ["deep", "deeper"]


def test_a_refused_account_names_who_has_to_act(night, told):
    """Neither whoever dropped the file nor the administrator can help."""
    night.drop("good.csv", 1001)
    assert night("--notify", told.url, SMSPARTNER_API_KEY="wrong-key").code == 4
    [(_path, message)] = told
    [item] = message["items"]
    assert "account" in item["who"]
    assert "wrong-key" not in json.dumps(message)


def test_an_inbox_that_is_not_there_is_told(night, told):
    """The share is not mounted: somebody must know, though no file is to blame."""
    code, _, _ = night.run("inbox", "nowhere", "--notify", told.url)
    assert code == 2
    [(_path, message)] = told
    assert "does not exist" in message["items"][0]["why"]


def test_a_wait_that_is_kept_is_not_told_again(inbox):
    """Somebody knows since the pass that was asked to wait."""
    messages = []

    def answer(_method, path, body):
        if path.endswith("/told"):
            messages.append(json.loads(body))
            return 200, ""
        return 429, "", {"Retry-After": "3600"}

    inbox.drop("a.csv", 1001)
    with web_server(answer) as url:
        inbox.program.environment |= {"SMSPARTNER_API_KEY": "practice-key", "STOPIMPORT_BASE_URL": f"{url}/v1"}
        hands = Hands()
        for _ in range(3):
            by_hand(inbox, hands, settle=0.0, notify=f"{url}/told")
            hands.pass_by(60)
    [message] = messages
    assert "by itself" in message["items"][0]["who"]


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/services/T000/B000/x", "text"),
        ("/hooks/abc123", "text"),
        ("/mattermost/hooks/abc123", "text"),
        ("/webhookb2/a@b/IncomingWebhook/c/d", "card"),
        ("/workflows/abc/triggers/manual/paths/invoke?api-version=1", "card"),
        ("/any/other", "generic"),
    ],
)
def test_each_service_gets_its_own_form(night, told, path, form):
    """Slack and Mattermost take a text, Teams takes a card, all others get everything."""
    night.drop("<!channel> @all & co.csv", text="Nom\nDupont\n")
    night("--notify", told.url + path)
    [(_path, message)] = told
    if form == "card":
        [attachment] = message["attachments"]
        assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
        assert any("co.csv" in block["text"] for block in attachment["content"]["body"])
    elif form == "text":
        assert set(message) == {"text"}
        assert "<!channel>" not in message["text"] or "hooks" in path
        assert "@all" not in message["text"] or "services" in path
    else:
        assert {"text", "items", "imported", "counts", "exit_code"} <= set(message)


@pytest.mark.parametrize(
    "url", ["http://192.0.2.1/x", "ftp://x", "nonsense", "http://127.0.0.1:1/secret", "mailto:a@b.example", "https://"]
)
def test_a_message_that_fails_never_fails_the_job(night, url):
    """It is a warning, and the address, which is as good as a password, is not in it."""
    night.drop("good.csv", 1001)
    night.drop("bad.csv", text="Nom\nDupont\n")
    done = night("--notify", url)
    assert done.code == 2
    assert done.fates() == {"good.csv": "done", "bad.csv": "failed"}
    [warning] = done.told["warnings"]
    assert "--notify" in warning
    assert "secret" not in done.err


def test_an_answer_that_is_none_is_told(night, told):
    """The service has forgotten the webhook, say."""
    told.status = 404
    night.drop("bad.csv", text="Nom\nDupont\n")
    [warning] = night("--notify", told.url).told["warnings"]
    assert "HTTP 404" in warning


@contextmanager
def mail_server():
    """Give the address of a mail server of this machine, without TLS, and the mails that it got."""
    mails = []

    class Talk(socketserver.StreamRequestHandler):
        def handle(self):
            self.wfile.write(b"220 here\r\n")
            while line := self.rfile.readline():
                if line[:4].upper() == b"DATA":
                    self.wfile.write(b"354 go on\r\n")
                    mails.append(b"".join(iter(self.rfile.readline, b".\r\n")).decode())
                self.wfile.write(b"221 bye\r\n" if line[:4].upper() == b"QUIT" else b"250 fine\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"127.0.0.1:{server.server_address[1]}", mails
        server.shutdown()


def test_a_mail_is_sent_by_the_server_of_the_settings(night):
    """One mail, with a subject that says where, and the same words."""
    night.drop("bad.csv", text="Nom\nDupont\n")
    with mail_server() as (address, mails):
        variables = {"STOPIMPORT_SMTP_SERVER": address, "STOPIMPORT_SMTP_FROM": "job@example.org"}
        done = night("--notify", "mailto:ops@example.org", **variables)
    assert done.told["warnings"] == []
    [mail] = mails
    assert "To: ops@example.org" in mail
    assert "Subject: stopimport, inbox" in mail
    assert "bad.csv" in mail


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Nom\nDupont\n", "No column with phone numbers"),
        ("", "is empty"),
        ("Mobile;Mobile 2\n0600001001;0600001002\n", "several columns"),
        ("Mobile;Statut\n0600001001;STOP\n0600001002;Actif\n", "still subscribed"),
        ("Mobile\n" + "abc\n" * 30, ""),
        (export(*range(1, 7)) + "".join(f"01 42 00 00 {number:02}\n" for number in range(15)), "15 of 21 entries"),
    ],
)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_explanation_speaks_to_whoever_dropped_the_file(night, text, said, language):
    """No option, no command, no variable: that person has a spreadsheet and no terminal."""
    night.drop("bad.csv", text=text)
    night("--lang", language)
    [why] = (night.folder / "failed").glob("*/*.why.txt")
    told = why.read_text("utf-8")
    assert said in told or language == "fr"
    assert not re.search(r"--[a-z]|stopimport |STOPIMPORT_", told), told
