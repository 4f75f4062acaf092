"""What is written down of files elsewhere is read by every version: the keys and words of its JSON stay."""

from __future__ import annotations

import json

import msgspec
import pytest

from stopimport.nightly.remote.records import Record, State, as_json

ENTRY = {"key": "in/crm.csv", "etag": '"5d41"', "size": 31, "owner": "host:17"}
END = {"sha256": "ab" * 32, "run": "2026-11-29", "exit_code": 0, "time": "2026-11-29T02:00:00+00:00", "turn": "f0"}
WRITTEN = [
    ({"state": "claimed", **ENTRY, "until": "2026-11-29T02:05:00+00:00", "turn": "0f"}, False),
    ({"state": "waiting", **ENTRY, "until": "2026-11-29T02:05:00+00:00", "run": "", "turn": "0f"}, False),
    ({**ENTRY, "state": "done", **END, "moved_to": "in/done/2026-11-29/crm.csv"}, True),
    ({**ENTRY, "state": "failed", **END, "run": "", "exit_code": 4, "why": "crm.csv is empty."}, True),
    ({"file": "crm.csv", "state": "done", "sha256": "ab" * 32, "run": ""}, True),
]


@pytest.mark.parametrize(("written", "final"), WRITTEN)
def test_what_was_written_is_read_and_written_alike(written, final):
    """Nothing is lost on the way through, and nothing is added."""
    record = msgspec.json.decode(json.dumps(written), type=Record)
    assert (record.final, json.loads(as_json(record))) == (final, written)


def test_names_that_are_no_text_are_written():
    """Their strange signs become question marks; all others stay readable."""
    assert b'"file":"\xc3\xa9?.csv"' in as_json(Record(file="é\udce9.csv", state=State.DONE)).replace(b'": "', b'":"')


@pytest.mark.parametrize("content", [b"", b"x", b"[]", b'{"state": "gone"}', b'{"size": "many"}', b"\xff"])
def test_a_record_that_is_none_is_told_from_one(content):
    """Whoever reads it has one kind of error to expect."""
    with pytest.raises((ValueError, msgspec.MsgspecError)):
        msgspec.json.decode(content, type=Record)
