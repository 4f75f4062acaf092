"""The README in French says what the English one says, and is set as French is."""

from __future__ import annotations

import catalogue
import pytest
from docs_pages import LISEZMOI, README, SHELLS, blocks, headings, prose, to_try

ENGLISH, FRENCH = README.read_text("utf-8"), LISEZMOI.read_text("utf-8")


@pytest.mark.parametrize("shell", [shell for shell in SHELLS if blocks(ENGLISH, shell)])
def test_the_commands_are_the_same(shell):
    """What is typed; comments are in the reader's language."""
    assert typed(ENGLISH, shell) == typed(FRENCH, shell)


def typed(text, shell):
    """Return the commands of each block without their comments."""
    return [[line.split("#")[0].rstrip() for line in block.splitlines()] for block in blocks(text, shell)]


def test_the_first_steps_are_the_same():
    """What the pages ask to try, and the tests of the README do."""
    assert to_try(ENGLISH)
    assert to_try(ENGLISH) == to_try(FRENCH)


def test_the_structure_is_the_same():
    """The same headings at the same levels, in the same order."""
    assert [line.split()[0] for line in headings(ENGLISH)] == [line.split()[0] for line in headings(FRENCH)]


def test_it_is_set_as_french_is():
    """No-break spaces and apostrophes as in the catalogue."""
    assert prose(FRENCH) == catalogue.typographic(prose(FRENCH))
