"""The file by which the processes of an account keep its rate: lost, odd or foreign, it grants nothing for a window."""

from __future__ import annotations

import json
import os
import zlib

import filelock
import pytest

from stopimport.runs import slotfile
from stopimport.runs.errors import LockUnusable
from stopimport.runs.slotfile import SlotFile, slot_file
from stopimport.sending.grid import Asker, KeeperAwayError

ONE, OTHER = Asker("one", 10, 1.0, adds=True), Asker("other", 10, 1.0, adds=True)


class Clock:
    """Seconds since the machine was started, as a test sets them."""

    def __init__(self, now=5000.0):
        self.now = now

    def __call__(self):
        """Return the time set."""
        return self.now


@pytest.fixture
def clock():
    """A clock that a test sets."""
    return Clock()


@pytest.fixture
def path(tmp_path, monkeypatch):
    """An account's file, which is not there yet, in a state folder of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return slot_file("1a2b3c4d")


def used(path, clock):
    """Use the file as a sender does, and return it."""
    slots = SlotFile(path, 1.0, clock)
    slots.join(ONE)
    assert slots.deal(ONE).count == 1
    return slots


def test_two_processes_share_one_grid(path, clock):
    """Each gets its slots after those that the other one got."""
    one, other = SlotFile(path, 1.0, clock), SlotFile(path, 1.0, clock)
    slots = [each.deal(asker).first for each, asker in ((one, ONE), (other, OTHER), (one, ONE))]
    assert slots == [pytest.approx(5000 + index * 0.102) for index in range(3)]


def test_the_first_use_on_a_machine_waits_for_nothing(path, clock):
    """Where there was no state folder nothing can have been lost; only its owner reads what is in it."""
    assert SlotFile(path, 60.0, clock).deal(ONE).count == 1
    assert [each.stat().st_mode & 0o077 for each in (path, path.parent)] == [0, 0]


def damaged(path):
    """Fill it with zeros."""
    path.write_bytes(b"\x00" * 100)


def cut_short(path):
    """Take its end away."""
    path.write_bytes(path.read_bytes()[:-20])


def emptied(path):
    """Empty it."""
    path.write_bytes(b"")


def of_another_boot(path):
    """Let it be of another run of the machine."""
    generation, text, _check, *_ = path.read_bytes().split(b"\n")
    state = json.dumps(json.loads(text) | {"boot": "another"}).encode()
    path.write_bytes(b"%s\n%s\n%08x\n" % (generation, state, zlib.crc32(state)))


def from_the_future(path):
    """Let it be written later than now."""
    generation, text, _check, *_ = path.read_bytes().split(b"\n")
    state = json.dumps(json.loads(text) | {"seen": 9e9}).encode()
    path.write_bytes(b"%s\n%s\n%08x\n" % (generation, state, zlib.crc32(state)))


def of_other_content(path):
    """Write something else into it."""
    path.write_bytes(b"0000000000000000\n[1, 2]\n00000000\n")


def replaced(path):
    """Put another file in its place."""
    path.rename(path.with_suffix(".old"))
    path.touch()


@pytest.mark.parametrize(
    "harm",
    [os.unlink, damaged, cut_short, emptied, of_another_boot, from_the_future, of_other_content, replaced],
)
def test_lost_or_odd_state_grants_nothing_for_a_window(path, clock, harm):
    """Neither to a sender that was there, whose slots are void, nor to a new one; after a window both go on."""
    before = used(path, clock)
    dealt = before.deal(ONE)
    harm(path)
    new = SlotFile(path, 1.0, clock)
    told = new.deal(OTHER)
    assert (told.count, told.held > 0.9) == (0, True)
    assert not before.valid(dealt.generation)
    assert before.deal(ONE).count == 0
    clock.now += 1.03
    assert new.deal(OTHER).count == 1
    assert before.deal(ONE).count == 1


def test_a_call_that_left_late_takes_a_slot_of_the_others(path, clock):
    """Slots dealt before are void for all, and the next one comes a slot later than it would."""
    one, other = used(path, clock), SlotFile(path, 1.0, clock)
    other.join(OTHER)
    dealt = other.deal(OTHER)
    clock.now += 0.05
    one.late(ONE)
    assert not other.valid(dealt.generation)
    assert other.deal(OTHER).first == pytest.approx(clock.now + 2 * 0.102)


def test_a_reboot_is_known_by_the_machine(path, clock, monkeypatch):
    """After a restart nothing goes out for a window, and it is still known how many have been adding."""
    slots = used(path, clock)
    mark = slots.join(ONE)
    slots.close()
    monkeypatch.setattr(slotfile, "boot", lambda: "after the restart")
    clock.now = 20.0
    slots = SlotFile(path, 1.0, clock)
    assert slots.deal(ONE).count == 0
    clock.now += 1.03
    assert slots.deal(ONE).count == 1
    slots.leave(ONE)
    again = slots.join(OTHER)
    assert again.story == mark.story
    assert again.number > mark.number


def test_a_state_folder_that_two_machines_share_is_told(path, clock, monkeypatch):
    """The one that was there first sends nothing any more, instead of both waiting for each other for ever."""
    here = used(path, clock)
    dealt = here.deal(ONE)
    monkeypatch.setattr(slotfile, "boot", lambda: "another machine")
    there = SlotFile(path, 1.0, clock)
    assert there.deal(OTHER).held
    assert not here.valid(dealt.generation)
    with pytest.raises(KeeperAwayError, match="--coordinator"):
        here.deal(ONE)
    clock.now += 1.03
    assert there.deal(OTHER).count == 1


def test_whoever_is_alone_knows(path, clock):
    """Another process that adds is noticed, also after it has left."""
    slots, others = SlotFile(path, 1.0, clock), SlotFile(path, 1.0, clock)
    mark = slots.join(ONE)
    assert slots.alone(mark)
    others.join(OTHER)
    others.leave(OTHER)
    assert not slots.alone(mark)


def test_a_lock_that_is_held_holds_nobody_up_for_long(path, clock):
    """A process that was stopped with the lock in its hands: the others are told, and nothing goes out."""
    slots = used(path, clock)
    with path.open("r+b") as stopped:
        filelock.lock_descriptor(stopped.fileno())
        with pytest.raises(KeeperAwayError, match="locked"):
            slots.deal(ONE)
    assert slots.deal(ONE).count == 1


def test_a_link_is_not_followed(path, tmp_path, clock):
    """A link in the place of the file leads nowhere."""
    target = tmp_path / "victim"
    target.write_text("mine")
    path.parent.mkdir(parents=True)
    path.symlink_to(target)
    with pytest.raises(LockUnusable):
        SlotFile(path, 1.0, clock)
    assert target.read_text() == "mine"


def test_an_unusable_state_folder_is_told(path, clock):
    """When the state folder cannot be made, the error names the file and the variable that moves it."""
    path.parent.parent.parent.write_text("a file where the folder should be")
    with pytest.raises(LockUnusable, match="XDG_STATE_HOME") as caught:
        SlotFile(path, 1.0, clock)
    assert str(path) in str(caught.value)


def test_names_make_files_of_their_own():
    """However an account is called, its file lies in the state folder, and no other account has the same."""
    names = ["1a2b3c4d", "shop", "Shop", "../shop", "a/b", "a_b", "é", "x" * 300, "1a2b3c4", ".", "CON", "\udcff"]
    files = [slot_file(name) for name in names]
    assert len(set(files)) == len(names)
    assert {file.parent for file in files} == {slot_file("1a2b3c4d").parent}
    assert all(len(file.name) < 100 for file in files)
