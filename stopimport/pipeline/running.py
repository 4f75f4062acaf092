"""The way from files to a run: begin one, only check it, or go on with it."""

from __future__ import annotations

import logging
import time
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from stopimport.errors import ExitCode
from stopimport.pipeline.accounts import owned
from stopimport.pipeline.cluster import computing
from stopimport.pipeline.errors import AlreadyUndone, KeyMissing, NotResumable, NotWritten
from stopimport.pipeline.finish import finish
from stopimport.pipeline.job import Context, Ended, Job, Result, utc_now
from stopimport.pipeline.killed_sitting import count_killed
from stopimport.pipeline.opening import hold_folder, logging_of, prove_account, prove_account_state, refuse_other
from stopimport.pipeline.prepare import facts_of, guards_of_a_check, prepare
from stopimport.remote.address import is_address
from stopimport.runs import folder as folders
from stopimport.runs.errors import FileUnwritable, GroupUnusable, JournalUnusable, NoFolder
from stopimport.runs.journal import Journal
from stopimport.runs.locks import folder_lock
from stopimport.runs.lookup import peek
from stopimport.text.language import N_, _
from stopimport.vocabulary import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import BinaryIO

    from stopimport.errors import StopimportError
    from stopimport.loading.kept import ReadFiles
    from stopimport.runs.facts import RunFacts
    from stopimport.runs.folder import RunFolder

T = TypeVar("T")
_NO_RIGHTS = N_(
    "The disk of {folder} keeps no access rights: whoever can open that folder can read the phone numbers in it."
)
log = logging.getLogger(__name__)


def run(files: Sequence[str | Path], context: Context, *, stdin: BinaryIO | None = None) -> Result:
    """Read, clean and send `files`, and write the run's folder.

    Raises:
        StopimportError: the input, an option or the folder cannot be used, or its folder is in use; nothing was sent.
            What goes wrong once the folder exists is told by the result's `exit_code` and `error`.
    """
    check_way(context.options.base_url, sandbox=context.options.sandbox)
    listless = context.key is None and not context.options.sandbox
    return _begin(_Way("run", listless, _send), files, context, stdin)


def check(
    files: Sequence[str | Path],
    context: Context,
    *,
    stdin: BinaryIO | None = None,
    ready: ReadFiles | None = None,
) -> Result:
    """Read and clean `files`, and write the run's folder; nothing is sent.

    Args:
        files: what to read.
        context: what surrounds it.
        stdin: read for the file ``-``.
        ready: the same files, where they were read already.

    Raises:
        StopimportError: as `run`.
    """
    return _begin(_Way("check", listless=True, go_on=_finish_check), files, context, stdin, ready)


def read(file: str | Path, context: Context, *, keyed: bool) -> StopimportError | None:
    """Do the first half of `run`, up to where `resume` goes on: read and clean `file`, and make the run's folder.

    Args:
        file: one file.
        context: what surrounds it; the key is not needed.
        keyed: there will be one.

    Returns:
        the guard that ended the run, if one did.

    Raises:
        StopimportError: as `run`.
    """
    way = _Way("run", not keyed and not context.options.sandbox, _leave)
    result = _begin(way, [file], context, None)
    return result.error if result else None


def resume(path: Path, context: Context, *, just_read: bool = False) -> Result:
    """Go on with the run in the folder `path`: send what has no final outcome yet.

    Args:
        path: the run's folder.
        context: what surrounds the command.
        just_read: it is the second half of a `run` whose first was `read`, so that nobody resumes.

    Raises:
        StopimportError: it is not a run, belongs to another account, or cannot be resumed.
    """
    folder = folders.RunFolder(path)
    started, began = utc_now(), time.monotonic()
    if not path.is_dir():
        raise NoFolder(str(path))
    _refuse_if_not_resumable(peek(folder.journal), context, path)
    with ExitStack() as stack:
        hold_folder(stack, context, path)
        journal = stack.enter_context(Journal.open(folder.journal))
        prove_account(journal)
        _refuse_if_not_resumable(journal.facts, context, path)
        check_way(journal.facts.base_url, sandbox=journal.facts.sandbox)
        stack.enter_context(logging_of(folder, context))
        prove_account_state(context, journal.facts)
        count_killed(journal)
        anew = {**journal.facts.settings, **context.settings.in_force("resume", given=True)}
        resumed_by = journal.facts.resumed_by if just_read else (*journal.facts.resumed_by, context.by)
        facts = owned(journal.facts, context)
        journal.update(replace(facts, command="run", state=State.RUNNING, settings=anew, resumed_by=resumed_by))
        return _send(Job(folder, journal, context, started, began))


