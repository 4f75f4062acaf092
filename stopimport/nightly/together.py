"""Several machines that serve one shared folder side by side: each takes its files by a lease at the coordinator.

A file is taken by its name, so that a run of it, and what is written anew under that name, are never two machines'
matter at once; then by its content, so that of two files with the same content the second is found to be imported. What
is done the folders say: the coordinator knows only who is at work.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import time
import uuid
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from stopimport.errors import StopimportError
from stopimport.nightly import record as runs
from stopimport.nightly.errors import ClaimLost, InboxUnusable
from stopimport.nightly.outcome import Action
from stopimport.nightly.remote.claims import Offer, id_of
from stopimport.nightly.remote.recorded import RecordClaim
from stopimport.nightly.remote.records import Record, State, as_json
from stopimport.nightly.wording import veiled
from stopimport.plainfiles import open_plain
from stopimport.remote.loop import Loop
from stopimport.runs.errors import CoordinatorAway
from stopimport.runs.leases import open_leases
from stopimport.sending.grid import KeeperAwayError
from stopimport.text.language import N_, Sentence, _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import ExitStack
    from pathlib import Path
    from typing import TypeVar

    from stopimport.nightly.outcome import FileOutcome
    from stopimport.nightly.past import Past
    from stopimport.nightly.remote.claims import Holder
    from stopimport.runs.leases import Leases

    T = TypeVar("T")

LEASE = 30.0
"""Seconds for which a claim holds unless it is renewed."""
PATIENCE = 300.0
"""Seconds for which the coordinator may be away before the pass ends."""
_AGAIN = 1.0
"""Seconds after which it is asked again."""
_NAME = ".stopimport-inbox"
"""In the inbox's folder of done files, where nobody else writes: what all machines call the inbox."""
_TRIES, _PAUSE = 10, 0.2
_LENGTH = 32
log = logging.getLogger(__name__)


