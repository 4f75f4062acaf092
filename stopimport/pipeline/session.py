"""The stop list at hand: the account's at the vendor, or the practice list of a run's folder."""

from __future__ import annotations

import asyncio
import gc
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from stopimport.pipeline.accounts import account_of
from stopimport.pipeline.errors import KeyNeeded
from stopimport.pipeline.job import Waiting
from stopimport.pipeline.listed import Gathering
from stopimport.pipeline.sharing import Account, sender_of, sharing
from stopimport.pipeline.vendor_client import client_for
from stopimport.sandbox.options import SandboxOptions
from stopimport.sandbox.server import running
from stopimport.sending.sender import Surroundings, fetch_list

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    import numpy as np
    from numpy.typing import NDArray

    from stopimport.pipeline.job import Job
    from stopimport.pipeline.listed import Listed
    from stopimport.sending.calls import Client
    from stopimport.sending.outcomes import SendOptions
    from stopimport.sending.shared_pace import SharedPace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Access:
    """Where the list is, and what opens it."""

    address: str
    secret: str = field(repr=False)
    account: str | None
    """The key's hash; None for the practice list of a folder."""
    name: str | None = None
    """What the account is called by; None for the practice list of a folder."""


@contextmanager
def access(job: Job) -> Iterator[Access]:
    """Give access to the list that the run of `job` belongs to; its practice API runs inside the ``with`` block.

    Raises:
        KeyNeeded: there is no API key.
    """
    facts, key = job.journal.facts, job.context.key
    if facts.sandbox:
        with running(SandboxOptions(state=job.folder.sandbox)) as practice:
            yield Access(practice.url, practice.key, None)
    elif key is None:
        raise KeyNeeded
    else:
        yield Access(facts.base_url, key.reveal(), key.account, account_of(facts, job.context) or key.account)


@dataclass(frozen=True, slots=True)
class Session:
    """The list's client while it is open, and what it is used with: one rate for all calls."""

    client: Client
    options: SendOptions
    around: Surroundings
    shared: SharedPace | None
    """Our part of the account's rate; None: there can be no other senders."""
    wanted: Callable[[], NDArray[np.int64]]
    """Gives the run's numbers, of which the list is asked."""

    def alone(self) -> bool:
        """Say whether nobody else has been adding numbers since this session began."""
        return self.client.pace is None or self.client.pace.alone()

    async def fetch(self) -> Listed:
        """Fetch the list.

        Raises:
            AccountRefused, WrongAddress, AskedToWait, ListUnavailable: see `sending.sender.fetch_list`.
        """
        # Nothing is lost when this is broken off, so nobody who wants to stop has to wait for it.
        around = replace(self.around, patience=replace(self.around.patience, drain=0))
        gathering = Gathering(self.wanted())
        return gathering.done(await fetch_list(self.client, gathering, options=self.options, around=around))

    @property
    def stopped(self) -> bool:
        """Whether somebody asked to stop."""
        return self.around.stop.is_set()


def in_session(job: Job, way: Access, work: Callable[[Session], Awaitable[T]], *, adds: bool = False) -> T:
    """Do `work` with the list open, and return what it returns; a wish to stop reaches it by `Session.around`.

    Args:
        job: the run.
        way: where its list is.
        work: what to do.
        adds: it puts numbers on the list.

    Raises:
        LockUnusable, CoordinatorUnusable: see `pipeline.sharing.sharing`.
    """
    options = job.context.settings.send_options()
    around = Surroundings(progress=Waiting(job.context.watcher))
    with ExitStack() as stack:
        pace = None
        if way.name is not None:
            account = Account(way.name, job.context.options.coordinator)
            sender = sender_of(job.folder.path, job.journal.facts.started_at)
            pace = stack.enter_context(sharing(account, options, sender=sender, adds=adds))
        client = client_for(way.secret, way.address, options, pace)
        stack.enter_context(_set_aside())
        return asyncio.run(_in_session(job, Session(client, options, around, pace, job.journal.ascending), work))


@contextmanager
def _set_aside() -> Iterator[None]:
    """Keep the garbage collector from what there is now: it stays, and going through it takes a twelfth of a call."""
    if gc.get_freeze_count():
        # Whoever calls us has done the same, and would not want it undone.
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


async def _in_session(job: Job, session: Session, work: Callable[[Session], Awaitable[T]]) -> T:
    async with session.client:
        with job.context.stop.bound(asyncio.get_running_loop(), session.around.stop, session.around.pause):
            return await work(session)
