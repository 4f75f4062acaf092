"""`--help` of every command: an example, and the options that all commands know."""

from __future__ import annotations

import re

import click
import pytest

from stopimport.cli.commands import main as _  # noqa: F401 - all commands are declared
from stopimport.cli.program import program as root

COMMON = ("--json", "--quiet", "--verbose", "--log-format", "--lang", "--config", "--help")


def tree(group, path=()):
    """Return every command and group by its words."""
    found = {path: group} if path else {}
    for name, command in getattr(group, "commands", {}).items():
        found |= tree(command, (*path, name))
    return found


COMMANDS = tree(root)
LEAVES = sorted(path for path, command in COMMANDS.items() if not isinstance(command, click.Group))


def test_the_commands_of_the_contract_are_there():
    """No command is missing."""
    expected = "run check resume verify undo history find export sandbox config account".split()  # noqa: SIM905 - read
    assert set(expected) <= set(root.commands)
    assert {("config", name) for name in ("show", "init", "path")} <= set(LEAVES)
    assert {("account", name) for name in ("set", "check", "forget")} <= set(LEAVES)


@pytest.mark.parametrize("path", sorted(COMMANDS), ids=" ".join)
def test_every_help_shows_an_example(quick, path):
    """An example is a line that can be typed as it is."""
    done = quick(*path, "--help")
    assert done.returncode == 0
    example = rf"^\s+([A-Z_]+=\S+ )?stopimport {' '.join(path)}( |$)"
    assert re.search(example, done.stdout.split("Options:")[0], re.MULTILINE)


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_knows_the_common_options(quick, path):
    """--json, --quiet, --verbose, --log-format, --lang and --config are known everywhere."""
    text = quick(*path, "--help").stdout
    assert [option for option in COMMON if f"{option} " not in text and f"{option}\n" not in text] == []


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_tells_wrong_usage_as_json(quick, path):
    """With --json an error is an object on standard output, and a sentence on standard error."""
    done = quick(*path, "--no-such-option", "--json")
    assert done.returncode == 2
    assert '"exit_code": 2' in done.stdout
    assert "--no-such-option" in done.stderr


def test_a_group_alone_shows_its_commands(quick):
    """`stopimport config` says what can follow."""
    done = quick("config")
    assert done.returncode == 2
    assert "init" in done.stderr
