"""The ways in which the practice API can misbehave: one table, one small function each."""

from __future__ import annotations

import json
from dataclasses import dataclass
from email.utils import formatdate
from enum import Enum
from time import time
from typing import TYPE_CHECKING

from stopimport.sandbox.answers import Answer, as_xml
from stopimport.text.language import N_

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from stopimport.sandbox.exchange import Exchange

    Act = Callable[[Exchange, Answer, float], Awaitable[None]]

_JSON = "application/json"
_HTML = "text/html"
_PAGE = "<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"


class Effect(Enum):
    """Whether a call that meets a fault does its work first."""

    NEVER = 0
    ALWAYS = 1
    SOMETIMES = 2
    """One half of the times, so that the caller cannot know."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way to misbehave."""

    summary: str
    act: Act
    """Gets the exchange, the answer that would be right (empty for `Effect.NEVER`), and the amount."""
    effect: Effect = Effect.NEVER
    amount: float = 0.0
    """The amount where a rule gives none; the summary says what it measures."""


async def reply(exchange: Exchange, answer: Answer) -> None:
    """Answer properly."""
    await exchange.reply(answer.text(), answer.media_type)


def page(status: int, title: str) -> Act:
    """Return the fault that answers with this status and a page for people."""

    async def act(exchange: Exchange, _answer: Answer, _amount: float) -> None:
        await exchange.reply(_PAGE.format(title=title), _HTML, status)

    return act


async def unavailable(exchange: Exchange, _answer: Answer, seconds: float) -> None:
    """Ask to come back after a number of seconds."""
    headers = {"Retry-After": f"{seconds:.0f}"}
    await exchange.reply(_PAGE.format(title="503 Service Unavailable"), _HTML, 503, headers)


async def come_back_at(exchange: Exchange, _answer: Answer, seconds: float) -> None:
    """Ask to come back at a time of day."""
    headers = {"Retry-After": formatdate(time() + seconds, usegmt=True)}
    await exchange.reply(_PAGE.format(title="429 Too Many Requests"), _HTML, 429, headers)


async def not_queued(exchange: Exchange, answer: Answer, _amount: float) -> None:
    """Say that the call could not be queued."""
    await reply(exchange, Answer({"success": False, "code": 500, "message": "Could not be queued"}, answer.xml))


async def refuse_account(exchange: Exchange, answer: Answer, code: float) -> None:
    """Refuse the account, with an accented message."""
    await reply(exchange, Answer({"success": False, "code": int(code), "message": "Accès refusé"}, answer.xml))


async def redirect(exchange: Exchange, _answer: Answer, _amount: float) -> None:
    """Point elsewhere."""
    await exchange.reply("", _HTML, 302, {"Location": "/moved"})


async def empty(exchange: Exchange, _answer: Answer, _amount: float) -> None:
    """Answer 200 with nothing in it."""
    await exchange.reply("", _JSON)


