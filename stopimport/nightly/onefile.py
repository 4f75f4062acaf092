"""What is done with one file of an inbox: its run is begun or finished, and the file goes where its run's end says."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport.errors import ExitCode, StopimportError, UnreadableFile
from stopimport.loading.errors import FileTooBig
from stopimport.nightly import intake, moving, past, places
from stopimport.nightly import record as records
from stopimport.nightly.attempt import Attempt, attempt
from stopimport.nightly.errors import FileStuck
from stopimport.nightly.outcome import WORST_FIRST, Action, FileOutcome
from stopimport.nightly.places import InboxOptions
from stopimport.nightly.plainly import plain_words
from stopimport.nightly.record import Record
from stopimport.nightly.rejects import alert, parse_alert
from stopimport.nightly.taking import ALONE
from stopimport.nightly.wording import plain, veiled
from stopimport.text.language import _
from stopimport.vocabulary import EXIT_CODES, State

if TYPE_CHECKING:
    from stopimport.nightly.intake import WallClock
    from stopimport.nightly.past import Past
    from stopimport.nightly.places import Places
    from stopimport.nightly.taking import Taking
    from stopimport.pipeline.job import Context
    from stopimport.pipeline.stop_request import StopRequest
    from stopimport.runs.facts import RunFacts

_DONE = frozenset({ExitCode.OK, ExitCode.MISSING})
log = logging.getLogger(__name__)


class FileImporter:
    """Takes one file after the other; `outcomes` tells what became of them.

    No method raises a StopimportError: what goes wrong with a file is its outcome.
    """

    def __init__(self, context: Context, where: Places, runs: Past, clock: WallClock, taking: Taking = ALONE) -> None:
        self.outcomes: list[FileOutcome] = []
        self.asked = 0.0
        """Seconds for which the vendor asked to be left alone."""
        self.offer = ""
        """What the records of new runs say of their files (`Record.offer`)."""
        self._context, self._where, self._past, self._clock = context, where, runs, clock
        self._taking = taking
        self._options = context.settings.of(InboxOptions)
        self._alert = parse_alert(self._options.alert_rejects)
        self._aim = past.Aim.of(context)
        self._most = context.settings.load_options().max_file_size
        self._held: set[str] = set()
        """Hashes of what unfinished runs import: files with that content wait for them."""
        self._over = False

    @property
    def over(self) -> bool:
        """Whether no other file should be started."""
        return self._over or self._context.stop.requested

    # Each of the three begins with one file.

    def go_on(self, run: Path, record: Record) -> None:
        """Finish a run that an earlier pass began, or what was left to do for its file."""
        try:
            facts = past.facts_of(run)
        except StopimportError as error:
            self._held.add(record.sha256)
            self.note(FileOutcome(record.file, Action.WAITING, error.exit_code, run, why=str(error)))
            return
        if facts is None or (facts.guard and facts.state is State.RUNNING):
            # Killed before anything was sent: the file is taken like a new one.
            places.discard(run)
        elif past.is_unfinished(facts):
            from stopimport.pipeline.running import resume  # noqa: PLC0415 - heavy, and most passes find nothing

            self._close(run, record, attempt(partial(resume, run, self._context), record.file, self._stop))
        else:
            ended = ExitCode.OK if facts.exit_code is None else facts.exit_code
            self._close(run, record, Attempt(ended, run=records.summary_of(run)))

    def take(self, path: Path) -> None:
        """Import a complete file, unless it belongs to an unfinished run or was imported before."""
        mark = intake.mark_of(path)
        try:
            sha256 = self._sha256(path)
        except (FileTooBig, UnreadableFile) as error:
            self._fail(path, Attempt(error.exit_code, error))
            return
        if sha256 is None or sha256 in self._held or not self._is_ours(path, sha256):
            return
        before = None if self._options.again else self._past.imported(sha256, self._aim)
        if before:
            self._put_by(path, before, mark)
            return
        try:
            run = places.make_run(self._where.runs, self._now(), path.name)
            record = Record(self._past.inbox, path.name, sha256, offer=self.offer)
            self._write(run, record)
        except StopimportError as error:
            self.note(FileOutcome(path.name, Action.WAITING, error.exit_code, why=str(error)))
            return
        from stopimport.apart.reader import run_apart  # noqa: PLC0415 - heavy, and most passes find nothing

        context = replace(self._context, settings=self._context.settings.changed(out=run))
        self._close(run, record, attempt(partial(run_apart, path, context), path.name, self._stop))
        self._past.add(run)

    def set_aside(self, path: Path) -> None:
        """Put away a link or special file, unread."""
        why = _("{file} is a link, a device or a pipe, and only files are imported. Put the file itself here.")
        told = why.format(file=plain(path.name))
        outcome = FileOutcome(path.name, Action.SET_ASIDE, plainly=told, warning=told)
        self.note(self._moved(outcome, path, self._where.failed(self._clock.now()), told))

    # What becomes of a file.

    def _close(self, run: Path, record: Record, tried: Attempt) -> None:
        """Do with the file of a run what the run's end asks for."""
        self._over = self._over or tried.ends_pass
        self.asked = max(self.asked, tried.asked)
        try:
            self._taking.prove()
            facts = past.facts_of(run)
            if facts is not None:
                self._settle(run, self._as_read(run, record, facts), facts, tried)
                return
            places.discard(run)
            path = self._where.inbox / record.file
            if not tried.blames_file:
                self.note(self._outcome(record, Action.WAITING, tried))
            elif self._sha256(path) == record.sha256:
                self._fail(path, tried)
            else:
                self.note(self._changed(FileOutcome(record.file, Action.WAITING), path))
        except StopimportError as error:
            self._held.add(record.sha256)
            worse = _worse(tried, error)
            self._over = self._over or worse.ends_pass
            self.note(self._outcome(record, Action.WAITING, worse, run))

    def _settle(self, run: Path, record: Record, facts: RunFacts, tried: Attempt) -> None:
        """Move the file of a run that has ended for good; that of another one stays."""
        if past.is_unfinished(facts):
            self._held.add(record.sha256)
            self.note(self._outcome(record, Action.WAITING, tried, run))
            return
        path = self._where.inbox / record.file
        why, action = "", Action.DONE
        if facts.undo:
            why, action = _("Its run {run} was undone, so it is not imported.").format(run=run.name), Action.SET_ASIDE
            tried = Attempt(ExitCode.OK, run=tried.run)
        elif facts.exit_code not in _DONE:
            why, action = _why(tried), Action.FAILED
        outcome = self._outcome(record, action, tried, run)
        # Before the content is looked at: whatever is written from now on makes a difference.
        mark = intake.mark_of(path)
        if self._sha256(path) != record.sha256:
            # Moved by a pass that was killed then; or written anew meanwhile, and that is a new file.
            source = self._really_moved(record)
            self._write(run, replace(record, source=source, settled=True))
            self.note(outcome if source else self._changed(outcome, path))
            return
        now = self._clock.now()
        folder = self._where.done(now) if action is Action.DONE else self._where.failed(now)
        self._taking.prove()
        target = self._reserve(folder, record, explained=bool(why))
        source = self._where.shown(target)
        planned = replace(record, source=source, marks={**record.marks, source: mark})
        try:
            self._write(run, planned)
            _put(path, target, why)
        except StopimportError:
            moving.give_up(target)
            raise
        self.note(replace(outcome, moved_to=target))
        with suppress(StopimportError):
            # On a full disk the next pass finds out by itself that nothing is left to do.
            self._write(run, replace(planned, settled=True))

    def _fail(self, path: Path, tried: Attempt) -> None:
        """Put away a file that cannot be imported and has no run."""
        outcome = self._outcome(Record("", path.name, ""), Action.FAILED, tried)
        self.note(self._moved(outcome, path, self._where.failed(self._clock.now()), _why(tried)))

    def _put_by(self, path: Path, run: Path, mark: str) -> None:
        """Put away a file whose content `run` has imported; `mark` is how it looked before that was read."""
        why = _("Its content was already imported by run {run}, so nothing was sent. --again imports it once more.")
        told = why.format(run=run.name)
        plainly = _("This file was imported before, with the same content: there is nothing to do (import {run}).")
        plainly = plainly.format(run=run.name)
        outcome = FileOutcome(path.name, Action.ALREADY_IMPORTED, folder=run, why=told, plainly=plainly)
        outcome = self._moved(outcome, path, self._where.done(self._clock.now()), plainly)
        self.note(outcome)
        record = records.read(run)
        if record and record.inbox == self._past.inbox and outcome.moved_to:
            # A copy more is personal data too, and goes when the run's own goes.
            place = self._where.shown(Path(outcome.moved_to))
            more = replace(record, copies=(*record.copies, place), marks={**record.marks, place: mark})
            with suppress(StopimportError):
                self._write(run, more)

    def _moved(self, outcome: FileOutcome, path: Path, folder: Path, why: str) -> FileOutcome:
        """Move a file that has no record, and return its outcome."""
        try:
            self._taking.prove()
            target = self._reserve(folder, Record("", path.name, ""), explained=True)
            try:
                _put(path, target, why)
            except StopimportError:
                moving.give_up(target)
                raise
        except StopimportError as error:
            worse = _worse(Attempt(outcome.exit_code), error)
            self._over = self._over or worse.ends_pass
            return replace(outcome, action=Action.WAITING, exit_code=worse.exit_code, why=str(error))
        return replace(outcome, moved_to=target)

    # Helpers.

    def _is_ours(self, path: Path, sha256: str) -> bool:
        """Whether nobody else is at a content; what is not known is an outcome."""
        try:
            return self._taking.content(sha256)
        except StopimportError as error:
            self.give_up(path.name, error)
            return False

    @property
    def _stop(self) -> StopRequest:
        return self._context.stop

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)

    def _sha256(self, path: Path) -> str | None:
        try:
            return intake.sha256_of(path, self._most)
        except OSError as error:
            raise UnreadableFile(plain(path.name), error.strerror or str(error)) from error

    def _write(self, run: Path, record: Record) -> None:
        records.write(run, record, group=self._context.options.group)

    def _as_read(self, run: Path, record: Record, facts: RunFacts) -> Record:
        """Return the record with the hash of what the run has read: the file may have changed just before."""
        read = [file.sha256 for file in facts.inputs if file.file == record.file]
        if not read and self._sha256(self._where.inbox / record.file) not in {None, record.sha256}:
            # Of an archive only the members' hashes are known.
            read = [""]
        if not read or read[0] == record.sha256:
            return record
        record = replace(record, sha256=read[0])
        self._write(run, record)
        return record

    def _reserve(self, folder: Path, record: Record, *, explained: bool) -> Path:
        """Take a name in `folder`, the one that a killed pass took if there is one."""
        planned = self._where.inbox / record.source
        if record.source and _is_empty(planned):
            moving.give_up(planned)
        try:
            return moving.reserve(folder, record.file, explained=explained)
        except OSError as error:
            raise FileStuck(plain(record.file), str(folder), error.strerror or str(error)) from error

    def _really_moved(self, record: Record) -> str:
        """Return where the file of a record was moved; '' if it was not."""
        planned = self._where.inbox / record.source
        if not record.source or not planned.exists():
            return ""
        if _is_empty(planned):
            moving.give_up(planned)
            return ""
        return record.source

    def _changed(self, outcome: FileOutcome, path: Path) -> FileOutcome:
        """Return the outcome of a file that was written anew, or taken away, while it was read."""
        if outcome.why or not path.exists():
            return outcome
        return replace(outcome, why=_("It changed while it was being read; the next pass imports its new content."))

    def _outcome(self, record: Record, action: Action, tried: Attempt, run: Path | None = None) -> FileOutcome:
        warning = alert(plain(record.file), tried.run.counts, self._alert) if tried.run else ""
        return FileOutcome(
            record.file,
            action,
            tried.exit_code,
            run,
            tried.run,
            why=str(tried.error or ""),
            plainly=_why(tried) if action is Action.FAILED or tried.error is None else tried.error.on_page(),
            warning=warning,
            trace=tried.trace,
        )

    def give_up(self, file: str, error: StopimportError) -> None:
        """Note that nothing more can be done for a file, and for all others, in this pass."""
        self._over = True
        self.note(FileOutcome(file, Action.WAITING, error.exit_code, why=str(error)))

    def note(self, outcome: FileOutcome) -> None:
        """Keep what became of a file, and log it."""
        self.outcomes.append(outcome)
        log.info("%s: %s, exit code %d", plain(outcome.file), outcome.action, outcome.exit_code)
        if outcome.why:
            log.log(logging.ERROR if outcome.exit_code else logging.INFO, "%s", outcome.why)
        if outcome.warning:
            log.warning("%s", outcome.warning)


def _put(path: Path, target: Path, why: str) -> None:
    """Move a file to a name that is reserved for it, and say why it is there."""
    try:
        if why:
            moving.explain(target, veiled(why))
        moving.put(path, target)
    except OSError as error:
        raise FileStuck(plain(path.name), str(target.parent), error.strerror or str(error)) from error


def _is_empty(path: Path) -> bool:
    try:
        return path.lstat().st_size == 0
    except OSError:
        return False


def _why(tried: Attempt) -> str:
    """Return why a file failed, for the person who dropped it."""
    term = EXIT_CODES[tried.exit_code]
    return plain_words(tried.error, f"{_(term.meaning)} {_(term.remedy)}")


def _worse(tried: Attempt, error: StopimportError) -> Attempt:
    """Return the attempt with what went wrong after it, if that is worse."""
    if WORST_FIRST.index(error.exit_code) < WORST_FIRST.index(tried.exit_code) or tried.error is None:
        codes = sorted((error.exit_code, tried.exit_code), key=WORST_FIRST.index)
        return replace(tried, exit_code=codes[0], error=error)
    return tried
