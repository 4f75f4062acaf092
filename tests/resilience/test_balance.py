"""Whatever a file holds: its counts balance, every cell is accounted for, and no number is made up."""

from __future__ import annotations

import csv
import io
from collections import Counter

import phonenumbers
from effort import tries
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType
from reckoning import balanced
from tables import odd_files, regular_files

from stopimport.errors import StopimportError
from stopimport.pipeline.job import Context
from stopimport.pipeline.running import check, resume, run
from stopimport.settings import Settings

SLOW = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
CSV = {"format": "csv"}
EVERY_ROW = {"max_rejects": "100%", "all_rows": True}
ODD_OPTIONS = st.fixed_dictionaries(
    {},
    optional={
        "column": st.sampled_from([("mobile",), ("1",), ("1",), ("A", "2")]),
        "header": st.integers(1, 3),
        "no_header": st.just(value=True),
        "all_rows": st.just(value=True),
        "max_rejects": st.sampled_from(["100%", "3", "0"]),
        "where": st.sampled_from([("Mobile!=x",), ("Mobile=|N/A",), ("Nom=",)]),
        "where_none": st.just("ok"),
        "keep": st.sampled_from([("Mobile",), ("Nom",)]),
        "region": st.sampled_from(["FR", "RE", "BE"]),
        "line_types": st.just("any"),
        "validity": st.just("possible"),
    },
)


def checked(program, file, options, run="r"):
    """Check a file, and return the result; None if the program refused it as it may."""
    program.write("export.csv", file.content)
    chosen = Settings({"out": program.folder / run, **CSV, **options})
    try:
        result = check([program.folder / "export.csv"], Context(chosen))
    except StopimportError as error:
        result, code = None, error.exit_code
    else:
        code = result.exit_code
    assert code in ({0, 5} if result else {2, 5})
    return result


def sound(program, *, validity="strict", line_types="mobile"):
    """Check that the folder `r` balances and that all its numbers are true; return its summary."""
    summary = balanced(program, "r")
    for row in program.rows("r"):
        number = phonenumbers.parse(row["phoneNumber"])
        assert phonenumbers.format_number(number, PhoneNumberFormat.E164) == row["phoneNumber"]
        if validity == "strict":
            assert phonenumbers.is_valid_number(number), row
            assert line_types == "any" or phonenumbers.number_type(number) in MOBILE, row
        else:
            assert phonenumbers.is_possible_number(number), row
    return summary


@settings(tries(70), suppress_health_check=SLOW)
@given(file=odd_files(), options=ODD_OPTIONS)
def test_any_file_balances_or_is_refused(afresh, file, options):
    """Ragged rows, stray quotes, glued headers, odd characters: a folder that balances, or a clear error."""
    with afresh() as program:
        if checked(program, file, options):
            sound(program, **{name: options[name] for name in ("validity", "line_types") if name in options})


@settings(tries(50), suppress_health_check=SLOW)
@given(file=regular_files())
def test_every_cell_of_a_regular_file_is_accounted_for(afresh, file):
    """Python's own reader finds the same phone cells in the same rows as results and rejects together."""
    records = list(csv.reader(io.StringIO(file.text, newline=""), delimiter=file.delimiter))
    place = records[0].index("Mobile")
    cells = {row: record[place] for row, record in enumerate(records, 1) if row > 1 and record != records[0]}
    last = max(row for row, record in enumerate(records, 1) if any(map(str.strip, record)))
    filled = {row: cell for row, cell in cells.items() if cell.strip()}
    with afresh() as program:
        options = EVERY_ROW | {"column": ("Mobile",), "delimiter": file.delimiter, "header": 1}
        result = checked(program, file, options)
        assert result, "it is a proper file"
        summary = sound(program)
        told = [(int(row["row"]), row) for name in ("results.csv", "rejects.csv") for row in program.rows("r", name)]
        assert {row for row, _ in told} == set(filled)
        assert Counter(row for row, _ in told).total() == summary["counts"]["entries"]
        assert summary["counts"]["rows"] == last - 1
        assert summary["counts"]["cells"] - summary["counts"]["blank"] == len(filled)
        for row, line in told:
            assert line["input"].lstrip("'") == filled[row].lstrip("'") or line["input"].split() == filled[row].split()


@settings(tries(4), suppress_health_check=SLOW)
@given(file=regular_files())
def test_checking_and_resuming_is_running(afresh, file):
    """What was checked and then resumed ends as what was run at once, place by place."""
    fast = {"sandbox": True, "rate": "1000/s", "concurrency": 1, **EVERY_ROW, "column": ("Mobile",), **CSV}
    with afresh() as program:
        if (result := checked(program, file, fast)) and result.exit_code == 0:
            resumed = resume(program.folder / "r", Context(Settings({"rate": "1000/s", "concurrency": 1})))
            chosen = Settings(fast | {"out": program.folder / "at-once"})
            at_once = run([program.folder / "export.csv"], Context(chosen))
            assert resumed.exit_code == at_once.exit_code == 0
            assert resumed.summary["counts"] == at_once.summary["counts"]
            assert without_times(program.rows("r")) == without_times(program.rows("at-once"))
            assert program.rows("r", "rejects.csv") == program.rows("at-once", "rejects.csv")


def without_times(rows):
    """Return results without what differs from one run to the next."""
    return [row | {"sentAt": bool(row["sentAt"])} for row in rows]
