"""Reading the answer of `list` while it comes, some entries at a time: none of it is held as a whole.

What is read so is what the API sends, JSON whose entries stand in an array ``data``. Whatever else comes (XML, an
object in place of the array, an answer without entries) is gathered first, and read as every other answer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from stopimport.sending.stop_list import ListEntry, ListFetched, ListPart
from stopimport.smspartner.judgement import LIST
from stopimport.smspartner.replies import Body, body_of, fitting, identifier, read_body, read_json, tidy, whole

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from stopimport.sending.stop_list import ListTaker

    _Bytes = bytes | bytearray

_ARRAY = re.compile(rb'"data"\s*:\s*\[')
_NEXT = re.compile(rb"\s*,\s*(?=\{)")
_HEAD = 1 << 16
"""Bytes in which the array must begin; else the answer is none that can be read in parts."""
_PART = 1 << 22
"""Bytes that are read at a time."""
_TRIES = 100
"""Ends of entries that are looked at, from the last one back, to find one with another entry behind it."""
_START = 1000


class _Entry(msgspec.Struct, gc=False):
    """An entry as the API writes it; what is written otherwise is read by `json`, which takes fifteen times as long."""

    phoneNumber: str  # noqa: N815 - the API's name
    id: int | str
    createdAt: str | None = None  # noqa: N815 - the API's name


_DECODER = msgspec.json.Decoder(list[_Entry])


class ListReader:
    """Takes the bytes of one answer, and gives its entries on.

    An array may be cut wherever an entry seems to end: what stands before the cut reads as a whole array only if one
    did end there, for a cut inside a text, an entry or an inner array leaves it open.

    Args:
        taker: takes the entries. What it raises is raised by `done`, not into the midst of reading.
        secrets: what a faulty server may echo, and no file may hold.
        size: bytes that are read at a time.
    """

    def __init__(self, taker: ListTaker, secrets: tuple[str, ...], size: int = _PART) -> None:
        self._taker, self._secrets, self._size = taker, secrets, size
        self._buffer = bytearray()
        self._head: Mapping[str, Any] | None = None
        self._in_parts = True
        self._enough = size
        self._rows = self._entries = 0
        self._fault: Exception | None = None
        self.start = b""
        """The first bytes of the answer."""
        taker.begin()

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        if self._fault is not None:
            return
        if len(self.start) < _START:
            self.start += chunk[:_START]
        self._buffer += chunk
        try:
            if self._in_parts and self._head is None:
                self._begin()
            if self._head is not None and len(self._buffer) >= self._enough:
                self._cut()
        except Exception as fault:  # noqa: BLE001 - raised where it is no fault of the line's
            self._fault = fault

    def done(self) -> tuple[Body | None, ListFetched]:
        """Return what the answer says beside its entries (None: it cannot be read), and what is known of these.

        Raises:
            Exception: what the taker raised.
        """
        if self._fault is not None:
            raise self._fault
        body = self._gathered() if self._head is None else self._rest(self._head)
        if body is None:
            return None, ListFetched(0, partial=True)
        announced, there = body.fields.get("nbData"), self._head is not None or _rows(body.fields) is not None
        # Where nothing announces how many there are, a list that is there counts as whole, one that is not does not.
        complete = there if announced is None else whole(announced) == self._entries
        return body, ListFetched(self._entries, not complete or self._entries != self._rows)

    def _begin(self) -> None:
        """Find out where the entries begin."""
        if (found := _ARRAY.search(self._buffer)) is None:
            self._in_parts = len(self._buffer) < _HEAD
            return
        fields = read_json(bytes(self._buffer[: found.end()]) + b"]}")
        # Else the word stood in a text, or deeper down.
        self._in_parts = isinstance(fields, dict) and next(reversed(fields)) == "data" and fields["data"] == []
        if self._in_parts and isinstance(fields, dict):
            self._head = fields
            del self._buffer[: found.end()]

    def _cut(self) -> None:
        """Read the entries that have come, up to the last one that has surely ended."""
        ends = self._last_end()
        if ends is None or not self._read(bytes(self._buffer[: ends[0]])):
            self._enough = 2 * len(self._buffer)
            return
        del self._buffer[: ends[1]]
        self._enough = self._size

    def _last_end(self) -> tuple[int, int] | None:
        """Return where the last entry that has one behind it seems to end, and where that one begins."""
        at = len(self._buffer)
        for _try in range(_TRIES):
            at = self._buffer.rfind(b"}", 0, at)
            if at < 0:
                break
            if found := _NEXT.match(self._buffer, at + 1):
                return at + 1, found.end()
        return None

    def _read(self, piece: bytes) -> bool:
        """Give the entries of a piece of the array on, and return whether it is one."""
        try:
            entries = _DECODER.decode(b"[" + piece + b"]")
        except msgspec.DecodeError:
            fields = read_json(b'{"": [' + piece + b"]}", _entry_or_fields)
            if not isinstance(fields, dict) or list(fields) != [""]:
                return False
            self._give_rows(fields[""], piece)
            return True
        self._rows += len(entries)
        numbers, moments = [entry.phoneNumber for entry in entries], [entry.createdAt or "" for entry in entries]
        self._give(_ids([entry.id for entry in entries]), _all_fitting(numbers), _all_fitting(moments), piece)
        return True

    def _gathered(self) -> Body | None:
        """Read an answer that could not be read in parts."""
        body = read_body(self._buffer, LIST.names, _entry_or_fields)
        if body is not None:
            self._give_rows(_rows(body.fields) or [], self._buffer)
        return body

    def _rest(self, head: Mapping[str, Any]) -> Body | None:
        """Read what is left, after the last cut."""
        fields = read_json(b'{"": [' + self._buffer, _entry_or_fields)
        if not isinstance(fields, dict) or not isinstance(rows := fields.pop("", None), list):
            return None
        if "data" in fields:
            # It has two lists: the last one counts, as in all JSON.
            self._taker.begin()
            self._rows = self._entries = 0
            self._head, rows = None, _rows(fields) or []
        self._give_rows(rows, self._buffer)
        return body_of({**head, **fields})

    def _give_rows(self, rows: Sequence[object], piece: _Bytes) -> None:
        entries = [entry for row in rows if (entry := _entry(row)) is not None]
        self._rows += len(rows)
        columns = zip(*((entry.stop_id, entry.number, entry.created_at) for entry in entries), strict=True)
        ids, numbers, moments = map(list, columns) if entries else ([], [], [])
        self._give(ids, numbers, moments, piece)

    def _give(self, ids: list[str] | pa.Array, numbers: list[str], moments: list[str], piece: _Bytes) -> None:
        """Give entries on, without the secrets, which a faulty server may echo: they are written to files."""
        import pyarrow as pa  # noqa: PLC0415 - who makes no lists does without

        if any(secret.encode() in piece for secret in self._secrets):
            numbers, moments = _without(self._secrets, numbers), _without(self._secrets, moments)
        self._entries += len(numbers)
        if numbers:
            self._taker.take(ListPart(*(pa.array(column, pa.large_string()) for column in (ids, numbers, moments))))


def _ids(ids: list[Any]) -> list[str] | pa.Array:
    """Return ids as text: whole numbers, which they are, all at once."""
    import pyarrow as pa  # noqa: PLC0415 - who makes no lists does without
    import pyarrow.compute as pc  # noqa: PLC0415

    try:
        numbers = pa.array(ids, pa.int64())
    except (pa.ArrowException, OverflowError, TypeError):
        return list(map(identifier, ids))
    return numbers.cast(pa.large_string()) if (pc.min(numbers).as_py() or 0) >= 0 else list(map(identifier, ids))


def _all_fitting(texts: list[str]) -> list[str]:
    return texts if "".join(texts).isprintable() else list(map(fitting, texts))


def _without(secrets: tuple[str, ...], texts: list[str]) -> list[str]:
    return [tidy(text, secrets) if any(secret in text for secret in secrets) else text for text in texts]


def _entry_or_fields(fields: dict[str, Any]) -> ListEntry | dict[str, Any]:
    """Make entries at once: a million of them as dictionaries would take a gigabyte."""
    number = fields.get("phoneNumber")
    if number is None:
        return fields
    return ListEntry(identifier(fields.get("id")), fitting(number), fitting(fields.get("createdAt") or ""))


def _rows(fields: Mapping[str, Any]) -> list[Any] | None:
    data = fields.get("data")
    return list(data.values()) if isinstance(data, dict) else data if isinstance(data, list) else None


def _entry(row: object) -> ListEntry | None:
    if isinstance(row, ListEntry):
        return row
    if isinstance(row, list) and len(row) > 1:
        # The positional XML form: id, phoneNumber, createdAt.
        return ListEntry(identifier(row[0]), fitting(row[1]), fitting(row[2]) if len(row) > 2 else "")
    return None
