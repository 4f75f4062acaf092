"""Rejects that a person corrected go on in the same run, or in one of their own as a rejects file."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import pytest
from effort import EXHAUSTIVE
from helping import put_on

from stopimport.errors import ExitCode
from stopimport.pipeline import correcting
from stopimport.pipeline.correcting import correct, judge_texts, rejects_of
from stopimport.pipeline.errors import AlreadyUndone
from stopimport.pipeline.job import Context
from stopimport.pipeline.wishes import Wish
from stopimport.runs.corrections import corrections
from stopimport.runs.facts import StopListFetch
from stopimport.runs.journal import Journal
from stopimport.secrets import ApiKey
from stopimport.sending.outcomes import Outcome
from stopimport.vocabulary import Fetched, State, Status

FAST = "--rate=1000/s"
EXPORT = (
    "Nom;Mobile\nA;06 00 00\nB;0600001002\nC;voir B\nD;0600001004 / 0600001\nE;0600001005\nF;à demander\nG;0600001005\n"
)


def imported(quick, text=EXPORT, out="r"):
    """Import `text`, and return the run's folder."""
    quick.write("a.csv", text)
    done = quick("run", "a.csv", "--out", out, "--max-rejects", "100%", "--keep", "Nom", FAST)
    assert done.returncode in {0, 3}, done.stderr
    return quick.folder / out


def rejects(folder):
    """Return what is rejected, by row."""
    found = rejects_of(folder / "journal.sqlite3")
    return {one.place.row: one for one in found.rows(0, len(found))}


def corrected(folder, texts, asides=(), by="claire"):
    """Correct rejects, given by their rows."""
    known = rejects(folder)
    wishes = [Wish(known[row].place, text) for row, text in texts.items()]
    wishes += [Wish(known[row].place, aside=why) for row, why in dict(asides).items()]
    return correct(folder, wishes, Context(key=ApiKey("practice-key", "a test"), by=by))


def rows_of(quick, run="r", file="results.csv"):
    """Return row, number, status and repairs of each result, or row and cell of each reject."""
    names = ("row", "phoneNumber", "status", "repairs") if file == "results.csv" else ("row", "input")
    return [tuple(row[name] for name in names) for row in quick.rows(run, file)]


def test_the_run_goes_on(quick, reach):
    """An entry leaves the rejects for the results; whatever compares the run counts it from then on."""
    folder = imported(quick)
    made = corrected(folder, {2: "06 00 00 10 05", 4: "06.00.00.10.02", 5: "00 33 6 00 00 10 06", 7: "06"})
    assert (made.run.facts.state, made.run.facts.exit_code) == (State.INCOMPLETE, ExitCode.INCOMPLETE)
    assert quick("resume", "r", FAST).returncode == 0
    assert rows_of(quick) == [
        ("2", "+33600001005", "added", "corrected"),
        ("3", "+33600001002", "added", ""),
        ("4", "+33600001002", "duplicate", "corrected"),
        ("5", "+33600001004", "added", "split_cell"),
        ("5", "+33600001006", "added", "international_prefix split_cell corrected"),
        ("6", "+33600001005", "duplicate", ""),
        ("8", "+33600001005", "duplicate", ""),
    ]
    assert rows_of(quick, file="rejects.csv") == [("7", "à demander")]
    counts = quick.summary("r")["counts"]
    assert [counts[name] for name in ("entries", "rejected", "duplicate", "numbers", "added")] == [8, 1, 3, 4, 4]
    assert {entry.number for entry in reach.entries()} == {f"+3360000100{end}" for end in "2456"}
    (found,) = json.loads(quick("find", "0600001006", ".", "--json").stdout)
    assert (found["row"], found["input"], found["status"]) == (5, "0600001004 / 0600001", "added")
    assert quick("verify", "r").returncode == 0
    assert quick("undo", "r", "--reason", "a test", FAST).returncode == 0
    assert reach.entries() == []


@EXHAUSTIVE
def test_both_texts_are_kept_and_who_wrote(quick, reach):
    """The journal says what was read, what was written, why, when and by whom; what is set aside changes no file."""
    folder = imported(quick)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in {".csv", ".json", ".html"}}
    assert corrected(folder, {}, {7: "no answer"}, by="paul") is None
    assert before == {name: (folder / name).read_bytes() for name in before}
    assert rejects(folder)[7].aside == "no answer"
    corrected(folder, {7: "+32 470 00 00 01"})
    aside, written = corrections(folder / "journal.sqlite3")
    assert (aside.kind, aside.written, aside.number, aside.by) == ("set_aside", "no answer", "", "paul")
    assert (written.kind, written.written, written.number, written.by) == (
        *("corrected", "+32 470 00 00 01", "+32470000001", "claire"),
    )
    assert written.input == aside.input == "à demander"
    assert written.reason == "not_a_phone_number"


