"""The command `stopimport` inside this process: what a process of its own would do, without a second for its start."""

from __future__ import annotations

import contextlib
import io
import logging
import os
import signal
import sys
from unittest import mock

from stopimport.cli import main

_OURS = "stopimport"


class Stream(io.TextIOWrapper):
    """A standard stream that keeps its bytes."""

    def __init__(self, content=b""):
        self.kept = io.BytesIO(content)
        super().__init__(self.kept, encoding="utf-8", write_through=True)

    def close(self):
        """Stay open: what was written is read after the command's end."""


def inside(folder, environment, args, stdin=b""):
    """Run the command to its end, and return exit code, standard output and standard error (bytes).

    Args:
        folder: where it runs.
        environment: all of its environment.
        args: its arguments.
        stdin: what it can read.
    """
    out, err = Stream(), Stream()
    with (
        contextlib.chdir(folder),
        mock.patch.dict(os.environ, environment, clear=True),
        mock.patch.multiple(sys, argv=["stopimport", *args], stdin=Stream(stdin), stdout=out, stderr=err),
        _as_before(),
    ):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
    return code, out.kept.getvalue(), err.kept.getvalue()


@contextlib.contextmanager
def _as_before():
    """Undo what a command leaves to the end of its process: signal handlers and the log's ways out."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    logger = logging.getLogger(_OURS)
    level, ways = logger.level, list(logger.handlers)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        logger.setLevel(level)
        logger.handlers[:] = ways
