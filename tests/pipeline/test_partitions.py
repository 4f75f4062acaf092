"""Large inputs in partitions give the very bytes that they give at once, wherever the cuts are."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import count, product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from effort import some, tries
from hypothesis import given
from hypothesis import strategies as st

from stopimport.errors import ExitCode, StopimportError
from stopimport.pipeline.comparison import Comparison
from stopimport.pipeline.finish import amend, finish, write_missing
from stopimport.pipeline.glance import glance_at
from stopimport.pipeline.job import Context, Ended, Job, utc_now
from stopimport.pipeline.portions import Portion
from stopimport.pipeline.running import check, run
from stopimport.pipeline.undoing import undo
from stopimport.pipeline.verifying import verify
from stopimport.runs import lookup
from stopimport.runs.folder import RunFolder
from stopimport.runs.journal import Journal
from stopimport.sending.outcomes import Outcome
from stopimport.settings import Settings
from stopimport.vocabulary import State, Status

if TYPE_CHECKING:
    from pathlib import Path

AT_ONCE = Portion(rows=1 << 30, bytes=1 << 60)
TABLES = ("results.csv", "rejects.csv")
OWN = ("run", "started_at", "finished_at", "seconds")
"""What two runs of the same files differ in."""
PLAIN = "\n".join(["nom;portable", *(f"Zoé;06000010{index % 7:02}" for index in range(23))])
CASES = {
    "duplicates across cuts": (PLAIN, {}),
    "CRLF": (PLAIN.replace("\n", "\r\n"), {}),
    "a quoted line break": (PLAIN.replace("Zoé", '"Zoé\nà Brest"'), {}),
    "multi-byte signs": (PLAIN.replace("Zoé", "𝒁𝒐é €"), {"keep": ["nom"]}),
    "Windows-1252": (PLAIN.encode("cp1252"), {"keep": ["nom"]}),
    "ragged rows": ("a;portable;b\n" + "x;0600001001;\nx\nx;y;z;w;v\nx;0600001002;q;r\n" * 5, {}),
    "a late irregular row": (PLAIN + '\n"Zoé;0600001050\nZoé;0600001051;;x\n', {}),
    "rejects": ("portable\n" + "0600001001\nrien\n0612\n0100000012\n3,36E+10\n" * 6, {"max_rejects": "100%"}),
    "several numbers in a cell": ("portable\n" + "0600001001 / 0600001002\n\n0600001003 ou 0612\n" * 6, {}),
    "filters": (PLAIN.replace("Zoé", "oui") + "\nnon;0600001070" * 5, {"where": ["nom=non"]}),
    "a country column": ("pays;portable\n" + "BE;0470123456\n;0600001001\n??;0600001002\nFR;rien\n" * 5,
                         {"country_column": "pays", "max_rejects": "100%"}),
    "two phone columns": ("mobile 1;mobile 2\n" + "0600001001;0600001002\n;0600001003\n" * 6,
                          {"column": ["mobile 1", "mobile 2"]}),
    "a header repeated": ((PLAIN + "\n") * 3, {}),
    "two tables": (f"{PLAIN}\n\nclient;mobile;ville\n" + "x;0600001002;Brest\n" * 6, {}),
    "all rejected": ("portable\n" + "rien\n0612\n" * 9, {}),
    "too much in cells": ("portable\n" + (" / ".join(f"06000{at:05}" for at in range(99)) + "\n") * 200, {}),
    "no rows": ("portable\n", {}),
    "a workbook as result": (PLAIN, {"format": "both"}),
}  # fmt: skip
BY_DAY = ("a quoted line break", "ragged rows", "a late irregular row", "a country column", "two phone columns")


@pytest.fixture
def checked(tmp_path):
    """Check files in partitions of so many rows; what a run's folder holds then, or why there is none."""
    numbers = count()

    def checked_(files, portion, **settings):
        out = tmp_path / f"run {next(numbers)}"
        try:
            done = check(files, Context(Settings({"out": out, **settings}), portion=portion))
        except StopimportError as error:
            return str(error)
        assert (done.exit_code, str(done.error)) == (ExitCode.OK, "None") or done.guards
        return Made.of(out)

    return checked_


