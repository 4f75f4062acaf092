"""The README is true: its tables come from the code, its links and commands exist."""

from __future__ import annotations

import re

import pytest
from readme_tables import README, filled, tables

from stopimport.cli import main as _  # noqa: F401 - all commands are declared
from stopimport.cli.program import program

TEXT = README.read_text("utf-8")


def test_the_tables_are_those_of_the_code():
    """`python tests/readme_tables.py` would change nothing."""
    assert filled(TEXT) == TEXT


@pytest.mark.parametrize("name", tables())
def test_every_table_is_there(name):
    """Each table has its place in the README."""
    assert f"<!-- table: {name} -->" in TEXT


@pytest.mark.parametrize("name", sorted(program.commands))
def test_every_command_is_explained(name):
    """The README shows each command."""
    assert f"stopimport {name}" in TEXT


def test_every_command_in_the_readme_exists():
    """No command is shown that there is not."""
    shown = set(re.findall(r"stopimport ([a-z]+)\b", "\n".join(re.findall(r"```.*?```|`[^`\n]+`", TEXT, re.DOTALL))))
    assert shown - {"import"} <= set(program.commands)
