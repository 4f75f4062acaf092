"""A run may be killed at any instant, again and again: in the end nothing is lost and nothing made up."""

from __future__ import annotations

import random
import signal

import httpx
import pytest
from chain import NUMBERS, REFUSED, Chain, number, practising
from effort import EXHAUSTIVE, some
from forked import Started
from reckoning import balanced, true_to_the_list

from stopimport.pipeline.job import Context
from stopimport.pipeline.portions import Portion
from stopimport.pipeline.running import check
from stopimport.runs.journal import Journal
from stopimport.settings import Settings

CALLS_FAIL = (
    "add/drop=5%", "add/drop-before=3%", "add/drop-after=5%", "add/reset=4%", "add/gateway=3%", "add/code-500=3%",
    "add/unavailable=2%:0", "add/too-many=1%:0", "add/html=3%", "add/empty=3%", "add/half=2%", "add/truncated=3%",
    "add/slow=3%:0.05",
)  # fmt: skip
LIST_FAILS = ("list/drop=15%", "list/code-500=10%", "list/empty=10%", "list/partial=25%:4")


def reckon(chain, before):
    """Check what came of the run in the end: its counts, and its results against the list, number by number."""
    summary = balanced(chain.program, "r")
    rows = true_to_the_list(chain.program, "r", chain.api, before)
    assert summary["state"] == "complete"
    assert (summary["counts"]["numbers"], summary["counts"]["refused"]) == (NUMBERS, REFUSED)
    listed = {row["phoneNumber"] for row in rows if row["status"] == "already_listed"}
    unknown = {row["phoneNumber"] for row in rows if row["status"] == "already_listed" and "cut off" in row["message"]}
    # What was there before is never ours; what was not may look so where no whole list was fetched at first.
    assert before.keys() <= listed <= before.keys() | unknown
    assert listed == before.keys() or chain.fetches()[:1] != ["yes"]
    assert summary["requests"]["sent"] >= sum(int(row["attempts"]) for row in rows)
    most = chain.attempts * chain.sittings + chain.api.calls.by_fault["too-many"]
    assert max(int(row["attempts"]) for row in rows) <= most
    assert max(chain.api.calls.by_content.values(), default=0) <= 2 * most, "a sitting fetches the list twice at most"
    left = {path.name for path in (chain.program.folder / "r").iterdir()}
    assert left == {"results.csv", "rejects.csv", "summary.json", "report.html", "journal.sqlite3", "run.log"}


@pytest.mark.kill
@pytest.mark.parametrize("seed", some(range(6), by_day=(1,)))
def test_nothing_is_lost_however_often_it_is_killed(program, forked, tmp_path, seed):
    """Killed after calls and at single steps of its work, with faults on: the results are true to the list."""
    dice = random.Random(seed)
    faults = CALLS_FAIL + (LIST_FAILS if seed % 2 else ()) + (("add/too-many=1%:1",) if seed == 0 else ())
    with practising(tmp_path / "list", seed, *faults) as (api, before):
        chain = Chain(program, forked.start, api, attempts=2 if seed % 4 == 3 else 1)
        chain.options = ["--rate", dice.choice(["200/s", "1000/s"]), "--concurrency", dice.randint(1, 12)]
        chain.options += ["--no-skip-listed"] if seed == 4 else []
        chain.killed_at(dice.randint(1, 250))
        for _ in range(2):
            chain.killed_after(dice.randint(1, 40))
            chain.killed_at(dice.randint(100, 1500))
        chain.killed_after(dice.randint(1, 20), signal.SIGTERM)
        chain.finish()
        reckon(chain, before)


@EXHAUSTIVE
@pytest.mark.kill
@pytest.mark.parametrize("seed", [11, 12])
def test_a_run_in_partitions_loses_nothing_either(program, forked, tmp_path, seed):
    """What is sent a block at a time, with duplicates in other ones: killed as often, true to the list as well."""
    dice = random.Random(seed)
    with practising(tmp_path / "list", seed, *CALLS_FAIL, *LIST_FAILS) as (api, before):
        chain = Chain(program, forked.start, api, attempts=1)
        chain.options = ["--rate", "1000/s", "--concurrency", dice.randint(1, 12)]
        given = {"out": program.folder / "r", "base_url": api.url, "validity": "possible"}
        check([program.folder / "export.csv"], Context(Settings(given), portion=Portion(rows=dice.randint(2, 20))))
        for _ in range(3):
            chain.killed_after(dice.randint(1, 30))
            chain.killed_at(dice.randint(100, 1500))
        chain.finish()
        with Journal.open(program.folder / "r" / "journal.sqlite3") as journal:
            assert len(journal.partitions()) > 3
        reckon(chain, before)


