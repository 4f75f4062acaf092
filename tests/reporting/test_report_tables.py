"""Results and rejects: which rows, which columns, what is in them."""

from __future__ import annotations

import pytest
from report_frames import entries_of, outcomes_of

from stopimport.errors import ExitCode
from stopimport.reporting.errors import CountsUnbalanced
from stopimport.reporting.tables import rejects_table, results_table
from stopimport.text.language import speaking

A, B, C = "+33639980001", "+33639980002", "+33639980003"
RESULTS = [
    "file",
    "sheet",
    "row",
    "column",
    "input",
    "phoneNumber",
    "status",
    "code",
    "stopId",
    "message",
    "repairs",
    "duplicateOf",
    "attempts",
    "sentAt",
]
REJECTS = ["file", "sheet", "row", "column", "input", "reason", "message", "code", "corrected"]
MOMENT = 1_795_352_695.0004
"""2026-11-22, 13:04:55 UTC, and a fraction that does not make a millisecond."""


def rows(table):
    """Return the table as a list of dicts."""
    return table.to_pylist()


def test_columns_are_those_of_the_contract():
    """Both tables have the contract's columns in its order, then the kept ones, and every column is text."""
    entries = entries_of([(A, ""), (None, "too_short")], customer=["K-1", "K-2"])
    outcomes = outcomes_of([{"number": A}])
    results = results_table(entries, outcomes, keep=["customer"])
    rejects = rejects_table(entries, outcomes, keep=["customer"])
    assert [*RESULTS, "customer"] == results.column_names
    assert [*REJECTS, "customer"] == rejects.column_names
    assert rows(results)[0]["customer"] == "K-1"
    assert rows(rejects)[0]["customer"] == "K-2"
    assert all(isinstance(cell, str) for table in (results, rejects) for row in rows(table) for cell in row.values())


def test_results_have_a_row_for_each_valid_entry_in_input_order():
    """Rejected entries are in the rejects only, all others in the results, both in input order."""
    entries = entries_of([(A, ""), (None, "too_short"), (B, ""), (A, ""), (None, "digits_lost")])
    outcomes = outcomes_of([{"number": A}, {"number": B}])
    assert [(row["row"], row["phoneNumber"]) for row in rows(results_table(entries, outcomes, keep=()))] == [
        ("2", A),
        ("4", B),
        ("5", A),
    ]
    assert [(row["row"], row["reason"]) for row in rows(rejects_table(entries, outcomes, keep=()))] == [
        ("3", "too_short"),
        ("6", "digits_lost"),
    ]


def test_a_duplicate_takes_code_and_id_of_the_first_and_names_it():
    """Code and stopId are those of the first entry, duplicateOf its place; message, attempts and sentAt are blank."""
    entries = entries_of([(A, ""), {"number": A, "file": "b.xlsx", "sheet": "Paris"}])
    outcomes = outcomes_of(
        [
            {
                "number": A,
                "status": "added",
                "code": 200,
                "stop_id": "300",
                "message": "ok",
                "attempts": 2,
                "sent_at": MOMENT,
            }
        ]
    )
    first, second = rows(results_table(entries, outcomes, keep=()))
    assert (first["status"], first["code"], first["stopId"], first["message"]) == ("added", "200", "300", "ok")
    assert (first["attempts"], first["sentAt"]) == ("2", "2026-11-22T13:04:55.000+00:00")
    assert (second["status"], second["code"], second["stopId"]) == ("duplicate", "200", "300")
    assert (second["message"], second["attempts"], second["sentAt"]) == ("", "", "")
    assert (first["duplicateOf"], second["duplicateOf"]) == ("", "crm.csv::2")


def test_the_first_of_a_duplicate_is_named_with_its_sheet():
    """The place is file:sheet:row of the first entry, the sheet blank for text files."""
    entries = entries_of([{"number": A, "file": "b.xlsx", "sheet": "Paris"}, (A, "")])
    assert rows(results_table(entries, outcomes_of([{"number": A}]), keep=()))[1]["duplicateOf"] == "b.xlsx:Paris:2"


