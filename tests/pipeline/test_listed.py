"""What of a list concerns a run, gathered while it comes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from effort import tries
from hypothesis import given
from hypothesis import strategies as st

from stopimport.pipeline.listed import Gathering
from stopimport.runs.digits import digits_of, e164
from stopimport.sending.stop_list import ListFetched, ListPart

NUMBERS = [f"+3360000100{at}" for at in range(6)]
MEANT = {number: [number] for number in NUMBERS} | {
    "0600001001": ["+33600001001"],
    "33600001002": ["+33600001002"],
    "06 00 00 10 03": ["+33600001003"],
    "0600001004 / 0600001005": ["+33600001004", "+33600001005"],
    "rien": [],
    "": [],
    "+352621123456": ["+352621123456"],
}
"""Writings, and the numbers in them."""
ENTRIES = st.lists(st.tuples(st.sampled_from(list(MEANT)), st.sampled_from(["", "7", "8", "a-1"])), max_size=12)


def gathered(entries, wanted, size):
    """Gather a list that comes in parts of so many entries."""
    gathering = Gathering(np.sort(digits_of(sorted(wanted))))
    for start in range(0, len(entries), size):
        numbers, ids = zip(*entries[start : start + size], strict=True)
        texts = [pa.array(column, pa.large_string()) for column in (ids, numbers, [""] * len(ids))]
        gathering.take(ListPart(*texts))
    return gathering.done(ListFetched(len(entries), partial=False))


@tries(100)
@given(ENTRIES, st.sets(st.sampled_from(NUMBERS)), st.integers(1, 5))
def test_the_first_entry_with_a_number_counts(entries, wanted, size):
    """Of the run's numbers, whatever way they are written; further ones are known, too."""
    found = [(number, stop_id) for text, stop_id in entries for number in MEANT[text] if number in wanted]
    first = dict(reversed(found))
    listed = gathered(entries, wanted, size)
    asked = digits_of(NUMBERS)
    assert listed.entries == len(entries)
    assert e164(listed.numbers).to_pylist() == sorted(first)
    assert listed.holds(asked).tolist() == [number in first for number in NUMBERS]
    assert listed.ids_of(asked) == [first.get(number, "") for number in NUMBERS]
    for stop_id in ("", "7", "a-1"):
        shown = listed.shows(asked, [stop_id] * len(NUMBERS)).tolist()
        assert shown == [stop_id != "" and (number, stop_id) in found for number in NUMBERS]
