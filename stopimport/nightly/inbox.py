"""One pass over an inbox: unfinished runs first, then every complete file that is new.

Each file is a run of its own. What becomes of the file its run's exit code decides:

- 0 and 6: it moves to ``done``; 2 and 5: to ``failed``, with an explanation;
- 3, 130, 143: it stays, and the next pass resumes its run; 4 and 7: it stays, and the pass ends.

A vendor who is away, or asked to be left alone for longer than a run waits, ends the pass too; the next one keeps that.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stopimport.errors import BusyError, ExitCode, StopimportError
from stopimport.nightly import changed, intake, places
from stopimport.nightly import record as records
from stopimport.nightly.errors import NoInbox
from stopimport.nightly.intake import WallClock
from stopimport.nightly.memory import Memory
from stopimport.nightly.onefile import FileImporter
from stopimport.nightly.outcome import PassResult
from stopimport.nightly.past import Past
from stopimport.nightly.patience import keep_wait, pausing, waiting, with_address
from stopimport.nightly.places import InboxOptions
from stopimport.nightly.record import DONE
from stopimport.nightly.rejects import parse_alert
from stopimport.nightly.remote.claims import Holder, own_name
from stopimport.nightly.remote.passing import RemotePass
from stopimport.nightly.retention import Retention
from stopimport.nightly.taking import ALONE
from stopimport.nightly.watch import Watch
from stopimport.nightly.wording import plain, veiled
from stopimport.pipeline.sharing import Account
from stopimport.remote.address import Address
from stopimport.runs.errors import CoordinatorError, StateUnusable
from stopimport.runs.locks import folder_lock, place_lock
from stopimport.text.language import _

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from stopimport.nightly.intake import Arrival
    from stopimport.nightly.places import Places
    from stopimport.nightly.record import Record
    from stopimport.nightly.taking import Taking
    from stopimport.nightly.together import Ledger
    from stopimport.pipeline.job import Context

log = logging.getLogger(__name__)


def one_pass(folder: Path | Address, context: Context, clock: WallClock | None = None) -> PassResult:
    """Import every new file of the inbox `folder` once.

    Args:
        folder: the inbox, here or elsewhere; here `done`, `failed` and, without ``--runs``, `runs` are made in it.
        context: settings, key and watcher of all its runs.
        clock: the time.

    Raises:
        StopimportError: nothing could be done: another pass is going on, a setting is wrong, a folder cannot be used.
        KeyboardInterrupt: somebody asked to stop before anything was done.
    """
    one: _Pass | RemotePass
    if isinstance(folder, Address):
        one = RemotePass(folder, context, clock or WallClock())
    else:
        one = _Pass(folder.resolve(), context, clock or WallClock())
    watch = Watch.of(context.settings, context.key)
    try:
        with ExitStack() as stack:
            one.check()
            with context.stop.breaking():
                where = one.hold(stack)
            watch.started()
            result = one.go(where)
    except BusyError:
        # The other pass tells about itself.
        raise
    except StopimportError as error:
        watch.ended(replace(one.result(error.exit_code), trouble=str(error)))
        raise
    except KeyboardInterrupt:
        watch.ended(one.result(context.stop.exit_code))
        raise
    except Exception:
        watch.ended(one.result(ExitCode.BUG))
        raise
    log.info("%s", result.line())
    return watch.ended(result)


class _Pass:
    def __init__(self, inbox: Path, context: Context, clock: WallClock) -> None:
        self.inbox = inbox
        self._context = context
        self._options = context.settings.of(InboxOptions)
        self._clock = clock
        self._started = self._now()
        self._memory = Memory.load(inbox)
        self._importer: FileImporter | None = None
        self._warnings: list[str] = []
        self._folders: tuple[str, ...] = ()
        self._cut_short = False
        self._ledger: Ledger | None = None
        self._taking: Taking = ALONE
        self._tried: set[Path] = set()

    def check(self) -> None:
        """Tell of an inbox or a setting that cannot be, before anything is done.

        Raises:
            NoInbox: there is no such folder.
            BadOption: there is such a setting.
        """
        if not self.inbox.is_dir():
            raise NoInbox(str(self.inbox))
        self._context.settings.send_options()
        parse_alert(self._options.alert_rejects)

    def hold(self, stack: ExitStack) -> Places:
        """Keep other passes out: those of this user by the state folder, those of other machines by the runs' folder.

        Neither can be taken or broken by who may write the inbox. With a coordinator only those without one are kept
        out: the others share the files.

        Raises:
            FolderBusy: another pass is going on.
            InboxUnusable, GroupUnusable, LockUnusable: a folder cannot be used.
            CoordinatorError: the coordinator cannot be used.
        """
        address = Account("", self._context.options.coordinator).address
        wait, shared = self._context.options.wait, address is not None
        try:
            stack.enter_context(place_lock(self.inbox, wait=wait, told=self._tell, shared=shared))
        except StateUnusable:
            # It costs only time, as what it should remember does: the other lock is enough.
            log.debug("No lock in the state folder", exc_info=True)
        where = places.prepare(self.inbox, self._options, self._context.options.group)
        stack.enter_context(folder_lock(where.runs, wait=wait, told=self._tell, shared=shared))
        if address:
            from stopimport.nightly.together import open_ledger  # noqa: PLC0415 - heavy, and most passes are alone

            holder = Holder(own_name(), self._lost, move=True, runs=where.runs, settle=self._options.settle)
            self._ledger = open_ledger(stack, self.inbox / DONE, address, holder)
        return where

    def _tell(self, busy: StopimportError) -> None:
        self._context.watcher.warn(str(busy))

    def go(self, where: Places) -> PassResult:
        """Do everything in order."""
        key = records.key_of(where.inbox, where.runs)
        past = Past(where.runs, key, shared=self._ledger is not None)
        ours = past.ours()
        taking = self._taking = self._shared(past)
        importer = self._importer = FileImporter(with_address(self._context), where, past, self._clock, taking)
        if waits := waiting(self._memory, self._context, self._clock):
            self._warnings.append(waits)
            return self.result(ExitCode.INCOMPLETE if self._has_work(ours) else ExitCode.OK)
        try:
            self._go_on(importer, ours)
            back = self._bring_back(importer, ours)
            self._tell_of_folders()
            self._take_new(importer, past, back)
        except KeyboardInterrupt:
            # While something was waited for.
            self._cut_short = True
        keep_wait(self._memory, self._context, self._clock, importer.asked)
        self._save()
        if self._options.keep_days is not None and not self._context.stop.requested:
            retention = Retention(where.runs, where.inbox, key, self._options.keep_days)
            self._warnings += retention.sweep(self._now())
        return self.result()

    def result(self, ended_by: ExitCode = ExitCode.OK) -> PassResult:
        """Return what was done until now."""
        try:
            left = [arrival for arrival in self._look() if arrival.regular]
        except OSError:
            left = []
        importer = self._importer
        now = self._now()
        stop = self._context.stop
        if stop.requested and self._cut_short and ended_by is ExitCode.OK:
            ended_by = stop.exit_code
        return PassResult(
            inbox=self.inbox,
            started=self._started,
            finished=now,
            files=tuple(importer.outcomes) if importer else (),
            waiting=len(left),
            oldest=max([0.0, *(now.timestamp() - arrival.time for arrival in left)]),
            ended_by=ended_by,
            warnings=tuple(self._warnings),
            folders=self._folders,
        )

    def _has_work(self, ours: list[tuple[Path, Record]]) -> bool:
        return any(not record.settled for _run, record in ours) or any(arrival.regular for arrival in self._look())

    # One file after the other.

    def _shared(self, past: Past) -> Taking:
        """Return what says which files are ours."""
        if self._ledger is None:
            return ALONE
        from stopimport.nightly.together import Together, Waiting  # noqa: PLC0415 - most passes are alone

        clock = pausing(self._clock, self._context)
        return Together(self._ledger, past, self.inbox, Waiting(clock.pause, clock.steady, self._warn))

    @contextmanager
    def _file(self, importer: FileImporter, name: str) -> Iterator[bool]:
        """Give whether a file is ours inside the ``with`` block; where nobody can say that, the pass ends."""
        with ExitStack() as stack:
            try:
                ours = stack.enter_context(self._taking.file(name, importer.outcomes))
            except CoordinatorError as error:
                importer.give_up(name, error)
                ours = False
            yield ours

    def _go_on(self, importer: FileImporter, ours: list[tuple[Path, Record]]) -> None:
        """Finish what earlier passes have begun."""
        for run, record in ours:
            if record.settled:
                continue
            if importer.over:
                self._cut_short = True
                return
            with self._file(importer, record.file) as mine:
                # Another machine may have finished it while we were at others.
                now = records.read(run) if self._taking.shared else record
                if mine and now and not now.settled:
                    self._tried.add(run)
                    importer.go_on(run, now)

    def _bring_back(self, importer: FileImporter, ours: list[tuple[Path, Record]]) -> tuple[str, ...]:
        """Put what has changed since it was imported back into the inbox, and return its names."""
        found = changed.found(self.inbox, ours)
        if not found:
            return ()
        with self._file(importer, DONE) as mine:
            back = changed.bring_back(self.inbox, found if mine else (), self._context.options.group)
        self._warnings += back.warnings
        return back.names

    def _take_new(self, importer: FileImporter, past: Past, back: Collection[str]) -> None:
        arrivals = self._look()
        for arrival in arrivals:
            if not arrival.regular:
                with self._file(importer, arrival.path.name) as mine:
                    if mine and self._is_as_seen(arrival):
                        importer.set_aside(arrival.path)
        files = [arrival for arrival in arrivals if arrival.regular]
        self._remember(files)
        try:
            for arrival in intake.complete(
                files, self._options.settle, pausing(self._clock, self._context), self._memory, back
            ):
                if importer.over:
                    self._cut_short = True
                    return
                with self._file(importer, arrival.path.name) as mine:
                    if mine:
                        self._take(importer, past, arrival)
        except KeyboardInterrupt:
            # During a pause.
            self._cut_short = True
        self._remember([arrival for arrival in self._look() if arrival.regular])

    def _take(self, importer: FileImporter, past: Past, arrival: Arrival) -> None:
        """Import a new file, unless another machine has begun to do so, or has done it, since it was seen."""
        if self._taking.shared:
            begun = [(run, record) for run, record in past.unsettled() if record.file == arrival.path.name]
            before = len(importer.outcomes)
            for run, record in begun:
                if run not in self._tried:
                    importer.go_on(run, record)
            if len(importer.outcomes) > before or not self._is_as_seen(arrival):
                return
        importer.take(arrival.path)

    def _is_as_seen(self, arrival: Arrival) -> bool:
        return not self._taking.shared or intake.look_at(arrival.path) == arrival

    def _lost(self) -> None:
        """End in good order: somebody else took us for dead, and goes on with what we are at."""
        log.warning("A claim has run out while its file was being imported: this pass ends")
        self._context.stop.request()

    def _warn(self, text: str) -> None:
        self._warnings.append(text)
        self._context.watcher.warn(text)

    def _remember(self, files: list[Arrival]) -> None:
        """Keep for the next pass what this look shows: at once, for a kill may come."""
        self._memory.see(files, self._clock)
        self._save()

    def _save(self) -> None:
        if (problem := self._memory.save()) and str(problem) not in self._warnings:
            self._warnings.append(str(problem))

    def _tell_of_folders(self) -> None:
        """Say that a folder is not imported: whoever dropped it counts on it."""
        known = self._memory.folders
        found = [folder for folder in intake.folders_in(self.inbox) if folder.name not in places.OURS]
        self._memory.folders = tuple(folder.name for folder in found)
        self._folders = tuple(name for name in self._memory.folders if name not in known)
        for folder in found:
            told = _("{folder} is a folder, and only files are imported. Put the files in it into {inbox} itself.")
            self._warnings.append(told.format(folder=plain(folder.name), inbox=plain(str(self.inbox))))
            log.warning("%s", veiled(self._warnings[-1]))

    def _look(self) -> list[Arrival]:
        """Return what is in the inbox; the administrator may have put links in the place of our own folders."""
        return [arrival for arrival in intake.look(self.inbox) if arrival.path.name not in places.OURS]

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)
