"""Which files of a run hold personal data: all but its figures and its report, as far as that is masked."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from stopimport.filenames import JOURNAL
from stopimport.runs.folder import RunFolder
from stopimport.runs.locks import folder_lock

if TYPE_CHECKING:
    from pathlib import Path


_PERSONAL = re.compile(
    r"(results|rejects|missing|undo)( \(\d+\))?\.(csv|xlsx)|(journal|sandbox)\.sqlite3.*|run\.log|inbox\.json"
)


def personal_files(folder: Path, *, last: tuple[str, ...] = (JOURNAL,)) -> list[Path]:
    """Return the files with personal data in a run's folder, in the order in which they are to be deleted.

    Args:
        folder: the run's.
        last: names of those that are deleted last, in their order: as long as they are there, all can be done again.
    """
    found = [path for path in folder.iterdir() if _PERSONAL.fullmatch(path.name)]
    return sorted(found, key=lambda path: last.index(path.name) if path.name in last else -1)


def delete_all(path: Path) -> None:
    """Delete all that is ours of the run in the folder `path`, and the folder if nothing else is in it.

    Raises:
        NoFolder: there is no run.
        FolderBusy: somebody works on it.
    """
    folder = RunFolder(path)
    with folder_lock(path):
        for file in (folder.report, folder.summary, *personal_files(path)):
            file.unlink(missing_ok=True)
    with suppress(OSError):
        path.rmdir()
