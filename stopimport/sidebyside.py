"""Doing tasks side by side in threads: what Arrow, NumPy and hashing do leaves the interpreter free for others."""

from __future__ import annotations

import os
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future

T = TypeVar("T")
_MOST_THREADS = 4
"""More would only add to what is in memory at once: what comes before and after the tasks is done by one."""


def threads() -> int:
    """Return how many threads there should be: one for each processor that we may use, up to a few."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, _MOST_THREADS)


def give_back() -> None:
    """Let Arrow give back to the system what it needs no more, from now on: its usual allocator keeps a fifth.

    For large inputs; where there is no other allocator, as on Windows, nothing changes.
    """
    import pyarrow as pa  # noqa: PLC0415 - whoever does tasks of another kind goes without

    with suppress(NotImplementedError, AttributeError):
        pa.set_memory_pool(pa.jemalloc_memory_pool())


def in_order(tasks: Iterable[Callable[[], T]], *, side_by_side: int | None = None) -> Iterator[T]:
    """Do `tasks` in threads and yield what they return, in their order.

    No more of them than there are threads, and one, are begun or done and not yet taken: memory does not grow with
    their number. An error of one ends the matter.
    """
    count = side_by_side or threads()
    with ThreadPoolExecutor(count) as pool:
        begun: deque[Future[T]] = deque()
        try:
            for task in tasks:
                begun.append(pool.submit(task))
                if len(begun) > count:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            for future in begun:
                future.cancel()
