"""Put all numbers of a run on a practice API's list: ``python -m benchmarks.list_run RUN FILE``."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

from stopimport.runs.digits import e164
from stopimport.runs.journal import Journal
from stopimport.sandbox.store import PracticeList


def main(run: Path, file: Path) -> None:
    """Add them one by one, as the API does."""
    with Journal.open(run / "journal.sqlite3") as journal, closing(PracticeList(file)) as stop_list:
        for block in journal.blocks():
            for number in e164(journal.digits(block)).to_pylist():
                stop_list.add(number)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
