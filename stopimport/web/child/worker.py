"""The child process that does one task of the page: it reads files that nobody can vouch for, and sends.

What it hears and tells is described in `messages`. The end of its input means that the server is gone: the work stops
cleanly. All work is `pipeline`'s.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport.apart.limits import Limits, go_first
from stopimport.apart.messages import OUT_OF_MEMORY
from stopimport.errors import GuardError, StopimportError
from stopimport.loading.errors import AmbiguousColumn
from stopimport.pipeline.discarding import discard
from stopimport.pipeline.errors import NothingValid, TooManyRejects
from stopimport.pipeline.job import Context
from stopimport.pipeline.prepare import WORKBOOK_ROWS
from stopimport.pipeline.running import check, resume
from stopimport.pipeline.stop_request import StopRequest
from stopimport.runs.folder import RunFolder
from stopimport.secrets import ApiKey
from stopimport.settings import Settings
from stopimport.text.language import reading_page, speaking
from stopimport.text.masking import masked_trace
from stopimport.web.child.messages import (
    Checked,
    CheckTask,
    FilesRead,
    GuardsAsk,
    KeyTask,
    Looked,
    LookTask,
    Order,
    RunTask,
    TaskEnded,
    encode,
    read_order,
    read_task,
)
from stopimport.web.child.questions import question_of
from stopimport.web.child.watcher import PageWatcher
from stopimport.web.shown_columns import remembered
from stopimport.web.texts import bug, on_page, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO

    from stopimport.loading.kept import ReadFiles
    from stopimport.pipeline.job import Result
    from stopimport.web.child.messages import Event, RunCommand, Task
    from stopimport.web.child.questions import Question

_ORPHANED, _TOO_LATE = 130, 78


class Events:
    """What is told to the server, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._file = os.fdopen(descriptor, "wb")
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Tell one event; that nobody listens any more is no fault of the work."""
        line = encode(event)
        with self._lock, suppress(OSError):
            self._file.write(line)
            self._file.flush()


class Worker:
    """Does one task, and tells what happens."""

    def __init__(self, task: Task, tell: Events) -> None:
        self._task, self._tell = task, tell
        self._stop = StopRequest()
        self._watcher = PageWatcher(tell, self._stop)

    def work(self) -> None:
        """Do the task, and tell how it ended."""
        task = self._task
        try:
            with speaking(task.language), reading_page(), self._stop.on_signals():
                self._do(task)
        except StopimportError as error:
            self._tell(TaskEnded(problem_of(error)))
        except KeyboardInterrupt:
            self._tell(TaskEnded())
        except MemoryError:
            # Whatever is tried now needs some, too; the server finds the process gone.
            os._exit(OUT_OF_MEMORY)
        except Exception as error:  # noqa: BLE001 - the one place where everything ends
            sys.stderr.write(masked_trace(error))
            self._tell(TaskEnded(bug()))

    def _look(self, task: LookTask) -> None:
        from stopimport.pipeline.listed_now import look  # noqa: PLC0415 - the network, which a check does without

        key = ApiKey(task.key, "page") if task.key else None
        found = look(task.number, Context(Settings(task.settings), key, self._watcher, self._stop))
        self._tell(Looked(found.listed, found.stop_id, found.created_at, found.partial))
        self._tell(TaskEnded())

    def obey(self, order: Order) -> None:
        """Take an order of the server."""
        if order is Order.PAUSE:
            self._stop.pause()
        elif order is Order.CONTINUE:
            self._stop.go_on()
        elif order is Order.STOP:
            self._stop.request()
            self._watcher.answers.put(Order.DECLINE)
        else:
            self._watcher.answers.put(order)

    def orphaned(self) -> None:
        """End, because nobody is there any more: reading at once, sending cleanly."""
        if not isinstance(self._task, RunTask):
            os._exit(_ORPHANED)
        self.obey(Order.STOP)

    def _do(self, task: Task) -> None:
        match task:
            case CheckTask():
                self._check(task)
            case RunTask():
                self._run(task)
            case LookTask():
                self._look(task)
            case KeyTask():
                self._prove(task)

    def _prove(self, task: KeyTask) -> None:
        from stopimport.pipeline.fetching import fetch  # noqa: PLC0415 - the network, which a check does without

        fetch(Context(Settings(task.settings), ApiKey(task.key, "page"), self._watcher, self._stop))
        self._tell(TaskEnded())

    def _run(self, task: RunTask) -> None:
        key = ApiKey(task.key, "page") if task.key else None
        context = Context(Settings(task.settings), key, self._watcher, self._stop, task.by)
        if task.wishes:
            made = self._corrected(task, context.settings, key)
            if made is None or not made.run.counts.left:
                # Some were set aside, or had numbers that are there already: nothing is to be sent.
                self._tell(TaskEnded())
                return
        result = _doing(task.command)(Path(task.folder), context)
        self._tell(TaskEnded(None if result.error is None else problem_of(result.error)))

    def _corrected(self, task: CheckTask | RunTask, settings: Settings, key: ApiKey | None = None) -> Result | None:
        """Put what a person wrote in its place; None where nothing changes."""
        if not task.wishes:
            return None
        from stopimport.pipeline.correcting import correct  # noqa: PLC0415 - pandas, which runs do without

        context = Context(settings, key, self._watcher, self._stop, task.by)
        return correct(Path(task.folder), task.wishes, context)

    def _check(self, task: CheckTask) -> None:
        from stopimport.pipeline import previewing  # noqa: PLC0415 - pandas, which runs do without

        _limit(task)
        # What an earlier check found must not be there to be sent if this one finds something else.
        discard(Path(task.folder))
        settings = Settings({**task.settings, "out": task.folder}, task.picked, task.left_out, careful=True)
        ready = previewing.read_files(task.files, settings, Path(task.kept))
        try:
            if ready.unusable:
                raise next(iter(ready.unusable.values()))
            self._judge(task, ready, settings)
        except GuardError:
            raise
        except StopimportError as error:
            bad = previewing.unusable(ready, settings, type(error))
            some = 0 < len(bad) < len(task.files)
            told = tuple((Path(file).name, on_page(why)) for file, why in bad.items()) if some else ()
            self._tell(TaskEnded(problem_of(error), told))

    def _judge(self, task: CheckTask, ready: ReadFiles, settings: Settings) -> None:
        """Say what is understood of files that were read, and check them."""
        from stopimport.pipeline.previewing import preview  # noqa: PLC0415 - pandas, which runs do without

        understood = preview(ready, settings)
        self._tell(FilesRead(understood))
        if "keep" not in settings.values and (names := remembered(understood)):
            settings = replace(settings, values={**settings.values, "keep": names})
        workbook = understood.rows <= WORKBOOK_ROWS
        settings = replace(settings, values={**settings.values, "format": "both" if workbook else "csv"})
        try:
            result = check(task.files, Context(settings, None, self._watcher, self._stop, task.by), ready=ready)
        except AmbiguousColumn as error:
            self._tell(GuardsAsk((question_of(error),)))
            return
        if not result.guards:
            result = self._corrected(task, settings) or result
        made = _checked(result, settings, workbook=workbook)
        self._tell(GuardsAsk(_questions(result, settings), made) if result.guards else made)


def _doing(command: RunCommand) -> Callable[[Path, Context], Result]:
    """Return what does a command on a run's folder; the network's libraries are imported only where they are needed."""
    if command == "verify":
        from stopimport.pipeline.verifying import verify  # noqa: PLC0415 - the network, which a check does without

        return verify
    if command == "undo":
        from stopimport.pipeline.undoing import undo  # noqa: PLC0415 - the network, which a check does without

        return undo
    return resume


def _questions(result: Result, settings: Settings) -> tuple[Question, ...]:
    """Return what the guards ask, with what is known of rejects where they ask about these."""
    from stopimport.pipeline.rejecting import rejected  # noqa: PLC0415 - pandas, which runs do without

    journal, sources = RunFolder(result.folder).journal, result.run.facts.sources
    asked = []
    for guard in result.guards:
        if isinstance(guard, TooManyRejects | NothingValid):
            of = sources[guard.source] if guard.source is not None else None
            sheet = (of.file, of.sheet) if of else ("", "")
            asked.append(question_of(guard, rejected(journal, guard.source, settings), sheet))
        else:
            asked.append(question_of(guard))
    return tuple(asked)


def _checked(result: Result, settings: Settings, *, workbook: bool) -> Checked:
    from stopimport.pipeline.previewing import samples as some_of  # noqa: PLC0415 - pandas, which runs do without

    options, samples = settings.send_options(), some_of(RunFolder(result.folder).journal)
    return Checked(
        result.run.counts,
        dict(result.run.rejects_by_reason),
        samples.rejects,
        samples.examples,
        options.rate / options.window,
        result.run.facts.notices,
        workbook,
        tuple(settings.values.get("keep") or ()),
    )


def main() -> None:
    """Do the task that standard input describes, and end."""
    _work()
    sys.stderr.flush()
    # The thread that listens may be in the middle of a read.
    os._exit(0)


def _work() -> None:
    # Nothing but events may reach the server: what libraries print goes where errors go.
    tell = Events(os.dup(1))
    os.dup2(2, 1)
    # Unbuffered: a thread that reads a buffered input cannot be left behind at the end of the process.
    orders = os.fdopen(os.dup(0), "rb", buffering=0)
    line = orders.readline()
    if not line:
        return
    task = read_task(line)
    if isinstance(task, CheckTask):
        go_first()
    worker = Worker(task, tell)
    threading.Thread(target=_listen, args=(orders, worker), daemon=True).start()
    worker.work()


def _limit(task: CheckTask) -> None:
    """Let this process end if the files take more than they may: they are read twice, all together."""
    limits = Limits.of(sum(Path(file).stat().st_size for file in task.files), times=2)
    limits.obey()
    deadline = threading.Timer(limits.patience, os._exit, (_TOO_LATE,))
    deadline.daemon = True
    deadline.start()


def _listen(orders: FileIO, worker: Worker) -> None:
    while line := orders.readline():
        worker.obey(read_order(line))
    worker.orphaned()


if __name__ == "__main__":
    main()
