"""report.html in the run's folder: each command that changes a run writes it anew."""

from __future__ import annotations

import re

EXPORT = "Mobile\n06 00 00 10 01\n06 00 00 10 02\n06 00 00 10\n"
WHOLE = "06 00 00 10"
MASKED = "06 •• •• 10"


def headline(program):
    """Return the headline of the report of the run `r`."""
    found = re.search(r"<h1>(.*?)</h1>", report(program), re.DOTALL)[1]
    return " ".join(re.sub(r"<[^>]+>", "", found).split())


def report(program):
    """Return the report of the run `r`."""
    return (program.folder / "r" / "report.html").read_text("utf-8")


def test_check_resume_verify_and_undo_tell_their_story(program, reach):
    """After each command the report says what the run has come to."""
    program.write("export.csv", EXPORT)
    assert program("check", "export.csv", "--out", "r").returncode == 0
    assert headline(program) == "2 numbers are ready to be added; 1 row needs review."
    assert program("resume", "r").returncode == 0
    assert headline(program) == "2 numbers will receive no more SMS; 1 row needs review."
    assert program("verify", "r").returncode == 0
    assert "2 numbers looked up, 0 missing" in report(program)
    assert program("undo", "r", "--reason", "a test", "--yes").returncode == 0
    assert headline(program) == "2 numbers can receive your SMS again; 1 row needs review."
    assert "Reason: a test" in report(program)


def test_a_run_stopped_by_a_guard_says_why(program, reach):
    """The report of a run that a guard stopped says that nothing was sent, and which guard it was."""
    program.write("export.csv", EXPORT)
    assert program("run", "export.csv", "--out", "r", "--max-numbers", "1").returncode == 5
    assert headline(program) == "Nothing was sent; 1 row needs review."
    assert "--max-numbers" in report(program)


def test_whole_numbers_only_when_asked_for(program, reach):
    """--report-numbers shows numbers whole, later commands remember it, and resume can change it."""
    program.write("export.csv", EXPORT)
    program("check", "export.csv", "--out", "r")
    assert MASKED in report(program)
    assert WHOLE not in report(program)
    program("resume", "r", "--report-numbers")
    assert WHOLE in report(program)
    program("verify", "r")
    assert WHOLE in report(program)
    program("resume", "r", "--no-report-numbers")
    assert WHOLE not in report(program)


def test_the_rate_limit_is_drawn(program, reach):
    """A sending of some seconds is drawn against the limit that held."""
    lines = "".join(f"06 00 00 {place // 100:02} {place % 100:02}\n" for place in range(45))
    program.write("export.csv", "Mobile\n" + lines)
    program("run", "export.csv", "--out", "r", "--rate", "15/s")
    assert "limit: 15 per second" in report(program)
    assert '<path class="area"' in report(program)
