"""Files from the field: each folder of `data/field` holds files that people really have, and what must come out."""

from __future__ import annotations

import json
from itertools import zip_longest
from pathlib import Path

import pytest
from effort import some

CASES = sorted(path.parent for path in (Path(__file__).parent / "data" / "field").glob("*/expected.json"))
_OTHERS = [case for case in CASES if case.name >= "300"]
"""Further files of the kinds that the first ones show."""
DAILY = [case for case in CASES if case not in _OTHERS] + _OTHERS[::3]
ANY_REASON = {"*", "?"}


def words(asked):
    """Return the words that must be said: one text, or several, or none."""
    return [asked] if isinstance(asked, str) else asked or []


def rows(program, name):
    """Return the rows of a table of the run; none where the run stopped before it was written."""
    return program.rows("run", name) if (program.folder / "run" / name).exists() else []


@pytest.mark.parametrize("case", some(CASES, by_day=DAILY), ids=[case.name for case in CASES])
def test_what_must_come_out_of_files_from_the_field(program, case):
    """Exit code, numbers with their rows, rejects with their reasons, and what is told."""
    asked = json.loads((case / "expected.json").read_text("utf-8"))
    files = [case / name for name in asked.get("files") or sorted(set(case.iterdir()) - {case / "expected.json"})]
    run = program("check", *files, *asked["options"], "--format", "csv", "--lang", "en", "--out", "run")
    error = run.stderr.decode()
    assert asked["exit_code"] == run.returncode, error
    for word in words(asked["error_should_say"]):
        assert word.lower() in error.lower()
    if run.returncode:
        return
    results, rejects, summary = rows(program, "results.csv"), rows(program, "rejects.csv"), program.summary("run")
    assert asked["numbers"] == [row["phoneNumber"] for row in results]
    assert asked["number_rows"] == [int(row["row"]) for row in results]
    if asked["rejects"] != "any":
        found = [(int(row["row"]), row["reason"]) for row in rejects]
        for (row, reason), (wanted_row, wanted) in zip_longest(
            found, map(tuple, asked["rejects"]), fillvalue=(None, "")
        ):
            assert row == wanted_row
            assert wanted in ANY_REASON or reason == wanted
    if asked["column"] is not None:
        assert {asked["column"]} == {row["column"] for row in results}
    if asked["filtered"] is not None:
        assert asked["filtered"] == summary["counts"]["filtered"]
    for word in words(asked["notice_should_say"]):
        assert word.lower() in "\n".join(summary["notices"]).lower()


def test_there_are_files_from_the_field():
    """A glob that finds nothing would prove nothing."""
    assert len(CASES) > 30
