"""Parts given to an executor, which computes where it likes: other processes, a cluster, anything that has `submit`.

Whatever goes wrong there costs a part, not the run: it is done here instead.
"""

from __future__ import annotations

import logging
from collections import deque
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from stopimport.errors import StopimportError
from stopimport.pipeline.partwork import Done, Task, Undone, sent_along, work
from stopimport.sidebyside import in_order
from stopimport.text.language import Plural, Sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Executor, Future

    from stopimport.cleaning.entries import CleanOptions
    from stopimport.cleaning.patience import Patience
    from stopimport.loading.parts import Part

_IN_FLIGHT = 32
"""Parts with the executor at once: some megabytes each come back. One reader of files keeps fewer workers busy."""
_SECONDS = 120.0
"""How long one part is waited for, which takes a second or, where all of its cells are odd, some ten."""
_DONE_HERE = Plural(
    "{count:,} part of {total:,} was not cleaned by the workers, but by this process. Their logs may say why.",
    "{count:,} parts of {total:,} were not cleaned by the workers, but by this process. Their logs may say why.",
)
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Elsewhere:
    """Gives parts to an executor and takes what comes back, in order.

    Args:
        executor: who computes.
        options: the settings of cleaning.
        total: bytes of all cells.
        patience: for the odd ones among them.
        here: does a part in this thread.
    """

    executor: Executor
    options: CleanOptions
    total: int
    patience: Patience
    here: Callable[[Part], Done]
    reads: bool = True
    """Whether the workers see the files; else their cells are sent along."""
    lost: bool = False
    """Whether nothing more is to be had from the executor."""
    done_here: int = 0

    def done(self, parts: Iterable[Part]) -> Iterator[Done]:
        """Yield what becomes of the parts, in their order.

        Raises:
            StopimportError: what cleaning finds that ends a run.
        """
        begun: deque[tuple[Part, Future[Done | Undone | StopimportError] | None]] = deque()
        waiting = iter(parts)
        try:
            for part in waiting:
                begun.append((part, self._submitted(part)))
                if len(begun) > _IN_FLIGHT:
                    yield self._taken(*begun.popleft())
                if self.lost:
                    break
            while begun and not self.lost:
                yield self._taken(*begun.popleft())
            left = [*(part for part, _future in begun), *waiting]
            self.done_here += len(left)
            yield from in_order(partial(self.here, part) for part in left)
        finally:
            for _part, future in begun:
                if future is not None:
                    future.cancel()

    def told(self, total: int) -> Sentence | None:
        """Return what is to be told about parts that were done here, of `total`; None: there were none."""
        return Sentence(_DONE_HERE, count=self.done_here, total=total) if self.done_here else None

    def _submitted(self, part: Part) -> Future[Done | Undone | StopimportError] | None:
        source = part.lines if self.reads and part.lines is not None else sent_along(part.make())
        try:
            return self.executor.submit(work, Task(source, self.options, self.total))
        except Exception as error:  # noqa: BLE001 - executors are anybody's
            self._give_up(error)
            return None

    def _taken(self, part: Part, future: Future[Done | Undone | StopimportError] | None) -> Done:
        found = self._result(future)
        if found is Undone.NOT_THERE and self.reads:
            log.info("The workers do not see the files as they were read here: the cells are sent to them.")
            self.reads = False
        if found is Undone.NOT_THERE:
            found = self._result(self._submitted(part))
        if isinstance(found, StopimportError):
            raise found
        if isinstance(found, Done):
            self.patience.spend(found.spent)
            return found
        if found is Undone.OTHER_VERSION:
            self._give_up(found)
        self.done_here += 1
        return self.here(part)

    def _result(self, future: Future[Done | Undone | StopimportError] | None) -> Done | Undone | StopimportError | None:
        if future is None:
            return None
        try:
            return future.result(_SECONDS)
        except TimeoutError as error:
            future.cancel()
            self._give_up(error)
        except Exception as error:  # noqa: BLE001 - whatever became of the worker; a fault of ours shows when we do it
            log.warning("A worker did not do its part (%s).", type(error).__name__)
        return None

    def _give_up(self, why: Exception | Undone) -> None:
        """Have all else done here."""
        self.lost = True
        log.warning("The workers are given up (%s).", why.value if isinstance(why, Undone) else type(why).__name__)
