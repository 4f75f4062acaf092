"""Taking away a run that has sent nothing: a check that nobody wants any more."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from stopimport.runs.errors import FolderTaken, NoRun
from stopimport.runs.folder import RunFolder
from stopimport.runs.journal import Journal
from stopimport.runs.locks import folder_lock

if TYPE_CHECKING:
    from pathlib import Path


def discard(path: Path) -> None:
    """Delete the files of the run in the folder `path`, and the folder if nothing else is in it.

    Raises:
        FolderTaken: it may have sent numbers, so that it is the record of what was done.
        FolderBusy: somebody works on it.
        StopimportError: the journal is another program's, or cannot be read.
    """
    if not path.is_dir():
        return
    folder = RunFolder(path)
    with folder_lock(path):
        with suppress(NoRun), Journal.open(folder.journal) as journal:
            if journal.may_have_sent:
                raise FolderTaken(str(path))
        for file in (*folder.present().values(), folder.journal, folder.log, folder.sandbox):
            file.unlink(missing_ok=True)
    with suppress(OSError):
        path.rmdir()
