"""The key appears in no log, reply, outcome or exception."""

from __future__ import annotations

import asyncio
import logging
import traceback
from urllib.parse import quote, quote_plus

import pytest
from rawserver import ADDED, KEY, QUICK, drop, hang, http, numbers, play, serving, truncated

from stopimport.errors import StopimportError
from stopimport.sending.outcomes import SendOptions
from stopimport.smspartner.client import StopListClient, Timeouts

FORMS = {KEY, KEY.upper(), quote(KEY, safe=""), quote(KEY), quote_plus(KEY)}
ECHO = {"message": f"Wrong key {KEY} (that is {quote(KEY, safe='')}, or {KEY.upper()})"}
ANSWERS = {
    "added": ADDED,
    "echoed": http(200, {"success": False, "code": 77, **ECHO}),
    "echoed in a field": http(200, {"success": False, "code": 9, "error": [ECHO]}),
    "refused": http(403, {"success": False, "code": 10, **ECHO}),
    "redirect": http(302, Location=f"https://example.org/{quote(KEY, safe='')}/x?apiKey={quote(KEY)}"),
    "not found": http(404, f"<html>{KEY}</html>"),
    "no HTTP": f"oops {quote(KEY)}\r\n\r\n".encode(),
    "truncated": truncated(),
    "server error": http(500, KEY.encode("latin-1")),
    "dropped": drop,
    "hanging": hang,
}


def leaks(text):
    """Return the forms of the key that `text` holds."""
    return [form for form in FORMS if form in text]


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_call_leaks_the_key(answer, caplog):
    """With every logger at DEBUG, nothing that is logged, returned or raised holds the key in any form."""
    caplog.set_level(logging.DEBUG)
    shown = []

    async def calling():
        async with (
            serving(lambda _call, _n: ANSWERS[answer]) as server,
            StopListClient(KEY, server.url, timeouts=Timeouts(call=0.2, list=0.2)) as client,
        ):
            shown.append(repr(client))
            shown.append(repr(await client.add(numbers(1)[0])))
            shown.append(repr(await client.delete("19")))
            try:
                await client.list()
            except StopimportError as error:
                shown.append(f"{error} {error!r} {''.join(traceback.format_exception(error))}")

    asyncio.run(calling())

    assert leaks("\n".join(shown)) == []
    assert leaks(caplog.text) == []
    assert len(shown) >= 3


@pytest.mark.parametrize("answer", [name for name in ANSWERS if name != "hanging"])
def test_no_outcome_leaks_the_key(answer, caplog):
    """Outcomes, holds and the reason of the ending hold no key."""
    caplog.set_level(logging.DEBUG)
    played = play(lambda _call, _n: ANSWERS[answer], 3, options=SendOptions(100_000, attempts=2))

    assert leaks(f"{played.book} {played.result} {caplog.text}") == []
    assert len(played.book.outcomes) == 3


def test_a_bug_in_the_callers_code_shows_no_key():
    """A traceback through an open client holds no URL with the key."""

    async def failing():
        async with (
            serving(lambda _call, _n: ADDED) as server,
            StopListClient(KEY, server.url, timeouts=QUICK) as client,
        ):
            await client.list_now()
            raise RuntimeError("bug")

    with pytest.raises(RuntimeError, match="bug") as caught:
        asyncio.run(failing())

    assert leaks("".join(traceback.format_exception(caught.value))) == []
