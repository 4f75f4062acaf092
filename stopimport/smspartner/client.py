"""The API's three calls: add, list, delete.

The key is in the body of `add` and in the URL of `list` and `delete`. No URL, and no error of the HTTP
libraries, leaves this module: what is returned or raised is made of our own words and of the API's, the key taken out.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

import httpx

from stopimport.sending.calls import Hold, Judgement, Reply, list_error
from stopimport.sending.errors import BadAddress
from stopimport.sending.stop_list import Entries, StopList, Uninterested
from stopimport.smspartner.judgement import (
    ACCEPTED,
    ADD,
    DELETE,
    LIST,
    Endpoint,
    judge,
    retry_after,
    unreadable,
)
from stopimport.smspartner.listing import ListReader
from stopimport.smspartner.names import URL
from stopimport.smspartner.replies import Body, is_page, read_body, tidy
from stopimport.smspartner.transport import (
    Failure,
    HttpAnswer,
    Prepared,
    check_proxy,
    exchange,
    is_loopback,
    open_transport,
    trust,
)
from stopimport.text.language import N_, Sentence, _
from stopimport.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from httpx_aiohttp import AiohttpTransport

    from stopimport.sending.pace import Pacing
    from stopimport.sending.stop_list import ListFetched, ListTaker

_HOST = re.compile(rb"[a-z0-9._-]+|[0-9a-f:.]+")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds."""

    connect: float = 10.0
    call: float = 60.0
    """For a whole call, its body included."""
    list: float = 600.0
    """For the whole `list` call."""


