"""Bringing the message of the morning to somebody: a webhook, in the form that its address asks for, or a mail.

Whatever goes wrong here is told, and that is all: the job matters more than the news of it. The address of a webhook is
as good as a password, so it is never shown.
"""

from __future__ import annotations

import contextvars
import logging
import re
import smtplib
import ssl
import threading
from contextlib import ExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from stopimport.text.language import N_, Sentence, _
from stopimport.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.nightly.notice import Notice
    from stopimport.nightly.outcome import PassResult

TIMEOUT = 10.0
"""Seconds for each step."""
DEADLINE = 30.0
"""Seconds altogether."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_SLACK = re.compile(r"//hooks\.slack(-gov)?\.com/|//[^/]+/services/T\w+/B\w+/", re.ASCII)
_MATTERMOST = re.compile(r"//[^/]+/(.+/)?hooks/\w+$", re.ASCII)
_TEAMS = re.compile(
    r"//[^/]+\.(office|office365|logic\.azure|powerplatform|powerautomate)\.com[:/]|/IncomingWebhook/|/webhookb2/"
    r"|/workflows/\w+/triggers/",
    re.ASCII,
)
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MailOptions:
    """The way of a mail, named as the options."""

    smtp_server: str | None = None
    smtp_user: str | None = None
    smtp_password_file: Path | None = None
    smtp_from: str | None = None


class _UndeliveredError(Exception):
    """It cannot be delivered, for a reason that may be shown."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where messages go."""

    url: str
    mail: MailOptions = MailOptions()
    problems: list[str] = field(default_factory=list)
    """What went wrong."""

    def bring(self, notice: Notice, result: PassResult) -> None:
        """Deliver a message, or note why that did not work."""
        # A thread that is left behind when it takes too long: looking up a name cannot be broken off.
        context = contextvars.copy_context()
        thread = threading.Thread(target=context.run, args=(self._try, notice, result), name="notify", daemon=True)
        thread.start()
        thread.join(DEADLINE)
        if thread.is_alive():
            self._tell(Sentence(N_("there was no answer in time")))

    def _try(self, notice: Notice, result: PassResult) -> None:
        try:
            if self.url.lower().startswith("mailto:"):
                _mail(self.url, self.mail, notice)
            else:
                _post(self.url, body_for(self.url, notice, result))
        except _UndeliveredError as error:
            self._tell(error)
        except Exception as error:  # noqa: BLE001 - no fault of a message may reach the job
            self._tell(type(error).__name__)

    def _tell(self, problem: object) -> None:
        told = _("The message of --notify could not be delivered: {problem}. Check the address.").format(
            problem=problem
        )
        log.warning("%s", told)
        self.problems.append(told)


def body_for(url: str, notice: Notice, result: PassResult) -> dict[str, object]:
    """Return the message as whoever listens at `url` takes it."""
    if _SLACK.search(url):
        # Slack's three signs; what stands between < and > it would obey.
        text = notice.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {"text": text}
    if _TEAMS.search(url):
        return _card(notice)
    if _MATTERMOST.search(url):
        # A zero-width space: a file's name calls nobody.
        return {"text": notice.text.replace("@", "@\u200b")}
    return {
        "text": notice.text,
        "subject": notice.subject,
        "inbox": result.inbox.name,
        "exit_code": int(result.exit_code),
        "items": [{"file": item.file or None, "why": item.why, "who": item.who} for item in notice.items],
        "imported": list(notice.imported),
        "counts": result.counts,
    }


def _card(notice: Notice) -> dict[str, object]:
    """Return an adaptive card: Teams' incoming webhooks take it, and so do the workflows that follow them."""
    first, *others = notice.text.split("\n")
    blocks = [{"type": "TextBlock", "text": first, "weight": "bolder", "wrap": True}]
    blocks += [{"type": "TextBlock", "text": line, "wrap": True} for line in others if line]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.2",
        "body": blocks,
    }
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _post(url: str, body: dict[str, object]) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _HERE):
        raise _UndeliveredError(_("it is neither an https:// address nor a mailto: one"))
    import httpx  # noqa: PLC0415 - slow to import, and most passes have nothing to tell

    with httpx.Client(timeout=TIMEOUT, headers={"User-Agent": f"stopimport/{__version__}"}) as client:
        answer = client.post(url, json=body)
    if not answer.is_success:
        raise _UndeliveredError(f"HTTP {answer.status_code}")


def _mail(url: str, options: MailOptions, notice: Notice) -> None:
    to = unquote(urlsplit(url).path)
    sender = options.smtp_from or options.smtp_user
    if not options.smtp_server or not sender:
        raise _UndeliveredError(_("a mail needs smtp-server and smtp-from in the settings file"))
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = notice.subject, sender, to
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="stopimport.invalid")
    message.set_content("\n".join(notice.text.split("\n")[2:]) + "\n")
    host, _colon, port = options.smtp_server.removeprefix("smtp://").rpartition(":")
    if not port.isdecimal():
        host, port = options.smtp_server.removeprefix("smtp://"), "587"
    with _connected(host, int(port)) as server:
        if options.smtp_user and options.smtp_password_file:
            server.login(options.smtp_user, options.smtp_password_file.read_text("utf-8").strip("\r\n"))
        server.send_message(message)


def _connected(host: str, port: int) -> smtplib.SMTP:
    """Return a connection that nobody can listen to; without TLS only within this machine."""
    trust = ssl.create_default_context()
    if port == smtplib.SMTP_SSL_PORT:
        return smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=trust)
    with ExitStack() as stack:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        stack.callback(server.close)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=trust)
        elif host not in _HERE:
            raise _UndeliveredError(_("the mail server offers no TLS"))
        stack.pop_all()
    return server
