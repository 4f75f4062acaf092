"""What the page can do: drafts, jobs, past runs, searching. What it knows is here and on disk, not in the browser."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from stopimport.errors import StopimportError
from stopimport.pipeline.discarding import discard
from stopimport.pipeline.job import utc_now
from stopimport.runs import folder as folders
from stopimport.runs.errors import NoRun
from stopimport.runs.folder import RunFolder
from stopimport.runs.personal import delete_all
from stopimport.secrets import ApiKey
from stopimport.text.language import _
from stopimport.web import kept_drafts
from stopimport.web.child.messages import RunTask
from stopimport.web.choices import Choices
from stopimport.web.corrections import CorrectionSheet
from stopimport.web.desk import Desk
from stopimport.web.drafts import UPLOADED, Draft, OpenDraft
from stopimport.web.errors import KeyUnproved, NoRoom, NotFound, NotNow, NotYours
from stopimport.web.jobs import JobState, RunJob
from stopimport.web.people import who_asks
from stopimport.web.shown_columns import remember
from stopimport.web.trying import prove_key
from stopimport.web.uploads import Limits, receive, write_typed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
    from pathlib import Path

    from stopimport.pipeline.wishes import Wish
    from stopimport.settings import Settings, SettingValue
    from stopimport.web.child.messages import RunCommand
    from stopimport.web.choices import Form
    from stopimport.web.kept_drafts import KeptDraft
    from stopimport.web.keys import Keys
    from stopimport.web.past_runs import EarlierImport, ListedRun, PastRuns, Run, RunSearch
    from stopimport.web.uploads import UploadedFile

_MOST_READERS = 3
"""Drafts that are read at once: each may take more than a gigabyte of memory. The others wait for their turn."""
_SHAPING = "check"
_OF_FILES = ("column", "sheet", "where", "out", "format")


@dataclass(frozen=True, slots=True)
class PageOptions:
    """The settings of the page beside those of its runs, named as the options."""

    sandbox: bool
    region: str
    line_types: str


@dataclass(slots=True)
class Service:
    """All that the page can do."""

    settings: Settings
    runs: PastRuns
    uploads: Path
    keys: Keys
    limits: Limits = field(default_factory=Limits)
    became: dict[str, str] = field(default_factory=dict)
    """By id of a draft that is none any more: the name of the run."""
    desk: Desk = field(init=False)
    keeps: bool = False
    """Whether drafts survive the end of the server."""
    clock: Callable[[], datetime] = utc_now
    _drafts: dict[str, OpenDraft] = field(default_factory=dict)
    _readers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_MOST_READERS))
    _jobs: dict[str, RunJob] = field(default_factory=dict)
    """By name of the run."""
    _sheets: dict[tuple[str, str], CorrectionSheet] = field(default_factory=dict)
    """By name of the run, and by person: its rejects, and what is written in their place."""
    _forgetting: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Open the desk."""
        self.desk = Desk(self.settings, self.runs.place, self.keys)

    @property
    def sandbox(self) -> bool:
        """Whether everything goes to a practice API."""
        return self.settings.of(PageOptions).sandbox

    def restore(self) -> None:
        """Take up the drafts that an earlier server kept; those that are too old go, and those that became runs."""
        for folder in sorted(self.uploads.iterdir()) if self.keeps else ():
            kept = kept_drafts.read(folder)
            if kept is None:
                changed = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
                if folder.is_dir() and self.clock() - changed > kept_drafts.KEPT_FOR:
                    shutil.rmtree(folder, ignore_errors=True)
            elif kept.sandbox == self.sandbox:
                opened = self._kept(folder, kept)
                if self._goes_on(opened.run):
                    self._drafts[folder.name] = opened
                else:
                    shutil.rmtree(folder, ignore_errors=True)

    def _kept(self, folder: Path, kept: KeptDraft) -> OpenDraft:
        draft = Draft(folder.name, kept.run, kept.files, kept.choices, by=kept.by, preview=kept.preview)
        run = self.runs.place / kept.run
        opened = OpenDraft(
            draft, folder, run, self._base(), kept.language, self._readers, kept.touched, sandbox=kept.sandbox
        )
        return opened.taken_up(kept)

    def _goes_on(self, run: Path) -> bool:
        """Whether a draft is still one: no call was made for its run."""
        from stopimport.runs.journal import Journal  # noqa: PLC0415 - pandas, and the page opens without

        try:
            with Journal.open(RunFolder(run).journal) as journal:
                return not journal.may_have_sent
        except NoRun:
            return True
        except StopimportError:
            return False

    async def expire(self) -> None:
        """Throw away the drafts that nobody has touched for a week."""
        for name, opened in list(self._drafts.items()):
            if opened.draft.phase != "sent" and opened.until < self.clock():
                await self._throw_away(name)

    # The start page.

    def drafts(self) -> tuple[Draft, ...]:
        """Return the drafts of the person who asks that are not being sent."""
        return tuple(draft for draft in self._waiting() if draft.by == who_asks())

    def _waiting(self) -> tuple[Draft, ...]:
        return tuple(opened.draft for opened in self._drafts.values() if opened.draft.phase != "sent")

    def kept_until(self, name: str) -> datetime:
        """Return how long a draft is kept."""
        return self._drafts[name].until

    async def past_runs(self) -> tuple[ListedRun, ...]:
        """Return all runs, newest first, without those that are still drafts.

        Raises:
            StopimportError: the folder of runs cannot be read.
        """
        await self.expire()
        here = {name: job.state for name, job in self._jobs.items() if not job.state.over}
        return await asyncio.to_thread(self.runs.listed, frozenset(draft.run for draft in self._waiting()), here)

    async def enter_key(self, typed: str, *, keep: bool, name: str, language: str) -> None:
        """Take a key that somebody typed, if the API takes it.

        Raises:
            BadKey: it cannot be one.
            KeyNotTaken: the API refuses it.
            KeyUnproved, NoKeyring: it could not be checked, or kept; it is in force all the same.
        """
        key = ApiKey(typed, _("your input"))
        doubt: KeyUnproved | None = None
        try:
            await prove_key(key, self.settings.in_force("export", given=True) | self._sharing(), language)
        except KeyUnproved as error:
            doubt = error
        self.keys.enter(key, keep=keep, name=name)
        if doubt:
            raise doubt

    async def add_number(self, text: str, language: str) -> str:
        """Begin an import of one number, and return the path of the page that asks whether to add it.

        Raises:
            NoNumber: it is none that can be added.
            NoRoom, FolderUnwritable, NotNow: as `drop` and `send`.
        """
        number = await self.desk.addable(text)
        name = await self.type_in(number, language)
        await self._opened(name).settled()
        run = await self.send(name, language) if self.draft(name).phase == "ready" else None
        return f"/runs/{run}" if run else f"/drafts/{name}"

    # Drafts.

    async def drop(
        self, body: AsyncIterator[bytes], content_type: str, prove: Callable[[str], None], language: str
    ) -> str:
        """Take files that a browser sends, begin to read them, and return the draft's id.

        Raises:
            PageError: see `uploads.receive`.
            FolderUnwritable: no run's folder can be made.
        """
        return await self._new(lambda folder: receive(body, content_type, folder, self.limits, prove), language)

    async def type_in(self, text: str, language: str) -> str:
        """Take numbers that somebody typed or pasted, like a file, and return the draft's id.

        Raises:
            NoRoom, FolderUnwritable: as `drop`.
        """

        async def written(folder: Path) -> tuple[UploadedFile, ...]:
            return (await asyncio.to_thread(write_typed, text, folder),)

        return await self._new(written, language)

    async def _new(self, fill: Callable[[Path], Awaitable[tuple[UploadedFile, ...]]], language: str) -> str:
        """Begin to read the files that `fill` puts into a folder, and return the draft's id."""
        name = secrets.token_urlsafe(9)
        folder = self.uploads / name
        try:
            folder.mkdir(mode=0o700)
            (folder / UPLOADED).mkdir(mode=0o700)
        except OSError as error:
            raise NoRoom(error.strerror or str(error)) from error
        try:
            files = await fill(folder / UPLOADED)
            run = folders.reserve(self.runs.place, folders.run_name(utc_now(), files[0].name))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        options = self.settings.of(PageOptions)
        choices = Choices(region=options.region, line_types=options.line_types)
        draft = Draft(name, run.name, files, choices, by=who_asks())
        opened = OpenDraft(
            draft, folder, run, self._base(), language, self._readers, self.clock(), sandbox=self.sandbox
        )
        self._drafts[name] = opened
        await opened.check()
        return name

    def _base(self) -> Mapping[str, SettingValue]:
        """Return the server's settings that hold for every draft."""
        base = self.settings.in_force(_SHAPING, given=True)
        return {key: value for key, value in base.items() if key not in _OF_FILES}

    def draft(self, name: str) -> Draft:
        """Return the draft with this id.

        Raises:
            NotFound: there is none (any more), or it is another person's.
        """
        return self._opened(name).draft

    def _opened(self, name: str) -> OpenDraft:
        if name not in self._drafts or self._drafts[name].draft.by != who_asks():
            raise NotFound
        opened = self._drafts[name]
        if opened.asleep:
            opened.asleep = False
            self._in_background(opened.check())
        job = self._jobs.get(opened.draft.run)
        if opened.draft.phase == "sent" and job is not None and job.state.over:
            # It came to nothing (a wrong key, say), so everything can still be chosen.
            opened.enter("ready")
        return opened

    async def earlier(self, name: str) -> tuple[EarlierImport, ...]:
        """Return the earlier imports of what a draft holds; empty until it was read.

        Raises:
            NotFound: there is no such draft.
        """
        opened = self._opened(name)
        if opened.draft.phase != "ready":
            return ()
        if opened.earlier is None:
            with suppress(StopimportError):
                run, practice = opened.draft.run, self.sandbox
                opened.earlier = await asyncio.to_thread(self.runs.earlier, run, practice=practice)
        return opened.earlier or ()

    async def choose(self, name: str, form: Form, language: str) -> None:
        """Change the choices of a draft.

        Raises:
            NotFound, NotNow, BadForm: there is none; it is being sent; a field holds what none of ours has.
        """
        opened = self._opened(name)
        if opened.draft.phase == "sent":
            raise NotNow
        self._jobs.pop(opened.draft.run, None)
        await opened.change(form, language)

    async def take_out(self, name: str, file: str, language: str) -> None:
        """Go on with a draft without one of its files.

        Raises:
            NotFound, NotNow, BadForm: there is none; it is being sent; it has no such file, or only this one.
        """
        opened = self._opened(name)
        if opened.draft.phase == "sent":
            raise NotNow
        self._jobs.pop(opened.draft.run, None)
        opened.language = language
        await opened.take_out(file)

    async def send(self, name: str, language: str) -> str | None:
        """Go on to the sending, and return the name of the run; None if there is no key.

        Raises:
            NotFound, NotNow: there is no such draft; it cannot be sent as it is.
        """
        opened = self._opened(name)
        if opened.draft.phase != "ready":
            raise NotNow
        if not self.sandbox and self.keys.key is None:
            return None
        opened.enter("sent")
        try:
            await self._begin("send", opened.draft.run, language)
        except BaseException:
            opened.enter("ready")
            raise
        return opened.draft.run

    async def discard(self, name: str) -> None:
        """Throw a draft away, and what was checked of it.

        Raises:
            NotFound, NotNow: there is none; it is being sent.
        """
        if name in self._drafts:
            # It need not be read for that.
            self._drafts[name].asleep = False
        opened = self._opened(name)
        if opened.draft.phase == "sent":
            raise NotNow
        await self._throw_away(name)

    async def _throw_away(self, name: str) -> None:
        opened = self._drafts.pop(name)
        self._drop_sheets(opened.draft.run)
        await opened.close()
        with suppress(StopimportError):
            await asyncio.to_thread(discard, opened.run)

    def _drop_sheets(self, run: str) -> None:
        for key in [key for key in self._sheets if key[0] == run]:
            del self._sheets[key]

    async def delete(self, name: str, *, everything: bool) -> None:
        """Delete a run that is over: its personal data, or all of it.

        Raises:
            NotFound, NotNow: there is none; it goes on, or is a draft.
            StopimportError: somebody works on it; the proof cannot be written.
        """
        job = self._jobs.get(name)
        path = self.runs.folder(name).path
        if (job is not None and not job.state.over) or self._drafts_of(name):
            raise NotNow
        self._jobs.pop(name, None)
        self._drop_sheets(name)
        if everything:
            await asyncio.to_thread(delete_all, path)
        else:
            await asyncio.to_thread(_delete_personal, path, who_asks())

    async def search_runs(self, asked: RunSearch) -> tuple[ListedRun, ...]:
        """Return the runs that fit, newest first.

        Raises:
            StopimportError: the number is none; the folder of runs cannot be read.
        """
        found = await self.past_runs()
        if asked.number:
            search = await self.desk.find(asked.number)
            holding = {one.run for one in search.found}
            found = tuple(one for one in found if one.past.run in holding)
        return tuple(one for one in found if asked.fits(one))

    def _drafts_of(self, run: str) -> list[OpenDraft]:
        return [opened for opened in self._drafts.values() if opened.draft.run == run]

    def _forget(self, run: str) -> None:
        """Delete what was uploaded for a run: it has all that it needs."""
        for opened in self._drafts_of(run):
            del self._drafts[opened.draft.id]
            self.became[opened.draft.id] = run
            self._in_background(opened.close())

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._forgetting.add(task)
        task.add_done_callback(self._forgetting.discard)

    # Runs.

    async def run(self, name: str) -> Run:
        """Return a run as the page shows it.

        Raises:
            NotFound: there is none.
        """
        job = self._jobs.get(name)
        run = await asyncio.to_thread(self.runs.run, name)
        run = replace(run, draft=next((opened.draft.id for opened in self._drafts_of(name)), ""))
        if job is None:
            return run
        if job.state.over:
            return replace(run, job=job.state)
        return replace(run, job=job.state, elsewhere=None, actions=frozenset())

    def job(self, name: str) -> RunJob:
        """Return the job on a run.

        Raises:
            NotFound, NotNow: there is no such run; nobody works on it here.
        """
        if name not in self._jobs:
            self.runs.folder(name)
            raise NotNow
        return self._jobs[name]

    def confirm(self, name: str, typed: str) -> None:
        """Agree to what is asked.

        Raises:
            NotFound, NotNow: there is no such run; nothing is asked.
            NotYours: somebody else was asked, in whose name it would be done.
        """
        job = self.job(name)
        if job.state.by != who_asks():
            raise NotYours(job.state.by)
        job.confirm(typed)

    async def decline(self, name: str) -> str:
        """Say no, and return the id of the draft that this leads back to; '' for none.

        Raises:
            NotFound, NotNow: there is no such run; nothing is asked.
        """
        self.job(name).decline()
        for opened in self._drafts_of(name):
            if opened.draft.phase == "sent":
                # The files are still there, and the run has sent nothing: everything can be chosen anew.
                await self._jobs[name].close()
                del self._jobs[name]
                opened.enter("reading")
                await opened.check()
                return opened.draft.id if opened.draft.by == who_asks() else ""
        return ""

    # Correcting rejects.

    async def corrections(self, name: str) -> CorrectionSheet:
        """Return the rejects of a run, to be corrected.

        Raises:
            NotFound, NotNow: there is no such run; they cannot be corrected now.
        """
        run = await self.run(name)
        if "correct" not in run.actions:
            raise NotNow
        return self._sheet(name, draft=False)

    def draft_corrections(self, name: str) -> CorrectionSheet:
        """Return the rejects of a draft, to be corrected.

        Raises:
            NotFound, NotNow: there is no such draft; they cannot be corrected now.
        """
        opened = self._opened(name)
        if opened.draft.phase != "ready":
            raise NotNow
        return self._sheet(opened.draft.run, draft=True)

    async def correct(self, name: str, language: str) -> None:
        """Put what was written in the place of rejects of a run, and go on with it.

        Raises:
            NotFound, NotNow: there is no such run; nothing is written, or this cannot be done now.
        """
        sheet = await self.corrections(name)
        wishes = await asyncio.to_thread(sheet.wishes)
        if not wishes:
            raise NotNow
        await self._begin("send", name, language, wishes=wishes)
        del self._sheets[name, who_asks()]

    async def correct_draft(self, name: str, language: str) -> None:
        """Put what was written in the place of rejects of a draft.

        Raises:
            NotFound, NotNow: there is no such draft; this cannot be done now.
        """
        wishes = self.draft_corrections(name).wishes()
        opened = self._opened(name)
        self._jobs.pop(opened.draft.run, None)
        opened.wishes, opened.language = wishes, language
        await opened.check()

    async def show_columns(self, name: str, form: Form, language: str) -> None:
        """Choose the other columns that are shown beside rejects and kept, also for the next files of this kind.

        Raises:
            NotFound, NotNow, BadForm: as `choose`.
        """
        await self.choose(name, form, language)
        opened = self._opened(name)
        await opened.settled()
        draft = opened.draft
        if draft.phase == "ready" and draft.preview and draft.choices.keep is not None:
            await asyncio.to_thread(remember, draft.preview, draft.choices.keep)

    def _sheet(self, name: str, *, draft: bool) -> CorrectionSheet:
        sheet = self._sheets.get((name, who_asks()))
        if sheet is None or sheet.draft != draft:
            journal = self.runs.folder(name).journal
            sheet = self._sheets[name, who_asks()] = CorrectionSheet(journal, draft, self.desk.look_up)
        return sheet

    async def begin(self, command: RunCommand, name: str, language: str, **settings: SettingValue) -> None:
        """Begin a job on a run: ``send`` (resume), ``verify``, ``undo``.

        Raises:
            NotFound, NotNow: there is no such run; this cannot be done with it now.
        """
        run = await self.run(name)
        if _command_line(command) not in run.actions:
            raise NotNow
        for opened in self._drafts_of(name):
            opened.enter("sent")
        await self._begin(command, name, language, settings)

    async def _begin(
        self,
        command: RunCommand,
        name: str,
        language: str,
        settings: Mapping[str, SettingValue] | None = None,
        *,
        wishes: tuple[Wish, ...] = (),
    ) -> None:
        """Begin a job on a run that is there; raises `NotNow` where one is going on."""
        task = RunTask(
            command,
            str(self.runs.folder(name).path),
            self.settings.in_force(_command_line(command), given=True) | self._sharing() | dict(settings or {}),
            self.keys.key.reveal() if self.keys.key else None,
            language,
            who_asks(),
            wishes,
        )
        before = self._jobs.get(name)
        if before is not None and not before.state.over:
            raise NotNow
        # The place is taken before anything is waited for: a second order at the same time finds it taken.
        job = self._jobs[name] = RunJob(JobState(command, by=task.by), lambda: self._forget(name))
        try:
            await job.start(task)
        except BaseException:
            del self._jobs[name]
            raise

    def _sharing(self) -> dict[str, SettingValue]:
        """Return the settings by which runs of an account share its rate: no record of a run has them."""
        return self.settings.of_account() | ({"account": self.keys.name} if self.keys.name else {})

    def working(self) -> int:
        """Return how many jobs are going on."""
        return sum(not job.state.over for job in self._jobs.values())

    async def close(self) -> None:
        """Let everything come to its end: what is in flight is finished, drafts are dropped."""
        await asyncio.gather(
            *(job.close() for job in self._jobs.values()),
            *(opened.rest() if self.keeps else opened.close() for opened in self._drafts.values()),
            self.desk.close(),
            *self._forgetting,
        )
        for opened in self._drafts.values():
            # Where nothing could be checked there is a folder with nothing in it.
            with suppress(OSError):
                opened.run.rmdir()


def _delete_personal(path: Path, by: str) -> None:
    from stopimport.pipeline.deleting import delete_personal  # noqa: PLC0415 - pandas, and the page opens without

    delete_personal(path, by)


def _command_line(command: RunCommand) -> str:
    """Return the command of the terminal that does the same."""
    return "resume" if command == "send" else command
