"""What the page's routes call: drafts, jobs, past runs, searching. State lives here and on disk, not in the browser."""

from __future__ import annotations

import asyncio
import secrets
import shutil
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stopimport.errors import StopimportError
from stopimport.pipeline.discarding import discard
from stopimport.pipeline.job import utc_now
from stopimport.runs import folder as folders
from stopimport.runs.find import find
from stopimport.runs.locks import folder_lock, is_running, state_folder
from stopimport.web.choices import Choices
from stopimport.web.drafts import Drafting
from stopimport.web.errors import NoRoom, NotFound, NotNow
from stopimport.web.shown import problem_of
from stopimport.web.state import Found, Options, Run, Search, Start
from stopimport.web.uploads import Limits, receive
from stopimport.web.works import Work

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from stopimport.settings import Settings
    from stopimport.web.choices import Form
    from stopimport.web.keys import Keys
    from stopimport.web.runs import Runs
    from stopimport.web.state import RunLine

_SHAPING = "check"
_OF_FILES = ("column", "sheet", "where", "out", "format")


@contextmanager
def upload_folder() -> Iterator[Path]:
    """Give the folder for what is uploaded, and take it away at the end; what a killed server left goes, too.

    Raises:
        NoRoom: it cannot be made.
    """
    home = state_folder() / "uploads"
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in home.iterdir():
            if not is_running(left):
                shutil.rmtree(left, ignore_errors=True)
        mine = home / secrets.token_hex(8)
        mine.mkdir(mode=0o700)
    except OSError as error:
        raise NoRoom(error.strerror or str(error)) from error
    try:
        with folder_lock(mine):
            yield mine
    finally:
        shutil.rmtree(mine, ignore_errors=True)


