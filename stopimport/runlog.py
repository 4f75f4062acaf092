"""The log: `run.log` in the run's folder, and standard error with `--verbose`.

Only loggers below ``stopimport`` are written, so that nothing of the libraries' own logs gets in: httpx logs addresses,
and the address of `list` carries the API key. Numbers that a message holds are masked.
"""

from __future__ import annotations

import json
import logging
import os
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stopimport.text.masking import mask_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

_PACKAGE = "stopimport"


class _Masking(logging.Formatter):
    """One line a record, numbers masked: ``time level message``, or a JSON object."""

    def __init__(self, style: str) -> None:
        super().__init__()
        self._json = style == "json"

    def format(self, record: logging.LogRecord) -> str:
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        message = mask_text(" ".join(record.getMessage().split()))
        if self._json:
            return json.dumps({"time": time, "level": record.levelname.lower(), "message": message}, ensure_ascii=False)
        return f"{time} {record.levelname:<7} {message}"


@contextmanager
def logging_to(target: Path | TextIO, style: str) -> Iterator[None]:
    """Write the package's log to a file (appended, its owner's alone when made) or a stream, inside the ``with`` block.

    Args:
        target: path or open stream.
        style: ``text`` or ``json``.
    """
    if hasattr(target, "write"):
        handler: logging.Handler = logging.StreamHandler(target)
    else:
        os.close(os.open(target, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600))
        handler = logging.FileHandler(target, encoding="utf-8")
    handler.setFormatter(_Masking(style))
    logger = logging.getLogger(_PACKAGE)
    before = logger.level
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)
        handler.close()
