"""The client's three calls, against a raw socket server."""

from __future__ import annotations

import asyncio

import pytest
from rawserver import (
    ADDED,
    KEY,
    WRONG_KEY,
    call,
    http,
    numbers,
    truncated,
)

from stopimport.errors import ExitCode
from stopimport.sending.calls import Judgement
from stopimport.sending.errors import AccountRefused, ListUnavailable, WrongAddress
from stopimport.sending.outcomes import SendOptions
from stopimport.sending.sender import Surroundings, fetch_list
from stopimport.sending.stop_list import ListEntry

NUMBER = numbers(1)[0]
ENTRIES = [
    {"id": 19, "phoneNumber": "+33639900001", "createdAt": "2015-07-20 10:19:45"},
    {"id": "20", "phoneNumber": 33639900002, "createdAt": None},
]
WHOLE = {"success": True, "code": 200, "nbData": 2, "data": ENTRIES}


def test_add_gives_the_judged_reply():
    """`add` returns judgement, code and id."""
    reply, _ = call(lambda _call, _n: ADDED, lambda client: client.add(NUMBER))

    assert (reply.judgement, reply.http, reply.code, reply.stop_id) == (Judgement.DONE, 200, 200, "300")


def test_an_xml_answer_is_understood():
    """XML may come although JSON was asked for."""
    xml = "<?xml version='1.0'?><result><entry>true</entry><entry>200</entry><entry>300</entry></result>"
    reply, _ = call(lambda _call, _n: http(200, xml, Content_Type="text/xml"), lambda client: client.add(NUMBER))

    assert (reply.judgement, reply.stop_id) == (Judgement.DONE, "300")


def test_a_compressed_answer_is_understood():
    """A proxy may compress although nobody asked for it."""
    import gzip

    body = gzip.compress(b'{"success": true, "code": 200, "stopId": 300}')
    reply, _ = call(lambda _call, _n: http(200, body, Content_Encoding="gzip"), lambda client: client.add(NUMBER))

    assert (reply.judgement, reply.stop_id) == (Judgement.DONE, "300")


@pytest.mark.parametrize(
    ("answer", "judgement"),
    [
        ({"success": True, "code": 200}, Judgement.DONE),
        ({"success": False, "code": 4, "message": "Unknown"}, Judgement.ABSENT),
        ({"success": False, "code": 3, "message": "id is required"}, Judgement.FAILED),
        ({"success": False, "code": 10, "message": "Wrong key"}, Judgement.ACCOUNT),
    ],
)
def test_delete_is_a_get_with_key_and_id(answer, judgement):
    """`delete` names the entry's id; 200 and 4 are done."""
    reply, server = call(lambda _call, _n: http(200, answer), lambda client: client.delete("19"))

    assert judgement is reply.judgement
    assert (server.calls[0].method, server.calls[0].path) == ("GET", "/v1/stop-sms/delete")
    assert server.calls[0].query == {"apiKey": [KEY], "id": ["19"]}


def test_list_gives_the_entries():
    """`list` is a GET with the key; ids and numbers may be strings or numbers."""
    found, server = call(lambda _call, _n: http(200, WHOLE), lambda client: client.list())

    assert not found.partial
    assert [
        ListEntry("19", "+33639900001", "2015-07-20 10:19:45"),
        ListEntry("20", "33639900002", ""),
    ] == list(found.entries)
    assert (server.calls[0].path, server.calls[0].query) == ("/v1/stop-sms/list", {"apiKey": [KEY]})


def test_list_understands_positional_xml():
    """The XML form of the list gives the same entries."""
    xml = (
        "<result><entry>true</entry><entry>200</entry><entry>1</entry><entry>"
        "<entry><entry>19</entry><entry>+33639900001</entry><entry>2015-07-20 10:19:45</entry></entry>"
        "</entry></result>"
    )
    found, _ = call(lambda _call, _n: http(200, xml), lambda client: client.list())

    assert (False, [ListEntry("19", "+33639900001", "2015-07-20 10:19:45")]) == (found.partial, list(found.entries))


