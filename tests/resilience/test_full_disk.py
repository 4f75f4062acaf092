"""The disk fills up in the middle of a run: what went out is known, and `resume` does the rest."""

from __future__ import annotations

import pytest
from chain import practising
from effort import some
from reckoning import balanced, true_to_the_list

from stopimport.runs.errors import JournalUnusable
from stopimport.sending.turns import Coming, Turns

COUNT = 700
FAST = ("--rate", "2000/s")


@pytest.mark.parametrize("room", some([1_000, 16_000], by_day=1))
def test_a_full_disk_loses_and_invents_nothing(program, forked, tmp_path, room):
    """Exit 2 if nothing was sent, else 3; nothing goes out that the journal does not know of."""
    program.write("export.csv", "Mobile\n" + "".join(f"+336000{index:05}\n" for index in range(COUNT)))
    assert forked("check", "export.csv", "--out", "checked").returncode == 0
    most = (program.folder / "checked" / "journal.sqlite3").stat().st_size + room
    with practising(tmp_path / "list", 0) as (api, before):
        program.environment |= {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        full = forked("run", "export.csv", "--out", "r", *FAST, most=most)
        assert full.returncode == (3 if api.calls.by_endpoint["add"] else 2), full.told
        assert "Traceback" not in full.told
        assert "resume" in full.err
        done = forked("resume", "r", *FAST)
        assert done.returncode == 0, done.told
        balanced(program, "r")
        rows = true_to_the_list(program, "r", api, before)
    assert {row["phoneNumber"] for row in rows if row["status"] == "already_listed"} == before.keys()


def test_what_cannot_be_reserved_does_not_go_out():
    """The journal cannot be written: neither the one who asked for a number nor the next one gets it."""
    upto = []

    def reserve(index):
        upto.append(index)
        if index > 4:
            raise JournalUnusable("journal.sqlite3", "database or disk is full")

    turns = Turns(Coming.of(map(str, range(8)), 8), reserve, 4)
    assert [turns.take(0.0).index for _ in range(4)] == [0, 1, 2, 3]
    for _ in range(2):
        with pytest.raises(JournalUnusable):
            turns.take(0.0)
    assert list(turns.left()) == []
    assert upto == [4, 8, 8]
