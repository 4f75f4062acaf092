"""Messages on a terminal end their lines between words; what is to be copied stays whole."""

from __future__ import annotations

import io

import pytest

from stopimport.cli.wrapping import wrapped

SENTENCE = "stopimport: Numbers that failed: 2; not sent: 11. Try them again with: "
COMMAND = "stopimport resume 'stopimport-runs/2026-11-22T130455Z-liste de janvier.csv'"


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    def isatty(self):
        """Say so."""
        return True


@pytest.fixture(autouse=True)
def narrow(monkeypatch):
    """Let the terminal have 40 columns."""
    monkeypatch.setenv("COLUMNS", "40")


def test_lines_end_between_words():
    """No line is longer than the terminal is wide, and no word is cut."""
    lines = wrapped("word " * 30 + "end.", Terminal()).splitlines()
    assert max(map(len, lines)) <= 40
    assert " ".join(lines) == "word " * 30 + "end."


def test_a_command_keeps_a_line_of_its_own():
    """It can be copied as it is, however long."""
    shown = wrapped(SENTENCE + COMMAND, Terminal())
    assert shown.splitlines()[-1] == f"  {COMMAND}"
    assert max(map(len, shown.splitlines()[:-1])) <= 40


def test_an_option_keeps_its_value():
    """Neither between an option and its value nor in a quoted value does a line end."""
    told = 'Name the one to import, or all of them: --column "Mobile 1" --column "Mobile 2 of the office" --hidden skip'
    lines = wrapped(told, Terminal()).splitlines()
    assert ['--column "Mobile 1"', '--column "Mobile 2 of the office"', "--hidden skip"] == lines[-3:]
    assert " ".join(lines) == told


def test_what_fits_stays_on_its_line():
    """A short message with a command is one line."""
    assert wrapped("Later: stopimport resume r", Terminal()) == "Later: stopimport resume r"


def test_pipes_get_whole_lines():
    """Programs and logs read a message in one line."""
    assert wrapped(SENTENCE + COMMAND, io.StringIO()) == SENTENCE + COMMAND
