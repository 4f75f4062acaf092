"""Every way in which the practice API can misbehave, met by the real command: sensible ends, and nothing lost."""

from __future__ import annotations

import re
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from chain import KEY, number, practising
from effort import some
from reckoning import balanced, true_to_the_list

from stopimport.sandbox.faults import FAULTS

NUMBERS = 8
SMALL = {"unavailable": 0, "too-many": 0, "slow": 0.05, "drip": 0.001, "silence": 0.05, "huge": 2}
"""Amounts that make a fault cost no time."""
UNDERSTOOD = {"malformed", "xml", "strings", "bad-request", "partial", "slow", "drip", "too-many"}
"""Faults that cost nothing but time."""
REFUSED = {"blocked": 1, "forbidden": 3}
"""Faults that refuse the account, and after how many of them."""
ASTRAY = {"not-found": 1, "redirect": 1}
"""Faults of a wrong address."""
FAST = ("--rate", "1000/s", "--concurrency", "1", "--attempts", "1")


@contextmanager
def misbehaving(program, endpoint, name, calls):
    """Run a practice API with one fault at the calls given, and let `program` reach it; give it and what it lists."""
    rule = f"{endpoint}/{name}=1{f':{SMALL[name]}' if name in SMALL else ''}@{calls}"
    with practising(program.folder / "list", 1, rule) as (api, before):
        program.environment |= {"SMSPARTNER_API_KEY": api.key, "STOPIMPORT_BASE_URL": api.url}
        program.write("export.csv", "Mobile\n" + "".join(f"{number(index)}\n" for index in range(NUMBERS)))
        yield api, before


def secret(program, ended):
    """Check that neither the key nor a whole number is where none may, whatever came back."""
    folder = program.folder / "r"
    seen = [ended.told, *((folder / name).read_text("utf-8") for name in ("run.log", "summary.json"))]
    assert not re.search(rf"{re.escape(KEY)}|{quote(KEY, safe='')}|6000[ .]?0\d{{4}}", "\n".join(seen))
    for path in folder.iterdir():
        content = path.read_bytes()
        assert KEY.encode() not in content, path.name
        assert quote(KEY, safe="").encode() not in content, path.name


def as_told(program, ended, code):
    """Check how a sitting ended: its exit code, no bug, a summary that balances and says the same."""
    assert ended.returncode == code, ended.told
    assert "Traceback" not in ended.told
    summary = balanced(program, "r")
    assert summary["exit_code"] == code
    secret(program, ended)
    return summary


@pytest.mark.parametrize("name", some(FAULTS, by_day=6))
def test_add_under_each_fault(program, forked, name):
    """The numbers that it hits end `failed`, or the sending ends; once it is gone, `resume` finishes the run."""
    times = (REFUSED | ASTRAY).get(name, 4)
    with misbehaving(program, "add", name, f"3-{2 + times}") as (api, before):
        code = 0 if name in UNDERSTOOD else 4 if name in REFUSED else 3
        counts = as_told(program, forked("run", "export.csv", "--out", "r", *FAST), code)["counts"]
        assert api.calls.by_fault[name] == times
        assert counts["failed"] == (4 if code == 3 and name not in ASTRAY else 0)
        assert counts["not_sent"] == (6 if name in REFUSED or name in ASTRAY else 0)
        if code:
            as_told(program, forked("resume", "r", *FAST), 0)
        rows = true_to_the_list(program, "r", api, before)
    # After HTTP 500 a number that is on the list may have been there.
    assert {row["status"] for row in rows} == {"added", "already_listed"}
    assert sum(row["status"] == "added" for row in rows) == NUMBERS - 1 or name == "error"


@pytest.mark.parametrize("name", some(FAULTS, by_day=6))
def test_list_under_each_fault(program, forked, name):
    """A list that cannot be fetched is told, and every number is sent; only a refused account ends the run."""
    with misbehaving(program, "list", name, "1-1") as (api, before):
        code = 4 if name in REFUSED else 0
        summary = as_told(program, forked("run", "export.csv", "--out", "r", *FAST), code)
        fetched = "partial" if name == "partial" else "yes" if name in UNDERSTOOD else "no"
        assert summary["stop_list"]["fetched"] == fetched
        assert bool(summary["notices"]) == (fetched != "yes" and not code)
        if code:
            assert summary["counts"]["not_sent"] == NUMBERS
            as_told(program, forked("resume", "r", *FAST), 0)
        rows = true_to_the_list(program, "r", api, before)
    assert api.calls.by_endpoint["add"] == (NUMBERS if fetched == "no" and not code else NUMBERS - 1)
    assert sum(row["status"] == "added" for row in rows) == NUMBERS - 1
