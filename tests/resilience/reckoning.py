"""The reckoning after a run: the contract's equations, and results against the stop list, number by number."""

from __future__ import annotations

from collections import Counter

SETTLED = {"added", "already_listed", "refused"}


def balanced(program, run, *, rejects=True):
    """Check every equation of the contract for the folder `run`, and return its summary."""
    summary = program.summary(run)
    counts = summary["counts"]
    of_status = {name: counts[name] for name in ("added", "already_listed", "refused", "failed", "not_sent")}
    assert counts["entries"] == counts["cells"] - counts["blank"] + counts["split"]
    assert counts["entries"] == counts["rejected"] + counts["duplicate"] + counts["numbers"]
    assert counts["numbers"] == sum(of_status.values())
    results = program.rows(run)
    assert Counter(row["status"] for row in results) == Counter(
        {name: count for name, count in (of_status | {"duplicate": counts["duplicate"]}).items() if count}
    )
    if rejects:
        refused = Counter(row["reason"] for row in program.rows(run, "rejects.csv"))
        assert refused == summary["rejects_by_reason"]
        assert refused.total() == counts["rejected"] + counts["refused"]
    return summary


def true_to_the_list(program, run, api, before):
    """Check the results of the folder `run`, with nothing left to send, against the stop list, number by number.

    Args:
        program: knows the folder.
        run: the run's folder.
        api: the practice API.
        before: the list's ids by number before the run.

    Returns:
        The rows of the run's numbers, each once.
    """
    rows = program.rows(run)
    first = {row["phoneNumber"]: row for row in rows if row["status"] != "duplicate"}
    assert len(first) == sum(row["status"] != "duplicate" for row in rows), "each number has one outcome"
    listed = {entry.number: str(entry.id) for entry in api.entries()}
    assert before.items() <= listed.items(), "nothing was taken off"
    for number, row in first.items():
        assert row["status"] in SETTLED, row
        assert (number in listed) == (row["status"] != "refused"), row
        assert not (row["status"] == "added" and number in before), row
        assert row["status"] != "added" or int(row["attempts"]) > 0, row
        assert row["stopId"] in {"", listed.get(number, "")}, row
        assert row["status"] != "added" or row["stopId"] or _unnamed(program.summary(run)), row
    assert listed.keys() <= before.keys() | first.keys(), "nothing else was put on the list"
    for row in rows:
        if row["status"] == "duplicate":
            assert (row["code"], row["stopId"]) == tuple(first[row["phoneNumber"]][name] for name in ("code", "stopId"))
    return list(first.values())


def _unnamed(summary):
    """Say whether the run tells that ids could not be looked up, of one number or of several."""
    return any("could not be looked up" in notice for notice in summary["notices"])