@dataclass(frozen=True)
class Made:
    """What is in a run's folder."""

    tables: dict[str, bytes]
    summary: dict[str, object]
    folder: Path

    @classmethod
    def of(cls, folder):
        """Read a folder."""
        tables = {path.name: path.read_bytes() for path in sorted(folder.glob("*.csv"))}
        summary = json.loads((folder / "summary.json").read_text("utf-8"))
        return cls(tables, {name: value for name, value in summary.items() if name not in OWN}, folder)

    def __eq__(self, other):
        """Compare what must be the same."""
        return (self.tables, self.summary) == (other.tables, other.summary)

    __hash__ = None


def written(folder, name, text):
    """Write a file."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(("case", "rows"), some(product(CASES, (1, 2, 5)), by_day=[(case, 2) for case in BY_DAY]))
def test_a_cut_changes_nothing(tmp_path, checked, case, rows):
    """Results, rejects and summary are the same bytes, wherever the file is cut."""
    text, settings = CASES[case]
    file = written(tmp_path, "liste.csv", text)
    settings = {"all_rows": True, **settings}
    expected = checked([file], AT_ONCE, **settings)
    assert expected == checked([file], Portion(rows=rows), **settings)


def test_few_bytes_are_cut_too(tmp_path, checked):
    """Rows with long cells make smaller partitions."""
    file = written(tmp_path, "liste.csv", PLAIN)
    made = checked([file], Portion(bytes=40))
    assert made == checked([file], AT_ONCE)
    with Journal.open(RunFolder(made.folder).journal) as journal:
        assert len(journal.partitions()) > 3


def test_several_files_are_one_row_of_partitions(tmp_path, checked):
    """A partition may end in the middle of a file, and hold several small ones; duplicates are found over all."""
    files = [written(tmp_path, f"{index}.csv", PLAIN.replace("0600", f"060{index % 2}")) for index in range(4)]
    expected = checked(files, AT_ONCE, keep=["nom"])
    assert expected == checked(files, Portion(rows=10), keep=["nom"])


def test_repaired_rejects_stay_together(tmp_path, checked):
    """Their rows are named by the file that they came from, wherever they stand."""
    made = checked([written(tmp_path, "liste.csv", CASES["rejects"][0])], AT_ONCE, max_rejects="100%")
    repaired = written(tmp_path, "rejects.csv", made.tables["rejects.csv"].replace(b";\r\n", b";0600001077\r\n"))
    assert checked([repaired], AT_ONCE) == checked([repaired], Portion(rows=2))


def answer(journal):
    """Write an outcome of each kind, refused numbers with duplicates among them."""
    journal.record_listed(np.array([0, 5]), ["77", "78"])
    journal.reserve(5)
    for index, status, code, stop_id in (
        (1, Status.ADDED, 200, "12"), (2, Status.REFUSED, 9, ""), (3, Status.FAILED, 1, ""), (6, Status.REFUSED, 9, ""),
    ):  # fmt: skip
        journal.record(Outcome(index, status, code, stop_id, "a word" if stop_id else "", 1, 1_800_000_000.5 + index))
    journal.flush()


@pytest.mark.parametrize("rows", some([1, 3, 8], by_day=[3]))
def test_outcomes_come_to_their_entries(tmp_path, checked, rows):
    """Duplicates tell code and id of their number, which stands in another partition; so do rejects and the rest."""
    text = "portable\n" + "\n".join(f"06000010{index % 9:02}" for index in range(30)) + "\nrien\n"
    file, found = written(tmp_path, "liste.csv", text), []
    for portion in (AT_ONCE, Portion(rows=rows)):
        folder = RunFolder(checked([file], portion).folder)
        with Journal.open(folder.journal) as journal:
            answer(journal)
            job = Job(folder, journal, Context(), utc_now())
            comparison = Comparison(ExitCode.MISSING, None, np.array([33600001001, 33600001008]), 9, 4, partial=False)
            finish(job, Ended(State.INCOMPLETE, ExitCode.INCOMPLETE, None, comparison))
            outcomes, entries = journal.outcomes(), journal.entries()
        made = Made.of(folder.path)
        del made.summary["verify"]
        found.append((made, outcomes.to_dict(), entries.to_dict(), journal.numbers()))
    (first, *known), (second, *others) = found
    assert first == second
    assert str(known) == str(others)
    assert (first.tables["rejects.csv"].count(b"\r\n"), first.tables["missing.csv"].count(b"\r\n")) == (4, 8)


def test_later_commands_find_everything(tmp_path, checked):
    """`find`, `history`, `verify` and `undo` look into the partitions of a run as into those that have none."""
    text = "portable\n" + "\n".join(f"06000010{index % 9:02}" for index in range(30)) + "\nrien\n"
    file, found = written(tmp_path, "liste.csv", text), []
    for portion in (AT_ONCE, Portion(rows=4)):
        folder = RunFolder(checked([file], portion).folder)
        with Journal.open(folder.journal) as journal:
            answer(journal)
            job = Job(folder, journal, Context(), utc_now())
            comparison = Comparison(ExitCode.MISSING, None, np.array([33600001004]), 9, 4, partial=False)
            missing = write_missing(job, comparison)["missing.csv"].read_bytes()
            made, _file = amend(job, journal.facts)
        seen = [lookup.sightings(folder.journal, f"+336000010{index:02}") for index in range(10)]
        found.append((missing, made.counts, made.codes, seen, lookup.tally(folder.journal)))
    assert found[0] == found[1]
    assert [len(each) for each in found[0][3]] == [4, 4, 4, 3, 3, 3, 3, 3, 3, 0]


def test_a_run_in_partitions_is_sent_verified_and_undone(tmp_path):
    """Every number goes out once, and each later command finds it."""
    file = written(tmp_path, "liste.csv", PLAIN)
    settings = Settings({"out": tmp_path / "run", "sandbox": True, "rate": "1000/s", "reason": "a test"})
    context = Context(settings, portion=Portion(rows=4))
    done = run([file], context)
    assert (done.exit_code, done.summary["counts"]["added"], done.summary["counts"]["duplicate"]) == (0, 7, 16)
    assert verify(done.folder, context).summary["verify"]["missing"] == 0
    assert undo(done.folder, context).summary["undo"]["removed"] == 7
    assert (done.folder / "results.csv").read_bytes().count(b"added") == 7


def test_a_corrected_run_has_its_entries_in_one_blob(tmp_path, checked):
    """What people correct is written as a whole; what was in partitions is gone, and nothing else looks for it."""
    made = checked([written(tmp_path, "liste.csv", PLAIN + "\nZoé;rien")], Portion(rows=4))
    folder, facts = RunFolder(made.folder), lookup.peek(RunFolder(made.folder).journal)
    with Journal.open(folder.journal) as journal:
        entries = journal.entries()
        entries.loc[23, ["number", "reason"]] = ["+33600001099", ""]
        journal.correct(entries, (), facts)
        assert (journal.partitions(), len(journal.numbers())) == ([], 8)
        finish(Job(folder, journal, Context(), utc_now()), Ended(State.CHECKED, ExitCode.OK))
    assert Made.of(made.folder).tables["rejects.csv"].count(b"\r\n") == 1
    assert len(lookup.sightings(folder.journal, "+33600001099")) == 1
    assert lookup.tally(folder.journal).rejected == 0


_PLAIN = ("0600001001", "06 00 00 10 02", "+33600001003", "rien", "", "0600001004/0600001001", "06é", "0612")
_WRITINGS = (*_PLAIN, "612345678", "00336 12 34 56 78", "+33 (0)612345679", "0612345678 (perso)", "0692123456")


@tries(40)
@given(
    st.lists(st.sampled_from(_WRITINGS)),
    st.integers(1, 7),
    st.sampled_from(["\n", "\r\n"]),
)
def test_any_cut_of_any_list(tmp_path_factory, cells, rows, ends):
    """Whatever stands in the cells."""
    folder = tmp_path_factory.mktemp("cuts")
    file = written(folder, "liste.csv", ends.join(["portable", *cells]))
    found = []
    for portion in (AT_ONCE, Portion(rows=rows)):
        out = folder / str(portion.rows)
        check([file], Context(Settings({"out": out, "column": ["portable"]}), portion=portion))
        with Journal.open(RunFolder(out).journal) as journal:
            found.append((Made.of(out), glance_at(journal), journal.ascending().tolist()))
    assert found[0] == found[1]
