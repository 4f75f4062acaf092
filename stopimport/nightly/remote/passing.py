"""One pass over an inbox that lies elsewhere: every file there that nobody has done with, and nobody else is at.

Each file is brought into a private folder and imported from there as one of an inbox on this machine is; what becomes
of it is written down where it lies. Everything is listed each time: no time of a store or a machine leaves a file out.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode
from stopimport.loading.errors import FileTooBig
from stopimport.nightly import places
from stopimport.nightly import record as records
from stopimport.nightly.memory import Memory
from stopimport.nightly.onefile import FileImporter
from stopimport.nightly.outcome import Action, FileOutcome, PassResult
from stopimport.nightly.past import Past
from stopimport.nightly.patience import keep_wait, pausing, waiting, with_address
from stopimport.nightly.places import InboxOptions, Places
from stopimport.nightly.rejects import parse_alert
from stopimport.nightly.remote.choosing import claims_for
from stopimport.nightly.remote.claims import Holder, Offer, own_name
from stopimport.nightly.retention import Retention
from stopimport.remote.errors import NoRoom, RemoteAway, RemoteChanged, RemoteError
from stopimport.remote.fetching import safe_name
from stopimport.remote.opening import Stores
from stopimport.text.language import _

if TYPE_CHECKING:
    from contextlib import ExitStack

    from stopimport.nightly.intake import WallClock
    from stopimport.nightly.record import Record
    from stopimport.nightly.remote.claims import Claim, Claims
    from stopimport.pipeline.job import Context
    from stopimport.remote.address import Address
    from stopimport.remote.store import Store

_FOR_ALL = (RemoteAway, NoRoom)
"""Errors that every other file would meet, too."""
log = logging.getLogger(__name__)


class RemotePass:
    """See `inbox.one_pass`, which calls `check`, `hold` and `go`, and `result` if they fail."""

    def __init__(self, inbox: Address, context: Context, clock: WallClock) -> None:
        # However it is spelt: runs and memory go by it.
        self.inbox = inbox.at(inbox.path.rstrip("/"))
        self._context, self._clock = context, pausing(clock, context)
        self._options = context.settings.of(InboxOptions)
        self._started = self._now()
        self._memory = Memory.load(str(self.inbox))
        self._importer: FileImporter | None = None
        self._left: dict[str, Offer] = {}
        self._warnings: list[str] = []
        self._cut_short = False
        self._store: Store
        self._claims: Claims

    def check(self) -> None:
        """Tell of a setting that cannot be, before anything is done."""
        self._context.settings.send_options()
        parse_alert(self._options.alert_rejects)

    def hold(self, stack: ExitStack) -> Places:
        """Open the store, and find out how claims work there.

        Raises:
            RemoteError: it cannot be used.
            InboxUnusable, GroupUnusable: the folder of runs cannot be used.
            FolderBusy: claims do not work there, and another pass is going on.
        """
        runs = places.prepare_runs(self._options, self._context.options.group)
        spool = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="stopimport-", ignore_cleanup_errors=True)))
        stores = stack.enter_context(Stores())
        self._store = stores.of(self.inbox)
        holder = Holder(own_name(), self._lost, self._options.move, runs, self._options.settle, self._memory.known)
        self._claims = claims_for(self.inbox, stores, holder, self._memory, self._clock)
        wait = self._context.options.wait
        stack.enter_context(self._claims.hold(wait, lambda busy: self._context.watcher.warn(str(busy))))
        return Places(spool, runs)

    def go(self, where: Places) -> PassResult:
        """Do everything in order."""
        past = Past(where.runs, str(self.inbox))
        importer = self._importer = FileImporter(with_address(self._context), where, past, self._clock)
        if self._claims.warning:
            self._warnings.append(self._claims.warning)
        if waits := waiting(self._memory, self._context, self._clock):
            self._warnings.append(waits)
            self._left = {offer.id: offer for offer in self._claims.offers(())}
            return self.result(ExitCode.INCOMPLETE if self._left else ExitCode.OK)
        ours = {record.offer: (run, record) for run, record in past.ours() if not record.settled}
        try:
            self._take_all(importer, ours, where)
        except KeyboardInterrupt:
            self._cut_short = True
        keep_wait(self._memory, self._context, self._clock, importer.asked)
        self._save()
        if self._options.keep_days is not None and not self._context.stop.requested:
            retention = Retention(where.runs, where.inbox, str(self.inbox), self._options.keep_days)
            self._warnings += retention.sweep(self._now())
        return self.result()

    def result(self, ended_by: ExitCode = ExitCode.OK) -> PassResult:
        """Return what was done until now."""
        now, stop = self._now(), self._context.stop
        if stop.requested and self._cut_short and ended_by is ExitCode.OK:
            ended_by = stop.exit_code
        times = [offer.entry.time for offer in self._left.values() if offer.entry]
        return PassResult(
            inbox=self.inbox,
            started=self._started,
            finished=now,
            files=tuple(self._importer.outcomes) if self._importer else (),
            waiting=len(self._left),
            oldest=max([0.0, *(now.timestamp() - time for time in times)]),
            ended_by=ended_by,
            warnings=tuple(self._warnings),
        )

    # One file after the other.

    def _take_all(self, importer: FileImporter, ours: dict[str, tuple[Path, Record]], where: Places) -> None:
        with self._context.stop.breaking():
            offers = self._claims.offers(ours)
        self._save()
        listed = {offer.id for offer in offers}
        # Of some only our own run knows any more: who has taken the file away cannot have meant its numbers.
        lone = [Offer(offer, record.file) for offer, (_run, record) in ours.items() if offer not in listed]
        self._left = {offer.id: offer for offer in offers}
        for offer in sorted([*lone, *offers], key=lambda offer: (offer.id not in ours, offer.name)):
            if importer.over:
                self._cut_short = True
                return
            try:
                with self._context.stop.breaking():
                    claim = self._claims.claim(offer, ours=offer.id in ours)
            except RemoteError as error:
                self._note(FileOutcome(offer.name, Action.WAITING, error.exit_code, why=str(error)))
                if isinstance(error, _FOR_ALL):
                    return
                continue
            if claim is None:
                self._leave(offer, ours.get(offer.id))
            elif not self._import(importer, offer, claim, ours.get(offer.id), where):
                return

    def _leave(self, offer: Offer, known: tuple[Path, Record] | None) -> None:
        """Leave a file to whoever has it; a run of ours that somebody else has finished for us is settled."""
        if known and self._claims.is_over(offer):
            records.write(known[0], replace(known[1], settled=True), group=self._context.options.group)
            self._left.pop(offer.id, None)

    def _import(
        self,
        importer: FileImporter,
        offer: Offer,
        claim: Claim,
        known: tuple[Path, Record] | None,
        where: Places,
    ) -> bool:
        """Import a file that is claimed, and write down what became of it; False if no other can be had either."""
        before = len(importer.outcomes)
        importer.offer = offer.id
        try:
            if known:
                importer.go_on(*known)
            if len(importer.outcomes) == before:
                self._fetch_and_take(importer, offer, claim, where)
            outcome = importer.outcomes[-1] if len(importer.outcomes) > before else None
        except RemoteError as error:
            self._note(FileOutcome(offer.name, Action.WAITING, error.exit_code, why=str(error)))
            self._give_back(claim, "")
            return not isinstance(error, _FOR_ALL)
        except KeyboardInterrupt:
            self._cut_short = True
            self._give_back(claim, "")
            return False
        finally:
            _empty(where.inbox)
        return self._end(claim, offer, outcome)

    def _fetch_and_take(self, importer: FileImporter, offer: Offer, claim: Claim, where: Places) -> None:
        path = where.inbox / safe_name(offer.name)
        most = self._context.settings.load_options().max_file_size
        try:
            with self._context.stop.breaking(), path.open("xb") as target:
                entry = claim.entry()
                if entry is None:
                    return
                self._store.fetch(entry, target, most)
        except FileTooBig as error:
            self._note(FileOutcome(offer.name, Action.FAILED, error.exit_code, why=str(error), plainly=error.on_page()))
        except RemoteChanged:
            why = _("It changed while it was being read; the next pass imports its new content.")
            self._note(FileOutcome(offer.name, Action.WAITING, why=why))
        except OSError as error:
            raise NoRoom(str(self.inbox), str(where.inbox), error.strerror or str(error)) from None
        else:
            importer.take(path)

    def _end(self, claim: Claim, offer: Offer, outcome: FileOutcome | None) -> bool:
        """Write down what became of a file; False if the store does not take it."""
        assert self._importer, "it is there since `go`"  # noqa: S101 - for the type checker
        if outcome is None:
            # The same content is in an unfinished run, or the file is gone.
            self._give_back(claim, "")
            return True
        if outcome.action is Action.WAITING:
            self._give_back(claim, outcome.folder.name if outcome.folder else "")
            return True
        record = records.read(outcome.folder) if outcome.folder else None
        try:
            moved = claim.finish(outcome, record.sha256 if record else "")
        except RemoteError as error:
            stuck = replace(outcome, action=Action.WAITING, exit_code=error.exit_code, why=str(error), moved_to=None)
            self._importer.outcomes[-1] = stuck
            return not isinstance(error, _FOR_ALL)
        self._importer.outcomes[-1] = replace(outcome, moved_to=moved or None)
        self._left.pop(offer.id, None)
        return True

    def _give_back(self, claim: Claim, run: str) -> None:
        try:
            claim.give_back(run)
        except RemoteError as error:
            # It runs out by itself.
            log.warning("%s", error)

    # Helpers.

    def _note(self, outcome: FileOutcome) -> None:
        assert self._importer, "it is there since `go`"  # noqa: S101 - for the type checker
        self._importer.note(outcome)

    def _lost(self) -> None:
        """End in good order: somebody else took us for dead, and goes on with what we are at."""
        log.warning("A claim has run out while its file was being imported: this pass ends")
        self._context.stop.request()

    def _save(self) -> None:
        self._memory.known = self._claims.known_ids()
        if problem := self._memory.save():
            self._warnings.append(str(problem))

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