def check_way(base_url: str, *, sandbox: bool) -> None:
    """Refuse an address or a proxy that cannot be used before there is a folder to speak of.

    Raises:
        BadAddress, BadProxy: it cannot.
    """
    if not sandbox:
        from stopimport.pipeline.vendor_client import check_way  # noqa: PLC0415 - the network, which `check` does without

        check_way(base_url)


@dataclass(frozen=True, slots=True)
class _Way(Generic[T]):
    """What a command does with files."""

    command: str
    listless: bool
    """There will be no stop list that could show that fewer numbers would be sent."""
    go_on: Callable[[Job], T]
    """What is done with a run that no guard speaks against."""


def _begin(
    way: _Way[T],
    files: Sequence[str | Path],
    context: Context,
    stdin: BinaryIO | None,
    ready: ReadFiles | None = None,
) -> Result | T:
    started, began = utc_now(), time.monotonic()
    options = context.options
    with context.stop.breaking(), computing(context) as executor:
        prepared = prepare(files, context, stdin=stdin, ready=ready, executor=executor)
    first = prepared.loaded.files[0].file if prepared.loaded.files else "input"
    folder = folders.create(
        options.out,
        folders.run_name(started, first),
        [Path(file) for file in files if str(file) != "-" and not is_address(file)],
        group=options.group,
    )
    with ExitStack() as stack:
        stack.callback(_remove_if_empty, folder)
        stack.enter_context(folder_lock(folder.path))
        facts = facts_of(prepared, context, command=way.command, run=folder.name, started=started)
        if way.command == "run":
            prove_account_state(context, facts)
        guards = guards_of_a_check(prepared, options) if way.listless else list(prepared.guards)
        # From its first moment on the journal knows of a guard: a kill must not open a way past it.
        facts = replace(facts, guard=type(guards[0]).__name__ if guards else None)
        journal = stack.enter_context(Journal.create(folder.journal, facts, prepared.entries.stored))
        told, whole = prepared.loaded.notices, prepared.entries.whole
        # What is packed is on the disk now.
        del prepared
        stack.enter_context(logging_of(folder, context))
        for file in (folder.journal, folder.log):
            folders.share(file, options.group)
        job = Job(folder, journal, context, started, began, whole)
        if not folders.keeps_rights(folder.path):
            job.notice(_(_NO_RIGHTS).format(folder=folder.path))
        for notice in told:
            job.notice(str(notice))
        if guards:
            return replace(finish(job, Ended(State.ABORTED, ExitCode.GUARD, guards[0])), guards=tuple(guards))
        return way.go_on(job)


def _finish_check(job: Job) -> Result:
    return finish(job, Ended(State.CHECKED, ExitCode.OK))


def _leave(job: Job) -> None:
    """Leave a run as if it had been killed here, with the time that it took."""
    job.journal.update(replace(job.journal.facts, seconds=(utc_now() - job.started).total_seconds()))


def _send(job: Job) -> Result:
    if job.context.key is None and not job.journal.facts.sandbox:
        return finish(job, Ended(State.ABORTED, ExitCode.ACCOUNT_REFUSED, KeyMissing()))
    from stopimport.pipeline.sitting import sit  # noqa: PLC0415 - the network, which `check` does without

    try:
        return finish(job, sit(job))
    except (JournalUnusable, FileUnwritable, GroupUnusable) as error:
        if job.journal.made_calls:
            raise NotWritten(str(error)) from error
        raise


def _refuse_if_not_resumable(facts: RunFacts, context: Context, folder: Path) -> None:
    if facts.undo:
        raise AlreadyUndone(str(folder))
    if facts.guard:
        raise NotResumable(str(folder))
    refuse_other(facts, context, folder)


def _remove_if_empty(folder: RunFolder) -> None:
    """Take away the folder of a run that never began."""
    with suppress(OSError):
        folder.path.rmdir()
