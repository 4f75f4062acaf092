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
from stopimport.errors import StopimportError
from stopimport.loading.errors import AmbiguousColumn
from stopimport.pipeline.discarding import discard
from stopimport.pipeline.job import Context
from stopimport.pipeline.prepare import WORKBOOK_ROWS
from stopimport.pipeline.running import check, resume
from stopimport.pipeline.stop_request import StopRequest
from stopimport.runs.folder import RunFolder
from stopimport.secrets import ApiKey
from stopimport.settings import Settings
from stopimport.text.language import speaking
from stopimport.text.masking import masked_trace
from stopimport.web.child.messages import (
    Checked,
    CheckTask,
    FilesRead,
    GuardsAsk,
    Order,
    TaskEnded,
    encode,
    read_order,
    read_task,
)
from stopimport.web.child.questions import question_of
from stopimport.web.child.watcher import PageWatcher
from stopimport.web.texts import bug, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from io import FileIO

    from stopimport.pipeline.job import Result
    from stopimport.pipeline.previewing import Samples
    from stopimport.web.child.messages import Event, RunCommand, RunTask, Task

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
            with speaking(task.language), self._stop.on_signals():
                self._check(task) if isinstance(task, CheckTask) else self._run(task)
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
        if isinstance(self._task, CheckTask):
            os._exit(_ORPHANED)
        self.obey(Order.STOP)

    def _run(self, task: RunTask) -> None:
        key = ApiKey(task.key, "page") if task.key else None
        context = Context(Settings(task.settings), key, self._watcher, self._stop)
        result = _doing(task.command)(Path(task.folder), context)
        self._tell(TaskEnded(None if result.error is None else problem_of(result.error)))

    def _check(self, task: CheckTask) -> None:
        from stopimport.pipeline.previewing import preview, samples  # noqa: PLC0415 - pandas, which runs do without

        _limit(task)
        out = Path(task.folder)
        # What an earlier check found must not be there to be sent if this one finds something else.
        discard(out)
        settings = Settings({**task.settings, "out": str(out)}, task.picked, careful=True)
        understood = preview(task.files, settings)
        self._tell(FilesRead(understood))
        workbook = understood.rows <= WORKBOOK_ROWS
        settings = replace(settings, values={**settings.values, "format": "both" if workbook else "csv"})
        try:
            result = check(task.files, Context(settings, None, self._watcher, self._stop))
        except AmbiguousColumn as error:
            self._tell(GuardsAsk((question_of(error),)))
            return
        if result.guards:
            self._tell(GuardsAsk(tuple(map(question_of, result.guards))))
        else:
            found = samples(RunFolder(result.folder).journal)
            self._tell(_checked(result, found, settings, workbook=workbook))


def _doing(command: RunCommand) -> Callable[[Path, Context], Result]:
    """Return what does a command on a run's folder; the network's libraries are imported only where they are needed."""
    if command == "verify":
        from stopimport.pipeline.verifying import verify  # noqa: PLC0415 - the network, which a check does without

        return verify
    if command == "undo":
        from stopimport.pipeline.undoing import undo  # noqa: PLC0415 - the network, which a check does without

        return undo
    return resume


def _checked(result: Result, samples: Samples, settings: Settings, *, workbook: bool) -> Checked:
    options = settings.send_options()
    return Checked(
        result.run.counts,
        dict(result.run.rejects_by_reason),
        samples.rejects,
        samples.examples,
        options.rate / options.window,
        result.run.facts.notices,
        workbook,
    )


def main() -> None:
    """Do the task that standard input describes."""
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
    sys.stderr.flush()
    # The thread that listens may be in the middle of a read.
    os._exit(0)
