"""The README is true: its tables come from the code, its links and commands exist."""

from __future__ import annotations

import re

import pytest
from readme_tables import README, filled, tables

from stopimport.cli import main as _  # noqa: F401 - all commands are declared
from stopimport.cli.program import program as commands

TEXT = README.read_text("utf-8")


def test_the_tables_are_those_of_the_code():
    """`python tests/readme_tables.py` would change nothing."""
    assert filled(TEXT) == TEXT


@pytest.mark.parametrize("name", tables())
def test_every_table_is_there(name):
    """Each table has its place in the README."""
    assert f"<!-- table: {name} -->" in TEXT


@pytest.mark.parametrize("name", sorted(commands.commands))
def test_every_command_is_explained(name):
    """The README shows each command."""
    assert f"stopimport {name}" in TEXT


def test_every_command_in_the_readme_exists():
    """No command is shown that there is not."""
    shown = set(re.findall(r"stopimport ([a-z]+)\b", "\n".join(re.findall(r"```.*?```|`[^`\n]+`", TEXT, re.DOTALL))))
    assert shown - {"import"} <= set(commands.commands)


def test_the_output_shown_is_what_the_command_prints(program):
    """The README's first example prints just that."""
    shown = re.search(r"```\n\$ stopimport (run sample_data/ --sandbox)\n(.*?)\n…\n```", TEXT, re.DOTALL)
    assert shown
    (program.folder / "sample_data").symlink_to(README.parent / "sample_data")
    printed = program(*shown[1].split(), "--rate", "1000/s", "--out", "r", COLUMNS="80").stdout.decode()
    for part in shown[2].split("\n…\n"):
        assert part in printed
