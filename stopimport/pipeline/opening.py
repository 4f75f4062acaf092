"""Opening the folder of a run that there is: locks, log, and whether it is this account's."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.pipeline.accounts import account_of, owned, refuse_other_account
from stopimport.pipeline.errors import CoordinatorNeeded, OtherAddress
from stopimport.pipeline.finish import finish
from stopimport.pipeline.job import Ended, Job, utc_now
from stopimport.pipeline.killed_sitting import count_killed
from stopimport.runlog import logging_to
from stopimport.runs.errors import NoFolder
from stopimport.runs.folder import RunFolder
from stopimport.runs.journal import Journal
from stopimport.runs.locks import folder_lock
from stopimport.runs.lookup import peek
from stopimport.vocabulary import State, Status

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from stopimport.pipeline.job import Context
    from stopimport.runs.facts import RunFacts


_ACCEPTED = (Status.ADDED.value, Status.ALREADY_LISTED.value, Status.REFUSED.value)
"""Outcomes that only an accepted account brings."""


@contextmanager
def opened(path: Path, context: Context, *, changing: bool) -> Iterator[Job]:
    """Open the run in the folder `path`, which nobody else can use inside the ``with`` block.

    A run that was killed is written out first: it has a summary then, as every other one.

    Args:
        path: the run's folder.
        context: what surrounds the command.
        changing: whether the stop list will be changed.

    Raises:
        StopimportError: it is not a run, belongs to another account or address, or is in use.
    """
    if not path.is_dir():
        raise NoFolder(str(path))
    folder = RunFolder(path)
    refuse_other(peek(folder.journal), context, path)
    with ExitStack() as stack:
        hold_folder(stack, context, path)
        journal = stack.enter_context(Journal.open(folder.journal))
        prove_account(journal)
        refuse_other(journal.facts, context, path)
        journal.update(owned(journal.facts, context))
        stack.enter_context(logging_of(folder, context))
        if changing:
            prove_account_state(context, journal.facts)
        job = Job(folder, journal, context, utc_now())
        if journal.facts.state is State.RUNNING:
            count_killed(journal)
            finish(job, Ended(State.INTERRUPTED, ExitCode.INTERRUPTED))
        yield job


def refuse_other(facts: RunFacts, context: Context, folder: Path) -> None:
    """Refuse to go on with a run at another address, with another account's key, or beside its coordinator.

    Raises:
        OtherAddress, OtherAccount, CoordinatorNeeded: so it would be.
    """
    if facts.sandbox:
        # Its list is in its folder, whatever the settings say.
        return
    options = context.options
    if options.address_given and options.base_url.rstrip("/") != facts.base_url.rstrip("/"):
        raise OtherAddress(str(folder), facts.base_url)
    refuse_other_account(facts, context, folder)
    if facts.coordinator and not context.options.coordinator:
        raise CoordinatorNeeded(str(folder), facts.coordinator)


def prove_account(journal: Journal) -> None:
    """Learn from the answers that a killed sitting got that its account is the one that the run belongs to."""
    facts = journal.facts
    unproven = facts.state is State.RUNNING and facts.account and not facts.account_proven
    if unproven and not journal.counts().keys().isdisjoint(_ACCEPTED):
        journal.update(replace(facts, account_proven=True))


def hold_folder(stack: ExitStack, context: Context, path: Path) -> None:
    """Hold the folder of a run that there is.

    Raises:
        FolderBusy: something else holds it.
        KeyboardInterrupt: somebody asked to stop while it was waited for.
    """
    told = context.watcher.warn
    with context.stop.breaking():
        stack.enter_context(folder_lock(path, wait=context.options.wait, told=lambda busy: told(str(busy))))


def prove_account_state(context: Context, facts: RunFacts) -> None:
    """Prove that whoever deals out the account's slots can be asked; the practice API of a folder needs nobody.

    Raises:
        LockUnusable, CoordinatorUnusable: see `pipeline.sharing.sharing`.
    """
    if context.key is not None and not facts.sandbox:
        from stopimport.pipeline.sharing import Account, prove_sharing  # noqa: PLC0415 - for senders only

        account = Account(account_of(facts, context) or context.key.account, context.options.coordinator)
        prove_sharing(account, context.settings.send_options())


def logging_of(folder: RunFolder, context: Context) -> AbstractContextManager[None]:
    """Write the run's log inside the ``with`` block."""
    return logging_to(folder.log, context.options.log_format)