@dataclass(slots=True)
class Desk:
    """All that the page can do."""

    settings: Settings
    runs: Runs
    uploads: Path
    keys: Keys
    limits: Limits = field(default_factory=Limits)
    became: dict[str, str] = field(default_factory=dict)
    """By id of a draft that is none any more: the name of the run."""
    _drafts: dict[str, Drafting] = field(default_factory=dict)
    _works: dict[str, Work] = field(default_factory=dict)
    _forgetting: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def sandbox(self) -> bool:
        """Whether everything goes to a practice API."""
        return bool(self.settings["sandbox"])

    # The start page, and looking for a number.

    async def start(self) -> Start:
        """Return the start page."""
        drafts = tuple(draft.state(needs_key=self._needs_key()) for draft in self._drafts.values())
        here = frozenset(name for name, work in self._works.items() if not work.over)
        without = frozenset(draft.run.name for draft in self._drafts.values() if draft.phase != "sent")
        lines: tuple[RunLine, ...] = ()
        problem = None
        try:
            lines = await asyncio.to_thread(self.runs.lines, without, here)
        except StopimportError as error:
            problem = problem_of(error)
        shown = tuple(draft for draft in drafts if draft.phase != "sent")
        return Start(shown, lines, self.limits.megabytes, self.limits.files, problem)

    async def find(self, asked: str, region: str) -> Search:
        """Return where a number came from."""
        if not asked.strip():
            return Search("")
        return await asyncio.to_thread(self._find, asked.strip()[:100], region or self.settings["region"])

    def _find(self, asked: str, region: str) -> Search:
        from stopimport.cleaning.single import read_number  # noqa: PLC0415 - heavy, and the page opens without

        try:
            number = read_number(asked, region)
            search = find(number, self.runs.place) if self.runs.place.is_dir() else None
        except StopimportError as error:
            return Search(asked, problem=problem_of(error))
        if search is None:
            return Search(asked, number)
        found = tuple(
            Found(
                one.run,
                one.startedAt,
                one.file,
                one.sheet,
                one.row,
                one.column,
                one.input,
                one.status,
                one.code,
                one.stopId,
                one.message,
                one.duplicateOf,
                one.sentAt,
                asdict(one.undo) if one.undo else None,
            )
            for one in search.found
        )
        return Search(asked, number, found, search.runs, search.problems)

    # Drafts.

    async def drop(
        self, body: AsyncIterator[bytes], content_type: str, prove: Callable[[str], None], language: str
    ) -> str:
        """Take files that a browser sends, begin to read them, and return the draft's id.

        Raises:
            PageError: see `uploads.receive`.
            FolderUnwritable: no run's folder can be made.
        """
        name = secrets.token_urlsafe(9)
        folder = self.uploads / name
        try:
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise NoRoom(error.strerror or str(error)) from error
        try:
            files = await receive(body, content_type, folder, self.limits, prove)
            run = folders.reserve(self.runs.place, folders.run_name(utc_now(), files[0].name))
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        options = Options(region=self.settings["region"], line_types=self.settings["line_types"])
        base = self.settings.in_force(_SHAPING, given=True)
        base = {key: value for key, value in base.items() if key not in _OF_FILES}
        draft = Drafting(name, folder, run, files, base, language, Choices(options))
        self._drafts[name] = draft
        await draft.check()
        return name

    def draft(self, name: str) -> Drafting:
        """Return the draft with this id.

        Raises:
            NotFound: there is none (any more).
        """
        if name not in self._drafts:
            raise NotFound
        draft, work = self._drafts[name], self._works.get(self._drafts[name].run.name)
        if draft.phase == "sent" and work is not None and work.over:
            # It came to nothing (a wrong key, say), so everything can still be chosen.
            draft.phase = "ready"
        return draft

    def show(self, draft: Drafting) -> Any:  # noqa: ANN401 - a state.Draft
        """Return a draft as the page shows it."""
        return draft.state(needs_key=self._needs_key())

    async def choose(self, name: str, form: Form, language: str) -> None:
        """Change the choices of a draft.

        Raises:
            NotFound, NotNow, BadForm: there is none; it is being sent; a field holds what none of ours has.
        """
        draft = self.draft(name)
        if draft.phase == "sent":
            raise NotNow
        self._works.pop(draft.run.name, None)
        await draft.change(form, language)

    async def send(self, name: str, language: str) -> str | None:
        """Go on to the sending, and return the name of the run; None if there is no key.

        Raises:
            NotFound, NotNow: there is no such draft; it cannot be sent as it is.
        """
        draft = self.draft(name)
        if draft.phase != "ready":
            raise NotNow
        if self._needs_key():
            return None
        draft.phase = "sent"
        try:
            await self._begin("send", draft.run.name, language)
        except BaseException:
            draft.phase = "ready"
            raise
        return draft.run.name

    async def discard(self, name: str) -> None:
        """Throw a draft away, and what was checked of it.

        Raises:
            NotFound, NotNow: there is none; it is being sent.
        """
        draft = self.draft(name)
        if draft.phase == "sent":
            raise NotNow
        del self._drafts[name]
        await draft.close()
        with suppress(StopimportError):
            await asyncio.to_thread(discard, draft.run)

    def _forget(self, name: str) -> None:
        """Delete what was uploaded for a run: it has all that it needs."""
        for draft in [draft for draft in self._drafts.values() if draft.run.name == name]:
            del self._drafts[draft.id]
            self.became[draft.id] = name
            task = asyncio.create_task(draft.close())
            self._forgetting.add(task)
            task.add_done_callback(self._forgetting.discard)

    # Runs.

    async def run(self, name: str) -> Run:
        """Return a run as the page shows it.

        Raises:
            NotFound: there is none.
        """
        work = self._works.get(name)
        run = await asyncio.to_thread(self.runs.look_at, name)
        draft = next((draft.id for draft in self._drafts.values() if draft.run.name == name), "")
        if work is None:
            return replace(run, draft=draft)
        going_on = not work.over
        return replace(
            run,
            live=work.state(),
            elsewhere=None if going_on else run.elsewhere,
            state="running" if going_on else run.state,
            actions=frozenset() if going_on else run.actions,
            draft=draft,
        )

    def work(self, name: str) -> Work:
        """Return the job on a run.

        Raises:
            NotFound, NotNow: there is no such run; nobody works on it here.
        """
        if name not in self._works:
            self.runs.folder(name)
            raise NotNow
        return self._works[name]

    async def decline(self, name: str) -> str:
        """Say no, and return the id of the draft that this leads back to; '' for none.

        Raises:
            NotFound, NotNow: there is no such run; nothing is asked.
        """
        self.work(name).decline()
        for draft in self._drafts.values():
            if draft.run.name == name and draft.phase == "sent":
                # The files are still there, and the run has sent nothing: everything can be chosen anew.
                await self._works[name].close()
                del self._works[name]
                draft.phase = "reading"
                await draft.check()
                return draft.id
        return ""

    async def begin(self, job: str, name: str, language: str, **settings: Any) -> None:  # noqa: ANN401 - any settings
        """Begin a job on a run: ``send`` (resume), ``verify``, ``undo``.

        Raises:
            NotFound, NotNow: there is no such run; this cannot be done with it now.
        """
        run = await self.run(name)
        if {"send": "resume"}.get(job, job) not in run.actions:
            raise NotNow
        for draft in self._drafts.values():
            if draft.run.name == name:
                draft.phase = "sent"
        await self._begin(job, name, language, **settings)

    async def _begin(self, job: str, name: str, language: str, **settings: Any) -> None:  # noqa: ANN401 - as above
        command = {"send": "resume"}.get(job, job)
        described = {
            "job": job,
            "folder": str(self.runs.folder(name).path),
            "settings": self.settings.in_force(command, given=True) | settings,
            "key": self.keys.key.reveal() if self.keys.key else None,
            "language": language,
        }
        self._works[name] = await Work.begin(described, lambda: self._forget(name))

    def _needs_key(self) -> bool:
        return not self.sandbox and self.keys.key is None

    async def close(self) -> None:
        """Let everything come to its end: what is in flight is finished, drafts are dropped."""
        await asyncio.gather(
            *(work.close() for work in self._works.values()),
            *(draft.close() for draft in self._drafts.values()),
            *self._forgetting,
        )
        for draft in self._drafts.values():
            # Where nothing could be checked there is a folder with nothing in it.
            with suppress(OSError):
                draft.run.rmdir()
