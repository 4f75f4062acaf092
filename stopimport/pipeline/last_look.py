"""The last look at the stop list, after the sending: ids that got lost with an answer, and `--verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.pipeline.comparison import compare, not_compared
from stopimport.runs.digits import digits_of
from stopimport.sending.errors import AccountRefused, ListUnavailable, WrongAddress
from stopimport.sending.outcomes import Ending, Outcome
from stopimport.text.language import Plural, _, translated
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    import pandas as pd

    from stopimport.pipeline.comparison import Comparison
    from stopimport.pipeline.job import Job
    from stopimport.pipeline.listed import Listed
    from stopimport.pipeline.session import Session


async def look_again(job: Job, session: Session, ending: Ending) -> Comparison | None:
    """Fetch the list once more if there is a reason to, and return what `--verify` says (None: it says nothing).

    After a sending that ended before its time nothing is verified: the run's own exit code says more.
    """
    nameless = _nameless(job)
    verifying = job.context.options.verify and ending is Ending.FINISHED
    if not verifying and (nameless.empty or ending not in {Ending.FINISHED, Ending.ABORTED}):
        return None
    try:
        listed = await session.fetch()
    except (AccountRefused, WrongAddress, ListUnavailable) as error:
        _tell_nameless(job, len(nameless), str(error))
        stopped = job.context.stop.exit_code if session.stopped else None
        return not_compared(error, stopped) if verifying else None
    still = len(nameless) - _name(job, nameless, listed)
    if listed.partial:
        _tell_nameless(job, still, _("{vendor} returned only part of the stop list."))
    return compare(job.journal, job.folder.path, listed) if verifying else None


def _nameless(job: Job) -> pd.DataFrame:
    """Return the outcomes of numbers that were added by a call whose answer, with the id in it, got lost."""
    outcomes = job.journal.outcomes()
    return outcomes[(outcomes["status"] == Status.ADDED.value) & (outcomes["stop_id"] == "")]


def _tell_nameless(job: Job, count: int, why: str) -> None:
    if count:
        notice = Plural(
            "The id of {count:,} added number could not be looked up. {why}",
            "The ids of {count:,} added numbers could not be looked up. {why}",
        )
        job.notice(translated(notice, {"count": count, "why": why}))


def _name(job: Job, nameless: pd.DataFrame, listed: Listed) -> int:
    """Write down the ids that the list has, and return how many those are."""
    found = 0
    for index, stop_id in zip(nameless.index, listed.ids_of(digits_of(nameless["number"].tolist())), strict=True):
        if stop_id:
            found += 1
            row = nameless.loc[index]
            attempts, sent_at = int(row["attempts"]), float(row["sent_at"])
            job.journal.record(Outcome(int(index), Status.ADDED, 200, stop_id, row["message"], attempts, sent_at))
    return found
