"""`verify`: is every number of a run on the stop list, as it is now?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stopimport.pipeline.comparison import compare, not_compared
from stopimport.pipeline.finish import amend, write_missing
from stopimport.pipeline.job import Result
from stopimport.pipeline.opening import opened
from stopimport.pipeline.session import access, in_session
from stopimport.sending.errors import AccountRefused, ListUnavailable, WrongAddress

if TYPE_CHECKING:
    from pathlib import Path

    from stopimport.pipeline.comparison import Comparison
    from stopimport.pipeline.job import Context, Job
    from stopimport.pipeline.session import Session


def verify(path: Path, context: Context) -> Result:
    """Compare the run in the folder `path` with the live stop list, and write what is missing.

    The run itself stays as it is: only `missing.csv` and the summary's `verify` change.

    Returns:
        The result's `exit_code` and `error` are those of the comparison, its summary that of the run.

    Raises:
        StopimportError: it is not a run, belongs to another account, is in use, or there is no key.
        KeyboardInterrupt: somebody asked to stop; nothing has changed.
    """
    with opened(path, context, changing=False) as job, access(job) as way:
        comparison = in_session(job, way, lambda session: _look(job, session))
        if comparison is None:
            raise KeyboardInterrupt
        files = write_missing(job, comparison)
        made, files["summary.json"] = amend(job, replace(job.journal.facts, verify=comparison.facts()))
        return Result(path, made, comparison.exit_code, comparison.error, files)


async def _look(job: Job, session: Session) -> Comparison | None:
    """Return what the list says; None: stopped."""
    try:
        return compare(job.journal, job.folder.path, await session.fetch())
    except (AccountRefused, WrongAddress, ListUnavailable) as error:
        return None if session.stopped else not_compared(error)