class StopListClient:
    """The account's stop list at SMS Partner.

    Use it as an async context manager. Failures of the network are not exceptions but replies, because what they
    mean for a number is the caller's business.

    Args:
        key: the account's API key.
        base_url: the API's address; `http://` only for this machine.
        pace: the rate, shared with whoever else calls; None: as fast as it goes.
        timeouts: how long to wait.

    Raises:
        BadAddress: `base_url` cannot be used.
        BadProxy: the environment names a proxy that cannot be used (on entering the context).

    Example:
        Here `practice` is a practice API on this machine; with a key of SMS Partner leave the address out.

        >>> import asyncio
        >>> from stopimport import StopListClient
        >>> async def main(key, base_url):
        ...     async with StopListClient(key, base_url) as client:
        ...         added = await client.add("+33600001001")
        ...         listed = await client.list()
        ...         removed = await client.delete(added.stop_id)
        ...         return added.code, [entry.number for entry in listed.entries], removed.code
        >>> asyncio.run(main(practice.key, practice.url))
        (200, ['+33600001001'], 200)
    """

    def __init__(
        self, key: str, base_url: str = URL, *, pace: Pacing | None = None, timeouts: Timeouts | None = None
    ) -> None:
        self._url = _checked(base_url)
        self.base_url = str(self._url)
        self.pace = pace
        self.accepted = False
        """Whether the API has shown that it accepts the account."""
        self.answered = False
        """Whether any HTTP answer has come."""
        self.hold = Hold()
        """What the server asked for in one go at its calls holds in the next, too."""
        self._secrets = tuple(dict.fromkeys(secret for secret in (key, quote(key, safe="")) if secret))
        self._timeouts = timeouts or Timeouts()
        self._transport: AiohttpTransport | None = None
        self._extensions = {"timeout": {"connect": self._timeouts.connect}}
        agent = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": f"stopimport/{__version__}"}
        self._get_headers = httpx.Headers(agent)
        post_headers = {**agent, "Content-Type": "application/json"}
        self._adding = httpx.Request("POST", self.address(ADD), headers=post_headers, extensions=self._extensions)
        del self._adding.headers["Content-Length"]  # each body has its own
        self._add_body = f'{{"apiKey": {json.dumps(key)}, "phoneNumber": '.encode()

    async def __aenter__(self) -> Self:
        self._transport = open_transport(self._url)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._transport:
            await self._transport.aclose()
        self._transport = None

    def address(self, endpoint: Endpoint) -> str:
        """Return the address of a call, without the key."""
        return self.base_url + endpoint.path

    async def add(self, number: str) -> Reply:
        """Put one number, in E.164 form, on the stop list."""
        await self._turn()
        return await self.add_now(number)

    async def add_now(self, number: str) -> Reply:
        """Do as `add`, but at once: the caller has taken the pace's slot."""
        body = self._add_body + json.dumps(number).encode() + b"}"
        answer = await self._exchange(Prepared(self._adding, body), ADD)
        if isinstance(answer, Failure):
            return self._unanswered(answer)
        body_read = read_body(answer.content, ADD.names) if answer.content is not None else None
        return self._judged(ADD, answer, body_read)

    async def delete(self, stop_id: str) -> Reply:
        """Take the entry with this id off the stop list."""
        await self._turn()
        return await self.delete_now(stop_id)

    async def delete_now(self, stop_id: str) -> Reply:
        """Do as `delete`, but at once: the caller has taken the pace's slot."""
        answer = await self._exchange(self._get(DELETE, id=stop_id), DELETE)
        if isinstance(answer, Failure):
            return self._unanswered(answer)
        body = read_body(answer.content, DELETE.names) if answer.content is not None else None
        return self._judged(DELETE, answer, body)

    async def list(self) -> StopList:
        """Fetch the whole stop list, in one try (`sender.fetch_list` tries again).

        Raises:
            AccountRefused: the API refuses the account.
            WrongAddress: what answers is not the API.
            ListUnavailable: no usable answer came.
        """
        await self._turn()
        entries = Entries()
        reply, fetched = await self.list_now(entries)
        if fetched is None:
            raise list_error(reply)
        return StopList(entries, fetched.partial)

    async def list_now(self, taker: ListTaker | None = None) -> tuple[Reply, ListFetched | None]:
        """Fetch the stop list at once, without raising: the caller has taken the pace's slot.

        Args:
            taker: takes the entries while they come; they count if there is a list at the end.
        """
        reader = ListReader(Uninterested() if taker is None else taker, self._secrets)
        answer = await self._exchange(self._get(LIST), LIST, self._timeouts.list, reader.feed)
        if isinstance(answer, Failure):
            return self._unanswered(answer), None
        body = fetched = None
        if answer.content is not None:
            body, fetched = reader.done()
            answer = replace(answer, content=reader.start)
        reply = self._judged(LIST, answer, body)
        return reply, fetched if reply.judgement is Judgement.DONE else None

    async def _turn(self) -> None:
        if self.pace:
            await self.pace.turn()

    def _get(self, endpoint: Endpoint, **parameters: str) -> httpx.Request:
        url = self.address(endpoint)
        parameters = {"apiKey": self._secrets[0] if self._secrets else "", **parameters}
        return httpx.Request("GET", url, params=parameters, headers=self._get_headers, extensions=self._extensions)

    async def _exchange(
        self,
        request: httpx.Request,
        endpoint: Endpoint,
        seconds: float | None = None,
        taker: Callable[[bytes], None] | None = None,
    ) -> HttpAnswer | Failure:
        if self._transport is None:
            raise RuntimeError("StopListClient is used outside its 'async with' block")
        limits = (seconds or self._timeouts.call, endpoint.largest)
        return await exchange(self._transport, request, *limits, self.pace, taker)

    def _unanswered(self, failure: Failure) -> Reply:
        sent, missed = failure.sent, failure.missed
        return Reply(Judgement.RETRY, message=str(failure.problem), doubt=sent, sent=sent, missed=missed)

    def _judged(self, endpoint: Endpoint, answer: HttpAnswer, body: Body | None) -> Reply:
        self.answered = True
        judgement, doubt = judge(endpoint, answer.http, body)
        if judgement in ACCEPTED:
            self.accepted = True
            if body and not body.message:
                return Reply(judgement, answer.http, body.code, body.stop_id)
        wait = retry_after(answer.headers.get("retry-after"), answer.headers.get("date"), time.time())
        if body is None or body.contradicts_itself or (body.code == 200 and judgement is not Judgement.DONE):
            # A body that contradicts itself, or the HTTP status, says nothing.
            message = str(self._wordless(endpoint, answer, judgement))
            return Reply(judgement, answer.http, message=message, retry_after=wait, doubt=doubt)
        message = tidy(body.message, self._secrets)
        return Reply(judgement, answer.http, body.code, body.stop_id, message, wait, doubt)

    def _wordless(self, endpoint: Endpoint, answer: HttpAnswer, judgement: Judgement) -> Sentence:
        """Describe an answer that has no words of its own."""
        if judgement is Judgement.MISPLACED:
            facts = {"address": self.address(endpoint), "http": answer.http}
            if target := self._target(answer.headers.get("location")):
                return Sentence(_REDIRECT, **facts, target=target)
            return Sentence(_MISPLACED, **facts)
        if answer.problem:
            return answer.problem
        if answer.content is not None and is_page(answer.content):
            return Sentence(_PAGE, http=answer.http)
        return unreadable(answer.http)

    def _target(self, location: str | None) -> str:
        """Return where a redirect leads, without its query: it may repeat the key."""
        try:
            url = self._url.join(location or "")
        except (httpx.InvalidURL, ValueError):
            return ""
        return tidy(str(url.copy_with(query=None, fragment=None, userinfo=b"")), self._secrets) if location else ""


_PAGE = N_("A web page came instead of the API's answer (HTTP {http}).")
_MISPLACED = N_("{address} answered HTTP {http}")
_REDIRECT = N_("{address} answered HTTP {http} and points to {target}, which is not followed")


def check_way(base_url: str) -> None:
    """Make sure, before anything is read or written, that calls to `base_url` can be made at all.

    Raises:
        BadAddress: it cannot be used.
        BadProxy: the environment names a proxy that cannot be used.
        BadCertificates: it names certificates that cannot be used.
    """
    url = _checked(base_url)
    check_proxy(url)
    trust(url)


def _checked(base_url: str) -> httpx.URL:
    try:
        url = httpx.URL(base_url.strip().rstrip("/"))
    except (httpx.InvalidURL, ValueError, UnicodeError):
        raise BadAddress(_("it is not a web address")) from None
    if not _HOST.fullmatch(url.raw_host) or not 0 <= (url.port or 0) <= 65535:
        raise BadAddress(_("it is not a web address"))
    if url.scheme not in {"https", "http"}:
        raise BadAddress(_("it must begin with https://"))
    if url.userinfo or url.query or url.fragment:
        raise BadAddress(_("it must not contain a user name, '?' or '#'"))
    if url.scheme == "http" and not is_loopback(url.host):
        raise BadAddress(_("without https://, the key could be read in transit"))
    return url
