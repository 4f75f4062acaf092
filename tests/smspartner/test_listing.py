"""Reading the answer of `list` while it comes: wherever its bytes are cut, the entries are those of the whole."""

from __future__ import annotations

import json

import pytest
from effort import tries
from hypothesis import given
from hypothesis import strategies as st

from stopimport.sending.stop_list import Entries, ListEntry, ListFetched
from stopimport.smspartner.judgement import LIST
from stopimport.smspartner.listing import ListReader
from stopimport.smspartner.replies import fitting, identifier, read_body, whole

ENTRY = {"id": 19, "phoneNumber": "+33639900001", "createdAt": "2015-07-20 10:19:45"}
MANY = [ENTRY | {"id": at, "phoneNumber": f"+3363990{at:04}"} for at in range(40)]
WHOLE = {"success": True, "code": 200, "nbData": 40, "data": MANY}
AT_ONCE = 1 << 30


def listed(content, size=64, chunk=7, secrets=()):
    """Read an answer in chunks of so many bytes; what it says, its entries, and how much was held at most."""
    entries, held = Entries(), 0
    reader = ListReader(entries, secrets, size)
    content = content if isinstance(content, bytes) else json.dumps(content).encode()
    for start in range(0, len(content), chunk):
        reader.feed(content[start : start + chunk])
        held = max(held, len(reader._buffer))
    body, fetched = reader.done()
    return (None if body is None else (body.code, body.success, fetched, list(entries))), held


def plainly(content):
    """Read the same at once, by the rules as they are said."""
    body = read_body(content, LIST.names)
    if body is None:
        return None
    data, announced = body.fields.get("data"), body.fields.get("nbData")
    rows = list(data.values()) if isinstance(data, dict) else data if isinstance(data, list) else None
    entries = [entry for entry in map(row_read, rows or ()) if entry is not None]
    whole_list = rows is not None if announced is None else whole(announced) == len(entries)
    return (
        body.code,
        body.success,
        ListFetched(len(entries), not whole_list or len(entries) != len(rows or ())),
        entries,
    )


def row_read(row):
    """Return the entry that a row is, if it is one."""
    if isinstance(row, dict) and row.get("phoneNumber") is not None:
        row = [row.get("id"), row["phoneNumber"], row.get("createdAt") or ""]
    elif not isinstance(row, list) or len(row) < 2:
        return None
    return ListEntry(identifier(row[0]), fitting(row[1]), fitting(row[2]) if len(row) > 2 else "")


WRITINGS = {
    "as Python writes it": json.dumps(WHOLE),
    "as PHP writes it": json.dumps(WHOLE, separators=(",", ":")),
    "for people": json.dumps(WHOLE, indent=2),
    "with a mark": "\ufeff" + json.dumps(WHOLE),
    "with blanks around": "\r\n " + json.dumps(WHOLE) + "\r\n",
    "the entries first": json.dumps(dict(reversed(WHOLE.items()))),
    "the malformed sample": json.dumps(WHOLE).replace('200, "nbData"', '200 "nbData"'),
    "malformed behind the entries": json.dumps({"data": MANY}).replace("}]}", '}], "code": 200 "success": true}'),
    "ids as text": json.dumps(WHOLE | {"data": [entry | {"id": f"a-{entry['id']}"} for entry in MANY]}),
    "numbers as numbers": json.dumps(WHOLE | {"data": [entry | {"phoneNumber": 33639900001} for entry in MANY]}),
    "mixed": json.dumps(WHOLE | {"data": [*MANY[:20], {"id": 7}, ["8", "+33639900008"], 5, None, *MANY[20:]]}),
    "odd ids": json.dumps(WHOLE | {"data": [ENTRY | {"id": each} for each in (-1, True, None, "=1+1", 10**50, 2.5)]}),
    "texts like entries": json.dumps(WHOLE | {"data": [ENTRY | {"createdAt": '"},{"data":[{'}] * 20}),
    "entries in entries": json.dumps(WHOLE | {"data": [ENTRY | {"tags": [{"a": 1}, {"b": [{}, {}]}]}] * 20}),
    "an object of entries": json.dumps(WHOLE | {"data": {str(at): entry for at, entry in enumerate(MANY)}}),
    "two lists": json.dumps(WHOLE)[:-1] + ', "data": [{"id": 5, "phoneNumber": "0639900005"}]}',
    "a word in a text": json.dumps({"message": 'the "data": [', **WHOLE}),
    "a list deeper down": json.dumps({"more": {"data": [1, 2]}, **WHOLE}),
    "another in the list": json.dumps(WHOLE | {"data": [{"data": [ENTRY, ENTRY]}] * 20}),
    "signs that no file holds": json.dumps(WHOLE | {"data": [ENTRY | {"createdAt": "a\0\ud800\u202e"}] * 20}),
    "Windows-1252": json.dumps(WHOLE | {"data": [ENTRY | {"createdAt": "é"}] * 20}, ensure_ascii=False).encode(
        "cp1252"
    ),
    "UTF-16": json.dumps(WHOLE).encode("utf-16"),
    "XML": "<result><entry>true</entry><entry>200</entry><entry>1</entry><entry>"
    "<entry><entry>19</entry><entry>+33639900001</entry></entry></entry></result>",
    "no entries": json.dumps(WHOLE | {"data": [], "nbData": 0}),
    "no list": json.dumps({"success": False, "code": 10, "message": "Wrong key"}),
    "too many announced": json.dumps(WHOLE | {"nbData": 41}),
    "cut off": json.dumps(WHOLE)[:-3],
    "garbage within": json.dumps(WHOLE).replace('"id": 30', '"id": x30'),
    "garbage behind": json.dumps(WHOLE) + "x",
    "a page": "<!DOCTYPE html><html></html>",
    "nothing": "",
}


