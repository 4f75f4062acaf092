"""The last look at the stop list, after the sending: ids that got lost with an answer, and `--verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stopimport.pipeline.comparison import compare, not_compared
from stopimport.sending.errors import AccountRefused, ListUnavailable, WrongAddress
from stopimport.sending.outcomes import Ending, Outcome
from stopimport.text.language import Plural, _, translated
from stopimport.vocabulary import Status

if TYPE_CHECKING:
    from stopimport.pipeline.comparison import Comparison
    from stopimport.pipeline.job import Job
    from stopimport.pipeline.listed import Listed
    from stopimport.pipeline.session import Session


async def look_again(job: Job, session: Session, ending: Ending) -> Comparison | None:
    """Fetch the list once more if there is a reason to, and return what `--verify` says (None: it says nothing).

    After a sending that ended before its time nothing is verified: the run's own exit code says more.
    """
    nameless = sum(len(job.journal.nameless(block)[0]) for block in job.journal.blocks())
    verifying = job.context.options.verify and ending is Ending.FINISHED
    if not verifying and (not nameless or ending not in {Ending.FINISHED, Ending.ABORTED}):
        return None
    try:
        listed = await session.fetch()
    except (AccountRefused, WrongAddress, ListUnavailable) as error:
        _tell_nameless(job, nameless, str(error))
        stopped = job.context.stop.exit_code if session.stopped else None
        return not_compared(error, stopped) if verifying else None
    still = nameless - _name(job, listed)
    if listed.partial:
        _tell_nameless(job, still, _("{vendor} returned only part of the stop list."))
    return compare(job.journal, job.folder.path, listed) if verifying else None


def _tell_nameless(job: Job, count: int, why: str) -> None:
    if count:
        notice = Plural(
            "The id of {count:,} added number could not be looked up. {why}",
            "The ids of {count:,} added numbers could not be looked up. {why}",
        )
        job.notice(translated(notice, {"count": count, "why": why}))


def _name(job: Job, listed: Listed) -> int:
    """Write down the ids that the list has of numbers that have none, and return how many those are."""
    journal, found = job.journal, 0
    for block in journal.blocks():
        positions, facts = journal.nameless(block)
        if not len(positions):
            continue
        ids = listed.ids_of(journal.digits(block)[positions - block.start])
        for index, stop_id, (message, attempts, sent_at) in zip(positions.tolist(), ids, facts, strict=True):
            if stop_id:
                found += 1
                journal.record(Outcome(index, Status.ADDED, 200, stop_id, message, attempts, sent_at))
    return found
