"""Reading the bodies of the API's answers: JSON, positional XML, and the documented sample that is no valid JSON.

Nothing here raises, whatever the bytes are: a body that cannot be read is None.
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from xml.etree.ElementTree import Element

_MESSAGE_LENGTH = 300
_LARGEST_CODE = 2**31 - 1
_COMMA_MISSING = re.compile(r'("code"\s*:\s*(?:\d{1,9}|"\d{1,9}"))\s*(?=")')
"""The vendor's printed sample reply lacks the comma after the code."""
_WHOLE = re.compile(r"\s*(-?[0-9]{1,9})\s*")
_ID = re.compile(r"[0-9A-Za-z_-]{1,40}")
_MARK = b"\xef\xbb\xbf"
_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})


@dataclass(frozen=True, slots=True)
class Body:
    """What a readable body says."""

    code: int
    success: bool | None
    """None: it does not say."""
    stop_id: str
    message: str
    """The API's words as they came: `tidy` makes them fit to be shown."""
    fields: Mapping[str, Any]
    """Everything, by name."""

    @property
    def contradicts_itself(self) -> bool:
        """Whether it calls a success failed, or the other way round."""
        return self.success is not None and self.success != (self.code == 200)


def read_body(
    content: bytes | bytearray, names: tuple[str, ...], hook: Callable[[dict[str, Any]], Any] | None = None
) -> Body | None:
    """Return what `content` says, or None if it holds no code.

    Args:
        content: the answer's bytes.
        names: what the entries of the positional XML form mean (shared/smspartner-api.md).
        hook: called for each JSON object, as `json.loads` does.
    """
    fields = read_json(content, hook)
    return body_of(_read_xml(content, names) if fields is None else fields)


def body_of(fields: object) -> Body | None:
    """Return what the `fields` of an answer say; None if they hold no code."""
    if not isinstance(fields, dict) or (code := whole(fields.get("code"))) is None:
        return None
    return Body(code, _truth(fields.get("success")), identifier(fields.get("stopId")), _words(fields), fields)


def whole(value: object) -> int | None:
    """Return a whole number that may have arrived as a string of digits; None for everything else."""
    if isinstance(value, str):
        match = _WHOLE.fullmatch(value)
        return int(match[1]) if match else None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST_CODE:
        return value
    return None


def identifier(value: object) -> str:
    """Return the id of an entry of the stop list as text; '' if it is none."""
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**40:
        return str(value)
    return text if isinstance(value, str) and _ID.fullmatch(text := value.strip()) else ""


def tidy(text: str, secrets: tuple[str, ...]) -> str:
    """Return words from outside fit for our files: without `secrets` and control characters, at most 300 long."""
    for secret in secrets:
        text = re.sub(re.escape(secret), "***", text, flags=re.IGNORECASE)
    text = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * _MESSAGE_LENGTH]).split())
    return text if len(text) <= _MESSAGE_LENGTH else text[: _MESSAGE_LENGTH - 1] + "…"


def fitting(value: object) -> str:
    """Return a field of the list as text that files can hold: without control characters and halves of characters."""
    text = value if isinstance(value, str) else str(value)
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " for sign in text)


def is_page(content: bytes | bytearray) -> bool:
    """Whether `content` looks like a web page."""
    start = bytes(content[:1000]).lstrip(_MARK + b" \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html")) or b"<html" in start or b"<body" in start


def read_json(content: bytes | bytearray, hook: Callable[[dict[str, Any]], Any] | None = None) -> object:
    """Return what the JSON of `content` says, read with patience for the vendor's sample; None if there is none."""
    if hook is None:
        with suppress(ValueError, RecursionError):
            # It understands less than `json` does, the same where it does, and takes a tenth of the time.
            return msgspec.json.decode(content)
    try:
        return json.loads(content, object_hook=hook)
    except (ValueError, RecursionError):
        if bytes(content[:64]).lstrip(_MARK + b" \t\r\n")[:1] != b"{":
            return None
    text = _decode(content)
    try:
        return json.loads(_COMMA_MISSING.sub(r"\1,", text, count=1), object_hook=hook)
    except (ValueError, RecursionError):
        return None


def _decode(content: bytes | bytearray) -> str:
    content = content.removeprefix(_MARK)
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _read_xml(content: bytes | bytearray, names: tuple[str, ...]) -> dict[str, Any] | None:
    start = bytes(content[:64]).lstrip(_MARK + b" \t\r\n")
    if start[:1] != b"<":
        return None
    from defusedxml.ElementTree import fromstring  # noqa: PLC0415 - XML answers are rare

    try:
        try:
            root: Element = fromstring(bytes(content), forbid_dtd=True)
        except SyntaxError:
            # It should be UTF-8 where it names no encoding, but French messages are often Latin-1; or blanks go before.
            root = fromstring(_decode(content).strip(), forbid_dtd=True)
    except (SyntaxError, ValueError, LookupError, RecursionError):
        return None
    values = [_value(child) for child in root]
    if any(child.tag != "entry" for child in root):
        return {child.tag: value for child, value in zip(root, values, strict=True)}
    fields = dict(zip(names, values, strict=False))
    if whole(fields.get("code")) != 200 and len(values) > 2:
        fields = {"success": values[0], "code": values[1], "message": " ".join("".join(root[2].itertext()).split())}
    return fields


def _value(element: Element) -> object:
    children = list(element)
    return [_value(child) for child in children] if children else (element.text or "").strip()


def _truth(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _words(fields: Mapping[str, Any]) -> str:
    """Return the API's message, or those of the fields that it found wrong."""
    message = fields.get("message")
    if isinstance(message, str) and message.strip():
        return message
    errors = fields.get("error") or fields.get("errors")
    found = errors if isinstance(errors, list) else [errors]
    texts = [each.get("message") if isinstance(each, dict) else each for each in found]
    return "; ".join(text for text in texts if isinstance(text, str))
