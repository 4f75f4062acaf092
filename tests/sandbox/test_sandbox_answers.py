"""The three calls answer as the vendor's documentation says."""

from __future__ import annotations

import json
import re

import httpx
import pytest

NUMBER = "+33612345678"


def test_added_number_gets_documented_answer(caller):
    """An added number is answered with success, code and stopId, in that order, and HTTP 200."""
    response = caller.add(NUMBER)

    assert response.status_code == 200
    assert response.headers["content-type"] == "application/json"
    assert response.text == '{"success": true, "code": 200, "stopId": 1}'


def test_ids_count_up_without_gaps_and_are_never_given_twice(caller):
    """Refused and repeated numbers use up no id, and a deleted id does not come back."""
    caller.add(NUMBER)
    caller.add(NUMBER)
    caller.add("12")
    caller.add("+33612345679")
    caller.get("delete", id=2)

    assert caller.add("+33612345679").json()["stopId"] == 3


def test_repeated_number_is_already_listed(caller):
    """A number that is on the list gets code 3, whatever its writing."""
    caller.add(NUMBER)

    answer = caller.add("06 12 34 56 78").json()

    assert answer == {"success": False, "code": 3, "message": "Number is already in stop list"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"phoneNumber": NUMBER}, 1),
        ({"apiKey": "", "phoneNumber": NUMBER}, 1),
        ({"apiKey": None, "phoneNumber": NUMBER}, 1),
        ({}, 1),
        ({"apiKey": "another", "phoneNumber": NUMBER}, 10),
        ({"apiKey": ["practice-key"], "phoneNumber": NUMBER}, 10),
        ({"apiKey": "practice-key"}, 2),
        ({"apiKey": "practice-key", "phoneNumber": None}, 2),
        ({"apiKey": "practice-key", "phoneNumber": " "}, 2),
        ({"apiKey": "practice-key", "phoneNumbers": NUMBER}, 2),
        ({"apiKey": "practice-key", "phoneNumber": "nobody"}, 9),
        ({"apiKey": "practice-key", "phoneNumber": 33612345678}, 9),
        ({"apiKey": "practice-key", "phoneNumber": [NUMBER]}, 9),
        ([NUMBER], 90),
        ("text", 90),
    ],
)
def test_refusals_of_add(refuser, body, code):
    """Missing key 1, wrong key 10, missing (or misspelt) number 2, invalid number 9, no object 90; nothing is added."""
    answer = refuser.client.post("/stop-sms/add", json=body).json()

    assert (answer["success"], answer["code"]) == (False, code)
    assert refuser.numbers() == []


def test_field_errors_have_documented_shape(refuser):
    """An invalid number is answered with the field's error."""
    assert refuser.add("12").json() == {
        "success": False,
        "code": 9,
        "error": [{"elementId": "children[phoneNumber].data", "message": "Invalid phone number"}],
    }


@pytest.mark.parametrize(
    "body", [b'{"apiKey":', b"{'apiKey': 1}", b"\xff\xfe{", b"[" * 100_000, b"apiKey=practice-key"]
)
def test_unreadable_body_is_malformed_json(refuser, body):
    """A body that is no JSON gets code 90."""
    assert refuser.client.post("/stop-sms/add", content=body).json()["code"] == 90


def test_empty_body_lacks_the_key(refuser):
    """A body with nothing in it is a call without key: code 1."""
    assert refuser.client.post("/stop-sms/add").json()["code"] == 1


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "application/x-www-form-urlencoded", ""])
def test_json_is_read_whatever_the_content_type(caller, content_type):
    """Some of the vendor's samples send JSON with another content type or none."""
    body = json.dumps({"apiKey": caller.practice.key, "phoneNumber": NUMBER}).encode()
    headers = {"Content-Type": content_type} if content_type else {}

    assert caller.client.post("/stop-sms/add", content=body, headers=headers).json()["code"] == 200


def test_form_is_read(caller):
    """A form-encoded body is understood too; its plus is encoded."""
    form = {"apiKey": caller.practice.key, "phoneNumber": NUMBER, "_format": "json"}

    assert caller.client.post("/stop-sms/add", data=form).json()["code"] == 200
    assert caller.numbers() == [NUMBER]


