"""summary.json: its keys, their order, and how they are written."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from report_frames import FACTS, FILE, MADE, changed

from stopimport.errors import ExitCode
from stopimport.runs.facts import Requests, UndoFacts, VerifyFacts

KEYS = [
    "run",
    "version",
    "command",
    "state",
    "exit_code",
    "started_at",
    "finished_at",
    "seconds",
    "inputs",
    "counts",
    "rejects_by_reason",
    "codes",
    "by",
    "sandbox",
    "requests",
    "stop_list",
    "account",
    "account_name",
    "base_url",
    "notices",
]


def test_keys_come_in_the_order_of_the_contract():
    """The contract's keys in its order; verify and undo follow when there is something to tell."""
    assert list(MADE.as_dict()) == KEYS
    when = FACTS.started_at
    later = changed(MADE, undo=UndoFacts("a reason", when), verify=VerifyFacts(when, ExitCode.OK))
    assert list(later.as_dict()) == [*KEYS, "verify", "undo"]


def test_times_have_an_offset_and_the_rate_is_that_of_the_sending():
    """Times are ISO 8601 with offset, per_second is calls over the sending time."""
    made = MADE.as_dict()
    assert made["started_at"] == "2026-11-22T13:04:55.000+00:00"
    assert made["finished_at"] == "2026-11-22T14:05:00.000+01:00"
    assert made["seconds"] == 5.0
    assert made["requests"] == {"sent": 30, "retried": 2, "per_second": 7.5}
    assert made["stop_list"] == {"fetched": "no", "entries": None}


def test_a_run_without_calls_has_no_rate():
    """Nothing sent: 0 a second."""
    assert changed(MADE, requests=Requests()).as_dict()["requests"]["per_second"] == 0.0


@pytest.mark.parametrize("name", ["crm.csv", "é ☎.csv", "caf\udce9.csv"])
def test_the_file_is_json_in_utf8_whatever_the_names(name):
    """Any file name can be written, also one that is not valid Unicode, and is read back as it was."""
    data = changed(MADE, inputs=(replace(FILE, file=name),)).as_json()
    assert json.loads(data.decode("utf-8"))["inputs"][0]["file"] == name
    assert "Café".encode() in data