async def half(exchange: Exchange, answer: Answer, _amount: float) -> None:
    """Answer with the first half of the body as if it were all."""
    text = answer.text()
    await exchange.reply(text[: len(text) // 2], answer.media_type)


async def truncated(exchange: Exchange, answer: Answer, _amount: float) -> None:
    """Announce the whole body and hang up in its middle."""
    body = answer.text().encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {answer.media_type}\r\ncontent-length: {len(body)}\r\n\r\n"
    await exchange.write(head.encode() + body[: len(body) // 2])
    await exchange.hang_up()


async def malformed(exchange: Exchange, answer: Answer, _amount: float) -> None:
    """Leave out the comma after the code, as the documented sample does."""
    text = json.dumps(answer.fields, indent=4)
    code = f'"code": {answer.fields["code"]}'
    await exchange.reply(text.replace(f"{code},", code), _JSON)


async def xml(exchange: Exchange, answer: Answer, _amount: float) -> None:
    """Answer in XML whatever was asked for."""
    await exchange.reply(as_xml(answer.fields), "text/xml")


async def strings(exchange: Exchange, answer: Answer, _amount: float) -> None:
    """Write the answer's values as strings."""
    fields = {
        name: json.dumps(value) if isinstance(value, bool | int) else value for name, value in answer.fields.items()
    }
    await reply(exchange, Answer(fields, answer.xml))


async def contradiction(exchange: Exchange, answer: Answer, _amount: float) -> None:
    """Answer with the right code and the opposite of its success."""
    await reply(exchange, Answer({**answer.fields, "success": not answer.fields["success"]}, answer.xml))


async def bad_request(exchange: Exchange, answer: Answer, _amount: float) -> None:
    """Answer properly, refusals with HTTP 400."""
    await exchange.reply(answer.text(), answer.media_type, 200 if answer.fields["success"] else 400)


async def partial(exchange: Exchange, answer: Answer, missing: float) -> None:
    """Leave out the last entries of the list; other answers stay as they are."""
    data = answer.fields.get("data")
    if isinstance(data, list):
        answer = Answer({**answer.fields, "data": data[: max(len(data) - int(missing), 0)]}, answer.xml)
    await reply(exchange, answer)


async def slow(exchange: Exchange, answer: Answer, seconds: float) -> None:
    """Answer properly, late."""
    await exchange.pause(seconds)
    await reply(exchange, answer)


async def drip(exchange: Exchange, answer: Answer, seconds: float) -> None:
    """Answer a byte at a time."""
    body = answer.text().encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {answer.media_type}\r\ncontent-length: {len(body)}\r\n"
    # Said before it is done: a caller who does not know would put its next call into a connection that is closing.
    await exchange.write(f"{head}connection: close\r\n\r\n".encode())
    for byte in body:
        if exchange.over:
            break
        await exchange.pause(seconds)
        await exchange.write(bytes([byte]))
    await exchange.hang_up()


async def silence(exchange: Exchange, _answer: Answer, seconds: float) -> None:
    """Say nothing for long, then hang up."""
    await exchange.pause(seconds)
    await exchange.hang_up()


async def huge(exchange: Exchange, _answer: Answer, megabytes: float) -> None:
    """Answer with a body of whole megabytes."""
    await exchange.stream(int(megabytes), b"x" * 1_000_000)


async def junk(exchange: Exchange, _answer: Answer, _amount: float) -> None:
    """Answer something that is not HTTP."""
    await exchange.write(b"SSH-2.0-practice\r\n\x00\x01\x02\x03")
    await exchange.hang_up()


async def drop(exchange: Exchange, _answer: Answer, _amount: float) -> None:
    """Close the connection without an answer."""
    await exchange.hang_up()


async def reset(exchange: Exchange, _answer: Answer, _amount: float) -> None:
    """Reset the connection without an answer."""
    await exchange.hang_up(reset=True)


FAULTS: Mapping[str, Fault] = {
    "error": Fault(N_("HTTP 500 with an error page"), page(500, "500 Internal Server Error"), Effect.SOMETIMES),
    "gateway": Fault(N_("HTTP 502 with an error page"), page(502, "502 Bad Gateway"), Effect.SOMETIMES),
    "unavailable": Fault(N_("HTTP 503, Retry-After in AMOUNT seconds"), unavailable, amount=1),
    "too-many": Fault(N_("HTTP 429, Retry-After a date in AMOUNT seconds"), come_back_at, amount=1),
    "code-500": Fault(N_("code 500 in the body"), not_queued),
    "blocked": Fault(N_("the account is refused with code AMOUNT"), refuse_account, amount=30),
    "forbidden": Fault(N_("HTTP 403 without a code"), page(403, "403 Forbidden")),
    "not-found": Fault(N_("HTTP 404 without a code"), page(404, "404 Not Found")),
    "redirect": Fault(N_("a redirect"), redirect),
    "html": Fault(N_("HTTP 200 with a web page"), page(200, "Maintenance"), Effect.SOMETIMES),
    "empty": Fault(N_("HTTP 200 without a body"), empty, Effect.SOMETIMES),
    "half": Fault(N_("the first half of the body"), half, Effect.ALWAYS),
    "truncated": Fault(N_("connection closed in the middle of the body"), truncated, Effect.ALWAYS),
    "malformed": Fault(N_("the documented sample's missing comma"), malformed, Effect.ALWAYS),
    "xml": Fault(N_("XML although JSON was requested"), xml, Effect.ALWAYS),
    "strings": Fault(N_("numbers and booleans as strings"), strings, Effect.ALWAYS),
    "contradiction": Fault(N_("code and success contradict each other"), contradiction, Effect.ALWAYS),
    "bad-request": Fault(N_("refusals come with HTTP 400"), bad_request, Effect.ALWAYS),
    "partial": Fault(N_("the list lacks AMOUNT of the entries it announces"), partial, Effect.ALWAYS, amount=1),
    "slow": Fault(N_("the answer takes AMOUNT seconds"), slow, Effect.ALWAYS, amount=2),
    "drip": Fault(N_("the answer comes a byte every AMOUNT seconds"), drip, Effect.ALWAYS, amount=0.1),
    "silence": Fault(N_("no answer for AMOUNT seconds, then dropped"), silence, Effect.SOMETIMES, amount=300),
    "huge": Fault(N_("a body of AMOUNT megabytes"), huge, Effect.SOMETIMES, amount=100),
    "junk": Fault(N_("an answer that is not HTTP"), junk, Effect.SOMETIMES),
    "drop": Fault(N_("connection closed without an answer"), drop, Effect.SOMETIMES),
    "drop-before": Fault(N_("the same, and the call is not carried out"), drop),
    "drop-after": Fault(N_("the same, but the call is carried out"), drop, Effect.ALWAYS),
    "reset": Fault(N_("connection reset without an answer"), reset, Effect.SOMETIMES),
}
