"""The process that reads: one file after the other, each with its own limits, until one brings it down.

Its standard input gives tasks, its standard output what became of them; the end of its input is the end of all work,
at once. It never has the API key.
"""

from __future__ import annotations

import os
import threading
from dataclasses import fields
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from stopimport.apart.limits import Limits, go_first, resident_now
from stopimport.apart.messages import OUT_OF_MEMORY, Broken, Done, Ready, Refused, encode, read_task
from stopimport.errors import StopimportError
from stopimport.pipeline.job import Context
from stopimport.pipeline.prepare import import_ahead
from stopimport.pipeline.running import read
from stopimport.settings import Settings
from stopimport.text.language import speaking
from stopimport.text.masking import masked_trace

if TYPE_CHECKING:
    from io import FileIO

    from stopimport.apart.messages import ReadTask, Said

_ORPHANED = 130
_WORN = 200 * 10**6
"""Bytes that it may keep of what it has read: allocators do not give all back, and the next file shall have its own."""


def main() -> None:
    """Do the tasks of standard input, one after the other."""
    # Nothing but what is declared may reach the other side: what libraries print goes where errors go.
    tell = os.dup(1)
    os.dup2(2, 1)
    go_first()
    tasks: SimpleQueue[ReadTask] = SimpleQueue()
    # Unbuffered: a thread that reads a buffered input cannot be left behind at the end of the process.
    orders = os.fdopen(os.dup(0), "rb", buffering=0)
    threading.Thread(target=_listen, args=(orders, tasks), daemon=True).start()
    import_ahead()
    at_first = resident_now()
    while True:
        said = _do(tasks.get())
        os.write(tell, encode(said) + encode(Done(worn=resident_now() - at_first > _WORN)))


def _listen(orders: FileIO, tasks: SimpleQueue[ReadTask]) -> None:
    """Take tasks, and end with those whom the work is for, whatever is being read."""
    while line := orders.readline():
        tasks.put(read_task(line))
    os._exit(_ORPHANED)


def _do(task: ReadTask) -> Said:
    file, folder = (Path(os.fsdecode(path)) for path in (task.file, task.folder))
    context = Context(Settings({**task.settings, "out": folder}, lone=True), by=task.by)
    Limits.of(_size(file)).obey()
    try:
        with speaking(task.language):
            return _read(file, context, keyed=task.keyed)
    except MemoryError:
        # Whatever is tried now needs some, too.
        os._exit(OUT_OF_MEMORY)


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        # Whoever reads it finds out.
        return 0


def _read(file: Path, context: Context, *, keyed: bool) -> Said:
    """Read, and return what came of it.

    Raises:
        MemoryError: there is not enough of it.
    """
    try:
        error = read(file, context, keyed=keyed)
        return Refused(*_facts(error), finished=True) if error else Ready()
    except StopimportError as error:
        return Refused(*_facts(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - it is told as the bug that it is
        return Broken(type(error).__name__, masked_trace(error))


def _facts(error: StopimportError) -> tuple[str, int, str, dict[str, bool | int | str]]:
    given = {each.name: getattr(error, each.name) for each in fields(error)}
    told = {name: value if isinstance(value, int) else str(value) for name, value in given.items()}
    return type(error).__name__, int(error.exit_code), str(error), told


if __name__ == "__main__":
    main()
