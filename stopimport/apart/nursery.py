"""The process that has everything imported, and makes a child of itself for each file: that takes no time.

Its standard input gives tasks, its standard output what became of them; the end of its input is the end of all work.
It never has the API key. Where no process can be divided (Windows) it does one task by itself, and ends.
"""

from __future__ import annotations

import os
import threading
import traceback
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from stopimport.apart.limits import Limits
from stopimport.apart.messages import OUT_OF_MEMORY, Broken, Over, Ready, Refused, encode, read_task
from stopimport.errors import StopimportError
from stopimport.pipeline.job import Context
from stopimport.pipeline.prepare import import_ahead
from stopimport.pipeline.running import read
from stopimport.settings import Settings
from stopimport.text.language import speaking

if TYPE_CHECKING:
    from io import FileIO

    from stopimport.apart.messages import ReadTask, Said

_ORPHANED = 130


def main() -> None:
    """Do the tasks of standard input, one after the other."""
    # Nothing but what is declared may reach the other side: what libraries print goes where errors go.
    tell = os.dup(1)
    os.dup2(2, 1)
    import_ahead()
    import stopimport.loading.workbooks.reader  # noqa: F401, PLC0415 - so that no child has to

    # Unbuffered: what has not been read yet is nobody else's.
    tasks = os.fdopen(os.dup(0), "rb", buffering=0)
    while line := tasks.readline():
        task = read_task(line)
        if not hasattr(os, "fork"):
            _do(task, tell)
            return
        child = os.fork()
        if child == 0:
            _live(task, tasks, tell)
        _, status = os.waitpid(child, 0)
        os.write(tell, encode(Over(os.waitstatus_to_exitcode(status))))


def _live(task: ReadTask, tasks: FileIO, tell: int) -> None:
    """Be the child: do one task and end, whatever happens."""
    code = 1
    try:
        threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
        _do(task, tell)
        code = 0
    except MemoryError:
        code = OUT_OF_MEMORY
    finally:
        os._exit(code)


def _listen(tasks: FileIO) -> None:
    """End with those whom the work is for; they say nothing while it goes on."""
    tasks.read(1)
    os._exit(_ORPHANED)


def _do(task: ReadTask, tell: int) -> None:
    file, folder = (Path(os.fsdecode(path)) for path in (task.file, task.folder))
    Limits.of(_size(file)).obey()
    context = Context(Settings({**task.settings, "out": folder}, lone=True), by=task.by)
    with speaking(task.language):
        os.write(tell, encode(_read(file, context, keyed=task.keyed)))


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
        return Broken(type(error).__name__, traceback.format_exc())


def _facts(error: StopimportError) -> tuple[str, int, str, dict[str, int | str]]:
    given = {each.name: getattr(error, each.name) for each in fields(error)}
    told = {name: value if isinstance(value, int) else str(value) for name, value in given.items()}
    return type(error).__name__, int(error.exit_code), str(error), told


if __name__ == "__main__":
    main()
