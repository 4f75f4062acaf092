"""Files that are still arriving: two looks by our own clock, and what flows in after that."""

from __future__ import annotations

import os

import pytest
from nightly_helping import Hands, by_hand, export

from stopimport.nightly.memory import Memory


@pytest.fixture
def hands():
    """The clocks of the passes."""
    return Hands()


def written(path, moment):
    """Let a file say that it was written at `moment`."""
    os.utime(path, (moment, moment))


def fates(result):
    """Return what became of each file of a pass."""
    return {file.file: file.action.value for file in result.files}


def listed(night):
    """Return the last four digits of the numbers on the list."""
    return sorted(entry.number[-4:] for entry in night.api.entries())


def test_a_fresh_file_is_left_and_taken_by_the_next_pass(night, hands):
    """The look of the pass before counts: nobody waits twice."""
    written(night.drop("a.csv", 1001), hands.wall - 5)
    assert fates(by_hand(night, hands)) == {}
    hands.pass_by(54)
    assert fates(by_hand(night, hands)) == {}
    hands.pass_by(6)
    assert fates(by_hand(night, hands)) == {"a.csv": "done"}
    assert hands.pauses == []


@pytest.mark.parametrize("age", [61, 120, 3600, -5, -86_400])
def test_what_looks_complete_is_looked_at_again_after_a_while(night, hands, age):
    """Whatever its own time says, behind or ahead: a file is taken when it has been the same by our clock."""
    written(night.drop("a.csv", 1001), hands.wall - age)
    assert fates(by_hand(night, hands)) == {"a.csv": "done"}
    assert hands.pauses == [60.0]


@pytest.mark.parametrize("age", [61, 120, 3600, -86_400])
def test_an_upload_that_goes_on_is_not_taken(night, hands, age):
    """It stalled for longer than a minute by its own time; between the looks the rest comes."""
    path = night.drop("a.csv", 1001)
    written(path, hands.wall - age)

    def flow():
        path.write_text(export(1001, 1002))
        written(path, hands.wall - age)

    hands.during = flow
    assert fates(by_hand(night, hands)) == {}
    assert night.api.calls.total == 0
    hands.during = lambda: None
    hands.pass_by(900)
    assert fates(by_hand(night, hands)) == {"a.csv": "done"}
    assert listed(night) == ["1001", "1002"]


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_text(export(1003)),
        lambda path: path.replace(path.with_name("gone")) and path.with_name("a.csv").write_text(export(1001)),
        lambda path: os.utime(path, ns=(1, path.stat().st_mtime_ns + 1)),
        lambda path: path.chmod(0o640),
    ],
    ids=["same size", "another file", "a nanosecond", "rights"],
)
def test_size_times_and_identity_must_be_the_same(night, hands, change):
    """Anything that shows that somebody still has it in hand begins the minute anew."""
    path = night.drop("a.csv", 1001)
    written(path, hands.wall - 61)

    def touch():
        before = path.stat()
        change(path)
        if path.stat().st_mtime_ns != before.st_mtime_ns + 1:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        path.with_name("gone").unlink(missing_ok=True)

    hands.during = touch
    assert fates(by_hand(night, hands)) == {}
    assert len(hands.pauses) == 1


@pytest.mark.parametrize(("wall", "steady"), [(-7200, 30), (7200, 30), (61, -4000), (-61, 61), (20, 9000)])
def test_clocks_that_are_set_prove_nothing(night, hands, wall, steady):
    """A clock set forward, back, or begun anew with the machine never makes a file look older than it is."""
    written(night.drop("a.csv", 1001), hands.wall)
    assert fates(by_hand(night, hands)) == {}
    hands.wall += wall
    hands.steady += steady
    written(night.folder / "a.csv", hands.wall - 5)
    assert fates(by_hand(night, hands)) == {}


def test_without_settling_a_file_is_taken_at_once(night, hands):
    """`--settle 0` asks for no time between the looks."""
    night.drop("a.csv", 1001)
    assert fates(by_hand(night, hands, settle=0.0)) == {"a.csv": "done"}
    assert hands.pauses == []


def test_nothing_remembered_costs_only_time(night, hands):
    """A state folder that cannot be used is told; a file is taken by the pass that can wait for it."""
    (night.program.folder / "home").write_text("in the way")
    written(night.drop("a.csv", 1001), hands.wall - 61)
    first = by_hand(night, hands, sandbox=True)
    assert fates(first) == {"a.csv": "done"}
    assert any("inbox-" in warning for warning in first.warnings)


def test_what_is_remembered_can_be_damaged(night, monkeypatch):
    """Whatever stands in that file, the pass begins with nothing."""
    monkeypatch.setenv("HOME", str(night.program.folder / "home"))
    memory = Memory.load(night.folder)
    assert memory.save() is None
    for text in ("", "[]", '{"looks": 7}', '{"looks": [["a", {}]], "wait": null, "folders": []}', "\0"):
        memory.path.write_text(text)
        assert Memory.load(night.folder) == Memory(memory.path)


@pytest.mark.parametrize("name", ["a.csv", "été (final).csv", os.fsdecode(b"caf\xe9.csv")])
def test_what_flows_into_done_is_imported_too(night, name):
    """An upload that stalled longer than anybody waits: half of it was taken, the rest comes while it lies in done/."""
    path = night.drop(name, 1001)
    with path.open("a") as upload:
        assert night().code == 0
        upload.write("06 00 00 10 02\n")
    assert listed(night) == ["1001"]
    second = night()
    assert list(second.fates().values()) == ["done"]
    assert second.code == 0, second.err
    assert listed(night) == ["1001", "1002"]
    assert any("changed" in warning for warning in second.told["warnings"])
    assert "changed" in second.err
    assert night.names("done") == [name]
    third = night()
    assert third.fates() == {}
    assert third.told["warnings"] == []


def test_a_copy_that_flows_on_is_imported_too(night):
    """Its first half was the content of an earlier file, so it was put by as imported."""
    night.drop("a.csv", 1001)
    night()
    with night.drop("b.csv", 1001).open("a") as upload:
        assert night().fates() == {"b.csv": "already_imported"}
        upload.write("06 00 00 10 02\n")
    assert night().fates() == {"b.csv": "done"}
    assert listed(night) == ["1001", "1002"]
    assert night.names("done") == ["a.csv", "b.csv"], "the explanation of what is no copy any more has gone"


def test_a_touched_file_in_done_is_looked_at_once(night, hands):
    """Another time and the same content is no change; a new file of that name in the inbox is not overwritten."""
    night.drop("a.csv", 1001)
    night()
    written(night.only("done"), hands.wall)
    assert night().told["warnings"] == []
    night.only("done").write_text(export(1001, 1002))
    night.drop("a.csv", 1003)
    assert sorted(night().fates()) == ["a (2).csv", "a.csv"]
    assert listed(night) == ["1001", "1002", "1003"]


def test_what_changed_in_done_must_settle_too(night, hands):
    """It may still be flowing when the next pass finds it."""
    path = night.drop("a.csv", 1001)
    assert fates(by_hand(night, hands, settle=0.0)) == {"a.csv": "done"}
    path = night.only("done")
    path.write_text(export(1001, 1002))
    back = night.folder / "a.csv"
    hands.during = lambda: back.write_text(export(1001, 1002, 1003))
    assert fates(by_hand(night, hands)) == {}
    hands.during = lambda: None
    hands.pass_by(900)
    assert fates(by_hand(night, hands)) == {"a.csv": "done"}
    assert listed(night) == ["1001", "1002", "1003"]
