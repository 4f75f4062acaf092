"""The journal of undo: what left the list, what may have left it."""

from __future__ import annotations

from stopimport.runs.journal import Journal
from stopimport.sending.outcomes import UndoStep

NUMBERS = [f"+3363900000{index}" for index in range(3)]


def test_before_undo_there_is_nothing(journal):
    """Of a run that was not undone no number has a step."""
    assert journal.undo_steps(NUMBERS) == {}
    assert journal.undo_doubts() == []
    assert journal.undone(["", "removed"]).tolist() == []


def test_steps_come_back(path, journal):
    """Each step is there after the journal was closed and opened again, for whoever asks by number or by status."""
    steps = [UndoStep(number, str(300 + index), "") for index, number in enumerate(NUMBERS)]
    journal.undo_reserve(reversed(steps))
    journal.undo_record(failed := UndoStep(NUMBERS[2], "302", "failed", 500, "réessayez"))
    journal.undo_record(removed := UndoStep(NUMBERS[0], "300", "removed", 200, "", 1_790_000_000.5))
    journal.close()
    with Journal.open(path) as again:
        found = again.undo_steps([*NUMBERS, "+33639000009", *(f"+336390{index:05}" for index in range(10, 1200))])
        assert (again.undo_doubts(), again.undone(["removed", "failed"]).tolist()) == (
            [steps[1]],
            [33639000000, 33639000002],
        )
    assert found == {NUMBERS[0]: removed, NUMBERS[1]: steps[1], NUMBERS[2]: failed}


def test_what_may_have_gone_out_is_on_disk_first(path, journal):
    """A reservation is on disk when it returns: killed now, the numbers count as perhaps removed."""
    journal.undo_reserve([step := UndoStep(NUMBERS[0], "300", "")])
    with Journal.open(path) as other:
        assert other.undo_doubts() == [step]