def test_what_is_no_number_stays_a_reject(quick, reach):
    """Nothing wrong, nothing double and nothing that is no reject gets in: the verdicts are those of a file."""
    folder = imported(quick)
    options = rejects_of(folder / "journal.sqlite3").options
    texts = ["abc", "01 42 68 53 00", "0600001001 / 0600001002", "", "06 00 00 10 01", "(+33) 6 00 00 10 01"]
    judged = judge_texts(texts, options)
    assert [one.number for one in judged] == ["", "", "", "", "+33600001001", "+33600001001"]
    assert [one.reason for one in judged] == ["not_a_phone_number", "not_mobile", "", "", "", ""]
    assert [one.several for one in judged] == [False, False, True, False, False, False]
    assert corrected(folder, {2: "abc", 7: "0600001001 / 0600001002"}) is None
    strange = replace(rejects(folder)[2].place, row=3)
    assert correct(folder, [Wish(strange, "0600001009")], Context(key=ApiKey("practice-key", "a test"))) is None
    assert len(rejects(folder)) == 4


@EXHAUSTIVE
def test_a_refused_number_is_corrected(quick, vendor):
    """A number that the API refused gives way; the other entry with it keeps what became of it."""
    vendor.odd["add"] = {"success": False, "code": 9, "message": "invalid"}
    folder = imported(quick, "Nom;Mobile\nA;0600001001\nB;0600001002\nC;0600001001\n")
    del vendor.odd["add"]
    assert rejects(folder).keys() == {2, 3}
    corrected(folder, {2: "0600001003"})
    assert quick("resume", "r", FAST).returncode == 0
    assert rows_of(quick) == [
        ("2", "+33600001003", "added", "corrected"),
        ("3", "+33600001002", "refused", ""),
        ("4", "+33600001001", "refused", ""),
    ]
    assert rows_of(quick, file="rejects.csv") == [("3", "0600001002"), ("4", "0600001001")]
    (written,) = corrections(folder / "journal.sqlite3")
    assert (written.refused, written.reason) == ("+33600001001", "refused_by_api")


def test_outcomes_and_doubts_stay_with_their_numbers(quick, reach):
    """Numbers that move keep their answers, what was listed, and that a call may have reached the server."""
    put_on(reach, "+33600001004")
    folder = imported(quick, "Nom;Mobile\nA;x\nB;0600001002\nC;y\nD;0600001004\nE;0600001005\nF;0600001006\n")
    path = folder / "journal.sqlite3"
    with Journal.open(path) as journal:
        journal.record(Outcome(3, Status.NOT_SENT, None, "", "", 0, None))
        journal.update(replace(journal.facts, state=State.RUNNING, stop_list=StopListFetch(Fetched.YES, 1)))
        journal.reserve(4)
    before = by_number(path)
    assert before["+33600001006"]["in_doubt"]
    corrected(folder, {2: "0600001001", 4: "0600001003"})
    after = by_number(path)
    assert {number: after[number] for number in before} == before
    assert list(after) == [f"+3360000100{end}" for end in "123456"]
    assert [after[number]["status"] for number in ("+33600001001", "+33600001003")] == ["not_sent", "not_sent"]
    assert not after["+33600001001"]["in_doubt"]
    with Journal.open(path) as journal:
        # The list that was fetched then was not asked about the new ones.
        assert {fetch.fetched for fetch in journal.fetches()} == {"no"}


def by_number(path):
    """Return the outcomes of a journal's numbers, in their order."""
    with Journal.open(path) as journal:
        frame = journal.outcomes()
    rows = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return {row["number"]: row for row in rows}


@EXHAUSTIVE
def test_a_kill_in_between_is_no_end(quick, reach, monkeypatch):
    """Killed before the files were written, the run says that something is left, and can be resumed."""

    def killed(*_args):
        raise KeyboardInterrupt

    folder = imported(quick)
    with monkeypatch.context() as patch:
        patch.setattr(correcting, "finish", killed)
        with pytest.raises(KeyboardInterrupt):
            corrected(folder, {2: "0600001009"})
    (run,) = json.loads(quick("history", ".", "--json").stdout)
    assert (run["state"], run["exit_code"], run["counts"]["not_sent"]) == ("incomplete", 3, 1)
    assert quick("resume", "r", FAST).returncode == 0
    assert "+33600001009" in {entry.number for entry in reach.entries()}


@EXHAUSTIVE
def test_an_undone_run_is_not_corrected(quick, reach):
    """What was undone is past."""
    folder = imported(quick)
    assert quick("undo", "r", "--reason", "a test", FAST).returncode == 0
    with pytest.raises(AlreadyUndone):
        corrected(folder, {2: "0600001009"})


@EXHAUSTIVE
def test_a_rejects_file_says_it_was_corrected(quick, reach):
    """Given back to `run`, what was written is the number, `corrected` comes last, the cell stays as it was."""
    imported(quick)
    with (quick.folder / "r" / "rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    texts = {"2": "0600001001 (perso)", "4": "+33 (0)6 00 00 10 03", "5": '="0600001007"', "7": ""}
    with (quick.folder / "back.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, lines[0], delimiter=";")
        writer.writeheader()
        writer.writerows({**line, "corrected": texts[line["row"]]} for line in lines)
    assert quick("run", "back.csv", "--out", "back", "--max-rejects", "100%", FAST).returncode == 0
    assert [(row["row"], row["input"], row["phoneNumber"], row["repairs"]) for row in quick.rows("back")] == [
        ("2", "06 00 00", "+33600001001", "text_around corrected"),
        ("4", "voir B", "+33600001003", "trunk_zero corrected"),
        ("5", "0600001004 / 0600001", "+33600001007", "excel_text corrected"),
    ]
    assert rows_of(quick, "back", "rejects.csv") == [("7", "à demander")]