@pytest.mark.parametrize(
    ("status", "seen", "written"),
    [
        ("added", 200, "200"),
        ("added", 3, "200"),
        ("already_listed", None, "3"),
        ("refused", 9, "9"),
        ("failed", 90, "90"),
        ("failed", None, ""),
        ("not_sent", 500, ""),
    ],
)
def test_the_code_is_the_one_that_belongs_to_the_status(status, seen, written):
    """Added is 200, already_listed 3, refused 9; failed keeps the last one seen, not_sent has none."""
    entries, outcomes = entries_of([(A, "")]), outcomes_of([{"number": A, "status": status, "code": seen}])
    assert rows(results_table(entries, outcomes, keep=()))[0]["code"] == written


def test_a_number_found_on_the_list_beforehand_has_no_attempts_and_no_time():
    """already_listed from the list fetched first: attempts 0, sentAt blank, the list's id."""
    entries = entries_of([(A, "")])
    outcomes = outcomes_of([{"number": A, "status": "already_listed", "code": 3, "stop_id": "19"}])
    row = rows(results_table(entries, outcomes, keep=()))[0]
    assert (row["attempts"], row["sentAt"], row["stopId"]) == ("0", "", "19")


def test_a_number_refused_by_the_api_stands_in_both_tables():
    """Its first entry is a reject with code 9, in its place, and the message counts the other entries."""
    entries = entries_of([(A, ""), (None, "too_long"), (B, ""), (B, ""), (C, ""), (B, "")])
    outcomes = outcomes_of(
        [
            {"number": A, "status": "added"},
            {"number": B, "status": "refused", "code": 9},
            {"number": C, "status": "refused", "code": 9},
        ]
    )
    assert [row["status"] for row in rows(results_table(entries, outcomes, keep=()))] == [
        "added",
        "refused",
        "duplicate",
        "refused",
        "duplicate",
    ]
    rejects = rows(rejects_table(entries, outcomes, keep=()))
    assert [(row["row"], row["reason"], row["code"], row["corrected"]) for row in rejects] == [
        ("3", "too_long", "", ""),
        ("4", "refused_by_api", "9", ""),
        ("6", "refused_by_api", "9", ""),
    ]
    assert "2 other entries have this number." in rejects[1]["message"]
    assert "Other entries" not in rejects[2]["message"]


def test_the_message_of_a_reject_says_what_is_wrong_which_facts_and_what_to_do():
    """The message has the reason's meaning and the remedy; where there are several numbers it names them."""
    entries = entries_of([{"reason": "invalid_number", "detail": "+262709000001, +596709000001"}, (None, "too_short")])
    with speaking("en"):
        first, second = rows(rejects_table(entries, outcomes_of([]), keep=()))
    assert first["message"] == (
        "The digits could be any of these numbers: +262709000001, +596709000001. Write the right one in 'corrected'."
    )
    assert second["message"] == "Digits are missing for a number of this country. Complete the number in 'corrected'."


def test_outcomes_that_do_not_fit_the_entries_are_a_bug():
    """One outcome too few or too many is never written out as if it were right."""
    with pytest.raises(CountsUnbalanced) as caught:
        results_table(entries_of([(A, ""), (B, "")]), outcomes_of([{"number": A}]), keep=())
    assert caught.value.exit_code is ExitCode.BUG
    assert "2" in str(caught.value)


def test_a_run_without_entries_has_tables_without_rows():
    """Nothing read is no error: both tables are empty and have all columns."""
    entries, outcomes = entries_of([]), outcomes_of([])
    assert (
        results_table(entries, outcomes, keep=()).num_rows,
        results_table(entries, outcomes, keep=()).num_columns,
    ) == (
        0,
        len(RESULTS),
    )
    assert rejects_table(entries, outcomes, keep=()).num_rows == 0


def test_a_sentence_stands_a_thousand_times_at_most():
    """A row of one sign is written as what its place and its reason take: the sentences do not grow with the rows."""
    entries = entries_of(
        [{"number": None, "reason": reason} for reason in ["not_a_phone_number"] * 3000 + ["too_long"]]
    )
    told = rows(rejects_table(entries, outcomes_of([]), keep=()))
    assert {row["reason"] for row in told} == {"not_a_phone_number", "too_long"}
    assert 1000 == sum(bool(row["message"]) for row in told[:-1])
    assert all(row["message"] for row in [*told[:1000], told[-1]])
    bare = [";".join(row.values()) for row in told[1000:-1]]
    assert max(map(len, bare)) <= len("crm.csv;;3002;Mobile;?;not_a_phone_number;;;")
