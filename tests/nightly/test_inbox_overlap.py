"""Two passes over one inbox never overlap."""

from __future__ import annotations

import pytest
from nightly_helping import same_inbox


def test_an_overlapping_start_is_exit_7_at_once(night):
    """The second pass does nothing, and says who is at work."""
    night.drop("a.csv", 1001)
    with same_inbox(night):
        code, out, err = night.run("inbox", "inbox", "--settle", "0")
    assert code == 7
    assert "in use" in err
    assert not out
    assert night.names() == ["a.csv"]
    assert night.api.calls.total == 0


@pytest.mark.process
def test_two_real_passes(night):
    """While one pass sends, another ends with 7; with --wait it comes after, and finds nothing left to do."""
    night.drop("a.csv", *range(1000, 1030))
    first = night.start("--rate", "20/s")
    while night.api.calls.by_endpoint["add"] < 2 and first.poll() is None:
        pass
    assert night.run("inbox", "inbox", "--settle", "0")[0] == 7
    late = night("--wait", "30")
    assert late.code == 0, late.err
    assert "in use" in late.err
    assert late.fates() == {}
    out, err = first.communicate(timeout=60)
    assert first.returncode == 0, (out, err)
    assert night.api.calls.by_endpoint["add"] == 30


def test_nothing_of_the_lock_is_left(night):
    """The lock's file goes with the pass."""
    night()
    assert list(night.folder.glob(".*")) == []