@pytest.mark.parametrize(
    ("fields", "count", "partial"),
    [
        ({"nbData": 2, "data": ENTRIES}, 2, False),
        ({"nbData": "2", "data": ENTRIES}, 2, False),
        ({"data": ENTRIES}, 2, False),
        ({"nbData": 3, "data": ENTRIES}, 2, True),
        ({"nbData": 1, "data": ENTRIES}, 2, True),
        ({"nbData": 3, "data": [*ENTRIES, {"id": 21}]}, 2, True),
        ({"nbData": 2, "data": {"0": ENTRIES[0], "7": ENTRIES[1]}}, 2, False),
        ({"nbData": 0, "data": []}, 0, False),
        ({"nbData": 0}, 0, False),
        ({"nbData": 5}, 0, True),
        ({"nbData": 5, "data": None}, 0, True),
        ({"nbData": 0, "data": "none"}, 0, False),
        ({"nbData": "many", "data": ENTRIES}, 2, True),
        ({"nbData": None, "data": ENTRIES}, 2, False),
        ({"data": []}, 0, False),
        ({}, 0, True),
        ({"data": None}, 0, True),
    ],
)
def test_a_list_that_announces_another_number_of_entries_is_partial(fields, count, partial):
    """`nbData` other than the number of entries means that some are missing; so does an answer without a list."""
    found, _ = call(lambda _call, _n: http(200, {"success": True, "code": 200, **fields}), lambda client: client.list())

    assert (count, partial) == (len(found.entries), partial and found.partial)
    assert partial is found.partial


@pytest.mark.parametrize(
    ("answer", "error", "code"),
    [
        (WRONG_KEY, AccountRefused, ExitCode.ACCOUNT_REFUSED),
        (http(403, "<html></html>"), AccountRefused, ExitCode.ACCOUNT_REFUSED),
        (http(404), WrongAddress, ExitCode.INCOMPLETE),
        (http(302, Location="https://example.org/"), WrongAddress, ExitCode.INCOMPLETE),
        (http(503), ListUnavailable, ExitCode.INCOMPLETE),
        (http(200, {"success": False, "code": 77, "message": "Odd"}), ListUnavailable, ExitCode.INCOMPLETE),
    ],
)
@pytest.mark.parametrize("fetch", ["client", "sender"])
def test_a_list_that_cannot_be_fetched_raises(answer, error, code, fetch):
    """Each reason has its error and exit code, and a sentence without the key."""

    async def fetching(client):
        with pytest.raises(error) as caught:
            await (client.list() if fetch == "client" else fetch_list(client, options=SendOptions(attempts=1)))
        return caught.value

    raised, _ = call(lambda _call, _n: answer, fetching)

    assert code == raised.exit_code
    assert "k3y" not in str(raised)
    assert raised.__context__ is None


def test_the_list_is_fetched_with_the_patience_of_the_sender():
    """Passing faults and 429 are tried again; redirects are not followed."""
    answers = [http(503), http(429, Retry_After="0"), truncated(), http(200, WHOLE)]
    found, server = call(
        lambda _call, n: answers[n],
        lambda client: fetch_list(client, options=SendOptions(100_000, attempts=3), around=Surroundings()),
    )

    assert (found.entries, len(server.calls)) == (2, 4)


def test_fetching_the_list_can_be_stopped():
    """A wish to stop reaches the fetching of the list."""
    stop = asyncio.Event()

    def script(_call, _n):
        stop.set()
        return http(503, Retry_After="200")

    async def fetching(client):
        with pytest.raises(ListUnavailable, match="stopped"):
            await fetch_list(client, options=SendOptions(), around=Surroundings(stop=stop))

    _, server = call(script, fetching)

    assert len(server.calls) == 1
