"""The journal of undo: what left the list, what may have left it."""

from __future__ import annotations

from stopimport.runs.journal import UNDO_COLUMNS, Journal
from stopimport.sending.outcomes import UndoStep


def test_before_undo_there_is_nothing(journal):
    """A run that was not undone has an empty table with the documented columns."""
    steps = journal.undo_outcomes()
    assert list(UNDO_COLUMNS) == list(steps.columns)
    assert steps.empty


def test_steps_come_back_in_order(path, journal):
    """Each step is there after the journal was closed and opened again, in the order of the run."""
    steps = [UndoStep(f"+3363900000{index}", str(300 + index), "") for index in range(2, -1, -1)]
    journal.undo_reserve(steps)
    journal.undo_record(UndoStep("+33639000002", "302", "failed", 500, "réessayez"))
    journal.undo_record(UndoStep("+33639000000", "300", "removed", 200, "", 1_790_000_000.5))
    journal.close()
    with Journal.open(path) as again:
        rows = again.undo_outcomes()
    assert rows["phoneNumber"].tolist() == ["+33639000000", "+33639000001", "+33639000002"]
    assert rows["stopId"].tolist() == ["300", "301", "302"]
    assert rows["status"].tolist() == ["removed", "", "failed"]
    assert rows["code"].fillna(-1).tolist() == [200, -1, 500]
    assert rows["message"].tolist() == ["", "", "réessayez"]
    assert rows["removedAt"][0] == 1_790_000_000.5
    assert rows["removedAt"][1:].isna().all()


def test_what_may_have_gone_out_is_on_disk_first(path, journal):
    """A reservation is on disk when it returns: killed now, the numbers count as perhaps removed."""
    journal.undo_reserve([UndoStep("+33639000000", "300", "")])
    with Journal.open(path) as other:
        assert other.undo_outcomes()["status"].tolist() == [""]
