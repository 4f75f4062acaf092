"""The vendor's three calls: what comes in, what is done, and the answer exactly as documented."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from stopimport.sandbox.mobile import mobile_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stopimport.sandbox.store import PracticeList

FORM = "application/x-www-form-urlencoded"
Json: TypeAlias = "str | int | list[Json] | dict[str, Json]"
"""What answers are made of."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it came in."""

    endpoint: str
    query: Mapping[str, str]
    body: bytes = b""
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The fields of an answer in their documented order, and whether XML was asked for."""

    fields: Mapping[str, Json]
    xml: bool = False

    def text(self) -> str:
        """Return the body in the format asked for."""
        return as_xml(self.fields) if self.xml else json.dumps(self.fields)

    @property
    def media_type(self) -> str:
        """The content type of `text`."""
        return "text/xml" if self.xml else "application/json"


def as_xml(fields: Mapping[str, Json]) -> str:
    """Return the vendor's positional XML: one ``<entry>`` for each value, names left out."""
    return f"<?xml version='1.0' encoding='UTF-8'?>\n<result>\n{_entries(fields.values(), '  ')}</result>\n"


def answer(call: Call, stop_list: PracticeList, key: str) -> Answer:
    """Do what `call` asks for, if it carries `key`, and return the answer."""
    fields: Mapping[str, Any] | None = _fields(call) if call.endpoint == "add" else call.query
    if fields is None:
        return Answer(_refusal(90, "Malformed JSON"), xml=call.query.get("_format") == "xml")
    xml = "xml" in (call.query.get("_format"), fields.get("_format"))
    given = fields.get("apiKey")
    if not given:
        return Answer(_refusal(1, "API key is required"), xml)
    if given != key:
        return Answer(_refusal(10, "Invalid API key"), xml)
    return Answer(_ENDPOINTS[call.endpoint](fields, stop_list), xml)


def _add(fields: Mapping[str, Any], stop_list: PracticeList) -> dict[str, Json]:
    given = fields.get("phoneNumber")
    if given is None or not str(given).strip():
        return _field_refusal(2, "Phone number is required")
    number = mobile_number(given) if isinstance(given, str) else None
    if number is None:
        return _field_refusal(9, "Invalid phone number")
    stop_id = stop_list.add(number)
    if stop_id is None:
        return _refusal(3, "Number is already in stop list")
    return {"success": True, "code": 200, "stopId": stop_id}


def _list(_fields: Mapping[str, Any], stop_list: PracticeList) -> dict[str, Json]:
    data: list[Json] = [
        {"id": entry.id, "phoneNumber": entry.number, "createdAt": entry.created} for entry in stop_list.entries()
    ]
    return {"success": True, "code": 200, "nbData": len(data), "data": data}


def _delete(fields: Mapping[str, Any], stop_list: PracticeList) -> dict[str, Json]:
    given = fields.get("id", "").strip()
    if not given:
        return _refusal(3, "Id is required")
    # SQLite's ids end at 2^63; anything longer cannot be one.
    known = given.isascii() and given.isdigit() and len(given) < 19 and stop_list.delete(int(given))
    return {"success": True, "code": 200} if known else _refusal(4, "Unknown id")


_ENDPOINTS = {"add": _add, "list": _list, "delete": _delete}


def _fields(call: Call) -> Mapping[str, Any] | None:
    """Return what the body says: JSON whatever the content type says, else a form; None if it is neither."""
    if not call.body.strip():
        return {}
    try:
        found = json.loads(call.body)
    except (ValueError, RecursionError):
        # Some samples send JSON with a form's content type, so the type alone says nothing.
        if not call.content_type.startswith(FORM) or b"=" not in call.body or call.body.lstrip()[:1] == b"{":
            return None
        return dict(parse_qsl(call.body.decode("utf-8", "replace")))
    return found if isinstance(found, dict) else None


def _refusal(code: int, message: str) -> dict[str, Json]:
    return {"success": False, "code": code, "message": message}


def _field_refusal(code: int, message: str) -> dict[str, Json]:
    return {
        "success": False,
        "code": code,
        "error": [{"elementId": "children[phoneNumber].data", "message": message}],
    }


def _entries(values: Iterable[Json], indent: str) -> str:
    return "".join(f"{indent}<entry>{_entry(value, indent)}</entry>\n" for value in values)


def _entry(value: Json, indent: str) -> str:
    if isinstance(value, dict | list):
        values = value.values() if isinstance(value, dict) else value
        return f"\n{_entries(values, indent + '  ')}{indent}"
    return escape(str(value).lower() if isinstance(value, bool) else str(value))