@pytest.mark.parametrize("where", ["query", "body"])
def test_xml_is_positional(caller, where):
    """`_format=xml`, in query or body, gives the documented XML: entries without names."""
    body = {"apiKey": caller.practice.key, "phoneNumber": NUMBER}
    if where == "body":
        response = caller.client.post("/stop-sms/add", json={**body, "_format": "xml"})
    else:
        response = caller.client.post("/stop-sms/add", params={"_format": "xml"}, json=body)

    assert response.headers["content-type"].startswith("text/xml")
    assert response.text.split() == [
        "<?xml", "version='1.0'", "encoding='UTF-8'?>",
        "<result>", "<entry>true</entry>", "<entry>200</entry>", "<entry>1</entry>", "</result>",
    ]  # fmt: skip


def test_refusals_come_in_xml_too(refuser):
    """A refusal asked for in XML is XML, malformed JSON with `_format` in the query included."""
    wrong_key = refuser.add(NUMBER, apiKey="another", _format="xml").text
    malformed = refuser.client.post("/stop-sms/add", params={"_format": "xml"}, content=b"{").text

    assert re.findall("<entry>(.*?)</entry>", wrong_key) == ["false", "10", "Invalid API key"]
    assert re.findall("<entry>(.*?)</entry>", malformed) == ["false", "90", "Malformed JSON"]


def test_list_has_documented_fields(caller):
    """The list counts its entries and gives id, number and time of each."""
    caller.add("0612345678")
    caller.add("+32470123456")

    answer = caller.get("list").json()

    assert list(answer) == ["success", "code", "nbData", "data"]
    assert (answer["success"], answer["code"], answer["nbData"]) == (True, 200, 2)
    assert [(entry["id"], entry["phoneNumber"]) for entry in answer["data"]] == [(1, NUMBER), (2, "+32470123456")]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", entry["createdAt"]) for entry in answer["data"])


def test_list_in_xml_nests_entries(caller):
    """In XML the list's entries are entries of an entry."""
    caller.add(NUMBER)

    text = re.sub(r"\s", "", caller.get("list", _format="xml").text)

    assert "<entry>true</entry><entry>200</entry><entry>1</entry><entry><entry><entry>1</entry>" in text


def test_delete_takes_off_the_list(caller):
    """A deleted entry is gone; its id is unknown (4) from then on."""
    caller.add(NUMBER)

    assert caller.get("delete", id=1).text == '{"success": true, "code": 200}'
    assert caller.get("delete", id=1).json()["code"] == 4
    assert caller.numbers() == []


@pytest.mark.parametrize(
    ("query", "code"),
    [({}, 3), ({"id": ""}, 3), ({"id": "7"}, 4), ({"id": "one"}, 4), ({"id": "-1"}, 4), ({"id": "9" * 30}, 4)],
)
def test_refusals_of_delete(refuser, query, code):
    """A missing id is code 3, an unknown or impossible one 4."""
    assert refuser.get("delete", **query).json()["code"] == code


@pytest.mark.parametrize("endpoint", ["list", "delete"])
@pytest.mark.parametrize(("key", "code"), [("", 1), ("another", 10)])
def test_key_is_needed_everywhere(caller, endpoint, key, code):
    """`list` and `delete` refuse a missing and a wrong key, and do nothing."""
    caller.add(NUMBER)

    assert caller.get(endpoint, apiKey=key, id=1).json()["code"] == code
    assert caller.numbers() == [NUMBER]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/stop-sms/add", 405),
        ("POST", "/stop-sms/list", 405),
        ("POST", "/stop-sms/delete", 405),
        ("GET", "/stop-sms/", 404),
        ("GET", "/stop-sms/list/", 404),
        ("GET", "/credits", 404),
    ],
)
def test_unknown_paths_and_methods(refuser, method, path, status):
    """Unknown paths get 404 and wrong methods 405, as JSON without a code; a 405 names the right method."""
    response = refuser.client.request(method, path)

    assert response.status_code == status
    assert response.json()["success"] is False
    assert "code" not in response.json()
    assert ("allow" in response.headers) == (status == 405)


def test_path_without_version_is_unknown(refuser):
    """The API is under /v1 only."""
    url = refuser.practice.url.removesuffix("/v1") + "/stop-sms/list"

    assert httpx.get(url, trust_env=False).status_code == 404
