"""The bar on a terminal."""

from __future__ import annotations

import io
from types import SimpleNamespace

import pytest

from stopimport.cli.progress import follow
from stopimport.text.language import speaking


class Terminal(io.StringIO):
    """What is written to it, as if on a terminal."""

    encoding = "utf-8"

    def isatty(self):
        """Say that somebody sits there."""
        return True


def shown(total, statuses):
    """Return the last line of a bar that was told `statuses`."""
    terminal = Terminal()
    with follow(total, terminal, silent=False) as bar:
        for status in statuses:
            bar.outcome(SimpleNamespace(status=status))
    return terminal.getvalue().rsplit("\r", 1)[-1].rstrip()


@pytest.mark.parametrize(("language", "told"), [("en", "1,204 of 1,204"), ("fr", "1\u202f204 sur 1\u202f204")])
def test_figures_are_written_as_people_write_them(language, told):
    """French sets narrow spaces and commas."""
    with speaking(language):
        line = shown(1204, ["added"] * 1204)
    assert told in line
    assert line.startswith("100%" if language == "en" else "100\u00a0%")


def test_counts_stand_there_where_they_tell_more():
    """One fate for all is what the bar says anyway."""
    assert "added" not in shown(3, ["added"] * 3)
    assert shown(3, ["added", "added", "refused"]).endswith("added 2, refused 1")


def test_nothing_to_send_needs_no_bar():
    """All numbers are on the list already."""
    assert shown(0, []) == ""
