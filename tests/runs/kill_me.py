"""Send what a journal has left, as a sender would, writing down what went out and what was recorded; to be killed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from stopimport.runs.journal import Journal
from stopimport.sending.outcomes import Outcome
from stopimport.vocabulary import Status


def main(path: Path, stride: int) -> None:
    """Send in strides of `stride` numbers."""
    append = os.O_WRONLY | os.O_APPEND
    sent, recorded = (os.open(path.with_name(name), append) for name in ("sent", "recorded"))
    with Journal.open(path) as journal:
        outcomes = journal.outcomes()
        left = outcomes.index[outcomes["status"] != "added"].tolist()
        for first in range(0, len(left), stride):
            batch = left[first : first + stride]
            journal.reserve(batch[-1] + 1)
            for index in batch:
                os.write(sent, index.to_bytes(4, sys.byteorder))
                journal.record(Outcome(index, Status.ADDED, 200, str(index), "", 1, 1.0))
                os.write(recorded, index.to_bytes(4, sys.byteorder))
                os.write(1, b".\n")


main(Path(sys.argv[1]), int(sys.argv[2]))
