"""Watches a run for the page: tells the server what happens, and waits for the person's answers."""

from __future__ import annotations

import queue
import threading
import time
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stopimport.web.child.messages import CallsMade, Holding, Order, SendAsks, UndoAsks
from stopimport.web.texts import in_every_language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stopimport.pipeline.stop_request import StopRequest
    from stopimport.reporting.previews import SendPreview, UndoPreview
    from stopimport.sending.outcomes import Settled
    from stopimport.text.language import Sentence
    from stopimport.web.child.messages import Event

PATIENCE = 1800.0
"""Seconds that a question waits for its answer: as long as it is open, nobody else can send for the account."""
_TICK = 0.25
"""Seconds between two events of progress."""


class PageWatcher:
    """The page as who watches a run (`pipeline.job.Watcher`).

    Args:
        tell: takes every event, from any thread.
        stop: the wish to stop.
        patience: seconds that a question waits.
    """

    def __init__(self, tell: Callable[[Event], None], stop: StopRequest, patience: float = PATIENCE) -> None:
        self.answers: queue.SimpleQueue[Order] = queue.SimpleQueue()
        self._tell, self._stop, self._patience = tell, stop, patience

    def notice(self, text: str) -> None:
        """Pass over it: it is in the summary."""

    def warn(self, text: str) -> None:
        """Pass over it: the page waits for nobody, so there is nothing to warn of."""

    def confirm(self, preview: SendPreview) -> bool:
        """Ask whether to send."""
        return preview.to_send == 0 or self._ask(SendAsks(preview))

    def confirm_undo(self, preview: UndoPreview) -> bool:
        """Ask whether to take numbers off the list."""
        return preview.to_remove == 0 or self._ask(UndoAsks(preview))

    def _ask(self, question: SendAsks | UndoAsks) -> bool:
        self._tell(question)
        try:
            answer = self.answers.get(timeout=self._patience)
        except queue.Empty:
            return False
        if self._stop.requested:
            raise KeyboardInterrupt
        return answer is Order.CONFIRM

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

    def __init__(self, tell: Callable[[Event], None], total: int) -> None:
        self._tell, self._total = tell, total
        self._counts: Counter[str] = Counter()
        self._shown = -1

    def outcome(self, outcome: Settled) -> None:
        """Count one."""
        self._counts[str(outcome.status)] += 1

    def holding(self, reason: Sentence, seconds: float) -> None:
        """Tell why nothing goes out for a while."""
        self._tell(Holding(in_every_language(reason), seconds))

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
            self._tell(CallsMade(self._total, self._shown, dict(counts), time.time()))