class Ledger:
    """Keeps the records of claims at the coordinator (`recorded.Keeping`): a record's version is its lease."""

    def __init__(self, leases: Leases, holder: Holder, loop: Loop) -> None:
        self.loop, self.holder = loop, holder
        self._leases = leases

    @property
    def lease(self) -> float:
        """Seconds for which a claim holds."""
        return self._leases.seconds

    def fresh(self, record: Record) -> Record:
        """Return the record with a new end of its lease: by our clock, and for people only."""
        until = datetime.fromtimestamp(time.time() + self.lease, UTC)
        return replace(record, until=until.isoformat(timespec="seconds"))

    def take(self, offer: Offer, record: Record) -> tuple[RecordClaim[str] | None, float]:
        """Return a claim; or None, and for how many seconds nobody gets one."""
        record = self.fresh(replace(record, state=State.CLAIMED, owner=self.holder.owner))
        taken = self._leases.take(offer.id, as_json(record).decode())
        return (RecordClaim(self, offer, record, taken.token) if taken.token else None), taken.left

    def write(self, name: str, record: Record, version: str | None) -> str | None:
        """Write a record of ours, which keeps its version."""
        claimed = record.state is State.CLAIMED
        kept = self._leases.write(name, version or "", as_json(record).decode(), claimed=claimed)
        return version if kept else None

    async def written(self, name: str, record: Record, version: str | None) -> str | None:
        """Do what `write` does, beside the loop; raises CoordinatorAway."""
        try:
            return await asyncio.to_thread(self.write, name, record, version)
        except KeeperAwayError as error:
            raise CoordinatorAway(error.args[0]) from None

    def ours(self, name: str) -> str | None:  # noqa: ARG002 - the protocol's name
        """Return nothing: a version that is refused is over."""
        return None

    def ended(self, offer: Offer, record: Record, version: str | None) -> str:  # noqa: ARG002 - the protocol's names
        """Do nothing: the file has been moved before."""
        return ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How the coordinator is waited for."""

    pause: Callable[[float], object]
    """Ends at once, with KeyboardInterrupt, when somebody asks to stop."""
    steady: Callable[[], float]
    told: Callable[[str], object]

    def until_it_answers(self, ask: Callable[[], T]) -> T:
        """Return what `ask` returns, once the coordinator answers.

        Raises:
            CoordinatorAway: it stays away.
        """
        end = self.steady() + PATIENCE
        while True:
            try:
                return ask()
            except KeeperAwayError as error:
                if self.steady() > end:
                    raise CoordinatorAway(error.args[0]) from None
            self.pause(_AGAIN)


class Together:
    """See `taking.Taking`."""

    shared = True

    def __init__(self, ledger: Ledger, past: Past, inbox: Path, waiting: Waiting) -> None:
        self._ledger, self._past, self._inbox, self._waiting = ledger, past, inbox, waiting
        self._claims: list[RecordClaim[str]] = []
        self._told = False

    @contextmanager
    def file(self, name: str, outcomes: Sequence[FileOutcome] = ()) -> Iterator[bool]:
        """Claim a file, and end the claim as the file's outcome says."""
        before = len(outcomes)
        if not self._claim(Offer(id_of("file", name), name), self._described(name)):
            yield False
            return
        try:
            yield True
        finally:
            claims, self._claims = self._claims, []
            for claim in reversed(claims):
                self._end(claim, outcomes[-1] if len(outcomes) > before else None)

    def content(self, sha256: str) -> bool:
        """Claim a content, unless it is an unfinished run's."""
        if any(record.sha256 == sha256 for _run, record in self._past.unsettled()):
            return False
        return self._claim(Offer(id_of("content", sha256), sha256), Record(key=sha256))

    def prove(self) -> None:
        """Renew what we have."""
        for claim in self._claims:
            if not self._waiting.until_it_answers(claim.holds):
                self._ledger.holder.lost()
                raise ClaimLost

    def _claim(self, offer: Offer, record: Record) -> bool:
        while True:
            claim, left = self._waiting.until_it_answers(lambda: self._ledger.take(offer, record))
            if claim:
                self._claims.append(claim)
                return True
            if not left:
                return False
            if not self._told:
                self._waiting.told(_(_WAITS).format(seconds=round(self._ledger.lease)))
                self._told = True
            self._waiting.pause(min(left, _AGAIN))

    def _described(self, name: str) -> Record:
        """Return a record of the file as it is now, for whoever looks who has what."""
        try:
            facts = (self._inbox / name).lstat()
        except OSError:
            return Record(key=veiled(name))
        mark = f"{facts.st_ino}:{facts.st_mtime_ns}:{facts.st_ctime_ns}"
        return Record(key=veiled(name), etag=mark, size=facts.st_size)

    def _end(self, claim: RecordClaim[str], outcome: FileOutcome | None) -> None:
        run = outcome.folder if outcome else None
        try:
            if outcome is None or outcome.action is Action.WAITING:
                claim.give_back(run.name if run else "")
            else:
                known = runs.read(run) if run else None
                claim.finish(outcome, known.sha256 if known else "")
        except (KeeperAwayError, StopimportError) as error:
            # It runs out by itself.
            log.warning("%s", error)


_WAITS = N_(
    "The coordinator was just started, or knows nothing of this inbox yet. No file is taken for {seconds} seconds: "
    "another machine may be at it."
)


_NO_NAME = N_("it does not hold the name of the inbox, so delete it")


def open_ledger(stack: ExitStack, done: Path, address: str, holder: Holder) -> Ledger:
    """Return who keeps the claims on the files of an inbox at the coordinator, which has answered.

    Args:
        stack: closes it.
        done: the inbox's folder of done files.
        address: the coordinator's.
        holder: who we are.

    Raises:
        CoordinatorError: it cannot be used.
        InboxUnusable: the inbox has no name that all machines know, and cannot be given one.
    """
    leases = open_leases(address, _name_of(done), LEASE)
    stack.callback(leases.close)
    loop = Loop()
    stack.callback(loop.close)
    return Ledger(leases, holder, loop)


def _name_of(done: Path) -> str:
    """Return what all machines call an inbox, wherever each of them has it; the first one makes that up.

    Raises:
        InboxUnusable: it cannot be read or written.
    """
    path = done / _NAME
    try:
        with suppress(FileExistsError):
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(uuid.uuid4().hex)
        for _try in range(_TRIES):
            with open_plain(path, lone=True) as found:
                name = found.read(_LENGTH).decode("ascii", "replace")
            if re.fullmatch(r"[0-9a-f]{32}", name):
                return name
            # Another machine has just made it.
            time.sleep(_PAUSE)
    except OSError as error:
        raise InboxUnusable(str(path), error.strerror or str(error)) from error
    raise InboxUnusable(str(path), Sentence(_NO_NAME))