@pytest.mark.parametrize("writing", WRITINGS)
def test_a_cut_changes_nothing(writing):
    """Whatever the answer is written like."""
    content = WRITINGS[writing]
    content = content if isinstance(content, bytes) else content.encode()
    found = [listed(content, size, chunk)[0] for size, chunk in ((1, 1), (100, 30), (900, 4000), (AT_ONCE, AT_ONCE))]
    assert [plainly(content)] * 4 == found


def test_no_more_than_a_part_is_held():
    """Of an answer as the API writes it."""
    (_code, _success, fetched, entries), held = listed(WHOLE, size=400, chunk=50)
    assert (fetched.partial, len(entries), entries[5].number) == (False, 40, "+33639900005")
    assert held < 500


def test_the_entries_can_be_asked_one_by_one():
    """As a sequence of entries, whatever parts they came in."""
    entries = Entries()
    reader = ListReader(entries, (), 100)
    reader.feed(json.dumps(WHOLE).encode())
    reader.done()
    assert len(entries.parts) > 1
    assert [entries[-1], entries[39], *entries[:2]] == [*[list(entries)[39]] * 2, *list(entries)[:2]]
    with pytest.raises(IndexError):
        entries[40]


def test_what_breaks_off_is_forgotten():
    """The next try begins with nothing."""
    entries = Entries()
    first = ListReader(entries, (), 100)
    first.feed(json.dumps(WHOLE).encode()[:900])
    assert len(entries)
    ListReader(entries, (), 100)
    assert list(entries) == []


def test_what_the_taker_raises_is_no_fault_of_the_line():
    """It is raised where the answer is judged."""

    class Refusing(Entries):
        def take(self, part):
            raise LookupError(len(part))

    reader = ListReader(Refusing(), (), 10)
    reader.feed(json.dumps(WHOLE).encode())
    reader.feed(b"more")
    with pytest.raises(LookupError):
        reader.done()


@pytest.mark.parametrize("sign", ["\\ud800", "\\u0000", "\\u009b31m", "\\u001b[2J", "\\u202e", "\\udfff\\ud800"])
@pytest.mark.parametrize("name", ["phoneNumber", "createdAt"])
def test_a_list_with_signs_that_no_file_holds(sign, name):
    """Halves of characters and control characters in the fetched list reach no file, whatever field they are in."""
    content = json.dumps(WHOLE | {"data": [ENTRY | {name: "SIGN"}]}).replace("SIGN", f"06{sign}00")
    [found] = listed(content.encode())[0][3]
    for text in (found.number, found.created_at):
        assert text.isprintable()
        assert text.encode()


@pytest.mark.parametrize("size", [10, AT_ONCE])
def test_a_list_that_echoes_the_key(size):
    """The key in a list is not written anywhere."""
    key = "5f7b2d0c9e4a1836"
    echoing = [ENTRY | {"createdAt": f"x{key}y"}, ENTRY | {"phoneNumber": key}, ENTRY]
    (_code, _success, fetched, entries), _held = listed(WHOLE | {"nbData": 3, "data": echoing}, size, secrets=(key,))
    assert key not in repr(entries)
    assert (fetched.partial, entries[2]) == (False, ListEntry("19", ENTRY["phoneNumber"], ENTRY["createdAt"]))


_TEXT = st.text(st.sampled_from('+06 "\\{}[],:é€data\x00\ud800'), max_size=12)
_VALUE = st.one_of(_TEXT, st.integers(-2, 10**20), st.none(), st.booleans(), st.lists(_TEXT, max_size=2))
_ROW = st.dictionaries(st.sampled_from(["id", "phoneNumber", "createdAt", "data", "x"]), _VALUE, max_size=4)
_FIELDS = st.fixed_dictionaries(
    {"code": st.just(200), "data": st.lists(_ROW | _VALUE, max_size=8)},
    optional={"success": st.booleans(), "nbData": st.integers(0, 9), "message": _TEXT},
)


@tries(150)
@given(_FIELDS, st.integers(1, 60), st.integers(1, 40), st.booleans(), st.sampled_from([None, (",", ":")]), st.data())
def test_any_cut_of_any_answer(fields, size, chunk, ascii_only, separators, data):
    """Whatever the fields are, in whatever order, cut off or not."""
    order = data.draw(st.permutations(list(fields)))
    text = json.dumps({name: fields[name] for name in order}, ensure_ascii=ascii_only, separators=separators)
    content = text.encode("utf-8", "surrogatepass")[: data.draw(st.none() | st.integers(0, 200))]
    assert plainly(content) == listed(content, size, chunk)[0]