@EXHAUSTIVE
@pytest.mark.kill
@pytest.mark.process
def test_processes_of_their_own_are_killed_too(program, tmp_path):
    """The same with the command as users start it, from its first import on."""
    dice = random.Random(0)
    with practising(tmp_path / "list", 0, *CALLS_FAIL) as (api, before):
        chain = Chain(program, lambda *args: Started(program.start(*args)), api, attempts=1)
        chain.options = ["--rate", "300/s"]
        for _ in range(4):
            chain.killed_after(dice.randint(0, 30))
        chain.finish()
        reckon(chain, before)


@EXHAUSTIVE
@pytest.mark.kill
def test_a_run_that_is_killed_while_it_comes_is_nobody_else(program, forked, tmp_path):
    """Among the account's senders already, but with that not yet written down: what it goes on to do is its own."""
    with practising(tmp_path / "list", 0, "add/drop-after=1@3-15") as (api, before):
        chain = Chain(program, forked.start, api, attempts=1)
        chain.options = ["--concurrency", "1", "--rate", "1000/s"]
        assert chain.sit().end().returncode == 3
        assert chain.killed_at("_note_company")
        chain.finish()
        assert chain.fetches()[0] == "yes"
        reckon(chain, before)


@pytest.mark.kill
@pytest.mark.parametrize("step", some(["record_listed", "note_fetch"], by_day=1))
def test_a_list_that_settled_nothing_yet_says_nothing(program, forked, tmp_path, step):
    """Killed between the list and what it settles, then cut off from it: what was there before is not `added`."""
    faults = ("list/drop=1@2-2", "add/drop-after=1@3-15")
    with practising(tmp_path / "list", 0, *faults) as (api, before):
        chain = Chain(program, forked.start, api, attempts=1)
        chain.options = ["--concurrency", "1", "--rate", "1000/s"]
        assert chain.killed_at(step)
        assert chain.fetches() == []
        chain.finish()
        assert chain.fetches()[0] == "no"
        reckon(chain, before)


@pytest.mark.kill
def test_what_a_list_settles_is_safe_before_it_counts(program, forked, tmp_path):
    """Numbers in doubt that the first list there is shows are not `added`, although the kill comes right after it."""
    faults = ("list/drop=1@1-1", "add/drop-after=1@2-13")
    with practising(tmp_path / "list", 0, *faults) as (api, before):
        chain = Chain(program, forked.start, api, attempts=1)
        chain.options = ["--concurrency", "1", "--rate", "1000/s"]
        assert chain.sit().end().returncode == 3
        assert chain.killed_at("_ask")
        chain.finish()
        assert chain.fetches()[:2] == ["no", "yes"]
        reckon(chain, before)


@pytest.mark.kill
def test_a_call_that_arrives_late_is_ours(program, forked, tmp_path):
    """A number in doubt after a kill is `added` although the next list lacks it still: it was lacked before, too."""
    with practising(tmp_path / "list", 0, "add/slow=1:0.05@2-20", "list/slow=1:1.5@3") as (api, before):
        chain = Chain(program, forked.start, api, attempts=1)
        chain.options = ["--rate", "1000/s"]
        assert chain.killed_after(20)
        process = chain.sit()
        while process.look() and api.calls.by_endpoint["list"] < 2:
            pass
        # The list is on its way to the command, as it was before these.
        with httpx.Client(trust_env=False) as late:
            for index in range(NUMBERS):
                late.post(f"{api.url}/stop-sms/add", json={"apiKey": api.key, "phoneNumber": number(index)})
        assert process.end().returncode == 0
        assert sum("cut off" in row["message"] for row in program.rows("r")) > NUMBERS / 2
        reckon(chain, before)
