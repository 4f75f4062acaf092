"""The child process that does one job of the page: it reads files that nobody can vouch for, and sends.

The job comes as the first line of standard input, as JSON, the API key in it; after it one order a line (`ORDERS`).
What happens is told as JSON, one event a line, on standard output. The end of the input means that the server is gone:
the job stops in good order. All work is `pipeline`'s.
"""

from __future__ import annotations

import json
import os
import queue
import sys
import threading
import time
import traceback
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stopimport.errors import ExitCode, StopimportError
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
from stopimport.vocabulary import REPAIRS, Repair
from stopimport.web.errors import BUG
from stopimport.web.told import problem, question, told

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from stopimport.pipeline.job import Result
    from stopimport.reporting.previews import SendPreview, UndoPreview
    from stopimport.sending.outcomes import Settled
    from stopimport.text.language import Sentence

CONFIRM, DECLINE, PAUSE, CONTINUE, STOP = ORDERS = ("confirm", "decline", "pause", "continue", "stop")
PATIENCE = 1800.0
"""Seconds that a question waits for its answer: as long as it is open, nobody else can send for the account."""
_TICK = 0.25
"""Seconds between two events of progress."""
_GONE = 130


class Events:
    """What is told to the server, from any thread."""

    def __init__(self, descriptor: int) -> None:
        self._file = os.fdopen(descriptor, "w", encoding="utf-8")
        self._lock = threading.Lock()

    def __call__(self, event: str, **facts: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        """Tell one event; that nobody listens any more is no fault of the job."""
        line = json.dumps({"event": event, **facts}, ensure_ascii=False)
        with self._lock, suppress(OSError):
            self._file.write(line + "\n")
            self._file.flush()


class Watching:
    """Watches a run for the page: tells what happens, and waits for the answers."""

    def __init__(self, tell: Callable[..., None], stop: StopRequest, patience: float = PATIENCE) -> None:
        self.answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._tell, self._stop, self._patience = tell, stop, patience

    def notice(self, text: str) -> None:
        """Pass over it: it stands in the summary."""

    def warn(self, text: str) -> None:
        """Pass over it: the page waits for nobody, so there is nothing to warn of."""

    def confirm(self, preview: SendPreview) -> bool:
        """Ask whether to send."""
        if preview.to_send == 0:
            return True
        self._tell(
            "send_question",
            to_send=preview.to_send,
            listed=preview.already_listed,
            rows=preview.rows,
            entries=preview.entries,
            duplicates=preview.duplicates,
            rejects=preview.rejects,
            examples=_examples(preview.examples),
            seconds=preview.seconds,
            account=preview.account,
            address=preview.address,
        )
        return self._answer()

    def confirm_undo(self, preview: UndoPreview) -> bool:
        """Ask whether to take numbers off the list."""
        if preview.to_remove == 0:
            return True
        asked = asdict(preview)
        for known in ("run", "address", "account", "sandbox"):
            del asked[known]
        self._tell("undo_question", **asked)
        return self._answer()

    def _answer(self) -> bool:
        try:
            answer = self.answers.get(timeout=self._patience)
        except queue.Empty:
            return False
        if self._stop.requested:
            raise KeyboardInterrupt
        return answer == CONFIRM

    @contextmanager
    def progress(self, total: int) -> Iterator[_Counting]:
        """Follow the sending."""
        counting, over = _Counting(self._tell, total), threading.Event()
        ticker = threading.Thread(target=counting.tick, args=(over,), daemon=True)
        ticker.start()
        try:
            yield counting
        finally:
            over.set()
            ticker.join()
            counting.show()


class _Counting:
    """Counts outcomes, and tells the figures now and then."""

    def __init__(self, tell: Callable[..., None], total: int) -> None:
        self._tell, self._total = tell, total
        self._counts: Counter[str] = Counter()
        self._shown = -1

    def outcome(self, outcome: Settled) -> None:
        """Count one."""
        self._counts[str(outcome.status)] += 1

    def holding(self, reason: Sentence, seconds: float) -> None:
        """Tell why nothing goes out for a while."""
        self._tell("hold", reason=told(reason), seconds=seconds)

    def tick(self, over: threading.Event) -> None:
        """Tell the figures until it is over."""
        self.show()
        while not over.wait(_TICK):
            self.show()

    def show(self) -> None:
        """Tell the figures if they have changed."""
        counts = self._counts.copy()
        if counts.total() != self._shown:
            self._shown = counts.total()
            self._tell("progress", total=self._total, done=self._shown, by_status=counts, at=time.time())


class Job:
    """One job, as the server describes it."""

    def __init__(self, job: Mapping[str, Any], tell: Events) -> None:
        self._job, self._tell = job, tell
        self.stop = StopRequest()
        self.watching = Watching(tell, self.stop)

    def run(self) -> None:
        """Do the job, and tell how it ended."""
        try:
            with speaking(self._job["language"]), self.stop.on_signals():
                self._check() if self._job["job"] == "check" else self._end(self._work())
        except StopimportError as error:
            self._tell("ended", problem=problem(error))
        except KeyboardInterrupt:
            self._tell("ended", problem=None)
        except Exception as error:  # noqa: BLE001 - the one place where everything ends
            traceback.print_exc()
            self._tell("ended", problem=bug(error))

    def obey(self, order: str) -> None:
        """Take an order of the server."""
        if order == PAUSE:
            self.stop.pause()
        elif order == CONTINUE:
            self.stop.go_on()
        elif order == STOP:
            self.stop.request()
            self.watching.answers.put(DECLINE)
        else:
            self.watching.answers.put(order)

    def orphaned(self) -> None:
        """End, because nobody is there any more: reading at once, sending in good order."""
        if self._job["job"] == "check":
            os._exit(_GONE)
        self.obey(STOP)

    def _work(self) -> Result:
        path, context = Path(self._job["folder"]), self._context(Settings(self._job["settings"]))
        return _doing(self._job["job"])(path, context)

    def _end(self, result: Result) -> None:
        self._tell("ended", problem=None if result.error is None else problem(result.error))

    def _context(self, settings: Settings) -> Context:
        key = self._job.get("key")
        return Context(settings, ApiKey(key, "page") if key else None, self.watching, self.stop)

    def _check(self) -> None:
        from stopimport.pipeline import looking  # noqa: PLC0415 - pandas, which the other jobs may do without

        out = Path(self._job["folder"])
        # What an earlier check found must not be there to be sent if this one finds something else.
        discard(out)
        picked = tuple((file, sheet, tuple(indices)) for file, sheet, indices in self._job["picked"])
        settings = Settings({**self._job["settings"], "out": str(out)}, picked, careful=True)
        look = looking.look(self._job["files"], settings)
        self._tell("look", look=asdict(look))
        workbook = look.rows <= WORKBOOK_ROWS
        settings = replace(settings, values={**settings.values, "format": "both" if workbook else "csv"})
        try:
            result = check(self._job["files"], self._context(settings))
        except AmbiguousColumn as error:
            self._tell("asking", questions=[question(error)])
            return
        if result.guards:
            self._tell("asking", questions=[question(guard) for guard in result.guards])
            return
        options = settings.send_options()
        self._tell(
            "checked",
            counts=result.run.counts.as_dict(),
            rejects=result.run.rejects_by_reason,
            reject_examples=looking.rejected(RunFolder(result.folder)),
            examples=_examples(looking.shown_examples(RunFolder(result.folder))),
            per_second=options.rate / options.window,
            notices=result.run.facts.notices,
            workbook=workbook,
        )


def _doing(job: str) -> Callable[[Path, Context], Result]:
    """Return what does a job on a run's folder; the network's libraries are imported only for those that need them."""
    if job == "verify":
        from stopimport.pipeline.verifying import verify  # noqa: PLC0415 - the network, which a check does without

        return verify
    if job == "undo":
        from stopimport.pipeline.undoing import undo  # noqa: PLC0415 - the network, which a check does without

        return undo
    return resume


def bug(error: BaseException) -> dict[str, Any]:
    """Return the problem of something that should not happen."""
    facts = {"problem": type(error).__name__}
    return {"kind": "Bug", "text": told(BUG), "exit_code": int(ExitCode.BUG), "facts": facts}


def _examples(examples: tuple[tuple[str, str, str], ...]) -> list[dict[str, Any]]:
    return [
        {"input": written, "number": number, "repairs": [told(REPAIRS[Repair(word)].title) for word in repairs.split()]}
        for written, number, repairs in examples
    ]


def main() -> None:
    """Do the job that standard input describes."""
    # Nothing but events may reach the server: what libraries print goes where errors go.
    tell = Events(os.dup(1))
    os.dup2(2, 1)
    # Unbuffered: a thread that reads a buffered input cannot be left behind at the end of the process.
    orders = os.fdopen(os.dup(0), "rb", buffering=0)
    line = orders.readline()
    if not line:
        return
    described = json.loads(line)
    if described["job"] == "check":
        _go_first()
    job = Job(described, tell)
    threading.Thread(target=_listen, args=(orders, job), daemon=True).start()
    job.run()


def _go_first() -> None:
    """Where memory runs out (Linux), let it be this process that the system ends: it has nothing to lose."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")


def _listen(orders: Any, job: Job) -> None:  # noqa: ANN401 - a raw file
    while line := orders.readline():
        job.obey(line.decode().strip())
    job.orphaned()


if __name__ == "__main__":
    main()
    sys.stderr.flush()
    # The thread that listens may be in the middle of a read.
    os._exit(0)
